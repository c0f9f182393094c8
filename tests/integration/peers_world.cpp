// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/peers_world.hpp"

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>

namespace platen::test {

using nlohmann::json;

std::string systemProgram(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(std::string(path != nullptr ? path : "") +
                               ":/usr/sbin:/usr/local/sbin:/sbin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const auto file = std::filesystem::path(folder) / name;
        if (!folder.empty() && ::access(file.c_str(), X_OK) == 0) {
            return file.string();
        }
    }
    return {};
}

void overlay(const GatewayWorld& world, const json& settings) {
    std::filesystem::create_directories(world.folder().path() / "conf.d");
    world.folder().write("conf.d/peers.json", settings.dump());
}

std::string acsUrl(const GatewayWorld& world) {
    return json::parse(readFile(world.configFile()))["acs"].value("url", "");
}

bool listens(std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const bool open = ::connect(descriptor,
                                reinterpret_cast<const sockaddr*>(&address),  // NOLINT: socket API
                                sizeof(address)) == 0;
    ::close(descriptor);
    return open;
}

std::string readFile(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string devicePath(const std::string& id, const std::string& what) {
    const std::unique_ptr<char, decltype(&curl_free)> escaped(
        curl_easy_escape(nullptr, id.c_str(), static_cast<int>(id.size())), &curl_free);
    return "/devices/" + std::string(escaped.get()) + what;
}

std::string knownValue(const GatewayWorld& world, const std::string& id, const std::string& name) {
    const auto known = world.api(devicePath(id, "/parameters?prefix=" + name));
    for (const auto& one : known) {
        if (one.value("name", "") == name) {
            return one.value("value", "");
        }
    }
    return {};
}

int countEvents(const GatewayWorld& world, const std::string& id, const std::string& event) {
    int count = 0;
    const auto history = world.events(id);
    for (const auto& inform : history) {
        for (const auto& one : inform["events"]) {
            count += one.get<std::string>() == event ? 1 : 0;
        }
    }
    return count;
}

bool isQuiet(const GatewayWorld& world, const std::string& id) {
    const auto device = world.api(devicePath(id));
    const auto stats = world.api("/stats");
    return device.is_object() && device.value("queued", -1) == 0 && stats.is_object() &&
           stats["sessions"].value("active", -1) == 0;
}

std::string recording(const std::string& name) {
    return std::string(PLATEN_SOURCE) + "/tests/data/recordings/" + name + ".snmprec";
}

bool registers(GatewayWorld& world, std::size_t printers) {
    world.startGateway();
    return eventually(std::chrono::seconds{30}, [&] {
        const auto devices = world.devices();
        return devices.size() == printers + 1 && !world.deviceId(kGatewaySerial).empty() &&
               std::all_of(devices.begin(), devices.end(), [&](const json& device) {
                   return isQuiet(world, device.value("id", ""));
               });
    });
}

bool isClean(const GatewayWorld& world) {
    const auto stats = world.api("/stats");
    return stats.is_object() && stats["schema"].value("failures", -1) == 0 &&
           stats.value("protocolErrors", -1) == 0;
}

}  // namespace platen::test
