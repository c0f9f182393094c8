// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/trust_stores.hpp"

#include "base/text.hpp"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <system_error>
#include <utility>

namespace platen::net {

void TrustStores::Free::operator()(x509_store_st* store) const noexcept {
    X509_STORE_free(store);
}

Result<x509_store_st*> TrustStores::get(const std::string& caFile) {
    const char* bundle = curl_version_info(CURLVERSION_NOW)->cainfo;
    const std::string file = !caFile.empty() ? caFile : (bundle != nullptr ? bundle : "");
    std::error_code missing;
    const auto changed = std::filesystem::last_write_time(file, missing);
    auto& entry = stores_[file];
    if (!missing && entry.store && entry.changed == changed) {
        return entry.store.get();
    }
    std::unique_ptr<x509_store_st, Free> store(X509_STORE_new());
    if (missing || !store || X509_STORE_load_file(store.get(), file.c_str()) != 1) {
        stores_.erase(file);
        return fail(ErrorCode::Refused, text::cat({"cannot read CA certificates of ", file}));
    }
    // As curl does: a pinned intermediate or server certificate is an anchor, too.
    X509_STORE_set_flags(store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
    entry = {std::move(store), changed};
    return entry.store.get();
}

bool TrustStores::prepare(ssl_ctx_st* context, const std::string& caFile, WallTime now) {
    const auto store = get(caFile);
    if (!store) {
        return false;
    }
    SSL_CTX_set1_cert_store(context, *store);
    if (!clockIsSet(now)) {
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_NO_CHECK_TIME);
    }
    return true;
}

}  // namespace platen::net
