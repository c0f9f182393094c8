// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace platen::test {

namespace {

std::string slurp(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void redirect(const std::filesystem::path& file, int descriptor) {
    const int opened = ::open(file.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    ::dup2(opened, descriptor);
    ::close(opened);
}

}  // namespace

Process::Process(std::vector<std::string> words) {
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (auto& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) {
        throw std::runtime_error("fork failed");
    }
    if (pid_ == 0) {
        redirect(files_ / "out", STDOUT_FILENO);
        redirect(files_ / "err", STDERR_FILENO);
        ::execvp(argv[0], argv.data());
        ::_exit(127);
    }
}

Process::~Process() {
    if (running()) {
        signal(SIGKILL);
        wait(std::chrono::seconds{10});
    }
}

void Process::signal(int number) const {
    if (!exit_) {
        ::kill(pid_, number);
    }
}

std::optional<int> Process::wait(std::chrono::milliseconds limit) {
    eventually(limit, [this] { return !running(); });
    return exit_;
}

bool Process::running() {
    if (exit_) {
        return false;
    }
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
        constexpr int kSignalled = 128;
        exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
    }
    return !exit_;
}

std::string Process::output() const {
    return slurp(files_ / "out");
}
std::string Process::errors() const {
    return slurp(files_ / "err");
}

Finished runToEnd(std::vector<std::string> words) {
    Process process(std::move(words));
    const auto exit = process.wait(std::chrono::minutes{1});
    return {exit.value_or(-1), process.output(), process.errors()};
}

bool eventually(std::chrono::milliseconds limit, const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) {
            return condition();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return true;
}

std::uint16_t freePort() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size);          // NOLINT: socket API
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);  // NOLINT: socket API
    ::close(descriptor);
    return ntohs(address.sin_port);
}

std::string program(const std::string& name) {
    return std::string(PLATEN_BIN) + "/" + name;
}

}  // namespace platen::test
