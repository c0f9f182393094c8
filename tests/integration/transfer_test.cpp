// SPDX-License-Identifier: Apache-2.0
// File transfers, from the ACS's request to TransferComplete, with the real programs.
#include "tests/integration/gateway_world.hpp"
#include "tests/unit/proxy/net/http/scripted_server.hpp"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <tuple>

namespace platen::test {
namespace {

using net::test::answer;
using net::test::ScriptedServer;
using net::test::Seen;
using nlohmann::json;

constexpr const char* kGateway = "GW-TEST";
constexpr const char* kKyocera = "VQ55407731";

class Transfers : public testing::Test {
  public:
    Transfers() {
        world.configure(
            R"(, "ews": {"credentials": [{"username": "u", "password": "hidden-ews-word"}]})");
        world.startPrinters();
        world.startAcs();
        world.startGateway();
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [this] {
            return world.printerCount() == 6 && !world.deviceId(kGateway).empty();
        })) << world.gateway().errors();
    }
    /// The state of a task for one device, `done` or `failed`.
    json ask(const std::string& serial, const json& task) {
        return world.runTask(world.deviceId(serial), task);
    }
    json reports(const std::string& serial) const {
        const auto id = world.deviceId(serial);
        const std::unique_ptr<char, decltype(&curl_free)> escaped(
            curl_easy_escape(nullptr, id.c_str(), static_cast<int>(id.size())), &curl_free);
        auto list = world.api("/devices/" + std::string(escaped.get()) + "/transfers");
        EXPECT_TRUE(list.is_array()) << list.dump();
        return list;
    }
    /// The TransferComplete with this key; null if none comes.
    json report(const std::string& serial, const std::string& key) {
        json found;
        eventually(std::chrono::seconds{20}, [&] {
            for (const auto& one : reports(serial)) {
                if (one.value("commandKey", "") == key) {
                    found = one;
                }
            }
            return found.is_object();
        });
        return found;
    }
    std::size_t countReports(const std::string& serial) const { return reports(serial).size(); }

    GatewayWorld world{"127.14.0"};
};

json upload(const std::string& key, const std::string& type, const std::string& url) {
    return {{"type", "upload"}, {"commandKey", key}, {"fileType", type}, {"url", url}};
}

json download(const std::string& key, const std::string& type, const std::string& url) {
    return {{"type", "download"}, {"commandKey", key}, {"fileType", type}, {"url", url}};
}

TEST_F(Transfers, LogConfigurationAndAlertsAreUploaded) {
    ScriptedServer files([](const Seen&) { return answer(201); });
    for (const auto& [serial, key, type] :
         {std::tuple{kGateway, "log", "4 Vendor Log File"},
          std::tuple{kGateway, "config", "3 Vendor Configuration File"},
          std::tuple{kKyocera, "alerts", "4 Vendor Log File"}}) {
        const auto task = ask(serial, upload(key, type, files.url(std::string("/") + key)));
        ASSERT_EQ(task.value("state", ""), "done") << task.dump();
        const auto complete = report(serial, key);
        ASSERT_TRUE(complete.is_object()) << key << world.gateway().errors();
        EXPECT_EQ(complete["faultCode"], 0) << complete.dump();
        EXPECT_LE(complete["startTime"].get<std::string>(),
                  complete["completeTime"].get<std::string>());
    }
    ASSERT_EQ(files.seen().size(), 3U);
    EXPECT_EQ(files.seen()[0].requestLine(), "PUT /log HTTP/1.1");
    EXPECT_NE(files.seen()[0].body.find("app started"), std::string::npos);
    const auto config = json::parse(files.seen()[1].body, nullptr, false);
    ASSERT_TRUE(config.is_object()) << files.seen()[1].body;
    EXPECT_EQ(config["gateway"]["serial"], kGateway);
    for (const auto& seen : files.seen()) {
        EXPECT_EQ(seen.body.find("hidden-ews-word"), std::string::npos);
        EXPECT_EQ(seen.body.find("\"public\""), std::string::npos) << "the SNMP community";
    }
    EXPECT_EQ(files.seen()[2].body.find("# Alert"), 0U) << files.seen()[2].body.substr(0, 200);
    const auto stats = world.api("/stats");
    EXPECT_EQ(stats["schema"].value("failures", -1), 0) << stats.dump(2);
}

// The gateway's configuration is decided at the site; a download is checked and then refused.
// C-XFER-18, -07, C-PRX-44
TEST_F(Transfers, DownloadsAreCheckedAndReported) {
    ScriptedServer files([](const Seen& seen) {
        if (seen.requestLine().find("/good") != std::string::npos) {
            return answer(200, R"({"acs": {"url": "https://other.test/"}})");
        }
        return seen.requestLine().find("/bad") != std::string::npos
                   ? answer(200, R"({"acs": {"urll": 5}})")
                   : answer(404);
    });
    const std::string type = "3 Vendor Configuration File";
    for (const auto& [path, fault, text] :
         {std::tuple{"bad", 9018, "urll"}, std::tuple{"good", 9001, "only from its own file"},
          std::tuple{"missing", 9016, "404"}}) {
        const auto task = ask(kGateway, download(path, type, files.url(std::string("/") + path)));
        ASSERT_EQ(task.value("state", ""), "done") << task.dump();
        EXPECT_EQ(task["result"]["fields"].value("Status", ""), "1");
        const auto complete = report(kGateway, path);
        ASSERT_TRUE(complete.is_object()) << path;
        EXPECT_EQ(complete["faultCode"], fault) << complete.dump();
        EXPECT_NE(complete["faultString"].get<std::string>().find(text), std::string::npos)
            << complete.dump();
    }
    EXPECT_EQ(countReports(kGateway), 3U);
    for (const auto& [serial, fileType, fault] :
         {std::tuple{kGateway, "1 Firmware Upgrade Image", 9001},
          std::tuple{kKyocera, "1 Firmware Upgrade Image", 9001},
          std::tuple{kKyocera, "3 Vendor Configuration File 2", 9003},
          std::tuple{kGateway, "2 Web Content", 9003}}) {
        const auto task = ask(serial, download("refused", fileType, files.url("/f")));
        EXPECT_EQ(task.value("state", ""), "failed");
        EXPECT_EQ(task["fault"]["code"], fault) << task.dump();
    }
    EXPECT_EQ(countReports(kKyocera), 0U);
}

// TP-181 5.1.6
TEST_F(Transfers, SettingsAreBackedUpAndRestored) {
    std::string backup;
    ScriptedServer files([&](const Seen& seen) {
        if (seen.requestLine().starts_with("PUT")) {
            backup = seen.body;
            return answer(201);
        }
        return answer(200, backup);
    });
    const std::string interval = "Device.ManagementServer.PeriodicInformInterval";
    const auto set = [&](const std::string& serial, const std::string& value) {
        const auto task = ask(
            serial,
            {{"type", "set"},
             {"values", {{{"name", interval}, {"type", "xsd:unsignedInt"}, {"value", value}}}}});
        ASSERT_EQ(task.value("state", ""), "done") << task.dump();
    };
    for (const auto& [serial, type] : {std::pair{kGateway, "3 Vendor Configuration File 2"},
                                       std::pair{kKyocera, "3 Vendor Configuration File 1"}}) {
        set(serial, "1234");
        auto task = ask(serial, upload("save", type, files.url("/save")));
        ASSERT_EQ(task.value("state", ""), "done") << task.dump();
        const auto saved = report(serial, "save");
        ASSERT_TRUE(saved.is_object()) << world.gateway().errors();
        ASSERT_EQ(saved["faultCode"], 0) << saved.dump();
        set(serial, "4321");
        task = ask(serial, download("load", "3 Vendor Configuration File", files.url("/load")));
        ASSERT_EQ(task.value("state", ""), "done") << task.dump();
        const auto complete = report(serial, "load");
        ASSERT_TRUE(complete.is_object()) << world.gateway().errors();
        ASSERT_EQ(complete["faultCode"], 0) << complete.dump();
        EXPECT_EQ(world.value(world.deviceId(serial), interval), "1234") << serial;
    }
}

// C-XFER-13: killed while the file server is silent.
TEST_F(Transfers, ATransferSurvivesKillNine) {
    std::atomic<bool> silent{true};
    ScriptedServer files([&](const Seen&) {
        return silent ? net::test::Answer{"", false, true} : answer(201);
    });
    ASSERT_EQ(
        ask(kGateway, upload("again", "4 Vendor Log File", files.url("/log"))).value("state", ""),
        "done");
    ASSERT_TRUE(eventually(std::chrono::seconds{10}, [&] { return !files.seen().empty(); }));
    silent = false;
    world.gateway().signal(SIGKILL);
    world.gateway().wait(std::chrono::seconds{5});
    world.startGateway();
    const auto complete = report(kGateway, "again");
    ASSERT_TRUE(complete.is_object()) << world.gateway().errors();
    EXPECT_EQ(complete["faultCode"], 0) << complete.dump();
    EXPECT_EQ(countReports(kGateway), 1U);
}

}  // namespace
}  // namespace platen::test
