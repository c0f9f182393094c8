// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/demo/child_process.hpp"

#include "base/text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace platen::demo {

namespace {

constexpr int kPollMillis = 20;
constexpr int kExecFailed = 127;
constexpr Millis kDefaultGrace{5000};

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::filesystem::path& program,
                                         const std::vector<std::string>& arguments,
                                         const std::filesystem::path& log) {
    if (::access(program.c_str(), X_OK) != 0) {
        return fail(ErrorCode::NotFound, program.string() + " is no program");
    }
    // everything that allocates comes before fork: other threads may hold the allocator's lock
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (output < 0) {
        return fail(ErrorCode::Refused, log.string() + " cannot be written");
    }
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        ::setpgid(0, 0);  // an interrupt key is for the parent, which stops its children in order
        ::dup2(output, STDOUT_FILENO);
        ::dup2(output, STDERR_FILENO);
        if (::getppid() == parent) {
            ::execv(argv[0], argv.data());
        }
        ::_exit(kExecFailed);
    }
    ::close(output);
    if (pid < 0) {
        return fail(ErrorCode::Refused, "fork: " + std::generic_category().message(errno));
    }
    return ChildProcess(pid);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(status_, other.status_);
    return *this;
}

ChildProcess::~ChildProcess() {
    if (pid_ > 0) {
        stop(kDefaultGrace);
    }
}

std::optional<int> ChildProcess::exitStatus() {
    int raw = 0;
    if (!status_ && ::waitpid(pid_, &raw, WNOHANG) == pid_) {
        status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    }
    return status_;
}

std::optional<int> ChildProcess::wait(Millis limit) {
    for (std::int64_t waited = 0; waited < limit.count() && !exitStatus(); waited += kPollMillis) {
        ::poll(nullptr, 0, kPollMillis);
    }
    return exitStatus();
}

ChildProcess::End ChildProcess::stop(Millis grace) {
    End end;
    if (!exitStatus()) {
        ::kill(pid_, SIGTERM);
        if (!wait(grace)) {
            end.killed = true;
            ::kill(pid_, SIGKILL);
            (void)wait(kDefaultGrace);
        }
    }
    end.status = status_.value_or(-1);
    pid_ = -1;
    return end;
}

}  // namespace platen::demo
