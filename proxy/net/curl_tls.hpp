// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/loop.hpp"
#include "proxy/net/trust_stores.hpp"

#include <curl/curl.h>

#include <string>

namespace platen::net {

/// What one client proves itself with, and whom it trusts; names of files.
struct TlsFiles {
    std::string ca;           ///< Empty: the system's bundle.
    std::string certificate;  ///< Empty: none.
    std::string key;          ///< Empty: it is in the file of the certificate.
};

/// TLS of a curl handle: 1.2 or newer, chain and name verified, anchors from a store that is shared
/// (C-TLS-01 to 05). thread: loop
class CurlTls {
  public:
    /// `trust` and `loop` must outlive it.
    CurlTls(TrustStores& trust, const Loop& loop) : trust_(trust), loop_(loop) {}
    CurlTls(const CurlTls&) = delete;
    CurlTls& operator=(const CurlTls&) = delete;
    ~CurlTls() = default;

    /// The handle must not outlive this object.
    void prepare(CURL* easy, const TlsFiles& files);

  private:
    static CURLcode onContext(CURL* easy, void* context, void* self);

    TrustStores& trust_;
    const Loop& loop_;
    std::string ca_;
};

}  // namespace platen::net
