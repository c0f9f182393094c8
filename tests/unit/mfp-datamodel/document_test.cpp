// SPDX-License-Identifier: Apache-2.0
// docs/data-model.md is made from the Schema; PLATEN_UPDATE_GOLDEN=1 writes it anew.
#include "base/text.hpp"
#include "model_fixture.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace platen::model {
namespace {

std::string typeText(const ParamDef& param) {
    std::string out = param.list ? "list of " : "";
    out += toString(param.type);
    if (param.minLength && param.minLength == param.maxLength) {
        out += text::cat({"(", std::to_string(*param.maxLength), " exactly)"});
    } else if (param.maxLength) {
        out += text::cat({"(", std::to_string(*param.maxLength), ")"});
    }
    if (param.minimum || param.maximum) {
        out += text::cat({" ", param.minimum ? std::to_string(*param.minimum) : "", "..",
                          param.maximum ? std::to_string(*param.maximum) : ""});
    }
    if (param.maxItems) {
        out += text::cat({", at most ", std::to_string(*param.maxItems), " items"});
    }
    if (param.maxListLength) {
        out += text::cat({", ", std::to_string(*param.maxListLength), " in all"});
    }
    if (param.format != TextFormat::Any) {
        out += text::cat({", ", toString(param.format)});
    }
    out += param.pathReference ? ", path reference" : "";
    out += param.hidden ? ", hidden" : "";
    if (!param.enumeration.empty()) {
        out += ": ";
        for (std::size_t i = 0; i < param.enumeration.size(); ++i) {
            out += (i == 0 ? "" : ", ") + param.enumeration[i];
        }
    }
    return out;
}

std::string notifyText(const ParamDef& param) {
    std::string out;
    switch (param.activeNotify) {
        case ActiveNotify::Normal:
            break;
        case ActiveNotify::ForceEnabled:
            out = "always active";
            break;
        case ActiveNotify::ForceDefaultEnabled:
            out = "active by default";
            break;
        case ActiveNotify::CanDeny:
            out = "no active";
            break;
    }
    if (param.forcedInform) {
        out += out.empty() ? "in every Inform" : ", in every Inform";
    }
    return out;
}

std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? "\\|" : std::string(1, c);
    }
    return out;
}

std::string objectText(const Schema& schema, const ObjectDef& object, const PathCodec& codec) {
    std::string path = codec.name(ObjectRef{object.index, {}});
    for (std::size_t at = path.find(".0."); at != std::string::npos; at = path.find(".0.")) {
        path.replace(at, 3, ".{i}.");
    }
    std::string out = text::cat({"## ", path, "\n\n", object.description, "\n\n"});
    if (object.table) {
        out += object.readWrite ? "Table; the ACS may add and delete rows." : "Table.";
        out += " Unique keys:";
        for (const auto& key : object.uniqueKeys) {
            out += &key == &object.uniqueKeys.front() ? " " : "; ";
            for (std::size_t i = 0; i < key.size(); ++i) {
                out += (i == 0 ? "" : " + ") + key[i];
            }
        }
        out += ".\n\n";
    }
    if (object.params.empty()) {
        return out;
    }
    out += "| Parameter | Type | Access | Notification | Profile | Description |\n";
    out += "|---|---|---|---|---|---|\n";
    for (const ParamIndex index : object.params) {
        const ParamDef& param = schema.param(index);
        std::string description = param.description;
        if (param.defaultText) {
            description += text::cat({" Default: \"", *param.defaultText, "\"."});
        }
        out +=
            text::cat({"| ", schema.countsService(index) ? "X_PLATEN_" : "", param.name, " | ",
                       cell(typeText(param)), " | ", param.readWrite ? "RW" : "R", " | ",
                       notifyText(param), " | ", param.profile, " | ", cell(description), " |\n"});
    }
    return out + "\n";
}

std::string wholeDocument() {
    const Schema& schema = realSchema();
    const PathCodec codec(schema, "X_PLATEN");
    std::string out =
        "# Data model\n\n"
        "Generated from `mfp-datamodel/model/*.xml`; do not edit. To write it anew:\n"
        "`PLATEN_UPDATE_GOLDEN=1 build/dev/bin/datamodel_tests "
        "--gtest_filter='DataModelPage.*'`.\n\n"
        "Names are shown as the ACS sees them with the default `data_model.vendor_prefix`, "
        "`X_PLATEN`; with an\nempty prefix the service is `Device.Services.MFP.{i}.`. A parameter "
        "without a source on a device is absent\nfrom that device. RW is the widest access; "
        "GetParameterNames says what a device takes now.\n\n"
        "Notification: *always active* cannot be turned off; *active by default* can; *no active* "
        "refuses active\nnotification with fault 9009.\n\n"
        "In \"Source\", `43.` and `25.` stand for 1.3.6.1.2.1.43 (Printer-MIB, Finisher-MIB) and "
        "1.3.6.1.2.1.25\n(HOST-RESOURCES-MIB), `ent.` and bare numbers that begin with an "
        "enterprise number for 1.3.6.1.4.1; the\nletters d, n, s, c, a, f, k, p are indexes; EWS "
        "is the printer's web server; PWG names the element of the\nPWG Semantic Model with the "
        "same meaning.\n\n";
    for (std::size_t i = 0; i < schema.objectCount(); ++i) {
        out += objectText(schema, schema.object(ObjectIndex(static_cast<std::uint16_t>(i))), codec);
    }
    out += "## Profiles of the MFP service\n\n| Profile | Parameters |\n|---|---|\n";
    for (const Schema::Profile& profile : schema.profiles()) {
        out +=
            text::cat({"| ", profile.name, " | ", std::to_string(profile.params.size()), " |\n"});
    }
    return out;
}

TEST(DataModelPage, IsUpToDate) {
    const auto file = std::filesystem::path(PLATEN_SOURCE) / "docs" / "data-model.md";
    const std::string expected = wholeDocument();
    const char* update =
        std::getenv("PLATEN_UPDATE_GOLDEN");  // NOLINT(concurrency-mt-unsafe): one thread
    if (update != nullptr && std::string_view(update) == "1") {
        std::ofstream(file, std::ios::binary) << expected;
    }
    std::ifstream in(file, std::ios::binary);
    ASSERT_TRUE(in) << "docs/data-model.md is missing; run with PLATEN_UPDATE_GOLDEN=1";
    const std::string actual{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    // Not EXPECT_EQ: the page has a hundred kilobytes.
    EXPECT_TRUE(actual == expected) << "docs/data-model.md is out of date; run with "
                                       "PLATEN_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace platen::model
