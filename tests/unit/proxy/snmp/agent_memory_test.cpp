// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/agent_memory.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace platen::snmp {
namespace {

TEST(AgentMemory, TakesItsFirstLimitsFromTheOptions) {
    TargetOptions options;
    EXPECT_EQ(AgentMemory(options).maxVarbinds(), Engine::kDefaultMaxVarbinds);
    EXPECT_FALSE(AgentMemory(options).noBulk());
    options.maxVarbinds = 8;
    options.maxRepetitions = 5;
    options.noBulk = true;
    const AgentMemory careful(options);
    EXPECT_EQ(careful.maxVarbinds(), 8U);
    EXPECT_EQ(careful.maxRepetitions(), 5U);
    EXPECT_TRUE(careful.noBulk());
    options.maxVarbinds = 1'000'000;
    EXPECT_LE(AgentMemory(options).maxVarbinds(), 128U);
}

TEST(AgentMemory, TheMapsLimitsTightenAndNeverWiden) {
    AgentMemory memory{TargetOptions{}};
    memory.tighten({.noBulk = false, .maxVarbinds = 100, .maxRepetitions = 10});
    EXPECT_EQ(memory.maxVarbinds(), Engine::kDefaultMaxVarbinds);
    EXPECT_EQ(memory.maxRepetitions(), 10U);
    EXPECT_FALSE(memory.noBulk());
    memory.tighten({.noBulk = true, .maxVarbinds = 5, .maxRepetitions = 0});
    EXPECT_EQ(memory.maxVarbinds(), 5U);
    EXPECT_EQ(memory.maxRepetitions(), 10U);
    memory.tighten({});
    EXPECT_TRUE(memory.noBulk());
    EXPECT_EQ(memory.maxVarbinds(), 5U);
}

TEST(AgentMemory, Version1HasNoGetBulk) {
    TargetOptions options;
    options.version = Version::V1;
    EXPECT_TRUE(AgentMemory(options).noBulk());
}

TEST(AgentMemory, LimitsOnlyShrinkAndNeverReachZero) {
    AgentMemory memory{TargetOptions{}};
    memory.requestTooBig(16);
    EXPECT_EQ(memory.maxVarbinds(), 8U);
    memory.requestTooBig(100);
    EXPECT_EQ(memory.maxVarbinds(), 8U);
    memory.replyTooBig(48);
    EXPECT_EQ(memory.replyVarbinds(), 24U);
    for (int i = 0; i < 10; ++i) {
        memory.requestTooBig(memory.maxVarbinds());
        memory.replyTooBig(memory.replyVarbinds());
    }
    EXPECT_EQ(memory.maxVarbinds(), 1U);
    EXPECT_EQ(memory.replyVarbinds(), 1U);
}

TEST(AgentMemory, GivesUpGetBulkAtOnceOrAtTheSecondFailure) {
    AgentMemory never{TargetOptions{}};
    never.bulkFailed(40);
    EXPECT_TRUE(never.noBulk());

    AgentMemory sometimes{TargetOptions{}};
    sometimes.bulkWorked();
    sometimes.bulkFailed(40);
    EXPECT_FALSE(sometimes.noBulk());
    EXPECT_EQ(sometimes.replyVarbinds(), 20U) << "it may have been the size";
    sometimes.bulkFailed(20);
    EXPECT_TRUE(sometimes.noBulk());
}

TEST(AgentMemory, RemembersTheLastShapeOfATable) {
    AgentMemory memory{TargetOptions{}};
    const std::vector<Oid> columns{{1, 3, 6, 1}, {1, 3, 6, 2}};
    const std::vector<Oid> swapped{{1, 3, 6, 2}, {1, 3, 6, 1}};
    const auto key = AgentMemory::tableKey(columns);
    EXPECT_NE(key, AgentMemory::tableKey(swapped));
    EXPECT_EQ(memory.find(key), nullptr);
    memory.remember({key, 0, 3, 30});
    memory.remember({key, 2, 5, 31});
    ASSERT_NE(memory.find(key), nullptr);
    EXPECT_EQ(memory.find(key)->rows, 5U);
    EXPECT_EQ(memory.find(key)->emptyColumns, 2U);
}

TEST(AgentMemory, BelievesThatAScalarIsAbsentAfterThreeMisses) {
    AgentMemory memory{TargetOptions{}};
    const Oid missing{1, 3, 6, 1, 2, 1, 1, 70, 0};
    const Oid other{1, 3, 6, 1, 2, 1, 1, 71, 0};
    for (std::uint32_t miss = 1; miss <= 5; ++miss) {
        memory.scalarMissed(missing);
        EXPECT_EQ(memory.isAbsent(missing), miss >= MissedNames::kToBelieve) << miss;
        EXPECT_FALSE(memory.isAbsent(other));
    }
    memory.forgetAbsent();
    EXPECT_FALSE(memory.isAbsent(missing));
}

TEST(AgentMemory, ForgetsAbsentScalarsAfterADay) {
    AgentMemory memory{TargetOptions{}};
    const Oid missing{1, 3, 6, 1, 2, 1, 1, 70, 0};
    const SteadyTime start{std::chrono::hours{1000}};
    memory.forgetOldAbsent(start);
    for (int miss = 0; miss < 3; ++miss) {
        memory.scalarMissed(missing);
    }
    memory.forgetOldAbsent(start + std::chrono::hours{23});
    EXPECT_TRUE(memory.isAbsent(missing));
    memory.forgetOldAbsent(start + AgentMemory::kAbsentFor);
    EXPECT_FALSE(memory.isAbsent(missing));
}

TEST(AgentMemory, RemembersOnlySoManyAbsentScalars) {
    AgentMemory memory{TargetOptions{}};
    std::size_t absent = 0;
    for (std::uint32_t n = 1; n <= 1000; ++n) {
        const Oid instance{1, 3, 6, 1, 2, 1, 1, n, 0};
        for (int miss = 0; miss < 3; ++miss) {
            memory.scalarMissed(instance);
        }
        absent += memory.isAbsent(instance) ? 1U : 0U;
    }
    EXPECT_EQ(absent, AgentMemory::kMaxAbsent);
}

TEST(AgentMemory, KnowsWhichColumnsAreCutWhileAnObjectIsSilent) {
    AgentMemory memory{TargetOptions{}};
    const Oid column{1, 3, 6, 1, 2, 1, 43, 8, 2, 1, 2};
    const SteadyTime start{std::chrono::hours{1000}};
    memory.forgetOldSilent(start);
    for (int miss = 0; miss < 3; ++miss) {
        memory.nameUnanswered(column.child({1, 4}));
    }
    memory.walkCut(column);
    EXPECT_TRUE(memory.isCut(column));
    EXPECT_FALSE(memory.isCut(column.child({1})));
    memory.forgetOldSilent(start + std::chrono::hours{5});
    EXPECT_TRUE(memory.isCut(column));
    memory.forgetOldSilent(start + AgentMemory::kSilentFor);
    EXPECT_FALSE(memory.isCut(column));
}

TEST(AgentMemory, StaysSmall) {
    AgentMemory memory{TargetOptions{}};
    for (std::uint32_t key = 1; key <= 1000; ++key) {
        memory.remember({key, 0, 1, 1});
    }
    EXPECT_NE(memory.find(AgentMemory::kMaxTables), nullptr);
    EXPECT_EQ(memory.find(AgentMemory::kMaxTables + 1), nullptr);
    EXPECT_LE(sizeof(AgentMemory) + AgentMemory::kMaxTables * sizeof(AgentMemory::Table) +
                  AgentMemory::kMaxAbsent * sizeof(std::uint32_t),
              664U);
}

}  // namespace
}  // namespace platen::snmp
