// SPDX-License-Identifier: Apache-2.0
#include "proxy/firmware/push_record.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::firmware {
namespace {

PushRecord record() {
    PushRecord push;
    push.transfer = 5;
    push.url = "http://files.test/fw";
    push.sha256 = "ab";
    push.approval = "\"quoted\"";
    push.version = "2.0";
    push.fromVersion = "1.0";
    push.begun = WallTime{Millis{1'700'000'000'123}};
    return push;
}

store::TransferRow row() {
    store::TransferRow out;
    out.device = DeviceId{3};
    out.id = 5;
    out.url = "http://files.test/fw";
    return out;
}

TEST(PushRecord, ComesBackFromTheStoreAsItWas) {
    store::Snapshot snapshot;
    snapshot.facts = {toFact(DeviceId{3}, record()), toFact("ab", Stop{"me", "it burned"})};
    snapshot.transfers = {row()};
    const auto records = readRecords(snapshot);
    ASSERT_EQ(records.pushes.size(), 1U);
    const auto& push = records.pushes.at(DeviceId{3});
    EXPECT_EQ(push.transfer, 5U);
    EXPECT_EQ(push.url, record().url);
    EXPECT_EQ(push.sha256, "ab");
    EXPECT_EQ(push.approval, "\"quoted\"");
    EXPECT_EQ(push.version, "2.0");
    EXPECT_EQ(push.fromVersion, "1.0");
    EXPECT_EQ(push.begun, record().begun);
    ASSERT_EQ(records.stops.count("ab"), 1U);
    EXPECT_EQ(records.stops.at("ab").approval, "me");
    EXPECT_EQ(records.stops.at("ab").reason, "it burned");
}

TEST(PushRecord, OneWhoseTransferIsGoneIsForgotten) {
    store::Snapshot snapshot;
    snapshot.facts = {toFact(DeviceId{3}, record())};
    EXPECT_TRUE(readRecords(snapshot).pushes.empty());
    snapshot.transfers = {row()};
    snapshot.transfers[0].url = "http://files.test/other";  // Ids come again.
    EXPECT_TRUE(readRecords(snapshot).pushes.empty());
    snapshot.transfers = {row()};
    snapshot.facts = {toFact(DeviceId{3}, std::nullopt)};
    EXPECT_TRUE(readRecords(snapshot).pushes.empty()) << "erased";
    for (const char* text : {"", "{", "[]", "{\"transfer\": -1}", "{\"transfer\": \"x\"}"}) {
        snapshot.facts = {{"firmware.push.3", text}, {"firmware.push.x", "{\"transfer\": 5}"}};
        EXPECT_TRUE(readRecords(snapshot).pushes.empty()) << text;
    }
}

}  // namespace
}  // namespace platen::firmware
