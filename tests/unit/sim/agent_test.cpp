// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sim/sim_fixture.hpp"

namespace platen::sim {
namespace {

class SimAgent : public SimFixture {};

TEST_F(SimAgent, GetAnswersInTheOrderOfTheNames) {
    const auto response = get({kLocation, kDescr});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->errorStatus, 0);
    ASSERT_EQ(response->binds.size(), 2U);
    EXPECT_EQ(response->binds[0], (VarBind{kLocation, SnmpValue::string("room")}));
    EXPECT_EQ(response->binds[1], (VarBind{kDescr, SnmpValue::string("Test printer")}));
}

TEST_F(SimAgent, MissingObjectsAreExceptionsInV2c) {
    const auto response =
        get({Oid{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 17, 9}, Oid{1, 3, 6, 1, 9, 9}, kDescr});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->errorStatus, 0);
    EXPECT_EQ(response->binds[0].value.type, SnmpType::NoSuchInstance);
    EXPECT_EQ(response->binds[1].value.type, SnmpType::NoSuchObject);
    EXPECT_EQ(response->binds[2].value, SnmpValue::string("Test printer"));
}

TEST_F(SimAgent, MissingObjectsAreNoSuchNameInV1) {
    const auto response = get({kDescr, Oid{1, 3, 6, 1, 9, 9}}, Version::V1);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->errorStatus, static_cast<int>(ErrorStatus::NoSuchName));
    EXPECT_EQ(response->errorIndex, 2);
    ASSERT_EQ(response->binds.size(), 2U);  // RFC 1157: the names as they were asked
    EXPECT_EQ(response->binds[0].value.type, SnmpType::Null);
}

TEST_F(SimAgent, Version1DoesNotSeeCounter64) {
    EXPECT_EQ(get({kCounter64}, Version::V1)->errorStatus,
              static_cast<int>(ErrorStatus::NoSuchName));
    EXPECT_EQ(getNext({kMac}, Version::V1)->binds.at(0).oid, kReset);
    EXPECT_EQ(getNext({kMac}, Version::V2c)->binds.at(0).oid, kCounter64);
}

TEST_F(SimAgent, WalkWithGetNextSeesEveryRowOnce) {
    Oid at{1, 3};
    std::size_t rows = 0;
    for (auto response = getNext({at}); response->binds[0].value.isValue();
         response = getNext({at})) {
        ASSERT_LT(at, response->binds[0].oid);
        at = response->binds[0].oid;
        ++rows;
    }
    EXPECT_EQ(rows, kRowCount);
    EXPECT_EQ(getNext({at})->binds[0].value.type, SnmpType::EndOfMibView);
    EXPECT_EQ(getNext({at})->binds[0].oid, at);
}

TEST_F(SimAgent, EndOfMibIsNoSuchNameInV1) {
    const auto response = getNext({kPowerOn}, Version::V1);
    EXPECT_EQ(response->errorStatus, static_cast<int>(ErrorStatus::NoSuchName));
    EXPECT_EQ(response->errorIndex, 1);
}

TEST_F(SimAgent, GetBulkMixesSinglesAndRepetitions) {
    const auto response = getBulk({kDescr, kMac, kLife}, 1, 3);
    ASSERT_TRUE(response);
    std::vector<Oid> oids;
    for (const VarBind& bind : response->binds) {
        oids.push_back(bind.oid);
    }
    EXPECT_EQ(oids, (std::vector<Oid>{kUpTime, kCounter64, kPowerOn, kReset, kPowerOn, kSerial,
                                      kPowerOn}));
    EXPECT_EQ(response->binds[4].value.type, SnmpType::EndOfMibView);
}

TEST_F(SimAgent, GetBulkStopsAfterARoundOfEnds) {
    const auto response = getBulk({kPowerOn}, 0, 50);
    ASSERT_EQ(response->binds.size(), 1U);
    EXPECT_EQ(response->binds[0].value.type, SnmpType::EndOfMibView);
}

TEST_F(SimAgent, GetBulkWithOddNumbersIsHarmless) {
    EXPECT_EQ(getBulk({kDescr}, -5, -1)->binds.size(), 0U);
    EXPECT_EQ(getBulk({kDescr}, 99, 5)->binds.size(), 1U);
    EXPECT_EQ(getBulk({}, 0, 5)->binds.size(), 0U);
}

TEST_F(SimAgent, GetBulkInV1IsNotAnswered) {
    EXPECT_FALSE(
        ask({.version = Version::V1, .pdu = kTagGetBulk, .maxRepetitions = 5}, nulls({kDescr})));
}

TEST_F(SimAgent, GetBulkIsCutAtTheReplyLimit) {
    fault("maxbytes=150");
    const auto response = getBulk({kMib2}, 0, 100);
    EXPECT_EQ(response->errorStatus, 0);
    EXPECT_GT(response->binds.size(), 1U);
    EXPECT_LT(response->binds.size(), kRowCount);
    EXPECT_LE(replyBytes_, 150U);
}

TEST_F(SimAgent, GetThatDoesNotFitIsTooBig) {
    fault("maxbytes=100");
    const auto v2 = get({kDescr, kName, kLocation, kMac, kSerial, kLife});
    EXPECT_EQ(v2->errorStatus, static_cast<int>(ErrorStatus::TooBig));
    EXPECT_TRUE(v2->binds.empty());  // RFC 3416 4.2.1
    EXPECT_EQ(get({kDescr})->errorStatus, 0);
}

TEST_F(SimAgent, TooBigByNumberOfVarbinds) {
    fault("toobig=2");
    EXPECT_EQ(get({kDescr, kName})->errorStatus, 0);
    EXPECT_EQ(get({kDescr, kName, kMac})->errorStatus, static_cast<int>(ErrorStatus::TooBig));
}

TEST_F(SimAgent, LargeRequestsAreDropped) {
    fault("drop-above=2");
    EXPECT_TRUE(get({kDescr, kName}));
    EXPECT_FALSE(get({kDescr, kName, kMac}));
    EXPECT_EQ(printer_.counts().dropped, 1U);
    EXPECT_TRUE(getBulk({kDescr}, 0, 2));
    EXPECT_FALSE(getBulk({kDescr}, 0, 3)) << "the answer counts, too";
    fault("drop-above=0");
    fault("drop-bytes=100");
    EXPECT_TRUE(get({kDescr}));
    EXPECT_FALSE(get({kDescr, kName, kLocation, kMac, kSerial, kLife}));
    EXPECT_EQ(printer_.faults().toString(), "drop-bytes=100");
}

TEST_F(SimAgent, AMuteObjectIsNeverAnswered) {
    fault("mute=" + kName.toString());
    EXPECT_TRUE(get({kDescr}));
    EXPECT_FALSE(get({kName}));
    EXPECT_FALSE(get({kDescr, kName}));
    EXPECT_EQ(printer_.faults().toString(), "mute=" + kName.toString());
    fault("mute=off");
    EXPECT_TRUE(get({kDescr, kName}));
}

TEST_F(SimAgent, WrongCommunityIsNotAnswered) {
    EXPECT_FALSE(ask({.community = "private", .pdu = kTagGet}, nulls({kDescr})));
    EXPECT_EQ(printer_.counts().dropped, 1U);
}

TEST_F(SimAgent, SetChangesWhatGetReads) {
    const VarBind bind{kLocation, SnmpValue::string("cellar")};
    const auto response = set({bind});
    EXPECT_EQ(response->errorStatus, 0);
    EXPECT_EQ(response->binds, (std::vector<VarBind>{bind}));
    EXPECT_EQ(get({kLocation})->binds[0], bind);
    EXPECT_EQ(getNext({kName})->binds[0], bind);
}

TEST_F(SimAgent, SetIsAllOrNothing) {
    const auto response =
        set({{kLocation, SnmpValue::string("cellar")}, {kName, SnmpValue::integer(3)}});
    EXPECT_EQ(response->errorStatus, static_cast<int>(ErrorStatus::WrongType));
    EXPECT_EQ(response->errorIndex, 2);
    EXPECT_EQ(valueOf(kLocation), SnmpValue::string("room"));
}

TEST_F(SimAgent, SetOfAbsentAndReadOnlyObjectsIsRefused) {
    printer_.options().readOnly = {Oid{1, 3, 6, 1, 2, 1, 1, 1}};
    const auto text = SnmpValue::string("x");
    EXPECT_EQ(set({{Oid{1, 3, 6, 1, 9, 9}, text}})->errorStatus,
              static_cast<int>(ErrorStatus::NoCreation));
    EXPECT_EQ(set({{kDescr, text}})->errorStatus, static_cast<int>(ErrorStatus::NotWritable));
    EXPECT_EQ(set({{kDescr, text}}, Version::V1)->errorStatus,
              static_cast<int>(ErrorStatus::NoSuchName));
    EXPECT_EQ(set({{kName, SnmpValue::integer(1)}}, Version::V1)->errorStatus,
              static_cast<int>(ErrorStatus::BadValue));
}

TEST_F(SimAgent, WriteCommunityIsWantedForSet) {
    printer_.options().writeCommunity = "write";
    const VarBind bind{kLocation, SnmpValue::string("cellar")};
    EXPECT_EQ(set({bind})->errorStatus, static_cast<int>(ErrorStatus::NoAccess));
    EXPECT_EQ(ask({.community = "write", .pdu = kTagSet}, {bind})->errorStatus, 0);
    EXPECT_EQ(valueOf(kLocation), bind.value);
}

TEST_F(SimAgent, FaultsOfSet) {
    fault("ignoreset=1.3.6.1.2.1.1.6");
    fault("failset=1.3.6.1.2.1.1.5");
    EXPECT_EQ(set({{kLocation, SnmpValue::string("cellar")}})->errorStatus, 0);
    EXPECT_EQ(valueOf(kLocation), SnmpValue::string("room"));
    EXPECT_EQ(set({{kName, SnmpValue::string("x")}})->errorStatus,
              static_cast<int>(ErrorStatus::GenErr));
}

TEST_F(SimAgent, SilentPrintersAndUnknownPdusAreNotAnswered) {
    fault("silent");
    EXPECT_FALSE(get({kDescr}));
    fault("silent=off");
    fault("nobulk");
    EXPECT_TRUE(get({kDescr}));
    EXPECT_FALSE(getBulk({kDescr}, 0, 3));
    fault("v1only");
    EXPECT_FALSE(get({kDescr}));
    EXPECT_TRUE(get({kDescr}, Version::V1));
}

TEST_F(SimAgent, EndlessWalkGoesOnGrowing) {
    fault("endless-walk");
    Oid at = kPowerOn;
    for (int i = 0; i < 100; ++i) {
        const auto response = getBulk({at}, 0, 10);
        ASSERT_FALSE(response->binds.empty());
        ASSERT_LT(at, response->binds[0].oid);
        at = response->binds.back().oid;
    }
    const auto two = getBulk({kPowerOn, Oid{2, 5}}, 0, 3);
    ASSERT_EQ(two->binds.size(), 6U);
    EXPECT_LT(two->binds[1].oid, two->binds[3].oid);
    EXPECT_LT(two->binds[0].oid, two->binds[2].oid);
}

TEST_F(SimAgent, NonGrowingWalkGivesTheSameName) {
    fault("nongrowing");
    EXPECT_EQ(getNext({kDescr})->binds[0].oid, kDescr);
    EXPECT_EQ(getBulk({kDescr}, 0, 3)->binds.size(), 3U);
}

TEST_F(SimAgent, WrongIdAndBadBerSpoilTheReply) {
    fault("wrongid");
    const auto response = get({kDescr});
    ASSERT_TRUE(response);
    EXPECT_NE(response->requestId, 1);
    fault("none");
    fault("badber");
    EXPECT_FALSE(get({kDescr}));  // there is a reply, but no one can read it
    EXPECT_EQ(printer_.counts().replies, 2U);
}

}  // namespace
}  // namespace platen::sim
