// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/usm_crypto.hpp"

#include "proxy/snmp/usm_keys.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace platen::snmp {
namespace {

std::string fromHex(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    }
    return out;
}
std::string toHex(std::string_view octets) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        out.push_back(kDigits[octet >> 4U]);
        out.push_back(kDigits[octet & 15U]);
    }
    return out;
}
const std::string kEngine = fromHex("000000000000000000000002");

// RFC 3414 A.3.1 and A.3.2.
TEST(UsmCrypto, KeysOfPasswordsAreThoseOfTheStandard) {
    const auto md5 = usm::passwordKey(AuthProtocol::Md5, "maplesyrup");
    ASSERT_TRUE(md5);
    EXPECT_EQ(toHex(md5->reveal()), "9faf3283884e92834ebc9847d8edd963");
    EXPECT_EQ(toHex(usm::localKey(AuthProtocol::Md5, md5->reveal(), kEngine)->reveal()),
              "526f5eed9fcce26f8964c2930787d82b");
    const auto sha = usm::passwordKey(AuthProtocol::Sha1, "maplesyrup");
    ASSERT_TRUE(sha);
    EXPECT_EQ(toHex(sha->reveal()), "9fb5cc0381497b3793528939ff788d5d79145211");
    EXPECT_EQ(toHex(usm::localKey(AuthProtocol::Sha1, sha->reveal(), kEngine)->reveal()),
              "6695febc9288e36282235fc7151f128497b38f3f");
}

TEST(UsmCrypto, ShortPasswordsMakeNoKey) {
    EXPECT_EQ(usm::passwordKey(AuthProtocol::Sha1, "seven77").error().code, ErrorCode::Unsupported);
    EXPECT_TRUE(usm::passwordKey(AuthProtocol::Sha1, "eight888"));
    EXPECT_FALSE(usm::passwordKey(AuthProtocol::None, "maplesyrup"));
}

// RFC 7860 section 4.2.
TEST(UsmCrypto, DigestsAreCutAsTheirProtocolsSay) {
    const std::vector<std::pair<AuthProtocol, std::size_t>> sizes{
        {AuthProtocol::Md5, 12},    {AuthProtocol::Sha1, 12},   {AuthProtocol::Sha224, 16},
        {AuthProtocol::Sha256, 24}, {AuthProtocol::Sha384, 32}, {AuthProtocol::Sha512, 48}};
    for (const auto& [protocol, size] : sizes) {
        const auto key = usm::passwordKey(protocol, "maplesyrup");
        ASSERT_TRUE(key);
        const auto mac = usm::mac(protocol, key->reveal(), "message");
        ASSERT_TRUE(mac);
        EXPECT_EQ(mac->size(), size);
        EXPECT_NE(*usm::mac(protocol, key->reveal(), "massage"), *mac);
    }
}

// RFC 2202, test case 1 of each: HMAC-MD5-96 and HMAC-SHA-96 are their first 12 octets.
TEST(UsmCrypto, DigestsAreHmac) {
    EXPECT_EQ(toHex(*usm::mac(AuthProtocol::Md5, std::string(16, '\x0b'), "Hi There")),
              "9294727a3638bb1c13f48ef8");
    EXPECT_EQ(toHex(*usm::mac(AuthProtocol::Sha1, std::string(20, '\x0b'), "Hi There")),
              "b617318655057264e28bc0b6");
}

class Ciphers : public testing::TestWithParam<PrivProtocol> {};

TEST_P(Ciphers, GiveBackWhatTheyHid) {
    const auto auth = AuthProtocol::Sha1;
    const auto local = usm::localKey(auth, usm::passwordKey(auth, "maplesyrup")->reveal(), kEngine);
    const auto key = usm::cipherKey(auth, GetParam(), local->reveal(), kEngine);
    ASSERT_TRUE(key);
    for (const std::size_t size : {1U, 7U, 8U, 9U, 100U, 1500U}) {
        const std::string plain(size, 'p');
        const usm::Salt salt{3, 4, {1, 2, 3, 4, 5, 6, 7, 8}};
        const auto cipher = usm::encrypt(GetParam(), key->reveal(), salt, plain);
        ASSERT_TRUE(cipher);
        EXPECT_NE(cipher->substr(0, size), plain);
        const auto back = usm::decrypt(GetParam(), key->reveal(), salt, *cipher);
        ASSERT_TRUE(back);
        EXPECT_EQ(back->substr(0, size), plain);
        auto other = salt;
        other.octets[0] ^= 1U;
        const auto wrong = usm::decrypt(GetParam(), key->reveal(), other, *cipher);
        ASSERT_TRUE(wrong);
        EXPECT_NE(wrong->substr(0, size), plain) << "the salt does not matter";
    }
    EXPECT_FALSE(usm::encrypt(GetParam(), "short", {}, "x"));
    EXPECT_FALSE(usm::decrypt(GetParam(), key->reveal(), {}, ""));
}
INSTANTIATE_TEST_SUITE_P(All,
                         Ciphers,
                         testing::Values(PrivProtocol::Des,
                                         PrivProtocol::Aes128,
                                         PrivProtocol::Aes192,
                                         PrivProtocol::Aes256,
                                         PrivProtocol::Aes192Cisco,
                                         PrivProtocol::Aes256Cisco));

TEST(UsmCrypto, BrokenDesIsRefused) {
    const auto key = std::string(16, 'k');
    EXPECT_EQ(usm::decrypt(PrivProtocol::Des, key, {}, "seven77").error().code,
              ErrorCode::Malformed);
}

TEST(UsmCrypto, TheTwoKeyExtensionsDiffer) {
    const auto local = usm::localKey(
        AuthProtocol::Md5, usm::passwordKey(AuthProtocol::Md5, "maplesyrup")->reveal(), kEngine);
    const auto blumenthal =
        usm::cipherKey(AuthProtocol::Md5, PrivProtocol::Aes256, local->reveal(), kEngine);
    const auto reeder =
        usm::cipherKey(AuthProtocol::Md5, PrivProtocol::Aes256Cisco, local->reveal(), kEngine);
    ASSERT_TRUE(blumenthal && reeder);
    EXPECT_EQ(blumenthal->reveal().size(), 32U);
    EXPECT_EQ(blumenthal->reveal().substr(0, 16), reeder->reveal().substr(0, 16));
    EXPECT_NE(blumenthal->reveal(), reeder->reveal());
    // draft-reeder-snmpv3-usm-3desede-00 section B.1: the key of MD5, "maplesyrup", this engine.
    EXPECT_EQ(toHex(reeder->reveal()),
              "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12");
}

UsmUserOptions userOptions() {
    UsmUserOptions options;
    options.name = "platen";
    options.auth = AuthProtocol::Sha256;
    options.authPassword = Secret("authpass1");
    options.priv = PrivProtocol::Aes128;
    options.privPassword = Secret("privpass1");
    options.level = SecurityLevel::AuthPriv;
    return options;
}

TEST(UsmKeyRing, MakesAKeyOfEachPasswordOnce) {
    UsmKeyRing ring;
    const UsmUser user(userOptions());
    const auto first = ring.keysFor(user, kEngine);
    ASSERT_TRUE(first);
    EXPECT_EQ(ring.derivations(), 2U);
    for (char c = 'a'; c <= 'z'; ++c) {
        ASSERT_TRUE(ring.keysFor(user, kEngine + c));
    }
    EXPECT_EQ(ring.derivations(), 2U);
    EXPECT_EQ(ring.keysFor(UsmUser(userOptions()), kEngine)->get(), first->get());
    EXPECT_NE(ring.keysFor(user, kEngine + 'a')->get()->authKey.reveal(),
              (*first)->authKey.reveal());
}

TEST(UsmUser, KeepsOnlyWhatItsLevelNeeds) {
    auto options = userOptions();
    options.level = SecurityLevel::AuthNoPriv;
    const UsmUser authOnly(std::move(options));
    EXPECT_EQ(authOnly.priv(), PrivProtocol::None);
    EXPECT_TRUE(authOnly.privPassword().empty());
    options = userOptions();
    options.level = SecurityLevel::NoAuthNoPriv;
    const UsmUser open(std::move(options));
    EXPECT_EQ(open.auth(), AuthProtocol::None);
    EXPECT_TRUE(open.authPassword().empty());
    options = userOptions();
    options.privPassword = Secret();
    EXPECT_EQ(UsmUser(std::move(options)).privPassword().reveal(), "authpass1");
}

TEST(UsmUser, FingerprintsTellAllDifferences) {
    std::set<std::string> seen{UsmUser(userOptions()).fingerprint()};
    EXPECT_TRUE(seen.contains(UsmUser(userOptions()).fingerprint()));
    const auto other = [&seen](auto change) {
        auto options = userOptions();
        change(options);
        EXPECT_TRUE(seen.insert(UsmUser(std::move(options)).fingerprint()).second);
    };
    other([](UsmUserOptions& o) { o.name = "other"; });
    other([](UsmUserOptions& o) { o.auth = AuthProtocol::Sha512; });
    other([](UsmUserOptions& o) { o.authPassword = Secret("authpass2"); });
    other([](UsmUserOptions& o) { o.priv = PrivProtocol::Aes256; });
    other([](UsmUserOptions& o) { o.privPassword = Secret("privpass2"); });
    other([](UsmUserOptions& o) { o.level = SecurityLevel::AuthNoPriv; });
    other([](UsmUserOptions& o) { o.context = "Jetdirect"; });
}

}  // namespace
}  // namespace platen::snmp
