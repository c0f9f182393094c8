// SPDX-License-Identifier: Apache-2.0
#include "proxy/firmware/version_order.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <tuple>

namespace platen::firmware {
namespace {

TEST(VersionOrder, NumbersCountAsNumbersAndTextWithoutCase) {
    for (const auto& [older, newer] :
         {std::tuple{"1.9", "1.10"}, std::tuple{"2300_5.2", "2300_5.10"}, std::tuple{"A", "b"},
          std::tuple{"1.2", "1.2.1"}, std::tuple{"", "0"}, std::tuple{"LW70.099", "LW70.100"},
          std::tuple{"9", "99999999999999999999999999"}}) {
        EXPECT_LT(compareVersions(older, newer), 0) << older << " " << newer;
        EXPECT_GT(compareVersions(newer, older), 0) << older << " " << newer;
    }
    for (const auto& [a, b] :
         {std::tuple{"1.02", "1.2"}, std::tuple{"v1", "V1"}, std::tuple{"", ""}}) {
        EXPECT_EQ(compareVersions(a, b), 0) << a << " " << b;
    }
}

}  // namespace
}  // namespace platen::firmware
