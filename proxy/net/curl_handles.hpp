// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <curl/curl.h>

#include <memory>
#include <stdexcept>

namespace platen::net {

struct FreeEasy {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct FreeMulti {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
struct FreeShare {
    void operator()(CURLSH* share) const noexcept { curl_share_cleanup(share); }
};
struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct FreeUrl {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
struct FreeMime {
    void operator()(curl_mime* form) const noexcept { curl_mime_free(form); }
};
// curl_easy_setopt takes any type; these keep the variadic call in one place.
template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
    if (curl_easy_setopt(easy, option, value) != CURLE_OK) {
        throw std::runtime_error("libcurl lacks an option that this program needs");
    }
}
inline void set(CURL* easy, CURLoption option, Millis value) {
    set(easy, option, static_cast<long>(value.count()));
}

using UniqueMime = std::unique_ptr<curl_mime, FreeMime>;
using UniqueEasy = std::unique_ptr<CURL, FreeEasy>;
using UniqueMulti = std::unique_ptr<CURLM, FreeMulti>;
using UniqueShare = std::unique_ptr<CURLSH, FreeShare>;
using UniqueList = std::unique_ptr<curl_slist, FreeList>;
using UniqueUrl = std::unique_ptr<CURLU, FreeUrl>;

}  // namespace platen::net
