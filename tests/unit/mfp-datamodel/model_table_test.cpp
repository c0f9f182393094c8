// SPDX-License-Identifier: Apache-2.0
// The service model against the table of the standards page, row by row.
#include "base/text.hpp"
#include "model_fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

namespace platen::model {
namespace {

struct Row {
    std::string path, type, access, notification, profile;
};

std::vector<std::vector<std::string>> readTable(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<std::vector<std::string>> rows;
    std::string line;
    std::getline(in, line);  // heading
    while (std::getline(in, line)) {
        std::vector<std::string> cells;
        for (const std::string_view cell : text::split(line, '\t')) {
            cells.emplace_back(cell);
        }
        rows.push_back(std::move(cells));
    }
    return rows;
}

std::filesystem::path sharedTable(const char* name) {
    return std::filesystem::path(PLATEN_SHARED) / "standards" / name;
}

/// The type in the notation of the table: `list of string(64)`, `unsignedInt 1..65535`.
std::string notation(const ParamDef& param) {
    std::ostringstream out;
    out << (param.list ? "list of " : "");
    if (!param.enumeration.empty()) {
        out << "enum: ";
        for (std::size_t i = 0; i < param.enumeration.size(); ++i) {
            out << (i == 0 ? "" : ", ") << param.enumeration[i];
        }
    } else if (param.type == ValueType::String) {
        out << "string(" << param.maxLength.value_or(0) << ")";
    } else {
        out << toString(param.type);
    }
    if (param.minimum || param.maximum) {
        out << " " << param.minimum.value_or(0) << ".." << param.maximum.value_or(0);
    }
    out << (param.pathReference ? ", path reference" : "") << (param.hidden ? ", hidden" : "");
    return out.str();
}

const std::map<std::string, std::string, std::less<>>& profileTags() {
    static const std::map<std::string, std::string, std::less<>> kTags{
        {"-", ""},
        {"BL", "Baseline:1"},
        {"AS", "Asset:1"},
        {"ST", "StatusDetail:1"},
        {"AL", "Alerts:1"},
        {"CO", "Console:1"},
        {"SU", "Supplies:1"},
        {"SD", "SupplyDetail:1"},
        {"ES", "SupplyEstimates:1"},
        {"SH", "SupplyHistory:1"},
        {"MK", "Marker:1"},
        {"ME", "Metering:1"},
        {"MC", "MeteringColor:1"},
        {"MF", "MeteringFunction:1"},
        {"MD", "MeteringDuplex:1"},
        {"ML", "MeteringLargeFormat:1"},
        {"MM", "MeteringMedia:1"},
        {"MV", "MeteringVendor:1"},
        {"BM", "BillingMeters:1"},
        {"MP", "MediaPath:1"},
        {"IN", "Inventory:1"},
        {"FI", "Finishing:1"},
        {"FC", "FinishingConfig:1"},
        {"PR", "Print:1"},
        {"PL", "PrinterLanguage:1"},
        {"CP", "Copy:1"},
        {"SC", "Scan:1"},
        {"FX", "Fax:1"},
        {"NS", "NetworkServices:1"},
        {"EA", "EmailAlerts:1"},
        {"PW", "Power:1"},
        {"DG", "Diagnostics:1"},
        {"CN", "Connection:1"},
        {"JB", "JobAccounting:1"},
    };
    return kTags;
}

TEST(ServiceModelTable, EveryRowIsInTheModel) {
    const auto file = sharedTable("mfp-model.tsv");
    if (!std::filesystem::exists(file)) {
        GTEST_SKIP() << "the shared folder with mfp-model.tsv is not here";
    }
    const std::map<std::string, ActiveNotify, std::less<>> notify{
        {"N", ActiveNotify::Normal},
        {"A", ActiveNotify::ForceDefaultEnabled},
        {"D", ActiveNotify::CanDeny}};
    const auto rows = readTable(file);
    ASSERT_EQ(rows.size(), 780U);
    for (const auto& cells : rows) {
        ASSERT_EQ(cells.size(), 7U);
        const Row row{cells[0], cells[1], cells[2], cells[5], cells[6]};
        const auto index = realSchema().findParam(row.path);
        ASSERT_TRUE(index) << row.path;
        const ParamDef& param = realSchema().param(*index);
        EXPECT_EQ(notation(param), row.type) << row.path;
        EXPECT_EQ(param.readWrite, row.access == "RW") << row.path;
        EXPECT_EQ(param.activeNotify, notify.at(row.notification)) << row.path;
        EXPECT_EQ(param.profile, profileTags().at(row.profile)) << row.path;
    }
}

TEST(ServiceModelTable, EveryObjectIsInTheModel) {
    const auto file = sharedTable("mfp-objects.tsv");
    if (!std::filesystem::exists(file)) {
        GTEST_SKIP() << "the shared folder with mfp-objects.tsv is not here";
    }
    const auto rows = readTable(file);
    ASSERT_EQ(rows.size(), 70U);
    for (const auto& cells : rows) {
        const auto index = realSchema().findObject(cells[0]);
        ASSERT_TRUE(index) << cells[0];
        const ObjectDef& object = realSchema().object(*index);
        EXPECT_EQ(object.table, cells[1].find("Kind: table") != std::string::npos) << cells[0];
        EXPECT_EQ(object.readWrite,
                  cells[1].find("Kind: table, AddObject and DeleteObject") != std::string::npos)
            << cells[0];
        std::string keys;
        for (const auto& key : object.uniqueKeys) {
            std::string names;
            for (const std::string& name : key) {
                names += (names.empty() ? "" : ",") + name;
            }
            keys += (keys.empty() ? "(" : " ; (") + names + ")";
        }
        if (!keys.empty()) {
            EXPECT_NE(cells[1].find("Unique keys: " + keys + ". Rule:"), std::string::npos)
                << cells[0] << " has " << keys;
        }
    }
}

}  // namespace
}  // namespace platen::model
