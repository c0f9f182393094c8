// SPDX-License-Identifier: Apache-2.0
// C-TLS: what the client accepts as its ACS.
#include "proxy/net/trust_stores.hpp"
#include "tests/unit/proxy/net/http/certificates.hpp"
#include "tests/unit/proxy/net/http/client_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace platen::net::test {
namespace {

using testing::HasSubstr;

class HttpClientTlsTest : public ClientFixture {
  protected:
    static ScriptedServer::Script fine() {
        return [](const Seen&) { return answer(200, "secret"); };
    }
    Result<HttpReply> postTo(const std::string& url, const std::string& caFile) {
        auto options = optionsFor(url);
        options.caFile = caFile;
        const auto session = open(std::move(options));
        return post(*session, "x");
    }
    static void expectRefused(const Result<HttpReply>& reply, std::string_view why) {
        ASSERT_FALSE(reply);
        EXPECT_EQ(reply.error().code, ErrorCode::Refused);
        EXPECT_THAT(reply.error().text, HasSubstr(std::string(why)));
        EXPECT_THAT(reply.error().text, HasSubstr("127.0.0.1"));
    }

    /// Puts the name that a client asks for into `told`. OpenSSL's macros hold C casts.
    static void tellServerName(SSL_CTX* context, std::string& told) {
        int (*callback)(SSL*, int*, void*) = [](SSL* tls, int*, void* to) {
            const char* name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
            *static_cast<std::string*>(to) = name != nullptr ? name : "<none>";
            return SSL_TLSEXT_ERR_OK;
        };
        SSL_CTX_callback_ctrl(context, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                              reinterpret_cast<void (*)()>(callback));
        SSL_CTX_ctrl(context, SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, &told);
    }

    TestAuthority authority_{"our authority"};
};

// C-TLS-03
TEST_F(HttpClientTlsTest, AcceptsACertificateOfTheConfiguredAuthority) {
    const auto context = authority_.server({.ip = "127.0.0.1"});
    const ScriptedServer server(fine(), context.get());
    for (int i = 0; i < 3; ++i) {
        const auto reply = postTo(server.url(), authority_.file());
        ASSERT_TRUE(reply) << reply.error().text;
        EXPECT_EQ(reply->body, "secret");
    }
}

TEST_F(HttpClientTlsTest, AnchorsReadBeforehandServeTheSessions) {
    const auto context = authority_.server({.ip = "127.0.0.1"});
    const ScriptedServer server(fine(), context.get());
    client_ = makeCurlClient(loop_, authority_.file());
    const auto reply = postTo(server.url(), authority_.file());
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->body, "secret");
}

TEST_F(HttpClientTlsTest, AnchorsThatCannotBeReadBeforehandAreTheSessionsError) {
    const auto context = authority_.server({.ip = "127.0.0.1"});
    const ScriptedServer server(fine(), context.get());
    client_ = makeCurlClient(loop_, "/nonexistent/ca.pem");
    EXPECT_TRUE(postTo(server.url(), authority_.file()));
    expectRefused(postTo(server.url(), "/nonexistent/ca.pem"), "CA certificates");
}

// C-TLS-03
TEST_F(HttpClientTlsTest, RefusesAnUnknownAuthority) {
    const TestAuthority stranger("stranger");
    const auto context = stranger.server({.ip = "127.0.0.1"});
    const ScriptedServer server(fine(), context.get());
    expectRefused(postTo(server.url(), authority_.file()), "certificate");
    expectRefused(postTo(server.url(), ""), "certificate");
    EXPECT_TRUE(server.seen().empty());
}

// C-TLS-04, C-DIS-09
TEST_F(HttpClientTlsTest, RefusesACertificateForAnotherHost) {
    const auto context = authority_.server({.dns = "localhost.example", .ip = "127.0.0.2"});
    const ScriptedServer server(fine(), context.get());
    expectRefused(postTo(server.url(), authority_.file()), "127.0.0.1");
    EXPECT_TRUE(server.seen().empty());
}

// C-TLS-01
TEST_F(HttpClientTlsTest, RefusesTls11) {
    const auto context = authority_.server({.ip = "127.0.0.1"});
    SSL_CTX_set_security_level(context.get(), 0);
    ASSERT_EQ(SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION), 1);
    ASSERT_EQ(SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION), 1);
    const ScriptedServer server(fine(), context.get());
    expectRefused(postTo(server.url(), authority_.file()), "protocol version");
}

// C-TLS-01
TEST_F(HttpClientTlsTest, AcceptsTls12) {
    const auto context = authority_.server({.ip = "127.0.0.1"});
    ASSERT_EQ(SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION), 1);
    const ScriptedServer server(fine(), context.get());
    EXPECT_TRUE(postTo(server.url(), authority_.file()));
}

TEST_F(HttpClientTlsTest, NamesACaFileThatCannotBeRead) {
    const auto reply = postTo("https://127.0.0.1:1/", "/nowhere/ca.pem");
    expectRefused(reply, "/nowhere/ca.pem");
}

TEST_F(HttpClientTlsTest, ReadsAChangedCaFileAgain) {
    const TestAuthority newer("newer authority");
    const auto oldContext = authority_.server({.ip = "127.0.0.1"});
    const auto newContext = newer.server({.ip = "127.0.0.1"});
    const ScriptedServer oldServer(fine(), oldContext.get());
    const ScriptedServer newServer(fine(), newContext.get());
    const std::string file = authority_.file();
    ASSERT_TRUE(postTo(oldServer.url(), file));
    ASSERT_FALSE(postTo(newServer.url(), file));

    const auto before = std::filesystem::last_write_time(file);
    std::filesystem::copy_file(newer.file(), file,
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::last_write_time(file, before + std::chrono::seconds{2});
    EXPECT_TRUE(postTo(newServer.url(), file));
    EXPECT_FALSE(postTo(oldServer.url(), file));
}

// C-TLS-06
TEST_F(HttpClientTlsTest, ShowsItsCertificateWhereOneIsAskedFor) {
    const auto context = authority_.server({.ip = "127.0.0.1"});
    ASSERT_EQ(SSL_CTX_load_verify_file(context.get(), authority_.file().c_str()), 1);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    const ScriptedServer server(fine(), context.get());
    EXPECT_FALSE(postTo(server.url(), authority_.file()));

    auto options = optionsFor(server.url());
    options.caFile = authority_.file();
    options.clientCertificate = authority_.clientFile("00AABB-1234");
    const auto session = open(std::move(options));
    const auto reply = post(*session, "x");
    ASSERT_TRUE(reply) << reply.error().text;
}

TEST_F(HttpClientTlsTest, GoesOnWhenTheServerClosesAfterEachAnswer) {
    const auto context = authority_.server({.ip = "127.0.0.1"});
    const ScriptedServer server(
        [](const Seen&) {
            auto reply = answer(200, "x");
            reply.close = true;
            return reply;
        },
        context.get());
    auto options = optionsFor(server.url());
    options.caFile = authority_.file();
    const auto session = open(std::move(options));
    for (int i = 0; i < 3; ++i) {
        const auto reply = post(*session, "x");
        ASSERT_TRUE(reply) << reply.error().text;
    }
    EXPECT_EQ(server.seen()[2].connection, 3);
}

// C-TLS-05: dates cannot be judged without a clock; chain and name can.
TEST_F(HttpClientTlsTest, WithoutAClockOnlyTheDatesAreNotLookedAt) {
    const CertificateNames expired{
        .dns = {}, .ip = "127.0.0.1", .validFrom = -7200, .validUntil = -3600};
    const CertificateNames future{
        .dns = {}, .ip = "127.0.0.1", .validFrom = 3600, .validUntil = 7200};
    const WallTime date = clock_.wallNow();
    for (const auto& names : {expired, future}) {
        const auto context = authority_.server(names);
        const ScriptedServer server(fine(), context.get());
        clock_.setWall(WallTime{std::chrono::hours{1}});
        EXPECT_TRUE(postTo(server.url(), authority_.file()));
        clock_.setWall(date);
        expectRefused(postTo(server.url(), authority_.file()), "certificate");
    }
    clock_.setWall(WallTime{std::chrono::hours{1}});
    auto wrongName = expired;
    wrongName.ip = "127.0.0.2";
    const auto mismatched = authority_.server(wrongName);
    const ScriptedServer mismatchedServer(fine(), mismatched.get());
    expectRefused(postTo(mismatchedServer.url(), authority_.file()), "127.0.0.1");
    const TestAuthority stranger("stranger");
    const auto unknown = stranger.server(expired);
    const ScriptedServer unknownServer(fine(), unknown.get());
    expectRefused(postTo(unknownServer.url(), authority_.file()), "certificate");
}

// C-TLS-05
TEST(ClockIsSet, FromTheYear2020On) {
    EXPECT_FALSE(clockIsSet(kUnknownTime));
    EXPECT_FALSE(clockIsSet(WallTime{}));
    const WallTime first{std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}};
    EXPECT_FALSE(clockIsSet(first - Millis{1}));
    EXPECT_TRUE(clockIsSet(first));
}

// C-TLS-04: SAN first, else CN. C-TLS-07: the host of the URL as SNI.
TEST_F(HttpClientTlsTest, ChecksTheHostOfTheUrlAndTellsIt) {
    struct Row {
        CertificateNames names;
        bool good;
    };
    for (const auto& row :
         {Row{{.dns = "localhost"}, true}, Row{{.common = "localhost"}, true},
          Row{{.dns = "other.example", .common = "localhost"}, false},
          Row{{.dns = "other.example"}, false}, Row{{.ip = "127.0.0.1"}, false}}) {
        const auto context = authority_.server(row.names);
        std::string told;
        tellServerName(context.get(), told);
        bool answered = false;
        {
            const ScriptedServer server(fine(), context.get());
            const auto url = "https://localhost:" + std::to_string(server.port()) + "/acs";
            answered = postTo(url, authority_.file()).has_value();
        }
        EXPECT_EQ(answered, row.good) << row.names.dns << ' ' << row.names.common;
        EXPECT_EQ(told, "localhost");
    }
}

// C-TLS-09
TEST_F(HttpClientTlsTest, DevicesNeverResumeEachOthersTlsSessions) {
    const auto context = authority_.server({.ip = "127.0.0.1"});
    {
        const ScriptedServer server(fine(), context.get());
        for (const auto* device : {"00AABB-1", "00AABB-2"}) {
            auto options = optionsFor(server.url());
            options.caFile = authority_.file();
            options.clientCertificate = authority_.clientFile(device);
            const auto session = open(std::move(options));
            EXPECT_TRUE(post(*session, "x"));
        }
    }
    EXPECT_EQ(SSL_CTX_sess_hits(context.get()), 0);
    EXPECT_EQ(SSL_CTX_sess_accept_good(context.get()), 2);
}

}  // namespace
}  // namespace platen::net::test
