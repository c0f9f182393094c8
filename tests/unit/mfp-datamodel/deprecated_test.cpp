// SPDX-License-Identifier: Apache-2.0
// The root model beside the published TR-181, where that is at hand.
#include "model_fixture.hpp"

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace platen::model {
namespace {

/// Full template paths of objects and parameters that TR-181 tells not to use any more.
std::set<std::string> outdatedItems(const std::filesystem::path& folder) {
    std::set<std::string> items;
    const auto outdated = [](const pugi::xml_node& node) {
        const std::string status = node.attribute("status").as_string();
        return status == "deprecated" || status == "obsoleted" || status == "deleted";
    };
    const auto nameOf = [](const pugi::xml_node& node) {
        const auto name = node.attribute("name");
        return std::string((name ? name : node.attribute("base")).as_string());
    };
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        pugi::xml_document document;
        if (!entry.path().filename().string().starts_with("tr-181-2-") ||
            !document.load_file(entry.path().c_str())) {
            continue;
        }
        for (const auto& object : document.select_nodes("//object")) {
            if (outdated(object.node())) {
                items.insert(nameOf(object.node()));
            }
            for (const auto& parameter : object.node().children("parameter")) {
                if (outdated(parameter)) {
                    items.insert(nameOf(object.node()) + nameOf(parameter));
                }
            }
        }
    }
    return items;
}

// C-DM-12
TEST(DeprecatedItems, AreNotInOurModel) {
    const auto folder = std::filesystem::path(PLATEN_SHARED) / "standards" / "models";
    if (!std::filesystem::exists(folder)) {
        GTEST_SKIP() << "the shared folder with the TR-181 models is not here";
    }
    const auto outdated = outdatedItems(folder);
    ASSERT_GT(outdated.size(), 5U);
    std::set<std::string> ours;
    for (const auto& item : outdated) {
        if (realSchema().findObject(item) || realSchema().findParam(item)) {
            ours.insert(item);
        }
    }
    // Current in 2.15, which we implement, and deleted later; no device of ours shows them.
    EXPECT_EQ(ours, (std::set<std::string>{"Device.Time.NTPServer1", "Device.Time.NTPServer2",
                                           "Device.Time.NTPServer3", "Device.Time.NTPServer4",
                                           "Device.Time.NTPServer5"}));
}

// C-DT-08: a weak reference may point to nothing. A strong one would have to be emptied when its
// target goes: only what the gateway itself fills is one.
TEST(References, ThatAnAcsMayWriteAreWeak) {
    for (const auto* name : {"device-1.xml", "device-2.xml", "mfp-1.0.xml"}) {
        pugi::xml_document document;
        ASSERT_TRUE(document.load_file(modelFile(name).c_str())) << name;
        const auto references = document.select_nodes("//pathRef");
        EXPECT_GT(references.size(), 0U) << name;
        for (const auto& reference : references) {
            auto parameter = reference.node();
            while (parameter && parameter.name() != std::string_view("parameter")) {
                parameter = parameter.parent();
            }
            if (parameter.attribute("access").as_string() != std::string_view("readOnly")) {
                EXPECT_STREQ(reference.node().attribute("refType").as_string(), "weak")
                    << parameter.attribute("name").as_string();
            }
        }
    }
}

}  // namespace
}  // namespace platen::model
