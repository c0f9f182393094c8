// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/credential_guard.hpp"
#include "proxy/snmp/v3_peer.hpp"
#include "tests/support/fake_v3_agent.hpp"
#include "tests/unit/proxy/snmp/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace platen::snmp {
namespace {

// An engine id of Net-SNMP's kind; the first octets are its enterprise number.
std::string engineId(const std::string& name) {
    return std::string("\x80\x00\x1f\x88\x04", 5) + name;
}
const std::string kEngineA = engineId("A");
const std::string kEngineB = engineId("B");

UsmUserOptions userOptions(SecurityLevel level = SecurityLevel::AuthPriv) {
    UsmUserOptions options;
    options.name = "platen";
    options.auth = AuthProtocol::Sha1;
    options.authPassword = Secret("authpass1");
    options.priv = PrivProtocol::Aes128;
    options.privPassword = Secret("privpass1");
    options.level = level;
    return options;
}

ReadRequest ask(std::vector<Oid> scalars, std::vector<std::vector<Oid>> tables = {}) {
    ReadRequest request;
    request.scalars = std::move(scalars);
    request.tables = std::move(tables);
    return request;
}

class EngineV3 : public ::testing::Test {
  protected:
    static net::Endpoint at(std::uint32_t host) {
        return {net::Address::fromIpv4(0xC0000200U + host), 161};
    }
    void SetUp() override {
        std::vector<VarBind> mib;
        addScalars(mib, 30);
        addTable(mib, 11, 5, 20);
        objects_.setVarbinds(std::move(mib));
        agent_.addUser(userOptions());
        connect(1, agent_);
        engine_ = makeEngine(loop_, net_);
    }
    void connect(std::uint32_t host, test::FakeV3Agent& agent) {
        net_.add(at(host),
                 [&agent](std::span<const std::byte> bytes) { return agent.answer(bytes); });
    }
    TargetId addTarget(UsmUserOptions user = userOptions(), std::uint32_t host = 1) {
        TargetOptions options;
        options.endpoint = at(host);
        options.version = Version::V3;
        options.user = std::make_shared<UsmUser>(std::move(user));
        return engine_->addTarget(std::move(options));
    }
    Result<ReadResult> read(TargetId target, ReadRequest request = ask({scalar(1), scalar(2)})) {
        std::optional<Result<ReadResult>> outcome;
        engine_->read(target, std::move(request), [&outcome](Result<ReadResult> result) {
            EXPECT_FALSE(outcome) << "called twice";
            outcome.emplace(std::move(result));
        });
        EXPECT_FALSE(outcome) << "called inside read";
        loop_.runUntilIdle();
        for (int i = 0; i < 600 && !outcome; ++i) {
            loop_.advance(Millis{100});
        }
        return outcome ? std::move(*outcome)
                       : Result<ReadResult>(fail(ErrorCode::Internal, "none"));
    }
    std::uint32_t readWell(TargetId target) {
        const auto result = read(target);
        EXPECT_TRUE(result.has_value()) << result.error().text;
        if (!result) {
            return 0;
        }
        EXPECT_EQ(result->varbinds.size(), 2U);
        return result->pdus;
    }
    Error readFails(TargetId target) {
        const auto result = read(target);
        EXPECT_FALSE(result.has_value());
        return result ? Error{} : result.error();
    }

    test::FakeClock clock_;
    test::FakeLoop loop_{clock_};
    test::AnsweringDatagrams net_{loop_};
    test::FakeAgent objects_{{}};
    test::FakeV3Agent agent_{loop_, kEngineA, objects_};
    std::unique_ptr<Engine> engine_;
};

TEST_F(EngineV3, FindsTheEngineOnceAndThenAsks) {
    const auto target = addTarget();
    EXPECT_EQ(readWell(target), 2U) << "discovery and the request";
    EXPECT_EQ(readWell(target), 1U);
    EXPECT_EQ(engine_->stats().reports, 1U);
}

TEST_F(EngineV3, AsksForTheClockWhereDiscoveryHidesIt) {
    agent_.restart(7);
    agent_.timeOffset = 100'000;
    agent_.hideClock = true;
    const auto target = addTarget();
    EXPECT_EQ(readWell(target), 3U);
    EXPECT_EQ(readWell(target), 1U);
}

TEST_F(EngineV3, AnAgentThatDropsLargeRequestsIsReadInPieces) {
    objects_.faults.dropAbove = 4;
    const auto target = addTarget();
    const auto request = ask({scalar(1), scalar(2), scalar(3), scalar(4), scalar(5), scalar(6),
                              scalar(7), scalar(8), scalar(9)},
                             {columnsOf(11, 5)});
    const auto first = read(target, request);
    ASSERT_TRUE(first) << first.error().text;
    EXPECT_EQ(first->varbinds.size(), 9U + 100U);
    EXPECT_GE(engine_->learned(target).maxVarbinds, 2U);
    EXPECT_LE(engine_->learned(target).maxVarbinds, 4U);
    const auto before = engine_->stats().retries;
    const auto steady = read(target, request);
    ASSERT_TRUE(steady);
    EXPECT_EQ(steady->varbinds, first->varbinds);
    EXPECT_EQ(engine_->stats().retries, before);
}

TEST_F(EngineV3, ALateAnswerToTheWholeRequestStillCounts) {
    const auto target = addTarget();
    readWell(target);
    net_.delay = Millis{1800};
    const auto late = read(target);
    ASSERT_TRUE(late) << late.error().text;
    EXPECT_EQ(late->varbinds.size(), 2U);
    EXPECT_EQ(late->pdus, 3U);
    EXPECT_FALSE(engine_->learned(target).any());
}

TEST_F(EngineV3, ReadsTables) {
    const auto result = read(addTarget(), ask({scalar(3)}, {columnsOf(11, 5)}));
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(result->varbinds.size(), 101U);
}

class EngineV3Kinds : public EngineV3,
                      public testing::WithParamInterface<std::tuple<AuthProtocol, PrivProtocol>> {};

TEST_P(EngineV3Kinds, EveryProtocolWorks) {
    auto make = [] {
        auto options = userOptions();
        std::tie(options.auth, options.priv) = GetParam();
        options.level = options.auth == AuthProtocol::None   ? SecurityLevel::NoAuthNoPriv
                        : options.priv == PrivProtocol::None ? SecurityLevel::AuthNoPriv
                                                             : SecurityLevel::AuthPriv;
        return options;
    };
    agent_.removeUsers();
    agent_.addUser(make());
    const auto target = addTarget(make());
    readWell(target);
    EXPECT_EQ(net_.sent, 2U);
}
INSTANTIATE_TEST_SUITE_P(All,
                         EngineV3Kinds,
                         testing::Values(std::tuple{AuthProtocol::None, PrivProtocol::None},
                                         std::tuple{AuthProtocol::Md5, PrivProtocol::None},
                                         std::tuple{AuthProtocol::Md5, PrivProtocol::Des},
                                         std::tuple{AuthProtocol::Sha1, PrivProtocol::Aes128},
                                         std::tuple{AuthProtocol::Sha224, PrivProtocol::Aes192},
                                         std::tuple{AuthProtocol::Sha256, PrivProtocol::Aes256},
                                         std::tuple{AuthProtocol::Sha384,
                                                    PrivProtocol::Aes192Cisco},
                                         std::tuple{AuthProtocol::Sha1, PrivProtocol::Aes256Cisco},
                                         std::tuple{AuthProtocol::Sha512, PrivProtocol::Des}));

TEST_F(EngineV3, NothingOfAnEncryptedRequestIsReadable) {
    const auto target = addTarget();
    readWell(target);
    const std::string sent(reinterpret_cast<const char*>(net_.last.data()), net_.last.size());
    EXPECT_EQ(sent.find("\x2b\x06\x01\x02\x01"), std::string::npos);
}

// The two have one engine id, but clocks and users' keys are each one's own.
TEST_F(EngineV3, TwoPrintersWithOneEngineIdBothWork) {
    test::FakeAgent objects(objects_.varbinds());
    test::FakeV3Agent twin(loop_, kEngineA, objects);
    twin.restart(41);
    twin.timeOffset = 5'000'000;
    twin.addUser(userOptions());
    connect(2, twin);
    const auto a = addTarget();
    const auto b = addTarget(userOptions(), 2);
    readWell(a);
    readWell(b);
    for (int i = 0; i < 5; ++i) {
        loop_.advance(std::chrono::seconds{200});
        EXPECT_EQ(readWell(a), 1U);
        EXPECT_EQ(readWell(b), 1U);
    }
}

TEST_F(EngineV3, RestartWithHigherBootsCostsOneMoreRequest) {
    const auto target = addTarget();
    readWell(target);
    agent_.restart(2);
    EXPECT_EQ(readWell(target), 2U);
    EXPECT_EQ(readWell(target), 1U);
}

TEST_F(EngineV3, RestartWithLowerBootsWorksAgain) {
    agent_.restart(41);
    agent_.timeOffset = 9'000;
    const auto target = addTarget();
    readWell(target);
    agent_.restart(1);
    agent_.timeOffset = 0;
    EXPECT_EQ(readWell(target), 2U);
    EXPECT_EQ(readWell(target), 1U);
}

TEST_F(EngineV3, UnauthenticatedClockIsUsedOnlyUntilItIsProven) {
    agent_.openTimeReports = true;
    agent_.restart(41);
    const auto target = addTarget();
    readWell(target);
    agent_.restart(3);
    EXPECT_EQ(readWell(target), 2U);
}

TEST_F(EngineV3, ClockThatJumpsWithoutReportIsTakenFromAnAuthenticAnswer) {
    agent_.timeOffset = 9'000;
    agent_.noTimeCheck = true;
    const auto target = addTarget();
    readWell(target);
    agent_.timeOffset = 0;
    EXPECT_EQ(readWell(target), 2U) << "asked again by the new clock";
    EXPECT_EQ(readWell(target), 1U);
}

TEST_F(EngineV3, ClockThatIsNeverRightIsAnError) {
    agent_.refusesTime = true;
    const auto error = readFails(addTarget());
    EXPECT_EQ(error.code, ErrorCode::Malformed);
    EXPECT_NE(error.text.find("notInTimeWindows"), std::string::npos) << error.text;
    EXPECT_LE(agent_.received, V3Peer::kMaxRounds);
}

TEST_F(EngineV3, NewEngineIdIsFound) {
    const auto target = addTarget();
    readWell(target);
    agent_.setEngineId(kEngineB);
    EXPECT_EQ(readWell(target), 2U);
    EXPECT_EQ(readWell(target), 1U);
}

TEST_F(EngineV3, EngineIdThatChangesWithEachAnswerIsAnError) {
    const auto target = addTarget();
    int n = 0;
    agent_.twist = [&](v3::Header& header) {
        agent_.setEngineId(kEngineA + std::to_string(n++));
        header.engineId = agent_.engineId();
    };
    const auto error = readFails(target);
    EXPECT_EQ(error.code, ErrorCode::Malformed);
    EXPECT_NE(error.text.find("another engine id"), std::string::npos) << error.text;
}

TEST_F(EngineV3, AnswerInTheNameOfAnotherEngineIsIgnored) {
    const auto target = addTarget();
    readWell(target);
    agent_.twist = [](v3::Header& header) { header.engineId = kEngineB; };
    EXPECT_EQ(readFails(target).code, ErrorCode::Timeout);
    EXPECT_EQ(engine_->stats().unauthentic, 3U);
    agent_.twist = nullptr;
    EXPECT_EQ(readWell(target), 2U) << "discovery anew";
}

TEST_F(EngineV3, EngineIdsOfWrongLengthAreAnError) {
    for (const std::string& id : {std::string(), std::string("abcd")}) {
        agent_.setEngineId(id.empty() ? "x" : id);
        const auto error = readFails(addTarget());
        EXPECT_EQ(error.code, ErrorCode::Malformed) << error.text;
        EXPECT_NE(error.text.find("5 to 32"), std::string::npos) << error.text;
    }
}

struct ReportCase {
    const char* name;
    std::function<void(UsmUserOptions&)> wrong;
    ErrorCode code;
    const char* says;
};

TEST_F(EngineV3, EachReportIsAProblemOfItsOwn) {
    const std::vector<ReportCase> cases{
        {"wrongDigests", [](auto& o) { o.authPassword = Secret("wrongpass"); },
         ErrorCode::AuthFailed, "auth_password"},
        {"unknownUserNames", [](auto& o) { o.name = "stranger"; }, ErrorCode::AuthFailed,
         "stranger"},
        {"decryptionErrors", [](auto& o) { o.privPassword = Secret("wrongpass"); },
         ErrorCode::AuthFailed, "priv_password"},
        {"unknownContexts", [](auto& o) { o.context = "Jetdirect"; }, ErrorCode::Refused,
         "Jetdirect"}};
    for (const auto& each : cases) {
        auto options = userOptions();
        each.wrong(options);
        const auto before = agent_.received;
        const auto error = readFails(addTarget(std::move(options)));
        EXPECT_EQ(error.code, each.code) << each.name;
        EXPECT_NE(error.text.find(each.name), std::string::npos) << error.text;
        EXPECT_NE(error.text.find(each.says), std::string::npos) << error.text;
        EXPECT_EQ(error.text.find("pass1"), std::string::npos) << "a secret in a message";
        EXPECT_EQ(agent_.received - before, 2U) << each.name << ": no retries";
    }
    agent_.removeUsers();
    agent_.addUser(userOptions(SecurityLevel::AuthNoPriv));
    const auto error = readFails(addTarget());
    EXPECT_EQ(error.code, ErrorCode::Refused);
    EXPECT_NE(error.text.find("unsupportedSecLevels"), std::string::npos) << error.text;
    EXPECT_NE(error.text.find("authPriv"), std::string::npos) << error.text;
}

TEST_F(EngineV3, ContextsAreAskedFor) {
    agent_.context = "Jetdirect";
    auto options = userOptions();
    options.context = "Jetdirect";
    readWell(addTarget(std::move(options)));
    EXPECT_EQ(readFails(addTarget()).code, ErrorCode::Refused);
}

TEST_F(EngineV3, DowngradedAnswersAreNeverTaken) {
    const auto target = addTarget();
    readWell(target);
    for (const auto level : {SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv}) {
        const auto before = engine_->stats().downgraded;
        agent_.twist = [level](v3::Header& header) {
            if (header.level == SecurityLevel::AuthPriv) {
                header.level = level;
            }
        };
        EXPECT_EQ(readFails(target).code, ErrorCode::Timeout);
        EXPECT_EQ(engine_->stats().downgraded - before, 3U);
        agent_.twist = nullptr;
        readWell(target);
    }
}

TEST_F(EngineV3, ForgedAndReplayedAnswersAreIgnored) {
    const auto target = addTarget();
    readWell(target);
    agent_.damage = [](test::Bytes& bytes) { bytes.back() ^= std::byte{1}; };
    EXPECT_EQ(readFails(target).code, ErrorCode::Timeout);
    EXPECT_GE(engine_->stats().unauthentic, 3U);
    agent_.damage = nullptr;
    readWell(target);
    // The same octets again belong to no request.
    test::Bytes recorded;
    agent_.damage = [&recorded](test::Bytes& bytes) { recorded = bytes; };
    readWell(target);
    agent_.damage = nullptr;
    const auto late = engine_->stats().lateDuplicates;
    net_.deliver(at(1), recorded);
    readWell(target);
    EXPECT_EQ(engine_->stats().lateDuplicates, late + 1);
}

TEST_F(EngineV3, AnswersFromAnotherAddressAreIgnored) {
    const auto target = addTarget();
    readWell(target);
    net_.from = at(9);
    EXPECT_EQ(readFails(target).code, ErrorCode::Timeout);
    EXPECT_EQ(engine_->stats().wrongSource, 3U);
}

TEST_F(EngineV3, AnswersWithAnotherRequestIdOrTypeAreIgnored) {
    const auto target = addTarget();
    readWell(target);
    agent_.requestIdOffset = 1;
    EXPECT_EQ(readFails(target).code, ErrorCode::Timeout);
    agent_.requestIdOffset = 0;
    agent_.answerType = PduType::TrapV2;
    EXPECT_EQ(readFails(target).code, ErrorCode::Timeout);
    agent_.answerType.reset();
    readWell(target);
}

TEST_F(EngineV3, SilenceAfterDiscoveryIsExplained) {
    const auto target = addTarget();
    agent_.damage = [this](test::Bytes&) { agent_.silent = true; };
    const auto error = readFails(target);
    EXPECT_EQ(error.code, ErrorCode::Timeout);
    EXPECT_NE(error.text.find("names itself"), std::string::npos) << error.text;
    EXPECT_NE(error.text.find("priv_password"), std::string::npos) << error.text;
    agent_.silent = false;
    agent_.damage = nullptr;
    EXPECT_EQ(readWell(target), 2U);
}

TEST_F(EngineV3, WrongPasswordIsTriedThreeTimesAndThenLeftAlone) {
    auto wrong = [] {
        auto options = userOptions();
        options.authPassword = Secret("wrongpass");
        return options;
    };
    for (std::uint32_t i = 0; i < CredentialGuard::kMaxRefusals; ++i) {
        EXPECT_EQ(readFails(addTarget(wrong())).code, ErrorCode::AuthFailed);
    }
    const auto sent = net_.sent;
    const auto error = readFails(addTarget(wrong()));
    EXPECT_EQ(error.code, ErrorCode::AuthFailed);
    EXPECT_NE(error.text.find("left alone"), std::string::npos) << error.text;
    EXPECT_EQ(net_.sent, sent) << "a paused user was tried";
    EXPECT_EQ(engine_->stats().lockedOut, 1U);
    readWell(addTarget());  // the right one is not held up by it
    loop_.advance(CredentialGuard::kPause + std::chrono::seconds{1});
    EXPECT_EQ(readFails(addTarget(wrong())).code, ErrorCode::AuthFailed);
    EXPECT_GT(net_.sent, sent);
    const auto again = net_.sent;
    readFails(addTarget(wrong()));
    EXPECT_EQ(net_.sent, again) << "after the pause only one try";
}

TEST_F(EngineV3, SuccessForgetsRefusals) {
    const auto target = addTarget();
    for (int round = 0; round < 4; ++round) {
        agent_.removeUsers();
        readFails(target);
        readFails(target);
        agent_.addUser(userOptions());
        readWell(target);
    }
}

TEST_F(EngineV3, SetsAreWritten) {
    const auto target = addTarget();
    std::optional<Result<SetRefusal>> outcome;
    engine_->set(target, {{scalar(5), SnmpValue::string("written")}},
                 [&](Result<SetRefusal> result) { outcome.emplace(std::move(result)); });
    loop_.runUntilIdle();
    ASSERT_TRUE(outcome && *outcome);
    EXPECT_EQ((*outcome)->errorStatus, 0);
    EXPECT_EQ(read(target, ask({scalar(5)}))->varbinds.at(0).value.octets, "written");
}

TEST_F(EngineV3, RemovingATargetInTheMiddleOfDiscoveryIsSafe) {
    const auto target = addTarget();
    std::optional<ErrorCode> code;
    engine_->read(target, ask({scalar(1)}), [&](Result<ReadResult> result) {
        code = result ? ErrorCode::Internal : result.error().code;
    });
    engine_->removeTarget(target);
    loop_.runUntilIdle();
    EXPECT_EQ(code, ErrorCode::Refused);
}

TEST_F(EngineV3, ShortPasswordsAreAnErrorNotACrash) {
    auto options = userOptions();
    options.authPassword = Secret("short");
    EXPECT_EQ(readFails(addTarget(std::move(options))).code, ErrorCode::Unsupported);
}

// Every octet of a good answer, damaged and cut off in every place: never taken, never a crash.
TEST_F(EngineV3, DamagedAnswersAreNeverTaken) {
    const auto target = addTarget();
    readWell(target);
    test::Bytes good;
    agent_.damage = [&good](test::Bytes& bytes) { good = bytes; };
    readWell(target);
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const bool cut : {false, true}) {
            agent_.damage = [i, cut](test::Bytes& bytes) {
                if (cut) {
                    bytes.resize(std::min(i, bytes.size()));
                } else if (i < bytes.size()) {
                    bytes[i] ^= std::byte{0x41};
                }
            };
            const auto responses = engine_->stats().responses;
            engine_->read(target, ask({scalar(1)}), [](const Result<ReadResult>&) {});
            loop_.runUntilIdle();
            // Reports that look real may be answered, answers may not be taken.
            EXPECT_LE(engine_->stats().responses - responses, 1U) << i;
            agent_.damage = nullptr;
            readWell(target);
        }
    }
}

}  // namespace
}  // namespace platen::snmp
