// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/acs_command_line.hpp"
#include "tests/sim/acs/epoll_server.hpp"
#include "tests/sim/acs/http_client.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/sim/acs_fixture.hpp"

#include <fstream>
#include <thread>

namespace platen::acs {
namespace {

constexpr Millis kTimeout{5000};

HttpReader::State readAll(HttpReader& reader, const std::string& text, std::size_t step) {
    auto state = HttpReader::State::NeedMore;
    std::string input;
    for (std::size_t at = 0; at < text.size() && state == HttpReader::State::NeedMore; at += step) {
        input += text.substr(at, step);
        state = reader.read(input);
    }
    return state;
}

TEST(AcsHttpReader, ReadsRequestsInPiecesOfAnySize) {
    const std::string text =
        "POST /a?b=c%20d HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nSOAPAction:\r\n\r\nhello";
    for (std::size_t step = 1; step < text.size(); ++step) {
        HttpReader reader(HttpReader::Kind::Request);
        ASSERT_EQ(readAll(reader, text, step), HttpReader::State::Done);
        const HttpRequest request = reader.takeRequest();
        EXPECT_EQ(request.body, "hello");
        EXPECT_EQ(request.path(), "/a");
        EXPECT_EQ(request.query("b"), "c d");
        EXPECT_TRUE(request.hasHeader("soapaction"));
    }
}

TEST(AcsHttpReader, ReadsChunksWithExtensionsAndTrailers) {
    const std::string text =
        "POST / HTTP/1.1\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n";
    for (std::size_t step = 1; step < text.size(); ++step) {
        HttpReader reader(HttpReader::Kind::Request);
        ASSERT_EQ(readAll(reader, text, step), HttpReader::State::Done) << step;
        const HttpRequest request = reader.takeRequest();
        EXPECT_EQ(request.body, "abc0123456789");
        EXPECT_TRUE(request.chunked);
    }
}

TEST(AcsHttpReader, RefusesWhatBreaksTheLimits) {
    for (const std::string& text :
         {std::string("POST\r\n\r\n"), std::string("POST / HTTP/1.1\r\nno colon\r\n\r\n"),
          "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(HttpReader::kMaxBodyBytes + 1) +
              "\r\n\r\n",
          std::string("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
          std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"),
          "GET / HTTP/1.1\r\nA: " + std::string(HttpReader::kMaxHeadBytes + 10, 'a')}) {
        HttpReader reader(HttpReader::Kind::Request);
        EXPECT_EQ(readAll(reader, text, 4096), HttpReader::State::Bad) << text.substr(0, 80);
    }
}

TEST(AcsHttpReader, AnswersWithoutLengthEndWithTheConnection) {
    HttpReader reader(HttpReader::Kind::Answer);
    std::string input = "HTTP/1.1 200 OK\r\n\r\nabc";
    EXPECT_EQ(reader.read(input), HttpReader::State::NeedMore);
    EXPECT_EQ(reader.end(), HttpReader::State::Done);
    EXPECT_EQ(reader.takeAnswer().body, "abc");
}

TEST(AcsHttpText, UrlsAndEscapes) {
    const auto url = Url::parse("http://127.0.0.1:7547/a/b?c");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->port, 7547);
    EXPECT_EQ(url->target, "/a/b?c");
    EXPECT_EQ(Url::parse("http://h")->target, "/");
    for (const char* bad : {"https://h/", "http://", "http://h:0/", "http://h:99999/", "h"}) {
        EXPECT_FALSE(Url::parse(bad)) << bad;
    }
    EXPECT_EQ(percentDecode(percentEncode("A-b c/%ü")), "A-b c/%ü");
    EXPECT_EQ(percentDecode("%zz%4"), "%zz%4");
}

TEST(AcsHttpText, DigestAsInTheRfc) {
    // RFC 2617 3.5
    EXPECT_EQ(digestResponse({.username = "Mufasa",
                              .password = "Circle Of Life",
                              .realm = "testrealm@host.com",
                              .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                              .method = "GET",
                              .uri = "/dir/index.html",
                              .qop = "auth",
                              .nc = "00000001",
                              .cnonce = "0a4f113b"}),
              "6629fae49393a05397450978507c4ef1");
    const auto fields =
        parseDigestFields(R"(Digest realm="a, b", qop="auth,auth-int", stale=true,nonce="n")");
    ASSERT_TRUE(fields);
    EXPECT_EQ(fields->at("realm"), "a, b");
    EXPECT_EQ(fields->at("stale"), "true");
    EXPECT_EQ(fields->at("nonce"), "n");
    EXPECT_FALSE(parseDigestFields("Basic realm=\"x\""));
}

class AcsOnSockets : public AcsFixture {
  protected:
    void startServer(AcsServerOptions options = {}) {
        options.listen = "127.0.0.1:0";
        options.api = "127.0.0.1:0";
        options.acs.learn.clear();
        auto started = AcsThread::start(options);
        ASSERT_TRUE(started) << started.error().text;
        thread_ = *std::move(started);
        auto connection = HttpConnection::open(*Url::parse(thread_->server().url()), kTimeout);
        ASSERT_TRUE(connection);
        connection_.emplace(*std::move(connection));
    }
    Result<HttpAnswer> exchange(const std::string& body) {
        ClientRequest request{.method = "POST", .target = "/", .headers = {}, .body = body};
        if (!body.empty()) {
            request.headers = {{"Content-Type", "text/xml; charset=utf-8"}, {"SOAPAction", ""}};
        }
        if (!cookie_.empty()) {
            request.headers.emplace_back("Cookie", cookie_);
        }
        auto answer = connection_->exchange(request);
        if (answer && answer->hasHeader("set-cookie")) {
            const std::string_view cookie = answer->header("set-cookie");
            cookie_ = cookie.substr(0, cookie.find(';'));
        }
        return answer;
    }
    nlohmann::json call(const std::string& verb,
                        const std::string& target,
                        const std::string& body = "") {
        auto answer =
            requestOnce(thread_->server().apiUrl() + target,
                        {.method = verb, .target = target, .headers = {}, .body = body}, kTimeout);
        EXPECT_TRUE(answer) << (answer ? "" : answer.error().text);
        return answer ? nlohmann::json::parse(answer->body) : nlohmann::json();
    }
    /// The task once it is finished.
    nlohmann::json finished(const nlohmann::json& id) {
        for (int i = 0; i < 1000; ++i) {
            auto task = call("GET", "/tasks/" + id.dump());
            if (task["state"] == "done" || task["state"] == "failed") {
                return task;
            }
        }
        return {};
    }

    std::unique_ptr<AcsThread> thread_;
    std::optional<HttpConnection> connection_;
    std::string cookie_;
};

TEST_F(AcsOnSockets, WholeSessionWithTaskAndLog) {
    const test::TemporaryFolder folder;
    const auto log = folder / "acs.jsonl";
    AcsServerOptions options;
    options.acs.provision = false;
    options.log = log;
    startServer(options);
    ASSERT_EQ(exchange(cpe_.inform())->status, 200);
    const auto id = call("POST", "/devices/" + percentEncode(device_) + "/tasks",
                         R"({"type": "get", "names": ["Device.A"]})")["id"];
    const auto request = exchange("");
    ASSERT_TRUE(request);
    EXPECT_NE(request->body.find("Device.A"), std::string::npos);
    EXPECT_EQ(
        exchange(cpe_.values(id.dump(), CpeMessages::value("Device.A", "x", "string"), 1))->status,
        204);
    EXPECT_EQ(finished(id)["result"]["parameters"][0]["value"], "x");
    EXPECT_FALSE(exchange(""));  // the ACS closed
    std::ifstream stream(log);
    std::size_t lines = 0;
    for (std::string line; std::getline(stream, line); ++lines) {
        EXPECT_TRUE(nlohmann::json::parse(line).contains("body"));
    }
    EXPECT_EQ(lines, 6U);
}

TEST_F(AcsOnSockets, ChunkedAndLengthlessAnswersAreReadable) {
    for (const Misbehaviour mode : {Misbehaviour::Chunked, Misbehaviour::NoLength}) {
        AcsServerOptions options;
        options.acs.misbehaviour.mode = mode;
        cookie_.clear();
        startServer(options);
        const auto answer = exchange(cpe_.inform());
        ASSERT_TRUE(answer) << toString(mode);
        EXPECT_EQ(answer->chunked, mode == Misbehaviour::Chunked);
        EXPECT_EQ(parseEnvelope(answer->body)->name, "InformResponse");
    }
}

TEST_F(AcsOnSockets, HugeAnswersArriveWhole) {
    AcsServerOptions options;
    options.acs.misbehaviour = {
        .mode = Misbehaviour::Huge, .left = 1, .retryAfterSeconds = 5, .megabytes = 4};
    startServer(options);
    const auto answer = exchange(cpe_.inform());
    ASSERT_TRUE(answer);
    EXPECT_GE(answer->body.size(), std::size_t{4} << 20U);
}

TEST_F(AcsOnSockets, DroppedConnectionsAreSeenByTheClient) {
    AcsServerOptions options;
    options.acs.misbehaviour.mode = Misbehaviour::Close;
    startServer(options);
    EXPECT_FALSE(exchange(cpe_.inform()));
}

TEST_F(AcsOnSockets, ConnectionRequestAnswersTheChallenge) {
    startServer();
    // a CPE that wants digest: another ACS that wants it for its POSTs does not do; so a server of
    // our own
    EpollServer cpe(100);
    DigestInput wanted{.username = {},
                       .password = {},
                       .realm = "cpe",
                       .nonce = "abc",
                       .method = "GET",
                       .uri = "/cr",
                       .qop = "auth",
                       .nc = {},
                       .cnonce = {}};
    std::string username;
    std::string seen;
    std::string response;
    const auto port = cpe.listen(
        "127.0.0.1:0",
        {.onRequest =
             [&](std::uint64_t, const HttpRequest& request) {
                 HttpReply reply;
                 const auto fields = parseDigestFields(request.header("authorization"));
                 if (!fields) {
                     reply.status = 401;
                     reply.headers.emplace_back(
                         "WWW-Authenticate",
                         R"(Digest realm="cpe", qop="auth", nonce="abc", algorithm=MD5)");
                     return reply;
                 }
                 username = fields->at("username");
                 wanted.nc = fields->at("nc");
                 wanted.cnonce = fields->at("cnonce");
                 response = fields->at("response");
                 seen = request.target;
                 return reply;
             },
         .onClosed = {}});
    ASSERT_TRUE(port);
    const SystemClock clock;
    std::thread thread([&] { cpe.run(clock); });
    cpe_.url = "http://127.0.0.1:" + std::to_string(*port) + "/cr";
    const auto inform = exchange(cpe_.inform());
    const auto set = exchange("");  // the ACS sets the credentials
    ASSERT_TRUE(set);
    const auto envelope = parseEnvelope(set->body);
    ASSERT_TRUE(envelope);
    const auto values = readParameterValues(envelope->method);
    ASSERT_EQ(values.size(), 2U);
    EXPECT_EQ(exchange(cpe_.setDone(envelope->id))->status, 204);
    const auto task = finished(call("POST", "/devices/" + device_ + "/connection-request")["id"]);
    cpe.stop();
    thread.join();
    EXPECT_EQ(task["state"], "done") << task.dump();
    EXPECT_EQ(task["result"]["status"], 200);
    EXPECT_EQ(seen, "/cr");
    EXPECT_EQ(username, values[0].value);
    wanted.username = values[0].value;
    wanted.password = values[1].value;
    EXPECT_EQ(response, digestResponse(wanted));
}

TEST_F(AcsOnSockets, ConnectionRequestToNowhereFails) {
    startServer();
    cpe_.url = "http://127.0.0.1:1/cr";
    ASSERT_TRUE(exchange(cpe_.inform()));
    const auto task = finished(call("POST", "/devices/" + device_ + "/connection-request")["id"]);
    EXPECT_EQ(task["state"], "failed");
}

TEST_F(AcsOnSockets, ApiRefusesNonsense) {
    startServer();
    const auto status = [this](const std::string& verb, const std::string& target,
                               const std::string& body) {
        return requestOnce(thread_->server().apiUrl() + target,
                           {.method = verb, .target = target, .headers = {}, .body = body},
                           kTimeout)
            ->status;
    };
    ASSERT_TRUE(exchange(cpe_.inform()));
    EXPECT_EQ(status("GET", "/", ""), 404);
    EXPECT_EQ(status("GET", "/devices/none", ""), 404);
    EXPECT_EQ(status("GET", "/tasks/abc", ""), 404);
    EXPECT_EQ(status("POST", "/devices/" + device_ + "/tasks", "{"), 400);
    EXPECT_EQ(status("POST", "/devices/" + device_ + "/tasks", "[]"), 400);
    EXPECT_EQ(status("POST", "/devices/" + device_ + "/tasks", R"({"type": 3})"), 400);
    EXPECT_EQ(status("POST", "/devices/" + device_ + "/tasks", R"({"type": "fly"})"), 400);
    EXPECT_EQ(status("POST", "/devices/" + device_ + "/tasks",
                     R"({"type": "set", "values": [{"value": 3}]})"),
              400);
    EXPECT_EQ(status("POST", "/devices/" + device_ + "/tasks",
                     R"({"type": "setattributes", "attributes": [3]})"),
              400);
}

TEST(AcsCommandLine, ReadsItsOptions) {
    const auto options =
        parseCommandLine({"--listen", "127.0.0.1:1", "--api", "127.0.0.1:2", "--user", "u",
                          "--password", "p", "--learn", "Device.A.", "--learn", "Device.B.",
                          "--no-provision", "--misbehave", "stall:3", "--max-sessions", "5"});
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->acs.learn, (std::vector<std::string>{"Device.A.", "Device.B."}));
    EXPECT_EQ(options->acs.misbehaviour.mode, Misbehaviour::Stall);
    EXPECT_EQ(options->acs.misbehaviour.left, 3);
    EXPECT_FALSE(options->acs.provision);
    EXPECT_FALSE(parseCommandLine({"--what"}));
    EXPECT_FALSE(parseCommandLine({"--misbehave", "fly"}));
}

}  // namespace
}  // namespace platen::acs
