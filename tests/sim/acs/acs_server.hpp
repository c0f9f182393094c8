// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "tests/sim/acs/acs.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace platen::acs {

struct AcsServerOptions {
    AcsOptions acs;
    std::string listen = "127.0.0.1:7547";  ///< For CPEs; port 0 picks one.
    std::string api = "127.0.0.1:7557";     ///< For the REST API; port 0 picks one.
    std::filesystem::path log;              ///< JSON lines of each message; empty: none.
};

/// The ACS on its sockets: one thread of epoll for CPEs and API, a few threads that make connection
/// requests. run() on one thread; stop() and the ports on any.
class AcsServer {
  public:
    static constexpr std::size_t kMaxConnections = 20'000;
    static constexpr Millis kConnectionRequestTimeout{2000};

    /// Errors: Refused (sockets), Malformed (addresses), those of Acs::make.
    static Result<std::unique_ptr<AcsServer>> open(const AcsServerOptions& options);
    AcsServer(const AcsServer&) = delete;
    AcsServer& operator=(const AcsServer&) = delete;
    ~AcsServer();

    void run();
    /// thread: any; safe in a signal handler
    void stop() noexcept;

    [[nodiscard]] std::string url() const;     ///< `http://127.0.0.1:7547/`
    [[nodiscard]] std::string apiUrl() const;  ///< `http://127.0.0.1:7557`

  private:
    struct Impl;
    explicit AcsServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// An ACS on a thread of its own, for tests and benchmarks.
class AcsThread {
  public:
    static Result<std::unique_ptr<AcsThread>> start(const AcsServerOptions& options);
    AcsThread(const AcsThread&) = delete;
    AcsThread& operator=(const AcsThread&) = delete;
    ~AcsThread();  ///< Stops and joins.

    [[nodiscard]] AcsServer& server();

  private:
    struct Impl;
    explicit AcsThread(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace platen::acs
