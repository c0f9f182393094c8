// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/client_certificate.hpp"

#include <gtest/gtest.h>

namespace platen::cwmp {
namespace {

const fleet::Identity kPrinter{"Acme", "0200AA", "LaserPoint 410", "../SN/1"};

// C-TLS-06
TEST(DeviceFile, IsNamedByTheIdentity) {
    EXPECT_EQ(deviceFile("/etc/acs/{oui}-{product_class}.pem", kPrinter),
              "/etc/acs/0200AA-LaserPoint%20410.pem");
    EXPECT_EQ(deviceFile("/etc/acs/site.pem", kPrinter), "/etc/acs/site.pem");
    EXPECT_EQ(deviceFile("", kPrinter), "");
}

TEST(DeviceFile, NoSerialNumberLeavesTheFolder) {
    EXPECT_EQ(deviceFile("keys/{serial}", kPrinter), "keys/%2E.%2FSN%2F1");
    EXPECT_EQ(deviceFile("keys/{serial}/{serial}", {"", "", "", ".."}), "keys/%2E./%2E.");
    EXPECT_EQ(deviceFile("{serial}", {"", "", "", "{oui}"}), "%7Boui%7D") << "filled once";
}

}  // namespace
}  // namespace platen::cwmp
