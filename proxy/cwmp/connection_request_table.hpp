// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace platen::cwmp {

/// Credentials of the connection requests of all devices, by their random path, so that the HTTP
/// server's threads can authenticate without the loop. Written on the loop. thread: any
class ConnectionRequestTable {
  public:
    struct Entry {
        DeviceId device;
        std::string username;
        std::string password;
    };

    /// Adds or replaces the entry of a path.
    void set(const std::string& path, Entry entry);
    void erase(const std::string& path);
    [[nodiscard]] std::optional<Entry> find(const std::string& path) const;

  private:
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
};

}  // namespace platen::cwmp
