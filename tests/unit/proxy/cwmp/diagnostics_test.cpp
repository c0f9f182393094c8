// SPDX-License-Identifier: Apache-2.0
#include "rpc_fixture.hpp"

namespace platen::cwmp {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;
using namespace std::chrono_literals;

class DiagnosticsTest : public test::RpcTest {};

// C-DM-10: a requested test starts when the session has ended
TEST_F(DiagnosticsTest, TheDeviceHearsOfTheEndOfEachSession) {
    const auto before = device->sessions;
    run(test::rebootRequest("k"));
    EXPECT_EQ(device->sessions, before + 1);
}

// C-EVT-08, C-DM-10, C-SES-03
TEST_F(DiagnosticsTest, TheEndOfATestIsReportedAtOnce) {
    world.acs.informs.clear();
    world.manager->diagnosticsComplete(*device);
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"8 DIAGNOSTICS COMPLETE", ""}}));
    world.loop.advance(1min);
    EXPECT_EQ(world.acs.informs.size(), 1U) << "delivered once";
}

// TP-181 5.12
TEST_F(DiagnosticsTest, APeriodicInformDuringATestHasNoEventOfItsEnd) {
    world.acs.informs.clear();
    world.loop.advance(25h);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().codes(), std::vector<std::string>{"2 PERIODIC"});
    world.manager->diagnosticsComplete(*device);
    world.settle();
    EXPECT_EQ(world.last().codes(), std::vector<std::string>{"8 DIAGNOSTICS COMPLETE"});
}

// C-EVT-30: single, however many tests ended
TEST_F(DiagnosticsTest, SeveralEndsAreOneEvent) {
    world.acs.informs.clear();
    world.manager->diagnosticsComplete(*device);
    world.manager->diagnosticsComplete(*device);
    world.settle();
    ASSERT_FALSE(world.acs.informs.empty());
    EXPECT_EQ(world.acs.informs.front().events, (Events{{"8 DIAGNOSTICS COMPLETE", ""}}));
}

// C-EVT-08: kept until reboot only
TEST_F(DiagnosticsTest, IsNotStored) {
    world.acs.up = false;
    world.manager->diagnosticsComplete(*device);
    world.settle();
    EXPECT_TRUE(world.store.load()->events.empty());
}

}  // namespace
}  // namespace platen::cwmp
