// SPDX-License-Identifier: Apache-2.0
// Reading single instances.
#include "tests/unit/proxy/snmp/engine_fixture.hpp"

namespace platen::snmp {
namespace {

using EngineRead = EngineTest;

TEST_F(EngineRead, ReadsAFewScalarsInOneGet) {
    const auto result = readWell(addTarget(), scalars(1, 10));
    EXPECT_EQ(result.varbinds.size(), 10U);
    EXPECT_EQ(result.varbinds[0], (VarBind{scalar(1), SnmpValue::string("value 1")}));
    EXPECT_EQ(result.pdus, 1U);
    EXPECT_EQ(requestsOf(PduType::Get), 1U);
    EXPECT_TRUE(result.problems.empty());
    EXPECT_GT(result.bytes, 200U);
}

TEST_F(EngineRead, SplitsManyScalarsByTheAgentsLimit) {
    auto opts = options(at(1));
    opts.maxVarbinds = 8;
    const auto result = readWell(engine_->addTarget(std::move(opts)), scalars(1, 20));
    EXPECT_EQ(result.varbinds.size(), 20U);
    EXPECT_EQ(result.pdus, 3U);
    for (const auto& request : agent_.requests) {
        EXPECT_LE(request.varbinds.size(), 8U);
    }
}

TEST_F(EngineRead, GivesTheResultSortedAndEachObjectOnce) {
    ReadRequest request;
    request.scalars = {scalar(5), scalar(2), scalar(5), column(8, 1).child({1, 2})};
    request.tables = {{column(8, 2), column(8, 1)}, {column(8, 1)}};
    const auto result = readWell(addTarget(), request);
    EXPECT_EQ(result.varbinds, held({scalar(2), scalar(5), column(8, 1), column(8, 2)}));
}

TEST_F(EngineRead, PutsScalarsWhereTheyBelongAmongTheCells) {
    ReadRequest request;
    // Before, between, inside and behind the columns; those inside come with their column, too.
    request.scalars = {scalar(5), column(8, 1).child({1, 1}), column(8, 1).child({1, 2}),
                       column(8, 3).child({1, 1}), column(11, 1).child({1, 1})};
    request.tables = {{column(8, 1), column(8, 2)}, {column(8, 4)}};
    const auto result = readWell(addTarget(), request);
    auto expected = held({scalar(5), column(8, 1), column(8, 2), column(8, 3).child({1, 1}),
                          column(8, 4), column(11, 1).child({1, 1})});
    EXPECT_EQ(result.varbinds, expected);
}

TEST_F(EngineRead, LeavesMissingScalarsOut) {
    ReadRequest request;
    request.scalars = {scalar(1), scalar(999), scalar(2)};
    const auto result = readWell(addTarget(), request);
    EXPECT_EQ(result.varbinds, held({scalar(1), scalar(2)}));
    EXPECT_EQ(result.pdus, 1U);
    EXPECT_TRUE(result.problems.empty());
}

TEST_F(EngineRead, NothingToReadIsAnEmptyResult) {
    const auto result = readWell(addTarget(), {});
    EXPECT_TRUE(result.varbinds.empty());
    EXPECT_EQ(result.pdus, 0U);
}

TEST_F(EngineRead, LeavesOutOidsThatCannotBeEncoded) {
    ReadRequest request;
    request.scalars = {scalar(1), Oid{}, Oid{1}};
    request.tables = {{Oid{}}, {}};
    const auto result = readWell(addTarget(), request);
    EXPECT_EQ(result.varbinds.size(), 1U);
    EXPECT_EQ(result.problems.size(), 3U);
}

TEST_F(EngineRead, Version1DropsTheNamedVarbindAndRepeats) {
    auto opts = options(at(1));
    opts.version = Version::V1;
    ReadRequest request;
    request.scalars = {scalar(1), scalar(998), scalar(2), scalar(999)};
    const auto result = readWell(engine_->addTarget(std::move(opts)), request);
    EXPECT_EQ(result.varbinds, held({scalar(1), scalar(2)}));
    EXPECT_EQ(result.pdus, 3U);
    EXPECT_TRUE(result.problems.empty()) << "absent is not a problem";
}

TEST_F(EngineRead, Version1WithoutAnyOfTheObjectsIsNoFailure) {
    auto opts = options(at(1));
    opts.version = Version::V1;
    const auto result = readWell(engine_->addTarget(std::move(opts)), scalars(900, 902));
    EXPECT_TRUE(result.varbinds.empty());
}

TEST_F(EngineRead, ASteadyPollOfAVersion1AgentAsksOnlyForWhatIsThere) {
    auto opts = options(at(1));
    opts.version = Version::V1;
    const auto target = engine_->addTarget(std::move(opts));
    ReadRequest request = scalars(1, 8);
    for (const auto absent : {900U, 901U, 902U}) {
        request.scalars.push_back(scalar(absent));
    }
    for (int poll = 0; poll < 3; ++poll) {
        EXPECT_EQ(readWell(target, request).pdus, 4U);
    }
    const auto steady = readWell(target, request);
    EXPECT_EQ(steady.pdus, 1U);
    EXPECT_EQ(steady.varbinds.size(), 8U);
    EXPECT_TRUE(steady.problems.empty());
    // The configuration changed: what is new is found.
    auto mib = agent_.varbinds();
    mib.push_back({scalar(901), SnmpValue::integer(1)});
    agent_.setVarbinds(std::move(mib));
    EXPECT_EQ(readWell(target, request).varbinds.size(), 8U);
    request.forgetAbsent = true;
    EXPECT_EQ(readWell(target, request).varbinds.size(), 9U);
}

TEST_F(EngineRead, WhatAVersion1AgentHasNotIsAskedForAgainAfterADay) {
    auto opts = options(at(1));
    opts.version = Version::V1;
    const auto target = engine_->addTarget(std::move(opts));
    ReadRequest request = scalars(1, 2);
    request.scalars.push_back(scalar(900));
    for (int poll = 0; poll < 4; ++poll) {
        static_cast<void>(readWell(target, request));
    }
    EXPECT_EQ(readWell(target, request).pdus, 1U);
    loop_.advance(AgentMemory::kAbsentFor);
    EXPECT_EQ(readWell(target, request).pdus, 2U);
}

TEST_F(EngineRead, AReadOfAbsentScalarsOnlyStillAsksTheAgent) {
    auto opts = options(at(1));
    opts.version = Version::V1;
    opts.retries = 0;
    const auto target = engine_->addTarget(std::move(opts));
    for (int poll = 0; poll < 4; ++poll) {
        static_cast<void>(readWell(target, scalars(900, 902)));
    }
    EXPECT_EQ(readWell(target, scalars(900, 902)).pdus, 1U);
    agent_.faults.silent = true;
    EXPECT_FALSE(read(target, scalars(900, 902))) << "silence must not look like an answer";
}

TEST_F(EngineRead, AVersion2AgentIsAskedForEverythingEachTime) {
    const auto target = addTarget();
    ReadRequest request = scalars(1, 2);
    request.scalars.push_back(scalar(900));
    for (int poll = 0; poll < 4; ++poll) {
        EXPECT_EQ(readWell(target, request).pdus, 1U);
    }
    EXPECT_EQ(agent_.requests.back().varbinds.size(), 3U) << "absent ones cost no request";
}

TEST_F(EngineRead, Version1WithoutErrorIndexIsolatesTheMissingOne) {
    auto opts = options(at(1));
    opts.version = Version::V1;
    agent_.faults.hideErrorIndex = true;
    ReadRequest request = scalars(1, 7);
    request.scalars.push_back(scalar(999));
    const auto result = readWell(engine_->addTarget(std::move(opts)), request);
    EXPECT_EQ(result.varbinds.size(), 7U);
}

TEST_F(EngineRead, TooBigHalvesTheRequestAndIsRemembered) {
    agent_.faults.tooBigAbove = 5;
    const auto target = addTarget();
    const auto first = readWell(target, scalars(1, 20));
    EXPECT_EQ(first.varbinds.size(), 20U);
    EXPECT_GT(engine_->stats().tooBig, 0U);
    const auto seen = engine_->stats().tooBig;
    const auto second = readWell(target, scalars(1, 20));
    EXPECT_EQ(second.varbinds.size(), 20U);
    EXPECT_EQ(engine_->stats().tooBig, seen) << "learned";
    EXPECT_LT(second.pdus, first.pdus);
}

TEST_F(EngineRead, Version1GenErrOnABigRequestCountsAsTooBig) {
    auto opts = options(at(1));
    opts.version = Version::V1;
    agent_.faults.tooBigAbove = 5;
    agent_.faults.tooBigStatus = kGenErr;
    const auto target = engine_->addTarget(std::move(opts));
    EXPECT_EQ(readWell(target, scalars(1, 20)).varbinds.size(), 20U);
    const auto again = readWell(target, scalars(1, 20));
    EXPECT_EQ(again.varbinds.size(), 20U);
    EXPECT_EQ(again.pdus, 4U) << "20 names, 5 each";
}

TEST_F(EngineRead, GenErrOnOneObjectSkipsOnlyThat) {
    agent_.faults.genErrors = {scalar(4)};
    const auto result = readWell(addTarget(), scalars(1, 8));
    EXPECT_EQ(result.varbinds.size(), 7U);
    ASSERT_EQ(result.problems.size(), 1U);
    EXPECT_NE(result.problems[0].find(scalar(4).toString()), std::string::npos);
    EXPECT_LE(result.pdus, 3U);
}

TEST_F(EngineRead, GenErrWithoutIndexIsFoundByHalving) {
    agent_.faults.genErrors = {scalar(4)};
    agent_.faults.hideErrorIndex = true;
    const auto result = readWell(addTarget(), scalars(1, 16));
    EXPECT_EQ(result.varbinds.size(), 15U);
    EXPECT_EQ(result.problems.size(), 1U);
    EXPECT_LE(result.pdus, 9U);
}

TEST_F(EngineRead, AnAgentThatAnswersOnlyWithErrorsIsUnsupported) {
    agent_.faults.getStatus = 16;  // authorizationError
    const auto result = read(addTarget(), scalars(1, 3));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Unsupported);
    EXPECT_NE(result.error().text.find("16"), std::string::npos);
}

TEST_F(EngineRead, ShortAnswersAreAskedForAgain) {
    agent_.faults.cutAbove = 3;
    const auto result = readWell(addTarget(), scalars(1, 10));
    EXPECT_EQ(result.varbinds.size(), 10U);
    EXPECT_EQ(result.pdus, 4U);
}

TEST_F(EngineRead, EmptyAnswersEndWithAProblem) {
    agent_.faults.cutAbove = 0;
    const auto result = readWell(addTarget(), scalars(1, 4));
    EXPECT_TRUE(result.varbinds.empty());
    EXPECT_EQ(result.problems.size(), 4U);
    EXPECT_LE(result.pdus, 7U);
}

TEST_F(EngineRead, AnswersInAnotherOrderAreMatchedByName) {
    agent_.faults.reversed = true;
    const auto result = readWell(addTarget(), scalars(1, 10));
    EXPECT_EQ(result.varbinds.size(), 10U);
    EXPECT_EQ(result.pdus, 1U);
}

TEST_F(EngineRead, WalkOnlyReadsInstancesByGetNext) {
    agent_.faults.getStatus = kGenErr;
    ReadRequest request = scalars(1, 5);
    request.walkOnly = true;
    request.scalars.push_back(scalar(999));                 // absent, GETNEXT gives another object
    request.scalars.push_back(Oid{1, 3, 6, 1, 9, 5, 0});    // absent, end of the MIB
    request.scalars.push_back(column(8, 1).child({1, 3}));  // not the first row
    const auto result = readWell(addTarget(), request);
    EXPECT_EQ(result.varbinds.size(), 6U);
    EXPECT_EQ(result.varbinds.back().oid, column(8, 1).child({1, 3}));
    EXPECT_EQ(requestsOf(PduType::Get), 0U);
    EXPECT_EQ(result.pdus, 3U) << "two further rows to step over";
}

TEST_F(EngineRead, WalkOnlyStepsAreBounded) {
    ReadRequest request;
    request.walkOnly = true;
    request.scalars = {column(8, 1).child({1, 4'000'000})};
    agent_.faults.endlessUnder = column(8, 1).child({1});
    const auto result = readWell(addTarget(), request);
    EXPECT_TRUE(result.varbinds.empty());
    EXPECT_LE(result.pdus, ScalarReader::kMaxSteps);
}

TEST_F(EngineRead, WalkOnlyInVersion1SurvivesTheEndOfTheMib) {
    auto opts = options(at(1));
    opts.version = Version::V1;
    ReadRequest request = scalars(1, 2);
    request.walkOnly = true;
    request.scalars.push_back(Oid{1, 3, 6, 1, 9, 5, 0});
    const auto result = readWell(engine_->addTarget(std::move(opts)), request);
    EXPECT_EQ(result.varbinds.size(), 2U);
}

TEST_F(EngineRead, DropsNullValues) {
    agent_.setVarbinds({{scalar(1), {}}, {scalar(2), SnmpValue::integer(2)}});
    const auto result = readWell(addTarget(), scalars(1, 2));
    EXPECT_EQ(result.varbinds.size(), 1U);
}

}  // namespace
}  // namespace platen::snmp
