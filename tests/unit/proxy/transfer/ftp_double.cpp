// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/proxy/transfer/ftp_double.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <tuple>
#include <utility>

namespace platen::transfer::test {
namespace {

constexpr int kTick = 20;  // Milliseconds between looks at the stop flag.

std::pair<int, std::uint16_t> listenOnLoopback() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof(address);
    ::bind(socket, any, length);
    ::listen(socket, 4);
    ::getsockname(socket, any, &length);
    return {socket, ntohs(address.sin_port)};
}

bool readable(int socket) {
    pollfd wait{socket, POLLIN, 0};
    return ::poll(&wait, 1, kTick) > 0;
}

void say(int socket, const std::string& text) {
    const auto line = text + "\r\n";
    static_cast<void>(::send(socket, line.data(), line.size(), MSG_NOSIGNAL));
}

}  // namespace

FtpDouble::FtpDouble(std::string content, std::string password)
    : content_(std::move(content)), password_(std::move(password)) {
    std::tie(listener_, port_) = listenOnLoopback();
    thread_ = std::thread([this] { run(); });
}

FtpDouble::~FtpDouble() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
    if (data_ >= 0) {
        ::close(data_);
    }
}

void FtpDouble::run() {
    while (!stop_) {
        if (!readable(listener_)) {
            continue;
        }
        const int client = ::accept(listener_, nullptr, nullptr);
        serve(client);
        ::close(client);
    }
}

void FtpDouble::serve(int client) {
    say(client, "220 ready");
    std::string pending;
    while (!stop_) {
        if (!readable(client)) {
            continue;
        }
        std::array<char, 512> buffer{};
        const auto got = ::recv(client, buffer.data(), buffer.size(), 0);
        if (got <= 0) {
            return;
        }
        pending.append(buffer.data(), static_cast<std::size_t>(got));
        for (auto end = pending.find("\r\n"); end != std::string::npos;
             end = pending.find("\r\n")) {
            const auto command = pending.substr(0, end);
            pending.erase(0, end + 2);
            {
                const std::lock_guard lock(mutex_);
                commands_.push_back(command);
            }
            say(client, answer(command, client));
        }
    }
}

std::string FtpDouble::answer(const std::string& command, int client) {
    const auto verb = command.substr(0, 4);
    if (verb == "USER") {
        user_ = command.substr(5);
        return "331 password";
    }
    if (verb == "PASS") {
        const bool good = password_.empty() ? user_ == "anonymous"
                                            : user_ == "user" && command.substr(5) == password_;
        return good ? "230 in" : "530 no";
    }
    if (verb == "PWD") {
        return "257 \"/\"";
    }
    if (verb == "EPSV") {
        if (data_ >= 0) {
            ::close(data_);
        }
        std::uint16_t port = 0;
        std::tie(data_, port) = listenOnLoopback();
        return "229 (|||" + std::to_string(port) + "|)";
    }
    if (verb == "RETR" && command != "RETR file") {
        return "550 no such file";
    }
    if (verb == "RETR" || verb == "STOR") {
        return transfer(verb == "STOR", client);
    }
    return verb == "TYPE" ? "200 ok" : "502 no";
}

std::string FtpDouble::transfer(bool store, int client) {
    say(client, "150 go");
    if (!readable(data_) && !readable(data_)) {
        return "425 no connection";
    }
    const int data = ::accept(data_, nullptr, nullptr);
    std::array<char, 4096> buffer{};
    if (store) {
        for (auto got = ::recv(data, buffer.data(), buffer.size(), 0); got > 0;
             got = ::recv(data, buffer.data(), buffer.size(), 0)) {
            const std::lock_guard lock(mutex_);
            uploaded_.append(buffer.data(), static_cast<std::size_t>(got));
        }
    } else {
        static_cast<void>(::send(data, content_.data(), content_.size(), MSG_NOSIGNAL));
    }
    ::close(data);
    return "226 done";
}

}  // namespace platen::transfer::test
