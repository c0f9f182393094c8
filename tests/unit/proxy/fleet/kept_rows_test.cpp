// SPDX-License-Identifier: Apache-2.0
// Rows that the ACS adds and deletes, on the gateway and on a printer.
#include "proxy/fleet/kept_rows.hpp"

#include "tests/support/failing_store.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace platen::fleet {
namespace {

constexpr const char* kRow = "Device.ManagementServer.InformParameter.";
constexpr const char* kCount = "Device.ManagementServer.InformParameterNumberOfEntries";
constexpr const char* kKey = "Device.ManagementServer.ParameterKey";

class KeptRowsTest : public FleetFixture {
  public:
    KeptRowsTest() {
        auto failing = std::make_unique<test::FailingStore>(std::move(store), loop);
        disk = failing.get();
        store = std::move(failing);
        addPrinter("192.0.2.5", "acme-laserpoint-410");
        startGateway();
        settle();
        manage();
    }
    ManagedDevice& printer() { return only(); }
    ManagedDevice& gateway() { return fleet->gateway(); }
    void restart() {
        fleet->stop();
        loop.advance(std::chrono::seconds{1});
        startGateway();
        manage();
    }
    /// As the CWMP client does: each device has a ManagementServer.
    void manage() {
        for (auto* device : {&printer(), &gateway()}) {
            device->setGatewayValues({assign("Device.ManagementServer.EnableCWMP", "true")}, false);
        }
    }
    std::string value(ManagedDevice& device, const std::string& name) const {
        const auto found = device.tree().get(codec.parseInternal(name).value().paramRef());
        return found ? found->text() : "(absent)";
    }
    Assignment assign(const std::string& name, std::string_view text) const {
        const auto ref = codec.parseInternal(name).value().paramRef();
        return {ref, Knowledge::get().schema.parseValue(ref.param, text).value()};
    }
    Result<std::uint32_t> add(ManagedDevice& device, const std::string& key = "key") {
        const model::ObjectRef table{names.informParameterTable, {}};
        std::optional<Result<std::uint32_t>> out;
        device.addObject(table, {assign(kKey, key)},
                         [&](Result<std::uint32_t> number) { out = std::move(number); });
        EXPECT_FALSE(out) << "the callback came inside the call";
        loop.advance(Millis{0});
        return out.value();
    }
    Result<void> remove(ManagedDevice& device, std::uint32_t number) {
        const model::ObjectRef row{names.informParameterTable, model::Instances{{number, 0, 0}}};
        std::optional<Result<void>> out;
        device.deleteObject(row, {assign(kKey, "deleted")},
                            [&](Result<void> done) { out = std::move(done); });
        EXPECT_FALSE(out) << "the callback came inside the call";
        loop.advance(Millis{0});
        return out.value();
    }
    WriteFaults write(ManagedDevice& device, const std::string& name, std::string_view text) {
        std::optional<WriteFaults> out;
        device.write({assign(name, text)}, {},
                     [&](WriteFaults faults) { out = std::move(faults); });
        loop.advance(Millis{0});
        return out.value();
    }
    static std::string in(std::uint32_t row, const std::string& name) {
        return kRow + std::to_string(row) + "." + name;
    }
    std::size_t storedUnder(DeviceId device, const std::string& row) const {
        const auto values = store->load()->values;
        return static_cast<std::size_t>(std::ranges::count_if(values, [&](const auto& stored) {
            return stored.device == device && stored.name.starts_with(row);
        }));
    }
    test::FailingStore* disk = nullptr;
};

// C-OBJ-02, C-OBJ-03, C-OBJ-08, C-OBJ-09
TEST_F(KeptRowsTest, ANewRowHasTheDefaultsOfTheModel) {
    for (auto* device : {&printer(), &gateway()}) {
        EXPECT_EQ(value(*device, kCount), "0") << "the empty table is shown";
        EXPECT_EQ(add(*device).value(), 1U);
        EXPECT_EQ(add(*device).value(), 2U);
        EXPECT_EQ(value(*device, kCount), "2");
        EXPECT_EQ(value(*device, in(2, "Enable")), "false");
        EXPECT_EQ(value(*device, in(2, "Alias")), "cpe-2");
        EXPECT_EQ(value(*device, in(2, "ParameterName")), "");
        EXPECT_EQ(value(*device, in(2, "EventList")), "");
        EXPECT_EQ(value(*device, kKey), "key");
    }
}

// C-OBJ-05
TEST_F(KeptRowsTest, TheValuesOfARowCanBeSet) {
    for (auto* device : {&printer(), &gateway()}) {
        ASSERT_TRUE(add(*device));
        EXPECT_TRUE(device->writable(assign(in(1, "Enable"), "true").ref));
        EXPECT_TRUE(write(*device, in(1, "Enable"), "true").empty());
        EXPECT_EQ(value(*device, in(1, "Enable")), "true");
    }
}

// C-OBJ-02: over restarts; no number is given twice.
TEST_F(KeptRowsTest, RowsAndNumbersSurviveARestart) {
    for (const bool onPrinter : {true, false}) {
        const auto device = [&]() -> ManagedDevice& { return onPrinter ? printer() : gateway(); };
        for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE(add(device()));
        }
        write(device(), in(2, "ParameterName"), "Device.DeviceInfo.UpTime");
        ASSERT_TRUE(remove(device(), 1));
        ASSERT_TRUE(remove(device(), 3));
        restart();
        EXPECT_EQ(value(device(), kCount), "1");
        EXPECT_EQ(value(device(), in(2, "ParameterName")), "Device.DeviceInfo.UpTime");
        EXPECT_EQ(value(device(), in(2, "Alias")), "cpe-2");
        EXPECT_EQ(value(device(), kKey), "deleted");
        EXPECT_EQ(add(device()).value(), 4U);
    }
}

// C-OBJ-06, C-OBJ-09, C-ATT-12
TEST_F(KeptRowsTest, ADeletedRowLeavesNothing) {
    auto& device = printer();
    ASSERT_TRUE(add(device));
    ASSERT_TRUE(add(device));
    for (const auto row : {1U, 2U}) {
        model::Attributes passive;
        passive.notification = model::Notification::Passive;
        passive.accessList = {"Subscriber"};
        ASSERT_TRUE(device.attributes().set(assign(in(row, "Enable"), "true").ref, passive));
    }
    EXPECT_EQ(storedUnder(device.id(), in(1, "")), 4U);
    ASSERT_TRUE(remove(device, 1));
    EXPECT_EQ(value(device, kCount), "1");
    EXPECT_EQ(value(device, in(1, "Enable")), "(absent)");
    EXPECT_EQ(storedUnder(device.id(), in(1, "")), 0U);
    EXPECT_EQ(storedUnder(device.id(), in(2, "")), 4U);
    EXPECT_EQ(device.attributes().entries().size(), 1U);
    const auto attributes = store->load()->attributes;
    ASSERT_EQ(attributes.size(), 1U);
    EXPECT_EQ(attributes[0].name, in(2, "Enable"));
}

// C-OBJ-04
TEST_F(KeptRowsTest, AFullTableTakesNoMore) {
    for (std::size_t i = 0; i < KeptRows::kMaxRows; ++i) {
        ASSERT_TRUE(add(printer()));
    }
    const auto refused = add(printer(), "no");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::TooLarge);
    EXPECT_EQ(value(printer(), kKey), "key");
    ASSERT_TRUE(remove(printer(), 5));
    EXPECT_EQ(add(printer()).value(), KeptRows::kMaxRows + 1);
}

// C-OBJ-07, C-OBJ-08
TEST_F(KeptRowsTest, AMissingRowCannotBeDeleted) {
    ASSERT_TRUE(add(printer()));
    ASSERT_TRUE(add(printer()));
    ASSERT_TRUE(remove(printer(), 1));
    ASSERT_TRUE(write(printer(), in(2, "Enable"), "true").empty());
    for (const auto number : {0U, 1U, 3U}) {
        const auto refused = remove(printer(), number);
        ASSERT_FALSE(refused) << number;
        EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
    }
    EXPECT_EQ(value(printer(), kCount), "1");
}

// C-OBJ-10: the device makes the rows of all other tables.
TEST_F(KeptRowsTest, NoOtherTableIsWritable) {
    const auto& schema = Knowledge::get().schema;
    for (std::size_t i = 0; i < schema.objectCount(); ++i) {
        const model::ObjectIndex index(static_cast<model::ObjectIndex::RepType>(i));
        const bool expected = index == names.informParameterTable;
        EXPECT_EQ(printer().rowsWritable(index), expected) << schema.object(index).path;
        EXPECT_EQ(gateway().rowsWritable(index), expected) << schema.object(index).path;
        if (expected) {
            EXPECT_TRUE(schema.object(index).readWrite);
        }
    }
    std::optional<Result<std::uint32_t>> out;
    printer().addObject({names.supplyTable, serviceInstance()}, {},
                        [&](Result<std::uint32_t> number) { out = std::move(number); });
    loop.advance(Millis{0});
    ASSERT_TRUE(out.has_value());
    EXPECT_EQ(out->error().code, ErrorCode::NotFound);
}

// C-RPC-02, C-OBJ-08
TEST_F(KeptRowsTest, WhatCannotBeStoredIsNotDone) {
    ASSERT_TRUE(add(gateway(), "before"));
    disk->setDiskFull(true);
    EXPECT_EQ(add(gateway(), "after").error().code, ErrorCode::Internal);
    EXPECT_EQ(remove(gateway(), 1).error().code, ErrorCode::Internal);
    disk->setDiskFull(false);
    EXPECT_EQ(value(gateway(), kCount), "1");
    EXPECT_EQ(value(gateway(), kKey), "before");
    EXPECT_TRUE(add(gateway()));
    restart();
    EXPECT_EQ(value(gateway(), kCount), "2");
}

// C-CMD-03, C-OBJ-02
TEST_F(KeptRowsTest, AFactoryResetEmptiesTheTable) {
    for (const bool onPrinter : {true, false}) {
        const auto device = [&]() -> ManagedDevice& { return onPrinter ? printer() : gateway(); };
        ASSERT_TRUE(add(device()));
        device().factoryReset([](const Result<void>&) {});
        loop.advance(Millis{0});
        EXPECT_EQ(value(device(), kCount), "0");
        settle();  // a reset of the gateway forgets the printer until discovery finds it
        restart();
        EXPECT_EQ(value(device(), kCount), "0");
        EXPECT_EQ(add(device()).value(), 2U);
    }
}

}  // namespace
}  // namespace platen::fleet
