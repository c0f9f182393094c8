// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/digest_response.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace platen::net {
namespace {

constexpr std::array<DigestAlgorithm, 4> kAlgorithms{
    {{"MD5", crypto::md5Hex, false, 1},
     {"MD5-sess", crypto::md5Hex, true, 1},
     {"SHA-256", crypto::sha256Hex, false, 2},
     {"SHA-256-sess", crypto::sha256Hex, true, 2}}};

}  // namespace

const DigestAlgorithm* findDigestAlgorithm(std::string_view name) {
    const auto found = std::ranges::find_if(kAlgorithms, [name](const DigestAlgorithm& algorithm) {
        return text::equalsIgnoreCase(algorithm.name, name.empty() ? "MD5" : name);
    });
    return found != kAlgorithms.end() ? &*found : nullptr;
}

std::string digestResponse(const DigestAlgorithm& algorithm, const DigestInput& in) {
    auto secret = algorithm.hash(text::cat({in.username, ":", in.realm, ":", in.password}));
    if (algorithm.session) {
        secret = algorithm.hash(text::cat({secret, ":", in.nonce, ":", in.cnonce}));
    }
    const auto request = algorithm.hash(text::cat({in.method, ":", in.uri}));
    if (in.qop.empty()) {
        return algorithm.hash(text::cat({secret, ":", in.nonce, ":", request}));
    }
    return algorithm.hash(
        text::cat({secret, ":", in.nonce, ":", in.nc, ":", in.cnonce, ":", in.qop, ":", request}));
}

}  // namespace platen::net
