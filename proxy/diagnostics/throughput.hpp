// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "proxy/diagnostics/micro_clock.hpp"
#include "proxy/diagnostics/tools.hpp"
#include "proxy/net/loop.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace platen::diagnostics {

/// A test of throughput never moves more octets than this, nor takes longer.
inline constexpr std::uint64_t kMaxTestBytes = 1ULL << 30U;
inline constexpr std::chrono::minutes kMaxTestTime{5};

enum class Direction : std::uint8_t { Download, Upload };

/// What to move (TR-143): `Download-` and `UploadDiagnostics` of TR-181.
struct ThroughputOptions {
    Direction direction = Direction::Download;
    std::string url;                ///< Has passed checkTestUrl.
    std::uint64_t uploadBytes = 0;  ///< At most kMaxTestBytes.
    Protocol protocol = Protocol::Any;
    std::uint8_t dscp = 0;              ///< 0 to 63.
    std::uint8_t ethernetPriority = 0;  ///< 0 to 7.
};

enum class ThroughputOutcome : std::uint8_t {
    Complete,
    CannotResolveHostName,
    InitConnectionFailed,  ///< No connection, or TLS failed.
    NoResponse,            ///< Connected, but nothing came back.
    TransferFailed,        ///< Broken off, or a status other than 2xx.
    TooLarge,              ///< More than kMaxTestBytes came.
    Timeout,               ///< Not done within the time limit, or stalled.
};

/// What came of it. Times are kept as far as the test got; counts are of the connection between
/// the request and the end.
struct ThroughputResult {
    ThroughputOutcome outcome = ThroughputOutcome::TransferFailed;
    std::string text;  ///< Why, for the log; empty if complete.
    std::optional<MicroTime> tcpOpenRequest, tcpOpenResponse, request, begin, end;
    std::uint64_t testBytes = 0;  ///< HTTP headers and body.
    std::uint64_t ipBytesReceived = 0, ipBytesSent = 0;
};

/// How servers are reached: as the ACS is.
struct ThroughputSettings {
    std::string caFile;  ///< Empty: the system's bundle.
    std::string clientCertificate, clientKey, proxy;
    Millis connectTimeout{15'000};
    /// Fewer octets than 1,000 in each second for so long: given up. Whole seconds.
    std::chrono::seconds stallTime{20};
    Millis timeLimit{kMaxTestTime};
};

/// A test under way; its end cancels it without the callback.
class ThroughputRun {
  public:
    ThroughputRun() = default;
    ThroughputRun(const ThroughputRun&) = delete;
    ThroughputRun& operator=(const ThroughputRun&) = delete;
    virtual ~ThroughputRun() = default;
};

/// Starts tests; `done` comes once, never inside the call, and may destroy the run. thread: loop
using ThroughputStart = std::function<std::unique_ptr<ThroughputRun>(
    ThroughputOptions, UniqueFunction<void(const ThroughputResult&)> done)>;

/// Why a test with this URL is not started: it must be http or https, without a user name. Pure.
/// Errors: Malformed, Unsupported.
[[nodiscard]] Result<void> checkTestUrl(const std::string& url);

/// libcurl on the loop. Nothing is stored, and nothing but random octets is sent; redirects are not
/// followed, there is no login (TR-181). `settings` is asked at each start. The loop must outlive
/// the runs.
[[nodiscard]] ThroughputStart makeCurlThroughput(net::Loop& loop,
                                                 std::function<ThroughputSettings()> settings);

}  // namespace platen::diagnostics
