// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace platen::net {

/// A Digest algorithm that we know (RFC 7616 3.3, 6.1).
struct DigestAlgorithm {
    std::string_view name;
    std::string (*hash)(std::string_view);
    bool session;
    int strength;
};
/// By name, whatever the case; empty means MD5. Null if unknown.
[[nodiscard]] const DigestAlgorithm* findDigestAlgorithm(std::string_view name);

/// Everything that goes into a response; empty qop: the RFC 2069 form.
struct DigestInput {
    std::string_view username, realm, password, method, uri, nonce, nc, cnonce, qop;
};

/// The response field, RFC 7616 3.4.1 to 3.4.3. Pure.
[[nodiscard]] std::string digestResponse(const DigestAlgorithm& algorithm, const DigestInput& in);

}  // namespace platen::net
