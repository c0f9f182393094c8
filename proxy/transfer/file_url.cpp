// SPDX-License-Identifier: Apache-2.0
#include "proxy/transfer/file_url.hpp"

#include "base/text.hpp"
#include "proxy/net/curl_handles.hpp"

namespace platen::transfer {
namespace {

/// Empty if the URL has no such part.
std::string partOf(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) {
        return {};
    }
    std::string copy(text);
    curl_free(text);
    return copy;
}

}  // namespace

Outcome checkFileUrl(const std::string& url) {
    const net::UniqueUrl parsed(curl_url());
    if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(),
                                CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        return {FaultCode::InvalidArguments, "URL is not of the form http://host/path"};
    }
    const auto scheme = partOf(parsed.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https" && scheme != "ftp") {
        return {FaultCode::Protocol, "URL must begin with http, https or ftp"};
    }
    if (!partOf(parsed.get(), CURLUPART_USER).empty() ||
        !partOf(parsed.get(), CURLUPART_PASSWORD).empty()) {
        return {FaultCode::InvalidArguments, "URL holds a user name"};
    }
    return {};
}

}  // namespace platen::transfer
