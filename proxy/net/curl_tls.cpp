// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/curl_tls.hpp"

#include "proxy/net/curl_handles.hpp"

#include <openssl/ssl.h>

namespace platen::net {

void CurlTls::prepare(CURL* easy, const TlsFiles& files) {
    ca_ = files.ca;
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    // No files for curl to read: onContext brings the anchors.
    set(easy, CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    set(easy, CURLOPT_SSL_CTX_FUNCTION, &CurlTls::onContext);
    set(easy, CURLOPT_SSL_CTX_DATA, this);
    if (!files.certificate.empty()) {
        set(easy, CURLOPT_SSLCERT, files.certificate.c_str());
        set(easy, CURLOPT_SSLKEY, (files.key.empty() ? files.certificate : files.key).c_str());
    }
}

CURLcode CurlTls::onContext(CURL* /*easy*/, void* context, void* self) {
    const auto& tls = *static_cast<CurlTls*>(self);
    const bool ready =
        tls.trust_.prepare(static_cast<SSL_CTX*>(context), tls.ca_, tls.loop_.clock().wallNow());
    return ready ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
}

}  // namespace platen::net
