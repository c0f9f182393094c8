// SPDX-License-Identifier: Apache-2.0
// Both sides of HTTP Digest: Authorization headers as strangers send them to the listener, and
// WWW-Authenticate headers as an ACS may send them.
#include "proxy/net/digest_answer.hpp"
#include "proxy/net/digest_verifier.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace platen::net {
namespace {

class FixedClock final : public Clock {
  public:
    [[nodiscard]] SteadyTime steadyNow() const override { return {}; }
    [[nodiscard]] WallTime wallNow() const override { return {}; }
};

class FixedRandom final : public Random {
  public:
    std::uint64_t below(std::uint64_t) override { return 0; }
    std::string hex(std::size_t) override { return "7ypf"; }
};

void require(bool good) {
    if (!good) {
        std::abort();
    }
}

/// Whatever is accepted must have had the nonce and the user name.
void server(std::string_view header) {
    const auto credentials = parseDigest(header);
    if (!credentials) {
        return;
    }
    const FixedClock clock;
    FixedRandom random;
    DigestVerifier verifier(clock, random, credentials->realm);
    static_cast<void>(verifier.challenge(false));
    const auto verdict =
        verifier.verify(*credentials, "GET", credentials->uri, "Mufasa", "Circle of Life");
    if (verdict == DigestVerifier::Verdict::Accepted) {
        require(credentials->nonce == "7ypf" && credentials->username == "Mufasa");
        require(verifier.verify(*credentials, "GET", credentials->uri, "Mufasa",
                                "Circle of Life") != DigestVerifier::Verdict::Accepted);
    }
}

/// What we answer must be a header that says what the challenge said.
void client(const std::string& header) {
    const auto offer = readChallenges({&header, 1});
    if (!offer.digest) {
        return;
    }
    const auto value = answerDigest(offer.challenge, {.username = "Mu\"fasa\\",
                                                      .password = "Circle of Life",
                                                      .method = "POST",
                                                      .uri = "/acs?x=1",
                                                      .count = 1,
                                                      .cnonce = "c0ffee"});
    const auto answer = parseDigest(value);
    require(answer || answer.error().code == ErrorCode::TooLarge);
    if (answer) {
        require(answer->username == "Mu\"fasa\\" && answer->realm == offer.challenge.realm &&
                answer->nonce == offer.challenge.nonce &&
                answer->opaque == offer.challenge.opaque && answer->uri == "/acs?x=1");
    }
}

}  // namespace
}  // namespace platen::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string header(data, data + size);
    platen::net::server(header);
    platen::net::client(header);
    return 0;
}
