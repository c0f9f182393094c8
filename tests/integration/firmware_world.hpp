// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "tests/integration/gateway_world.hpp"
#include "tests/unit/proxy/firmware/signing.hpp"
#include "tests/unit/proxy/net/http/scripted_server.hpp"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace platen::test {

/// A site with one printer that takes firmware on its raw port, by a map and a signed catalogue of
/// the test's own, and a file server.
class FirmwareWorld {
  public:
    static constexpr const char* kSerial = "VQ55407731";
    static constexpr const char* kVersionOid = "1.3.6.1.4.1.1347.43.5.4.1.5.1.1";

    explicit FirmwareWorld(const std::string& network, std::string fault = {})
        : world(network), fault_(std::move(fault)) {
        copyMaps();
        publish({});
        world.configure(R"(, "paths": {"maps": ")" + (folder.files / "maps").string() +
                        R"("}, "firmware": {"catalogue": ")" + folder.catalogue().string() +
                        R"(", "signer": ")" + folder.keyFile().string() +
                        R"(", "idle": "1s", "timeout": "12s"})");
        std::vector<std::string> words{
            std::string(PLATEN_SOURCE) + "/tests/data/recordings/kyocera-style-m5540.snmprec",
            "--raw-port", std::to_string(rawPort), "--restart-silence", "2s"};
        if (!fault_.empty()) {
            words.insert(words.end(), {"--fault", "*:" + fault_});
        }
        world.startPrinters(words);
        world.startAcs();
        world.startGateway();
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [this] {
            return !world.deviceId(kSerial).empty() && !world.deviceId("GW-TEST").empty();
        })) << world.gateway().errors();
    }

    static std::string image(const std::string& version, std::size_t bytes = 300'000) {
        std::string text = std::string("SIMFW ") + kVersionOid + " " + version + "\n";
        text.resize(bytes, 'F');
        return text;
    }
    /// The catalogue allows these versions, from any other.
    void publish(const std::vector<std::string>& versions) const {
        auto images = nlohmann::json::array();
        for (const auto& version : versions) {
            images.push_back({{"vendor", vendor},
                              {"models", {"*"}},
                              {"from", {"*"}},
                              {"version", version},
                              {"sha256", crypto::sha256Hex(image(version))},
                              {"bytes", image(version).size()},
                              {"downgrade", true}});
        }
        folder.publish(nlohmann::json{{"format", 1}, {"images", images}}.dump());
    }
    [[nodiscard]] std::string id() const { return world.deviceId(kSerial); }
    nlohmann::json download(const std::string& key, const std::string& url) {
        return world.runTask(id(), {{"type", "download"},
                                    {"commandKey", key},
                                    {"fileType", "1 Firmware Upgrade Image"},
                                    {"url", url}});
    }
    [[nodiscard]] nlohmann::json reports(const std::string& device) const {
        const std::unique_ptr<char, decltype(&curl_free)> escaped(
            curl_easy_escape(nullptr, device.c_str(), static_cast<int>(device.size())), &curl_free);
        return world.api("/devices/" + std::string(escaped.get()) + "/transfers");
    }
    /// The TransferComplete with this key; null if none comes.
    nlohmann::json report(const std::string& device,
                          const std::string& key,
                          std::chrono::seconds limit = std::chrono::seconds{40}) const {
        nlohmann::json found;
        eventually(limit, [&] {
            for (const auto& one : reports(device)) {
                if (one.value("commandKey", "") == key) {
                    found = one;
                }
            }
            return found.is_object();
        });
        return found;
    }
    [[nodiscard]] std::size_t count(const std::string& device, const std::string& key) const {
        std::size_t number = 0;
        for (const auto& one : reports(device)) {
            number += one.value("commandKey", "") == key ? 1U : 0U;
        }
        return number;
    }
    void kill() {
        world.gateway().signal(SIGKILL);
        world.gateway().wait(std::chrono::seconds{5});
    }

    CatalogueFolder folder;
    GatewayWorld world;
    std::uint16_t rawPort = freePort();
    std::string vendor = "KYOCERA";

  private:
    /// Ours, with a channel in the map of the printer's maker.
    void copyMaps() const {
        const auto to = folder.files / "maps";
        std::filesystem::copy(std::string(PLATEN_SOURCE) + "/mibmap/maps", to,
                              std::filesystem::copy_options::recursive);
        const auto file = to / "vendor/kyocera.json";
        std::ifstream in(file);
        std::string text{std::istreambuf_iterator<char>(in), {}};
        const std::string mark = R"("format": 1,)";
        text.replace(text.find(mark), mark.size(),
                     mark + R"( "firmware": {"channels": [{"kind": "raw", "port": )" +
                         std::to_string(rawPort) + "}]},");
        std::ofstream(file) << text;
    }
    std::string fault_;
};

}  // namespace platen::test
