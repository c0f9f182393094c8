// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "proxy/net/curl_handles.hpp"
#include "proxy/net/curl_multi_driver.hpp"
#include "proxy/net/curl_tls.hpp"
#include "proxy/net/trust_stores.hpp"
#include "proxy/transfer/download_file.hpp"
#include "proxy/transfer/fetcher.hpp"
#include "proxy/transfer/file_source.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

namespace platen::transfer {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64U << 10U;  ///< Of one transfer, all answers together.

using net::set;

/// What all transfers share; lives until the last of them is gone.
struct Environment {
    net::Loop& loop;
    std::function<FetchSettings()> settings;
    net::TrustStores trust;
};

class CurlFetch final : public Fetch {
  public:
    CurlFetch(std::shared_ptr<Environment> environment,
              FetchRequest request,
              UniqueFunction<void(FetchResult)> done)
        : environment_(std::move(environment)),
          settings_(environment_->settings()),
          request_(std::move(request)),
          done_(std::move(done)),
          tls_(environment_->trust, environment_->loop),
          easy_(curl_easy_init()),
          driver_(environment_->loop, [this](CURLcode result) { onTransfer(result); }) {
        if (!easy_) {
            throw std::bad_alloc();
        }
        if (isUpload()) {
            if (request_.bodyFromFile && !source_.open(request_.file)) {
                throw std::runtime_error("the file to send cannot be read");
            }
            headers_.reset(curl_slist_append(nullptr, "Expect:"));
        } else {
            file_.emplace(request_.file);
        }
        prepare();
        tls_.prepare(easy_.get(),
                     {settings_.caFile, settings_.clientCertificate, settings_.clientKey});
        prepareDirection();
        if (!driver_.start(easy_.get())) {
            throw std::runtime_error("libcurl took no transfer");
        }
    }
    CurlFetch(const CurlFetch&) = delete;
    CurlFetch& operator=(const CurlFetch&) = delete;
    ~CurlFetch() override { driver_.stop(); }

  private:
    [[nodiscard]] bool isUpload() const { return request_.kind == Kind::Upload; }
    [[nodiscard]] std::size_t bodySize() const {
        return request_.bodyFromFile ? source_.size() : request_.body.size();
    }
    [[nodiscard]] bool isSecure() const {
        return text::toLower(request_.url).starts_with("https:");
    }

    void prepare();
    void prepareDirection();
    void prepareForm();
    void onTransfer(CURLcode result);
    [[nodiscard]] Outcome outcomeOf(CURLcode result);
    [[nodiscard]] Outcome outcomeOfStatus(long status) const;
    [[nodiscard]] Outcome outcomeOfError(CURLcode result) const;
    [[nodiscard]] Outcome checkReceived();

    static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t onHeader(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t onRead(char* data, std::size_t size, std::size_t count, void* self);
    static int onSeek(void* self, curl_off_t offset, int origin);

    std::shared_ptr<Environment> environment_;
    FetchSettings settings_;
    FetchRequest request_;
    UniqueFunction<void(FetchResult)> done_;
    std::optional<DownloadFile> file_;
    FileSource source_;
    std::size_t sent_ = 0;
    std::size_t headerBytes_ = 0;
    bool tooLarge_ = false;
    bool diskFailed_ = false;
    std::array<char, CURL_ERROR_SIZE> reason_{};
    net::UniqueList headers_;
    net::CurlTls tls_;
    net::UniqueEasy easy_;
    net::UniqueMime form_;     ///< Goes before the handle that it was made for.
    net::MultiDriver driver_;  ///< After the handle that it drives.
};

void CurlFetch::prepare() {
    CURL* easy = easy_.get();
    set(easy, CURLOPT_URL, request_.url.c_str());
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https,ftp");
    set(easy, CURLOPT_REDIR_PROTOCOLS_STR, isSecure() ? "https" : "http,https");
    set(easy, CURLOPT_FOLLOWLOCATION, 1L);
    set(easy, CURLOPT_MAXREDIRS, kMaxFileRedirects);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_FAILONERROR, 1L);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_USERAGENT, "Platen");
    set(easy, CURLOPT_TIMEOUT_MS,
        static_cast<long>(std::max<Millis>(request_.timeLimit, Millis{1}).count()));
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connectTimeout.count()));
    set(easy, CURLOPT_LOW_SPEED_LIMIT, settings_.lowSpeedBytes);
    set(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings_.lowSpeedTime.count()));
    // Both as given, or else the environment's http_proxy and no_proxy would count.
    set(easy, CURLOPT_PROXY, request_.direct ? "" : settings_.proxy.c_str());
    set(easy, CURLOPT_NOPROXY, "");
    set(easy, CURLOPT_ERRORBUFFER, reason_.data());
    set(easy, CURLOPT_HEADERFUNCTION, &CurlFetch::onHeader);
    set(easy, CURLOPT_HEADERDATA, this);
    set(easy, CURLOPT_WRITEFUNCTION, &CurlFetch::onBody);
    set(easy, CURLOPT_WRITEDATA, this);
    if (!request_.username.empty()) {
        const std::string password(request_.password.reveal());
        set(easy, CURLOPT_USERNAME, request_.username.c_str());
        set(easy, CURLOPT_PASSWORD, password.c_str());
        // Not given to another host after a redirect: CURLOPT_UNRESTRICTED_AUTH stays off.
        set(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC | CURLAUTH_DIGEST);
    }
}

void CurlFetch::prepareDirection() {
    CURL* easy = easy_.get();
    if (!isUpload()) {
        return;
    }
    if (!request_.formField.empty()) {
        prepareForm();
        return;
    }
    set(easy, CURLOPT_UPLOAD, 1L);
    set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(bodySize()));
    set(easy, CURLOPT_READFUNCTION, &CurlFetch::onRead);
    set(easy, CURLOPT_READDATA, this);
    set(easy, CURLOPT_SEEKFUNCTION, &CurlFetch::onSeek);
    set(easy, CURLOPT_SEEKDATA, this);
    set(easy, CURLOPT_HTTPHEADER, headers_.get());
}

void CurlFetch::prepareForm() {
    CURL* easy = easy_.get();
    form_.reset(curl_mime_init(easy));
    curl_mimepart* part = form_ ? curl_mime_addpart(form_.get()) : nullptr;
    if (part == nullptr || curl_mime_name(part, request_.formField.c_str()) != CURLE_OK ||
        curl_mime_filename(part, "image") != CURLE_OK ||
        curl_mime_type(part, "application/octet-stream") != CURLE_OK ||
        curl_mime_data_cb(part, static_cast<curl_off_t>(bodySize()), &CurlFetch::onRead,
                          &CurlFetch::onSeek, nullptr, this) != CURLE_OK) {
        throw std::bad_alloc();
    }
    set(easy, CURLOPT_MIMEPOST, form_.get());
    set(easy, CURLOPT_HTTPHEADER, headers_.get());
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);  // The answer may be the way to the next page.
}

std::size_t CurlFetch::onBody(char* data, std::size_t size, std::size_t count, void* self) {
    auto& fetch = *static_cast<CurlFetch*>(self);
    const auto bytes = size * count;
    if (!fetch.file_) {
        return bytes;  // What a server says to an upload.
    }
    const auto most = fetch.request_.expectedBytes > 0
                          ? std::min(fetch.request_.expectedBytes, fetch.request_.maxBytes)
                          : fetch.request_.maxBytes;
    if (bytes > most - fetch.file_->bytes()) {
        fetch.tooLarge_ = true;
        return 0;  // Ends the transfer.
    }
    if (!fetch.file_->write({data, bytes})) {
        fetch.diskFailed_ = true;
        return 0;
    }
    return bytes;
}

std::size_t CurlFetch::onHeader(char*, std::size_t size, std::size_t count, void* self) {
    auto& fetch = *static_cast<CurlFetch*>(self);
    fetch.headerBytes_ += size * count;
    return fetch.headerBytes_ > kMaxHeaderBytes ? 0 : size * count;
}

std::size_t CurlFetch::onRead(char* data, std::size_t size, std::size_t count, void* self) {
    auto& fetch = *static_cast<CurlFetch*>(self);
    if (fetch.request_.bodyFromFile) {
        const auto got = fetch.source_.read(data, size * count, fetch.sent_);
        fetch.sent_ += got.value_or(0);
        return got.value_or(CURL_READFUNC_ABORT);
    }
    const auto bytes = std::min(size * count, fetch.request_.body.size() - fetch.sent_);
    // NOLINTNEXTLINE(bugprone-not-null-terminated-result): libcurl takes octets, not text
    std::memcpy(data, fetch.request_.body.data() + fetch.sent_, bytes);
    fetch.sent_ += bytes;
    return bytes;
}

int CurlFetch::onSeek(void* self, curl_off_t offset, int origin) {
    auto& fetch = *static_cast<CurlFetch*>(self);
    const auto size = static_cast<curl_off_t>(fetch.bodySize());
    if (origin != SEEK_SET || offset < 0 || offset > size) {
        return CURL_SEEKFUNC_FAIL;
    }
    fetch.sent_ = static_cast<std::size_t>(offset);
    return CURL_SEEKFUNC_OK;
}

Outcome CurlFetch::outcomeOfStatus(long status) const {
    const auto text =
        text::cat({"the file server answered with HTTP status ", std::to_string(status)});
    switch (status) {
        case 401:
        case 403:
            return {FaultCode::Authentication, text};
        case 404:
        case 410:
            return {isUpload() ? FaultCode::UploadFailed : FaultCode::CannotAccess, text};
        default:
            return {generalFault(request_.kind), text};
    }
}

Outcome CurlFetch::outcomeOfError(CURLcode result) const {
    double connected = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONNECT_TIME, &connected);
    const std::string text =
        text::oneLine(reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(result), 200);
    const auto brokenOff = isUpload() ? FaultCode::UploadFailed : FaultCode::Incomplete;
    switch (result) {
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_FTP_CANT_GET_HOST:
            return {FaultCode::CannotContact, text};
        case CURLE_LOGIN_DENIED:
            return {FaultCode::Authentication, text};
        case CURLE_REMOTE_ACCESS_DENIED:
        case CURLE_REMOTE_FILE_NOT_FOUND:
        case CURLE_FTP_COULDNT_RETR_FILE:
            return {isUpload() ? FaultCode::UploadFailed : FaultCode::CannotAccess, text};
        case CURLE_OPERATION_TIMEDOUT:
            return {connected > 0 ? brokenOff : FaultCode::CannotContact, text};
        case CURLE_PARTIAL_FILE:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_GOT_NOTHING:
            return {brokenOff, text};
        default:
            return {generalFault(request_.kind), text};
    }
}

Outcome CurlFetch::outcomeOf(CURLcode result) {
    if (tooLarge_) {
        return request_.expectedBytes > 0
                   ? Outcome{FaultCode::Corrupted, "the file is larger than FileSize"}
                   : Outcome{FaultCode::DownloadFailed, "the file is larger than is taken here"};
    }
    if (diskFailed_) {
        return {FaultCode::DownloadFailed, "the gateway's disk did not take the file"};
    }
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (result == CURLE_HTTP_RETURNED_ERROR) {
        return outcomeOfStatus(status);
    }
    if (result != CURLE_OK) {
        return outcomeOfError(result);
    }
    const bool nextPage = !request_.formField.empty() && (status == 302 || status == 303);
    if ((status < 200 || status > 299) && !nextPage) {
        return outcomeOfStatus(status);  // Also FTP's last answer is one of 2xx.
    }
    return isUpload() ? Outcome{} : checkReceived();
}

Outcome CurlFetch::checkReceived() {
    if (request_.expectedBytes > 0 && file_->bytes() != request_.expectedBytes) {
        return {FaultCode::Corrupted,
                text::cat({"the file has ", std::to_string(file_->bytes()), " bytes, FileSize is ",
                           std::to_string(request_.expectedBytes)})};
    }
    return {};
}

void CurlFetch::onTransfer(CURLcode result) {
    FetchResult out;
    out.outcome = outcomeOf(result);
    if (out.outcome.good() && file_) {
        out.bytes = file_->bytes();
        out.sha256 = file_->keep();
        if (out.sha256.empty()) {
            out.outcome = {FaultCode::DownloadFailed, "the gateway's disk did not take the file"};
        }
    } else if (isUpload()) {
        out.bytes = sent_;
    }
    file_.reset();
    auto done = std::move(done_);
    done(std::move(out));  // May destroy this: last.
}

class CurlFetcher final : public Fetcher {
  public:
    CurlFetcher(net::Loop& loop, std::function<FetchSettings()> settings)
        : environment_(std::make_shared<Environment>(
              Environment{.loop = loop, .settings = std::move(settings), .trust = {}})) {}

    std::unique_ptr<Fetch> start(FetchRequest request,
                                 UniqueFunction<void(FetchResult)> done) override {
        return std::make_unique<CurlFetch>(environment_, std::move(request), std::move(done));
    }

  private:
    std::shared_ptr<Environment> environment_;
};

}  // namespace

std::unique_ptr<Fetcher> makeCurlFetcher(net::Loop& loop, std::function<FetchSettings()> settings) {
    // Counted by libcurl; never undone, for other parts of the process may use it too.
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        throw std::runtime_error("libcurl cannot start");
    }
    return std::make_unique<CurlFetcher>(loop, std::move(settings));
}

}  // namespace platen::transfer
