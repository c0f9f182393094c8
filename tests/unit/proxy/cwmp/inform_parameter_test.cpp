// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/inform_parameters.hpp"
#include "rpc_fixture.hpp"

#include <algorithm>

namespace platen::cwmp {
namespace {

using namespace std::chrono_literals;
constexpr const char* kTable = "Device.ManagementServer.InformParameter.";

std::string in(int row, const std::string& name) {
    return kTable + std::to_string(row) + "." + name;
}

class InformParameterTest : public test::RpcTest {
  protected:
    /// A new row.
    test::SeenReply ask(const std::string& name, const std::string& events = {}) {
        const auto row = std::stoi(run(test::addObject(kTable, "k")).instanceNumber);
        return run(test::spv({{in(row, "ParameterName"), "", name},
                              {in(row, "EventList"), "", events},
                              {in(row, "Enable"), "", "true"}},
                             "k"));
    }
    test::SeenReply set(int row, const std::string& name, const std::string& value) {
        return run(test::spv({{in(row, name), "", value}}, "k"));
    }
    /// The parameters of an Inform for a connection request.
    std::map<std::string, std::string> informed() {
        world.acs.informs.clear();
        run("<c:GetRPCMethods/>");
        return world.acs.informs.empty() ? std::map<std::string, std::string>{}
                                         : world.last().parameters;
    }
};

// C-DM-07
TEST_F(InformParameterTest, ARowAddsItsParameterToEachInform) {
    EXPECT_FALSE(informed().contains(mfp("Status")));
    EXPECT_EQ(ask(mfp("Status")).status, "0");
    auto seen = informed();
    ASSERT_TRUE(seen.contains(mfp("Status")));
    EXPECT_EQ(seen.at(mfp("Status")), "Up");
    set(1, "Enable", "false");
    EXPECT_FALSE(informed().contains(mfp("Status")));
}

// C-DM-07: only the events of the list.
TEST_F(InformParameterTest, TheEventListSaysWhichInformsCarryIt) {
    EXPECT_EQ(ask(mfp("Mode"), "1 BOOT, 2 PERIODIC").status, "0");
    EXPECT_FALSE(informed().contains(mfp("Mode")));
    world.manager->restarted(*device);
    world.settle();
    ASSERT_TRUE(world.last().has("1 BOOT"));
    EXPECT_TRUE(world.last().parameters.contains(mfp("Mode")));
}

// C-DM-07, C-DT-07: blanks of event codes may come encoded or as they are. GenieACS makes a row
// anew in every session if the list does not read back as it was set.
TEST_F(InformParameterTest, EventsMayBeWrittenEncodedAndReadBackAsTheyWereSet) {
    const auto* list = "1%20BOOT, 6 CONNECTION REQUEST";
    EXPECT_EQ(ask(mfp("Mode"), list).status, "0");
    EXPECT_TRUE(informed().contains(mfp("Mode")));
    EXPECT_EQ(run(test::gpv({in(1, "EventList")})).value(in(1, "EventList")), list);
}

// C-DM-07: an empty list is all events but `4 VALUE CHANGE`.
TEST_F(InformParameterTest, AValueChangeAloneDoesNotCarryIt) {
    ask(mfp("Status"));
    run(test::spa(mfp("Location"), "2"));
    world.acs.informs.clear();
    device->change("MFP.1.Location", "Room 2");
    world.loop.advance(10min);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_TRUE(world.last().parameters.contains(mfp("Location")));
    EXPECT_FALSE(world.last().parameters.contains(mfp("Status")));
}

// C-DM-07: `*` for instances; each parameter once.
TEST_F(InformParameterTest, AStarStandsForAllInstances) {
    EXPECT_EQ(ask("Device.Services.X_PLATEN_MFP.*.Supply.*.Level").status, "0");
    EXPECT_EQ(ask(mfp("Supply.4.Level")).status, "0");
    const auto seen = informed();
    EXPECT_TRUE(seen.contains(mfp("Supply.1.Level")));
    EXPECT_TRUE(seen.contains(mfp("Supply.4.Level")));
    EXPECT_EQ(std::ranges::count(world.last().order, mfp("Supply.4.Level")), 1);
}

// C-INF-11, C-DM-07
TEST_F(InformParameterTest, AParameterThatChangedIsToldOnce) {
    ask(mfp("Status"));
    run(test::spa(mfp("Status"), "2"));
    world.acs.informs.clear();
    device->change("MFP.1.Status", "Error");
    world.manager->restarted(*device);
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_TRUE(world.last().has("1 BOOT"));
    EXPECT_TRUE(world.last().has("4 VALUE CHANGE"));
    EXPECT_EQ(std::ranges::count(world.last().order, mfp("Status")), 1);
}

// C-DM-07: no match contributes nothing; a hidden value stays hidden (C-AUTH-11).
TEST_F(InformParameterTest, WhatIsNotThereIsLeftOutAndSecretsStayHidden) {
    ask(mfp("Supply.77.Level"));
    ask("Device.DeviceInfo.VendorConfigFile.*.Name");
    ask("Device.ManagementServer.Password");
    const auto before = world.last().parameters.size();
    const auto seen = informed();
    EXPECT_FALSE(seen.contains(mfp("Supply.77.Level")));
    EXPECT_EQ(seen.at("Device.ManagementServer.Password"), "");
    EXPECT_LE(seen.size(), before + 1);
}

// C-DM-07: full names only, no forced parameter.
TEST_F(InformParameterTest, OtherNamesAreInvalid) {
    run(test::addObject(kTable, "k"));
    for (const auto& name :
         {mfp(""), std::string("Device.DeviceInfo"), std::string("Device.*.UpTime"),
          std::string("Device.Services.X_PLATEN_MFP.1.Supply.*"), std::string("*"),
          std::string("Device.NoSuch"), mfp("Supply.[a].Level"), mfp("Supply.**.Level"),
          std::string("Device.DeviceInfo.SoftwareVersion"),
          std::string("Device.ManagementServer.ParameterKey"), std::string("1.2.3.4.5")}) {
        const auto reply = set(1, "ParameterName", name);
        EXPECT_EQ(reply.faultCode, "9003") << name;
        EXPECT_EQ(reply.faults.at(in(1, "ParameterName")), "9007") << name;
    }
    EXPECT_EQ(device->text(in(1, "ParameterName")), "");
    EXPECT_EQ(set(1, "ParameterName", "").status, "0");
}

// C-DM-07
TEST_F(InformParameterTest, ValueChangeIsNotAllowedInAnEventList) {
    run(test::addObject(kTable, "k"));
    for (const auto* list : {"4 VALUE CHANGE", "1 BOOT,4 VALUE CHANGE",
                             "1 BOOT, 4%20VALUE%20CHANGE ", "1 BOOT,,2 PERIODIC"}) {
        EXPECT_EQ(set(1, "EventList", list).faults.at(in(1, "EventList")), "9007") << list;
    }
    std::string many = "1 BOOT";
    for (std::size_t i = 0; i < kMaxEventListItems; ++i) {
        many += ",1 BOOT";
    }
    EXPECT_EQ(set(1, "EventList", many).faults.at(in(1, "EventList")), "9007");
    EXPECT_EQ(set(1, "EventList", "3 SCHEDULED,M Reboot").status, "0");
}

// C-DM-07, C-ALI-05: the table's unique keys.
TEST_F(InformParameterTest, NamesAndAliasesAreUnique) {
    ask(mfp("Status"));
    EXPECT_EQ(ask(mfp("Status")).faults.at(in(2, "ParameterName")), "9007");
    EXPECT_EQ(set(1, "Alias", "first").status, "0");
    EXPECT_EQ(set(2, "Alias", "first").faults.at(in(2, "Alias")), "9007");
    EXPECT_EQ(set(2, "Alias", "cpe-7").faults.at(in(2, "Alias")), "9007");
    EXPECT_EQ(set(2, "Alias", "cpe-2").status, "0") << "as it is";
    const auto both =
        run(test::spv({{in(1, "Alias"), "", "same"}, {in(2, "Alias"), "", "same"}}, "k"));
    EXPECT_EQ(both.faults.size(), 2U);
    set(2, "Alias", "second");
    EXPECT_EQ(
        run(test::spv({{in(1, "Alias"), "", "second"}, {in(2, "Alias"), "", "first"}}, "k")).status,
        "0")
        << "a swap";
}

TEST_F(InformParameterTest, TheNumberOfParametersIsBounded) {
    for (std::size_t i = 0; i < kMaxInformParameters + 10; ++i) {
        device->put("MFP.1.Supply." + std::to_string(100 + i) + ".Level", "5");
    }
    ask("Device.Services.X_PLATEN_MFP.*.Supply.*.Level");
    const auto seen = informed();
    const auto levels = std::ranges::count_if(
        seen, [](const auto& entry) { return entry.first.find(".Level") != std::string::npos; });
    EXPECT_EQ(static_cast<std::size_t>(levels), kMaxInformParameters);
}

}  // namespace
}  // namespace platen::cwmp
