// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "proxy/net/endpoint.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace platen::snmp {

/// Keeps us from locking ourselves out: a user that a device refused some times in a row is left
/// alone there for a while. Other users, and the same one at other devices, go on. thread: loop
class CredentialGuard {
  public:
    /// Refusals in a row; devices that lock a user out do it after 3 to 5 wrong tries a time.
    static constexpr std::uint32_t kMaxRefusals = 3;
    static constexpr std::chrono::minutes kPause{15};
    /// Beyond, the memory is emptied.
    static constexpr std::size_t kMaxEntries = 65'536;

    /// Why the user is not to be tried there now; nothing if it may.
    [[nodiscard]] std::optional<std::string> refusal(const net::Endpoint& at,
                                                     const std::string& user,
                                                     SteadyTime now) const;
    void refused(const net::Endpoint& at,
                 const std::string& user,
                 std::string reason,
                 SteadyTime now);
    void succeeded(const net::Endpoint& at, const std::string& user);

  private:
    struct Entry {
        std::uint32_t refusals = 0;
        SteadyTime until{};
        std::string reason;
    };
    std::unordered_map<std::string, Entry> entries_;  // by endpoint and fingerprint of the user
};

}  // namespace platen::snmp
