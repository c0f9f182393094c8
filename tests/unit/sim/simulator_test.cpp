// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/simulator.hpp"

#include "tests/sim/message.hpp"
#include "tests/sim/udp_port.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace platen::sim {
namespace {

namespace fs = std::filesystem;

const Oid kName{1, 3, 6, 1, 2, 1, 1, 5, 0};
constexpr Ipv4 kFirst = 0x7F010001;

class Client {
  public:
    explicit Client(std::uint16_t port) : port_(port) {}
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(Ipv4 to, const Bytes& request) const {
        sockaddr_in target = address(to);
        ::sendto(socket_, request.data(), request.size(), 0, reinterpret_cast<sockaddr*>(&target),
                 sizeof target);
    }
    /// The next datagram and who sent it; nothing within the time.
    std::optional<std::pair<ResponseText, Ipv4>> receive(int millis) const {
        pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, millis) != 1) {
            return std::nullopt;
        }
        std::array<std::uint8_t, 65'536> buffer{};
        sockaddr_in from{};
        socklen_t size = sizeof from;
        const ssize_t count = ::recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                         reinterpret_cast<sockaddr*>(&from), &size);
        const auto response =
            decodeResponse(ByteView(buffer).first(static_cast<std::size_t>(count)));
        EXPECT_TRUE(response);
        return std::pair{response.value_or(ResponseText{}), ntohl(from.sin_addr.s_addr)};
    }
    std::optional<std::pair<ResponseText, Ipv4>> ask(Ipv4 to, int millis = 2000) const {
        send(to, encodeRequest({.requestId = 5}, {{kName, SnmpValue{}}}));
        return receive(millis);
    }

  private:
    [[nodiscard]] sockaddr_in address(Ipv4 to) const {
        sockaddr_in out{};
        out.sin_family = AF_INET;
        out.sin_addr.s_addr = htonl(to);
        out.sin_port = htons(port_);
        return out;
    }
    int socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    std::uint16_t port_;
};

class SimNetwork : public ::testing::Test {
  protected:
    void start(std::size_t count, const std::string& control = "") {
        SimulatorOptions options;
        options.fleet.recordings = {fs::path(PLATEN_SOURCE) / "tests/data/recordings"};
        options.fleet.count = count;
        options.port = 0;
        options.control = control;
        auto started = SimulatorThread::start(options);
        ASSERT_TRUE(started) << started.error().text;
        thread_ = *std::move(started);
    }
    Simulator& simulator() { return thread_->simulator(); }

    std::unique_ptr<SimulatorThread> thread_;
};

TEST_F(SimNetwork, EveryAddressAnswersForItself) {
    start(300);
    const Client client(simulator().port());
    for (const Ipv4 to : {kFirst, kFirst + 1, kFirst + 253, kFirst + 256}) {
        const auto reply = client.ask(to);
        ASSERT_TRUE(reply) << formatIpv4(to);
        EXPECT_EQ(reply->second, to);
    }
    EXPECT_EQ(client.ask(kFirst)->first.binds.at(0).value, SnmpValue::string("CW310-BUERO"));
}

TEST_F(SimNetwork, OthersStaySilent) {
    start(0);
    const Client client(simulator().port());
    client.send(0x7F020001, encodeRequest({}, {{kName, SnmpValue{}}}));
    client.send(kFirst, Bytes{0x30, 0x02, 0x01});
    EXPECT_EQ(client.ask(kFirst)->first.requestId, 5);  // the first answer is to this one
    EXPECT_FALSE(client.receive(0));
}

TEST_F(SimNetwork, FaultsOfTheNetwork) {
    start(0);
    const Client client(simulator().port());
    ASSERT_TRUE(simulator().command("fault 127.1.0.1 wrongsource").starts_with("ok"));
    EXPECT_EQ(client.ask(kFirst)->second, kFirst + 1);
    ASSERT_TRUE(simulator().command("fault 127.1.0.1 none duplicate delay=20ms").starts_with("ok"));
    ASSERT_TRUE(client.ask(kFirst));
    EXPECT_TRUE(client.receive(2000));
    ASSERT_TRUE(simulator().command("fault 127.1.0.1 none loss=1").starts_with("ok"));
    EXPECT_FALSE(client.ask(kFirst, 50));
}

TEST_F(SimNetwork, DelayedRepliesComeLaterAndInOrder) {
    start(0);
    const Client client(simulator().port());
    ASSERT_TRUE(simulator().command("fault 127.1.0.1 delay=30ms").starts_with("ok"));
    for (const std::int32_t id : {1, 2, 3}) {
        client.send(kFirst, encodeRequest({.requestId = id}, {{kName, SnmpValue{}}}));
    }
    client.send(kFirst + 1, encodeRequest({.requestId = 9}, {{kName, SnmpValue{}}}));
    std::vector<std::int64_t> ids;
    while (const auto reply = client.receive(ids.size() < 4 ? 2000 : 0)) {
        ids.push_back(reply->first.requestId);
    }
    EXPECT_EQ(ids, (std::vector<std::int64_t>{9, 1, 2, 3}));
}

TEST_F(SimNetwork, ControlPortTakesLines) {
    start(0, "127.0.0.1:0");
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(simulator().controlPort());
    ASSERT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    const std::string lines = "get 127.1.0.1 " + kName.toString() + "\r\nnonsense\n";
    ASSERT_EQ(::send(socket, lines.data(), lines.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(lines.size()));
    std::string answer;
    std::array<char, 512> buffer{};
    while (std::count(answer.begin(), answer.end(), '\n') < 2) {
        const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
        ASSERT_GT(count, 0);
        answer.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ::close(socket);
    EXPECT_EQ(answer, "ok 4|CW310-BUERO\nerror: no command \"nonsense\"\n");
}

TEST_F(SimNetwork, PortInUseIsReported) {
    start(0);
    SimulatorOptions options;
    options.fleet.recordings = {fs::path(PLATEN_SOURCE) / "tests/data/recordings"};
    options.port = simulator().port();
    const auto second = SimulatorThread::start(options);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Refused);
}

}  // namespace
}  // namespace platen::sim
