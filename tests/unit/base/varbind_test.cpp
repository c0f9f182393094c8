// SPDX-License-Identifier: Apache-2.0
#include "base/varbind.hpp"

#include "base/result.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace platen {
namespace {

TEST(SnmpValue, AnyIntegerTypeIsANumber) {
    for (const SnmpType type : {SnmpType::Integer, SnmpType::Counter32, SnmpType::Gauge32,
                                SnmpType::TimeTicks, SnmpType::Counter64}) {
        EXPECT_EQ(SnmpValue::integer(42, type).asInteger(), 42) << toString(type);
    }
    EXPECT_EQ(SnmpValue::integer(-3).asInteger(), -3);
}

TEST(SnmpValue, LargeCounter64AndOtherTypesAreNoNumber) {
    EXPECT_EQ(SnmpValue::integer(-1, SnmpType::Counter64).asInteger(), std::nullopt);
    EXPECT_EQ(SnmpValue::string("42").asInteger(), std::nullopt);
    EXPECT_EQ(SnmpValue::objectId(Oid{1, 3}).asInteger(), std::nullopt);
    EXPECT_EQ(SnmpValue{}.asInteger(), std::nullopt);
}

TEST(SnmpValue, ExceptionsAndNullAreNoValue) {
    for (const SnmpType type : {SnmpType::Null, SnmpType::NoSuchObject, SnmpType::NoSuchInstance,
                                SnmpType::EndOfMibView}) {
        SnmpValue value;
        value.type = type;
        EXPECT_FALSE(value.isValue()) << toString(type);
    }
    EXPECT_TRUE(SnmpValue::string("").isValue());
    EXPECT_TRUE(SnmpValue::integer(0).isValue());
}

TEST(SnmpValue, NamesAreDistinct) {
    std::set<std::string_view> names;
    for (const unsigned tag : {2U, 4U, 5U, 6U, 64U, 65U, 66U, 67U, 68U, 70U, 128U, 129U, 130U}) {
        names.insert(toString(static_cast<SnmpType>(tag)));
    }
    EXPECT_EQ(names.size(), 13U);
    EXPECT_FALSE(names.contains("unknown"));
}

TEST(Result, CarriesCodeAndText) {
    const Result<int> failed = fail(ErrorCode::Timeout, "no answer");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::Timeout);
    EXPECT_EQ(failed.error().text, "no answer");
    EXPECT_EQ(toString(ErrorCode::Exhausted), "Exhausted");
}

}  // namespace
}  // namespace platen
