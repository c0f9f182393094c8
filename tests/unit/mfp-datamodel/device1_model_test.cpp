// SPDX-License-Identifier: Apache-2.0
// The root model Device:1 of older ACSs (acs.root).
#include "model_fixture.hpp"

#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace platen::model {
namespace {

const Schema& device1() {
    static const Schema kSchema = [] {
        const std::array files{modelFile("device-1.xml"), modelFile("mfp-1.0.xml")};
        auto loaded = Schema::load(files);
        if (!loaded) {
            throw std::runtime_error(loaded.error().text);
        }
        return std::move(*loaded);
    }();
    return kSchema;
}

template <typename Use>
void forEachRootParam(const Use& use) {
    for (std::size_t i = 0; i < device1().paramCount(); ++i) {
        const ParamIndex index(static_cast<std::uint16_t>(i));
        const auto path = device1().templatePath(index);
        if (path.starts_with("Device.")) {
            use(device1().param(index), path);
        }
    }
}

// C-DM-04, C-DM-05
TEST(Device1Model, HasDeviceSummaryAndNothingThatOnlyDevice2Has) {
    EXPECT_EQ(device1().models().front().name, "Device:1.14");
    const auto summary = device1().findParam("Device.DeviceSummary");
    ASSERT_TRUE(summary);
    EXPECT_EQ(device1().param(*summary).maxLength, 1024U);
    EXPECT_FALSE(device1().findParam("Device.RootDataModelVersion"));
    for (const char* path : {"Device.IP.", "Device.Ethernet.", "Device.Hosts.", "Device.Routing.",
                             "Device.InterfaceStack.{i}.", "Device.DHCPv4.", "Device.DNS.",
                             "Device.ManagementServer.VirtualDevice.{i}."}) {
        EXPECT_FALSE(device1().findObject(path)) << path;
    }
    EXPECT_TRUE(device1().findObject("MFP.{i}.Supply.{i}."));
}

// C-INF-10
TEST(Device1Model, ForcedInformParametersAreThoseOfDevice1) {
    std::set<std::string> forced;
    forEachRootParam([&](const ParamDef& param, const std::string& path) {
        if (param.forcedInform) {
            forced.insert(path);
        }
    });
    EXPECT_EQ(forced,
              (std::set<std::string>{
                  "Device.DeviceSummary", "Device.DeviceInfo.HardwareVersion",
                  "Device.DeviceInfo.SoftwareVersion", "Device.ManagementServer.ParameterKey",
                  "Device.ManagementServer.ConnectionRequestURL", "Device.LAN.IPAddress",
                  "Device.ManagementServer.AliasBasedAddressing"}));
}

// C-DM-03
TEST(Device1Model, HasTheProfileBaseline1) {
    const auto& profiles = device1().rootProfiles();
    const auto found = std::ranges::find(profiles, "Baseline:1", &Schema::Profile::name);
    ASSERT_NE(found, profiles.end());
    std::set<std::string> names;
    for (const auto param : found->params) {
        names.insert(device1().templatePath(param).substr(std::string_view("Device.").size()));
    }
    EXPECT_EQ(names, (std::set<std::string>{"DeviceSummary",
                                            "DeviceInfo.Manufacturer",
                                            "DeviceInfo.ManufacturerOUI",
                                            "DeviceInfo.ModelName",
                                            "DeviceInfo.Description",
                                            "DeviceInfo.SerialNumber",
                                            "DeviceInfo.HardwareVersion",
                                            "DeviceInfo.SoftwareVersion",
                                            "DeviceInfo.DeviceStatus",
                                            "DeviceInfo.UpTime",
                                            "ManagementServer.URL",
                                            "ManagementServer.Username",
                                            "ManagementServer.Password",
                                            "ManagementServer.PeriodicInformEnable",
                                            "ManagementServer.PeriodicInformInterval",
                                            "ManagementServer.PeriodicInformTime",
                                            "ManagementServer.ParameterKey",
                                            "ManagementServer.ConnectionRequestURL",
                                            "ManagementServer.ConnectionRequestUsername",
                                            "ManagementServer.ConnectionRequestPassword",
                                            "ManagementServer.UpgradesManaged"}));
    EXPECT_EQ(device1().profiles().size(), realSchema().profiles().size()) << "of the service";
    EXPECT_EQ(device1().profiles().front().params.size(), 37U);
}

TEST(Device1Model, WhatBothRootsHaveIsTheSame) {
    std::size_t common = 0;
    forEachRootParam([&](const ParamDef& param, const std::string& path) {
        const auto other = realSchema().findParam(path);
        if (!other) {
            return;
        }
        ++common;
        const auto& def = realSchema().param(*other);
        EXPECT_EQ(param.type, def.type) << path;
        EXPECT_EQ(param.readWrite, def.readWrite) << path;
        EXPECT_EQ(param.hidden, def.hidden) << path;
        EXPECT_EQ(param.maxLength, def.maxLength) << path;
        EXPECT_EQ(param.enumeration, def.enumeration) << path;
        EXPECT_EQ(param.activeNotify, def.activeNotify) << path;
        EXPECT_EQ(param.defaultText, def.defaultText) << path;
    });
    EXPECT_GT(common, 80U);
}

const xmlChar* asXml(const char* text) {
    return reinterpret_cast<const xmlChar*>(text);
}

std::string attribute(const xmlNode* node, const char* name) {
    // libxml2 is not const-correct here.
    auto* const value = xmlGetProp(const_cast<xmlNode*>(node), asXml(name));
    std::string text = value == nullptr ? "" : reinterpret_cast<const char*>(value);
    xmlFree(value);
    return text;
}

bool isNamed(const xmlNode* node, const char* name) {
    return node->type == XML_ELEMENT_NODE && xmlStrcmp(node->name, asXml(name)) == 0;
}

/// Access of each parameter of TR-181 Issue 1.
std::map<std::string, std::string> standardAccess(const std::filesystem::path& file) {
    std::map<std::string, std::string> access;
    const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
        xmlReadFile(file.c_str(), nullptr, XML_PARSE_NONET), xmlFreeDoc);
    if (!document) {
        return access;
    }
    const auto* model = xmlDocGetRootElement(document.get())->children;
    while (model != nullptr && !isNamed(model, "model")) {
        model = model->next;
    }
    for (const auto* object = model == nullptr ? nullptr : model->children; object != nullptr;
         object = object->next) {
        for (const auto* param = isNamed(object, "object") ? object->children : nullptr;
             param != nullptr; param = param->next) {
            if (isNamed(param, "parameter")) {
                access[attribute(object, "name") + attribute(param, "name")] =
                    attribute(param, "access");
            }
        }
    }
    return access;
}

// C-DM-13
TEST(Device1Model, HoldsOnlyWhatTheStandardHas) {
    const auto file =
        std::filesystem::path(PLATEN_SHARED) / "standards/models/tr-181-1-7-0-full.xml";
    if (!std::filesystem::exists(file)) {
        GTEST_SKIP() << "the shared folder with tr-181-1-7-0-full.xml is not here";
    }
    const auto access = standardAccess(file);
    ASSERT_GT(access.size(), 500U);
    forEachRootParam([&](const ParamDef& param, const std::string& path) {
        if (path == "Device.Services.MFPNumberOfEntries") {
            return;
        }
        ASSERT_TRUE(access.contains(path)) << path;
        EXPECT_TRUE(!param.readWrite || access.at(path) == "readWrite") << path;
    });
}

}  // namespace
}  // namespace platen::model
