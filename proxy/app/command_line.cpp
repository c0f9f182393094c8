// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/command_line.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace platen::app {

namespace {

struct Command {
    std::string_view name;
    std::size_t arguments;  ///< Number of words after it.
    bool needsConfig;
    std::string_view synopsis;
    std::string_view text;
};

constexpr std::array kCommands{
    Command{"run", 0, true, "run --config FILE", "the gateway, until SIGTERM; SIGHUP reloads"},
    Command{"check-config", 1, false, "check-config FILE",
            "names every error of a configuration; exit 0 or 2"},
    Command{"print-config", 0, true, "print-config --config FILE",
            "the effective settings, secrets left out"},
    Command{"discover", 0, true, "discover --config FILE [--json]",
            "one discovery pass; prints what answered"},
    Command{"poll", 1, true, "poll HOST --config FILE [--json]",
            "reads one printer now and prints its model tree; exit 3 no answer, 4 no printer"},
    Command{"explain", 2, true, "explain DEVICE PARAMETER --config FILE [--json]",
            "reads one printer (address, serial number or OUI-CLASS-SERIAL) and says where a value "
            "comes from"},
    Command{"diagnose", 1, true, "diagnose HOST --config FILE [--json]",
            "why is it not read? step by step, from the name to the values; exit codes of poll"},
    Command{"record", 1, true, "record HOST --config FILE [--output FILE]",
            "walks one printer gently and writes a recording, private texts replaced"},
    Command{"map check", 1, false, "map check FILE [--config FILE]",
            "names every error of a map file; exit 0 or 2"},
    Command{"map try", 2, false, "map try FILE RECORDING [--config FILE] [--json]",
            "what a recording becomes with this map over the others (-: only the others)"},
    Command{"take-over", 0, true, "take-over --config FILE",
            "the state directory, copied from another machine, belongs to this one from now on"},
    Command{"version", 0, false, "version", "prints the version"},
    Command{"help", 0, false, "help", "prints this text"},
};

const Command* findCommand(std::string_view name) {
    const auto it = std::find_if(kCommands.begin(), kCommands.end(),
                                 [&](const Command& command) { return command.name == name; });
    return it != kCommands.end() ? &*it : nullptr;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> names) {
    const auto near = text::nearest(word, names);
    return near ? " (did you mean \"" + std::string(*near) + "\"?)" : "";
}

Result<void> takeOption(std::span<const std::string_view> words,
                        std::size_t& i,
                        CommandLine& line) {
    static constexpr std::array<std::string_view, 5> kOptions{"--config", "--json", "--output",
                                                              "--debug", "--log-json"};
    const auto word = words[i];
    if (word == "--json") {
        line.json = true;
    } else if (word == "--debug") {
        line.debug = true;
    } else if (word == "--log-json") {
        line.logJson = true;
    } else if (word == "--config") {
        if (i + 1 >= words.size()) {
            return fail(ErrorCode::Malformed, "--config needs a file name");
        }
        line.config = std::string(words[++i]);
    } else if (word == "--output") {
        if (i + 1 >= words.size()) {
            return fail(ErrorCode::Malformed, "--output needs a file name");
        }
        line.output = std::string(words[++i]);
    } else if (word.starts_with("--config=")) {
        line.config = std::string(word.substr(std::string_view("--config=").size()));
    } else {
        return fail(ErrorCode::Malformed,
                    "unknown option " + std::string(word) + suggestion(word, kOptions));
    }
    return {};
}

}  // namespace

Result<CommandLine> parseCommandLine(std::span<const std::string_view> words) {
    CommandLine line;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto word = words[i];
        if (word == "--help" || word == "-h") {
            line.command = "help";
            return line;
        }
        if (word == "--version") {
            line.command = "version";
            return line;
        }
        if (word.starts_with("-") && word.size() > 1) {
            if (const auto taken = takeOption(words, i, line); !taken) {
                return tl::unexpected<Error>(taken.error());
            }
        } else if (line.command.empty()) {
            line.command = std::string(word);
        } else {
            line.arguments.emplace_back(word);
        }
    }
    if (line.command.empty()) {
        return fail(ErrorCode::Malformed, "no command");
    }
    if (line.command == "map" && !line.arguments.empty()) {
        line.command += " " + line.arguments.front();
        line.arguments.erase(line.arguments.begin());
    }
    const auto* command = findCommand(line.command);
    if (command == nullptr) {
        std::vector<std::string_view> names;
        names.reserve(kCommands.size());
        for (const auto& known : kCommands) {
            names.push_back(known.name);
        }
        return fail(ErrorCode::Malformed,
                    "unknown command " + line.command + suggestion(line.command, names));
    }
    if (line.command == "check-config" && line.arguments.empty() && !line.config.empty()) {
        line.arguments.push_back(line.config);
    }
    if (line.arguments.size() != command->arguments) {
        return fail(ErrorCode::Malformed, "usage: platen " + std::string(command->synopsis));
    }
    if (command->needsConfig && line.config.empty()) {
        return fail(ErrorCode::Malformed, "platen " + line.command + " needs --config FILE");
    }
    return line;
}

std::string usage() {
    std::string out = "Platen presents network printers to a TR-069 ACS.\n\n";
    for (const auto& command : kCommands) {
        out += "  platen " + std::string(command.synopsis) + "\n      " +
               std::string(command.text) + "\n";
    }
    out += "\nOptions: --debug (more log lines), --log-json (log as JSON lines)\n";
    return out;
}

}  // namespace platen::app
