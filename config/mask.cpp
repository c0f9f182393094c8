// SPDX-License-Identifier: Apache-2.0
#include "config/mask.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::config {

namespace {

constexpr std::array<std::string_view, 3> kSecretNames{"password", "community", "write_community"};
constexpr std::array<std::string_view, 8> kSecretWords{"pass",  "pwd",  "secret", "communit",
                                                       "token", "auth", "priv",   "key"};
/// Names a file, as `{"file": ...}` does, or an algorithm.
constexpr std::array<std::string_view, 3> kPublicNames{"client_key", "auth_protocol",
                                                       "priv_protocol"};

bool isWordCharacter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// One `*` for each character, so that columns stay right.
void hide(std::string& out, std::string_view piece) {
    for (const char c : piece) {
        if (c == '\n' || c == '\r' || c == '\t') {
            out.push_back(c);
        } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            out.push_back('*');
        }
    }
}

/// A string of no secret: only `http://user:password@host` and keys pasted in are hidden.
void appendPublic(std::string& out, std::string_view piece) {
    if (piece.find("-----BEGIN") != std::string_view::npos) {
        hide(out, piece);
        return;
    }
    const auto scheme = piece.find("://");
    const auto at = piece.rfind('@');  // Also one in a path: that only hides more.
    if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme) {
        out.append(piece);
        return;
    }
    out.append(piece.substr(0, scheme + 3));
    hide(out, piece.substr(scheme + 3, at - scheme - 3));
    out.append(piece.substr(at));
}

/// Walks the text as a lexer that never fails.
class Masker {
  public:
    explicit Masker(std::string_view text) : text_(text) { out_.reserve(text.size()); }

    std::string run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') {
                string();
            } else if (text_.substr(at_).starts_with("//")) {
                copyTo(text_.find('\n', at_));
            } else if (text_.substr(at_).starts_with("/*")) {
                const auto end = text_.find("*/", at_ + 2);
                copyTo(end == std::string_view::npos ? end : end + 2);
            } else {
                other(c);
                ++at_;
            }
        }
        return std::move(out_);
    }

  private:
    /// A string up to its closing quote, or to the end of the line if there is none.
    void string() {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2U : 1U;
        }
        end = std::min(end, text_.size());
        const std::string_view content = text_.substr(at_ + 1, end - at_ - 1);
        const bool closed = end < text_.size() && text_[end] == '"';
        out_.push_back('"');
        if (closed && isKeyAt(end)) {
            key(content);
        } else {
            value(content);
        }
        if (closed) {
            out_.push_back('"');
        }
        at_ = std::min(end + (closed ? 1U : 0U), text_.size());
        word_.clear();
    }

    void key(std::string_view content) {
        out_.append(content);
        if (depth_ > 0) {
            fileName_ = content == "file";
        } else {
            // No name of ours has an escape in it; better hide too much.
            secret_ = content.find('\\') != std::string_view::npos || mayNameSecret(content);
        }
    }

    void value(std::string_view content) {
        if (hiding() && !(depth_ > 0 && fileName_)) {
            hide(out_, content);
        } else {
            appendPublic(out_, content);
        }
        // Where a colon was forgotten, the name looks like a value.
        secret_ = depth_ == 0 && !secret_ && mayNameSecret(content);
        fileName_ = false;
    }

    void other(char c) {
        const bool open = c == '{' || c == '[';
        const bool close = c == '}' || c == ']';
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        const bool structure = open || close || blank || c == ',' || c == ':';
        hiding() && !structure ? hide(out_, std::string_view(&c, 1)) : out_.push_back(c);
        if (open && hiding()) {
            ++depth_;
        } else if (close && depth_ > 0) {
            --depth_;
        }
        if (structure && !blank) {
            // A name that was written without quotes.
            secret_ = c == ':' && (secret_ || mayNameSecret(word_));
            word_.clear();
        } else if (isWordCharacter(c) && word_.size() < 64) {
            word_.push_back(c);
        }
    }

    [[nodiscard]] bool isKeyAt(std::size_t quote) const {
        const auto next = text_.find_first_not_of(" \t\r\n", quote + 1);
        return next != std::string_view::npos && text_[next] == ':';
    }
    [[nodiscard]] bool hiding() const { return secret_ || depth_ > 0; }

    void copyTo(std::size_t end) {
        const std::string_view piece =
            text_.substr(at_, end == std::string_view::npos ? end : end - at_);
        out_.append(piece);
        at_ += piece.size();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string out_;
    std::string word_;       // The bare word before the place where we are.
    bool secret_ = false;    // The next value belongs to a secret's name.
    bool fileName_ = false;  // Inside a secret's value: the next string is the name of a file.
    std::size_t depth_ = 0;  // Open brackets inside a secret's value.
};

}  // namespace

bool mayNameSecret(std::string_view name) {
    if (name.empty() ||
        std::find(kPublicNames.begin(), kPublicNames.end(), name) != kPublicNames.end()) {
        return false;
    }
    const std::string lowered = text::toLower(name);
    return text::nearest(lowered, kSecretNames).has_value() ||
           std::any_of(kSecretWords.begin(), kSecretWords.end(), [&](std::string_view word) {
               return lowered.find(word) != std::string::npos;
           });
}

std::string maskSecrets(std::string_view text) {
    return Masker(text).run();
}

}  // namespace platen::config
