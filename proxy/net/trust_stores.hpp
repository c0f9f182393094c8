// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

// OpenSSL's X509_STORE and SSL_CTX.
struct x509_store_st;
struct ssl_ctx_st;

namespace platen::net {

/// Trust anchors, read once for each file and again when it changes: reading them for each session
/// costs twenty times the rest of a handshake. The system's bundle takes about 20 ms. thread: one
class TrustStores {
  public:
    /// Empty: the system's bundle. The store lives until the file changes; TLS contexts keep a
    /// reference of their own. Errors: Refused.
    [[nodiscard]] Result<x509_store_st*> get(const std::string& caFile);
    /// Gives a new TLS context its anchors. False: they cannot be read. While the clock is not set
    /// (clockIsSet), validity dates are not looked at; chain and name are (C-TLS-05).
    [[nodiscard]] bool prepare(ssl_ctx_st* context, const std::string& caFile, WallTime now);

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
