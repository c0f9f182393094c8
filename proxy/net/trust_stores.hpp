// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

// OpenSSL's X509_STORE.
struct x509_store_st;

namespace platen::net {

/// Trust anchors, read once for each file and again when it changes: reading them for each session
/// costs twenty times the rest of a handshake. The system's bundle takes about 20 ms. thread: one
class TrustStores {
  public:
    /// Empty: the system's bundle. The store lives until the file changes; TLS contexts keep a
    /// reference of their own. Errors: Refused.
    [[nodiscard]] Result<x509_store_st*> get(const std::string& caFile);

  private:
    struct Free {
        void operator()(x509_store_st* store) const noexcept;
    };
    struct Entry {
        std::unique_ptr<x509_store_st, Free> store;
        std::filesystem::file_time_type changed;
    };
    std::map<std::string, Entry> stores_;
};

}  // namespace platen::net
