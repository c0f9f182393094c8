// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/acs_command_line.hpp"

#include "base/text.hpp"

namespace platen::acs {

namespace {

Result<void> takeMisbehaviour(MisbehaviourState& state, std::string_view value) {
    const auto colon = value.find(':');
    const auto mode = parseMisbehaviour(value.substr(0, colon));
    if (!mode) {
        return tl::unexpected(mode.error());
    }
    state.mode = *mode;
    if (colon != std::string_view::npos) {
        const auto count = text::toUnsigned(value.substr(colon + 1));
        if (!count || *count > INT32_MAX) {
            return fail(ErrorCode::Malformed, "--misbehave: MODE:COUNT is wanted");
        }
        state.left = static_cast<int>(*count);
    }
    return {};
}

Result<void> takeValue(AcsServerOptions& options,
                       bool& learnGiven,
                       std::string_view option,
                       std::string_view value) {
    if (option == "--listen") {
        options.listen = value;
    } else if (option == "--api") {
        options.api = value;
    } else if (option == "--schemas") {
        options.acs.schemas = value;
    } else if (option == "--log") {
        options.log = value;
    } else if (option == "--user") {
        options.acs.username = value;
    } else if (option == "--password") {
        options.acs.password = value;
    } else if (option == "--misbehave") {
        return takeMisbehaviour(options.acs.misbehaviour, value);
    } else if (option == "--learn") {
        if (!learnGiven) {
            options.acs.learn.clear();
            learnGiven = true;
        }
        options.acs.learn.emplace_back(value);
    } else if (option == "--max-sessions") {
        const auto number = text::toUnsigned(value);
        if (!number) {
            return fail(ErrorCode::Malformed, "--max-sessions: a number is wanted");
        }
        options.acs.maxSessions = static_cast<std::size_t>(*number);
    } else {
        return fail(ErrorCode::Malformed, text::cat({"unknown option ", option}));
    }
    return {};
}

}  // namespace

Result<AcsServerOptions> parseCommandLine(const std::vector<std::string_view>& args) {
    AcsServerOptions options;
    bool learnGiven = false;
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (args[i] == "--no-provision") {
            options.acs.provision = false;
        } else if (args[i] == "--no-learn") {
            options.acs.learn.clear();
            learnGiven = true;
        } else if (args[i] == "--no-parameters") {
            options.acs.keepParameters = false;
        } else if (i + 1 == args.size()) {
            return fail(ErrorCode::Malformed,
                        text::cat({args[i], " needs a value, or is unknown"}));
        } else {
            const std::string_view option = args[i];
            if (auto done = takeValue(options, learnGiven, option, args[++i]); !done) {
                return tl::unexpected(done.error());
            }
        }
    }
    return options;
}

}  // namespace platen::acs
