// SPDX-License-Identifier: Apache-2.0
// Agents that bear only small requests, and how that is found out.
#include "tests/support/fake_v3_agent.hpp"
#include "tests/unit/proxy/snmp/engine_fixture.hpp"

namespace platen::snmp {
namespace {

using EngineSize = EngineTest;

TEST_F(EngineSize, AnAgentThatDropsMoreThanOneVarbindIsReadOneByOne) {
    agent_.faults.dropAbove = 1;
    const auto target = addTarget();
    auto request = scalars(1, 12);
    request.tables = {columnsOf(8, 4)};
    const auto first = readWell(target, request);
    EXPECT_EQ(first.varbinds.size(), 12U + 24U);
    EXPECT_TRUE(first.problems.empty());
    EXPECT_EQ(engine_->learned(target).maxVarbinds, 1U);
    EXPECT_TRUE(engine_->learned(target).noBulk);
    // From then on without a try that fails.
    const auto timeouts = engine_->stats().timeouts;
    const auto retries = engine_->stats().retries;
    const auto steady = readWell(target, request);
    EXPECT_EQ(steady.varbinds, first.varbinds);
    EXPECT_EQ(engine_->stats().timeouts, timeouts);
    EXPECT_EQ(engine_->stats().retries, retries);
    EXPECT_EQ(steady.pdus, 12U + 4U * 7U);
}

TEST_F(EngineSize, TheSearchForTheSizeCostsFewPackets) {
    agent_.faults.dropAbove = 1;
    const auto target = addTarget();
    EXPECT_EQ(readWell(target, scalars(1, 12)).varbinds.size(), 12U);
    // Twice unanswered (two tries each, the third is the probe), and a trial of two names.
    EXPECT_EQ(engine_->stats().retries, 6U);
    EXPECT_EQ(agent_.requests.size(), 12U + 9U);
}

TEST_F(EngineSize, TheLargestSizeThatWorksIsFound) {
    for (const std::size_t bears : {2U, 4U, 7U, 9U}) {
        agent_.faults.dropAbove = bears;
        auto opts = options(at(1));
        opts.endpoint.port = static_cast<std::uint16_t>(1000 + bears);
        net_.add(opts.endpoint, agent_);
        const auto target = engine_->addTarget(std::move(opts));
        EXPECT_EQ(readWell(target, scalars(1, 40)).varbinds.size(), 40U) << bears;
        const auto learned = engine_->learned(target).maxVarbinds;
        EXPECT_LE(learned, bears);
        EXPECT_GT(2 * learned, bears) << "less than half of what it bears";
        const auto timeouts = engine_->stats().retries;
        EXPECT_EQ(readWell(target, scalars(1, 40)).varbinds.size(), 40U);
        EXPECT_EQ(engine_->stats().retries, timeouts) << bears;
    }
}

TEST_F(EngineSize, AnAgentThatDropsLongAnswersIsReadInPieces) {
    std::vector<VarBind> mib;
    for (std::uint32_t n = 1; n <= 24; ++n) {  // every other group has long texts
        mib.push_back({scalar(n), SnmpValue::string(std::string(n > 12 ? 60 : 4, 'x'))});
    }
    addTable(mib, 8, 4, 6);
    agent_.setVarbinds(std::move(mib));
    agent_.faults.dropBytesAbove = 300;
    const auto target = addTarget();
    EXPECT_EQ(readWell(target, scalars(1, 12)).varbinds.size(), 12U);
    EXPECT_FALSE(engine_->learned(target).any()) << "twelve short ones fit";
    EXPECT_EQ(readWell(target, scalars(13, 24)).varbinds.size(), 12U);
    EXPECT_GT(engine_->learned(target).maxVarbinds, 1U);
    EXPECT_LE(engine_->learned(target).maxVarbinds, 3U) << "of 80 octets each";
    ReadRequest table;
    table.tables = {columnsOf(8, 4)};
    EXPECT_EQ(readWell(target, table).varbinds.size(), 24U);
}

TEST_F(EngineSize, ADeadAgentGetsNoMorePacketsThanBefore) {
    agent_.faults.silent = true;
    for (const std::uint32_t retries : {0U, 1U, 2U, 5U}) {
        auto opts = options(at(1));
        opts.retries = retries;
        agent_.requests.clear();
        EXPECT_FALSE(read(engine_->addTarget(std::move(opts)), scalars(1, 12)));
        EXPECT_EQ(agent_.requests.size(), retries + 1);
    }
    EXPECT_EQ(loop_.pendingTimers(), 0U);
}

TEST_F(EngineSize, AnAgentThatDiesGetsNoMorePacketsThanBefore) {
    const auto target = addTarget();
    readWell(target, scalars(1, 12));
    agent_.faults.silent = true;
    agent_.requests.clear();
    EXPECT_FALSE(read(target, scalars(1, 12)));
    EXPECT_EQ(agent_.requests.size(), 3U);
    EXPECT_EQ(agent_.requests[1].varbinds.size(), 12U);
    EXPECT_EQ(agent_.requests[2].varbinds.size(), 1U);
    EXPECT_FALSE(engine_->learned(target).any()) << "nobody answered";
    agent_.faults.silent = false;
    EXPECT_EQ(readWell(target, scalars(1, 12)).pdus, 1U);
}

TEST_F(EngineSize, WithoutRetriesAnAgentThatAnsweredGetsOneMore) {
    auto opts = options(at(1));
    opts.retries = 0;
    agent_.faults.dropAbove = 5;
    const auto target = engine_->addTarget(std::move(opts));
    EXPECT_FALSE(read(target, scalars(1, 12))) << "nobody knows that it is there";
    EXPECT_EQ(agent_.requests.size(), 1U);
    readWell(target, scalars(1, 2));
    EXPECT_EQ(readWell(target, scalars(1, 12)).varbinds.size(), 12U);
    agent_.faults.silent = true;
    agent_.requests.clear();
    EXPECT_FALSE(read(target, scalars(1, 12)));
    EXPECT_EQ(agent_.requests.size(), 2U) << "one guess";
    EXPECT_FALSE(read(target, scalars(1, 12)));
    EXPECT_EQ(agent_.requests.size(), 3U) << "and none while it is silent";
}

TEST_F(EngineSize, ALostPacketTeachesNothing) {
    const auto target = addTarget();
    readWell(target, scalars(1, 12));
    for (int i = 0; i < 5; ++i) {
        agent_.faults.dropNext = 2;  // the third try, of one name, is answered
        const auto result = readWell(target, scalars(1, 12));
        EXPECT_EQ(result.varbinds.size(), 12U);
        EXPECT_EQ(result.pdus, 4U);
    }
    EXPECT_FALSE(engine_->learned(target).any());
    EXPECT_EQ(readWell(target, scalars(1, 12)).pdus, 1U);
}

TEST_F(EngineSize, ALateAnswerToTheWholeRequestStillCounts) {
    agent_.faults.delay = Millis{5};
    const auto target = addTarget();
    readWell(target, scalars(1, 12));
    agent_.faults.delay = Millis{1800};  // it sleeps, and wakes up
    const auto late = readWell(target, scalars(1, 12));
    EXPECT_EQ(late.varbinds.size(), 12U);
    EXPECT_EQ(late.pdus, 3U);
    EXPECT_FALSE(engine_->learned(target).any());
    loop_.advance(Millis{5000});
    EXPECT_EQ(engine_->stats().lateDuplicates, 2U);
}

TEST_F(EngineSize, WhatWasLearnedIsForgottenAfterADay) {
    agent_.faults.dropAbove = 3;
    const auto target = addTarget();
    readWell(target, scalars(1, 12));
    EXPECT_EQ(engine_->learned(target).maxVarbinds, 2U);
    agent_.faults.dropAbove = test::AgentFaults::kNever;  // new firmware
    EXPECT_EQ(readWell(target, scalars(1, 12)).pdus, 6U);
    loop_.advance(AgentMemory::kDropsFor);
    EXPECT_EQ(readWell(target, scalars(1, 12)).pdus, 1U);
    EXPECT_FALSE(engine_->learned(target).any());
}

TEST_F(EngineSize, ANewTargetOfTheSameAgentKnowsItsSize) {
    agent_.faults.dropAbove = 3;
    const auto target = addTarget();
    readWell(target, scalars(1, 12));
    engine_->removeTarget(target);
    const auto before = engine_->stats().retries;
    const auto again = addTarget();
    EXPECT_EQ(engine_->learned(again).maxVarbinds, 2U);
    EXPECT_EQ(readWell(again, scalars(1, 12)).pdus, 6U);
    EXPECT_EQ(engine_->stats().retries, before);
    engine_->removeTarget(again);
    loop_.advance(AgentMemory::kDropsFor);
    EXPECT_FALSE(engine_->learned(addTarget()).any()) << "handed on for a day, not for ever";
}

TEST_F(EngineSize, GenErrToManyNamesWithoutACulpritIsTheSize) {
    for (const bool version1 : {false, true}) {
        auto opts = options(at(1));
        opts.version = version1 ? Version::V1 : Version::V2c;
        opts.endpoint.port = version1 ? 1001 : 1002;
        net_.add(opts.endpoint, agent_);
        agent_.faults.tooBigAbove = 5;
        agent_.faults.tooBigStatus = kGenErr;
        const auto target = engine_->addTarget(std::move(opts));
        auto request = scalars(1, 20);
        request.tables = {columnsOf(8, 4), columnsOf(11, 9)};
        const auto first = readWell(target, request);
        EXPECT_EQ(first.varbinds.size(), 20U + 24U + 198U);
        EXPECT_TRUE(first.problems.empty());
        const auto learned = engine_->learned(target).maxVarbinds;
        EXPECT_GE(learned, 2U);
        EXPECT_LE(learned, 5U);
        const auto second = readWell(target, request);
        EXPECT_EQ(second.varbinds, first.varbinds);
        EXPECT_LT(second.pdus, first.pdus);
        EXPECT_EQ(engine_->learned(target).maxVarbinds, learned) << "it does not shrink for ever";
    }
}

TEST_F(EngineSize, GenErrToManyScalarsIsLearnedFromScalarsAlone) {
    for (const bool hidden : {true, false}) {
        auto opts = options(at(1));
        opts.endpoint.port = hidden ? 1003 : 1004;
        net_.add(opts.endpoint, agent_);
        agent_.faults.tooBigAbove = 5;
        agent_.faults.tooBigStatus = kGenErr;
        agent_.faults.hideErrorIndex = hidden;
        const auto target = engine_->addTarget(std::move(opts));
        EXPECT_EQ(readWell(target, scalars(1, 20)).varbinds.size(), 20U);
        EXPECT_EQ(engine_->learned(target).maxVarbinds, 5U);
        EXPECT_EQ(readWell(target, scalars(1, 20)).pdus, 4U);
    }
}

TEST_F(EngineSize, ABadObjectIsNotTheSize) {
    agent_.faults.genErrors = {scalar(4), column(8, 2).child({1, 3})};
    agent_.faults.hideErrorIndex = true;
    const auto target = addTarget();
    auto request = scalars(1, 16);
    request.tables = {columnsOf(8, 4)};
    for (int poll = 0; poll < 3; ++poll) {
        EXPECT_EQ(readWell(target, request).varbinds.size(), 15U + 18U + 2U);
    }
    EXPECT_EQ(engine_->learned(target).maxVarbinds, 0U);
}

TEST_F(EngineSize, TheMapsLimitsHoldFromTheFirstRequest) {
    auto request = scalars(1, 5);
    request.tables = {columnsOf(8, 4)};
    request.limits = {.noBulk = true, .maxVarbinds = 1, .maxRepetitions = 0};
    agent_.faults.dropAbove = 1;
    const auto target = addTarget();
    EXPECT_EQ(readWell(target, request).varbinds.size(), 5U + 24U);
    EXPECT_EQ(engine_->stats().retries, 0U);
    EXPECT_FALSE(engine_->learned(target).any()) << "told, not learned";
}

}  // namespace
}  // namespace platen::snmp
