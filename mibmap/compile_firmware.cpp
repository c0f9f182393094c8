// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "mibmap/compiler.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

namespace platen::mibmap {
namespace {

constexpr std::size_t kMaxChannels = 4;
constexpr std::size_t kMaxPath = 200;
constexpr std::uint16_t kRawPort = 9100;
constexpr std::uint16_t kFtpPort = 21;
constexpr std::uint16_t kHttpPort = 80;

constexpr std::string_view kNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

bool isPath(const std::string& path) {
    return !path.empty() && path.size() <= kMaxPath && path.front() == '/' &&
           path.find("..") == std::string::npos &&
           path.find_first_not_of(text::cat({kNameCharacters, "/"})) == std::string::npos;
}
bool isFolder(const std::string& path) {
    return isPath(path) && path.back() == '/';
}
bool isField(const std::string& name) {
    return !name.empty() && name.size() <= kMaxPath &&
           name.find_first_not_of(kNameCharacters) == std::string::npos;
}

}  // namespace

/// The last file that has the section wins.
void Compiler::readFirmware(const Located& at) {
    if (!at) {
        return;
    }
    static constexpr std::array<std::string_view, 2> kKeys{"channels", "text"};
    checkKeys(at, kKeys);
    const Located list = at.at("channels");
    if (!list || !list.json->is_array() || list.json->size() > kMaxChannels) {
        problems_.add(at, R"(needs "channels", at most 4)");
        return;
    }
    program_->firmware.clear();
    for (std::size_t i = 0; i < list.json->size(); ++i) {
        if (auto channel = readFirmwareChannel(list.at(i))) {
            program_->firmware.push_back(std::move(*channel));
        }
    }
}

std::optional<FirmwareChannel> Compiler::readFirmwareChannel(const Located& item) {
    static constexpr std::array<std::string_view, 4> kKeys{"kind", "port", "path", "field"};
    checkKeys(item, kKeys);
    FirmwareChannel channel;
    const Located kind = item.at("kind");
    const auto name = kind && kind.json->is_string() ? kind.json->get<std::string>() : "";
    if (name == "ftp") {
        channel = {FirmwareChannel::Kind::Ftp, kFtpPort, "/", {}};
    } else if (name == "raw") {
        channel = {FirmwareChannel::Kind::Raw, kRawPort, {}, {}};
    } else if (name == "http") {
        channel = {FirmwareChannel::Kind::Http, kHttpPort, {}, {}};
    } else {
        problems_.add(kind ? kind : item, R"("kind" must be "raw", "ftp" or "http")");
        return std::nullopt;
    }
    if (const Located port = item.at("port")) {
        const auto number = port.json->is_number_integer() ? port.json->get<std::int64_t>() : 0;
        if (number < 1 || number > std::numeric_limits<std::uint16_t>::max()) {
            problems_.add(port, "must be a port, 1 to 65535");
        }
        channel.port = static_cast<std::uint16_t>(number);
    }
    const auto textOf = [](const Located& at) {
        return at && at.json->is_string() ? at.json->get<std::string>() : std::string();
    };
    const Located path = item.at("path");
    const Located field = item.at("field");
    if (channel.kind == FirmwareChannel::Kind::Http) {
        channel.path = textOf(path);
        channel.field = textOf(field);
        if (!isPath(channel.path) || !isField(channel.field)) {
            problems_.add(item, R"("http" needs the form's "path" and its file's "field")");
        }
        return channel;
    }
    if (path) {
        channel.path = textOf(path);
        if (channel.kind != FirmwareChannel::Kind::Ftp || !isFolder(channel.path)) {
            problems_.add(path, R"(a folder for "ftp", such as "/firmware/")");
        }
    }
    if (field) {
        problems_.add(field, R"(only for "http")");
    }
    return channel;
}

}  // namespace platen::mibmap
