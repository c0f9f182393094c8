// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace platen::net {

/// Fields of a Digest Authorization header (RFC 7616 3.4).
struct DigestCredentials {
    std::string username, realm, nonce, uri, response, algorithm, qop, nc, cnonce, opaque;
};

/// Parses the value of an Authorization header of scheme Digest. Pure. At most
/// kMaxDigestHeaderBytes. Errors: Malformed, TooLarge, Unsupported (another scheme).
[[nodiscard]] Result<DigestCredentials> parseDigest(std::string_view header);
inline constexpr std::size_t kMaxDigestHeaderBytes = 4096;

/// Server side of HTTP Digest: nonces of ours only, nc must rise, uri must be the request's,
/// constant-time compare, MD5 (what ACSs send) and SHA-256. thread: any
class DigestVerifier {
  public:
    static constexpr std::size_t kMaxNonces = 4096;
    static constexpr Millis kNonceLife{300'000};

    /// All must outlive the verifier.
    DigestVerifier(const Clock& clock, Random& random, std::string realm);

    /// Values for WWW-Authenticate headers, one for each algorithm, MD5 first (older ACSs take the
    /// first); a new nonce.
    [[nodiscard]] std::vector<std::string> challenge(bool stale);

    enum class Verdict : std::uint8_t { Accepted, Stale, Wrong };
    [[nodiscard]] Verdict verify(const DigestCredentials& credentials,
                                 std::string_view method,
                                 std::string_view requestUri,
                                 std::string_view username,
                                 std::string_view password);

  private:
    struct Nonce {
        SteadyTime issued;
        std::uint64_t lastCount = 0;
    };
    const Clock& clock_;
    Random& random_;
    std::string realm_;
    std::mutex mutex_;
    std::unordered_map<std::string, Nonce> nonces_;
};

}  // namespace platen::net
