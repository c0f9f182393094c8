// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/redaction.hpp"

#include "base/text.hpp"
#include "proxy/app/recording_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace platen::app {
namespace {

mibmap::Recording parsed(std::string_view text) {
    auto recording = mibmap::Recording::parse(text, "test");
    EXPECT_TRUE(recording) << recording.error().text;
    return recording.value_or(mibmap::Recording{});
}

std::string hexOf(std::string_view text) {
    return text::toHex(std::vector<std::uint8_t>(text.begin(), text.end()), false);
}

/// True if nothing of the recording holds the text: as it is, in hexadecimal, or in an index.
bool isGone(const mibmap::Recording& recording, std::string_view secret) {
    for (const auto& row : recording.rows()) {
        std::string index;
        for (const auto id : row.oid.ids()) {
            index += id < 256 ? static_cast<char>(id) : ' ';
        }
        for (const auto& where : {row.value.octets, index}) {
            if (text::toLower(where).find(text::toLower(secret)) != std::string::npos) {
                return false;
            }
        }
    }
    return recording.text().find(secret) == std::string::npos &&
           recording.text().find(hexOf(secret)) == std::string::npos;
}

// A printer that tells all that one can tell.
constexpr std::string_view kTalkative =
    "1.3.6.1.2.1.1.1.0|4|Acme X1, SN:AB12345, net 10.20.30.44, mac 00:00:5E:00:53:1A\n"
    "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.32473.1\n"
    "1.3.6.1.2.1.1.4.0|4|Eva Muster, +49 30 5550 1234, eva.muster@corp.example\n"
    "1.3.6.1.2.1.1.5.0|4|prn-eva.corp.example\n"
    "1.3.6.1.2.1.1.6.0|4|Room 4711, Hauptstrasse 7\n"
    "1.3.6.1.2.1.2.2.1.6.1|4x|00005e00531a\n"
    "1.3.6.1.2.1.4.20.1.1.10.20.30.44|64|10.20.30.44\n"
    "1.3.6.1.2.1.4.20.1.3.10.20.30.44|64|255.255.255.0\n"
    "1.3.6.1.2.1.4.34.1.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.18.52|2|1\n"
    "1.3.6.1.2.1.6.13.1.1.10.20.30.44.80.10.20.30.99.5000|2|5\n"
    "1.3.6.1.2.1.43.5.1.1.4.1|4|Otto Operator\n"
    "1.3.6.1.2.1.43.5.1.1.17.1|4|AB12345-130-0\n"
    "1.3.6.1.2.1.47.1.1.1.1.15.1|4|ASSET-0815\n"
    "1.3.6.1.4.1.2699.1.1.1.3.1|4|payslip_of_eva.pdf\n"
    "1.3.6.1.4.1.32473.1.1.0|4|NPI00531A\n"
    "1.3.6.1.4.1.32473.1.2.0|4|http://intranet.corp.example/scan\n"
    "1.3.6.1.4.1.32473.1.3.0|4|SSID=ExampleWifi;PSK=correcthorse;USER=eva.m\n"
    "1.3.6.1.4.1.32473.1.4.0|4|s3cretcommunity\n"
    "1.3.6.1.4.1.32473.1.5.97.98.49.50.51.52.53|2|1\n"
    "1.3.6.1.4.1.32473.1.6.0|4x|ff00005e00531aff\n"
    "1.3.6.1.4.1.32473.1.7.0|4|fe80::200:5eff:fe00:531a\n"
    "1.3.6.1.4.1.32473.1.8.0|4|1.0.3.12\n"
    "1.3.6.1.4.1.32473.1.9.0|65|4711\n";

TEST(Redaction, NoneOfTheSecretsIsLeft) {
    const auto redacted = redact(parsed(kTalkative), {{Private::Secret, "s3cretcommunity"}});
    for (const auto* secret : {"AB12345",
                               "10.20.30.44",
                               "00:00:5E:00:53:1A",
                               "531a",
                               "Eva Muster",
                               "5550 1234",
                               "eva.muster@corp.example",
                               "corp.example",
                               "prn-eva",
                               "Room 4711",
                               "Hauptstrasse",
                               "Otto Operator",
                               "ASSET-0815",
                               "payslip",
                               "intranet",
                               "ExampleWifi",
                               "correcthorse",
                               "eva.m",
                               "s3cretcommunity",
                               "10.20.30.99",
                               "fe80::200:5eff"}) {
        EXPECT_TRUE(isGone(redacted.recording, secret)) << secret << "\n"
                                                        << redacted.recording.text();
    }
    const std::string raw("\x00\x00\x5E\x00\x53\x1A", 6);
    EXPECT_TRUE(isGone(redacted.recording, raw));
    EXPECT_TRUE(isGone(redacted.recording, std::string("\x0A\x14\x1E\x2C", 4)));
    EXPECT_TRUE(isGone(redacted.recording, std::string("\x0d\xb8", 2))) << "IPv6 in an index";
    EXPECT_EQ(redacted.leftOut, 2U);
    EXPECT_EQ(redacted.replaced.at(Private::MacAddress), 1U);
}

TEST(Redaction, StandInsAreConsistentAndOfTheSameLength) {
    const auto before = parsed(kTalkative);
    const auto after = redact(before, {}).recording;
    const auto text = [&after](const Oid& oid) {
        const auto* value = after.get(oid);
        return value != nullptr ? value->octets : std::string();
    };
    const auto serial = text({1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 17, 1});
    ASSERT_EQ(serial.size(), 13U);
    EXPECT_EQ(serial[7], '-');
    const auto label = serial.substr(0, 7);
    EXPECT_NE(text({1, 3, 6, 1, 2, 1, 1, 1, 0}).find("SN:" + label), std::string::npos);
    const auto mac = text({1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 1});
    ASSERT_EQ(mac.size(), 6U);
    EXPECT_EQ(mac.substr(0, 3), std::string("\x00\x00\x5E", 3)) << "the maker's part stays";
    EXPECT_NE(text({1, 3, 6, 1, 4, 1, 32473, 1, 6, 0}).find(mac), std::string::npos);
    EXPECT_EQ(text::toLower(text({1, 3, 6, 1, 4, 1, 32473, 1, 1, 0})),
              "npi" + hexOf(mac.substr(3)));
    // The address in the index of its row is the one in its cell.
    for (const auto& row : after.rows()) {
        if (row.oid.startsWith({1, 3, 6, 1, 2, 1, 4, 20, 1, 1})) {
            std::string index;
            for (const auto id : row.oid.suffix(10)) {
                index += static_cast<char>(id);
            }
            EXPECT_EQ(index, row.value.octets);
        }
    }
    EXPECT_EQ(text({1, 3, 6, 1, 4, 1, 32473, 1, 8, 0}), "1.0.3.12") << "a version is no address";
    EXPECT_EQ(after.get({1, 3, 6, 1, 4, 1, 32473, 1, 9, 0})->number, 4711);
    std::array<std::multiset<std::size_t>, 2> lengths;
    const std::array<const mibmap::Recording*, 2> both{&before, &after};
    for (std::size_t i = 0; i < both.size(); ++i) {
        for (const auto& row : both[i]->rows()) {
            if (!row.oid.startsWith({1, 3, 6, 1, 2, 1, 6}) &&
                !row.oid.startsWith({1, 3, 6, 1, 4, 1, 2699, 1, 1})) {
                lengths[i].insert(row.value.octets.size());
            }
        }
    }
    EXPECT_EQ(lengths[0], lengths[1]);
}

TEST(Redaction, ThePlaceSaysNothingAboutWhatStoodThere) {
    const auto one = redact(parsed("1.3.6.1.2.1.43.5.1.1.17.1|4|AB12345\n"), {}).recording;
    const auto other = redact(parsed("1.3.6.1.2.1.43.5.1.1.17.1|4|XY98765\n"), {}).recording;
    EXPECT_EQ(one.text(), other.text()) << "made from the place, not from the text";
}

TEST(Redaction, ANameThatIsTheModelDoesNotChangeDescriptions) {
    const auto after = redact(parsed("1.3.6.1.2.1.1.1.0|4|Acme X1 with a card\n"
                                     "1.3.6.1.2.1.1.5.0|4|Acme X1\n"
                                     "1.3.6.1.4.1.9.1.0|4|Acme X1\n"
                                     "1.3.6.1.2.1.25.3.2.1.3.1|4|Acme X1\n"),
                              {})
                           .recording;
    EXPECT_EQ(after.get({1, 3, 6, 1, 2, 1, 1, 1, 0})->octets, "Acme X1 with a card");
    EXPECT_NE(after.get({1, 3, 6, 1, 2, 1, 1, 5, 0})->octets, "Acme X1");
    EXPECT_EQ(after.get({1, 3, 6, 1, 4, 1, 9, 1, 0})->octets, "Acme X1");
}

TEST(Redaction, HostileTextsTakeNoTime) {
    std::string text;
    for (int i = 0; i < 200; ++i) {
        text += "1.3.6.1.4.1.1." + std::to_string(i) + "|4|" + std::string(3000, ':') +
                std::string(2000, '@') + std::string(2000, '1') + std::string(2000, '.') + "\n";
    }
    EXPECT_EQ(redact(parsed(text), {}).recording.rows().size(), 200U);
}

/// Values by name and row; names of rows are given by keys, which may be private.
std::map<std::string, std::string> valuesOf(const mibmap::Recording& recording) {
    const config::Settings settings;
    const auto read = readRecording(settings, recording, {});
    EXPECT_TRUE(read) << read.error().text;
    std::map<std::string, std::string> out;
    if (read) {
        for (const auto& source : read->poll->device().explanations()) {
            if (source.winner) {
                out[source.name] = source.value;
            }
        }
    }
    return out;
}

TEST(Redaction, AMapReadsTheSameFromIt) {
    const std::filesystem::path folder =
        std::filesystem::path(PLATEN_SOURCE) / "tests/data/recordings";
    const std::set<std::string> hidden{"SerialNumber",     "ControllerSerialNumber",
                                       "SystemName",       "Contact",
                                       "Location",         "AssetTag",
                                       "MACAddress",       "HostName",
                                       "IPAddress",        "DeviceId",
                                       "IEEE1284DeviceId", "PrinterName",
                                       "CurrentOperator",  "ServicePerson",
                                       "DeviceID"};
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".snmprec") {
            continue;
        }
        ++files;
        const auto recording = mibmap::Recording::load(entry.path()).value();
        const auto before = valuesOf(recording);
        const auto after = valuesOf(redact(recording, {}).recording);
        EXPECT_GT(before.size(), 100U);
        EXPECT_EQ(before.size(), after.size()) << entry.path();
        std::size_t serials = 0;
        for (const auto& [name, value] : before) {
            const auto other = after.find(name);
            ASSERT_NE(other, after.end()) << entry.path() << " " << name;
            const auto last = name.substr(name.rfind('.') + 1);
            if (hidden.contains(last)) {
                serials += last == "SerialNumber" && other->second != value ? 1U : 0U;
                continue;
            }
            EXPECT_EQ(other->second, value) << entry.path() << " " << name;
        }
        EXPECT_GT(serials, 0U) << entry.path();
    }
    EXPECT_EQ(files, 6U);
}

TEST(PrivateTexts, AreFoundByTheMaps) {
    const auto recording =
        mibmap::Recording::load(std::filesystem::path(PLATEN_SOURCE) /
                                "tests/data/recordings/kyocera-style-m5540.snmprec")
            .value();
    const config::Settings settings;
    const auto found = privateTextsOf(settings, recording);
    ASSERT_TRUE(found);
    const auto isSerial = [](const PrivateText& text) {
        return text.kind == Private::SerialNumber && text.text == "VQ55407731";
    };
    EXPECT_TRUE(std::any_of(found->begin(), found->end(), isSerial));
}

}  // namespace
}  // namespace platen::app
