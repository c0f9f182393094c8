// SPDX-License-Identifier: Apache-2.0
#include "base/crypto.hpp"

#include "base/text.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

namespace platen {

namespace {

std::string digestHex(const EVP_MD* type, std::string_view data) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(data.data(), data.size(), digest.data(), &length, type, nullptr) != 1) {
        throw std::runtime_error("OpenSSL refused a digest");
    }
    return text::toHex(std::span(digest).first(length), false);
}

void fillRandom(std::span<std::uint8_t> out) {
    constexpr std::size_t kChunk = 1U << 20U;
    while (!out.empty()) {
        const auto part = out.first(out.size() < kChunk ? out.size() : kChunk);
        if (RAND_bytes(part.data(), static_cast<int>(part.size())) != 1) {
            throw std::runtime_error("OpenSSL has no randomness");
        }
        out = out.subspan(part.size());
    }
}

}  // namespace

namespace crypto {

std::string md5Hex(std::string_view data) {
    return digestHex(EVP_md5(), data);
}

std::string sha256Hex(std::string_view data) {
    return digestHex(EVP_sha256(), data);
}

std::string hmacSha256Hex(std::string_view key, std::string_view data) {
    if (key.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw std::length_error("HMAC key is too long");
    }
    std::vector<std::uint8_t> bytes(data.begin(), data.end());
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    // A null key means "as before" to OpenSSL; an empty one needs an address.
    const char* keyData = key.empty() ? "" : key.data();
    if (HMAC(EVP_sha256(), keyData, static_cast<int>(key.size()), bytes.data(), bytes.size(),
             digest.data(), &length) == nullptr) {
        throw std::runtime_error("OpenSSL refused an HMAC");
    }
    return text::toHex(std::span(digest).first(length), false);
}

bool equalConstantTime(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace crypto

std::uint64_t SystemRandom::below(std::uint64_t bound) {
    if (bound <= 1) {
        return 0;
    }
    // The lowest 2^64 mod bound values would come once too often: draw again.
    const std::uint64_t skip = (0 - bound) % bound;
    for (;;) {
        std::array<std::uint8_t, 8> bytes{};
        fillRandom(bytes);
        std::uint64_t value = 0;
        for (const std::uint8_t byte : bytes) {
            value = (value << 8U) | byte;
        }
        if (value >= skip) {
            return value % bound;
        }
    }
}

std::string SystemRandom::hex(std::size_t bytes) {
    std::vector<std::uint8_t> buffer(bytes);
    fillRandom(buffer);
    return text::toHex(buffer, false);
}

}  // namespace platen
