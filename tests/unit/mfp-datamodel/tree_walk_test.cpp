// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/tree.hpp"
#include "model_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace platen::model {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class TreeWalk : public testing::Test {
  protected:
    void SetUp() override {
        // Out of order on purpose.
        set("MFP.1.Supply.2.Level", "20");
        set("MFP.1.Supply.1.Alias", "Black");
        set("MFP.1.Supply.1.Level", "10");
        set("MFP.1.Status.State", "Idle");
        set("MFP.1.Status", "Enabled");
        set("Device.DeviceInfo.SerialNumber", "S1");
        set("Device.DeviceInfo.Manufacturer", "M");
        set("Device.DeviceInfo.MemoryStatus.Total", "512");
    }
    void set(std::string_view name, std::string_view text) {
        tree_.set(refOf(name), Value::string(text), Source::Snmp);
    }
    std::vector<std::string> params(std::string_view path) const {
        std::vector<std::string> names;
        tree_.forEachParam(pathOf(path), [&](const ParamRef& param, const Value& value) {
            names.push_back(codec_.internalName(param) + "=" + value.text());
        });
        return names;
    }
    std::vector<std::string> children(std::string_view path) const {
        std::vector<std::string> names;
        tree_.forEachChild(pathOf(path), [&](const Path& child) {
            names.push_back(child.kind == Path::Kind::Table
                                ? codec_.tableName(child.object, child.instances)
                                : codec_.name(child.objectRef()));
        });
        return names;
    }

    TextPool pool_;
    Tree tree_{realSchema(), pool_};
    PathCodec codec_{realSchema(), "X_PLATEN"};
};

TEST_F(TreeWalk, ParamsOfATableComeRowByRowInSchemaOrder) {
    EXPECT_THAT(params("MFP.1.Supply."),
                ElementsAre("MFP.1.Supply.1.Alias=Black", "MFP.1.Supply.1.Level=10",
                            "MFP.1.Supply.2.Level=20"));
    EXPECT_THAT(params("MFP.1.Supply.2."), ElementsAre("MFP.1.Supply.2.Level=20"));
    EXPECT_THAT(params("MFP.1.Supply.2.Level"), ElementsAre("MFP.1.Supply.2.Level=20"));
    EXPECT_THAT(params("MFP.1.Supply.2.Alias"), IsEmpty());
    EXPECT_THAT(params("MFP.1.Supply.3."), IsEmpty());
    EXPECT_THAT(params("MFP.1.Alert."), IsEmpty());  // C-GPV-03
}

TEST_F(TreeWalk, ParamsOfAnObjectIncludeCountsAndAllBelow) {
    EXPECT_THAT(params("Device.DeviceInfo."),
                ElementsAre("Device.DeviceInfo.Manufacturer=M", "Device.DeviceInfo.SerialNumber=S1",
                            "Device.DeviceInfo.VendorConfigFileNumberOfEntries=0",
                            "Device.DeviceInfo.VendorLogFileNumberOfEntries=0",
                            "Device.DeviceInfo.SupportedDataModelNumberOfEntries=0",
                            "Device.DeviceInfo.MemoryStatus.Total=512"));
    EXPECT_THAT(params("Device.Services."), Contains("Device.Services.MFPNumberOfEntries=1"));
}

TEST_F(TreeWalk, TheWholeTreeComesInRisingSchemaOrder) {
    std::vector<std::string> names;
    std::vector<ParamIndex> ownOrder;
    tree_.forEachParam(pathOf(""), [&](const ParamRef& param, const Value&) {
        names.push_back(codec_.internalName(param));
        ownOrder.push_back(param.param);
    });
    EXPECT_THAT(names, Contains("MFP.1.Status"));
    EXPECT_THAT(names, Contains("MFP.1.Status.State"));
    // One MFP and one row of most tables: rising but for the second supply row.
    EXPECT_EQ(std::ranges::count(names, "MFP.1.Supply.1.Level"), 1);
    EXPECT_EQ(names.size(), tree_.cellCount() + static_cast<std::size_t>(std::ranges::count_if(
                                                    names, [](const std::string& name) {
                                                        return name.ends_with("NumberOfEntries");
                                                    })));
    auto afterLastSupply = std::ranges::find(names, "MFP.1.Supply.2.Level");
    ASSERT_NE(afterLastSupply, names.end());
    const auto split = afterLastSupply - names.begin();
    EXPECT_TRUE(std::is_sorted(ownOrder.begin(), ownOrder.begin() + split));
    EXPECT_TRUE(std::is_sorted(ownOrder.begin() + split, ownOrder.end()));
}

TEST_F(TreeWalk, OwnParamsDoNotDescend) {
    std::vector<std::string> names;
    tree_.forEachOwnParam(
        pathOf("Device.DeviceInfo.").objectRef(),
        [&](const ParamRef& param, const Value&) { names.push_back(codec_.internalName(param)); });
    EXPECT_THAT(names, Contains("Device.DeviceInfo.SerialNumber"));
    EXPECT_THAT(names, Not(Contains("Device.DeviceInfo.MemoryStatus.Total")));
}

TEST_F(TreeWalk, ChildrenAreOneLevelWithTablesAsTables) {
    EXPECT_THAT(children("Device."),
                ElementsAre("Device.InterfaceStack.", "Device.Services.", "Device.DeviceInfo."));
    EXPECT_THAT(children("Device.Services."), ElementsAre("Device.Services.X_PLATEN_MFP."));
    EXPECT_THAT(children("MFP."), ElementsAre("Device.Services.X_PLATEN_MFP.1."));
    EXPECT_THAT(children("MFP.1.Supply."), ElementsAre("Device.Services.X_PLATEN_MFP.1.Supply.1.",
                                                       "Device.Services.X_PLATEN_MFP.1.Supply.2."));
    EXPECT_THAT(children("MFP.1.Alert."), IsEmpty());  // C-GPN-05
    EXPECT_THAT(children("MFP.1.Supply.1."), IsEmpty());
    EXPECT_THAT(children("MFP.1.Supply.1.Level"), IsEmpty());
    EXPECT_THAT(children("MFP.2."), IsEmpty());
    const auto service = children("MFP.1.");
    EXPECT_THAT(service, Contains("Device.Services.X_PLATEN_MFP.1.Status."));
    EXPECT_THAT(service, Contains("Device.Services.X_PLATEN_MFP.1.Alert."));
    EXPECT_THAT(service, Not(Contains("Device.Services.X_PLATEN_MFP.1.Counters.")));
}

TEST_F(TreeWalk, HiddenTablesAreLeftOut) {
    tree_.hideEmptyTable(objectOf("MFP.{i}.Job.{i}."));
    EXPECT_THAT(children("MFP.1."), Not(Contains("Device.Services.X_PLATEN_MFP.1.Job.")));
    EXPECT_THAT(params("MFP.1."), Not(Contains("MFP.1.JobNumberOfEntries=0")));
    EXPECT_THAT(params("MFP.1."), Contains("MFP.1.AlertNumberOfEntries=0"));
}

TEST_F(TreeWalk, EveryObjectFoundByChildrenExistsAndEveryParamIsUnderOne) {
    std::vector<std::string> objects;
    std::vector<Path> open{pathOf("")};
    while (!open.empty()) {
        const Path path = open.back();
        open.pop_back();
        EXPECT_TRUE(tree_.has(path.objectRef()));
        if (path.kind == Path::Kind::Object) {
            objects.push_back(codec_.internalName(path.objectRef()));
        }
        tree_.forEachChild(path, [&open](const Path& child) { open.push_back(child); });
    }
    tree_.forEachParam(pathOf(""), [&](const ParamRef& param, const Value&) {
        const ObjectIndex owner = realSchema().param(param.param).object;
        EXPECT_THAT(objects, Contains(codec_.internalName(ObjectRef{owner, param.instances})));
    });
}

}  // namespace
}  // namespace platen::model
