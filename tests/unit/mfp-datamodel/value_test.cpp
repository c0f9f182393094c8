// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/value.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace platen::model {
namespace {

constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

TEST(SharedText, CopiesShareOneBlock) {
    const SharedText first("Black Toner");
    SharedText second = first;
    EXPECT_EQ(first.useCount(), 2U);
    EXPECT_EQ(first.view().data(), second.view().data());
    second = SharedText("other");
    EXPECT_EQ(first.useCount(), 1U);
    EXPECT_EQ(second.view(), "other");
}

TEST(SharedText, MoveLeavesTheEmptyText) {
    SharedText first("x");
    const SharedText second = std::move(first);
    EXPECT_EQ(second.view(), "x");
    EXPECT_EQ(second.useCount(), 1U);
    first = second;  // a moved-from text can be used again
    EXPECT_EQ(first.view(), "x");
}

TEST(SharedText, EmptyTextOwnsNothing) {
    EXPECT_EQ(SharedText("").useCount(), 0U);
    EXPECT_EQ(SharedText("").view(), "");
    EXPECT_EQ(SharedText(), SharedText(""));
}

TEST(SharedText, SelfAssignmentKeepsTheText) {
    SharedText text("keep");
    const SharedText& alias = text;
    text = alias;
    EXPECT_EQ(text.view(), "keep");
    EXPECT_EQ(text.useCount(), 1U);
}

TEST(Value, DefaultIsTheEmptyString) {
    const Value value;
    EXPECT_EQ(value.type(), ValueType::String);
    EXPECT_EQ(value.text(), "");
    EXPECT_EQ(value, Value::string(""));
}

TEST(Value, TextIsTheLexicalForm) {
    EXPECT_EQ(Value::string("a b").text(), "a b");
    EXPECT_EQ(Value::integer(ValueType::Int, -3).text(), "-3");
    EXPECT_EQ(Value::unsignedInteger(ValueType::UnsignedInt, 4294967295U).text(), "4294967295");
    EXPECT_EQ(Value::unsignedInteger(ValueType::UnsignedLong, kHuge).text(),
              "18446744073709551615");
    EXPECT_EQ(Value::boolean(true).text(), "true");
    EXPECT_EQ(Value::boolean(false).text(), "false");
    EXPECT_EQ(Value::binary(ValueType::HexBinary, "00FF").text(), "00FF");
}

// C-DT-04
TEST(Value, TimesShowUnknownAndInfiniteTime) {
    EXPECT_EQ(Value::dateTime(kUnknownTime).text(), "0001-01-01T00:00:00Z");
    const WallTime infinite{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31} +
                            std::chrono::hours{24} - std::chrono::seconds{1}};
    EXPECT_EQ(Value::dateTime(infinite).text(), "9999-12-31T23:59:59Z");
    EXPECT_EQ(Value::dateTime(infinite).asTime(), infinite);
}

TEST(Value, NumbersConvertWithoutWrapping) {
    EXPECT_EQ(Value::unsignedInteger(ValueType::UnsignedLong, kHuge).asInt(),
              std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(Value::unsignedInteger(ValueType::UnsignedLong, kHuge).asUnsigned(), kHuge);
    EXPECT_EQ(Value::integer(ValueType::Long, -1).asUnsigned(), 0U);
    EXPECT_EQ(Value::boolean(true).asInt(), 1);
    EXPECT_TRUE(Value::integer(ValueType::Int, 7).asBool());
    EXPECT_EQ(Value::string("7").asInt(), 0);
    EXPECT_FALSE(Value::string("true").asBool());
    EXPECT_EQ(Value::string("x").asTime(), kUnknownTime);
    EXPECT_EQ(Value::dateTime(kUnknownTime).asInt(), 0);
}

TEST(Value, EqualityNeedsTypeAndContent) {
    EXPECT_EQ(Value::string("a"), Value::string("a"));
    EXPECT_NE(Value::string("a"), Value::string("b"));
    EXPECT_NE(Value::integer(ValueType::Int, 1), Value::integer(ValueType::Long, 1));
    EXPECT_NE(Value::boolean(true), Value::unsignedInteger(ValueType::UnsignedInt, 1));
}

TEST(Value, CopyAndMoveKeepTheText) {
    Value first = Value::string("shared");
    const Value copy = first;
    const Value moved = std::move(first);
    EXPECT_EQ(copy, moved);
    EXPECT_EQ(copy.stringView().data(), moved.stringView().data());
    first = Value::boolean(true);
    EXPECT_EQ(first.text(), "true");
    Value target = copy;
    const Value& alias = target;
    target = alias;
    EXPECT_EQ(target.text(), "shared");
}

TEST(Value, SurvivesVectorsThatGrow) {
    std::vector<Value> values;
    for (int i = 0; i < 100; ++i) {
        values.push_back(Value::string("value " + std::to_string(i)));
        values.insert(values.begin(), Value::integer(ValueType::Int, i));
    }
    EXPECT_EQ(values.front().text(), "99");
    EXPECT_EQ(values.back().text(), "value 99");
}

TEST(TextPool, EqualTextsOfTwoDevicesShareOneBlock) {
    TextPool pool;
    const Value first = pool.intern(Value::string("Black Toner"));
    const Value second = pool.intern(Value::string("Black Toner"));
    EXPECT_EQ(first.stringView().data(), second.stringView().data());
    EXPECT_EQ(pool.size(), 1U);
}

TEST(TextPool, LeavesOtherTypesAndTheEmptyTextAlone) {
    TextPool pool;
    EXPECT_EQ(pool.intern(Value::boolean(true)).text(), "true");
    EXPECT_EQ(pool.intern(Value::string("")).text(), "");
    EXPECT_EQ(pool.size(), 0U);
}

TEST(TextPool, SweepForgetsOnlyWhatNobodyHolds) {
    TextPool pool;
    const Value kept = pool.intern(Value::string("kept"));
    { const Value gone = pool.intern(Value::string("gone")); }
    EXPECT_EQ(pool.size(), 2U);
    pool.sweep();
    EXPECT_EQ(pool.size(), 1U);
    EXPECT_EQ(pool.intern(Value::string("kept")).stringView().data(), kept.stringView().data());
}

// GenieACS sets PeriodicInformTime with milliseconds and sets it again until it reads them back.
TEST(DateTimeValue, KeepsTheFractionOfASecond) {
    const auto time = parseDateTime("1970-01-01T04:25:25.635Z").value();
    EXPECT_EQ(Value::dateTime(time).text(), "1970-01-01T04:25:25.635Z");
    EXPECT_EQ(Value::dateTime(time - Millis{630}).text(), "1970-01-01T04:25:25.005Z");
    EXPECT_EQ(Value::dateTime(time - Millis{635}).text(), "1970-01-01T04:25:25Z");
    EXPECT_EQ(Value::dateTime(kUnknownTime).text(), "0001-01-01T00:00:00Z");
}

TEST(DateTimeValue, KeepsMicrosecondsOfMeasurements) {
    const auto time = parseDateTime("2008-04-09T15:01:05.123Z").value();
    const auto precise = Value::preciseDateTime(time + std::chrono::microseconds{6});
    EXPECT_EQ(precise.text(), "2008-04-09T15:01:05.123006Z");
    EXPECT_EQ(precise.asTime(), time);
    EXPECT_NE(precise, Value::dateTime(time));
    EXPECT_EQ(Value::preciseDateTime(time), Value::dateTime(time));
    EXPECT_EQ(Value::preciseDateTime(kUnknownTime - std::chrono::microseconds{0}).text(),
              "0001-01-01T00:00:00Z");
}

}  // namespace
}  // namespace platen::model
