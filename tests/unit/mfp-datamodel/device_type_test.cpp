// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/device_type.hpp"

#include "model_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace platen::model {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

// C-DM-06
TEST(DeviceTypes, OneForTheRootAndOneForTheService) {
    const auto types = deviceTypes(PathCodec(realSchema(), "X_PLATEN"));
    ASSERT_EQ(types.size(), 2U);
    EXPECT_EQ(types[0].fileName, "device-2.xml");
    EXPECT_EQ(types[0].spec, "urn:broadband-forum-org:tr-181-2-15-0");
    EXPECT_FALSE(types[0].service);
    EXPECT_THAT(types[0].document, HasSubstr(R"(<object ref="Device.DeviceInfo.")"));
    EXPECT_THAT(types[0].document, HasSubstr(R"(ref="X_PLATEN_MFPNumberOfEntries")"));
    EXPECT_THAT(types[0].document, Not(HasSubstr("Supply")));
    EXPECT_EQ(types[1].fileName, "mfp-1.xml");
    EXPECT_TRUE(types[1].service);
    EXPECT_THAT(types[1].document, HasSubstr(R"(<object ref="X_PLATEN_MFP.{i}.Supply.{i}.")"));
    EXPECT_THAT(types[1].document, HasSubstr(R"(<model ref="X_PLATEN_MFP:1.0">)"));
    EXPECT_THAT(types[1].document, Not(HasSubstr("Device.DeviceInfo")));
}

TEST(DeviceTypes, UuidFollowsTheContent) {
    const auto types = deviceTypes(PathCodec(realSchema(), "X_PLATEN"));
    const auto again = deviceTypes(PathCodec(realSchema(), "X_PLATEN"));
    const auto other = deviceTypes(PathCodec(realSchema(), ""));
    for (const auto& type : types) {
        EXPECT_THAT(type.uuid, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-"
                                            "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
        EXPECT_THAT(type.document, HasSubstr("uuid=\"" + type.uuid + "\""));
    }
    EXPECT_EQ(types[1].uuid, again[1].uuid);
    EXPECT_EQ(types[1].document, again[1].document);
    EXPECT_NE(types[1].uuid, other[1].uuid);
    EXPECT_NE(types[0].uuid, types[1].uuid);
}

}  // namespace
}  // namespace platen::model
