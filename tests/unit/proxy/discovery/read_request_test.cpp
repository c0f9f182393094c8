// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/read_request.hpp"

#include <gtest/gtest.h>

namespace platen::discovery {
namespace {

// The quirks of a map are the engine's limits (docs/formats/map.md).
TEST(ReadRequest, TheQuirksOfAMapReachTheEngine) {
    mibmap::PollPlan plan;
    plan.scalars = {Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}};
    plan.quirks.walkOnly = true;
    plan.quirks.noBulk = true;
    plan.quirks.maxVarbinds = 1;
    plan.quirks.maxRepetitions = 10;
    const auto request = toRequest(plan);
    EXPECT_EQ(request.scalars, plan.scalars);
    EXPECT_TRUE(request.walkOnly);
    EXPECT_TRUE(request.limits.noBulk);
    EXPECT_EQ(request.limits.maxVarbinds, 1U);
    EXPECT_EQ(request.limits.maxRepetitions, 10U);
}

}  // namespace
}  // namespace platen::discovery
