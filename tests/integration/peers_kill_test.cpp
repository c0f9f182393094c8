// SPDX-License-Identifier: Apache-2.0
// kill -9 of the gateway in the middle of its CWMP sessions: what the ACS must hear of, it hears.
#include "tests/integration/peers_acs_log.hpp"
#include "tests/integration/peers_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace platen::test {
namespace {

using nlohmann::json;

constexpr int kKills = 5;
constexpr std::size_t kPrinters = 4;
const std::string kLocation = "Device.Services.X_PLATEN_MFP.1.Identification.Location";
constexpr const char* kSysLocation = "1.3.6.1.2.1.1.6.0";

/// One line to the simulator's control port; its answer.
std::string control(std::uint16_t port, const std::string& line) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    std::string answer;
    const auto text = line + "\n";
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address),  // NOLINT: socket API
                  sizeof(address)) == 0 &&
        ::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size())) {
        for (char octet = 0; ::recv(descriptor, &octet, 1, 0) == 1 && octet != '\n';) {
            answer += octet;
        }
    }
    ::close(descriptor);
    return answer;
}

class Kills : public testing::Test {
  protected:
    void SetUp() override {
        const char* given = std::getenv("PLATEN_SEED");
        seed = given != nullptr ? std::strtoul(given, nullptr, 10) : 20'261'122UL;
        random.seed(seed);
        overlay(world, {{"writes", {{"snmp", true}}}, {"polling", {{"configuration", "1s"}}}});
        world.startPrinters({recording("kyocera-style-m5540"), recording("acme-colorworks-c7200"),
                             recording("acme-inkstream-6100"), recording("acme-laserpoint-410"),
                             "--restart-silence", "300ms", "--control",
                             "127.0.0.1:" + std::to_string(controlPort)});
        readPrinters();
        world.startAcs({"--log", log.string()});
        ASSERT_TRUE(registers(world, kPrinters)) << world.gateway().errors();
        for (const auto& printer : printers) {
            const auto task =
                world.runTask(world.deviceId(printer.serial),
                              {{"type", "setattributes"},
                               {"attributes", {{{"name", kLocation}, {"notification", 2}}}}});
            ASSERT_EQ(task.value("state", ""), "done") << task.dump();
        }
    }
    struct Printer {
        std::string address, serial;
    };
    /// Of the table that the simulator prints at its start.
    void readPrinters() {
        std::istringstream lines(world.printers().output());
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            Printer printer;
            words >> printer.address;
            if (printer.address.find(world.network()) == 0) {
                for (std::string word; words >> word;) {
                    printer.serial = word;
                }
                printers.push_back(printer);
            }
        }
        ASSERT_EQ(printers.size(), kPrinters) << world.printers().output();
    }
    void knock(const std::string& serial) {
        const auto queued =
            world.api(devicePath(world.deviceId(serial), "/connection-request"), json::object());
        if (queued.is_object() && queued.contains("id")) {
            knocks[serial].push_back(queued["id"].get<int>());
        }
    }
    void knockAll() {
        knock(kGatewaySerial);
        for (const auto& printer : printers) {
            knock(printer.serial);
        }
    }
    void reboot(const std::string& serial, const std::string& key) {
        const auto queued = world.api(devicePath(world.deviceId(serial), "/tasks"),
                                      json{{"type", "reboot"}, {"commandKey", key}});
        ASSERT_TRUE(queued.is_object() && queued.contains("id")) << queued.dump();
        reboots[key] = {serial, queued["id"].get<int>()};
    }
    static std::string locationOf(int round, std::size_t printer) {
        return "round " + std::to_string(round) + " printer " + std::to_string(printer);
    }
    void changeLocations(int round) {
        for (std::size_t i = 0; i < printers.size(); ++i) {
            const auto answer =
                control(controlPort, "set " + printers[i].address + " " + kSysLocation +
                                         " string " + locationOf(round, i));
            ASSERT_EQ(answer.find("ok"), 0U) << answer;
        }
    }
    void killAndRestart() {
        world.gateway().signal(SIGKILL);
        ASSERT_TRUE(world.gateway().wait(std::chrono::seconds{5}));
        world.startGateway();
    }
    /// Knocks from time to time until it holds.
    bool knocksUntil(std::chrono::seconds limit, const std::function<bool()>& condition) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (std::chrono::steady_clock::now() < end) {
            knockAll();
            if (eventually(std::chrono::milliseconds{700}, condition)) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] bool hasLocations(int round) const {
        for (std::size_t i = 0; i < printers.size(); ++i) {
            if (knownValue(world, world.deviceId(printers[i].serial), kLocation) !=
                locationOf(round, i)) {
                return false;
            }
        }
        return true;
    }
    [[nodiscard]] bool isAnswered(const std::string& key) const {
        const auto task =
            world.api("/tasks/" + std::to_string(std::as_const(reboots).at(key).second));
        return task.value("state", "") == "done" || task.value("state", "") == "failed";
    }
    [[nodiscard]] bool isDone(int task) const {
        return world.api("/tasks/" + std::to_string(task)).value("state", "") == "done";
    }
    /// A round: news of every kind, a kill while they are on their way, and all has arrived.
    void round(int number) {
        SCOPED_TRACE("round " + std::to_string(number));
        const auto index = static_cast<std::size_t>(number);
        reboot(kGatewaySerial, "gateway " + std::to_string(number));
        if (index + 1 < printers.size()) {  // The last is never told to restart.
            reboot(printers[index].serial, "printer " + std::to_string(number));
        }
        ASSERT_NO_FATAL_FAILURE(changeLocations(number));
        knockAll();
        const auto moment = std::chrono::milliseconds{random() % 1500};
        SCOPED_TRACE("killed after ms: " + std::to_string(moment.count()));
        const auto again = std::chrono::milliseconds{random() % 1500};
        eventually(std::min(moment, again), [] { return false; });
        if (again < moment) {
            knockAll();
            eventually(moment - again, [] { return false; });
        }
        ASSERT_NO_FATAL_FAILURE(killAndRestart());
        EXPECT_TRUE(knocksUntil(std::chrono::seconds{20}, [&] { return hasLocations(number); }))
            << world.gateway().errors();
        for (const auto& [key, who] : reboots) {
            EXPECT_TRUE(knocksUntil(std::chrono::seconds{10}, [&, &name = key] {
                return isAnswered(name);
            })) << key;
        }
    }
    [[nodiscard]] bool isReported(const std::string& key) const;
    void awaitReport(const std::string& key, const std::string& serial);
    void checkReboots(const std::vector<LoggedInform>& informs) const;
    void checkOnce(const std::vector<LoggedInform>& informs) const;

    unsigned long seed = 0;
    std::mt19937_64 random;
    std::uint16_t controlPort = freePort();
    GatewayWorld world{"127.31.2"};
    std::filesystem::path log = world.folder().path() / "acs.log";
    std::vector<Printer> printers;
    std::map<std::string, std::vector<int>> knocks;              ///< Tasks, by serial number.
    std::map<std::string, std::pair<std::string, int>> reboots;  ///< Serial and task, by key.
};

/// How often something that is told once was told.
struct Told {
    int all = 0, confirmed = 0, afterConfirmed = 0;
    void add(const LoggedInform& inform) {
        ++all;
        afterConfirmed += confirmed > 0 ? 1 : 0;
        confirmed += inform.confirmed ? 1 : 0;
    }
};

/// Every accepted Reboot was reported, and none after the ACS's answer to the report.
void Kills::checkReboots(const std::vector<LoggedInform>& informs) const {
    for (const auto& [key, who] : reboots) {
        Told told;
        for (const auto& inform : informs) {
            if (inform.events.contains("M Reboot=" + key)) {
                EXPECT_EQ(inform.serial, who.first);
                EXPECT_TRUE(inform.events.contains("1 BOOT"));
                told.add(inform);
            }
        }
        if (isDone(who.second)) {  // Else the answer was lost with its session: either is right.
            EXPECT_GE(told.all, 1) << key;
        }
        EXPECT_EQ(told.afterConfirmed, 0) << key;
    }
}

/// BOOTSTRAP and each change of a value, too; only what was not confirmed may come again.
void Kills::checkOnce(const std::vector<LoggedInform>& informs) const {
    std::map<std::string, Told> bootstraps, locations;
    std::map<std::string, int> lost, requests, boots;
    for (const auto& inform : informs) {
        lost[inform.serial] += inform.confirmed ? 0 : 1;
        requests[inform.serial] += inform.events.contains("6 CONNECTION REQUEST") ? 1 : 0;
        boots[inform.serial] += inform.events.contains("1 BOOT") && inform.confirmed ? 1 : 0;
        if (inform.events.contains("0 BOOTSTRAP")) {
            bootstraps[inform.serial].add(inform);
        }
        const auto location = inform.values.find(kLocation);
        if (location != inform.values.end() && location->second.starts_with("round ")) {
            EXPECT_TRUE(inform.events.contains("4 VALUE CHANGE"));
            locations[location->second].add(inform);
        }
    }
    EXPECT_EQ(bootstraps.size(), kPrinters + 1);
    for (const auto& [serial, told] : bootstraps) {
        EXPECT_GE(told.all, 1) << serial;
        EXPECT_EQ(told.afterConfirmed, 0) << serial;
    }
    EXPECT_EQ(locations.size(), kPrinters * kKills) << "each value of each round was told";
    for (const auto& [value, told] : locations) {
        EXPECT_EQ(told.afterConfirmed, 0) << value;
    }
    for (const auto& [serial, count] : lost) {
        EXPECT_LE(count, kKills) << serial << ": a kill breaks one session of a device";
    }
    for (const auto& [serial, count] : requests) {
        int accepted = 0;
        for (const int task : knocks.at(serial)) {
            accepted += isDone(task) ? 1 : 0;
        }
        // Never repeated; the answer to a request may be lost in a kill. (Set-up knocked once.)
        EXPECT_LE(count, accepted + kKills + 1) << serial;
    }
    EXPECT_LE(boots.at(printers.back().serial), 1) << "kills are no restarts of a printer";
}

bool Kills::isReported(const std::string& key) const {
    const auto informs = readInforms(log);
    return !isDone(reboots.at(key).second) ||
           std::any_of(informs.begin(), informs.end(), [&](const LoggedInform& inform) {
               return inform.events.contains("M Reboot=" + key);
           });
}

void Kills::awaitReport(const std::string& key, const std::string& serial) {
    if (knocksUntil(std::chrono::seconds{2}, [&] { return isReported(key); })) {
        return;
    }
    // The kill came between the answer to Reboot and the order to the printer: `M Reboot` waits for
    // the next real restart (C-PRX-41).
    const auto printer = std::find_if(printers.begin(), printers.end(),
                                      [&](const Printer& one) { return one.serial == serial; });
    ASSERT_NE(printer, printers.end()) << key << ": the gateway restarts with its program";
    const auto ticks = control(controlPort, "get " + printer->address + " 1.3.6.1.2.1.1.3.0");
    EXPECT_GT(ticks.size(), std::string("ok 67|999999").size()) << "it has restarted: " << ticks;
    EXPECT_EQ(control(controlPort, "restart " + printer->address).find("ok"), 0U);
    EXPECT_TRUE(knocksUntil(std::chrono::seconds{10}, [&] { return isReported(key); }))
        << key << world.gateway().errors();
}

// C-CMD-01, C-CMD-07, C-BS-01, C-EVT-00, C-EVT-15, C-EVT-32, C-EVT-33, C-EVT-34, C-EVT-36, C-NOT-05
TEST_F(Kills, LoseNoEventAndRepeatOnlyWhatTheAcsHasNotConfirmed) {
    SCOPED_TRACE("PLATEN_SEED=" + std::to_string(seed));
    for (int number = 0; number < kKills; ++number) {
        ASSERT_NO_FATAL_FAILURE(round(number));
    }
    for (const auto& [key, who] : reboots) {
        awaitReport(key, who.first);
    }
    ASSERT_TRUE(eventually(std::chrono::seconds{10},
                           [&] { return isQuiet(world, world.deviceId(kGatewaySerial)); }));
    EXPECT_EQ(world.stopGateway(), 0);
    const auto informs = readInforms(log);
    checkReboots(informs);
    checkOnce(informs);
    EXPECT_TRUE(isClean(world)) << world.api("/stats").dump(2);
    if (HasFailure()) {
        for (const auto& inform : informs) {
            std::string line = inform.serial + (inform.confirmed ? " + " : " - ");
            for (const auto& event : inform.events) {
                line += event + ", ";
            }
            const auto location = inform.values.find(kLocation);
            std::cerr << line << (location == inform.values.end() ? "" : location->second) << "\n";
        }
    }
}

}  // namespace
}  // namespace platen::test
