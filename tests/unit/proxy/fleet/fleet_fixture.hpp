// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/fleet.hpp"
#include "tests/sim/recording.hpp"
#include "tests/support/fake_agent.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_loop.hpp"
#include "tests/support/fake_resolver.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace platen::fleet {

/// Numbers that are always the same.
class TestRandom final : public Random {
  public:
    std::uint64_t below(std::uint64_t bound) override { return bound / 2; }
    std::string hex(std::size_t bytes) override { return {std::string(bytes * 2, 'a')}; }
};

/// Remembers what the fleet told.
class RecordingObserver final : public FleetObserver {
  public:
    struct Added {
        DeviceId id;
        bool isNew;
    };
    std::vector<Added> added;
    std::vector<DeviceId> restarts;
    std::vector<DeviceId> dropped;
    std::map<std::string, int> changed;  ///< Of printers; internal name: times.
    std::map<std::string, int> gatewayChanged;
    const model::PathCodec* codec = nullptr;

    void deviceAdded(ManagedDevice& device, bool isNew) override {
        if (device.id() != DeviceId{0}) {
            added.push_back({device.id(), isNew});
        } else {
            gatewayChanged.clear();  // What it had before is no news.
        }
    }
    void deviceRemoved(DeviceId /*device*/) override {}
    void deviceDropped(DeviceId device) override { dropped.push_back(device); }
    void valuesChanged(ManagedDevice& device, std::span<const Change> changes) override {
        auto& names = device.id() == DeviceId{0} ? gatewayChanged : changed;
        for (const auto& change : changes) {
            ++names[codec->internalName(change.ref)];
        }
    }
    void restarted(ManagedDevice& device) override { restarts.push_back(device.id()); }
};

/// Model and maps, read once for all tests of the program.
struct Knowledge {
    model::Schema schema;
    std::unique_ptr<mibmap::MapSet> maps;

    /// `root`: file name of the root model.
    static Knowledge& get(const std::string& root = "device-2.xml") {
        static std::map<std::string, Knowledge> all;
        const auto found = all.find(root);
        return found != all.end() ? found->second : all.emplace(root, load(root)).first->second;
    }

  private:
    static Knowledge load(const std::string& root) {
        const std::filesystem::path source = PLATEN_SOURCE;
        const std::array<std::filesystem::path, 2> files{
            source / "mfp-datamodel/model" / root, source / "mfp-datamodel/model/mfp-1.0.xml"};
        Knowledge out{model::Schema::load(files).value(), nullptr};
        return out;
    }
};

/// Names the tests that run with one recording each.
inline std::string nameOfRecording(const testing::TestParamInfo<const char*>& place) {
    std::string name = place.param;
    std::erase(name, '-');
    return name;
}

/// A fleet over agents in memory that play our own recordings, on fake time. The store outlives a
/// "restart" of the gateway.
class FleetFixture : public testing::Test {
  public:
    static constexpr std::uint16_t kPort = 161;

    FleetFixture() : FleetFixture("device-2.xml") {}
    explicit FleetFixture(const char* root) : knowledge(Knowledge::get(root)) {
        if (!knowledge.maps) {
            std::vector<std::string> problems;
            auto maps = mibmap::MapSet::load(knowledge.schema,
                                             std::filesystem::path(PLATEN_SOURCE) / "mibmap/maps",
                                             {}, problems);
            EXPECT_TRUE(maps.has_value()) << (maps ? "" : maps.error().text);
            EXPECT_TRUE(problems.empty());
            knowledge.maps = std::move(*maps);
        }
        settings.discovery.ranges = {"192.0.2.0/28"};
        settings.snmp.port = kPort;
        settings.gateway.serial = "GW1";
        store = store::makeMemoryStore(loop);
        startGateway();
    }

    static std::vector<VarBind> recording(const std::string& name) {
        return recordingAt(std::filesystem::path(PLATEN_SOURCE) / "tests/data/recordings" /
                           (name + ".snmprec"));
    }
    static std::vector<VarBind> recordingAt(const std::filesystem::path& file) {
        const auto loaded = sim::Recording::load(file);
        EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : loaded.error().text);
        std::vector<VarBind> out;
        for (std::size_t row = 0; row < (*loaded)->size(); ++row) {
            const auto oid = (*loaded)->oid(row);
            out.push_back({Oid(std::span<const std::uint32_t>(oid.data(), oid.size())),
                           (*loaded)->value(row)});
        }
        return out;
    }

    test::FakeAgent& addPrinter(const std::string& address, const std::string& name) {
        agents.push_back(std::make_unique<test::FakeAgent>(recording(name)));
        place(address, *agents.back());
        return *agents.back();
    }
    void place(const std::string& address, test::FakeAgent& agent) {
        network.add(endpoint(address), agent);
    }
    static net::Endpoint endpoint(const std::string& address) {
        return {net::Address::parse(address).value(), kPort};
    }

    static void put(test::FakeAgent& agent, const char* oid, SnmpValue value) {
        auto varbinds = agent.varbinds();
        const auto key = Oid::parse(oid).value();
        std::erase_if(varbinds, [&](const VarBind& varbind) { return varbind.oid == key; });
        varbinds.push_back({key, std::move(value)});
        agent.setVarbinds(std::move(varbinds));
    }

    /// Both clocks of a printer: sysUpTime and hrSystemUptime.
    static void setUpTime(test::FakeAgent& agent, std::int64_t ticks) {
        for (const auto* oid : {"1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.25.1.1.0"}) {
            put(agent, oid, SnmpValue::integer(ticks, SnmpType::TimeTicks));
        }
    }
    /// An agent behind a router that does not tell its MAC address.
    static void hideMac(test::FakeAgent& agent) {
        auto rows = agent.varbinds();
        std::erase_if(rows, [](const VarBind& row) {
            return row.oid.startsWith(Oid{1, 3, 6, 1, 2, 1, 2, 2, 1, 6});
        });
        agent.setVarbinds(std::move(rows));
    }

    void startGateway() {
        fleet.reset();
        prober.reset();
        context.reset();
        engine = snmp::makeEngine(loop, network);
        context = std::make_unique<FleetContext>(
            FleetContext{.loop = loop,
                         .store = *store,
                         .engine = *engine,
                         .resolver = resolver,
                         .maps = *knowledge.maps,
                         .codec = codec,
                         .pool = pool,
                         .names = names,
                         .random = random,
                         .settings = &settings,
                         .findMaker =
                             [](const IdentityFacts& facts) {
                                 return facts.manufacturer.empty()
                                            ? std::nullopt
                                            : std::optional(Maker{facts.manufacturer, "0000AA"});
                             },
                         .gateway = {"Platen", "02A1B2", "Platen", "GW1"}});
        prober = std::make_unique<discovery::Prober>(*engine, *knowledge.maps, loop);
        fleet = std::make_unique<Fleet>(*context, *prober);
        observer = std::make_unique<RecordingObserver>();
        observer->codec = &codec;
        fleet->addObserver(*observer);
        fleet->restore(store->load().value());
        fleet->start();
    }
    /// Runs discovery and the first polls.
    void settle() { loop.advance(std::chrono::seconds{20}); }

    PrinterDevice& only() const {
        const auto all = fleet->printers();
        EXPECT_EQ(all.size(), 1U);
        return *all.front();
    }
    std::string text(const PrinterDevice& device, const std::string& internalName) const {
        const auto path = codec.parseInternal(internalName);
        EXPECT_TRUE(path.has_value()) << internalName;
        const auto value = path ? device.tree().get(path->paramRef()) : std::nullopt;
        return value ? value->text() : "(absent)";
    }

    Knowledge& knowledge;
    test::FakeClock clock;
    test::FakeLoop loop{clock};
    test::FakeDatagrams network{loop};
    test::FakeResolver resolver{loop};
    TestRandom random;
    model::TextPool pool;
    model::PathCodec codec{knowledge.schema, "X_PLATEN"};
    WellKnown names{knowledge.schema};
    config::Settings settings;
    std::vector<std::unique_ptr<test::FakeAgent>> agents;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<snmp::Engine> engine;
    std::unique_ptr<FleetContext> context;
    std::unique_ptr<discovery::Prober> prober;
    std::unique_ptr<RecordingObserver> observer;
    std::unique_ptr<Fleet> fleet;
};

}  // namespace platen::fleet
