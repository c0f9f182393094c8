// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/hmac_sha1.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <vector>

namespace platen::stun {

Sha1Mac hmacSha1(std::string_view key, std::span<const std::byte> data) {
    if (key.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw std::length_error("HMAC key is too long");
    }
    std::vector<std::uint8_t> bytes(data.size());
    if (!data.empty()) {
        std::memcpy(bytes.data(), data.data(), data.size());
    }
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    // A null key means "as before" to OpenSSL; an empty one needs an address.
    const char* keyData = key.empty() ? "" : key.data();
    if (HMAC(EVP_sha1(), keyData, static_cast<int>(key.size()), bytes.data(), bytes.size(),
             digest.data(), &length) == nullptr ||
        length != Sha1Mac{}.size()) {
        throw std::runtime_error("OpenSSL refused an HMAC");
    }
    Sha1Mac mac{};
    std::memcpy(mac.data(), digest.data(), mac.size());
    return mac;
}

Sha1Mac hmacSha1(std::string_view key, std::string_view data) {
    return hmacSha1(key, std::as_bytes(std::span(data.data(), data.size())));
}

}  // namespace platen::stun
