// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/scanner.hpp"

#include "proxy/discovery/mdns.hpp"
#include "tests/sim/recording.hpp"
#include "tests/support/fake_lan.hpp"
#include "tests/support/fake_resolver.hpp"
#include "tests/support/fake_v3_agent.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace platen::discovery {
namespace {

using namespace std::chrono_literals;

class SeededRandom final : public Random {
  public:
    std::uint64_t below(std::uint64_t bound) override { return bound / 2; }
    std::string hex(std::size_t bytes) override {
        std::string digits(bytes * 2, 'a');
        return digits;
    }
};

struct Data {
    model::Schema schema;
    std::unique_ptr<mibmap::MapSet> maps;

    static Data& get() {
        static Data data = load();
        return data;
    }

  private:
    static Data load() {
        const std::filesystem::path source = PLATEN_SOURCE;
        const std::array<std::filesystem::path, 2> files{
            source / "mfp-datamodel/model/device-2.xml",
            source / "mfp-datamodel/model/mfp-1.0.xml"};
        return {model::Schema::load(files).value(), nullptr};
    }
};

/// An engine on a network where nobody is: each read fails when its tries are over.
class SilentEngine final : public snmp::Engine {
  public:
    explicit SilentEngine(test::FakeLoop& loop) : loop_(loop) {}
    snmp::TargetId addTarget(snmp::TargetOptions options) override {
        const snmp::TargetId id{++last_};
        waits_[id] = options.timeout * static_cast<int>(options.retries + 1);
        packets += options.retries + 1;
        return id;
    }
    void removeTarget(snmp::TargetId target) override { waits_.erase(target); }
    void read(snmp::TargetId target,
              snmp::ReadRequest /*request*/,
              UniqueFunction<void(Result<snmp::ReadResult>)> done) override {
        most = std::max(most, waits_.size());
        loop_.after(waits_.at(target), "silence", [done = std::move(done)]() mutable {
            done(fail(ErrorCode::Timeout, "no answer"));
        });
    }
    void set(snmp::TargetId /*target*/,
             std::vector<VarBind> /*varbinds*/,
             UniqueFunction<void(Result<snmp::SetRefusal>)> /*done*/) override {}
    [[nodiscard]] snmp::EngineStats stats() const override { return {}; }

    std::uint64_t packets = 0;
    std::size_t most = 0;  ///< Targets at a time.

  private:
    test::FakeLoop& loop_;
    std::map<snmp::TargetId, Millis> waits_;
    std::uint32_t last_ = 0;
};

/// Counts what is sent to whom; agents answer where a test puts them.
class Network final : public net::Datagrams {
  public:
    explicit Network(test::FakeLoop& loop) : inner(loop) {}
    Result<void> send(const net::Endpoint& to, std::span<const std::byte> bytes) override {
        ++asked[to.address.toString()];
        ++sent;
        if (const auto found = secured.find(to); found != secured.end()) {
            if (auto answer = found->second->answer(bytes)) {
                inner.deliver(to, std::move(*answer), Millis{0});
            }
            return {};
        }
        return inner.send(to, bytes);
    }
    void onReceive(
        UniqueFunction<void(const net::Endpoint&, std::span<const std::byte>)> handler) override {
        inner.onReceive(std::move(handler));
    }
    test::FakeDatagrams inner;
    std::map<net::Endpoint, test::FakeV3Agent*> secured;
    std::map<std::string, int> asked;
    std::uint64_t sent = 0;
};

class ScannerTest : public testing::Test {
  public:
    ScannerTest() {
        ::setenv("TZ", "UTC", 1);  // NOLINT(concurrency-mt-unsafe): before anything else runs
        ::tzset();
        auto& data = Data::get();
        if (!data.maps) {
            std::vector<std::string> problems;
            data.maps =
                mibmap::MapSet::load(
                    data.schema, std::filesystem::path(PLATEN_SOURCE) / "mibmap/maps", {}, problems)
                    .value();
        }
        prober = std::make_unique<Prober>(*engine, *data.maps, loop);
        newScanner();
        settings.discovery.ranges = {"192.0.2.0/24"};
    }
    void newScanner() {
        scanner = std::make_unique<Scanner>(loop, *prober, resolver);
        scanner->listenOn(lan, random);
    }
    bool start(ScanOptions options = {}) {
        begun = clock.steadyNow();
        done = false;
        return scanner->start(
            settings, [this](Finding finding) { findings.push_back(std::move(finding)); },
            [this] {
                done = true;
                took = std::chrono::duration_cast<Millis>(clock.steadyNow() - begun);
            },
            std::move(options));
    }
    test::FakeAgent& addPrinter(const std::string& address, const std::string& name) {
        const auto file =
            std::filesystem::path(PLATEN_SOURCE) / "tests/data/recordings" / (name + ".snmprec");
        const auto loaded = sim::Recording::load(file).value();
        std::vector<VarBind> rows;
        for (std::size_t row = 0; row < loaded->size(); ++row) {
            const auto oid = loaded->oid(row);
            rows.push_back(
                {Oid(std::span<const std::uint32_t>(oid.data(), oid.size())), loaded->value(row)});
        }
        agents.push_back(std::make_unique<test::FakeAgent>(std::move(rows)));
        network.inner.add({net::Address::parse(address).value(), 161}, *agents.back());
        return *agents.back();
    }
    void announce(const std::vector<std::pair<std::string, std::string>>& printers) {
        settings.discovery.mdns = true;
        lan.add("eth0", "192.0.2.1", 24);
        lan.answer = [printers](const test::FakeLan::Sent& sent) {
            std::vector<std::pair<net::Endpoint, std::vector<std::byte>>> answers;
            const auto query = dns::decode(sent.bytes);
            for (const auto& [address, name] : printers) {
                dns::Message message;
                message.id = query ? query->id : std::uint16_t{0};
                message.flags = 0x8400;
                dns::Name instance{{name, "_ipp", "_tcp", "local"}};
                message.records.push_back(
                    {dns::Name::of("_ipp._tcp.local"), 12, 1, false, 120, instance});
                answers.emplace_back(
                    net::Endpoint{net::Address::parse(address).value(), mdns::kPort},
                    dns::encode(message).value());
            }
            return answers;
        };
    }
    const Finding* finding(const std::string& address) const {
        for (const auto& one : findings) {
            if (one.address.toString() == address) {
                return &one;
            }
        }
        return nullptr;
    }

    test::FakeClock clock;
    test::FakeLoop loop{clock};
    Network network{loop};
    test::FakeResolver resolver{loop};
    test::FakeLan lan{loop};
    SeededRandom random;
    std::unique_ptr<snmp::Engine> engine = snmp::makeEngine(loop, network);
    std::unique_ptr<Prober> prober;
    std::unique_ptr<Scanner> scanner;
    config::Settings settings;
    std::vector<std::unique_ptr<test::FakeAgent>> agents;
    std::vector<Finding> findings;
    SteadyTime begun;
    Millis took{0};
    bool done = false;
};

// The budgets of design section 5 follow from the default packet rate.
TEST_F(ScannerTest, EmptySlash24TakesUnderThirtySeconds) {
    ASSERT_TRUE(start());
    loop.advance(60s);
    ASSERT_TRUE(done);
    EXPECT_LT(took, 30s);
    EXPECT_EQ(network.sent, 254U * 2);
    EXPECT_EQ(scanner->counts().asked, 254U);
    EXPECT_EQ(scanner->counts().packets, network.sent);
}

TEST_F(ScannerTest, EmptySlash16TakesUnderAnHourAndHoldsNoMoreThanWhatIsUnderWay) {
    SilentEngine silence(loop);
    prober = std::make_unique<Prober>(silence, *Data::get().maps, loop);
    newScanner();
    settings.discovery.ranges = {"10.1.0.0/16"};
    ASSERT_TRUE(start());
    std::size_t most = 0;
    for (int minute = 0; minute < 70 && !done; ++minute) {
        loop.advance(60s);
        most = std::max(most, loop.pendingTimers());
    }
    ASSERT_TRUE(done);
    EXPECT_LT(took, 1h);
    EXPECT_EQ(silence.packets, 65'534U * 2);
    EXPECT_LE(silence.most, Scanner::kMaxOutstandingProbes);
    EXPECT_LE(most, Scanner::kMaxOutstandingProbes + 2);
    EXPECT_TRUE(findings.empty());
    scanner.reset();
}

TEST_F(ScannerTest, NeverSendsMoreThanTheBudgetOfEachSecond) {
    settings.discovery.packetsPerSecond = 10;
    for (const char* community : {"one", "two", "three"}) {
        auto& credential = settings.snmp.credentials.emplace_back();
        credential.community = Secret(community);
    }
    ASSERT_TRUE(start());
    std::uint64_t before = 0;
    loop.advance(10s);
    for (int second = 0; second < 60; second += 10) {
        before = network.sent;
        loop.advance(10s);
        EXPECT_LE(network.sent - before, 10U * 10 + 6);
    }
}

TEST_F(ScannerTest, ExcludesWinOverEverySource) {
    announce({{"192.0.2.7", "Excluded"}, {"198.51.100.7", "Outside"}});
    settings.discovery.exclude = {"192.0.2.7", "192.0.2.128/25"};
    settings.discovery.ranges = {"192.0.2.0/24", "printer.example.net"};
    resolver.hosts["printer.example.net"] = {net::Address::parse("192.0.2.7").value()};
    ASSERT_TRUE(start());
    loop.advance(60s);
    ASSERT_TRUE(done);
    EXPECT_FALSE(network.asked.contains("192.0.2.7"));
    EXPECT_FALSE(network.asked.contains("192.0.2.200"));
    EXPECT_FALSE(network.asked.contains("198.51.100.7"));
    EXPECT_TRUE(network.asked.contains("192.0.2.6"));
    ASSERT_NE(finding("192.0.2.7"), nullptr);
    EXPECT_EQ(finding("192.0.2.7")->verdict, Verdict::NotAsked);
    EXPECT_EQ(finding("192.0.2.7")->reason,
              "announced by mDNS as \"Excluded\", but excluded by discovery.exclude");
    EXPECT_EQ(finding("198.51.100.7")->reason,
              "announced by mDNS as \"Outside\", but outside discovery.ranges");
    EXPECT_EQ(scanner->counts().announced, 2U);
    EXPECT_EQ(scanner->counts().notAsked, 2U);
}

TEST_F(ScannerTest, AnnouncedPrinterIsAskedFirstAndOnce) {
    addPrinter("192.0.2.200", "acme-laserpoint-410");
    announce({{"192.0.2.200", "Laserpoint"}, {"192.0.2.201", "Mute"}});
    ASSERT_TRUE(start());
    loop.advance(AnnouncementRound::kListenFor + 1s);
    ASSERT_NE(finding("192.0.2.200"), nullptr);
    EXPECT_EQ(finding("192.0.2.200")->verdict, Verdict::Printer);
    EXPECT_NE(finding("192.0.2.200")->reason.find("Printer-MIB"), std::string::npos);
    const auto asked = network.asked["192.0.2.200"];
    loop.advance(60s);
    ASSERT_TRUE(done);
    EXPECT_EQ(network.asked["192.0.2.200"], asked);
    EXPECT_EQ(network.asked["192.0.2.201"], 2);
    EXPECT_EQ(finding("192.0.2.201")->reason, "no answer to SNMP; announced by mDNS as \"Mute\"");
    EXPECT_EQ(findings.size(), 2U);
}

TEST_F(ScannerTest, PrinterInALargeIpv6NetworkIsFoundByItsAnnouncement) {
    settings.discovery.ranges = {"2001:db8::/64"};
    addPrinter("2001:db8::aa", "acme-laserpoint-410");
    announce({{"2001:db8::aa", "Laserpoint"}});
    lan.all.clear();
    lan.add("eth0", "2001:db8::1", 64);
    ASSERT_TRUE(start());
    loop.advance(20s);
    ASSERT_TRUE(done);
    ASSERT_NE(finding("2001:db8::aa"), nullptr);
    EXPECT_EQ(finding("2001:db8::aa")->verdict, Verdict::Printer);
    EXPECT_EQ(network.asked.size(), 1U);
}

TEST_F(ScannerTest, HostNamesBetweenTheRangesAreLookedUpAndAsked) {
    settings.discovery.ranges = {"printer.example.net", "192.0.2.9"};
    resolver.hosts["printer.example.net"] = {net::Address::parse("198.51.100.9").value()};
    ASSERT_TRUE(start());
    loop.advance(20s);
    ASSERT_TRUE(done);
    EXPECT_NE(finding("198.51.100.9"), nullptr);
    EXPECT_NE(finding("192.0.2.9"), nullptr);
}

TEST_F(ScannerTest, QuietHoursStopAPassAndItGoesOnAfterThem) {
    // The fake day begins at midnight.
    settings.discovery.quietHours = {"00:00-06:00"};
    ASSERT_TRUE(start());
    loop.advance(5h + 58min);
    EXPECT_EQ(network.sent, 0U);
    EXPECT_TRUE(scanner->quiet());
    loop.advance(4min);
    EXPECT_FALSE(scanner->quiet());
    EXPECT_TRUE(done);
    EXPECT_EQ(scanner->counts().asked, 254U);
}

TEST_F(ScannerTest, QuietHoursBeginInTheMiddleOfAPass) {
    settings.discovery.quietHours = {"00:01-06:00"};
    settings.discovery.packetsPerSecond = 2;
    ASSERT_TRUE(start());
    loop.advance(65s);
    const auto sent = network.sent;
    EXPECT_GT(sent, 100U);
    loop.advance(5h);
    EXPECT_LE(network.sent, sent + 2);  // what was under way
    loop.advance(2h);
    EXPECT_TRUE(done);
    EXPECT_EQ(scanner->counts().asked, 254U);
}

TEST_F(ScannerTest, CommandOfTheOperatorDoesNotWait) {
    settings.discovery.quietHours = {"00:00-06:00"};
    ASSERT_TRUE(start({.quietHours = false, .resume = {}}));
    loop.advance(60s);
    EXPECT_TRUE(done);
}

TEST_F(ScannerTest, PassAfterARestartGoesOnWhereItWas) {
    EXPECT_EQ(scanner->mark(), "");
    ASSERT_TRUE(start());
    loop.advance(5s);
    const auto mark = scanner->mark();
    auto asked = network.asked;
    ASSERT_FALSE(done);
    ASSERT_GT(asked.size(), 50U);
    newScanner();
    network.asked.clear();
    ASSERT_TRUE(start({.quietHours = true, .resume = mark}));
    loop.advance(60s);
    ASSERT_TRUE(done);
    std::set<std::string> all;
    for (const auto* part : {&asked, &network.asked}) {
        for (const auto& [address, count] : *part) {
            all.insert(address);
        }
    }
    EXPECT_EQ(all.size(), 254U);
    // Asked again is only what had no answer yet.
    EXPECT_LE(asked.size() + network.asked.size(), 254U + 60);
}

TEST_F(ScannerTest, AnAgentThatRefusesEveryCredentialIsToldAndCounted) {
    test::FakeAgent objects({});
    test::FakeV3Agent agent(loop, "an engine id", objects);
    snmp::UsmUserOptions user;
    user.name = "platen";
    user.auth = snmp::AuthProtocol::Sha1;
    user.authPassword = Secret("the printer's");
    user.level = snmp::SecurityLevel::AuthNoPriv;
    agent.addUser(std::move(user));
    network.secured[{net::Address::parse("192.0.2.7").value(), 161}] = &agent;
    auto& wrong = settings.snmp.credentials.emplace_back();
    wrong.version = "3";
    wrong.user = "platen";
    wrong.authProtocol = "sha1";
    wrong.authPassword = Secret("the gateway's");
    auto& silent = settings.snmp.credentials.emplace_back();
    silent.version = "2c";
    silent.community = Secret("public");
    ASSERT_TRUE(start());
    loop.advance(120s);
    ASSERT_TRUE(done);
    ASSERT_EQ(findings.size(), 1U) << "addresses without an agent are not told";
    EXPECT_EQ(findings[0].address.toString(), "192.0.2.7");
    EXPECT_EQ(findings[0].verdict, Verdict::Refused);
    EXPECT_NE(findings[0].reason.find("wrongDigests"), std::string::npos)
        << "silence to the next credential does not hide it: " << findings[0].reason;
    EXPECT_EQ(scanner->counts().refused, 1U);
}

TEST_F(ScannerTest, StoppedPassSaysNothingMore) {
    addPrinter("192.0.2.200", "acme-laserpoint-410");
    ASSERT_TRUE(start());
    loop.advance(1s);
    scanner->stop();
    EXPECT_FALSE(scanner->running());
    const auto sent = network.sent;
    loop.advance(60s);
    EXPECT_FALSE(done);
    EXPECT_TRUE(findings.empty());
    EXPECT_LE(network.sent, sent + 60);  // retries of what was under way
    ASSERT_TRUE(start());
    loop.advance(60s);
    EXPECT_TRUE(done);
    EXPECT_EQ(findings.size(), 1U);
}

TEST_F(ScannerTest, ListenerMayStopThePass) {
    addPrinter("192.0.2.2", "acme-laserpoint-410");
    int heard = 0;
    ASSERT_TRUE(scanner->start(
        settings,
        [this, &heard](const Finding&) {
            ++heard;
            scanner->stop();
        },
        [] { FAIL(); }));
    loop.advance(60s);
    EXPECT_EQ(heard, 1);
}

}  // namespace
}  // namespace platen::discovery
