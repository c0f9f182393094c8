// SPDX-License-Identifier: Apache-2.0
// What the two model documents must hold.
#include "model_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace platen::model {
namespace {

const ParamDef& def(std::string_view path) {
    return realSchema().param(paramOf(path));
}

template <typename Use>
void forEachParamDef(const Use& use) {
    for (std::size_t i = 0; i < realSchema().paramCount(); ++i) {
        const ParamIndex index(static_cast<std::uint16_t>(i));
        use(realSchema().param(index), realSchema().templatePath(index));
    }
}

TEST(ServiceModel, Has780ParametersAndSevenMoreIn70Objects) {
    std::size_t params = 0;
    forEachParamDef([&params](const ParamDef&, const std::string& path) {
        params += path.starts_with("MFP.") ? 1U : 0U;
    });
    std::size_t objects = 0;
    std::size_t tables = 0;
    for (std::size_t i = 0; i < realSchema().objectCount(); ++i) {
        const ObjectDef& object = realSchema().object(ObjectIndex(static_cast<std::uint16_t>(i)));
        if (object.path.starts_with("MFP.")) {
            ++objects;
            tables += object.table ? 1U : 0U;
        }
    }
    EXPECT_EQ(params, 787U);
    EXPECT_EQ(objects, 70U);
    EXPECT_EQ(tables, 30U);
}

TEST(ServiceModel, IsMountedUnderServicesWithItsCount) {
    const ObjectDef& root = realSchema().object(objectOf("MFP.{i}."));
    EXPECT_TRUE(root.serviceRoot);
    EXPECT_EQ(root.parent, objectOf("Device.Services."));
    EXPECT_EQ(root.numberOfEntries, paramOf("Device.Services.MFPNumberOfEntries"));
    EXPECT_EQ(def("Device.Services.MFPNumberOfEntries").countedTable, root.index);
    EXPECT_TRUE(realSchema().countsService(paramOf("Device.Services.MFPNumberOfEntries")));
    EXPECT_FALSE(realSchema().countsService(paramOf("MFP.{i}.SupplyNumberOfEntries")));
    ASSERT_EQ(realSchema().models().size(), 2U);
    EXPECT_EQ(realSchema().models()[0].name, "Device:2.15");
    EXPECT_EQ(realSchema().models()[1].name, "MFP:1.0");
    EXPECT_EQ(realSchema().models()[1].root, root.index);
}

// C-DM-01: one root, services under it. C-DM-05: Device:2 has no DeviceSummary.
TEST(Model, HasOneRootAndNothingBesideIt) {
    const PathCodec codec(realSchema(), "X_PLATEN");
    EXPECT_EQ(codec.name(ObjectRef{realSchema().root(), {}}), "Device.");
    for (std::size_t i = 0; i < realSchema().objectCount(); ++i) {
        const ObjectRef object{ObjectIndex(static_cast<std::uint16_t>(i)), {}};
        EXPECT_TRUE(codec.name(object).starts_with("Device.")) << codec.name(object);
    }
    forEachParamDef([&](const ParamDef& param, const std::string& path) {
        const auto name = codec.name(ParamRef{param.index, {}});
        EXPECT_TRUE(name.starts_with(path.starts_with("Device.") ? "Device."
                                                                 : "Device.Services.X_PLATEN_MFP."))
            << name;
        EXPECT_NE(param.name, "DeviceSummary");
    });
    EXPECT_TRUE(realSchema().findParam("Device.RootDataModelVersion"));
}

TEST(Model, EveryTableHasItsCountInItsParent) {
    for (std::size_t i = 0; i < realSchema().objectCount(); ++i) {
        const ObjectDef& object = realSchema().object(ObjectIndex(static_cast<std::uint16_t>(i)));
        if (!object.table) {
            EXPECT_FALSE(object.numberOfEntries) << object.path;
            continue;
        }
        ASSERT_TRUE(object.numberOfEntries) << object.path;
        const ParamDef& count = realSchema().param(*object.numberOfEntries);
        EXPECT_EQ(count.object, *object.parent) << object.path;
        EXPECT_EQ(count.name, object.name + "NumberOfEntries");
        EXPECT_EQ(count.type, ValueType::UnsignedInt);
        EXPECT_FALSE(count.readWrite);
        // Hops of a trace are a list in order: one address may come twice.
        const bool list = object.path.ends_with(".RouteHops.{i}.");
        EXPECT_EQ(object.uniqueKeys.empty(), list) << object.path;
    }
}

TEST(Model, NumberingIsDepthFirst) {
    for (std::size_t i = 0; i < realSchema().objectCount(); ++i) {
        const ObjectDef& object = realSchema().object(ObjectIndex(static_cast<std::uint16_t>(i)));
        EXPECT_EQ(object.index.value(), i);
        auto next = static_cast<std::uint16_t>(i + 1);
        for (const ObjectIndex child : object.children) {
            EXPECT_EQ(child.value(), next);
            EXPECT_EQ(realSchema().object(child).parent, object.index);
            next = realSchema().object(child).subtreeEnd.value();
        }
        EXPECT_EQ(object.subtreeEnd.value(), next) << object.path;
        EXPECT_TRUE(std::ranges::is_sorted(object.params));
    }
}

TEST(Model, NamesFitTheRules) {  // C-DT-09, and the longest outside path
    const PathCodec codec(realSchema(), "X_0123456789-0123456789-012345");
    forEachParamDef([&codec](const ParamDef& param, const std::string& path) {
        EXPECT_FALSE(param.description.empty()) << path;
        EXPECT_EQ(param.name.find('_'), std::string::npos) << path;
        Instances largest;
        for (std::size_t level = 0; level < realSchema().object(param.object).depth; ++level) {
            largest = largest.with(level, 4294967295U);
        }
        EXPECT_LE(codec.name(ParamRef{param.index, largest}).size(), PathCodec::kMaxPathBytes);
        EXPECT_EQ(codec.parse(codec.name(ParamRef{param.index, largest}))->paramRef(),
                  (ParamRef{param.index, largest}));
    });
}

TEST(Model, ForcedInformParametersAreThoseOfDevice2) {  // C-INF-09
    std::set<std::string> forced;
    forEachParamDef([&forced](const ParamDef& param, const std::string& path) {
        if (param.forcedInform) {
            forced.insert(path);
        }
    });
    EXPECT_EQ(forced, (std::set<std::string>{
                          "Device.RootDataModelVersion", "Device.DeviceInfo.HardwareVersion",
                          "Device.DeviceInfo.SoftwareVersion", "Device.DeviceInfo.ProvisioningCode",
                          "Device.ManagementServer.ParameterKey",
                          "Device.ManagementServer.ConnectionRequestURL",
                          "Device.ManagementServer.AliasBasedAddressing"}));
}

TEST(Model, ActiveNotificationOfTheRootModel) {  // C-ATT-05, C-ATT-06
    std::set<std::string> always;
    std::set<std::string> byDefault;
    forEachParamDef([&](const ParamDef& param, const std::string& path) {
        if (param.activeNotify == ActiveNotify::ForceEnabled) {
            always.insert(path);
        }
        if (param.activeNotify == ActiveNotify::ForceDefaultEnabled &&
            path.starts_with("Device.")) {
            byDefault.insert(path);
        }
    });
    EXPECT_EQ(always, (std::set<std::string>{"Device.DeviceInfo.SoftwareVersion",
                                             "Device.DeviceInfo.ProvisioningCode"}));
    EXPECT_EQ(byDefault,
              (std::set<std::string>{
                  "Device.ManagementServer.ConnectionRequestURL",
                  "Device.ManagementServer.ConnReqJabberID", "Device.GatewayInfo.ManufacturerOUI",
                  "Device.GatewayInfo.ProductClass", "Device.GatewayInfo.SerialNumber"}));
    for (const char* path : {"Device.DeviceInfo.UpTime", "Device.ManagementServer.ParameterKey",
                             "Device.Time.CurrentLocalTime", "Device.DeviceInfo.MemoryStatus.Free",
                             "Device.Ethernet.Interface.{i}.Stats.BytesSent"}) {
        EXPECT_EQ(def(path).activeNotify, ActiveNotify::CanDeny) << path;
    }
}

TEST(Model, PasswordsAreHidden) {  // C-AUTH-11
    forEachParamDef([](const ParamDef& param, const std::string& path) {
        // DefaultPasswordInUse and the like are flags, not secrets.
        const bool secret =
            param.type == ValueType::String &&
            (param.name.ends_with("Password") || param.name.ends_with("Passphrase") ||
             param.name.ends_with("Community"));
        if (secret) {
            EXPECT_TRUE(param.hidden) << path;
            EXPECT_TRUE(param.readWrite) << path;
        } else {
            EXPECT_FALSE(param.hidden) << path;
        }
    });
}

TEST(Model, ManagementServerHasTypesRangesAndDefaults) {  // table of C-DM
    const ParamDef& interval = def("Device.ManagementServer.PeriodicInformInterval");
    EXPECT_EQ(interval.type, ValueType::UnsignedInt);
    EXPECT_EQ(interval.minimum, 1);
    EXPECT_TRUE(interval.readWrite);
    const ParamDef& multiplier = def("Device.ManagementServer.CWMPRetryIntervalMultiplier");
    EXPECT_EQ(multiplier.minimum, 1000);
    EXPECT_EQ(multiplier.maximum, 65535U);
    EXPECT_EQ(def("Device.ManagementServer.ParameterKey").maxLength, 32U);
    EXPECT_EQ(def("Device.ManagementServer.Username").maxLength, 256U);
    EXPECT_EQ(def("Device.ManagementServer.EnableCWMP").defaultText, "true");
    EXPECT_EQ(def("Device.ManagementServer.InstanceMode").defaultText, "InstanceNumber");
    EXPECT_EQ(def("Device.ManagementServer.AutoCreateInstances").defaultText, "false");
    EXPECT_EQ(def("Device.ManagementServer.HTTPCompression").defaultText, "Disabled");
    EXPECT_EQ(def("Device.ManagementServer.HTTPConnectionRequestEnable").defaultText, "true");
    EXPECT_TRUE(def("Device.ManagementServer.SupportedConnReqMethods").list);
    EXPECT_EQ(def("Device.ManagementServer.ConnReqAllowedJabberIDs").maxItems, 32U);
    EXPECT_EQ(realSchema().object(objectOf("Device.ManagementServer.")).params.size(), 50U);
}

TEST(Model, Baseline4OfDevice2IsThere) {  // C-DM-02; the reader has checked that each exists
    std::size_t count = 0;
    forEachParamDef([&count](const ParamDef& param, const std::string& path) {
        if (path.starts_with("Device.") && param.profile == "Baseline:4") {
            ++count;
        }
    });
    EXPECT_EQ(count, 33U);
    EXPECT_EQ(def("Device.DeviceInfo.ProvisioningCode").profile, "Baseline:4");
}

TEST(Model, RowsCanBeAddedOnlyWhereTheModelSays) {  // mfp-model 8.8
    std::set<std::string> writable;
    for (std::size_t i = 0; i < realSchema().objectCount(); ++i) {
        const ObjectDef& object = realSchema().object(ObjectIndex(static_cast<std::uint16_t>(i)));
        if (object.readWrite) {
            writable.insert(object.path);
        }
    }
    EXPECT_EQ(writable, (std::set<std::string>{
                            "MFP.{i}.Counters.Meter.{i}.", "MFP.{i}.Scan.Destination.{i}.",
                            "MFP.{i}.Network.SNMPAgent.Trap.{i}.",
                            "MFP.{i}.EmailAlert.Recipient.{i}.", "Device.DNS.Client.Server.{i}.",
                            "Device.ManagementServer.InformParameter.{i}."}));
}

TEST(Model, EveryDefaultOfANewRowIsAllowed) {
    std::size_t defaults = 0;
    forEachParamDef([&defaults](const ParamDef& param, const std::string& path) {
        if (param.defaultText) {
            ++defaults;
            EXPECT_TRUE(realSchema().parseValue(param.index, *param.defaultText)) << path;
        }
    });
    EXPECT_GT(defaults, 25U);
}

TEST(Profiles, Are33InFileOrderAndExtendBaseline) {  // mfp-model section 10
    const auto& profiles = realSchema().profiles();
    ASSERT_EQ(profiles.size(), 33U);
    EXPECT_EQ(profiles.front().name, "Baseline:1");
    EXPECT_EQ(profiles.front().params.size(), 37U);
    EXPECT_EQ(profiles.back().name, "JobAccounting:1");
    const auto size = [&profiles](std::string_view name) {
        return std::ranges::find(profiles, name, &Schema::Profile::name)->params.size();
    };
    EXPECT_EQ(size("Alerts:1"), 30U + 37U);
    EXPECT_EQ(size("Supplies:1"), 25U + 37U);
    EXPECT_EQ(size("Metering:1"), 9U + 37U);
    EXPECT_EQ(size("MediaPath:1"), 51U + 37U);
    EXPECT_EQ(size("Connection:1"), 48U);
}

TEST(Schema, FindsByTemplatePathAndByName) {
    const Schema& schema = realSchema();
    EXPECT_EQ(schema.templatePath(paramOf("MFP.{i}.Supply.{i}.Level")), "MFP.{i}.Supply.{i}.Level");
    EXPECT_FALSE(schema.findParam("MFP.{i}.Supply.{i}.level"));
    EXPECT_FALSE(schema.findParam("Level"));
    EXPECT_FALSE(schema.findParam(""));
    EXPECT_FALSE(schema.findObject("MFP.{i}.Supply."));
    EXPECT_FALSE(schema.findObject("MFP.{i}.Supply.{i}"));
    EXPECT_EQ(schema.findChild(objectOf("MFP.{i}."), "Supply"), objectOf("MFP.{i}.Supply.{i}."));
    EXPECT_FALSE(schema.findChild(objectOf("MFP.{i}."), "Level"));
    EXPECT_EQ(schema.root(), objectOf("Device."));
}

}  // namespace
}  // namespace platen::model
