// SPDX-License-Identifier: Apache-2.0
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
constexpr std::size_t kMaxFolder = 200;
constexpr std::uint16_t kRawPort = 9100;
constexpr std::uint16_t kFtpPort = 21;

bool isFolder(const std::string& path) {
    if (path.empty() || path.size() > kMaxFolder || path.front() != '/' || path.back() != '/' ||
        path.find("..") != std::string::npos) {
        return false;
    }
    return path.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
               "0123456789/._-") == std::string::npos;
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
        const Located item = list.at(i);
        static constexpr std::array<std::string_view, 3> kChannelKeys{"kind", "port", "path"};
        checkKeys(item, kChannelKeys);
        FirmwareChannel channel;
        const Located kind = item.at("kind");
        const auto name = kind && kind.json->is_string() ? kind.json->get<std::string>() : "";
        if (name == "ftp") {
            channel = {FirmwareChannel::Kind::Ftp, kFtpPort, "/"};
        } else if (name == "raw") {
            channel = {FirmwareChannel::Kind::Raw, kRawPort, {}};
        } else {
            problems_.add(kind ? kind : item, R"("kind" must be "raw" or "ftp")");
            continue;
        }
        if (const Located port = item.at("port")) {
            const auto number = port.json->is_number_integer() ? port.json->get<std::int64_t>() : 0;
            if (number < 1 || number > std::numeric_limits<std::uint16_t>::max()) {
                problems_.add(port, "must be a port, 1 to 65535");
            }
            channel.port = static_cast<std::uint16_t>(number);
        }
        if (const Located path = item.at("path")) {
            channel.path = path.json->is_string() ? path.json->get<std::string>() : std::string();
            if (channel.kind != FirmwareChannel::Kind::Ftp || !isFolder(channel.path)) {
                problems_.add(path, R"(a folder for "ftp", such as "/firmware/")");
            }
        }
        program_->firmware.push_back(std::move(channel));
    }
}

}  // namespace platen::mibmap
