// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/peers_acs_log.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <fstream>
#include <utility>

namespace platen::test {

namespace {

using nlohmann::json;

/// The content of each element of this name; its attributes do not count.
std::vector<std::string> contents(const std::string& text, const std::string& name) {
    std::vector<std::string> found;
    const auto close = "</" + name + ">";
    for (auto at = text.find("<" + name); at != std::string::npos;
         at = text.find("<" + name, at + 1)) {
        const auto after = text[at + name.size() + 1];
        const auto from = text.find('>', at);
        if ((after != '>' && after != ' ') || from == std::string::npos) {
            continue;  // Another name that begins alike.
        }
        if (text[from - 1] == '/') {
            found.emplace_back();
            continue;
        }
        const auto to = text.find(close, from);
        found.push_back(to == std::string::npos ? "" : text.substr(from + 1, to - from - 1));
    }
    return found;
}

std::string first(const std::string& text, const std::string& name) {
    const auto all = contents(text, name);
    return all.empty() ? "" : all.front();
}

LoggedInform parse(const std::string& body) {
    LoggedInform inform;
    inform.serial = first(body, "SerialNumber");
    for (const auto& event : contents(body, "EventStruct")) {
        const auto key = first(event, "CommandKey");
        inform.events.insert(first(event, "EventCode") + (key.empty() ? "" : "=" + key));
    }
    for (const auto& one : contents(body, "ParameterValueStruct")) {
        inform.values[first(one, "Name")] = first(one, "Value");
    }
    return inform;
}

}  // namespace

std::vector<LoggedInform> readInforms(const std::filesystem::path& log) {
    std::vector<LoggedInform> informs;
    std::map<std::uint64_t, std::size_t> open;  // Index of the last Inform of a connection.
    std::ifstream in(log);
    for (std::string line; std::getline(in, line);) {
        const auto one = json::parse(line, nullptr, false);
        if (!one.is_object() || one.value("direction", "") != "in") {
            continue;  // The last line may not be finished.
        }
        const auto connection = one.value("connection", std::uint64_t{0});
        const auto body = one.value("body", "");
        if (body.find("<cwmp:Inform>") != std::string::npos) {
            open[connection] = informs.size();
            informs.push_back(parse(body));
        } else if (const auto found = open.find(connection); found != open.end()) {
            informs[found->second].confirmed = true;
        }
    }
    return informs;
}

}  // namespace platen::test
