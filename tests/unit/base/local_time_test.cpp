// SPDX-License-Identifier: Apache-2.0
#include "base/local_time.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

namespace platen {
namespace {

// C-INF-06
TEST(LocalTime, CarriesTheOffsetOfTheProcess) {
    const auto* before = std::getenv("TZ");  // NOLINT(concurrency-mt-unsafe): one thread here
    const std::string kept = before == nullptr ? "" : before;
    const auto time = *parseDateTime("2031-02-03T04:05:06Z");
    const auto in = [&](const char* zone) {
        setenv("TZ", zone, 1);  // NOLINT(concurrency-mt-unsafe)
        tzset();
        return formatLocalTime(time);
    };
    EXPECT_EQ(in("UTC0"), "2031-02-03T04:05:06+00:00");
    EXPECT_EQ(in("XXX-1"), "2031-02-03T05:05:06+01:00");
    EXPECT_EQ(in("YYY+3:30"), "2031-02-03T00:35:06-03:30");
    if (before == nullptr) {
        unsetenv("TZ");  // NOLINT(concurrency-mt-unsafe)
    } else {
        setenv("TZ", kept.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    }
    tzset();
}

}  // namespace
}  // namespace platen
