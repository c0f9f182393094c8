// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/digest_verifier.hpp"

#include "base/text.hpp"
#include "proxy/net/digest_response.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace platen::net {
namespace {

constexpr std::size_t kNonceBytes = 16;
constexpr std::string_view kAuth = "auth";

/// The path and query of a request target in absolute form; others stay as they are.
std::string_view targetOf(std::string_view uri) {
    const auto scheme = uri.find("://");
    if (scheme == std::string_view::npos || uri.starts_with('/')) {
        return uri;
    }
    const auto path = uri.find_first_of("/?", scheme + 3);
    return path == std::string_view::npos ? std::string_view("/") : uri.substr(path);
}

/// nc is exactly eight hexadecimal digits (RFC 7616 3.4).
std::optional<std::uint64_t> countOf(std::string_view nc) {
    constexpr std::size_t kDigits = 8;
    constexpr int kBase = 16;
    std::uint64_t count = 0;
    const auto* end = nc.data() + nc.size();
    const auto [stop, error] = std::from_chars(nc.data(), end, count, kBase);
    if (nc.size() != kDigits || error != std::errc() || stop != end) {
        return std::nullopt;
    }
    return count;
}

}  // namespace

Result<DigestCredentials> parseDigest(std::string_view header) {
    if (header.size() > kMaxDigestHeaderBytes) {
        return fail(ErrorCode::TooLarge, "the authentication header is too long");
    }
    const auto trimmed = text::trim(header);
    if (!text::equalsIgnoreCase(trimmed.substr(0, trimmed.find_first_of(" \t")), "Digest")) {
        return fail(ErrorCode::Unsupported, "the authentication scheme is not Digest");
    }
    auto schemes = readAuthHeader(trimmed);
    if (!schemes) {
        return tl::unexpected<Error>(std::move(schemes.error()));
    }
    if (schemes->size() != 1) {
        return fail(ErrorCode::Malformed, "more than one authentication scheme");
    }
    const auto& digest = schemes->front();
    const auto field = [&digest](std::string_view name) { return std::string(digest.get(name)); };
    DigestCredentials credentials{.username = field("username"),
                                  .realm = field("realm"),
                                  .nonce = field("nonce"),
                                  .uri = field("uri"),
                                  .response = field("response"),
                                  .algorithm = field("algorithm"),
                                  .qop = field("qop"),
                                  .nc = field("nc"),
                                  .cnonce = field("cnonce"),
                                  .opaque = field("opaque")};
    for (const std::string_view name : {"username", "realm", "nonce", "uri", "response"}) {
        if (!digest.has(name)) {
            return fail(ErrorCode::Malformed, text::cat({"Digest without ", name}));
        }
    }
    return credentials;
}

DigestVerifier::DigestVerifier(const Clock& clock, Random& random, std::string realm)
    : DigestVerifier(clock, random, std::move(realm), DigestQop::Auth) {}

DigestVerifier::DigestVerifier(const Clock& clock, Random& random, std::string realm, DigestQop qop)
    : clock_(clock), random_(random), realm_(std::move(realm)), qop_(qop) {}

void DigestVerifier::dropOldNonces(SteadyTime now) {
    while (!byAge_.empty()) {
        const auto oldest = nonces_.find(byAge_.front());
        const bool expired = oldest == nonces_.end() || now - oldest->second.issued >= kNonceLife;
        if (!expired && nonces_.size() < kMaxNonces) {
            return;
        }
        nonces_.erase(byAge_.front());
        byAge_.pop_front();
    }
}

std::vector<std::string> DigestVerifier::challenge(bool stale) {
    std::string nonce;
    {
        const std::lock_guard lock(mutex_);
        const auto now = clock_.steadyNow();
        dropOldNonces(now);
        nonce = random_.hex(kNonceBytes);
        if (nonces_.insert_or_assign(nonce, Nonce{.issued = now}).second) {
            byAge_.push_back(nonce);
        }
    }
    std::vector<std::string> values;
    for (const std::string_view algorithm : {"MD5", "SHA-256"}) {
        values.push_back(
            text::cat({"Digest realm=", quoteAuthValue(realm_), ", nonce=", quoteAuthValue(nonce),
                       qop_ == DigestQop::Auth ? R"(, qop="auth")" : "", ", algorithm=", algorithm,
                       stale ? ", stale=true" : ""}));
    }
    return values;
}

DigestVerifier::Verdict DigestVerifier::verify(const DigestCredentials& credentials,
                                               std::string_view method,
                                               std::string_view requestUri,
                                               std::string_view username,
                                               std::string_view password) {
    const auto* algorithm = findDigestAlgorithm(credentials.algorithm);
    const bool legacy = qop_ == DigestQop::None;
    const auto count = legacy ? std::optional<std::uint64_t>(1) : countOf(credentials.nc);
    const bool qopFits =
        legacy ? credentials.qop.empty() : text::equalsIgnoreCase(credentials.qop, kAuth);
    if (algorithm == nullptr || !qopFits || !count || credentials.realm != realm_ ||
        targetOf(credentials.uri) != targetOf(requestUri) || username.empty() || password.empty()) {
        return Verdict::Wrong;
    }
    const auto expected = digestResponse(*algorithm, {.username = username,
                                                      .realm = realm_,
                                                      .password = password,
                                                      .method = method,
                                                      .uri = credentials.uri,
                                                      .nonce = credentials.nonce,
                                                      .nc = credentials.nc,
                                                      .cnonce = credentials.cnonce,
                                                      .qop = credentials.qop});
    const bool userFits = crypto::equalConstantTime(credentials.username, username);
    const bool responseFits =
        crypto::equalConstantTime(text::toLower(credentials.response), expected);
    if (!userFits || !responseFits) {
        return Verdict::Wrong;
    }
    return useNonce(credentials.nonce, *count);
}

DigestVerifier::Verdict DigestVerifier::useNonce(const std::string& nonce, std::uint64_t count) {
    const std::lock_guard lock(mutex_);
    const auto known = nonces_.find(nonce);
    if (known == nonces_.end() || clock_.steadyNow() - known->second.issued >= kNonceLife ||
        count <= known->second.lastCount) {
        return Verdict::Stale;
    }
    known->second.lastCount = count;
    return Verdict::Accepted;
}

}  // namespace platen::net
