// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/temporary_folder.hpp"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace platen::test {

/// A program that a test started, and ends by its pid. Standard output and error go to files.
class Process {
  public:
    /// Starts `words[0]` with the others as arguments. Throws std::runtime_error if it cannot.
    explicit Process(std::vector<std::string> words);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();  ///< SIGKILL if it still runs.

    void signal(int number) const;
    /// Exit code, or 128 + signal; nothing if it still runs after `limit`.
    std::optional<int> wait(std::chrono::milliseconds limit);
    [[nodiscard]] bool running();
    [[nodiscard]] std::string output() const;
    [[nodiscard]] std::string errors() const;
    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    pid_t pid_ = -1;
    std::optional<int> exit_;
    TemporaryFolder files_;
};

struct Finished {
    int exit = -1;
    std::string output, errors;
};
/// Runs to the end; exit -1 if it did not end within a minute.
Finished runToEnd(std::vector<std::string> words);

/// Looks again every 20 ms until the condition holds or the limit passes; its last value.
bool eventually(std::chrono::milliseconds limit, const std::function<bool()>& condition);

/// A port on loopback that nobody uses now.
[[nodiscard]] std::uint16_t freePort();

/// Path of one of our programs.
[[nodiscard]] std::string program(const std::string& name);

}  // namespace platen::test
