// SPDX-License-Identifier: Apache-2.0
// Agents that never answer one object: what is left of them is read.
#include "tests/unit/proxy/snmp/engine_fixture.hpp"

namespace platen::snmp {
namespace {

class EngineSilent : public EngineTest {
  protected:
    /// All that the agent has but what begins with this.
    std::vector<VarBind> without(const ReadRequest& request, const Oid& silent) const {
        auto prefixes = request.scalars;
        for (const auto& table : request.tables) {
            prefixes.insert(prefixes.end(), table.begin(), table.end());
        }
        auto all = held(prefixes);
        std::erase_if(all,
                      [&silent](const VarBind& varbind) { return varbind.oid.startsWith(silent); });
        return all;
    }
    /// Reads, and once more without one request that is not answered.
    void expectLeftOut(const ReadRequest& request, const Oid& silent) {
        agent_.faults.silentUnder = silent;
        const auto target = addTarget();
        const auto first = readWell(target, request);
        EXPECT_EQ(first.varbinds, without(request, silent)) << silent.toString();
        EXPECT_EQ(first.problems.size(), 1U);
        EXPECT_EQ(engine_->learned(target), (LearnedLimits{.noBulk = false, .silentObjects = 1}));
        const auto retries = engine_->stats().retries;
        const auto timeouts = engine_->stats().timeouts;
        EXPECT_EQ(readWell(target, request).varbinds, first.varbinds) << silent.toString();
        EXPECT_EQ(engine_->stats().retries, retries) << silent.toString();
        EXPECT_EQ(engine_->stats().timeouts, timeouts) << silent.toString();
        engine_->removeTarget(target);
    }
};

TEST_F(EngineSilent, AScalarIsLeftOut) {
    for (const std::uint32_t n : {1U, 7U, 12U}) {
        expectLeftOut(scalars(1, 12), scalar(n));
    }
    EXPECT_EQ(loop_.pendingTimers(), 0U);
}

TEST_F(EngineSilent, AFirstColumnIsLeftOut) {
    ReadRequest request = scalars(1, 3);
    request.tables = {columnsOf(8, 4), columnsOf(11, 3)};
    expectLeftOut(request, column(8, 1));
}

TEST_F(EngineSilent, AColumnAmongOthersCostsNoRowOfTheOthers) {
    ReadRequest request = scalars(1, 3);
    request.tables = {columnsOf(8, 4)};
    const auto silent = column(8, 3);
    agent_.faults.silentUnder = silent;
    const auto target = addTarget();
    // The walk of the column before it ends at it.
    for (int poll = 0; poll < 4; ++poll) {
        EXPECT_EQ(readWell(target, request).varbinds, without(request, silent)) << poll;
    }
    EXPECT_GE(engine_->learned(target).silentObjects, 2U) << "the column, and the row before it";
    EXPECT_FALSE(engine_->learned(target).noBulk);
    const auto retries = engine_->stats().retries;
    EXPECT_EQ(readWell(target, request).varbinds, without(request, silent));
    EXPECT_EQ(engine_->stats().retries, retries);
}

TEST_F(EngineSilent, OneRowEndsItsColumn) {
    ReadRequest request;
    request.tables = {columnsOf(8, 4)};
    agent_.faults.silentUnder = column(8, 2).child({1, 4});
    const auto target = addTarget();
    auto expected = held(request.tables[0]);
    std::erase_if(expected, [](const VarBind& varbind) {
        return varbind.oid.startsWith(column(8, 2)) && varbind.oid[varbind.oid.size() - 1] >= 4;
    });
    EXPECT_EQ(readWell(target, request).varbinds, expected);
    const auto retries = engine_->stats().retries;
    agent_.requests.clear();
    EXPECT_EQ(readWell(target, request).varbinds, expected);
    EXPECT_EQ(engine_->stats().retries, retries) << "it is known where to stop";
    EXPECT_EQ(agent_.requests.front().type, PduType::GetBulk) << "for the other columns";
    EXPECT_EQ(engine_->learned(target), (LearnedLimits{.noBulk = false, .silentObjects = 1}));
}

TEST_F(EngineSilent, ItIsTriedAgainAfterSomeHours) {
    agent_.faults.silentUnder = scalar(5);
    const auto target = addTarget();
    EXPECT_EQ(readWell(target, scalars(1, 12)).varbinds.size(), 11U);
    agent_.faults.silentUnder.reset();
    EXPECT_EQ(readWell(target, scalars(1, 12)).varbinds.size(), 11U);
    loop_.advance(AgentMemory::kSilentFor);
    EXPECT_EQ(readWell(target, scalars(1, 12)).varbinds.size(), 12U);
    EXPECT_FALSE(engine_->learned(target).any());
}

TEST_F(EngineSilent, IfAllIsLeftOutTheAgentIsStillAsked) {
    agent_.faults.silentUnder = scalar(7);
    const auto target = addTarget();
    readWell(target, scalars(1, 2));
    EXPECT_TRUE(readWell(target, scalars(7, 7)).varbinds.empty());
    agent_.requests.clear();
    ASSERT_TRUE(read(target, scalars(7, 7)));
    ASSERT_EQ(agent_.requests.size(), 1U);
    EXPECT_EQ(agent_.requests[0].varbinds[0].oid, scalar(3));
    agent_.faults.silent = true;
    EXPECT_FALSE(read(target, scalars(7, 7))) << "it has died";
}

TEST_F(EngineSilent, AnAgentThatAnswersTheProbeOnlyIsNotAskedForEver) {
    agent_.faults.silentUnder = Oid{1, 3, 6, 1, 2, 1, 43, 11};
    std::vector<Oid> many;
    for (std::uint32_t c = 1; c <= 9; ++c) {
        for (std::uint32_t r = 1; r <= 5; ++r) {
            many.push_back(column(11, c).child({1, r}));
        }
    }
    ReadRequest request;
    request.scalars = many;
    const auto target = addTarget();
    const auto outcome = read(target, request);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::Timeout);
    EXPECT_LT(agent_.requests.size(), 60U);
    EXPECT_EQ(loop_.pendingTimers(), 0U);
}

TEST_F(EngineSilent, ASlowObjectIsWaitedFor) {
    const auto target = addTarget();
    readWell(target, scalars(5, 5));
    agent_.faults.delay = Millis{1800};
    EXPECT_EQ(readWell(target, scalars(5, 5)).varbinds.size(), 1U);
    EXPECT_FALSE(engine_->learned(target).any());
}

TEST_F(EngineSilent, LostPacketsAreNoSilence) {
    const auto target = addTarget();
    for (int poll = 0; poll < 10; ++poll) {
        agent_.faults.dropNext = 2;  // the probe is answered
        EXPECT_EQ(readWell(target, scalars(5, 5)).varbinds.size(), 1U) << poll;
    }
    EXPECT_FALSE(engine_->learned(target).any());
}

}  // namespace
}  // namespace platen::snmp
