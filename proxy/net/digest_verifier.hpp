// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "proxy/net/auth_header.hpp"

#include <cstdint>
#include <deque>
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

/// Whether the quality of protection is offered. `None` gives challenges of the RFC 2069 kind, for
/// ACSs that cannot do more (C-CR-16); a nonce then serves one request only.
enum class DigestQop : std::uint8_t { Auth, None };

/// Server side of HTTP Digest: nonces of ours only, nc must rise, uri must be the request's,
/// constant-time compare, MD5 (what ACSs send) and SHA-256. thread: any
class DigestVerifier {
  public:
    static constexpr std::size_t kMaxNonces = 4096;
    static constexpr Millis kNonceLife{300'000};

    /// All must outlive the verifier.
    DigestVerifier(const Clock& clock, Random& random, std::string realm);
    DigestVerifier(const Clock& clock, Random& random, std::string realm, DigestQop qop);

    /// Values for WWW-Authenticate headers, one for each algorithm, MD5 first (older ACSs take the
    /// first); a new nonce. C-CR-03: by default only the first is sent.
    [[nodiscard]] std::vector<std::string> challenge(bool stale);

    /// Stale: the credentials are right but the nonce is old, unknown, or was used with this nc: a
    /// new challenge with stale=true is due. Empty user names and passwords are always Wrong
    /// (C-CR-08).
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
    void dropOldNonces(SteadyTime now);
    [[nodiscard]] Verdict useNonce(const std::string& nonce, std::uint64_t count);

    const Clock& clock_;
    Random& random_;
    std::string realm_;
    DigestQop qop_;
    std::mutex mutex_;
    std::unordered_map<std::string, Nonce> nonces_;
    std::deque<std::string> byAge_;  ///< Keys of nonces_, oldest first.
};

}  // namespace platen::net
