// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace platen::crypto {

/// Lower-case hexadecimal digests (RFC 1321, FIPS 180-4).
[[nodiscard]] std::string md5Hex(std::string_view data);
[[nodiscard]] std::string sha256Hex(std::string_view data);
/// HMAC-SHA-256, lower-case hexadecimal (RFC 2104).
[[nodiscard]] std::string hmacSha256Hex(std::string_view key, std::string_view data);
/// Same time whatever the first difference; lengths may leak.
[[nodiscard]] bool equalConstantTime(std::string_view a, std::string_view b);

}  // namespace platen::crypto

namespace platen {

/// Source of randomness; seeded in tests.
class Random {
  public:
    Random() = default;
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;
    virtual ~Random() = default;
    /// Uniform in [0, bound). Precondition: bound > 0.
    [[nodiscard]] virtual std::uint64_t below(std::uint64_t bound) = 0;
    /// `bytes` random octets as lower-case hexadecimal; fit for nonces and passwords in the system
    /// version.
    [[nodiscard]] virtual std::string hex(std::size_t bytes) = 0;
};

/// OpenSSL's generator. thread: any
class SystemRandom final : public Random {
  public:
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) override;
    [[nodiscard]] std::string hex(std::size_t bytes) override;
};

}  // namespace platen
