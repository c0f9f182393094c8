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

using testing::ElementsAre;
using testing::IsEmpty;

class TreeTest : public testing::Test {
  protected:
    bool set(std::string_view name, const Value& value, Source source = Source::Snmp) {
        return tree_.set(refOf(name), value, source);
    }
    bool set(std::string_view name, std::string_view text) {
        return set(name, Value::string(text));
    }
    std::string text(std::string_view name) const {
        const auto value = tree_.get(refOf(name));
        return value ? value->text() : "absent";
    }
    bool has(std::string_view name) const { return tree_.has(pathOf(name).objectRef()); }

    TextPool pool_;
    Tree tree_{realSchema(), pool_};
};

// C-DM-11
TEST_F(TreeTest, AbsentMeansAbsent) {
    EXPECT_EQ(text("MFP.1.Identification.Location"), "absent");
    EXPECT_FALSE(has("Device."));
    EXPECT_EQ(text("Device.Services.MFPNumberOfEntries"), "absent");
    EXPECT_EQ(tree_.cellCount(), 0U);
    EXPECT_EQ(tree_.heapBytes(), 0U);
}

TEST_F(TreeTest, SetIsTrueOnlyWhenTheValueChanges) {
    EXPECT_TRUE(set("MFP.1.Identification.Location", "Berlin"));
    EXPECT_FALSE(set("MFP.1.Identification.Location", "Berlin"));
    EXPECT_TRUE(set("MFP.1.Identification.Location", "Bonn"));
    EXPECT_EQ(text("MFP.1.Identification.Location"), "Bonn");
    EXPECT_EQ(tree_.cellCount(), 1U);
}

TEST_F(TreeTest, SetFitsTheValueFirst) {
    const std::string longText(40, 'x');
    EXPECT_TRUE(set("MFP.1.Identification.Floor", longText));
    EXPECT_FALSE(set("MFP.1.Identification.Floor", longText + "y"));  // equal after the cut
    EXPECT_EQ(text("MFP.1.Identification.Floor"), std::string(32, 'x'));
    EXPECT_TRUE(set("MFP.1.Status.UpTime", Value::integer(ValueType::Int, 5)));
    EXPECT_EQ(tree_.get(refOf("MFP.1.Status.UpTime"))->type(), ValueType::UnsignedInt);
    EXPECT_FALSE(set("MFP.1.Status.UpTime", Value::integer(ValueType::Long, 5)));
}

TEST_F(TreeTest, SourceFollowsTheLastWriterEvenWithoutAChange) {
    EXPECT_TRUE(set("MFP.1.Enable", Value::boolean(true), Source::Snmp));
    EXPECT_FALSE(set("MFP.1.Enable", Value::boolean(true), Source::Ews));
    EXPECT_EQ(tree_.sourceOf(refOf("MFP.1.Enable")), Source::Ews);
    EXPECT_EQ(tree_.sourceOf(refOf("MFP.1.Alias")), std::nullopt);
    EXPECT_EQ(tree_.sourceOf(refOf("MFP.1.SupplyNumberOfEntries")), Source::Gateway);
    EXPECT_EQ(toString(Source::Ews), "ews");
}

TEST_F(TreeTest, CountsWhatBefellThePrintersValues) {
    const auto* name = "MFP.1.Identification.Location";
    set(name, Value::string("Berlin"), Source::Snmp);
    set(name, Value::string("Bonn"), Source::Snmp);
    set(name, Value::string("Bonn"), Source::Gateway);  // the same value
    set(name, Value::string("Ulm"), Source::Gateway);   // its own by now
    EXPECT_EQ(tree_.overwrites(), 0U);
    set(name, Value::string("Bonn"), Source::Snmp);
    set(name, Value::string("Ulm"), Source::Gateway);
    EXPECT_EQ(tree_.overwrites(), 1U);
    set(name, Value::string("Ulm"), Source::Ews);
    set(name, Value::string("Ulm"), Source::Acs);  // what the ACS says is its own
    EXPECT_EQ(tree_.overwrites(), 2U);
    tree_.erase(refOf(name));
    EXPECT_EQ(tree_.overwrites(), 3U);
    tree_.addObject(pathOf("MFP.1.Supply.2.").objectRef());
    tree_.removeObject(pathOf("MFP.1.Supply.2.").objectRef());
    EXPECT_EQ(tree_.overwrites(), 4U);
}

TEST_F(TreeTest, TextsAreSharedThroughThePool) {
    Tree other(realSchema(), pool_);
    set("MFP.1.Supply.1.Description", "Black Toner");
    other.set(refOf("MFP.1.Supply.3.Description"), Value::string("Black Toner"), Source::Snmp);
    EXPECT_EQ(pool_.size(), 1U);
    EXPECT_EQ(tree_.get(refOf("MFP.1.Supply.1.Description"))->stringView().data(),
              other.get(refOf("MFP.1.Supply.3.Description"))->stringView().data());
}

TEST_F(TreeTest, SettingAValueMakesTheRowsAndObjectsAboveIt) {
    set("MFP.1.Supply.2.Level", Value::integer(ValueType::Int, 40));
    EXPECT_TRUE(has("MFP.1.Supply.2."));
    EXPECT_TRUE(has("MFP.1."));
    EXPECT_TRUE(has("Device.Services."));
    EXPECT_TRUE(has("Device."));
    EXPECT_FALSE(has("MFP.1.Supply.1."));
    EXPECT_FALSE(has("MFP.2."));
    EXPECT_FALSE(has("MFP.1.Identification."));
}

TEST_F(TreeTest, CountsAreComputedAndCannotBeSet) {
    set("MFP.1.Supply.2.Level", Value::integer(ValueType::Int, 40));
    set("MFP.1.Supply.7.Level", Value::integer(ValueType::Int, 40));
    EXPECT_EQ(text("MFP.1.SupplyNumberOfEntries"), "2");
    EXPECT_EQ(text("MFP.1.AlertNumberOfEntries"), "0");
    EXPECT_EQ(text("Device.Services.MFPNumberOfEntries"), "1");
    EXPECT_EQ(tree_.get(refOf("MFP.1.SupplyNumberOfEntries"))->type(), ValueType::UnsignedInt);
    EXPECT_FALSE(
        set("MFP.1.SupplyNumberOfEntries", Value::unsignedInteger(ValueType::UnsignedInt, 9)));
    EXPECT_EQ(text("MFP.1.SupplyNumberOfEntries"), "2");
    EXPECT_FALSE(tree_.erase(refOf("MFP.1.SupplyNumberOfEntries")));
    EXPECT_EQ(tree_.cellCount(), 2U);
}

TEST_F(TreeTest, CountsExistExactlyWhereTheirParentDoes) {
    set("MFP.1.Enable", Value::boolean(true));
    EXPECT_EQ(text("MFP.1.JobNumberOfEntries"), "0");
    EXPECT_EQ(text("MFP.1.Counters.MeterNumberOfEntries"), "absent");
    EXPECT_EQ(text("MFP.2.JobNumberOfEntries"), "absent");
    set("MFP.1.Counters.Epoch", Value::unsignedInteger(ValueType::UnsignedInt, 1));
    EXPECT_EQ(text("MFP.1.Counters.MeterNumberOfEntries"), "0");
    EXPECT_EQ(text("Device.InterfaceStackNumberOfEntries"), "0");
    EXPECT_EQ(text("Device.Hosts.HostNumberOfEntries"), "absent");
}

// C-OBJ-09
TEST_F(TreeTest, CountsThatMovedAreToldOnce) {
    const auto moved = [this] { return tree_.takeMovedCounts(); };
    const auto services = refOf("Device.Services.MFPNumberOfEntries");
    const auto supplies = refOf("MFP.1.SupplyNumberOfEntries");
    set("MFP.1.Supply.1.Description", "Black");
    set("MFP.1.Supply.1.Type", "Toner");
    set("MFP.1.Supply.2.Description", "Cyan");
    EXPECT_THAT(moved(), testing::UnorderedElementsAre(services, supplies));
    EXPECT_THAT(moved(), IsEmpty());
    set("MFP.1.Supply.2.Description", "Magenta");
    EXPECT_THAT(moved(), IsEmpty());
    tree_.removeObject(pathOf("MFP.1.Supply.2.").objectRef());
    EXPECT_THAT(moved(), ElementsAre(supplies));
    tree_.removeObject(pathOf("MFP.1.Supply.1.").objectRef());
    set("MFP.1.Supply.3.Description", "Yellow");
    EXPECT_THAT(moved(), IsEmpty()) << "one went, one came";
}

TEST_F(TreeTest, EmptyTableOfADeviceCanBeHidden) {
    set("Device.ManagementServer.URL", "http://acs.example/");
    EXPECT_EQ(text("Device.ManagementServer.VirtualDeviceNumberOfEntries"), "0");
    tree_.hideEmptyTable(objectOf("Device.ManagementServer.VirtualDevice.{i}."));
    EXPECT_EQ(text("Device.ManagementServer.VirtualDeviceNumberOfEntries"), "absent");
    EXPECT_FALSE(has("Device.ManagementServer.VirtualDevice."));
    set("Device.ManagementServer.VirtualDevice.1.SerialNumber", "X1");
    EXPECT_EQ(text("Device.ManagementServer.VirtualDeviceNumberOfEntries"), "1");
    EXPECT_TRUE(has("Device.ManagementServer.VirtualDevice."));
}

TEST_F(TreeTest, TableExistsWithItsParent) {
    EXPECT_FALSE(has("MFP.1.Supply."));
    set("MFP.1.Enable", Value::boolean(true));
    EXPECT_TRUE(has("MFP.1.Supply."));
    EXPECT_FALSE(has("MFP.2.Supply."));
    EXPECT_FALSE(has("MFP.1.Supply.1."));
    EXPECT_TRUE(has("MFP."));
}

TEST_F(TreeTest, WrongInstancesChangeNothing) {
    ParamRef bad = refOf("MFP.1.Supply.2.Level");
    bad.instances = Instances{}.with(0, 1);  // the row's number is missing
    EXPECT_FALSE(tree_.set(bad, Value::integer(ValueType::Int, 1), Source::Snmp));
    bad.instances = Instances{}.with(0, 1).with(1, 2).with(2, 3);  // one too many
    EXPECT_FALSE(tree_.set(bad, Value::integer(ValueType::Int, 1), Source::Snmp));
    EXPECT_FALSE(tree_.addObject({objectOf("MFP.{i}."), {}}));
    EXPECT_FALSE(tree_.removeObject({objectOf("MFP.{i}."), {}}));
    EXPECT_FALSE(tree_.get(bad));
    EXPECT_FALSE(has("Device."));
}

TEST_F(TreeTest, AddedRowsAreVisibleWithoutValues) {
    EXPECT_TRUE(tree_.addObject(pathOf("MFP.1.Counters.Meter.4.").objectRef()));
    EXPECT_FALSE(tree_.addObject(pathOf("MFP.1.Counters.Meter.4.").objectRef()));
    EXPECT_EQ(text("MFP.1.Counters.MeterNumberOfEntries"), "1");
    EXPECT_TRUE(tree_.addObject(pathOf("Device.Hosts.").objectRef()));
    EXPECT_EQ(text("Device.Hosts.HostNumberOfEntries"), "0");
}

TEST_F(TreeTest, EraseHidesSingleObjectsThatBecomeEmpty) {
    set("MFP.1.Counters.Total.Impressions", Value::unsignedInteger(ValueType::UnsignedLong, 5));
    EXPECT_TRUE(has("MFP.1.Counters."));
    EXPECT_TRUE(tree_.erase(refOf("MFP.1.Counters.Total.Impressions")));
    EXPECT_FALSE(tree_.erase(refOf("MFP.1.Counters.Total.Impressions")));
    EXPECT_FALSE(has("MFP.1.Counters.Total."));
    EXPECT_FALSE(has("MFP.1.Counters."));
    EXPECT_TRUE(has("MFP.1."));  // rows stay
}

TEST_F(TreeTest, EraseKeepsAddedObjectsAndThoseWithSomethingBelow) {
    tree_.addObject(pathOf("MFP.1.Counters.").objectRef());
    set("MFP.1.Counters.Epoch", Value::unsignedInteger(ValueType::UnsignedInt, 1));
    tree_.erase(refOf("MFP.1.Counters.Epoch"));
    EXPECT_TRUE(has("MFP.1.Counters."));
    set("MFP.1.Network.HostName", "p1");
    set("MFP.1.Network.DNS.Source", "DHCP");
    tree_.erase(refOf("MFP.1.Network.HostName"));
    EXPECT_TRUE(has("MFP.1.Network."));
}

TEST_F(TreeTest, RemoveObjectTakesAllBelowAndNothingElse) {
    set("MFP.1.Finisher.1.Attribute.1.StringValue", "a");
    set("MFP.1.Finisher.1.Attribute.2.StringValue", "b");
    set("MFP.1.Finisher.2.Attribute.1.StringValue", "c");
    set("MFP.1.Supply.1.Level", Value::integer(ValueType::Int, 1));
    EXPECT_TRUE(tree_.removeObject(pathOf("MFP.1.Finisher.1.").objectRef()));
    EXPECT_FALSE(tree_.removeObject(pathOf("MFP.1.Finisher.1.").objectRef()));
    EXPECT_EQ(text("MFP.1.Finisher.1.Attribute.1.StringValue"), "absent");
    EXPECT_EQ(text("MFP.1.Finisher.2.Attribute.1.StringValue"), "c");
    EXPECT_EQ(text("MFP.1.Supply.1.Level"), "1");
    EXPECT_EQ(text("MFP.1.FinisherNumberOfEntries"), "1");
}

TEST_F(TreeTest, LastRowLeavesTheCountAtZero) {
    set("Device.Hosts.Host.1.HostName", "p1");
    EXPECT_TRUE(tree_.removeObject(pathOf("Device.Hosts.Host.1.").objectRef()));
    EXPECT_EQ(text("Device.Hosts.HostNumberOfEntries"), "0");
}

TEST_F(TreeTest, RowsRiseWhateverTheOrderOfSetting) {
    for (const char* name : {"MFP.1.Supply.7.Level", "MFP.2.Supply.1.Level", "MFP.1.Supply.2.Level",
                             "MFP.1.Supply.300.Level"}) {
        set(name, Value::integer(ValueType::Int, 1));
    }
    const ObjectIndex supply = objectOf("MFP.{i}.Supply.{i}.");
    EXPECT_THAT(tree_.rows(supply, Instances{}.with(0, 1)), ElementsAre(2U, 7U, 300U));
    EXPECT_THAT(tree_.rows(supply, Instances{}.with(0, 2)), ElementsAre(1U));
    EXPECT_THAT(tree_.rows(supply, Instances{}.with(0, 3)), IsEmpty());
    EXPECT_THAT(tree_.rows(objectOf("MFP.{i}."), {}), ElementsAre(1U, 2U));
    EXPECT_THAT(tree_.rows(objectOf("Device.Hosts."), {}), IsEmpty());
}

TEST_F(TreeTest, AnyOrderOfSettingGivesTheSameTree) {
    std::vector<std::string> names;
    const PathCodec plain(realSchema(), "");
    for (const ParamIndex param : realSchema().object(objectOf("MFP.{i}.Supply.{i}.")).params) {
        for (std::uint32_t row = 1; row <= 5; ++row) {
            names.push_back(
                plain.internalName(ParamRef{param, Instances{}.with(0, 1).with(1, row)}));
        }
    }
    const auto fill = [&names](Tree& tree) {
        for (const std::string& name : names) {
            tree.set(refOf(name), Value::string(name), Source::Snmp);
        }
    };
    const auto dump = [](const Tree& tree) {
        std::string out;
        tree.forEachParam(pathOf(""), [&out](const ParamRef& param, const Value& value) {
            out += std::to_string(param.param.value()) + "/" +
                   std::to_string(param.instances.numbers[1]) + "=" + value.text() + "\n";
        });
        return out;
    };
    fill(tree_);
    Tree backwards(realSchema(), pool_);
    std::ranges::reverse(names);
    fill(backwards);
    EXPECT_EQ(dump(tree_), dump(backwards));
    EXPECT_EQ(tree_.cellCount(), names.size());
}

/// Something like a real printer: a value for 400 parameters spread over the model.
std::size_t fillPrinter(Tree& tree) {
    std::size_t cells = 0;
    const auto& schema = realSchema();
    const auto fillRow = [&](ObjectIndex object, const Instances& instances, std::size_t most) {
        for (const ParamIndex param : schema.object(object).params) {
            if (most == 0 || cells == 400) {
                return;
            }
            const ParamDef& def = schema.param(param);
            const Value value =
                def.wireType() == ValueType::String
                    ? Value::string(def.name + " " + std::to_string(instances.numbers[1]))
                    : Value::unsignedInteger(ValueType::UnsignedLong, cells);
            const std::size_t before = tree.cellCount();
            tree.set({param, instances}, value, Source::Snmp);
            cells += tree.cellCount() - before;
            --most;
        }
    };
    const Instances mfp = Instances{}.with(0, 1);
    fillRow(objectOf("Device.DeviceInfo."), {}, 20);
    fillRow(objectOf("Device.ManagementServer."), {}, 30);
    for (const char* single : {"MFP.{i}.", "MFP.{i}.Capabilities.", "MFP.{i}.Identification.",
                               "MFP.{i}.Status.", "MFP.{i}.Counters.", "MFP.{i}.Counters.Total."}) {
        fillRow(objectOf(single), mfp, 20);
    }
    for (std::uint32_t row = 1; row <= 8; ++row) {
        for (const char* table :
             {"MFP.{i}.Supply.{i}.", "MFP.{i}.InputTray.{i}.", "MFP.{i}.Colorant.{i}.",
              "MFP.{i}.Cover.{i}.", "MFP.{i}.Channel.{i}.", "MFP.{i}.Storage.{i}.",
              "MFP.{i}.Counters.Vendor.{i}."}) {
            fillRow(objectOf(table), mfp.with(1, row), 8);
        }
    }
    return cells;
}

TEST_F(TreeTest, FourHundredValuesStayWithinTheMemoryBudget) {  // design section 5, C-SCALE-02
    ASSERT_EQ(fillPrinter(tree_), 400U);
    EXPECT_LE(tree_.heapBytes(), 20'000U);
    tree_.compact();
    EXPECT_LE(tree_.heapBytes(), 12'000U);
    EXPECT_EQ(tree_.cellCount(), 400U);
    EXPECT_EQ(text("MFP.1.Supply.3.Alias"), "Alias 3");
}

}  // namespace
}  // namespace platen::model
