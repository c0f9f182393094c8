// SPDX-License-Identifier: Apache-2.0
#include "proxy/firmware/choice.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

namespace platen::firmware {
namespace {

Entry entry() {
    Entry out;
    out.vendor = "Acme";
    out.models = {"X100", "Y*"};
    out.fromVersions = {"1.*"};
    out.version = "2.0";
    out.sha256 = std::string(64, 'a');
    out.bytes = 10;
    return out;
}

PrinterFacts printer() {
    return {"ACME", "x100", "1.5", {{mibmap::FirmwareChannel::Kind::Raw, 9100, {}, {}}}};
}

const Stopped kNone = [](const Entry&) { return std::string(); };

TEST(Choice, AnImageForThisModelAndVersionIsChosen) {
    const std::vector<Entry> catalogue{entry()};
    const auto choice = choose(catalogue, printer(), kNone);
    ASSERT_EQ(choice.entries.size(), 1U) << choice.why.text;
    EXPECT_EQ(choice.entries[0], &catalogue[0]);
    auto other = printer();
    other.model = "Y77 MFP";
    EXPECT_EQ(choose(catalogue, other, kNone).entries.size(), 1U);
}

// C-PRX-43
TEST(Choice, EachRuleRefusesWithItsReason) {
    using Change = std::function<void(Entry&, PrinterFacts&)>;
    const std::vector<std::pair<Change, std::string>> cases{
        {[](Entry&, PrinterFacts& facts) { facts.channels.clear(); }, "no channel"},
        {[](Entry&, PrinterFacts& facts) { facts.vendor = "Other"; }, "no image for this model"},
        {[](Entry&, PrinterFacts& facts) { facts.model = "X1000"; }, "no image for this model"},
        {[](Entry&, PrinterFacts& facts) { facts.model = ""; }, "no image for this model"},
        {[](Entry&, PrinterFacts& facts) { facts.version = "2.0"; }, "has this version"},
        {[](Entry&, PrinterFacts& facts) { facts.version = "3.0"; }, "version 3.0"},
        {[](Entry& one, PrinterFacts&) { one.version = "1.4"; }, "older"},
        {[](Entry& one, PrinterFacts&) { one.irreversible = true; }, "irreversible"},
    };
    for (const auto& [change, reason] : cases) {
        auto facts = printer();
        std::vector<Entry> catalogue{entry()};
        change(catalogue[0], facts);
        const auto choice = choose(catalogue, facts, kNone);
        EXPECT_TRUE(choice.entries.empty()) << reason;
        EXPECT_EQ(choice.why.code, transfer::FaultCode::Denied) << reason;
        EXPECT_NE(choice.why.text.find(reason), std::string::npos) << choice.why.text;
    }
    EXPECT_TRUE(choose({}, printer(), kNone).entries.empty());
    const auto stopped =
        choose({entry()}, printer(), [](const Entry&) { return std::string("it burned"); });
    EXPECT_TRUE(stopped.entries.empty());
    EXPECT_NE(stopped.why.text.find("it burned"), std::string::npos) << "FW2";
}

TEST(Choice, TheCatalogueCanAllowAStepBackAndWhatCannotBeUndone) {
    auto older = entry();
    older.version = "1.4";
    older.downgrade = true;
    older.irreversible = true;
    older.approval = "change 17";
    const std::vector<Entry> catalogue{older};
    EXPECT_EQ(choose(catalogue, printer(), kNone).entries.size(), 1U);
}

}  // namespace
}  // namespace platen::firmware
