// SPDX-License-Identifier: Apache-2.0
#include "cwmp_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace platen::cwmp {
namespace {

using namespace std::chrono_literals;

constexpr int kDevices = 500;

// C-RTY-08, C-SCALE-01: the ACS is down for an hour.
TEST(Load, AnHourWithoutTheAcsLosesNothingAndMakesNoWave) {
    test::World world;
    world.acs.validate = false;
    world.settings.periodicInform = 24h;
    world.start();
    for (int i = 0; i < kDevices; ++i) {
        world.addPrinter("X" + std::to_string(i));
    }
    world.loop.advance(1min);
    ASSERT_EQ(world.acs.confirmed.size(), std::size_t{kDevices});
    world.acs.up = false;
    world.acs.confirmed.clear();
    world.acs.attempts = 0;
    for (const auto& [id, device] : world.devices) {
        world.manager->restarted(*device);
    }
    world.loop.advance(1h);
    // 1 + retries at the earliest times 5, 15, 35, 75, 155, 315, 635, 1275, 2555 s.
    EXPECT_LE(world.acs.attempts, std::size_t{kDevices} * 10);
    EXPECT_GE(world.acs.attempts, std::size_t{kDevices} * 8);
    EXPECT_LE(world.http.mostOpen(), 8U);

    world.acs.up = true;
    world.http.setLatency(20ms);
    std::size_t mostInAMinute = 0;
    for (int minute = 0; minute < 90; ++minute) {
        const auto before = world.acs.informs.size();
        world.loop.advance(1min);
        mostInAMinute = std::max(mostInAMinute, world.acs.informs.size() - before);
    }
    EXPECT_LE(world.http.mostOpen(), 8U);
    EXPECT_LT(mostInAMinute, std::size_t{kDevices} / 10) << "they come back spread out";
    std::map<std::string, int> boots;
    for (const auto& inform : world.acs.confirmed) {
        boots[inform.serial] += inform.has("1 BOOT") ? 1 : 0;
    }
    EXPECT_EQ(boots.size(), std::size_t{kDevices});
    EXPECT_TRUE(std::all_of(boots.begin(), boots.end(), [](const auto& entry) {
        return entry.second == 1;
    })) << "each event exactly once";
    EXPECT_TRUE(world.store.load()->events.empty());
}

// C-SCALE-01: 500 devices, 15 minutes.
TEST(Load, PeriodicInformsAreSpread) {
    test::World world;
    world.acs.validate = false;
    world.settings.periodicInform = 15min;
    world.start();
    for (int i = 0; i < kDevices; ++i) {
        world.addPrinter("X" + std::to_string(i));
    }
    world.loop.advance(1min);
    world.acs.informs.clear();
    std::size_t mostInAMinute = 0;
    for (int minute = 0; minute < 30; ++minute) {
        const auto before = world.acs.informs.size();
        world.loop.advance(1min);
        mostInAMinute = std::max(mostInAMinute, world.acs.informs.size() - before);
    }
    EXPECT_NEAR(static_cast<double>(world.acs.informs.size()), 2.0 * kDevices, 60.0);
    EXPECT_LT(mostInAMinute, 70U);
}

}  // namespace
}  // namespace platen::cwmp
