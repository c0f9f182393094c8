// SPDX-License-Identifier: Apache-2.0
// Requests, retries, matching of answers, cancelling.
#include "tests/unit/proxy/snmp/engine_fixture.hpp"

namespace platen::snmp {
namespace {

using EngineTransport = EngineTest;

ReadRequest one() {
    ReadRequest request;
    request.scalars = {scalar(1)};
    return request;
}

TEST_F(EngineTransport, MeasuresTheTimeAndTheSize) {
    agent_.faults.delay = Millis{40};
    const auto result = readWell(addTarget(), one());
    EXPECT_EQ(result.took, Millis{40});
    EXPECT_EQ(engine_->stats().requests, 1U);
    EXPECT_EQ(engine_->stats().responses, 1U);
}

TEST_F(EngineTransport, RepeatsALostRequest) {
    agent_.faults.dropNext = 2;
    const auto result = readWell(addTarget(), one());
    EXPECT_EQ(result.varbinds.size(), 1U);
    EXPECT_EQ(result.pdus, 3U);
    EXPECT_EQ(engine_->stats().retries, 2U);
    EXPECT_EQ(engine_->stats().timeouts, 0U);
    EXPECT_EQ(agent_.requests[0].requestId, agent_.requests[2].requestId)
        << "an answer to any try counts";
}

TEST_F(EngineTransport, GivesUpAfterTheRetries) {
    agent_.faults.silent = true;
    const auto target = addTarget();
    const auto begin = clock_.steadyNow();
    const auto result = read(target, one());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Timeout);
    EXPECT_NE(result.error().text.find("192.0.2.1:161"), std::string::npos);
    EXPECT_EQ(agent_.requests.size(), 3U);
    EXPECT_EQ(clock_.steadyNow() - begin, Millis{6000});
    EXPECT_EQ(engine_->stats().timeouts, 1U);
    EXPECT_EQ(loop_.pendingTimers(), 0U);
}

TEST_F(EngineTransport, SilenceInBetweenFailsTheRead) {
    const auto target = addTarget();
    ReadRequest request;
    for (std::uint32_t n = 1; n <= 60; ++n) {
        request.scalars.push_back(scalar(n));
    }
    std::optional<Result<ReadResult>> outcome;
    agent_.faults.delay = Millis{10};
    engine_->read(target, std::move(request),
                  [&outcome](Result<ReadResult> result) { outcome.emplace(std::move(result)); });
    loop_.advance(Millis{15});
    agent_.faults.silent = true;
    loop_.advance(Millis{20'000});
    ASSERT_TRUE(outcome);
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().code, ErrorCode::Timeout);
}

TEST_F(EngineTransport, TheTimeOutFollowsAFastAgentButTheLastTryIsPatient) {
    agent_.faults.delay = Millis{5};
    const auto target = addTarget();
    readWell(target, one());
    agent_.faults.silent = true;
    const auto begin = clock_.steadyNow();
    EXPECT_FALSE(read(target, one()));
    EXPECT_LE(clock_.steadyNow() - begin, Millis{200 + 400 + 2000 + 1600 + 100}) << "and the probe";
}

TEST_F(EngineTransport, ASleepingPrinterIsWaitedFor) {
    agent_.faults.delay = Millis{5};
    const auto target = addTarget();
    readWell(target, one());
    agent_.faults.delay = Millis{1800};
    const auto late = readWell(target, one());
    EXPECT_EQ(late.took, Millis{1800}) << "the answer to the first try still counts";
    EXPECT_EQ(late.pdus, 3U);
    loop_.advance(Millis{5000});
    EXPECT_EQ(engine_->stats().lateDuplicates, 2U) << "the other two came late";
}

TEST_F(EngineTransport, DuplicatesAreCountedAndDropped) {
    agent_.faults.copies = 3;
    EXPECT_EQ(readWell(addTarget(), one()).varbinds.size(), 1U);
    loop_.runUntilIdle();
    EXPECT_EQ(engine_->stats().lateDuplicates, 2U);
    EXPECT_EQ(engine_->stats().responses, 1U);
}

TEST_F(EngineTransport, AnswersFromElsewhereAreNotBelieved) {
    for (const auto& elsewhere : {at(2), net::Endpoint{at(1).address, 162}}) {
        agent_.faults.from = elsewhere;
        const auto before = engine_->stats().wrongSource;
        EXPECT_FALSE(read(addTarget(), one()));
        EXPECT_EQ(engine_->stats().wrongSource, before + 3);
    }
}

TEST_F(EngineTransport, AnswersWithAnotherRequestIdAreDropped) {
    agent_.faults.requestIdOffset = 1;
    EXPECT_FALSE(read(addTarget(), one()));
    EXPECT_EQ(engine_->stats().lateDuplicates, 3U);
}

TEST_F(EngineTransport, AnswersWithAnotherCommunityOrVersionAreDropped) {
    agent_.faults.community = "private";
    EXPECT_FALSE(read(addTarget(), one()));
    EXPECT_EQ(engine_->stats().malformed, 3U);
    agent_.faults.community.clear();
    agent_.faults.version = Version::V1;
    EXPECT_FALSE(read(addTarget(), one()));
    EXPECT_EQ(engine_->stats().malformed, 6U);
}

TEST_F(EngineTransport, DamagedAnswersAreCountedAndDropped) {
    agent_.faults.badBer = true;
    EXPECT_FALSE(read(addTarget(), one()));
    EXPECT_EQ(engine_->stats().malformed, 3U);
    agent_.faults.badBer = false;
    agent_.faults.truncated = true;
    EXPECT_FALSE(read(addTarget(), one()));
    EXPECT_EQ(engine_->stats().malformed, 6U);
}

TEST_F(EngineTransport, UnaskedDatagramsAreHarmless) {
    Codec codec;
    MessageHeader header;
    header.community = "public";
    header.type = PduType::Get;
    header.requestId = 1;
    const std::vector<Oid> names{scalar(1)};
    net_.deliver(at(1), *codec.encode(header, names), Millis{0});
    header.type = PduType::Response;
    net_.deliver(at(1), *codec.encode(header, names), Millis{0});
    net_.deliver(at(1), {}, Millis{0});
    loop_.runUntilIdle();
    EXPECT_EQ(engine_->stats().malformed, 2U);
    EXPECT_EQ(engine_->stats().lateDuplicates, 1U);
}

TEST_F(EngineTransport, AFullSocketIsLikeALostRequest) {
    net_.full = true;
    const auto target = addTarget();
    std::optional<Result<ReadResult>> outcome;
    engine_->read(target, one(),
                  [&outcome](Result<ReadResult> result) { outcome.emplace(std::move(result)); });
    loop_.runUntilIdle();
    net_.full = false;
    loop_.advance(Millis{3000});
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(*outcome);
}

TEST_F(EngineTransport, ATargetHasOneRequestInFlight) {
    agent_.faults.delay = Millis{10};
    const auto target = addTarget();
    std::vector<int> order;
    for (int i = 0; i < 3; ++i) {
        engine_->read(target, one(), [&order, i](const Result<ReadResult>& result) {
            EXPECT_TRUE(result);
            order.push_back(i);
        });
    }
    loop_.runUntilIdle();
    EXPECT_EQ(agent_.requests.size(), 1U);
    loop_.advance(Millis{10});
    EXPECT_EQ(agent_.requests.size(), 2U);
    loop_.advance(Millis{100});
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST_F(EngineTransport, OutstandingRequestsAreCappedAndServedInOrder) {
    constexpr std::size_t kTargets = Engine::kMaxOutstanding + 300;
    agent_.faults.delay = Millis{20};
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < kTargets; ++i) {
        engine_->read(addTarget(), one(), [&order, i](const Result<ReadResult>& result) {
            EXPECT_TRUE(result);
            order.push_back(i);
        });
    }
    loop_.runUntilIdle();
    EXPECT_EQ(agent_.requests.size(), Engine::kMaxOutstanding);
    loop_.advance(Millis{20});
    EXPECT_EQ(order.size(), Engine::kMaxOutstanding);
    EXPECT_EQ(agent_.requests.size(), kTargets);
    loop_.advance(Millis{20});
    ASSERT_EQ(order.size(), kTargets);
    EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST_F(EngineTransport, ALongReadLetsWaitingTargetsIn) {
    // All places are taken by reads of two requests; the waiting one goes before their second.
    agent_.faults.delay = Millis{20};
    ReadRequest two;
    for (std::uint32_t n = 1; n <= 30; ++n) {
        two.scalars.push_back(scalar(n));
    }
    for (std::size_t i = 0; i < Engine::kMaxOutstanding; ++i) {
        engine_->read(addTarget(), two,
                      [](const Result<ReadResult>& result) { EXPECT_TRUE(result); });
    }
    bool served = false;
    engine_->read(addTarget(), one(), [&served](const Result<ReadResult>&) { served = true; });
    loop_.advance(Millis{20});
    EXPECT_FALSE(served);
    loop_.advance(Millis{20});
    EXPECT_TRUE(served);
}

TEST_F(EngineTransport, DeadTargetsDoNotHoldUpTheLivingForLong) {
    std::size_t failed = 0;
    for (std::size_t i = 0; i < Engine::kMaxOutstanding; ++i) {
        engine_->read(engine_->addTarget(options(at(9))), one(),
                      [&failed](const Result<ReadResult>& result) { failed += result ? 0U : 1U; });
    }
    bool served = false;
    engine_->read(addTarget(), one(), [&served](const Result<ReadResult>& result) {
        EXPECT_TRUE(result);
        served = true;
    });
    loop_.advance(Millis{6000});
    EXPECT_EQ(failed, Engine::kMaxOutstanding);
    EXPECT_TRUE(served);
    EXPECT_EQ(loop_.pendingTimers(), 0U);
}

TEST_F(EngineTransport, RemovingATargetFailsItsJobs) {
    const auto target = addTarget();
    agent_.faults.delay = Millis{50};
    int refused = 0;
    const auto onRead = [&refused](const Result<ReadResult>& result) {
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, ErrorCode::Refused);
        EXPECT_EQ(result.error().text, "target removed");
        ++refused;
    };
    engine_->read(target, one(), onRead);
    engine_->read(target, one(), onRead);
    engine_->set(target, {{scalar(1), SnmpValue::string("x")}},
                 [&refused](const Result<SetRefusal>& r) {
                     EXPECT_FALSE(r);
                     ++refused;
                 });
    engine_->removeTarget(target);
    EXPECT_EQ(refused, 0) << "not inside the call";
    loop_.runUntilIdle();
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(loop_.pendingTimers(), 1U) << "only the answer that is under way";
    loop_.advance(Millis{100});
    EXPECT_EQ(engine_->stats().lateDuplicates, 1U);
    engine_->removeTarget(target);  // unknown: harmless
}

TEST_F(EngineTransport, RemovingAWaitingTargetFreesItsTurn) {
    agent_.faults.delay = Millis{20};
    for (std::size_t i = 0; i < Engine::kMaxOutstanding; ++i) {
        engine_->read(addTarget(), one(), [](const Result<ReadResult>&) {});
    }
    const auto waiting = addTarget();
    bool refused = false;
    engine_->read(waiting, one(), [&refused](const Result<ReadResult>& r) { refused = !r; });
    bool served = false;
    engine_->read(addTarget(), one(), [&served](const Result<ReadResult>&) { served = true; });
    engine_->removeTarget(waiting);
    loop_.advance(Millis{40});
    EXPECT_TRUE(refused);
    EXPECT_TRUE(served);
}

TEST_F(EngineTransport, ACallbackMayRemoveItsTargetAndStartOthers) {
    const auto target = addTarget();
    bool second = false;
    bool later = false;
    engine_->read(target, one(), [&](const Result<ReadResult>& result) {
        EXPECT_TRUE(result);
        engine_->removeTarget(target);
        engine_->read(addTarget(), one(),
                      [&second](const Result<ReadResult>& r) { second = r.has_value(); });
    });
    engine_->read(target, one(), [&later](const Result<ReadResult>& r) { later = !r; });
    loop_.runUntilIdle();
    EXPECT_TRUE(second);
    EXPECT_TRUE(later) << "the waiting job was refused";
}

TEST_F(EngineTransport, AnUnknownTargetIsRefusedLater) {
    const auto gone = addTarget();
    engine_->removeTarget(gone);
    const auto result = read(gone, one());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Refused);
    EXPECT_FALSE(set(gone, {}));
}

TEST_F(EngineTransport, ACommunityThatCannotBeSentIsAnError) {
    auto opts = options(at(1));
    opts.community = Secret("");
    const auto target = engine_->addTarget(std::move(opts));
    const auto result = read(target, one());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Unsupported);
    EXPECT_EQ(loop_.pendingTimers(), 0U);
}

TEST_F(EngineTransport, TheEngineMayDieWithRequestsInFlight) {
    agent_.faults.delay = Millis{50};
    engine_->read(addTarget(), one(),
                  [](const Result<ReadResult>&) { FAIL() << "no engine, no call"; });
    engine_.reset();
    EXPECT_EQ(loop_.pendingTimers(), 1U) << "only the answer that is under way";
    loop_.advance(Millis{10'000});
}

TEST_F(EngineTransport, ACallbackMayDestroyTheEngine) {
    engine_->read(addTarget(), one(), [this](const Result<ReadResult>&) { engine_.reset(); });
    loop_.runUntilIdle();
    EXPECT_EQ(engine_, nullptr);
}

TEST_F(EngineTransport, SetsAllVarbindsInOneRequest) {
    const std::vector<VarBind> varbinds{{scalar(1), SnmpValue::string("new")},
                                        {scalar(2), SnmpValue::integer(5)}};
    const auto result = set(addTarget(), varbinds);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->errorStatus, 0);
    EXPECT_EQ(requestsOf(PduType::Set), 1U);
    EXPECT_EQ(held({scalar(1)}), (std::vector<VarBind>{varbinds[0]}));
    EXPECT_EQ(held({scalar(2)}), (std::vector<VarBind>{varbinds[1]}));
}

TEST_F(EngineTransport, ARefusedSetIsAValue) {
    agent_.setStatus = 17;  // notWritable
    agent_.setIndex = 2;
    const auto result =
        set(addTarget(), {{scalar(1), SnmpValue::integer(1)}, {scalar(2), SnmpValue::integer(2)}});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->errorStatus, 17);
    EXPECT_EQ(result->errorIndex, 2U);
}

TEST_F(EngineTransport, ASetThatCannotBeEncodedIsAnError) {
    const auto result = set(addTarget(), {{scalar(1), SnmpValue::integer(1LL << 40)}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Unsupported);
    EXPECT_TRUE(agent_.requests.empty());
}

TEST_F(EngineTransport, ASetIsNotRepeatedInHaste) {
    const auto target = addTarget();
    readWell(target, one());  // a fast agent
    agent_.faults.delay = Millis{1500};
    const auto result = set(target, {{scalar(1), SnmpValue::string("x")}});
    ASSERT_TRUE(result);
    EXPECT_EQ(requestsOf(PduType::Set), 1U);
}

TEST_F(EngineTransport, ASilentSetTimesOut) {
    agent_.faults.silent = true;
    const auto result = set(addTarget(), {{scalar(1), SnmpValue::string("x")}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Timeout);
}

TEST_F(EngineTransport, ReadsOverIpv6) {
    const net::Endpoint six{*net::Address::parse("2001:db8::7"), 161};
    net_.add(six, agent_);
    EXPECT_TRUE(read(engine_->addTarget(options(six)), one()));
}

}  // namespace
}  // namespace platen::snmp
