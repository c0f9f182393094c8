// SPDX-License-Identifier: Apache-2.0
#include "base/crypto.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <set>
#include <string>

namespace platen {
namespace {

TEST(Crypto, Md5OfRfc1321) {
    EXPECT_EQ(crypto::md5Hex(""), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(crypto::md5Hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST(Crypto, Sha256OfFips180) {
    EXPECT_EQ(crypto::sha256Hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Crypto, HmacOfRfc4231) {
    EXPECT_EQ(crypto::hmacSha256Hex(std::string(20, '\x0B'), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(crypto::hmacSha256Hex("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, HmacTakesEmptyKeyAndData) {
    EXPECT_EQ(crypto::hmacSha256Hex("", ""),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Crypto, ComparesInConstantTime) {
    EXPECT_TRUE(crypto::equalConstantTime("secret", "secret"));
    EXPECT_TRUE(crypto::equalConstantTime("", ""));
    EXPECT_FALSE(crypto::equalConstantTime("secret", "secreT"));
    EXPECT_FALSE(crypto::equalConstantTime("secret", "secret1"));
}

TEST(SystemRandom, HexHasAskedLength) {
    SystemRandom random;
    EXPECT_EQ(random.hex(0), "");
    EXPECT_EQ(random.hex(16).size(), 32U);
    EXPECT_NE(random.hex(16), random.hex(16));
    EXPECT_EQ(random.hex(16).find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(SystemRandom, BelowStaysBelowAndReachesAll) {
    SystemRandom random;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 400; ++i) {
        const std::uint64_t value = random.below(7);
        ASSERT_LT(value, 7U);
        seen.insert(value);
    }
    EXPECT_EQ(seen.size(), 7U);
    EXPECT_EQ(random.below(1), 0U);
    EXPECT_LT(random.below(std::numeric_limits<std::uint64_t>::max()),
              std::numeric_limits<std::uint64_t>::max());
}

TEST(SystemRandom, BelowIsUniform) {
    SystemRandom random;
    std::array<int, 3> counts{};
    constexpr int kDraws = 30'000;
    for (int i = 0; i < kDraws; ++i) {
        ++counts[random.below(3)];
    }
    for (const int count : counts) {
        EXPECT_NEAR(count, kDraws / 3, 600);  // Over seven standard deviations.
    }
}

}  // namespace
}  // namespace platen
