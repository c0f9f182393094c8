// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/knowledge.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace platen::app {
namespace {

class KnowledgeTest : public testing::Test {
  protected:
    /// `brand oui`, or `none`.
    [[nodiscard]] std::string makerOf(std::string manufacturer,
                                      std::uint32_t enterprise,
                                      std::string description = "") const {
        fleet::IdentityFacts facts;
        facts.manufacturer = std::move(manufacturer);
        facts.enterprise = enterprise;
        facts.systemDescription = std::move(description);
        const auto maker = knowledge_.findMaker(facts);
        return maker ? maker->brand + " " + maker->oui : "none";
    }

    static constexpr std::uint32_t kKyocera = 1347;
    Knowledge knowledge_ = loadKnowledge({}).value();
};

// C-PRX-09
TEST_F(KnowledgeTest, TheBrandBeatsTheEnginesMaker) {
    EXPECT_EQ(makerOf("Kyocera", kKyocera), "Kyocera 00C0EE");
    EXPECT_EQ(makerOf("Canon", kKyocera), "Canon 000085");
    EXPECT_EQ(makerOf("", kKyocera, "Lexmark X1 version 2"), "Lexmark 000400");
    EXPECT_EQ(makerOf("", kKyocera), "Kyocera 00C0EE");
}

TEST_F(KnowledgeTest, ABrandWithoutARowKeepsItsNameUnderTheOuiOfTheEnginesMaker) {
    EXPECT_EQ(makerOf("Nobodyknows", kKyocera), "Nobodyknows 00C0EE");
    EXPECT_EQ(makerOf("Nobodyknows", 99999), "none");
    EXPECT_EQ(makerOf("", 99999), "none");
}

TEST(Knowledge, AFolderWithoutModelOrMapsIsAnError) {
    const test::TemporaryFolder empty;
    config::Settings settings;
    settings.paths.maps = empty.path().string();
    EXPECT_FALSE(loadKnowledge(settings));
    settings = {};
    settings.paths.model = empty.path().string();
    EXPECT_FALSE(loadKnowledge(settings));
}

TEST(Knowledge, ABrokenExtraMapIsLeftOut) {
    const test::TemporaryFolder folder;
    const auto knowledge = loadKnowledge({}, folder.write("x.json", "{"));
    ASSERT_TRUE(knowledge) << knowledge.error().text;
    EXPECT_TRUE(knowledge->maps);
}

}  // namespace
}  // namespace platen::app
