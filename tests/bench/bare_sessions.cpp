// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bare_sessions.hpp"

#include "base/text.hpp"
#include "proxy/net/curl_handles.hpp"
#include "proxy/net/trust_stores.hpp"

#include <openssl/ssl.h>

#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace platen::bench {
namespace {

/// As long as the Inform of a printer with one event.
constexpr std::size_t kInformBytes = 2700;

std::size_t append(char* data, std::size_t size, std::size_t count, void* to) {
    static_cast<std::string*>(to)->append(data, size * count);
    return size * count;
}

CURLcode lendStore(CURL*, void* context, void* store) {
    SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(context), static_cast<X509_STORE*>(store));
    return CURLE_OK;
}

class BareSession {
  public:
    BareSession(const std::string& url, X509_STORE* store) : easy_(curl_easy_init()) {
        CURL* easy = easy_.get();
        curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &append);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &received_);
        if (store != nullptr) {
            curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);
            curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
            curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &lendStore);
            curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, store);
        }
    }

    long post(const std::string& body) {
        curl_easy_setopt(easy_.get(), CURLOPT_POST, 1L);
        curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
        curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDS, body.c_str());
        return perform();
    }
    long get() { return perform(); }
    [[nodiscard]] const std::string& received() const { return received_; }

  private:
    long perform() {
        received_.clear();
        if (curl_easy_perform(easy_.get()) != CURLE_OK) {
            return 0;
        }
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        return status;
    }

    std::string received_;
    net::UniqueEasy easy_;
};

X509_STORE* storeOf(net::TrustStores& stores, const std::string& caFile) {
    if (caFile.empty()) {
        return nullptr;
    }
    auto store = stores.get(caFile);
    if (!store) {
        throw std::runtime_error(store.error().text);
    }
    return *store;
}

std::uint64_t numberAfter(std::string_view text, std::string_view key) {
    const auto at = text.find(key);
    if (at == std::string_view::npos) {
        throw std::runtime_error("the null ACS sent no counts");
    }
    const auto from = at + key.size();
    return text::toUnsigned(text.substr(from, text.find_first_of(" \n", from) - from)).value_or(0);
}

}  // namespace

std::size_t runBareSessions(const std::string& url, const std::string& caFile, std::size_t count) {
    net::TrustStores stores;
    X509_STORE* store = storeOf(stores, caFile);
    const std::string inform(kInformBytes, 'x');
    constexpr long kOk = 200;
    constexpr long kNoContent = 204;
    std::size_t failed = 0;
    for (std::size_t i = 0; i < count; ++i) {
        BareSession session(url, store);
        if (session.post(inform) != kOk || session.post({}) != kNoContent) {
            ++failed;
        }
    }
    return failed;
}

AcsCounts askNullAcs(const std::string& url, const std::string& caFile) {
    net::TrustStores stores;
    X509_STORE* store = storeOf(stores, caFile);
    constexpr int kTries = 200;
    for (int i = 0; i < kTries; ++i) {
        BareSession session(url + "stats", store);
        if (session.get() != 200) {
            throw std::runtime_error("the null ACS does not answer");
        }
        AcsCounts counts{.connections = numberAfter(session.received(), "connections="),
                         .sessions = numberAfter(session.received(), "sessions="),
                         .odd = numberAfter(session.received(), "odd=")};
        counts.connections -= numberAfter(session.received(), "asked=");
        if (counts.connections == counts.sessions + counts.odd) {
            return counts;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw std::runtime_error("connections to the null ACS stay open");
}

}  // namespace platen::bench
