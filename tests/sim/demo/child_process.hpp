// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace platen::demo {

/// A program that this one started: its output goes to a file, and it never outlives this object.
class ChildProcess {
  public:
    /// Standard output and standard error are appended to `log`. Errors: NotFound, Refused.
    static Result<ChildProcess> start(const std::filesystem::path& program,
                                      const std::vector<std::string>& arguments,
                                      const std::filesystem::path& log);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();  ///< As stop(5 s).

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// The exit status once it has ended (128 + signal if it was killed).
    [[nodiscard]] std::optional<int> exitStatus();
    /// SIGTERM, and SIGKILL after `grace`. The exit status, and whether SIGKILL was needed.
    struct End {
        int status = 0;
        bool killed = false;
    };
    End stop(Millis grace);
    /// Waits for the end by itself; nothing if it takes longer.
    [[nodiscard]] std::optional<int> wait(Millis limit);

  private:
    explicit ChildProcess(pid_t pid) : pid_(pid) {}
    pid_t pid_ = -1;
    std::optional<int> status_;
};

}  // namespace platen::demo
