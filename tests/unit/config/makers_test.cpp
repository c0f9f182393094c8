// SPDX-License-Identifier: Apache-2.0
#include "config/makers.hpp"

#include "base/text.hpp"
#include "tests/unit/config/support.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

namespace platen::config {
namespace {

Makers shipped() {
    auto makers = Makers::load(std::filesystem::path(PLATEN_SOURCE) / "config/makers.json");
    EXPECT_TRUE(makers) << (makers ? "" : makers.error().text);
    return std::move(makers.value());
}

std::string brandIn(const Makers& makers, std::string_view text) {
    const Maker* const maker = makers.byText(text);
    return maker == nullptr ? "none" : maker->brand;
}

TEST(Makers, ShippedTableIsWellFormed) {
    const Makers makers = shipped();
    EXPECT_GE(makers.all().size(), 30U);
    std::set<std::string> brands;
    for (const Maker& maker : makers.all()) {
        EXPECT_TRUE(brands.insert(text::toLower(maker.brand)).second) << maker.brand;
        EXPECT_EQ(maker.oui.find_first_not_of("0123456789ABCDEF"), std::string::npos);
        EXPECT_EQ(makers.byBrand(maker.brand), &maker);
        EXPECT_EQ(makers.byText(maker.brand), &maker) << maker.brand;
    }
}

struct Sample {
    const char* text;
    const char* brand;
};

class MakerInText : public testing::TestWithParam<Sample> {};

TEST_P(MakerInText, IsFound) {
    EXPECT_EQ(brandIn(shipped(), GetParam().text), GetParam().brand);
}

// Forms of sysDescr and MFG as printers have them (snmp-quirks section 4).
INSTANTIATE_TEST_SUITE_P(
    Forms,
    MakerInText,
    testing::Values(Sample{"Brother NC-6200h, Firmware Ver.H  ,MID 8C5-A15,FID 2", "Brother"},
                    Sample{"Canon D1180/MF6680 /P", "Canon"},
                    Sample{"Dell B3460dn Laser Printer version NH5.CY.N543", "Dell"},
                    Sample{"Develop ineo  280", "Develop"},
                    Sample{"EPSON Built-in", "Epson"},
                    Sample{"FUJIFILM Apeos C7580", "Fujifilm"},
                    Sample{"FUJI XEROX DocuPrint CM305 df; Net 16.41", "Fuji Xerox"},
                    Sample{"Gestetner MPC2500/DSc525 1.71", "Gestetner"},
                    Sample{"HP ETHERNET MULTI-ENVIRONMENT,PID:HP LaserJet MFP", "HP"},
                    Sample{"Hewlett-Packard", "HP"},
                    Sample{"IBM Infoprint 1130 version 54.10.21", "IBM"},
                    Sample{"KONICA MINOLTA bizhub C250i", "Konica Minolta"},
                    Sample{"KYOCERA Document Solutions Printing System", "Kyocera"},
                    Sample{"Lexmark MX711 version NH62.TU.N636", "Lexmark"},
                    Sample{"NRG SP 4210N 1.05 / NRG Network Printer C model", "NRG"},
                    Sample{"OKI OkiLAN 8500e Rev.01.23", "OKI"},
                    Sample{"OKI DATA CORP", "OKI"},
                    Sample{"RICOH MP 3053 1.09", "Ricoh"},
                    Sample{"Samsung CLX-3170 Series;V1.00", "Samsung"},
                    Sample{"SHARP MX-3100N", "Sharp"},
                    Sample{"TOSHIBA e-STUDIO305CS version NH63", "Toshiba"},
                    Sample{"TOSHIBA TEC B-EV4", "Toshiba TEC"},
                    Sample{"UTAX_TA P-C3560i", "UTAX"},
                    Sample{"UTAX P-C3560i", "UTAX"},
                    Sample{"Xerox AltaLink C8045; SS 100.002", "Xerox"},
                    Sample{"Zebra Technologies ZTC ZT410", "Zebra"}));

TEST(Makers, FindsWholeWordsOnly) {
    const Makers makers = shipped();
    EXPECT_EQ(brandIn(makers, "Developed by somebody"), "none");
    EXPECT_EQ(brandIn(makers, "SHP-1000"), "none");
    EXPECT_EQ(brandIn(makers, "Redell"), "none");
    EXPECT_EQ(brandIn(makers, "xHP HP"), "HP");
    EXPECT_EQ(brandIn(makers, ""), "none");
    EXPECT_EQ(brandIn(makers, "Linux 6.1 box"), "none");
}

TEST(Makers, FirstWordWinsThenTheLongest) {
    const Makers makers = shipped();
    EXPECT_EQ(brandIn(makers, "Lexmark agent for Dell"), "Lexmark");
    EXPECT_EQ(brandIn(makers, "Dell agent by Lexmark"), "Dell");
    EXPECT_EQ(brandIn(makers, "fuji xerox"), "Fuji Xerox");
}

TEST(Makers, EnterpriseNumberIsTheFallback) {
    const Makers makers = shipped();
    ASSERT_NE(makers.byEnterprise(1347), nullptr);
    EXPECT_EQ(makers.byEnterprise(1347)->brand, "Kyocera");
    EXPECT_EQ(makers.byEnterprise(11)->oui, "001083");
    EXPECT_EQ(makers.byEnterprise(0), nullptr);
    EXPECT_EQ(makers.byBrand("hp"), makers.byEnterprise(11));
    EXPECT_EQ(makers.byBrand("nobody"), nullptr);
}

TEST(Makers, NamesTheBrandOfTheRecordings) {
    const auto folder = std::filesystem::path(PLATEN_SHARED) / "corpus/snmp";
    if (!std::filesystem::exists(folder)) {
        GTEST_SKIP() << "the recordings are not here";
    }
    const Makers makers = shipped();
    std::size_t seen = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".snmprec") {
            continue;
        }
        const std::string content = test::readWhole(entry.path());
        const std::string row = "1.3.6.1.2.1.1.1.0|4|";
        const auto at = content.find(row);
        if (at == std::string::npos) {
            continue;
        }
        const auto start = at + row.size();
        const std::string text = content.substr(start, content.find('\n', start) - start);
        const std::string name = entry.path().stem().string();
        const Maker* const maker = makers.byText(text);
        if (name.starts_with("tsc-")) {
            continue;  // "TTP244CE Version: 7.02 EZD" names no brand.
        }
        ASSERT_NE(maker, nullptr) << name << ": " << text;
        // Recordings are named by brand: "hp-m551-1", "fujixerox-docuprint-cm305df".
        std::string brand = text::toLower(maker->brand);
        std::erase(brand, ' ');
        EXPECT_TRUE(name.starts_with(brand) || brand.starts_with(name.substr(0, name.find('-'))))
            << name << ": " << maker->brand;
        ++seen;
    }
    EXPECT_GT(seen, 20U);
}

struct Broken {
    const char* text;
    const char* complaint;
};

class BrokenMakers : public testing::TestWithParam<Broken> {};

TEST_P(BrokenMakers, AreRefusedWithPosition) {
    const test::TemporaryFolder folder;
    const auto file = folder.write("makers.json", GetParam().text);
    const auto makers = Makers::load(file);
    ASSERT_FALSE(makers);
    EXPECT_EQ(makers.error().code, ErrorCode::Malformed);
    EXPECT_EQ(makers.error().text, file.string() + GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    BrokenMakers,
    testing::Values(
        Broken{"[]", ":1:1: : an object with an array \"makers\" is expected"},
        Broken{R"({"makers": [{"brand": "A"}]})",
               ":1:13: /makers/0: a maker has brand, oui, words and enterprises"},
        Broken{R"({"makers": [{"brand": "", "oui": "001122", "words": ["A"], "enterprises": []}]})",
               ":1:23: /makers/0/brand: 1 to 64 printable ASCII characters are expected"},
        Broken{R"({"makers": [{"brand": "A", "oui": "00112", "words": ["A"], "enterprises": []}]})",
               ":1:35: /makers/0/oui: not an OUI (six hexadecimal digits without separators, such "
               "as 02A1B2)"},
        Broken{R"({"makers": [{"brand": "A", "oui": "001122", "words": [7], "enterprises": []}]})",
               ":1:55: /makers/0/words/0: a word is expected"},
        Broken{R"({"makers": [{"brand": "A", "oui": "001122", "words": [], "enterprises": []}]})",
               ":1:13: /makers/0: words (at least one) and enterprises are arrays"},
        Broken{
            R"({"makers": [{"brand": "A", "oui": "001122", "words": ["A"], "enterprises": [-1]}]})",
            ":1:77: /makers/0/enterprises/0: an enterprise number is expected"},
        Broken{R"({"makers": [
{"brand": "A", "oui": "001122", "words": ["A"], "enterprises": []},
{"brand": "B", "oui": "001122", "words": ["a"], "enterprises": []}]})",
               ":3:1: /makers/1: the word \"a\" is there twice"},
        Broken{R"({"makers": [
{"brand": "A", "oui": "001122", "words": ["A"], "enterprises": [5]},
{"brand": "B", "oui": "001122", "words": ["B"], "enterprises": [5]}]})",
               ":3:1: /makers/1: 5 is there twice"}));

TEST(Makers, MissingFileIsAnError) {
    const test::TemporaryFolder folder;
    EXPECT_EQ(Makers::load(folder.path() / "makers.json").error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace platen::config
