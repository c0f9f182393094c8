// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "tests/sim/fleet.hpp"

#include <algorithm>
#include <array>

namespace platen::sim {

namespace {

struct TypeName {
    std::string_view name;
    std::string_view tag;
};

/// Words for the tags of a recording.
constexpr std::array<TypeName, 10> kTypeNames{{{"integer", "2"},
                                               {"string", "4"},
                                               {"hex", "4x"},
                                               {"oid", "6"},
                                               {"ip", "64"},
                                               {"counter", "65"},
                                               {"gauge", "66"},
                                               {"ticks", "67"},
                                               {"counter64", "70"},
                                               {"null", "5"}}};

std::string_view tagFor(std::string_view type) {
    const auto* const found = std::ranges::find(kTypeNames, type, &TypeName::name);
    return found == kTypeNames.end() ? type : found->tag;
}

std::vector<std::string_view> splitWords(std::string_view line) {
    std::vector<std::string_view> words;
    for (const std::string_view word : text::split(line, ' ')) {
        if (!word.empty()) {
            words.push_back(word);
        }
    }
    return words;
}

/// Everything behind `word`, a piece of `line`: values may hold blanks.
std::string_view restBehind(std::string_view line, std::string_view word) {
    const auto end = static_cast<std::size_t>(word.data() + word.size() - line.data());
    return end < line.size() ? line.substr(end + 1) : std::string_view{};
}

Result<std::string> setObject(Printer& printer,
                              const std::vector<std::string_view>& words,
                              std::string_view line) {
    if (words.size() < 4) {
        return fail(ErrorCode::Malformed, "set ADDRESS OID TYPE VALUE");
    }
    const auto oid = Oid::parse(words[2]);
    if (!oid) {
        return tl::unexpected(oid.error());
    }
    const auto value = parseRowValue(tagFor(words[3]), restBehind(line, words[3]));
    if (!value) {
        return tl::unexpected(value.error());
    }
    if (auto done = printer.set(*oid, *value); !done) {
        return tl::unexpected(done.error());
    }
    return std::string{};
}

Result<std::string> getObject(const Printer& printer,
                              const std::vector<std::string_view>& words,
                              SteadyTime now) {
    const auto oid = words.size() == 3 ? Oid::parse(words[2]) : Oid::parse("");
    if (!oid) {
        return fail(ErrorCode::Malformed, "get ADDRESS OID");
    }
    const auto object = printer.find(oid->ids(), now);
    if (!object) {
        return fail(ErrorCode::NotFound, oid->toString() + " is not there");
    }
    return formatRowValue(object->value());
}

Result<std::string> eraseObject(Printer& printer, const std::vector<std::string_view>& words) {
    const auto oid = words.size() == 3 ? Oid::parse(words[2]) : Oid::parse("");
    if (!oid) {
        return fail(ErrorCode::Malformed, "unset ADDRESS OID");
    }
    printer.erase(*oid);
    return std::string{};
}

Result<std::string> setFaults(Printer& printer,
                              const std::vector<std::string_view>& words,
                              SteadyTime now) {
    for (std::size_t i = 2; i < words.size(); ++i) {
        if (auto done = printer.applyFault(words[i], now); !done) {
            return tl::unexpected(done.error());
        }
    }
    return printer.faults().toString();
}

Result<std::string> silence(Printer& printer,
                            const std::vector<std::string_view>& words,
                            SteadyTime now) {
    if (words.size() != 3 || (words[2] != "on" && words[2] != "off")) {
        return fail(ErrorCode::Malformed, "silence ADDRESS on|off");
    }
    if (auto done = printer.applyFault(words[2] == "on" ? "silent=on" : "silent=off", now); !done) {
        return tl::unexpected(done.error());
    }
    return std::string{};
}

Result<std::string> restart(Printer& printer,
                            const std::vector<std::string_view>& words,
                            SteadyTime now) {
    Millis wait = printer.options().restartSilence;
    if (words.size() == 3) {
        const auto duration = parseDuration(words[2]);
        if (!duration) {
            return tl::unexpected(duration.error());
        }
        wait = *duration;
    }
    printer.restart(now, wait);
    return std::string{};
}

}  // namespace

std::string Fleet::command(std::string_view line, SteadyTime now) {
    const Words words = splitWords(line);
    if (words.empty()) {
        return "error: empty command";
    }
    const auto answer = run(words, line, now);
    if (!answer) {
        return "error: " + answer.error().text;
    }
    return answer->empty() ? "ok" : "ok " + *answer;
}

Result<std::string> Fleet::run(const Words& words, std::string_view line, SteadyTime now) {
    if (words[0] == "stats" && words.size() == 1) {
        return stats();
    }
    if (words[0] == "swap" && words.size() == 3) {
        return swapAddresses(words[1], words[2]);
    }
    if (words[0] == "move" && words.size() == 3) {
        return moveAddress(words[1], words[2]);
    }
    if (words[0] == "list") {
        std::string out = table();
        std::ranges::replace(out, '\n', ';');
        return out;
    }
    return runOnPrinters(words, line, now);
}

Result<std::string> Fleet::runOnPrinters(const Words& words,
                                         std::string_view line,
                                         SteadyTime now) {
    constexpr std::array<std::string_view, 7> kCommands{"set",     "get",     "unset", "fault",
                                                        "silence", "restart", "stats"};
    if (std::ranges::find(kCommands, words[0]) == kCommands.end()) {
        return fail(ErrorCode::Malformed, text::cat({"no command \"", words[0], "\""}));
    }
    const auto printers = named(words.size() < 2 ? "" : words[1]);
    if (!printers) {
        return tl::unexpected(printers.error());
    }
    Result<std::string> last = std::string{};
    for (Printer* printer : *printers) {
        if (words[0] == "set") {
            last = setObject(*printer, words, line);
        } else if (words[0] == "get") {
            last = getObject(*printer, words, now);
        } else if (words[0] == "unset") {
            last = eraseObject(*printer, words);
        } else if (words[0] == "fault") {
            last = setFaults(*printer, words, now);
        } else if (words[0] == "silence") {
            last = silence(*printer, words, now);
        } else if (words[0] == "restart") {
            last = restart(*printer, words, now);
        } else {
            last = formatCounts(printer->counts());
        }
        if (!last) {
            return last;
        }
    }
    return last;
}

Result<std::vector<Printer*>> Fleet::named(std::string_view address) {
    std::vector<Printer*> out;
    if (address == "*") {
        for (Printer& printer : printers_) {
            out.push_back(&printer);
        }
        return out;
    }
    const auto parsed = parseIpv4(address);
    Printer* printer = parsed ? at(*parsed) : nullptr;
    if (printer == nullptr) {
        return fail(ErrorCode::NotFound, text::cat({"no printer at \"", address, "\""}));
    }
    out.push_back(printer);
    return out;
}

Result<std::string> Fleet::swapAddresses(std::string_view a, std::string_view b) {
    const auto first = parseIpv4(a);
    const auto second = parseIpv4(b);
    if (!first || !second || at(*first) == nullptr || at(*second) == nullptr) {
        return fail(ErrorCode::NotFound, "swap needs the addresses of two printers");
    }
    std::swap(addresses_[*first], addresses_[*second]);
    return std::string{};
}

Result<std::string> Fleet::moveAddress(std::string_view from, std::string_view to) {
    const auto source = parseIpv4(from);
    const auto target = parseIpv4(to);
    if (!source || !target || at(*source) == nullptr) {
        return fail(ErrorCode::NotFound, "move needs the address of a printer and a new one");
    }
    if (at(*target) != nullptr) {
        return fail(ErrorCode::Conflict, text::cat({to, " is taken"}));
    }
    addresses_[*target] = addresses_[*source];
    addresses_.erase(*source);
    return std::string{};
}

}  // namespace platen::sim
