// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "base/text.hpp"
#include "tests/sim/fleet.hpp"

#include <nlohmann/json.hpp>

namespace platen::sim {

namespace {

using nlohmann::json;

Result<std::string> textAt(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) {
        return fail(ErrorCode::Malformed, text::cat({"\"", key, "\" must be a text"}));
    }
    return found->get<std::string>();
}

Result<std::vector<Oid>> readOids(const json& list) {
    std::vector<Oid> out;
    for (const json& entry : list) {
        auto oid = Oid::parse(entry.is_string() ? entry.get<std::string>() : "");
        if (!oid) {
            return fail(ErrorCode::Malformed, "readonly must be a list of OIDs");
        }
        out.push_back(*std::move(oid));
    }
    return out;
}

Result<void> applyFaults(Printer& printer, const json& faults, SteadyTime now) {
    for (const auto& [key, value] : faults.items()) {
        std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        if (value.is_boolean()) {
            text = value.get<bool>() ? "on" : "off";
        }
        if (auto done = printer.applyFault(text::cat({key, "=", text}), now); !done) {
            return done;
        }
    }
    return {};
}

Result<void> applyValues(Printer& printer, const json& values) {
    for (const json& entry : values) {
        const auto oidText = textAt(entry, "oid");
        const auto type = textAt(entry, "type");
        const auto text = textAt(entry, "value");
        if (!oidText || !type || !text) {
            return fail(ErrorCode::Malformed, "set needs oid, type (a tag) and value as texts");
        }
        const auto oid = Oid::parse(*oidText);
        const auto value = parseRowValue(*type, *text);
        if (!oid || !value) {
            return fail(ErrorCode::Malformed,
                        text::cat({*oidText, ": ", oid ? value.error().text : oid.error().text}));
        }
        if (auto done = printer.set(*oid, *value); !done) {
            return done;
        }
    }
    return {};
}

Result<void> applyCounters(Printer& printer, const json& counters, SteadyTime now) {
    for (const auto& [key, value] : counters.items()) {
        auto done = printer.applyFault(text::cat({"counters=", key, ":", value.dump()}), now);
        if (!done) {
            return done;
        }
    }
    return {};
}

Result<void> applyEntry(Printer& printer, const json& entry, SteadyTime now) {
    for (const auto& [key, value] : entry.items()) {
        Result<void> done;
        if (key == "faults") {
            done = applyFaults(printer, value, now);
        } else if (key == "set") {
            done = applyValues(printer, value);
        } else if (key == "counters") {
            done = applyCounters(printer, value, now);
        } else if (key == "readonly") {
            auto oids = readOids(value);
            done = oids ? Result<void>{} : tl::unexpected(oids.error());
            printer.options().readOnly = std::move(oids).value_or(std::vector<Oid>{});
        } else if (key == "community" && value.is_string()) {
            printer.options().community = value.get<std::string>();
        } else if (key == "write_community" && value.is_string()) {
            printer.options().writeCommunity = value.get<std::string>();
        } else if (key != "address") {
            done = fail(ErrorCode::Malformed, text::cat({"unknown key \"", key, "\""}));
        }
        if (!done) {
            return done;
        }
    }
    return {};
}

}  // namespace

Result<void> Fleet::applyScript(const std::filesystem::path& file, SteadyTime now) {
    const auto document = JsonDocument::load(file, JsonLimits{});
    if (!document) {
        return tl::unexpected(document.error());
    }
    const json& root = document->root();
    const auto list = root.is_object() ? root.find("printers") : root.end();
    if (!root.is_object() || list == root.end() || !list->is_array()) {
        return fail(ErrorCode::Malformed, file.string() + ": {\"printers\": [...]} is wanted");
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const json& entry = (*list)[i];
        const std::string where =
            text::cat({file.string(), ": /printers/", std::to_string(i), ": "});
        const auto address = entry.is_object()
                                 ? textAt(entry, "address")
                                 : Result<std::string>(fail(ErrorCode::Malformed, "no object"));
        const auto printers = address
                                  ? named(*address)
                                  : Result<std::vector<Printer*>>(tl::unexpected(address.error()));
        if (!printers) {
            return fail(printers.error().code, where + printers.error().text);
        }
        for (Printer* printer : *printers) {
            if (auto done = applyEntry(*printer, entry, now); !done) {
                return fail(done.error().code, where + done.error().text);
            }
        }
    }
    return {};
}

}  // namespace platen::sim
