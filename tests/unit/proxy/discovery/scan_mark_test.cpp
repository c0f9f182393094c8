// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/scan_mark.hpp"

#include <gtest/gtest.h>

namespace platen::discovery {
namespace {

config::Discovery settings() {
    config::Discovery out;
    out.ranges = {"192.0.2.0/24", "2001:db8::/120"};
    out.exclude = {"192.0.2.7"};
    return out;
}

AddressWalk walkOf(const config::Discovery& from) {
    return {config::parseAddressRanges(from.ranges).value(),
            config::parseAddressRanges(from.exclude).value()};
}

TEST(ScanMark, WalkGoesOnAfterIt) {
    auto walk = walkOf(settings());
    for (int i = 0; i < 300; ++i) {
        ASSERT_TRUE(walk.next());
    }
    const auto text = writeMark(walk.mark(), settings());
    auto again = walkOf(settings());
    ASSERT_TRUE(again.goTo(readMark(text, settings()).value()));
    while (const auto address = walk.next()) {
        EXPECT_EQ(again.next()->toString(), address->toString());
    }
    EXPECT_FALSE(again.next());
}

TEST(ScanMark, BeginningAndEndAreMarksToo) {
    auto walk = walkOf(settings());
    EXPECT_TRUE(
        walkOf(settings()).goTo(readMark(writeMark(walk.mark(), settings()), settings()).value()));
    while (walk.next()) {
    }
    auto again = walkOf(settings());
    ASSERT_TRUE(again.goTo(readMark(writeMark(walk.mark(), settings()), settings()).value()));
    EXPECT_FALSE(again.next());
}

TEST(ScanMark, OtherRangesOrNonsenseBeginAnew) {
    auto walk = walkOf(settings());
    static_cast<void>(walk.next());
    const auto text = writeMark(walk.mark(), settings());
    auto other = settings();
    other.exclude.clear();
    EXPECT_FALSE(readMark(text, other));
    for (const char* bad : {"", "1", "1 x 0 -", "2 a 0 -"}) {
        EXPECT_FALSE(readMark(bad, settings())) << bad;
    }
    const auto head = text.substr(0, text.find(' ', 2) + 1);
    EXPECT_FALSE(readMark(head + "x -", settings()));
    EXPECT_FALSE(readMark(head + "0 x", settings()));
    // A mark that lies outside its range is not followed.
    auto again = walkOf(settings());
    EXPECT_FALSE(again.goTo(readMark(head + "0 198.51.100.1", settings()).value()));
    EXPECT_FALSE(again.goTo(readMark(head + "2 192.0.2.1", settings()).value()));
    EXPECT_FALSE(again.goTo(readMark(head + "3 -", settings()).value()));
    EXPECT_EQ(again.next()->toString(), "192.0.2.1");
}

}  // namespace
}  // namespace platen::discovery
