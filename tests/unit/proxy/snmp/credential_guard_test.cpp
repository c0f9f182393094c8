// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/credential_guard.hpp"

#include <gtest/gtest.h>

namespace platen::snmp {
namespace {

const net::Endpoint kHere{net::Address::fromIpv4(0xC0000201U), 161};
const net::Endpoint kThere{net::Address::fromIpv4(0xC0000202U), 161};

TEST(CredentialGuard, PausesAUserAtOneDeviceOnly) {
    CredentialGuard guard;
    const SteadyTime now{};
    for (std::uint32_t i = 0; i < CredentialGuard::kMaxRefusals; ++i) {
        EXPECT_FALSE(guard.refusal(kHere, "user", now));
        guard.refused(kHere, "user", "wrong", now);
    }
    EXPECT_TRUE(guard.refusal(kHere, "user", now));
    EXPECT_EQ(guard.refusal(kHere, "user", now)->find("wrong"), 0U);
    EXPECT_FALSE(guard.refusal(kThere, "user", now));
    EXPECT_FALSE(guard.refusal(kHere, "other", now));
    EXPECT_TRUE(guard.refusal(kHere, "user", now + CredentialGuard::kPause - Millis{1}));
    EXPECT_FALSE(guard.refusal(kHere, "user", now + CredentialGuard::kPause));
    guard.succeeded(kHere, "user");
    EXPECT_FALSE(guard.refusal(kHere, "user", now));
}

TEST(CredentialGuard, ItsMemoryIsBounded) {
    CredentialGuard guard;
    for (std::size_t i = 0; i <= CredentialGuard::kMaxEntries; ++i) {
        guard.refused(kHere, std::to_string(i), "wrong", SteadyTime{});
    }
    // It was emptied once; the last one is there again, with one refusal.
    EXPECT_FALSE(guard.refusal(kHere, "0", SteadyTime{}));
}

}  // namespace
}  // namespace platen::snmp
