// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/identity.hpp"

#include <gtest/gtest.h>

namespace platen::fleet {
namespace {

const IdentityDefaults kDefaults{.gatewayOui = "02A1B2", .address = "192.0.2.7"};
const Maker kMaker{.brand = "Kyocera", .oui = "00C0EE"};

IdentityFacts facts(std::string serial) {
    IdentityFacts out;
    out.manufacturer = "KYOCERA";
    out.model = "ECOSYS P3055dn";
    out.serial = std::move(serial);
    out.macAddress = "00:17:C8:12:34:56";
    return out;
}

// C-INF-12
TEST(Identity, ComesFromTheMakerTableAndThePrinter) {  // C-PRX-07, C-PRX-09
    const auto identity = makeIdentity(facts("R4P7X12345"), kMaker, kDefaults, true);
    EXPECT_EQ(identity.manufacturer, "Kyocera");
    EXPECT_EQ(identity.oui, "00C0EE");
    EXPECT_EQ(identity.productClass, "ECOSYS P3055dn");
    EXPECT_EQ(identity.serial, "R4P7X12345");
}

TEST(Identity, UnknownMakerTakesTheOuiOfTheMac) {
    EXPECT_EQ(makeIdentity(facts("ABC123"), std::nullopt, kDefaults, true).oui, "0017C8");
}

TEST(Identity, NoUsableSerialIsMadeFromTheMacUnderTheGatewaysOui) {  // C-PRX-10
    for (const auto* serial : {"", "XXXXXXXX", "00000000", "N/A", "????????", "0123456789"}) {
        const auto identity = makeIdentity(facts(serial), kMaker, kDefaults, true);
        EXPECT_EQ(identity.oui, "02A1B2") << serial;
        EXPECT_EQ(identity.serial, "0017C8123456") << serial;
    }
}

// C-INF-03
TEST(Identity, SharedSerialIsNotUsed) {  // C-PRX-10
    EXPECT_EQ(makeIdentity(facts("SN12345678"), kMaker, kDefaults, false).serial, "0017C8123456");
}

TEST(Identity, WithoutSerialAndMacTheAddressNamesIt) {
    auto bare = facts("");
    bare.macAddress.clear();
    EXPECT_EQ(makeIdentity(bare, kMaker, kDefaults, true).serial, "IP-192.0.2.7");
}

TEST(Identity, TextsAreTrimmedPrintableAndAtMost64Characters) {  // C-PRX-11
    auto odd = facts("  SN-\x01\xC3\xA4 77  ");
    odd.model = std::string(100, 'm') + "/\xFF";
    const auto identity = makeIdentity(odd, kMaker, kDefaults, true);
    EXPECT_EQ(identity.serial, "SN- 77");
    EXPECT_EQ(identity.productClass, std::string(64, 'm'));
}

TEST(Identity, ProductClassKeepsLettersDigitsSpaceAndHyphen) {
    EXPECT_EQ(productClassOf("MFP-1028 (DN)/KX"), "MFP-1028 DN KX");
    EXPECT_EQ(makeIdentity({}, std::nullopt, kDefaults, true).productClass, "Printer");
}

}  // namespace
}  // namespace platen::fleet
