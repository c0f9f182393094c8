// SPDX-License-Identifier: Apache-2.0
#include "proxy/diagnostics/throughput.hpp"

#include "base/text.hpp"
#include "proxy/diagnostics/tcp_count.hpp"
#include "proxy/net/curl_handles.hpp"
#include "proxy/net/curl_multi_driver.hpp"
#include "proxy/net/curl_tls.hpp"
#include "proxy/net/http_target.hpp"
#include "proxy/net/trust_stores.hpp"

#include <curl/curl.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <random>
#include <stdexcept>
#include <utility>

namespace platen::diagnostics {
namespace {

using std::chrono::microseconds;

constexpr std::size_t kMaxHeaderBytes = 64U << 10U;  ///< Of the answer.
constexpr long kStallBytes = 1000;                   ///< A second.

using net::set;

/// Octets that no link compresses; always the same.
using Noise = std::array<char, 65'536>;
std::unique_ptr<const Noise> makeNoise() {
    auto noise = std::make_unique<Noise>();
    std::minstd_rand random;  // NOLINT(cert-msc32-c,cert-msc51-cpp): it hides nothing
    constexpr unsigned kShift = 8;
    for (char& octet : *noise) {
        octet = static_cast<char>(random() >> kShift);
    }
    return noise;
}

/// What all runs share; lives until the last of them is gone.
struct Environment {
    net::Loop& loop;
    std::function<ThroughputSettings()> settings;
    net::TrustStores trust;
    std::unique_ptr<const Noise> noise = makeNoise();
};

class CurlThroughput final : public ThroughputRun {
  public:
    CurlThroughput(std::shared_ptr<Environment> environment,
                   ThroughputOptions options,
                   UniqueFunction<void(const ThroughputResult&)> done)
        : environment_(std::move(environment)),
          settings_(environment_->settings()),
          options_(std::move(options)),
          done_(std::move(done)),
          clock_(environment_->loop.clock()),
          tls_(environment_->trust, environment_->loop),
          easy_(curl_easy_init()),
          driver_(environment_->loop, [this](CURLcode result) { onTransfer(result); }) {
        if (!easy_) {
            throw std::bad_alloc();
        }
        prepare();
        tls_.prepare(easy_.get(),
                     {settings_.caFile, settings_.clientCertificate, settings_.clientKey});
        prepareSockets();
        if (isUpload()) {
            prepareUpload();
        }
        if (!driver_.start(easy_.get())) {
            throw std::runtime_error("libcurl took no transfer");
        }
    }
    CurlThroughput(const CurlThroughput&) = delete;
    CurlThroughput& operator=(const CurlThroughput&) = delete;
    ~CurlThroughput() override { driver_.stop(); }

  private:
    [[nodiscard]] bool isUpload() const { return options_.direction == Direction::Upload; }

    void prepare();
    void prepareSockets();
    void prepareUpload();
    void onTransfer(CURLcode result);
    void countAtEnd();
    [[nodiscard]] ThroughputOutcome outcomeOf(CURLcode result);

    static curl_socket_t onOpen(void* self, curlsocktype purpose, curl_sockaddr* address);
    static int onClose(void* self, curl_socket_t socket);
    static int onRequest(void* self, char* to, char* from, int toPort, int fromPort);
    static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t onHeader(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t onRead(char* data, std::size_t size, std::size_t count, void* self);

    std::shared_ptr<Environment> environment_;
    ThroughputSettings settings_;
    ThroughputOptions options_;
    UniqueFunction<void(const ThroughputResult&)> done_;
    MicroClock clock_;
    ThroughputResult result_;
    int socket_ = -1;  ///< The last that was opened; -1 when it is closed.
    bool ipv6_ = false;
    TcpCount before_;  ///< When the request was sent.
    std::uint64_t headerBytes_ = 0, bodyBytes_ = 0, uploaded_ = 0;
    bool tooLarge_ = false;
    std::array<char, CURL_ERROR_SIZE> reason_{};
    net::UniqueList headers_;
    net::CurlTls tls_;
    net::UniqueEasy easy_;
    net::MultiDriver driver_;  ///< After the handle that it drives.
};

void CurlThroughput::prepare() {
    CURL* easy = easy_.get();
    set(easy, CURLOPT_URL, options_.url.c_str());
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_FAILONERROR, 1L);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_USERAGENT, "Platen");
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.timeLimit.count()));
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connectTimeout.count()));
    set(easy, CURLOPT_LOW_SPEED_LIMIT, kStallBytes);
    set(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings_.stallTime.count()));
    // Both as given, or else the environment's http_proxy and no_proxy would count.
    set(easy, CURLOPT_PROXY, settings_.proxy.c_str());
    set(easy, CURLOPT_NOPROXY, "");
    set(easy, CURLOPT_IPRESOLVE,
        static_cast<long>(options_.protocol == Protocol::IPv4   ? CURL_IPRESOLVE_V4
                          : options_.protocol == Protocol::IPv6 ? CURL_IPRESOLVE_V6
                                                                : CURL_IPRESOLVE_WHATEVER));
    set(easy, CURLOPT_ERRORBUFFER, reason_.data());
    set(easy, CURLOPT_HEADERFUNCTION, &CurlThroughput::onHeader);
    set(easy, CURLOPT_HEADERDATA, this);
    set(easy, CURLOPT_WRITEFUNCTION, &CurlThroughput::onBody);
    set(easy, CURLOPT_WRITEDATA, this);
    set(easy, CURLOPT_PREREQFUNCTION, &CurlThroughput::onRequest);
    set(easy, CURLOPT_PREREQDATA, this);
}

void CurlThroughput::prepareSockets() {
    CURL* easy = easy_.get();
    set(easy, CURLOPT_OPENSOCKETFUNCTION, &CurlThroughput::onOpen);
    set(easy, CURLOPT_OPENSOCKETDATA, this);
    set(easy, CURLOPT_CLOSESOCKETFUNCTION, &CurlThroughput::onClose);
    set(easy, CURLOPT_CLOSESOCKETDATA, this);
}

void CurlThroughput::prepareUpload() {
    CURL* easy = easy_.get();
    headers_.reset(curl_slist_append(nullptr, "Expect:"));
    set(easy, CURLOPT_UPLOAD, 1L);
    set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(options_.uploadBytes));
    set(easy, CURLOPT_READFUNCTION, &CurlThroughput::onRead);
    set(easy, CURLOPT_READDATA, this);
    set(easy, CURLOPT_HTTPHEADER, headers_.get());
}

curl_socket_t CurlThroughput::onOpen(void* self, curlsocktype, curl_sockaddr* address) {
    auto& run = *static_cast<CurlThroughput*>(self);
    const int socket =
        ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (socket < 0) {
        return CURL_SOCKET_BAD;
    }
    run.socket_ = socket;
    run.ipv6_ = address->family == AF_INET6;
    // Best effort: not every network lets them through anyway.
    const int trafficClass = run.options_.dscp << 2;
    const int priority = run.options_.ethernetPriority;
    if (run.ipv6_) {
        ::setsockopt(socket, IPPROTO_IPV6, IPV6_TCLASS, &trafficClass, sizeof trafficClass);
    } else {
        ::setsockopt(socket, IPPROTO_IP, IP_TOS, &trafficClass, sizeof trafficClass);
    }
    ::setsockopt(socket, SOL_SOCKET, SO_PRIORITY, &priority, sizeof priority);
    run.result_.tcpOpenRequest = run.clock_.now();
    return socket;
}

int CurlThroughput::onClose(void* self, curl_socket_t socket) {
    auto& run = *static_cast<CurlThroughput*>(self);
    if (socket == run.socket_) {
        run.countAtEnd();
        run.socket_ = -1;
    }
    return ::close(socket);
}

int CurlThroughput::onRequest(void* self, char*, char*, int, int) {
    auto& run = *static_cast<CurlThroughput*>(self);
    curl_off_t connected = 0;
    curl_off_t named = 0;
    curl_easy_getinfo(run.easy_.get(), CURLINFO_CONNECT_TIME_T, &connected);
    curl_easy_getinfo(run.easy_.get(), CURLINFO_NAMELOOKUP_TIME_T, &named);
    run.result_.request = run.clock_.now();
    if (run.result_.tcpOpenRequest) {
        // The socket is opened as soon as the name is known.
        run.result_.tcpOpenResponse = std::min(
            *run.result_.tcpOpenRequest + microseconds{std::max<curl_off_t>(connected - named, 0)},
            *run.result_.request);
    }
    run.before_ = tcpCount(run.socket_, run.ipv6_);
    return CURL_PREREQFUNC_OK;
}

std::size_t CurlThroughput::onBody(char*, std::size_t size, std::size_t count, void* self) {
    auto& run = *static_cast<CurlThroughput*>(self);
    run.bodyBytes_ += size * count;
    run.tooLarge_ = run.bodyBytes_ > kMaxTestBytes;
    return run.tooLarge_ ? 0 : size * count;
}

std::size_t CurlThroughput::onHeader(char*, std::size_t size, std::size_t count, void* self) {
    auto& run = *static_cast<CurlThroughput*>(self);
    if (!run.isUpload() && !run.result_.begin) {
        run.result_.begin = run.clock_.now();
    }
    run.headerBytes_ += size * count;
    return run.headerBytes_ > kMaxHeaderBytes ? 0 : size * count;
}

std::size_t CurlThroughput::onRead(char* data, std::size_t size, std::size_t count, void* self) {
    auto& run = *static_cast<CurlThroughput*>(self);
    if (!run.result_.begin) {
        run.result_.begin = run.clock_.now();
    }
    const auto left = run.options_.uploadBytes - run.uploaded_;
    const auto& noise = *run.environment_->noise;
    const auto bytes = std::min<std::uint64_t>({size * count, left, noise.size()});
    std::memcpy(data, noise.data(), bytes);
    run.uploaded_ += bytes;
    return bytes;
}

void CurlThroughput::countAtEnd() {
    if (!result_.request) {
        return;
    }
    const auto after = tcpCount(socket_, ipv6_);
    result_.ipBytesReceived = after.received - std::min(before_.received, after.received);
    result_.ipBytesSent = after.sent - std::min(before_.sent, after.sent);
}

ThroughputOutcome CurlThroughput::outcomeOf(CURLcode result) {
    if (tooLarge_) {
        return ThroughputOutcome::TooLarge;
    }
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (result == CURLE_OK) {
        const bool good = status >= 200 && status <= 299;
        if (!good) {
            result_.text = text::cat({"HTTP status ", std::to_string(status)});
        }
        return good ? ThroughputOutcome::Complete : ThroughputOutcome::TransferFailed;
    }
    result_.text =
        text::oneLine(reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(result), 200);
    switch (result) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return ThroughputOutcome::CannotResolveHostName;
        case CURLE_OPERATION_TIMEDOUT:
            if (!result_.request) {
                return ThroughputOutcome::InitConnectionFailed;
            }
            return headerBytes_ == 0 ? ThroughputOutcome::NoResponse : ThroughputOutcome::Timeout;
        case CURLE_GOT_NOTHING:
            return ThroughputOutcome::NoResponse;
        default:
            return result_.request ? ThroughputOutcome::TransferFailed
                                   : ThroughputOutcome::InitConnectionFailed;
    }
}

void CurlThroughput::onTransfer(CURLcode result) {
    if (result_.begin) {
        result_.end = clock_.now();
    }
    if (socket_ >= 0) {
        countAtEnd();  // The server keeps the connection; else onClose has counted.
    }
    result_.outcome = outcomeOf(result);
    if (isUpload()) {
        long requestBytes = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &requestBytes);
        result_.testBytes = uploaded_ + static_cast<std::uint64_t>(std::max(requestBytes, 0L));
    } else {
        result_.testBytes = headerBytes_ + bodyBytes_;
    }
    const auto outcome = std::move(result_);
    auto done = std::move(done_);
    done(outcome);  // May destroy this: last.
}

}  // namespace

Result<void> checkTestUrl(const std::string& url) {
    const auto target = net::resolveTarget({}, url);
    if (!target) {
        return tl::unexpected<Error>(target.error());
    }
    const net::UniqueUrl parsed(curl_url());
    char* user = nullptr;
    if (parsed && curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
        curl_url_get(parsed.get(), CURLUPART_USER, &user, 0) == CURLUE_OK) {
        curl_free(user);
        return fail(ErrorCode::Malformed, "the URL holds a user name");
    }
    return {};
}

ThroughputStart makeCurlThroughput(net::Loop& loop, std::function<ThroughputSettings()> settings) {
    // Counted by libcurl; never undone, for other parts of the process may use it too.
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        throw std::runtime_error("libcurl cannot start");
    }
    const auto environment =
        std::make_shared<Environment>(Environment{loop, std::move(settings), {}});
    return [environment](ThroughputOptions options,
                         UniqueFunction<void(const ThroughputResult&)> done)
               -> std::unique_ptr<ThroughputRun> {
        return std::make_unique<CurlThroughput>(environment, std::move(options), std::move(done));
    };
}

}  // namespace platen::diagnostics
