// SPDX-License-Identifier: Apache-2.0
// The engine on the real loop and real sockets, against a fake agent behind a loopback socket.
#include "proxy/net/epoll_loop.hpp"
#include "tests/unit/proxy/snmp/engine_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace platen::snmp {
namespace {

/// Serves a FakeAgent on 127.0.0.1, on the same loop.
class LoopbackAgent {
  public:
    LoopbackAgent(net::Loop& loop, test::FakeAgent& agent)
        : loop_(loop),
          agent_(agent),
          fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        socklen_t size = sizeof address;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
        endpoint_ = {*net::Address::parse("127.0.0.1"), ntohs(address.sin_port)};
        watch_ = loop_.watch(fd_, net::Ready::Read, "agent", [this](net::Ready) { serve(); });
    }
    LoopbackAgent(const LoopbackAgent&) = delete;
    LoopbackAgent& operator=(const LoopbackAgent&) = delete;
    ~LoopbackAgent() {
        loop_.unwatch(watch_);
        ::close(fd_);
    }
    [[nodiscard]] net::Endpoint endpoint() const { return endpoint_; }

  private:
    void serve() {
        std::array<std::byte, 65'536> buffer{};
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const auto got = ::recvfrom(fd_, buffer.data(), buffer.size(), 0,
                                    reinterpret_cast<sockaddr*>(&from), &size);
        ASSERT_GE(got, 0);
        const auto answer = agent_.answer(std::span(buffer).first(static_cast<std::size_t>(got)));
        if (answer) {
            ::sendto(fd_, answer->data(), answer->size(), 0,
                     reinterpret_cast<const sockaddr*>(&from), size);
        }
    }

    net::Loop& loop_;
    test::FakeAgent& agent_;
    int fd_;
    net::Endpoint endpoint_;
    net::WatchId watch_;
};

TEST(EngineLoopback, ReadsSetsAndRepeatsOverRealSockets) {
    const SystemClock clock;
    net::EpollLoop loop(clock);
    std::vector<VarBind> mib;
    addScalars(mib, 5);
    addTable(mib, 11, 9, 22);
    test::FakeAgent agent(mib);
    agent.faults.dropNext = 1;
    const LoopbackAgent server(loop, agent);
    auto udp = net::openUdp(loop);
    ASSERT_TRUE(udp) << udp.error().text;
    const auto engine = makeEngine(loop, **udp);
    TargetOptions options;
    options.endpoint = server.endpoint();
    options.community = Secret("public");
    options.timeout = Millis{200};
    const auto target = engine->addTarget(std::move(options));
    ReadRequest request;
    request.scalars = {scalar(1), scalar(5)};
    request.tables = {columnsOf(11, 9)};
    std::optional<Result<ReadResult>> outcome;
    int refusal = -1;
    engine->read(target, request, [&outcome, &loop, &refusal](Result<ReadResult> result) {
        outcome.emplace(std::move(result));
        if (refusal >= 0) {
            loop.stop();
        }
    });
    engine->set(target, {{scalar(2), SnmpValue::string("written")}},
                [&refusal, &loop](Result<SetRefusal> result) {
                    refusal = result ? result->errorStatus : 99;
                    loop.stop();
                });
    loop.after(Millis{5000}, "deadline", [&loop] { loop.stop(); });
    loop.run();
    ASSERT_TRUE(outcome);
    ASSERT_TRUE(*outcome) << outcome->error().text;
    EXPECT_EQ((*outcome)->varbinds.size(), 2U + 9U * 22U);
    EXPECT_EQ(engine->stats().retries, 1U);
    EXPECT_EQ(refusal, 0);
}

}  // namespace
}  // namespace platen::snmp
