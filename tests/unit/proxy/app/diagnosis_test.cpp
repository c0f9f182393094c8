// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/diagnosis.hpp"

#include "proxy/app/knock.hpp"
#include "proxy/app/reading_steps.hpp"
#include "proxy/app/recording_reader.hpp"
#include "proxy/net/epoll_loop.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace platen::app {
namespace {

Diagnosis example() {
    Diagnosis out;
    out.host = "prn\x01.example";
    out.steps.push_back(
        {"name", StepResult::Ok, "has the address 192.0.2.1", "", {{"address", "192.0.2.1"}}});
    out.steps.push_back({"credential", StepResult::Failed, "no\nanswer \xff", "look there", {}});
    out.steps.push_back({"map", StepResult::Skipped, "no credential works", "", {}});
    out.verdict = "Not read.";
    return out;
}

TEST(Diagnosis, TheTextHasALineForEachStepAndEndsWithTheVerdict) {
    const auto text = diagnosisText(example());
    EXPECT_NE(text.find("  ok       name: has the address 192.0.2.1\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  failed   credential: no answer "), std::string::npos) << text;
    EXPECT_NE(text.find("           -> look there\n"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("Not read.\n")) << text;
}

TEST(Diagnosis, TheJsonIsWellFormedWhateverAPrinterSays) {
    const auto out = nlohmann::json::parse(diagnosisJson(example()));
    EXPECT_EQ(out["host"], "prn.example");
    ASSERT_EQ(out["steps"].size(), 3U);
    EXPECT_EQ(out["steps"][0]["facts"]["address"], "192.0.2.1");
    EXPECT_EQ(out["steps"][1]["result"], "failed");
    EXPECT_EQ(out["steps"][1]["advice"], "look there");
    EXPECT_EQ(out["steps"][2]["result"], "skipped");
    EXPECT_EQ(out["verdict"], "Not read.");
}

/// A socket on loopback, and its port.
class LocalSocket {
  public:
    explicit LocalSocket(int type) : fd_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        socklen_t size = sizeof address;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
    }
    LocalSocket(const LocalSocket&) = delete;
    LocalSocket& operator=(const LocalSocket&) = delete;
    ~LocalSocket() { ::close(fd_); }
    [[nodiscard]] int fd() const { return fd_; }
    std::uint16_t port = 0;

  private:
    int fd_;
};

KnockResult knockAt(std::uint16_t port, bool datagram) {
    SystemClock clock;
    net::EpollLoop loop(clock);
    Knocks knocks(loop);
    auto out = KnockResult::Unreachable;
    const net::Endpoint to{net::Address::fromIpv4(INADDR_LOOPBACK), port};
    const auto done = [&](KnockResult result) {
        out = result;
        loop.stop();
    };
    if (datagram) {
        knocks.udp(to, {std::byte{1}}, Millis{200}, done);
    } else {
        knocks.tcp(to, Millis{200}, done);
    }
    loop.run();
    return out;
}

TEST(Knocks, TellAClosedPortFromAnOpenAndASilentOne) {
    const LocalSocket tcp(SOCK_STREAM);
    EXPECT_EQ(knockAt(tcp.port, false), KnockResult::Refused) << "bound, but not listening";
    ::listen(tcp.fd(), 1);
    EXPECT_EQ(knockAt(tcp.port, false), KnockResult::Open);
    std::uint16_t closed = 0;
    {
        const LocalSocket udp(SOCK_DGRAM);
        EXPECT_EQ(knockAt(udp.port, true), KnockResult::Silent);
        closed = udp.port;
    }
    EXPECT_EQ(knockAt(closed, true), KnockResult::Refused);
}

TEST(Knocks, OneOpenPortOfSeveralIsEnough) {
    const LocalSocket closed(SOCK_STREAM);
    const LocalSocket open(SOCK_STREAM);
    const auto ask = [&](std::initializer_list<std::uint16_t> ports) {
        SystemClock clock;
        net::EpollLoop loop(clock);
        Knocks knocks(loop);
        std::vector<bool> answers;
        knocks.anyTcp(net::Address::fromIpv4(INADDR_LOOPBACK), std::vector(ports), Millis{500},
                      [&](bool answer) {
                          answers.push_back(answer);
                          loop.stop();
                      });
        EXPECT_TRUE(answers.empty()) << "answered inside the call";
        loop.run();
        loop.post([&loop] { loop.stop(); });
        loop.run();  // for the ports that are left
        EXPECT_EQ(answers.size(), 1U);
        return !answers.empty() && answers.front();
    };
    EXPECT_FALSE(ask({closed.port, open.port})) << "bound, but not listening";
    ::listen(open.fd(), 4);
    EXPECT_TRUE(ask({closed.port, open.port}));
    EXPECT_TRUE(ask({open.port, closed.port}));
    EXPECT_TRUE(ask({open.port}));
    EXPECT_FALSE(ask({closed.port}));
}

TEST(Knocks, GoAwayWithoutACall) {
    SystemClock clock;
    net::EpollLoop loop(clock);
    const LocalSocket udp(SOCK_DGRAM);
    {
        Knocks knocks(loop);
        knocks.udp({net::Address::fromIpv4(INADDR_LOOPBACK), udp.port}, {std::byte{1}}, Millis{1},
                   [](KnockResult) { ADD_FAILURE() << "called after its end"; });
    }
    loop.after(Millis{20}, "test.end", [&loop] { loop.stop(); });
    loop.run();
}

std::vector<DiagnosisStep> stepsOf(const mibmap::Recording& recording) {
    const config::Settings settings;
    std::vector<DiagnosisStep> steps;
    const auto read = readRecording(settings, recording, {});
    EXPECT_TRUE(read) << read.error().text;
    if (read) {
        addGroups(read->poll->reports(), steps);
        addMissing(read->poll->device(), *read->core->knowledge.names, steps);
    }
    return steps;
}

const DiagnosisStep& stepOf(const std::vector<DiagnosisStep>& steps, std::string_view name) {
    const auto found = std::find_if(steps.begin(), steps.end(),
                                    [name](const auto& step) { return step.step == name; });
    EXPECT_NE(found, steps.end()) << name;
    return found != steps.end() ? *found : steps.front();
}

TEST(ReadingSteps, SayWhatIsReadAndWhatIsMissing) {
    const std::filesystem::path root(PLATEN_SOURCE);
    auto recording =
        mibmap::Recording::load(root / "tests/data/recordings/kyocera-style-m5540.snmprec").value();
    auto steps = stepsOf(recording);
    EXPECT_EQ(stepOf(steps, "complete").result, StepResult::Ok) << stepOf(steps, "complete").text;
    EXPECT_NE(stepOf(steps, "reading configuration").text.find(" objects, "), std::string::npos);
    // The same printer, without its serial number, its counters, and a toner level.
    recording.erase({1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 17});
    recording.erase({1, 3, 6, 1, 4, 1, 1347});
    recording.erase({1, 3, 6, 1, 2, 1, 43, 10});
    recording.set({1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9, 1, 1}, SnmpValue::integer(-2));
    steps = stepsOf(recording);
    const auto& complete = stepOf(steps, "complete");
    EXPECT_EQ(complete.result, StepResult::Warning);
    EXPECT_NE(complete.text.find("no serial number"), std::string::npos) << complete.text;
    EXPECT_NE(complete.text.find("no page counter"), std::string::npos) << complete.text;
    EXPECT_NE(complete.text.find("supplies without a level"), std::string::npos) << complete.text;
    EXPECT_NE(complete.advice.find("platen record"), std::string::npos);
}

TEST(RecordingReader, WhatIsNoPrinterIsReadAndSaid) {
    const config::Settings settings;
    const auto router = mibmap::Recording::parse("1.3.6.1.2.1.1.1.0|4|Example router\n").value();
    const auto read = readRecording(settings, router, {});
    ASSERT_TRUE(read);
    EXPECT_NE(read->poll->doubt().find("no Printer-MIB"), std::string::npos) << read->poll->doubt();
    EXPECT_EQ(read->poll->device().deviceContext().sysDescr, "Example router");
}

}  // namespace
}  // namespace platen::app
