// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cwmp_world.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace platen::test {

/// One printer that has registered; requests run in sessions of their own.
class RpcTest : public testing::Test {
  protected:
    void SetUp() override {
        world.settings.periodicInform = std::chrono::hours(24);  // out of the way
        world.start();
        device = &world.addPrinter("X1");
        world.settle();
        ASSERT_EQ(world.acs.confirmed.size(), 1U);
        world.acs.replies.clear();
    }

    /// The answers to the requests, all asked in one session.
    std::vector<SeenReply> run(const std::vector<std::string>& requests) {
        for (const auto& request : requests) {
            world.acs.ask("X1", request);
        }
        world.acs.replies.clear();
        world.manager->connectionRequested(device->id(), [](cwmp::ConnectionRequestVerdict) {});
        world.settle();
        world.loop.advance(std::chrono::minutes(2));  // for the rate limit of connection requests
        return world.acs.replies;
    }
    SeenReply run(const std::string& request) {
        const auto all = run(std::vector<std::string>{request});
        return all.empty() ? SeenReply{} : all.back();
    }

    World world;
    FakeDevice* device = nullptr;
    static constexpr const char* kMfp = "Device.Services.X_PLATEN_MFP.1.";
    static std::string mfp(const std::string& name) { return kMfp + name; }
};

}  // namespace platen::test
