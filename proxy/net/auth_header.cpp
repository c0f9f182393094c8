// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/auth_header.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace platen::net {
namespace {

constexpr std::size_t kMaxParameters = 32;
constexpr std::size_t kMaxSchemes = 16;

bool isTokenCharacter(char c) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~/";  // `/` for token68 values.
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
}

bool isControl(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

/// Reads the values of Authorization and WWW-Authenticate.
class AuthReader {
  public:
    explicit AuthReader(std::string_view text) : left_(text) {}

    Result<std::vector<AuthScheme>> read() {
        std::vector<AuthScheme> schemes;
        for (;;) {
            skip(" \t,");
            if (left_.empty()) {
                return schemes;
            }
            const auto word = token();
            if (word.empty()) {
                return malformed("expected a name");
            }
            skip(" \t");
            if (left_.empty() || left_.front() != '=') {
                if (schemes.size() == kMaxSchemes) {
                    return fail(ErrorCode::TooLarge, "too many authentication schemes");
                }
                schemes.push_back({text::toLower(word), {}});
                continue;
            }
            left_.remove_prefix(1);
            if (schemes.empty()) {
                return malformed("a parameter without a scheme");
            }
            if (auto added = addParameter(schemes.back(), text::toLower(word)); !added) {
                return tl::unexpected<Error>(std::move(added.error()));
            }
        }
    }

  private:
    static tl::unexpected<Error> malformed(std::string_view why) {
        return fail(ErrorCode::Malformed, text::cat({"authentication header: ", why}));
    }
    void skip(std::string_view characters) {
        left_.remove_prefix(std::min(left_.find_first_not_of(characters), left_.size()));
    }
    std::string_view token() {
        const auto end = std::ranges::find_if_not(left_, isTokenCharacter);
        const auto word = left_.substr(0, static_cast<std::size_t>(end - left_.begin()));
        left_.remove_prefix(word.size());
        return word;
    }
    Result<void> addParameter(AuthScheme& scheme, std::string name) {
        skip(" \t");
        auto value =
            !left_.empty() && left_.front() == '"' ? quoted() : Result<std::string>(bare());
        if (!value) {
            return tl::unexpected<Error>(std::move(value.error()));
        }
        if (scheme.has(name)) {
            return malformed("a parameter stands twice");
        }
        if (scheme.parameters.size() == kMaxParameters) {
            return fail(ErrorCode::TooLarge, "too many authentication parameters");
        }
        scheme.parameters.emplace_back(std::move(name), std::move(*value));
        return {};
    }
    /// Older clients leave quotes away where they are due, so more than a token is taken.
    std::string bare() {
        const auto word = left_.substr(0, left_.find_first_of(", \t"));
        left_.remove_prefix(word.size());
        return std::string(word);
    }
    Result<std::string> quoted() {
        std::string value;
        for (std::size_t i = 1; i < left_.size(); ++i) {
            if (left_[i] == '"') {
                left_.remove_prefix(i + 1);
                return value;
            }
            if (left_[i] == '\\' && ++i == left_.size()) {
                break;
            }
            value += left_[i];
        }
        return malformed("a quoted text does not end");
    }

    std::string_view left_;
};

}  // namespace

std::string_view AuthScheme::get(std::string_view key) const {
    const auto found =
        std::ranges::find(parameters, key, &std::pair<std::string, std::string>::first);
    return found != parameters.end() ? std::string_view(found->second) : std::string_view();
}

bool AuthScheme::has(std::string_view key) const {
    return std::ranges::find(parameters, key, &std::pair<std::string, std::string>::first) !=
           parameters.end();
}

Result<std::vector<AuthScheme>> readAuthHeader(std::string_view header) {
    if (header.size() > kMaxDigestHeaderBytes) {
        return fail(ErrorCode::TooLarge, "the authentication header is too long");
    }
    if (std::ranges::any_of(header, [](char c) { return isControl(c) && c != '\t'; })) {
        return fail(ErrorCode::Malformed, "the authentication header has control characters");
    }
    return AuthReader(header).read();
}

std::string quoteAuthValue(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out += '"';
}

}  // namespace platen::net
