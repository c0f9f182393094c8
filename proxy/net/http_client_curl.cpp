// SPDX-License-Identifier: Apache-2.0
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "proxy/net/curl_handles.hpp"
#include "proxy/net/curl_multi_driver.hpp"
#include "proxy/net/curl_tls.hpp"
#include "proxy/net/digest_answer.hpp"
#include "proxy/net/http_client.hpp"
#include "proxy/net/http_target.hpp"
#include "proxy/net/trust_stores.hpp"

#include <curl/curl.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>

namespace platen::net {
namespace {

constexpr Millis kConnectTimeout{15'000};
constexpr std::size_t kMaxHeaderBytes = 64U << 10U;  ///< Of one response, all its headers.
constexpr Millis kMaxRetryAfter{std::chrono::hours{24 * 7}};
/// The first 401 is answered; a second one only if it says that the nonce was stale (C-AUTH-09).
constexpr int kMaxAnswers = 2;
constexpr std::size_t kCnonceBytes = 16;

/// What all sessions of a client share; lives until the last of them is gone.
struct Environment {
    explicit Environment(Loop& l) : loop(l), dns(curl_share_init()) {
        if (!dns ||
            curl_share_setopt(dns.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) != CURLSHE_OK) {
            throw std::runtime_error("libcurl cannot share its DNS cache");
        }
    }
    /// All devices usually have the same URL: it is read once.
    Result<Target> target(const std::string& url) {
        if (url != lastUrl) {
            auto resolved = resolveTarget({}, url);
            if (!resolved) {
                return resolved;
            }
            lastTarget = std::move(*resolved);
            lastUrl = url;
        }
        return lastTarget;
    }

    Loop& loop;
    UniqueShare dns;  ///< Names only; never connections, cookies or TLS sessions (C-TLS-09).
    TrustStores trust;
    SystemRandom random;
    std::string lastUrl;
    Target lastTarget;
};

class CurlSession final : public HttpSession {
  public:
    CurlSession(std::shared_ptr<Environment> environment, HttpSessionOptions options)
        : environment_(std::move(environment)),
          options_(std::move(options)),
          tls_(environment_->trust, environment_->loop),
          easy_(curl_easy_init()),
          driver_(environment_->loop, [this](CURLcode result) { onTransfer(result); }) {
        if (!easy_) {
            throw std::bad_alloc();
        }
        prepare();
    }
    CurlSession(const CurlSession&) = delete;
    CurlSession& operator=(const CurlSession&) = delete;
    ~CurlSession() override { driver_.stop(); }

    void post(std::string body, UniqueFunction<void(Result<HttpReply>)> done) override;

  private:
    enum class Scheme : std::uint8_t { None, Basic, Digest };

    void prepare();
    [[nodiscard]] Result<void> start();
    [[nodiscard]] UniqueList headers();
    [[nodiscard]] std::string authorization();
    void onTransfer(CURLcode result);
    void repeatOr(Result<void> repeat);
    [[nodiscard]] Result<void> answerChallenge();
    [[nodiscard]] Result<void> followRedirect(long status);
    [[nodiscard]] std::vector<std::string> header(const char* name) const;
    [[nodiscard]] Millis retryAfter() const;
    [[nodiscard]] Error errorOf(CURLcode result) const;
    [[nodiscard]] Error atHost(const Error& error) const;
    void finish(Result<HttpReply> reply);
    void finishLater(Error error);

    static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t onHeader(char* data, std::size_t size, std::size_t count, void* self);

    std::shared_ptr<Environment> environment_;
    HttpSessionOptions options_;
    Target target_;
    Scheme scheme_ = Scheme::None;  ///< How the target wants us to prove who we are.
    DigestChallenge challenge_;
    std::uint32_t nonceCount_ = 0;
    std::string cnonce_;

    // Of the exchange that runs.
    std::string body_;
    UniqueFunction<void(Result<HttpReply>)> done_;
    std::uint32_t redirects_ = 0;
    int answers_ = 0;  ///< Challenges of this target that were answered.
    std::string received_;
    std::size_t headerBytes_ = 0;
    bool tooLarge_ = false;
    std::array<char, CURL_ERROR_SIZE> reason_{};

    UniqueList headers_;
    CurlTls tls_;
    UniqueEasy easy_;
    MultiDriver driver_;  ///< After the handle that it drives.
    /// Tells late tasks whether the session still lives.
    std::shared_ptr<CurlSession*> alive_ = std::make_shared<CurlSession*>(this);
};

void CurlSession::prepare() {
    CURL* easy = easy_.get();
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);  // followRedirect has the rules of C-HTTP-12 to 16.
    set(easy, CURLOPT_COOKIEFILE, "");      // An engine of the session's own (C-HTTP-10, 11).
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_USERAGENT, options_.userAgent.c_str());
    set(easy, CURLOPT_TIMEOUT_MS, options_.timeout);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, std::min(options_.timeout, kConnectTimeout));
    set(easy, CURLOPT_SHARE, environment_->dns.get());
    // Names are looked up anew for each session (C-DIS-08); the second only joins the lookups of
    // many devices that start at once.
    set(easy, CURLOPT_DNS_CACHE_TIMEOUT, 1L);
    // Both as given, or else the environment's http_proxy and no_proxy would count.
    set(easy, CURLOPT_PROXY, options_.proxy.c_str());
    set(easy, CURLOPT_NOPROXY, "");
    set(easy, CURLOPT_ERRORBUFFER, reason_.data());
    set(easy, CURLOPT_WRITEFUNCTION, &CurlSession::onBody);
    set(easy, CURLOPT_WRITEDATA, this);
    set(easy, CURLOPT_HEADERFUNCTION, &CurlSession::onHeader);
    set(easy, CURLOPT_HEADERDATA, this);
    tls_.prepare(easy_.get(), {options_.caFile, options_.clientCertificate, options_.clientKey});
}

std::size_t CurlSession::onBody(char* data, std::size_t size, std::size_t count, void* self) {
    auto& session = *static_cast<CurlSession*>(self);
    const auto bytes = size * count;
    if (bytes > session.options_.maxResponseBytes - session.received_.size()) {
        session.tooLarge_ = true;
        return 0;  // Ends the transfer.
    }
    session.received_.append(data, bytes);
    return bytes;
}

std::size_t CurlSession::onHeader(char*, std::size_t size, std::size_t count, void* self) {
    auto& session = *static_cast<CurlSession*>(self);
    const auto bytes = size * count;
    session.headerBytes_ += bytes;
    session.tooLarge_ = session.tooLarge_ || session.headerBytes_ > kMaxHeaderBytes;
    return session.tooLarge_ ? 0 : bytes;
}

void CurlSession::post(std::string body, UniqueFunction<void(Result<HttpReply>)> done) {
    if (done_) {
        environment_->loop.post([done = std::move(done), alive = std::weak_ptr(alive_)]() mutable {
            if (!alive.expired()) {
                done(fail(ErrorCode::Conflict, "the session's last POST is not answered yet"));
            }
        });
        return;
    }
    body_ = std::move(body);
    done_ = std::move(done);
    redirects_ = 0;
    answers_ = 0;
    if (target_.url.empty()) {
        auto target = environment_->target(options_.url);
        if (!target) {
            finishLater(Error{target.error().code,
                              text::cat({"URL of the server: ", target.error().text})});
            return;
        }
        target_ = std::move(*target);
    }
    if (auto started = start(); !started) {
        finishLater(atHost(started.error()));
    }
}

std::string CurlSession::authorization() {
    if (scheme_ == Scheme::Digest) {
        return text::cat(
            {"Authorization: ", answerDigest(challenge_, {.username = options_.username,
                                                          .password = options_.password.reveal(),
                                                          .method = "POST",
                                                          .uri = target_.request,
                                                          .count = ++nonceCount_,
                                                          .cnonce = cnonce_})});
    }
    const auto pair = text::cat({options_.username, ":", options_.password.reveal()});
    std::string encoded(4 * ((pair.size() + 2) / 3) + 1, '\0');
    std::vector<unsigned char> bytes(pair.begin(), pair.end());
    std::vector<unsigned char> out(encoded.size());
    const auto length = EVP_EncodeBlock(out.data(), bytes.data(), static_cast<int>(bytes.size()));
    encoded.assign(out.begin(), out.begin() + length);
    return text::cat({"Authorization: Basic ", encoded});
}

UniqueList CurlSession::headers() {
    UniqueList list;
    const auto add = [&list](const char* line) {
        curl_slist* longer = curl_slist_append(list.get(), line);
        if (longer == nullptr) {
            throw std::bad_alloc();
        }
        static_cast<void>(list.release());
        list.reset(longer);
    };
    add("Expect:");  // Some ACSs stall on 100-continue (C-HTTP-08).
    if (body_.empty()) {
        add("Content-Type:");
    } else {
        add("Content-Type: text/xml; charset=utf-8");
        add("SOAPAction;");  // curl's form of a header with an empty value.
    }
    if (scheme_ != Scheme::None) {
        add(authorization().c_str());
    }
    return list;
}

Result<void> CurlSession::start() {
    if (target_.secure) {
        if (auto store = environment_->trust.get(options_.caFile); !store) {
            return tl::unexpected<Error>(std::move(store.error()));
        }
    }
    received_.clear();
    headerBytes_ = 0;
    tooLarge_ = false;
    reason_[0] = '\0';
    headers_ = headers();
    CURL* easy = easy_.get();
    set(easy, CURLOPT_URL, target_.url.c_str());
    set(easy, CURLOPT_HTTPHEADER, headers_.get());
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    set(easy, CURLOPT_POSTFIELDS, body_.c_str());  // Not copied: body_ stays until the end.
    if (!driver_.start(easy)) {
        return fail(ErrorCode::Internal, "libcurl took no transfer");
    }
    return {};
}

std::vector<std::string> CurlSession::header(const char* name) const {
    std::vector<std::string> values;
    curl_header* found = nullptr;
    while (curl_easy_header(easy_.get(), name, values.size(), CURLH_HEADER, -1, &found) ==
           CURLHE_OK) {
        values.emplace_back(found->value);
    }
    return values;
}

void CurlSession::onTransfer(CURLcode result) {
    if (result != CURLE_OK) {
        finish(tl::unexpected<Error>(errorOf(result)));
        return;
    }
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    constexpr std::array kFollowed{301L, 302L, 303L, 307L, 308L};
    if (std::ranges::find(kFollowed, status) != kFollowed.end()) {
        repeatOr(followRedirect(status));
    } else if (status == 401 && !options_.username.empty()) {
        repeatOr(answerChallenge());
    } else {
        const auto type = header("Content-Type");
        finish(HttpReply{.status = status,
                         .body = std::move(received_),
                         .contentType = type.empty() ? std::string() : type.back(),
                         .retryAfter = retryAfter(),
                         .effectiveUrl = target_.url});
    }
}

void CurlSession::repeatOr(Result<void> repeat) {
    if (repeat) {
        auto started = start();
        if (started) {
            return;
        }
        repeat = tl::unexpected<Error>(std::move(started.error()));
    }
    finish(tl::unexpected<Error>(atHost(repeat.error())));
}

Result<void> CurlSession::answerChallenge() {
    const auto sent = scheme_;
    auto offer = readChallenges(header("WWW-Authenticate"));
    const bool again = answers_ == 0 || (answers_ < kMaxAnswers && offer.challenge.stale);
    if (!again || (sent == Scheme::Basic && !offer.digest)) {
        return fail(ErrorCode::AuthFailed, "the server refused the user name or the password");
    }
    ++answers_;
    if (offer.digest) {
        scheme_ = Scheme::Digest;
        challenge_ = std::move(offer.challenge);
        cnonce_ = environment_->random.hex(kCnonceBytes);
        nonceCount_ = 0;
        return {};
    }
    if (offer.basic && !target_.secure) {
        // C-AUTH-02: the password would be readable on the way.
        return fail(ErrorCode::AuthFailed,
                    "the server takes only Basic authentication, which is not sent without TLS");
    }
    if (offer.basic) {
        scheme_ = Scheme::Basic;
        return {};
    }
    return fail(ErrorCode::AuthFailed, "the server offers no authentication that we know");
}

Result<void> CurlSession::followRedirect(long status) {
    if (status == 303) {
        return fail(ErrorCode::Unsupported, "redirect by 303, which would lose the message");
    }
    if (redirects_ >= options_.maxRedirects) {
        return fail(ErrorCode::Unsupported, "too many redirects");
    }
    const auto location = header("Location");
    if (location.empty() || location.front().empty()) {
        return fail(ErrorCode::Malformed, "redirect without a target");
    }
    auto target = resolveTarget(target_.url, location.front());
    if (!target) {
        return fail(target.error().code, text::cat({"redirect: ", target.error().text}));
    }
    if (target_.secure && !target->secure) {
        return fail(ErrorCode::Unsupported, "redirect from https to http");
    }
    ++redirects_;
    target_ = std::move(*target);
    scheme_ = Scheme::None;  // The target must ask for itself (C-HTTP-14).
    answers_ = 0;
    return {};
}

Millis CurlSession::retryAfter() const {
    const auto values = header("Retry-After");
    if (values.empty()) {
        return Millis{0};
    }
    const auto value = text::trim(values.front());
    if (const auto seconds = text::toUnsigned(value)) {
        const auto most = std::chrono::duration_cast<std::chrono::seconds>(kMaxRetryAfter);
        return std::chrono::seconds{
            std::min<std::uint64_t>(*seconds, static_cast<std::uint64_t>(most.count()))};
    }
    const auto date = curl_getdate(values.front().c_str(), nullptr);
    if (date < 0) {
        return Millis{0};
    }
    const WallTime then{std::chrono::seconds{date}};
    return std::clamp(then - environment_->loop.clock().wallNow(), Millis{0}, kMaxRetryAfter);
}

Error CurlSession::atHost(const Error& error) const {
    return {error.code, text::cat({target_.host, ": ", error.text})};
}

Error CurlSession::errorOf(CURLcode result) const {
    if (tooLarge_) {
        return atHost({ErrorCode::TooLarge, "the response is too large"});
    }
    long status = 0;
    long systemError = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &systemError);
    auto code = ErrorCode::Refused;
    switch (result) {
        case CURLE_OPERATION_TIMEDOUT:
            code = ErrorCode::Timeout;
            break;
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:  // What answered speaks no HTTP/1.
        case CURLE_PARTIAL_FILE:
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_URL_MALFORMAT:
            code = ErrorCode::Malformed;
            break;
        case CURLE_RECV_ERROR:  // Of a body: broken chunks, or a lost connection.
            code = status != 0 && systemError == 0 ? ErrorCode::Malformed : ErrorCode::Refused;
            break;
        case CURLE_OUT_OF_MEMORY:
            code = ErrorCode::Exhausted;
            break;
        default:
            break;
    }
    const char* reason = reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(result);
    return atHost({code, reason});
}

void CurlSession::finish(Result<HttpReply> reply) {
    auto done = std::move(done_);
    done_ = {};
    body_.clear();
    received_.clear();
    if (done) {
        done(std::move(reply));  // May destroy the session: last.
    }
}

void CurlSession::finishLater(Error error) {
    environment_->loop.post([alive = std::weak_ptr(alive_), error = std::move(error)]() mutable {
        if (const auto session = alive.lock()) {
            (*session)->finish(tl::unexpected<Error>(std::move(error)));
        }
    });
}

class CurlClient final : public HttpClient {
  public:
    explicit CurlClient(Loop& loop) : environment_(std::make_shared<Environment>(loop)) {}
    void readAnchors(const std::string& caFile) {
        // A file that cannot be read is the error of the session that needs it.
        static_cast<void>(environment_->trust.get(caFile));
    }
    std::unique_ptr<HttpSession> open(HttpSessionOptions options) override {
        return std::make_unique<CurlSession>(environment_, std::move(options));
    }

  private:
    std::shared_ptr<Environment> environment_;
};

}  // namespace

namespace {

std::unique_ptr<CurlClient> makeClient(Loop& loop) {
    // Counted by libcurl; never undone, for other parts of the process may use it too.
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        throw std::runtime_error("libcurl cannot start");
    }
    return std::make_unique<CurlClient>(loop);
}

}  // namespace

std::unique_ptr<HttpClient> makeCurlClient(Loop& loop) {
    return makeClient(loop);
}

std::unique_ptr<HttpClient> makeCurlClient(Loop& loop, const std::string& caFile) {
    auto client = makeClient(loop);
    client->readAnchors(caFile);
    return client;
}

}  // namespace platen::net
