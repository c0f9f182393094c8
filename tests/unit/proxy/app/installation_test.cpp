// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/installation.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::app {
namespace {

std::string markOf(const std::string& content) {
    const test::TemporaryFolder folder;
    return machineMark(folder.write("machine-id", content));
}

TEST(MachineMark, IsStableAndTellsNothing) {
    const std::string id = "3d1219c7c4c5404aaa1f6d2a48adfda4";
    EXPECT_EQ(markOf(id + "\n"), markOf(id));
    EXPECT_EQ(markOf(id).size(), 32U);
    EXPECT_NE(markOf(id), id);
    EXPECT_NE(markOf(id), markOf("4d1219c7c4c5404aaa1f6d2a48adfda4"));
    EXPECT_EQ(markOf(""), "");
    EXPECT_EQ(markOf("uninitialized\n"), "");
    EXPECT_EQ(machineMark("/nonexistent/machine-id"), "");
}

// C-BS-04
TEST(CheckMachine, AStateBelongsToTheMachineThatItWasMadeOn) {
    store::Snapshot snapshot;
    EXPECT_EQ(checkMachine(snapshot, ""), std::nullopt) << "no mark, no check";
    const auto first = checkMachine(snapshot, "here").value();
    ASSERT_TRUE(first);
    snapshot.facts.push_back(*first);
    EXPECT_EQ(checkMachine(snapshot, "here").value(), std::nullopt);
    EXPECT_EQ(checkMachine(snapshot, "").value(), std::nullopt);
    const auto elsewhere = checkMachine(snapshot, "there");
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().code, ErrorCode::Conflict);
    EXPECT_NE(elsewhere.error().text.find("platen take-over"), std::string::npos);
}

}  // namespace
}  // namespace platen::app
