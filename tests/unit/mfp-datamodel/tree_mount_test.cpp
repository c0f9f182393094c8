// SPDX-License-Identifier: Apache-2.0
// Rows of other trees that a tree shows as its own (C-PRX-60).
#include "mfp-datamodel/tree.hpp"
#include "model_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace platen::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ObjectRef service(std::uint32_t row) {
    return {objectOf("MFP.{i}."), Instances{{row, 0, 0}}};
}

class TreeMount : public testing::Test {
  protected:
    void SetUp() override {
        set(printer_, "Device.DeviceInfo.SerialNumber", "P1");
        set(printer_, "MFP.1.Alias", "one");
        set(printer_, "MFP.1.Supply.2.Level", "20");
        set(printer_, "MFP.1.Supply.2.ColorantReference", "MFP.1.Colorant.4");
        set(other_, "MFP.1.Supply.1.Level", "10");
        set(site_, "Device.DeviceInfo.SerialNumber", "GW");
        site_.addObject({objectOf("Device.Services."), {}});
        static_cast<void>(site_.takeMovedCounts());
    }
    static void set(Tree& tree, std::string_view name, std::string_view text) {
        EXPECT_TRUE(tree.set(refOf(name), Value::string(text), Source::Snmp)) << name;
    }
    std::string text(std::string_view name) const {
        const auto value = site_.get(refOf(name));
        return value ? value->text() : "(absent)";
    }
    std::vector<std::string> params(std::string_view path) const {
        std::vector<std::string> names;
        site_.forEachParam(pathOf(path), [&](const ParamRef& param, const Value& value) {
            names.push_back(codec_.internalName(param) + "=" + value.text());
        });
        return names;
    }
    std::vector<std::string> children(std::string_view path) const {
        std::vector<std::string> names;
        site_.forEachChild(pathOf(path), [&](const Path& child) {
            names.push_back(child.kind == Path::Kind::Table
                                ? codec_.tableName(child.object, child.instances)
                                : codec_.name(child.objectRef()));
        });
        return names;
    }

    TextPool pool_;
    Tree printer_{realSchema(), pool_};
    Tree other_{realSchema(), pool_};
    Tree site_{realSchema(), pool_};
    PathCodec codec_{realSchema(), ""};
};

TEST_F(TreeMount, ShowsTheRowUnderItsNumberAndNothingElse) {
    site_.mount(service(7), printer_, 1);
    EXPECT_EQ(text("MFP.7.Supply.2.Level"), "20");
    EXPECT_EQ(text("MFP.7.SupplyNumberOfEntries"), "1");
    EXPECT_EQ(text("MFP.1.Supply.2.Level"), "(absent)");
    EXPECT_EQ(text("Device.DeviceInfo.SerialNumber"), "GW");
    EXPECT_EQ(site_.sourceOf(refOf("MFP.7.Supply.2.Level")), Source::Snmp);
    EXPECT_TRUE(site_.has(pathOf("MFP.7.Supply.2.").objectRef()));
    EXPECT_FALSE(site_.has(pathOf("MFP.7.Supply.3.").objectRef()));
    EXPECT_FALSE(site_.has(pathOf("MFP.8.").objectRef()));
    EXPECT_THAT(site_.rows(objectOf("MFP.{i}.Supply.{i}."), Instances{{7, 0, 0}}), ElementsAre(2));
    EXPECT_THAT(site_.rows(objectOf("MFP.{i}.Supply.{i}."), Instances{{1, 0, 0}}), IsEmpty());
}

TEST_F(TreeMount, WhatChangesThereChangesHere) {
    site_.mount(service(7), printer_, 1);
    set(printer_, "MFP.1.Supply.2.Level", "19");
    set(printer_, "MFP.1.Supply.3.Level", "50");
    EXPECT_EQ(text("MFP.7.Supply.2.Level"), "19");
    EXPECT_EQ(text("MFP.7.SupplyNumberOfEntries"), "2");
    printer_.removeObject(pathOf("MFP.1.Supply.2.").objectRef());
    EXPECT_EQ(text("MFP.7.Supply.2.Level"), "(absent)");
}

TEST_F(TreeMount, ReferencesIntoTheRowAreRenumbered) {
    site_.mount(service(7), printer_, 1);
    EXPECT_EQ(text("MFP.7.Supply.2.ColorantReference"), "MFP.7.Colorant.4");
    set(printer_, "MFP.1.Supply.2.ColorantReference", "MFP.11.Colorant.4");
    EXPECT_EQ(text("MFP.7.Supply.2.ColorantReference"), "MFP.11.Colorant.4") << "another row";
}

TEST_F(TreeMount, WalksGoThroughTheRowsInOrder) {
    site_.mount(service(7), printer_, 1);
    site_.mount(service(3), other_, 1);
    const auto all = params("MFP.");
    const auto first = std::find(all.begin(), all.end(), "MFP.3.Supply.1.Level=10");
    const auto second = std::find(all.begin(), all.end(), "MFP.7.Supply.2.Level=20");
    ASSERT_NE(first, all.end());
    ASSERT_NE(second, all.end());
    EXPECT_LT(first, second);
    EXPECT_THAT(params("MFP.7.Supply.2.Level"), ElementsAre("MFP.7.Supply.2.Level=20"));
    EXPECT_THAT(params("MFP.7.Supply."),
                ElementsAre("MFP.7.Supply.2.ColorantReference=MFP.7.Colorant.4",
                            "MFP.7.Supply.2.Level=20"));
    EXPECT_THAT(children("MFP."), ElementsAre("Device.Services.MFP.3.", "Device.Services.MFP.7."));
    EXPECT_THAT(children("MFP.7.Supply."), ElementsAre("Device.Services.MFP.7.Supply.2."));
    const auto whole = params("");
    EXPECT_NE(std::find(whole.begin(), whole.end(), "MFP.7.Alias=one"), whole.end());
    EXPECT_EQ(std::find(whole.begin(), whole.end(), "Device.DeviceInfo.SerialNumber=P1"),
              whole.end());
    std::size_t own = 0;
    site_.forEachOwnParam(service(7), [&](const ParamRef& ref, const Value&) {
        EXPECT_EQ(ref.instances.numbers[0], 7U);
        ++own;
    });
    EXPECT_GT(own, 1U) << "Alias and the counts";
}

// C-PRX-63
TEST_F(TreeMount, MountsCountAsRows) {
    const auto before = site_.shape();
    site_.mount(service(7), printer_, 1);
    site_.mount(service(3), other_, 1);
    EXPECT_NE(site_.shape(), before);
    EXPECT_EQ(text("Device.Services.MFPNumberOfEntries"), "2");
    EXPECT_THAT(site_.takeMovedCounts(), ElementsAre(refOf("Device.Services.MFPNumberOfEntries")));
    EXPECT_THAT(site_.rows(objectOf("MFP.{i}."), {}), ElementsAre(3, 7));
    EXPECT_TRUE(site_.unmount(service(7)));
    EXPECT_FALSE(site_.unmount(service(7)));
    EXPECT_EQ(text("Device.Services.MFPNumberOfEntries"), "1");
    EXPECT_EQ(site_.takeMovedCounts().size(), 1U);
    EXPECT_EQ(text("MFP.7.Supply.2.Level"), "(absent)");
    EXPECT_EQ(text("MFP.3.Supply.1.Level"), "10");
}

TEST_F(TreeMount, NothingIsWrittenThroughAMount) {
    site_.mount(service(7), printer_, 1);
    EXPECT_FALSE(site_.set(refOf("MFP.7.Supply.2.Level"), Value::string("5"), Source::Acs));
    EXPECT_FALSE(site_.addObject(pathOf("MFP.7.Supply.9.").objectRef()));
    EXPECT_FALSE(site_.erase(refOf("MFP.7.Supply.2.Level")));
    EXPECT_FALSE(site_.removeObject(pathOf("MFP.7.Supply.2.").objectRef()));
    EXPECT_EQ(text("MFP.7.Supply.2.Level"), "20");
    EXPECT_EQ(printer_.get(refOf("MFP.1.Supply.2.Level"))->text(), "20");
}

}  // namespace
}  // namespace platen::model
