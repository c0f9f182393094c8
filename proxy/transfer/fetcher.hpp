// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"
#include "base/time.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/transfer/transfer.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace platen::transfer {

/// One file to fetch or to send. The URL has passed checkFileUrl.
struct FetchRequest {
    Kind kind = Kind::Download;
    std::string url;
    std::string username;  ///< Empty: no authentication (ftp: anonymous).
    Secret password;
    std::filesystem::path file;       ///< Where a download goes; made new, for this user only.
                                      ///< Of an upload with bodyFromFile: what is sent.
    std::uint64_t maxBytes = 0;       ///< Of a download.
    std::uint64_t expectedBytes = 0;  ///< Of a download; 0: not known.
    std::string body;                 ///< Of an upload.
    bool bodyFromFile = false;        ///< Of an upload: `file` is sent, not `body`.
    std::string formField;            ///< Of an upload by http: not PUT, but the file of this field
                                      ///< of a form (RFC 7578), as a browser sends it.
    bool direct = false;              ///< Never through the proxy: a printer of this site.
    Millis timeLimit{0};              ///< Of the whole transfer.
};

/// How it ended. A download that failed leaves no file behind.
struct FetchResult {
    Outcome outcome;
    std::uint64_t bytes = 0;
    std::string sha256;  ///< Of a download, lower-case hexadecimal.
};

/// A transfer under way; its end cancels it without the callback.
class Fetch {
  public:
    Fetch() = default;
    Fetch(const Fetch&) = delete;
    Fetch& operator=(const Fetch&) = delete;
    virtual ~Fetch() = default;
};

/// Moves files. `done` comes once, never inside the call, and may destroy the Fetch. thread: loop
class Fetcher {
  public:
    Fetcher() = default;
    Fetcher(const Fetcher&) = delete;
    Fetcher& operator=(const Fetcher&) = delete;
    virtual ~Fetcher() = default;
    virtual std::unique_ptr<Fetch> start(FetchRequest request,
                                         UniqueFunction<void(FetchResult)> done) = 0;
};

/// How servers are reached: the same trust and proxy as towards the ACS.
struct FetchSettings {
    std::string caFile;  ///< Empty: the system's bundle.
    std::string clientCertificate, clientKey, proxy;
    Millis connectTimeout{15'000};
    /// Slower than this for so long: given up. Whole seconds.
    long lowSpeedBytes = 100;
    std::chrono::seconds lowSpeedTime{30};
};

inline constexpr long kMaxFileRedirects = 5;

/// libcurl on the loop: http, https, ftp. Basic and Digest at the server (C-XFER-01); redirects
/// stay within http and https and never leave https; TLS is always checked. `settings` is asked at
/// each start. The loop must outlive it. thread: loop
[[nodiscard]] std::unique_ptr<Fetcher> makeCurlFetcher(net::Loop& loop,
                                                       std::function<FetchSettings()> settings);

}  // namespace platen::transfer
