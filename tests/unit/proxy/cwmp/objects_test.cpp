// SPDX-License-Identifier: Apache-2.0
// AddObject and DeleteObject as the ACS sees them; what the devices do is tested with the fleet.
#include "rpc_fixture.hpp"

namespace platen::cwmp {
namespace {

constexpr const char* kTable = "Device.ManagementServer.InformParameter.";
constexpr const char* kCount = "Device.ManagementServer.InformParameterNumberOfEntries";
constexpr const char* kKey = "Device.ManagementServer.ParameterKey";

std::string in(int row, const std::string& name = {}) {
    return kTable + std::to_string(row) + "." + name;
}

class ObjectsTest : public test::RpcTest {};

// C-OBJ-02, C-OBJ-05, C-OBJ-08, C-OBJ-09, C-KEY-01
TEST_F(ObjectsTest, AddsARowThatCanBeSetInTheSameSession) {
    const auto replies =
        run({test::addObject(kTable, " key 1 "), test::spv({{in(1, "Enable"), "", "1"}}, "key 2"),
             test::gpv({kTable, kCount})});
    ASSERT_EQ(replies.size(), 3U);
    EXPECT_EQ(replies[0].method, "AddObjectResponse");
    EXPECT_EQ(replies[0].instanceNumber, "1");
    EXPECT_EQ(replies[0].status, "0");
    EXPECT_EQ(replies[1].status, "0");
    EXPECT_EQ(replies[2].value(in(1, "Enable")), "true");
    EXPECT_EQ(replies[2].value(kCount), "1");
    EXPECT_EQ(device->text(kKey), "key 2");
    run(test::addObject(kTable, " key 3 "));
    EXPECT_EQ(device->text(kKey), " key 3 ");
}

// C-OBJ-06, C-OBJ-08, C-OBJ-09
TEST_F(ObjectsTest, DeletesARowWithAllInIt) {
    const auto replies = run({test::addObject(kTable, "a"), test::addObject(kTable, "b"),
                              test::deleteObject(in(1), "c"), test::gpn(kTable, false)});
    ASSERT_EQ(replies.size(), 4U);
    EXPECT_EQ(replies[2].method, "DeleteObjectResponse");
    EXPECT_EQ(replies[2].status, "0");
    EXPECT_EQ(device->text(kKey), "c");
    EXPECT_EQ(device->text(kCount), "1");
    EXPECT_EQ(replies[3].names(),
              (std::vector<std::string>{kTable, in(2), in(2, "Enable"), in(2, "Alias"),
                                        in(2, "ParameterName"), in(2, "EventList")}));
    EXPECT_EQ(run(test::gpv({in(1)})).faultCode, "9005");
}

// C-OBJ-01, C-OBJ-10, C-RPC-02: unknown, not creatable, no table; nothing is changed.
// C-PRX-46
TEST_F(ObjectsTest, OtherTablesAndUnknownOnesAreNotCreatable) {
    run(test::addObject(kTable, "before"));
    for (const auto& path :
         {std::string("Device.NoSuch."), mfp("Supply."), std::string("Device.DeviceInfo."),
          std::string("Device."), mfp("Supply.1."), in(1), in(7), mfp("Level."),
          std::string("Device.Services.X_PLATEN_MFP."), std::string("."),
          std::string("Device.ManagementServer.InformParameter.[a].")}) {
        const auto reply = run(test::addObject(path, "after"));
        EXPECT_EQ(reply.faultCode, "9005") << path;
        EXPECT_EQ(device->text(kKey), "before") << path;
    }
    EXPECT_EQ(device->text(kCount), "1");
}

// C-OBJ-01, C-ARG-01, C-ARG-02
TEST_F(ObjectsTest, MalformedArgumentsAreRefused) {
    const std::string table(kTable);
    for (const auto& path :
         {table.substr(0, table.size() - 1), std::string(), std::string(257, 'a') + "."}) {
        EXPECT_EQ(run(test::addObject(path, "k")).faultCode, "9003") << path;
        EXPECT_EQ(run(test::deleteObject(path, "k")).faultCode, "9003") << path;
    }
    EXPECT_EQ(run(test::addObject(table, std::string(33, 'k'))).faultCode, "9003");
    EXPECT_EQ(run("<c:AddObject><ObjectName>" + table + "</ObjectName></c:AddObject>").faultCode,
              "9003");
    EXPECT_EQ(run("<c:DeleteObject><ParameterKey/></c:DeleteObject>").faultCode, "9003");
    EXPECT_EQ(device->text(kCount), "0");
}

// C-OBJ-07
TEST_F(ObjectsTest, OnlyRowsOfTheAcsCanBeDeleted) {
    run(test::addObject(kTable, "before"));
    for (const auto& path : {in(2), std::string(kTable), mfp("Supply.1."), mfp("Supply."),
                             std::string("Device.DeviceInfo."), std::string("Device.NoSuch.1.")}) {
        EXPECT_EQ(run(test::deleteObject(path, "after")).faultCode, "9005") << path;
    }
    EXPECT_EQ(device->text(kKey), "before");
    EXPECT_EQ(device->text(kCount), "1");
}

// C-OBJ-04, C-OBJ-07, C-RPC-02
TEST_F(ObjectsTest, WhatTheDeviceRefusesHasItsFault) {
    run(test::addObject(kTable, "before"));
    const std::vector<std::pair<ErrorCode, std::string>> cases{{ErrorCode::TooLarge, "9004"},
                                                               {ErrorCode::NotFound, "9005"},
                                                               {ErrorCode::Refused, "9001"},
                                                               {ErrorCode::Internal, "9002"}};
    for (const auto& [code, fault] : cases) {
        device->refuseRow = Error{code, "the reason"};
        const auto added = run(test::addObject(kTable, "after"));
        EXPECT_EQ(added.faultCode, fault);
        EXPECT_NE(added.faultText.find("the reason"), std::string::npos);
        EXPECT_EQ(run(test::deleteObject(in(1), "after")).faultCode, fault);
    }
    EXPECT_EQ(device->text(kKey), "before");
}

// C-GPN-07, C-OBJ-10
TEST_F(ObjectsTest, GetParameterNamesShowsWhereTheAcsMakesTheRows) {
    run(test::addObject(kTable, "k"));
    const auto names = run(test::gpn("", false));
    EXPECT_EQ(names.value(kTable), "true");
    EXPECT_EQ(names.value(in(1)), "true");
    EXPECT_EQ(names.value(in(1, "EventList")), "true");
    EXPECT_EQ(names.value(kCount), "false");
    EXPECT_EQ(names.value(mfp("Supply.")), "false");
    EXPECT_EQ(names.value(mfp("Supply.1.")), "false");
    EXPECT_EQ(names.value("Device.ManagementServer."), "false");
}

// C-OBJ-09, C-NOT-06
TEST_F(ObjectsTest, ACountThatTheAcsMovedIsNoNewsForIt) {
    run({test::spa(kCount, "2"), test::addObject(kTable, "k")});
    world.acs.informs.clear();
    world.loop.advance(std::chrono::minutes(10));
    EXPECT_TRUE(world.acs.informs.empty());
}

}  // namespace
}  // namespace platen::cwmp
