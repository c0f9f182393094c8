// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/event_queue.hpp"

#include "cwmp_world.hpp"
#include "proxy/cwmp/change_set.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace platen::cwmp {
namespace {

std::vector<std::string> codesOf(const std::vector<EventStruct>& events) {
    std::vector<std::string> codes;
    for (const auto& event : events) {
        codes.push_back(event.commandKey.empty() ? event.code
                                                 : event.code + "/" + event.commandKey);
    }
    return codes;
}

using Codes = std::vector<std::string>;

// C-EVT-30: single events once, multiple ones once for each key. C-EVT-37: order.
TEST(EventQueue, MergesSingleEventsAndKeepsCommandKeysApart) {
    EventQueue queue{DeviceId(3)};
    store::Batch batch;
    EXPECT_TRUE(queue.add(EventCode::Reboot, "b", batch));
    EXPECT_TRUE(queue.add(EventCode::Reboot, "a", batch));
    EXPECT_FALSE(queue.add(EventCode::Reboot, "a", batch));
    EXPECT_TRUE(queue.add(EventCode::Periodic, "", batch));
    EXPECT_FALSE(queue.add(EventCode::Periodic, "", batch));
    EXPECT_TRUE(queue.add(EventCode::Boot, "", batch));
    EXPECT_EQ(codesOf(queue.startDelivery()),
              (Codes{"1 BOOT", "2 PERIODIC", "M Reboot/b", "M Reboot/a"}));
}

// C-EVT-31, C-EVT-32
TEST(EventQueue, KeepsWhatHappensDuringASessionForTheNext) {
    EventQueue queue{DeviceId(3)};
    store::Batch batch;
    queue.add(EventCode::Periodic, "", batch);
    static_cast<void>(queue.startDelivery());
    EXPECT_TRUE(queue.empty());
    EXPECT_TRUE(queue.add(EventCode::Periodic, "", batch));
    queue.delivered(batch);
    EXPECT_FALSE(queue.empty());
    EXPECT_EQ(codesOf(queue.startDelivery()), (Codes{"2 PERIODIC"}));
}

TEST(EventQueue, SendsAnEventOnceThatFailedAndHappenedAgain) {
    EventQueue queue{DeviceId(3)};
    store::Batch batch;
    queue.add(EventCode::Periodic, "", batch);
    static_cast<void>(queue.startDelivery());
    queue.add(EventCode::Periodic, "", batch);
    queue.failed(batch);
    EXPECT_EQ(codesOf(queue.startDelivery()), (Codes{"2 PERIODIC"}));
    queue.delivered(batch);
    EXPECT_TRUE(queue.empty());
}

// C-EVT-33
TEST(EventQueue, DropsTheConnectionRequestOfAFailedSessionOnly) {
    EventQueue queue{DeviceId(3)};
    store::Batch batch;
    queue.add(EventCode::ConnectionRequest, "", batch);
    queue.add(EventCode::Boot, "", batch);
    static_cast<void>(queue.startDelivery());
    queue.add(EventCode::ConnectionRequest, "", batch);  // came during the session
    queue.failed(batch);
    EXPECT_EQ(codesOf(queue.startDelivery()), (Codes{"1 BOOT", "6 CONNECTION REQUEST"}));
    queue.failed(batch);
    EXPECT_EQ(codesOf(queue.startDelivery()), (Codes{"1 BOOT"}));
}

// C-PRX-41
TEST(EventQueue, HoldsARebootBackUntilTheRestartWasSeen) {
    EventQueue queue{DeviceId(3)};
    store::Batch batch;
    queue.add(EventCode::PendingReboot, "k", batch);
    EXPECT_TRUE(queue.empty());
    EXPECT_TRUE(queue.startDelivery().empty());
    EXPECT_TRUE(queue.promoteReboots(batch));
    EXPECT_FALSE(queue.promoteReboots(batch));
    EXPECT_EQ(codesOf(queue.startDelivery()), (Codes{"M Reboot/k"}));
}

// C-EVT-34: what must be kept comes back from the store as it was.
TEST(EventQueue, ComesBackFromItsRows) {
    EventQueue queue{DeviceId(3)};
    store::Batch batch;
    queue.add(EventCode::Bootstrap, "", batch);
    queue.add(EventCode::ConnectionRequest, "", batch);
    queue.add(EventCode::Boot, "", batch);
    queue.add(EventCode::PendingReboot, "k\n", batch);
    EventQueue again{DeviceId(3)};
    for (const auto& mutation : batch) {
        again.restore(std::get<store::EventRow>(mutation));
    }
    again.restore({DeviceId(3), 99, "77 UNKNOWN", ""});
    store::Batch more;
    EXPECT_FALSE(again.add(EventCode::PendingReboot, "k\n", more));
    EXPECT_TRUE(again.add(EventCode::Periodic, "", more));
    EXPECT_EQ(std::get<store::EventRow>(more.at(0)).sequence, 100U);
    again.promoteReboots(more);
    EXPECT_EQ(codesOf(again.startDelivery()), (Codes{"1 BOOT", "2 PERIODIC", "M Reboot/k\n"}));
}

// C-EVT-00
TEST(EventQueue, ClearErasesStoredRows) {
    EventQueue queue{DeviceId(3)};
    store::Batch batch;
    queue.add(EventCode::Boot, "", batch);
    queue.add(EventCode::ConnectionRequest, "", batch);
    batch.clear();
    queue.clear(batch);
    EXPECT_EQ(batch.size(), 1U);
    EXPECT_TRUE(queue.empty());
}

// C-EVT-04, C-INF-04: 64 entries at most.
TEST(EventQueue, IsBounded) {
    EventQueue queue{DeviceId(3)};
    store::Batch batch;
    for (std::size_t i = 0; i < EventQueue::kMaxEvents; ++i) {
        EXPECT_TRUE(queue.add(EventCode::Reboot, std::to_string(i), batch));
    }
    EXPECT_FALSE(queue.add(EventCode::Reboot, "one more", batch));
}

// C-INF-11, C-NOT-05
TEST(ChangeSet, KeepsWhatChangedAgainDuringTheSession) {
    const model::PathCodec codec(test::testSchema(), "X_PLATEN");
    const auto level = codec.parseInternal("MFP.1.Supply.1.Level")->paramRef();
    const auto status = codec.parseInternal("MFP.1.Status")->paramRef();
    ChangeSet changes(DeviceId(3), codec);
    store::Batch batch;
    changes.add(level, batch);
    changes.add(status, batch);
    changes.add(level, batch);
    EXPECT_EQ(batch.size(), 2U);
    EXPECT_EQ(changes.startDelivery().size(), 2U);
    changes.add(level, batch);
    batch.clear();
    changes.delivered(batch);
    EXPECT_EQ(batch.size(), 1U);
    EXPECT_EQ(changes.refs(), (std::vector<model::ParamRef>{level}));
    ChangeSet again(DeviceId(3), codec);
    again.restore("MFP.1.Supply.1.Level");
    again.restore("MFP.1.Supply.1.Level");
    again.restore("MFP.1.NoLongerThere");
    EXPECT_EQ(again.size(), 1U);
    again.erase(level, batch);
    EXPECT_TRUE(again.empty());
}

}  // namespace
}  // namespace platen::cwmp
