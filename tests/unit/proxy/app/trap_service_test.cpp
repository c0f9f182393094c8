// SPDX-License-Identifier: Apache-2.0
// Traps of real datagrams to a fleet with a simulated printer, on loopback.
#include "proxy/app/trap_service.hpp"

#include "proxy/app/core.hpp"
#include "proxy/snmp/codec.hpp"
#include "tests/sim/simulator.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

namespace platen::app {
namespace {

constexpr const char* kPrinter = "127.73.0.1";
constexpr const char* kStranger = "127.73.0.9";

/// A UDP socket that sends from one address of this machine.
class Sender {
  public:
    explicit Sender(const char* from) : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        const auto address = addressOf(from, 0);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;
    ~Sender() { ::close(fd_); }
    static sockaddr_in addressOf(const char* text, std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        ::inet_pton(AF_INET, text, &address.sin_addr);
        return address;
    }
    void send(std::uint16_t port, const std::vector<std::byte>& bytes) const {
        const auto to = addressOf("127.0.0.1", port);
        static_cast<void>(::sendto(fd_, bytes.data(), bytes.size(), 0,
                                   reinterpret_cast<const sockaddr*>(&to), sizeof to));
    }

  private:
    int fd_;
};

std::uint16_t freePort() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    auto address = Sender::addressOf("127.0.0.1", 0);
    EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
    ::close(fd);
    return ntohs(address.sin_port);
}

std::vector<std::byte> alert(const std::string& community) {
    snmp::Codec codec;
    snmp::MessageHeader header;
    header.community = community;
    header.type = snmp::PduType::TrapV2;
    header.requestId = 7;
    const std::vector<VarBind> binds{
        {Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}, SnmpValue::integer(100, SnmpType::TimeTicks)},
        {Oid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0},
         SnmpValue::objectId(Oid{1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1})}};
    return *codec.encode(header, std::span<const VarBind>(binds));
}

class TrapServiceTest : public testing::Test {
  protected:
    TrapServiceTest() {
        sim::SimulatorOptions simulator;
        simulator.fleet.recordings = {std::filesystem::path(PLATEN_SOURCE) /
                                      "tests/data/recordings/acme-laserpoint-410.snmprec"};
        simulator.fleet.firstAddress = 0x7F490001;  // kPrinter
        simulator.port = freePort();
        printer_ = *sim::SimulatorThread::start(simulator);
        settings_.snmp.port = simulator.port;
        settings_.snmp.trapsListen = "127.0.0.1:" + std::to_string(trapPort_);
        settings_.discovery.ranges = {kPrinter};
        // Only a trap starts a poll in the time of a test.
        settings_.polling = {.status = std::chrono::hours{24},
                             .supplies = std::chrono::hours{24},
                             .counters = std::chrono::hours{24},
                             .configuration = std::chrono::hours{24}};
        settings_.gateway.oui = "02A1B2";
        settings_.gateway.serial = "GW1";
        core_ = *Core::make(settings_, {});
        fleet_ = std::make_unique<fleet::Fleet>(*core_->context, *core_->prober);
    }
    void open(const std::optional<std::string>& kept = std::nullopt) {
        auto opened = TrapService::open(
            {core_->loop, *core_->store, core_->random, *fleet_, core_->background.get()},
            settings_.snmp.trapsListen, kept);
        ASSERT_TRUE(opened) << opened.error().text;
        traps_ = std::move(*opened);
    }
    void findPrinter() {
        fleet_->restore(core_->store->load().value());
        fleet_->start();
        ASSERT_TRUE(runUntil([this] {
            const auto all = fleet_->printers();
            return !all.empty() && all.front()->traffic().today(core_->clock.wallNow()).packets > 3;
        }));
        EXPECT_FALSE(runUntil([] { return false; }, Millis{300}));  // its first polls end
    }
    /// Runs the loop until then; what the condition says at the end.
    bool runUntil(const std::function<bool()>& condition, Millis limit = Millis{10'000}) {
        const auto end = core_->clock.steadyNow() + limit;
        bool held = false;
        const std::function<void()> look = [&] {
            held = condition();
            if (held || core_->clock.steadyNow() >= end) {
                core_->loop.stop();
                return;
            }
            core_->loop.after(Millis{5}, "test.look", [&look] { look(); });
        };
        look();
        if (!held) {
            core_->loop.run();
        }
        return held;
    }
    std::uint64_t requests() { return core_->engine->stats().requests; }
    std::string storedEngine() {
        const auto snapshot = core_->store->load();
        for (const auto& fact : snapshot.value().facts) {
            if (fact.key == TrapService::kEngineFact) {
                return fact.text;
            }
        }
        return {};
    }

    std::uint16_t trapPort_ = freePort();
    config::Settings settings_;
    std::unique_ptr<sim::SimulatorThread> printer_;
    std::unique_ptr<Core> core_;
    std::unique_ptr<fleet::Fleet> fleet_;
    std::unique_ptr<TrapService> traps_;
};

// That it takes less than a second is measured with the real programs (snmptrap_test).
TEST_F(TrapServiceTest, AnAlertOfAKnownPrinterStartsAPoll) {
    findPrinter();
    open();
    const auto before = requests();
    Sender(kPrinter).send(trapPort_, alert("public"));
    EXPECT_TRUE(runUntil([&] { return requests() > before; }));
    EXPECT_EQ(traps_->stats().accepted, 1U);
}

TEST_F(TrapServiceTest, StrangersAndWrongCommunitiesAreCountedAndStartNothing) {
    findPrinter();
    open();
    const auto before = requests();
    Sender(kStranger).send(trapPort_, alert("public"));
    Sender(kPrinter).send(trapPort_, alert("guessed"));
    EXPECT_TRUE(runUntil([this] { return traps_->stats().received == 2; }));
    EXPECT_FALSE(runUntil([] { return false; }, Millis{500}));
    EXPECT_EQ(traps_->stats().unknownSource, 1U);
    EXPECT_EQ(traps_->stats().wrongCredential, 1U);
    EXPECT_EQ(requests(), before);
}

TEST_F(TrapServiceTest, APrinterWhoseTrapsAreNotWantedIsAStranger) {
    findPrinter();
    open();
    auto& device = *fleet_->printers().front();
    device.setGatewayValues(
        {{fleet::inService(core_->context->names.snmpTrapReceiver), model::Value::boolean(false)}},
        false);
    Sender(kPrinter).send(trapPort_, alert("public"));
    EXPECT_TRUE(runUntil([this] { return traps_->stats().received == 1; }));
    EXPECT_EQ(traps_->stats().unknownSource, 1U);
}

TEST_F(TrapServiceTest, ItsEngineStaysAndItsBootsRise) {
    open();
    EXPECT_TRUE(runUntil([this] { return !storedEngine().empty(); }));
    const auto first = storedEngine();
    EXPECT_TRUE(first.ends_with(" 1"));
    traps_.reset();
    open(first);
    const auto second = first.substr(0, first.size() - 1) + "2";
    EXPECT_TRUE(runUntil([&] { return storedEngine() == second; })) << storedEngine();
    for (const char* broken : {"", "zz 4", "80 4", "8000000005aabbccdd", "8000000005aabbccdd x"}) {
        traps_.reset();
        open(broken);
        EXPECT_TRUE(runUntil([&] {
            return storedEngine().ends_with(" 1") && storedEngine() != first;
        })) << broken;
    }
}

TEST_F(TrapServiceTest, AnAddressThatCannotBeOpenedIsAnError) {
    const TrapService::Ports ports{core_->loop, *core_->store, core_->random, *fleet_,
                                   core_->background.get()};
    for (const char* listen : {"printers.example:162", "", "192.0.2.1:162"}) {
        const auto opened = TrapService::open(ports, listen, std::nullopt);
        ASSERT_FALSE(opened) << listen;
        EXPECT_NE(opened.error().text.find("snmp.traps.listen"), std::string::npos);
    }
}

TEST_F(TrapServiceTest, AFloodIsCountedAndHoldsUpNothing) {
    findPrinter();
    open();
    const auto before = requests();
    const auto bytes = alert("public");
    constexpr int kFlood = 100'000;
    bool sent = false;
    std::thread flood([&] {
        const Sender sender(kPrinter);
        for (int i = 0; i < kFlood; ++i) {
            sender.send(trapPort_, bytes);
        }
        core_->loop.post([&sent] { sent = true; });
    });
    // A timer that is due each 5 ms has its turns all the while.
    int turns = 0;
    EXPECT_TRUE(runUntil(
        [&] {
            ++turns;
            return sent;
        },
        Millis{60'000}));
    flood.join();
    const auto& stats = traps_->stats();
    EXPECT_GT(stats.received, 100U);
    EXPECT_GT(stats.rateLimited, stats.accepted);
    EXPECT_EQ(stats.accepted + stats.rateLimited, stats.received);
    EXPECT_LE(requests() - before, 100U) << "a poll in ten seconds, of 100,000";
    EXPECT_GT(turns, 10);
}

}  // namespace
}  // namespace platen::app
