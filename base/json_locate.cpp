// SPDX-License-Identifier: Apache-2.0
#include "base/json_locate.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace platen::json_text {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kShownPointer = 200;
constexpr std::size_t kShownText = 500;

/// Steps through a text that the JSON parser has accepted. Every step checks the end, so that a
/// text that was not accepted cannot lead it astray either.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {
        if (text_.starts_with(kByteOrderMark)) {
            at_ = kByteOrderMark.size();
        }
    }

    [[nodiscard]] std::size_t offset() const { return at_; }
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] bool atEnd() const { return at_ >= text_.size(); }
    void next() { at_ = std::min(at_ + 1, text_.size()); }

    /// White space and comments.
    void skipBlank() {
        for (;;) {
            const char c = peek();
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                next();
            } else if (text_.substr(at_).starts_with("//")) {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (text_.substr(at_).starts_with("/*")) {
                const auto end = text_.find("*/", at_ + 2);
                at_ = end == std::string_view::npos ? text_.size() : end + 2;
            } else {
                return;
            }
        }
    }

    /// A string with its quotes.
    std::string_view string() {
        const std::size_t start = at_;
        next();
        while (!atEnd() && peek() != '"') {
            if (peek() == '\\') {
                next();
            }
            next();
        }
        next();
        return text_.substr(start, at_ - start);
    }

    void skipValue() {
        std::size_t depth = 0;
        do {
            skipBlank();
            const char c = peek();
            if (c == '"') {
                string();
            } else if (c == '{' || c == '[') {
                ++depth;
                next();
            } else if (c == '}' || c == ']') {
                if (depth == 0) {
                    return;
                }
                --depth;
                next();
            } else if (c == ',' || c == ':') {
                next();
            } else {
                skipWord();
            }
        } while (depth > 0 && !atEnd());
    }

  private:
    /// A number, true, false or null.
    void skipWord() {
        do {
            next();
        } while (!atEnd() &&
                 std::string_view("{}[],:\"/ \t\r\n").find(peek()) == std::string_view::npos);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string unquoted(std::string_view quoted) {
    if (quoted.find('\\') == std::string_view::npos) {
        return std::string(quoted.substr(1, quoted.size() < 2 ? 0 : quoted.size() - 2));
    }
    const auto value = nlohmann::json::parse(quoted, nullptr, false);
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// RFC 6901: ~1 is a slash, ~0 a tilde.
std::string unescapeToken(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '~' && i + 1 < token.size() &&
            (token[i + 1] == '0' || token[i + 1] == '1')) {
            out.push_back(token[i + 1] == '0' ? '~' : '/');
            ++i;
        } else {
            out.push_back(token[i]);
        }
    }
    return out;
}

/// Where a member's key and value begin.
struct Place {
    std::size_t key;
    std::size_t value;
};

/// At `{`: moves the scanner to the value of member `name`.
std::optional<Place> enterMember(Scanner& in, const std::string& name) {
    in.next();
    for (;;) {
        in.skipBlank();
        if (in.peek() != '"') {
            return std::nullopt;
        }
        const std::size_t key = in.offset();
        const bool found = unquoted(in.string()) == name;
        in.skipBlank();
        in.next();  // The colon.
        in.skipBlank();
        if (found) {
            return Place{key, in.offset()};
        }
        in.skipValue();
        in.skipBlank();
        if (in.peek() == ',') {
            in.next();
        }
    }
}

/// At `[`: moves the scanner to element `index`.
std::optional<Place> enterElement(Scanner& in, std::uint64_t index) {
    in.next();
    for (std::uint64_t i = 0;; ++i) {
        in.skipBlank();
        if (in.peek() == ']' || in.atEnd()) {
            return std::nullopt;
        }
        if (i == index) {
            return Place{in.offset(), in.offset()};
        }
        in.skipValue();
        in.skipBlank();
        if (in.peek() == ',') {
            in.next();
        }
    }
}

}  // namespace

TextPosition positionAt(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    TextPosition position;
    position.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const auto lineStart = before.rfind('\n');
    std::string_view line =
        lineStart == std::string_view::npos ? before : before.substr(lineStart + 1);
    if (line.starts_with(kByteOrderMark)) {
        line.remove_prefix(kByteOrderMark.size());
    }
    position.column = 1 + text::utf8Length(line);
    return position;
}

std::size_t offsetOf(std::string_view text, std::string_view pointer, bool ofKey) {
    Scanner in(text);
    in.skipBlank();
    Place place{in.offset(), in.offset()};
    if (pointer.empty()) {
        return place.value;
    }
    for (const std::string_view token : text::split(pointer.substr(1), '/')) {
        std::optional<Place> next;
        if (in.peek() == '{') {
            next = enterMember(in, unescapeToken(token));
        } else if (in.peek() == '[') {
            if (const auto index = text::toUnsigned(token)) {
                next = enterElement(in, *index);
            }
        }
        if (!next) {
            break;
        }
        place = *next;
    }
    return ofKey ? place.key : place.value;
}

std::string excerpt(std::string_view text, TextPosition position) {
    constexpr std::size_t kMaxShown = 120;
    constexpr std::size_t kBeforeCaret = 60;
    for (std::size_t i = 1; i < position.line; ++i) {
        const auto end = text.find('\n');
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(kByteOrderMark)) {
        line.remove_prefix(kByteOrderMark.size());
    }
    const std::size_t skip = position.column > kMaxShown ? position.column - kBeforeCaret : 0;
    std::string shown = skip > 0 ? "..." : "";
    std::string below = skip > 0 ? "   " : "";
    for (std::size_t column = 1; !line.empty() && column < skip + kMaxShown; ++column) {
        const utf8::CodePoint next = utf8::decode(line);
        if (column > skip) {
            const bool control = utf8::isControl(next.value);
            const bool tab = next.value == '\t';
            shown.append(!next.valid ? utf8::kReplacement
                         : tab       ? "\t"
                         : control   ? std::string_view(" ")
                                     : line.substr(0, next.length));
            if (column < position.column) {
                below.push_back(tab ? '\t' : ' ');
            }
        }
        line.remove_prefix(next.length);
    }
    while (!shown.empty() && shown.back() == ' ') {
        shown.pop_back();
    }
    std::string number = std::to_string(position.line);
    number.insert(0, number.size() < 6 ? 6 - number.size() : 0, ' ');
    const std::string margin(number.size(), ' ');
    return text::cat({number, " | ", shown, "\n", margin, " | ", below, "^\n"});
}

std::string render(std::string_view fileName, std::string_view text, const JsonProblem& problem) {
    return text::cat({fileName, ":", std::to_string(problem.position.line), ":",
                      std::to_string(problem.position.column),
                      ": error: ", text::oneLine(problem.pointer, kShownPointer),
                      problem.pointer.empty() ? "" : ": ", text::oneLine(problem.text, kShownText),
                      "\n", excerpt(text, problem.position)});
}

}  // namespace platen::json_text
