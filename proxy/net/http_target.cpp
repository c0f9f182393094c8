// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/http_target.hpp"

#include "base/text.hpp"
#include "proxy/net/curl_handles.hpp"

namespace platen::net {
namespace {

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

Result<Target> resolveTarget(const std::string& base, const std::string& location) {
    const UniqueUrl url(curl_url());
    const bool fits =
        url != nullptr &&
        (base.empty() || curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) == CURLUE_OK) &&
        curl_url_set(url.get(), CURLUPART_URL, location.c_str(), CURLU_NON_SUPPORT_SCHEME) ==
            CURLUE_OK;
    if (!fits) {
        return fail(ErrorCode::Malformed, "not a URL of the form http://host/path");
    }
    const auto scheme = partOf(url.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") {
        return fail(ErrorCode::Unsupported,
                    text::cat({"scheme ", scheme, " is not http or https"}));
    }
    for (const auto part :
         {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT}) {
        curl_url_set(url.get(), part, nullptr, 0);
    }
    const auto port = partOf(url.get(), CURLUPART_PORT);
    const auto query = partOf(url.get(), CURLUPART_QUERY);
    return Target{
        .url = partOf(url.get(), CURLUPART_URL),
        .host = text::cat({partOf(url.get(), CURLUPART_HOST), port.empty() ? "" : ":", port}),
        .request = text::cat({partOf(url.get(), CURLUPART_PATH), query.empty() ? "" : "?", query}),
        .secure = scheme == "https"};
}

}  // namespace platen::net
