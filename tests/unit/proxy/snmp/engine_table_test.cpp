// SPDX-License-Identifier: Apache-2.0
// Reading tables.
#include "tests/unit/proxy/snmp/engine_fixture.hpp"

namespace platen::snmp {
namespace {

using EngineTable = EngineTest;

ReadRequest tables(std::vector<std::vector<Oid>> list) {
    ReadRequest request;
    request.tables = std::move(list);
    return request;
}

TEST_F(EngineTable, ReadsATableWithAllItsRows) {
    const auto result = readWell(addTarget(), tables({columnsOf(11, 9)}));
    EXPECT_EQ(result.varbinds.size(), 9U * 22U);
    EXPECT_EQ(result.varbinds, held(columnsOf(11, 9)));
    EXPECT_TRUE(result.problems.empty());
}

TEST_F(EngineTable, ASteadyPollOfASmallTableNeedsOneRequest) {
    const auto target = addTarget();
    readWell(target, tables({columnsOf(8, 4)}));
    const auto steady = readWell(target, tables({columnsOf(8, 4)}));
    EXPECT_EQ(steady.varbinds, held(columnsOf(8, 4)));
    EXPECT_EQ(steady.pdus, 1U);
    EXPECT_EQ(agent_.requests.back().errorIndex, 7) << "six rows and the end";
}

TEST_F(EngineTable, SmallTablesShareARequest) {
    std::vector<VarBind> mib;
    addTable(mib, 5, 3, 4);
    addTable(mib, 6, 2, 3);
    addTable(mib, 9, 4, 3);
    agent_.setVarbinds(mib);
    const auto target = addTarget();
    const auto request = tables({columnsOf(5, 3), columnsOf(6, 2), columnsOf(9, 4)});
    readWell(target, request);
    const auto steady = readWell(target, request);
    EXPECT_EQ(steady.varbinds.size(), 3U * 4U + 2U * 3U + 4U * 3U);
    EXPECT_EQ(steady.pdus, 1U);
}

TEST_F(EngineTable, AStatusPollNeedsAtMostFourRequests) {
    // About what a status group asks: some scalars, trays, outputs, covers, supplies, alerts.
    std::vector<VarBind> mib;
    addScalars(mib, 12);
    addTable(mib, 6, 2, 4);
    addTable(mib, 8, 4, 5);
    addTable(mib, 9, 3, 2);
    addTable(mib, 11, 3, 6);
    addTable(mib, 18, 7, 2);
    agent_.setVarbinds(mib);
    const auto target = addTarget();
    ReadRequest request = tables(
        {columnsOf(6, 2), columnsOf(8, 4), columnsOf(9, 3), columnsOf(11, 3), columnsOf(18, 7)});
    for (std::uint32_t n = 1; n <= 12; ++n) {
        request.scalars.push_back(scalar(n));
    }
    readWell(target, request);
    const auto steady = readWell(target, request);
    EXPECT_EQ(steady.varbinds.size(), mib.size());
    RecordProperty("pdus", static_cast<int>(steady.pdus));
    EXPECT_LE(steady.pdus, 4U);
}

TEST_F(EngineTable, AFullPollOf370ObjectsNeedsAtMostTwentyRequests) {
    std::vector<VarBind> mib;
    addScalars(mib, 40);
    ReadRequest request;
    for (std::uint32_t n = 1; n <= 40; ++n) {
        request.scalars.push_back(scalar(n));
    }
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> shapes{
        {2, 4}, {10, 5}, {6, 3}, {12, 4}, {9, 8}, {5, 8}, {7, 4}, {3, 2}, {4, 6}};
    std::uint32_t entry = 5;
    for (const auto& [columns, rows] : shapes) {
        addTable(mib, entry, columns, rows);
        request.tables.push_back(columnsOf(entry, columns));
        ++entry;
    }
    agent_.setVarbinds(mib);
    ASSERT_NEAR(static_cast<double>(mib.size()), 370, 40);
    const auto target = addTarget();
    const auto first = readWell(target, request);
    EXPECT_EQ(first.varbinds.size(), mib.size());
    EXPECT_LE(first.pdus, 25U);
    const auto steady = readWell(target, request);
    EXPECT_EQ(steady.varbinds.size(), mib.size());
    RecordProperty("pdus", static_cast<int>(steady.pdus));
    EXPECT_LE(steady.pdus, 14U);
}

TEST_F(EngineTable, RepliesStayWithinTheirLimits) {
    const auto target = addTarget();
    for (int i = 0; i < 2; ++i) {
        readWell(target, tables({columnsOf(11, 9), columnsOf(8, 4)}));
    }
    for (const auto& request : agent_.requests) {
        ASSERT_EQ(request.type, PduType::GetBulk);
        EXPECT_LE(request.varbinds.size() * static_cast<std::size_t>(request.errorIndex),
                  std::size_t{AgentMemory::kReplyVarbinds});
        EXPECT_LE(request.varbinds.size(), Engine::kDefaultMaxVarbinds);
    }
}

TEST_F(EngineTable, LongStringsMakeSmallerRequests) {
    std::vector<VarBind> mib;
    for (std::uint32_t r = 1; r <= 30; ++r) {
        mib.push_back({column(8, 1).child({1, r}), SnmpValue::string(std::string(150, 'd'))});
    }
    agent_.setVarbinds(mib);
    const auto target = addTarget();
    readWell(target, tables({{column(8, 1)}}));
    agent_.requests.clear();
    EXPECT_EQ(readWell(target, tables({{column(8, 1)}})).varbinds.size(), 30U);
    for (const auto& request : agent_.requests) {
        EXPECT_LE(request.errorIndex, 8) << "eight of 170 octets fit 1,400";
    }
}

TEST_F(EngineTable, FindsNewRowsAndLosesOldOnes) {
    const auto target = addTarget();
    const auto request = tables({columnsOf(8, 4)});
    readWell(target, request);
    for (const std::uint32_t rows : {9U, 3U, 0U, 1U}) {
        std::vector<VarBind> mib;
        addTable(mib, 8, 4, rows);
        addTable(mib, 9, 1, 3);
        agent_.setVarbinds(mib);
        EXPECT_EQ(readWell(target, request).varbinds.size(), 4U * rows);
    }
}

TEST_F(EngineTable, AWideTableIsSplitByTheAgentsLimit) {
    std::vector<VarBind> mib;
    addTable(mib, 8, 40, 3);
    agent_.setVarbinds(mib);
    const auto target = addTarget();
    EXPECT_EQ(readWell(target, tables({columnsOf(8, 40)})).varbinds.size(), 120U);
    for (const auto& request : agent_.requests) {
        EXPECT_LE(request.varbinds.size(), Engine::kDefaultMaxVarbinds);
    }
}

TEST_F(EngineTable, EmptyColumnsCostLittleOnceKnown) {
    std::vector<VarBind> mib;
    addTable(mib, 8, 2, 20);
    addTable(mib, 9, 1, 100);  // what a walk over an absent column runs into
    agent_.setVarbinds(mib);
    const auto target = addTarget();
    const auto request = tables({columnsOf(8, 5)});  // three of them absent
    readWell(target, request);
    agent_.requests.clear();
    const auto steady = readWell(target, request);
    EXPECT_EQ(steady.varbinds.size(), 40U);
    std::size_t asked = 0;
    for (const auto& sent : agent_.requests) {
        asked += sent.varbinds.size() * static_cast<std::size_t>(sent.errorIndex);
    }
    EXPECT_LE(asked, 2U * 21U + 3U * 2U);
    EXPECT_LE(steady.pdus, 2U);
}

TEST_F(EngineTable, RespectsMaxRepetitions) {
    auto opts = options(at(1));
    opts.maxRepetitions = 3;
    EXPECT_EQ(readWell(engine_->addTarget(std::move(opts)), tables({columnsOf(8, 4)})).varbinds,
              held(columnsOf(8, 4)));
    for (const auto& request : agent_.requests) {
        EXPECT_LE(request.errorIndex, 3);
    }
}

TEST_F(EngineTable, WalksByGetNextWithoutGetBulk) {
    auto opts = options(at(1));
    opts.noBulk = true;
    const auto result =
        readWell(engine_->addTarget(std::move(opts)), tables({columnsOf(8, 4), columnsOf(11, 2)}));
    EXPECT_EQ(result.varbinds.size(), 4U * 6U + 2U * 22U);
    EXPECT_EQ(requestsOf(PduType::GetBulk), 0U);
    EXPECT_EQ(result.pdus, 23U) << "columns side by side: the longest decides";
}

TEST_F(EngineTable, Version1WalksToTheEndOfTheMib) {
    auto opts = options(at(1));
    opts.version = Version::V1;
    const Oid last{1, 3, 6, 1, 9};
    const auto result = readWell(engine_->addTarget(std::move(opts)),
                                 tables({{column(8, 1)}, {last}, {Oid{1, 3, 6, 1, 10}}}));
    EXPECT_EQ(result.varbinds, held({column(8, 1), last}));
    EXPECT_TRUE(result.problems.empty());
}

TEST_F(EngineTable, TheEndOfTheMibEndsAColumn) {
    const Oid last{1, 3, 6, 1, 9};
    const auto result = readWell(addTarget(), tables({{last}, {Oid{1, 3, 6, 1, 10}}}));
    EXPECT_EQ(result.varbinds, held({last}));
}

TEST_F(EngineTable, ARepeatedOidStopsTheColumnWithAProblem) {
    agent_.faults.stuckAt = column(8, 2).child({1, 3});
    const auto result = readWell(addTarget(), tables({columnsOf(8, 3)}));
    EXPECT_EQ(result.varbinds.size(), 6U + 3U + 6U);
    ASSERT_EQ(result.problems.size(), 1U);
    EXPECT_EQ(result.problems[0],
              "walk of " + column(8, 2).toString() + " stopped: OID did not grow");
}

TEST_F(EngineTable, AnOidThatGoesBackStopsTheColumn) {
    for (const bool noBulk : {false, true}) {
        auto opts = options(at(1));
        opts.noBulk = noBulk;
        agent_.faults.backAt = column(8, 1).child({1, 6});
        const auto result =
            readWell(engine_->addTarget(std::move(opts)), tables({columnsOf(8, 1)}));
        EXPECT_EQ(result.varbinds.size(), 6U);
        EXPECT_EQ(result.problems.size(), 1U);
    }
}

TEST_F(EngineTable, AnEndlessWalkStopsAtTheLimit) {
    agent_.faults.endlessUnder = column(8, 1);
    const auto result = readWell(addTarget(), tables({columnsOf(8, 2)}));
    EXPECT_LE(result.varbinds.size(), Engine::kMaxVarbindsPerRead);
    EXPECT_GE(result.varbinds.size(), Engine::kMaxVarbindsPerRead - 100);
    ASSERT_FALSE(result.problems.empty());
    EXPECT_NE(result.problems[0].find("too many rows"), std::string::npos);
}

TEST_F(EngineTable, AnEndlessWalkByGetNextStopsToo) {
    auto opts = options(at(1));
    opts.noBulk = true;
    agent_.faults.endlessUnder = column(8, 1);
    const auto result = readWell(engine_->addTarget(std::move(opts)), tables({columnsOf(8, 1)}));
    EXPECT_LE(result.pdus, ReadExchange::kMaxPdus);
    EXPECT_FALSE(result.problems.empty());
}

TEST_F(EngineTable, TooBigHalvesTheRepetitionsAndIsRemembered) {
    agent_.faults.tooBigAbove = 13;
    const auto target = addTarget();
    const auto first = readWell(target, tables({columnsOf(11, 9)}));
    EXPECT_EQ(first.varbinds, held(columnsOf(11, 9)));
    const auto seen = engine_->stats().tooBig;
    EXPECT_GT(seen, 0U);
    EXPECT_EQ(readWell(target, tables({columnsOf(11, 9)})).varbinds.size(), 9U * 22U);
    EXPECT_EQ(engine_->stats().tooBig, seen);
}

TEST_F(EngineTable, AnAgentThatBearsOneVarbindIsReadOneByOne) {
    agent_.faults.tooBigAbove = 1;
    const auto result = readWell(addTarget(), tables({columnsOf(8, 4)}));
    EXPECT_EQ(result.varbinds, held(columnsOf(8, 4)));
}

TEST_F(EngineTable, AnAgentThatBearsNothingEndsWithAnError) {
    agent_.faults.tooBigAbove = 0;
    const auto result = read(addTarget(), tables({columnsOf(8, 4)}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Unsupported);
}

TEST_F(EngineTable, CutRepliesAreContinued) {
    for (const std::size_t cut : {1U, 2U, 5U, 7U, 11U}) {
        agent_.faults.cutAbove = cut;
        EXPECT_EQ(readWell(addTarget(), tables({columnsOf(8, 4), columnsOf(11, 9)})).varbinds,
                  held({column(8, 1), column(8, 2), column(8, 3), column(8, 4), column(11, 1),
                        column(11, 2), column(11, 3), column(11, 4), column(11, 5), column(11, 6),
                        column(11, 7), column(11, 8), column(11, 9)}))
            << cut;
    }
}

TEST_F(EngineTable, EmptyRepliesEndTheRead) {
    agent_.faults.cutAbove = 0;
    const auto result = readWell(addTarget(), tables({columnsOf(8, 4)}));
    EXPECT_TRUE(result.varbinds.empty());
    EXPECT_EQ(result.problems.size(), 4U);
    EXPECT_LE(result.pdus, 10U);
}

TEST_F(EngineTable, AnAgentWithoutGetBulkIsReadByGetNextAndRemembered) {
    agent_.faults.silentBulk = true;
    const auto target = addTarget();
    const auto first = readWell(target, tables({columnsOf(8, 4)}));
    EXPECT_EQ(first.varbinds, held(columnsOf(8, 4)));
    const auto bulks = requestsOf(PduType::GetBulk);
    EXPECT_EQ(bulks, 3U) << "one request, two retries";
    EXPECT_EQ(readWell(target, tables({columnsOf(8, 4)})).varbinds.size(), 24U);
    EXPECT_EQ(requestsOf(PduType::GetBulk), bulks);
}

TEST_F(EngineTable, AnAgentThatRefusesGetBulkIsReadByGetNextAndRemembered) {
    agent_.faults.bulkStatus = kGenErr;
    const auto target = addTarget();
    EXPECT_EQ(readWell(target, tables({columnsOf(8, 4)})).varbinds, held(columnsOf(8, 4)));
    EXPECT_EQ(requestsOf(PduType::GetBulk), 1U);
    EXPECT_EQ(readWell(target, tables({columnsOf(8, 4)})).varbinds.size(), 24U);
    EXPECT_EQ(requestsOf(PduType::GetBulk), 1U);
}

TEST_F(EngineTable, OneLostGetBulkDoesNotCondemnAnAgentThatKnowsIt) {
    const auto target = addTarget();
    readWell(target, tables({columnsOf(8, 4)}));
    agent_.faults.dropNext = 3;
    EXPECT_EQ(readWell(target, tables({columnsOf(8, 4)})).varbinds.size(), 24U);
    agent_.requests.clear();
    EXPECT_EQ(readWell(target, tables({columnsOf(8, 4)})).varbinds.size(), 24U);
    EXPECT_GT(requestsOf(PduType::GetBulk), 0U);
    EXPECT_EQ(requestsOf(PduType::GetNext), 0U);
}

TEST_F(EngineTable, GenErrOnARowStopsOnlyThatColumn) {
    for (const bool hide : {false, true}) {
        agent_.faults.genErrors = {column(8, 2).child({1, 4})};
        agent_.faults.hideErrorIndex = hide;
        const auto result = readWell(addTarget(), tables({columnsOf(8, 4)}));
        EXPECT_EQ(result.varbinds.size(), 6U * 3U + 3U);
        ASSERT_EQ(result.problems.size(), 1U);
        EXPECT_NE(result.problems[0].find(column(8, 2).toString()), std::string::npos);
    }
}

TEST_F(EngineTable, KeepsWalkingOverNullValues) {
    agent_.setVarbinds({{column(8, 1).child({1, 1}), SnmpValue::integer(1)},
                        {column(8, 1).child({1, 2}), {}},
                        {column(8, 1).child({1, 3}), SnmpValue::integer(3)}});
    EXPECT_EQ(readWell(addTarget(), tables({columnsOf(8, 1)})).varbinds.size(), 2U);
}

TEST_F(EngineTable, ReversedRepliesNeitherLoopNorCrash) {
    agent_.faults.reversed = true;
    const auto result = readWell(addTarget(), tables({columnsOf(8, 4)}));
    EXPECT_LE(result.pdus, 20U);
    EXPECT_FALSE(result.problems.empty());
}

}  // namespace
}  // namespace platen::snmp
