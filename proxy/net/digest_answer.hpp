// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace platen::net {

/// What a client needs of a Digest challenge (RFC 7616 3.3).
struct DigestChallenge {
    std::string realm{}, nonce{}, opaque{};
    std::string algorithm{};  ///< As sent; empty: MD5.
    bool qopAuth = false;     ///< `auth` was offered; false: no qop at all.
    bool stale = false;
};

/// What the server asks for in its WWW-Authenticate headers.
struct AuthOffer {
    bool digest = false;  ///< A Digest challenge that we can answer is in `challenge`.
    bool basic = false;
    DigestChallenge challenge;
};

/// Reads the values of all WWW-Authenticate headers; several challenges in one value are fine. Of
/// several Digest challenges the strongest that we can answer is taken: SHA-256, then MD5
/// (C-AUTH-04). What is malformed or unknown is passed over. Pure.
[[nodiscard]] AuthOffer readChallenges(std::span<const std::string> headers);

/// Who asks for what, for answerDigest.
struct DigestRequest {
    std::string_view username{}, password{}, method{};
    std::string_view uri{};   ///< The request target, as sent.
    std::uint32_t count = 1;  ///< Requests with this nonce, this one included.
    std::string_view cnonce{};
};

/// Value of the Authorization header for the challenge (C-AUTH-05). Pure.
[[nodiscard]] std::string answerDigest(const DigestChallenge& challenge,
                                       const DigestRequest& request);

}  // namespace platen::net
