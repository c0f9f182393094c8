// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/fleet.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace platen::sim {

namespace {

constexpr std::size_t kSerialDigits = 4;

/// Networks and broadcasts of a /24 are left out, as in an office.
Ipv4 nextHost(Ipv4 address) {
    do {
        ++address;
    } while ((address & 0xFFU) == 0 || (address & 0xFFU) == 0xFFU);
    return address;
}

std::string serialSuffix(std::size_t copy) {
    std::string digits = std::to_string(copy);
    if (digits.size() < kSerialDigits) {
        digits.insert(0, kSerialDigits - digits.size(), '0');
    }
    return "C" + digits;
}

std::string pad(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

}  // namespace

Result<Ipv4> parseIpv4(std::string_view text) {
    const auto value = parseRowValue("64", text);
    if (!value) {
        return tl::unexpected(value.error());
    }
    Ipv4 address = 0;
    for (const char octet : value->octets) {
        address = (address << 8U) | static_cast<std::uint8_t>(octet);
    }
    return address;
}

std::string formatIpv4(Ipv4 address) {
    std::string out;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        out += std::to_string((address >> shift) & 0xFFU);
        out += shift == 0 ? "" : ".";
    }
    return out;
}

std::string formatCounts(const PrinterCounts& counts) {
    return text::cat(
        {"gets=", std::to_string(counts.gets), " getnexts=", std::to_string(counts.getNexts),
         " getbulks=", std::to_string(counts.getBulks), " sets=", std::to_string(counts.sets),
         " replies=", std::to_string(counts.replies), " varbinds=", std::to_string(counts.varbinds),
         " dropped=", std::to_string(counts.dropped), " jobs=", std::to_string(counts.jobs)});
}

Result<Fleet> Fleet::make(const FleetOptions& options, SteadyTime now) {
    const auto files = findRecordings(options.recordings);
    if (!files) {
        return tl::unexpected(files.error());
    }
    std::vector<std::shared_ptr<const Recording>> recordings;
    for (const auto& file : *files) {
        auto recording = Recording::load(file);
        if (!recording) {
            return tl::unexpected(recording.error());
        }
        recordings.push_back(*std::move(recording));
    }
    const std::size_t count = options.count == 0 ? recordings.size() : options.count;
    if (count > kMaxPrinters) {
        return fail(ErrorCode::TooLarge, "at most " + std::to_string(kMaxPrinters) + " printers");
    }
    Fleet fleet;
    Ipv4 address = options.firstAddress;
    for (std::size_t i = 0; i < count; ++i, address = nextHost(address)) {
        const std::size_t copy = i / recordings.size();
        PrinterOptions printer;
        printer.community = options.community;
        printer.writeCommunity = options.writeCommunity;
        printer.restartSilence = options.restartSilence;
        if (copy > 0 || options.serials) {
            printer.serialSuffix = serialSuffix(copy);
        }
        if (copy > 0) {
            printer.macSuffix = static_cast<std::uint32_t>(copy);
        }
        auto added =
            fleet.addPrinter(recordings[i % recordings.size()], std::move(printer), address, now);
        if (!added) {
            return tl::unexpected(added.error());
        }
    }
    if (!options.script.empty()) {
        if (auto done = fleet.applyScript(options.script, now); !done) {
            return tl::unexpected(done.error());
        }
    }
    for (const auto& [where, fault] : options.faults) {
        const std::string answer = fleet.command(text::cat({"fault ", where, " ", fault}), now);
        if (answer.starts_with("error")) {
            return fail(ErrorCode::Malformed, answer);
        }
    }
    return fleet;
}

Result<void> Fleet::addPrinter(std::shared_ptr<const Recording> recording,
                               PrinterOptions options,
                               Ipv4 address,
                               SteadyTime now) {
    if (addresses_.contains(address)) {
        return fail(ErrorCode::Conflict, formatIpv4(address) + " is taken");
    }
    printers_.emplace_back(std::move(recording), std::move(options), now);
    addresses_.emplace(address, &printers_.back());
    order_.push_back(address);
    return {};
}

Printer* Fleet::at(Ipv4 address) {
    const auto found = addresses_.find(address);
    return found == addresses_.end() ? nullptr : found->second;
}

std::string Fleet::table() const {
    std::string out;
    std::vector<Ipv4> sorted;
    for (const auto& [address, printer] : addresses_) {
        sorted.push_back(address);
    }
    std::ranges::sort(sorted);
    for (const Ipv4 address : sorted) {
        const Printer& printer = *addresses_.at(address);
        out += pad(formatIpv4(address), 16) + pad(printer.recording().name(), 36);
        const std::string& label = printer.recording().serialLabel();
        out += label.empty() ? "-" : label + printer.options().serialSuffix;
        const std::string faults = printer.faults().toString();
        out += (faults.empty() ? "" : "  ") + faults + "\n";
    }
    return out;
}

std::string Fleet::stats() const {
    PrinterCounts sum;
    for (const Printer& printer : printers_) {
        const PrinterCounts& one = printer.counts();
        sum.gets += one.gets;
        sum.getNexts += one.getNexts;
        sum.getBulks += one.getBulks;
        sum.sets += one.sets;
        sum.replies += one.replies;
        sum.varbinds += one.varbinds;
        sum.dropped += one.dropped;
        sum.jobs += one.jobs;
    }
    return "printers=" + std::to_string(printers_.size()) + " " + formatCounts(sum);
}

}  // namespace platen::sim
