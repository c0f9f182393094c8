// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/digest_answer.hpp"

#include "base/text.hpp"
#include "proxy/net/auth_header.hpp"
#include "proxy/net/digest_response.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace platen::net {
namespace {

constexpr std::string_view kAuth = "auth";

bool offersAuth(std::string_view qop) {
    const auto values = text::split(qop, ',');
    return std::ranges::any_of(values, [](std::string_view value) {
        return text::equalsIgnoreCase(text::trim(value), kAuth);
    });
}

/// Nothing if we cannot answer it; else its algorithm's strength beside it.
std::optional<std::pair<int, DigestChallenge>> usable(const AuthScheme& scheme) {
    const auto* algorithm = findDigestAlgorithm(scheme.get("algorithm"));
    const bool qopGiven = scheme.has("qop");
    if (algorithm == nullptr || !scheme.has("realm") || scheme.get("nonce").empty() ||
        (qopGiven && !offersAuth(scheme.get("qop")))) {
        return std::nullopt;
    }
    return std::pair{algorithm->strength,
                     DigestChallenge{.realm = std::string(scheme.get("realm")),
                                     .nonce = std::string(scheme.get("nonce")),
                                     .opaque = std::string(scheme.get("opaque")),
                                     .algorithm = std::string(scheme.get("algorithm")),
                                     .qopAuth = qopGiven,
                                     .stale = text::equalsIgnoreCase(scheme.get("stale"), "true")}};
}

}  // namespace

AuthOffer readChallenges(std::span<const std::string> headers) {
    AuthOffer offer;
    int strength = 0;
    for (const auto& header : headers) {
        const auto schemes = readAuthHeader(header);
        if (!schemes) {
            continue;
        }
        for (const auto& scheme : *schemes) {
            offer.basic = offer.basic || scheme.name == "basic";
            if (scheme.name != "digest") {
                continue;
            }
            if (auto found = usable(scheme); found && found->first > strength) {
                offer.digest = true;
                strength = found->first;
                offer.challenge = std::move(found->second);
            }
        }
    }
    return offer;
}

std::string answerDigest(const DigestChallenge& challenge, const DigestRequest& request) {
    const auto* algorithm = findDigestAlgorithm(challenge.algorithm);
    if (algorithm == nullptr) {
        return {};
    }
    constexpr std::size_t kCountBytes = 4;
    std::array<std::uint8_t, kCountBytes> countBytes{};
    for (std::size_t i = 0; i < kCountBytes; ++i) {
        countBytes[i] = static_cast<std::uint8_t>(request.count >> (8 * (kCountBytes - 1 - i)));
    }
    const auto nc = text::toHex(countBytes, false);
    const auto response =
        digestResponse(*algorithm, {.username = request.username,
                                    .realm = challenge.realm,
                                    .password = request.password,
                                    .method = request.method,
                                    .uri = request.uri,
                                    .nonce = challenge.nonce,
                                    .nc = nc,
                                    .cnonce = request.cnonce,
                                    .qop = challenge.qopAuth ? kAuth : std::string_view()});
    auto value = text::cat(
        {"Digest username=", quoteAuthValue(request.username),
         ", realm=", quoteAuthValue(challenge.realm), ", nonce=", quoteAuthValue(challenge.nonce),
         ", uri=", quoteAuthValue(request.uri), ", response=\"", response, "\""});
    if (!challenge.algorithm.empty()) {
        value += text::cat({", algorithm=", algorithm->name});
    }
    if (challenge.qopAuth) {
        value += text::cat({", qop=auth, nc=", nc});
    }
    if (challenge.qopAuth || algorithm->session) {
        value += text::cat({", cnonce=", quoteAuthValue(request.cnonce)});
    }
    if (!challenge.opaque.empty()) {
        value += text::cat({", opaque=", quoteAuthValue(challenge.opaque)});
    }
    return value;
}

}  // namespace platen::net
