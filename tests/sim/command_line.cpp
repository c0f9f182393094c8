// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/command_line.hpp"

#include "base/text.hpp"

#include <string>

namespace platen::sim {

namespace {

using Args = std::vector<std::string_view>;

tl::unexpected<Error> wrong(std::string_view option, std::string_view wanted) {
    return fail(ErrorCode::Malformed, text::cat({option, ": ", wanted, " is wanted"}));
}

Result<void> takeFault(SimulatorOptions& options, std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        return wrong("--fault", "ADDRESS:KEY=VALUE");
    }
    options.fleet.faults.emplace_back(text.substr(0, colon), text.substr(colon + 1));
    return {};
}

Result<void> takeNumber(SimulatorOptions& options, std::string_view option, std::string_view text) {
    const auto number = text::toUnsigned(text);
    const bool isPort = option == "--port" || option == "--raw-port";
    if (!number || (isPort && *number > UINT16_MAX) ||
        (option == "--count" && (*number == 0 || *number > kMaxPrinters))) {
        return wrong(option, "a number in range");
    }
    if (option == "--port") {
        options.port = static_cast<std::uint16_t>(*number);
    } else if (option == "--raw-port") {
        options.rawPort = static_cast<std::uint16_t>(*number);
    } else if (option == "--count") {
        options.fleet.count = static_cast<std::size_t>(*number);
    } else {
        options.seed = *number;
    }
    return {};
}

Result<void> takeValue(SimulatorOptions& options, std::string_view option, std::string_view value) {
    if (option == "--port" || option == "--raw-port" || option == "--count" || option == "--seed") {
        return takeNumber(options, option, value);
    }
    if (option == "--fault") {
        return takeFault(options, value);
    }
    if (option == "--listen") {
        const auto address = parseIpv4(value);
        if (!address || *address >> 24U != 127) {
            return wrong(option, "an address of 127.0.0.0/8");
        }
        options.fleet.firstAddress = *address;
    } else if (option == "--restart-silence") {
        const auto duration = parseDuration(value);
        if (!duration) {
            return wrong(option, "a duration such as 2s");
        }
        options.fleet.restartSilence = *duration;
    } else if (option == "--community") {
        options.fleet.community = value;
    } else if (option == "--write-community") {
        options.fleet.writeCommunity = value;
    } else if (option == "--script") {
        options.fleet.script = value;
    } else if (option == "--control") {
        options.control = value;
    } else {
        return fail(ErrorCode::Malformed, text::cat({"unknown option ", option}));
    }
    return {};
}

}  // namespace

Result<SimulatorOptions> parseCommandLine(const Args& args) {
    SimulatorOptions options;
    for (std::size_t i = 0; i < args.size(); ++i) {
        const std::string_view option = args[i];
        if (option == "--serials") {
            options.fleet.serials = true;
        } else if (option == "--recordings") {
            while (i + 1 < args.size() && !args[i + 1].starts_with("--")) {
                options.fleet.recordings.emplace_back(args[++i]);
            }
        } else if (i + 1 == args.size()) {
            return fail(ErrorCode::Malformed, text::cat({option, " needs a value, or is unknown"}));
        } else if (auto done = takeValue(options, option, args[++i]); !done) {
            return tl::unexpected(done.error());
        }
    }
    if (options.fleet.recordings.empty()) {
        return wrong("--recordings", "at least one file or folder");
    }
    return options;
}

}  // namespace platen::sim
