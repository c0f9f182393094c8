// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::sim {
namespace {

std::vector<VarBind> names(std::size_t count) {
    std::vector<VarBind> out;
    for (std::uint32_t i = 0; i < count; ++i) {
        out.push_back({Oid{1, 3, 6, 1, 2, 1, 1, i, 0}, SnmpValue{}});
    }
    return out;
}

TEST(Message, RequestIsReadAsItWasWritten) {
    const Bytes text = encodeRequest({.version = Version::V2c,
                                      .community = "geheim",
                                      .pdu = kTagGetBulk,
                                      .requestId = -77,
                                      .nonRepeaters = 1,
                                      .maxRepetitions = 20},
                                     names(3));
    Request request;
    ASSERT_TRUE(request.decode(text));
    EXPECT_EQ(request.community, "geheim");
    EXPECT_EQ(request.pdu, kTagGetBulk);
    EXPECT_EQ(request.requestId, -77);
    EXPECT_EQ(request.nonRepeaters, 1);
    EXPECT_EQ(request.maxRepetitions, 20);
    ASSERT_EQ(request.binds.size(), 3U);
    EXPECT_EQ(Oid(request.oid(2)), (Oid{1, 3, 6, 1, 2, 1, 1, 2, 0}));
}

TEST(Message, EveryTruncatedOrLengthenedRequestIsRefused) {
    const Bytes text = encodeRequest({}, names(2));
    Request request;
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(request.decode(ByteView(text).first(size))) << size;
    }
    Bytes longer = text;
    longer.push_back(0);
    EXPECT_FALSE(request.decode(longer));
}

TEST(Message, FlippedBitsNeverCrashTheReader) {
    const Bytes text =
        encodeRequest({.pdu = kTagSet}, {{Oid{1, 3, 6, 1, 4, 1, 9}, SnmpValue::string("x")}});
    Request request;
    for (std::size_t i = 0; i < text.size() * 8; ++i) {
        Bytes other = text;
        other[i / 8] ^= static_cast<std::uint8_t>(1U << (i % 8));
        if (request.decode(other)) {
            EXPECT_LE(request.binds.size(), 1U);
        }
    }
}

TEST(Message, OtherVersionsAndPdusAreRefused) {
    Request request;
    Bytes text = encodeRequest({}, names(1));
    text[4] = 3;  // version: SNMPv3
    EXPECT_FALSE(request.decode(text));
    EXPECT_FALSE(request.decode(encodeRequest({.pdu = kTagResponse}, names(1))));
}

TEST(Message, TooManyNamesAreRefused) {
    Request request;
    EXPECT_TRUE(request.decode(encodeRequest({}, names(kMaxRequestBinds))));
    EXPECT_FALSE(request.decode(encodeRequest({}, names(kMaxRequestBinds + 1))));
}

TEST(Message, ReplyIsReadAsItWasWrittenWhateverItsSize) {
    for (const std::size_t count : {0U, 1U, 5U, 10U, 100U, 1500U}) {
        const Bytes text =
            encodeRequest({.community = "public", .requestId = 2'000'000'000}, names(1));
        Request request;
        ASSERT_TRUE(request.decode(text));
        Reply reply;
        reply.start(request, kMaxDatagramBytes);
        for (std::uint32_t i = 0; i < count; ++i) {
            ASSERT_TRUE(reply.add(Oid{1, 3, 6, i}.ids(), SnmpValue::integer(i)));
        }
        const auto response = decodeResponse(reply.finish(ErrorStatus::NoError, 0));
        ASSERT_TRUE(response);
        EXPECT_EQ(response->requestId, 2'000'000'000);
        ASSERT_EQ(response->binds.size(), count);
        if (count > 0) {
            EXPECT_EQ(response->binds.back().value,
                      SnmpValue::integer(static_cast<std::int64_t>(count) - 1));
        }
    }
}

TEST(Message, ReplyNeverGrowsBeyondItsLimit) {
    const Bytes text = encodeRequest({}, names(1));
    Request request;
    ASSERT_TRUE(request.decode(text));
    for (std::size_t limit = 60; limit < 400; limit += 7) {
        Reply reply;
        reply.start(request, limit);
        while (reply.add(Oid{1, 3, 6, 1}.ids(), SnmpValue::string("some text"))) {
        }
        EXPECT_LE(reply.finish(ErrorStatus::NoError, 0).size(), limit);
    }
}

}  // namespace
}  // namespace platen::sim
