// SPDX-License-Identifier: Apache-2.0
// Over http and https; the server is on loopback and does what each test says.
#include "base/crypto.hpp"
#include "tests/unit/proxy/net/http/certificates.hpp"
#include "tests/unit/proxy/net/http/scripted_server.hpp"
#include "tests/unit/proxy/transfer/fetcher_fixture.hpp"

namespace platen::transfer {
namespace {

using net::test::Answer;
using net::test::answer;
using net::test::ScriptedServer;
using net::test::Seen;

class FetcherTest : public test::FetcherFixture {};

TEST_F(FetcherTest, DownloadsAFileForThisUserOnlyAndHashesIt) {
    ScriptedServer server([](const Seen&) { return answer(200, "hello"); });
    const auto result = run(download(server.url("/f")));
    ASSERT_TRUE(result.outcome.good()) << result.outcome.text;
    EXPECT_EQ(received(), "hello");
    EXPECT_EQ(result.bytes, 5U);
    EXPECT_EQ(result.sha256, crypto::sha256Hex("hello"));
    const auto rights = std::filesystem::status(file()).permissions();
    EXPECT_EQ(rights & std::filesystem::perms::all,
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// Somebody's link in the folder must not lead us to another file.
TEST_F(FetcherTest, DoesNotWriteThroughALink) {
    ScriptedServer server([](const Seen&) { return answer(200, "hello"); });
    const auto victim = folder_.path() / "victim";
    std::ofstream(victim) << "mine";
    std::filesystem::create_symlink(victim, file());
    EXPECT_TRUE(run(download(server.url("/f"))).outcome.good());
    std::ifstream in(victim);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "mine");
}

// C-XFER-19
TEST_F(FetcherTest, UploadsByPut) {
    ScriptedServer server([](const Seen&) { return answer(201, "thank you"); });
    const std::string body(100'000, 'x');
    const auto result = run(upload(server.url("/log"), body));
    ASSERT_TRUE(result.outcome.good()) << result.outcome.text;
    ASSERT_EQ(server.seen().size(), 1U);
    EXPECT_EQ(server.seen()[0].requestLine(), "PUT /log HTTP/1.1");
    EXPECT_EQ(server.seen()[0].body, body);
    EXPECT_EQ(server.seen()[0].header("Expect"), "<none>");
    EXPECT_EQ(server.seen()[0].header("Content-Length"), "100000");
}

TEST_F(FetcherTest, UploadsByAForm) {
    ScriptedServer server([](const Seen&) { return answer(200, "thank you"); });
    auto request = upload(server.url("/upload.cgi"), "octets\r\n--of the image");
    request.formField = "firmware";
    const auto result = run(std::move(request));
    ASSERT_TRUE(result.outcome.good()) << result.outcome.text;
    ASSERT_EQ(server.seen().size(), 1U);
    const auto seen = server.seen()[0];
    EXPECT_EQ(seen.requestLine(), "POST /upload.cgi HTTP/1.1");
    EXPECT_NE(seen.body.find("name=\"firmware\"; filename=\"image\""), std::string::npos)
        << seen.body;
    EXPECT_NE(seen.body.find("\r\n\r\noctets\r\n--of the image\r\n--"), std::string::npos);
    EXPECT_EQ(seen.header("Expect"), "<none>");
}

TEST_F(FetcherTest, AFormAnswersWithTheNextPageWhichIsNotAskedFor) {
    ScriptedServer server(
        [](const Seen&) { return answer(303, "", "Location: /status.html\r\n"); });
    auto request = upload(server.url("/upload.cgi"), "octets");
    request.formField = "firmware";
    EXPECT_TRUE(run(std::move(request)).outcome.good());
    EXPECT_EQ(server.seen().size(), 1U);
}

TEST_F(FetcherTest, UploadsAnEmptyFile) {
    ScriptedServer server([](const Seen&) { return answer(204); });
    EXPECT_TRUE(run(upload(server.url("/log"), "")).outcome.good());
}

// C-XFER-10
TEST_F(FetcherTest, EachRefusalHasItsFault) {
    struct Row {
        int status;
        FaultCode ofDownload, ofUpload;
    };
    for (const auto& row : {Row{401, FaultCode::Authentication, FaultCode::Authentication},
                            Row{403, FaultCode::Authentication, FaultCode::Authentication},
                            Row{404, FaultCode::CannotAccess, FaultCode::UploadFailed},
                            Row{410, FaultCode::CannotAccess, FaultCode::UploadFailed},
                            Row{500, FaultCode::DownloadFailed, FaultCode::UploadFailed},
                            Row{304, FaultCode::DownloadFailed, FaultCode::UploadFailed}}) {
        ScriptedServer server([&](const Seen&) { return answer(row.status, "no"); });
        expectFailed(run(download(server.url("/f"))), row.ofDownload);
        expectFailed(run(upload(server.url("/f"), "body")), row.ofUpload);
    }
}

// C-XFER-10
TEST_F(FetcherTest, NobodyThereCannotBeContacted) {
    std::string url;
    {
        ScriptedServer server([](const Seen&) { return answer(200); });
        url = server.url("/f");
    }
    expectFailed(run(download(url)), FaultCode::CannotContact);
    expectFailed(run(download("http://no-such-host.invalid/f")), FaultCode::CannotContact);
}

// C-XFER-01
TEST_F(FetcherTest, AnswersBasicAndDigest) {
    for (const auto* challenge :
         {"WWW-Authenticate: Basic realm=\"files\"\r\n",
          "WWW-Authenticate: Digest realm=\"files\", nonce=\"abc\", qop=\"auth\", "
          "algorithm=SHA-256\r\n"}) {
        for (const bool put : {false, true}) {
            ScriptedServer server([&](const Seen& seen) {
                return seen.header("Authorization") == "<none>" || (put && seen.body != "the log")
                           ? answer(401, "", challenge)
                           : answer(200, "file");
            });
            const auto url = server.url("/f");
            const auto result = run(withLogin(put ? upload(url, "the log") : download(url)));
            EXPECT_TRUE(result.outcome.good()) << challenge << put << result.outcome.text;
            EXPECT_EQ(put || received() == "file", true);
        }
    }
}

TEST_F(FetcherTest, AWrongPasswordIsAnAuthenticationFault) {
    ScriptedServer server(
        [](const Seen&) { return answer(401, "", "WWW-Authenticate: Basic realm=\"files\"\r\n"); });
    expectFailed(run(withLogin(download(server.url("/f")))), FaultCode::Authentication);
    EXPECT_LE(server.seen().size(), 3U);
}

TEST_F(FetcherTest, AFileLargerThanTheLimitIsCutOff) {
    ScriptedServer exact([](const Seen&) { return answer(200, std::string(1000, 'x')); });
    EXPECT_TRUE(run(download(exact.url("/f"))).outcome.good());
    ScriptedServer more([](const Seen&) { return answer(200, std::string(1001, 'x')); });
    expectFailed(run(download(more.url("/f"))), FaultCode::DownloadFailed);
    ScriptedServer endless([](const Seen&) {
        return Answer{"HTTP/1.1 200 OK\r\n\r\n" + std::string(1'000'000, 'x'), false, true};
    });
    expectFailed(run(download(endless.url("/f"))), FaultCode::DownloadFailed);
}

// C-XFER-15
TEST_F(FetcherTest, ASizeThatIsNotTheOnePromisedIsACorruptFile) {
    for (const auto* body : {"1234", "123456"}) {
        ScriptedServer server([&](const Seen&) { return answer(200, body); });
        auto request = download(server.url("/f"));
        request.expectedBytes = 5;
        expectFailed(run(std::move(request)), FaultCode::Corrupted);
    }
    ScriptedServer server([](const Seen&) { return answer(200, "12345"); });
    auto request = download(server.url("/f"));
    request.expectedBytes = 5;
    EXPECT_TRUE(run(std::move(request)).outcome.good());
}

TEST_F(FetcherTest, AServerThatLiesAboutTheLengthBreaksOff) {
    ScriptedServer server([](const Seen&) {
        return Answer{"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort", true, false};
    });
    expectFailed(run(download(server.url("/f"))), FaultCode::Incomplete);
}

TEST_F(FetcherTest, AServerThatStallsIsLeftByTheLowSpeedLimit) {
    settings_.lowSpeedTime = std::chrono::seconds{1};
    ScriptedServer server([](const Seen&) {
        return Answer{"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nsome", false, true};
    });
    expectFailed(run(download(server.url("/f"))), FaultCode::Incomplete);
    expectFailed(run(upload(server.url("/f"), "body")), FaultCode::UploadFailed);
}

TEST_F(FetcherTest, TheWholeTransferHasATimeLimit) {
    ScriptedServer server([](const Seen&) { return Answer{"", false, true}; });
    auto request = download(server.url("/f"));
    request.timeLimit = Millis{100};
    expectFailed(run(std::move(request)), FaultCode::Incomplete);
}

TEST_F(FetcherTest, FollowsAFewRedirectsAndNeverToOtherSchemes) {
    ScriptedServer server([](const Seen& seen) {
        return seen.requestLine().find("/new") != std::string::npos
                   ? answer(200, "moved")
                   : answer(302, "ignored", "Location: /new\r\n");
    });
    EXPECT_TRUE(run(download(server.url("/f"))).outcome.good());
    EXPECT_EQ(received(), "moved");
    std::filesystem::remove(file());
    ScriptedServer loop([](const Seen&) { return answer(302, "", "Location: /f\r\n"); });
    expectFailed(run(download(loop.url("/f"))), FaultCode::DownloadFailed);
    EXPECT_EQ(loop.seen().size(), static_cast<std::size_t>(kMaxFileRedirects) + 1);
    for (const auto* target : {"file:///etc/hostname", "ftp://127.0.0.1/f", "gopher://h/"}) {
        ScriptedServer away([&](const Seen&) {
            return answer(302, "", "Location: " + std::string(target) + "\r\n");
        });
        expectFailed(run(download(away.url("/f"))), FaultCode::DownloadFailed);
    }
}

// The password is for the server that the ACS named.
TEST_F(FetcherTest, ARedirectToAnotherServerDoesNotGetThePassword) {
    ScriptedServer other([](const Seen&) { return answer(200, "x"); });
    ScriptedServer first([&](const Seen& seen) {
        return seen.header("Authorization") == "<none>"
                   ? answer(401, "", "WWW-Authenticate: Basic realm=\"files\"\r\n")
                   : answer(302, "", "Location: " + other.url("/x") + "\r\n");
    });
    EXPECT_TRUE(run(withLogin(download(first.url("/f")))).outcome.good());
    ASSERT_EQ(other.seen().size(), 1U);
    EXPECT_EQ(other.seen()[0].header("Authorization"), "<none>");
}

TEST_F(FetcherTest, ManyHeadersEndTheTransfer) {
    ScriptedServer server([](const Seen&) {
        std::string headers;
        for (int i = 0; i < 2000; ++i) {
            headers += "X-Filler: " + std::string(60, 'x') + "\r\n";
        }
        return answer(200, "x", headers);
    });
    EXPECT_FALSE(run(download(server.url("/f"))).outcome.good());
}

TEST_F(FetcherTest, TheEndOfTheFetchCancelsItAndRemovesTheFile) {
    ScriptedServer server([](const Seen&) {
        return Answer{"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nsome", false, true};
    });
    bool called = false;
    auto fetch = fetcher_->start(download(server.url("/f")), [&](FetchResult) { called = true; });
    EXPECT_TRUE(std::filesystem::exists(file()));
    loop_.post([&] { fetch.reset(); });
    loop_.after(Millis{50}, "test.end", [this] { loop_.stop(); });
    loop_.run();
    EXPECT_FALSE(called);
    EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(FetcherTest, WithoutAFolderTheDownloadFails) {
    ScriptedServer server([](const Seen&) { return answer(200, "hello"); });
    auto request = download(server.url("/f"));
    request.file = folder_.path() / "none" / "file";
    EXPECT_EQ(run(std::move(request)).outcome.code, FaultCode::DownloadFailed);
}

// C-TLS-08
TEST_F(FetcherTest, TlsNeedsATrustedCertificate) {
    const net::test::TestAuthority authority("our authority");
    const auto context = authority.server({.ip = "127.0.0.1"});
    ScriptedServer server([](const Seen&) { return answer(200, "secret file"); }, context.get());
    expectFailed(run(download(server.url("/f"))), FaultCode::CannotContact);
    settings_.caFile = authority.file();
    EXPECT_TRUE(run(download(server.url("/f"))).outcome.good());
    EXPECT_EQ(received(), "secret file");
}

// C-TLS-05, C-TLS-08: as towards the ACS.
TEST_F(FetcherTest, WithoutAClockOnlyTheDatesOfACertificateAreNotLookedAt) {
    const net::test::TestAuthority authority("our authority");
    const auto expired =
        authority.server({.dns = {}, .ip = "127.0.0.1", .validFrom = -7200, .validUntil = -3600});
    const auto elsewhere =
        authority.server({.dns = {}, .ip = "127.0.0.2", .validFrom = -7200, .validUntil = -3600});
    ScriptedServer server([](const Seen&) { return answer(200, "file"); }, expired.get());
    ScriptedServer other([](const Seen&) { return answer(200, "file"); }, elsewhere.get());
    settings_.caFile = authority.file();
    expectFailed(run(download(server.url("/f"))), FaultCode::CannotContact);
    clock_.setWall(WallTime{std::chrono::hours{1}});
    EXPECT_TRUE(run(download(server.url("/f"))).outcome.good());
    std::filesystem::remove(file());
    expectFailed(run(download(other.url("/f"))), FaultCode::CannotContact);
}

}  // namespace
}  // namespace platen::transfer
