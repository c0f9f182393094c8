// SPDX-License-Identifier: Apache-2.0
#include "base/xml_check.hpp"

#include "base/text.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace platen {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Letters, `_`, `:` and everything beyond ASCII; finer rules are not needed to be safe.
bool isNameStart(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || byte >= 0x80;
}

bool isNameChar(char c) {
    return isNameStart(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool isXmlCodePoint(std::uint32_t code) {
    return code == 0x9 || code == 0xA || code == 0xD || (code >= 0x20 && code <= 0xD7FF) ||
           (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

bool isCharacterReference(std::string_view body) {  // without `&#` and `;`
    int base = 10;
    if (body.starts_with('x')) {
        base = 16;
        body.remove_prefix(1);
    }
    std::uint32_t code = 0;
    const auto* end = body.data() + body.size();
    const auto parsed = std::from_chars(body.data(), end, code, base);
    return parsed.ec == std::errc{} && parsed.ptr == end && isXmlCodePoint(code);
}

/// One pass over the text, no recursion.
class Scanner {
  public:
    Scanner(std::string_view text, const XmlLimits& limits) : text_(text), limits_(limits) {}

    Result<void> run() {
        if (text_.starts_with("\xEF\xBB\xBF")) {
            at_ = 3;
        }
        if (text_.substr(at_).starts_with("<?xml") && at_ + 5 < text_.size() &&
            isSpace(text_[at_ + 5])) {
            const auto end = text_.find("?>", at_);
            if (end == std::string_view::npos) {
                return malformed("XML declaration without an end");
            }
            at_ = end + 2;
        }
        while (at_ < text_.size()) {
            auto step = text_[at_] == '<' ? markup() : characters();
            if (!step) {
                return step;
            }
        }
        if (!seenRoot_ || depth_ != 0) {
            return malformed("document is not complete");
        }
        return {};
    }

  private:
    static tl::unexpected<Error> malformed(std::string_view what) {
        return fail(ErrorCode::Malformed, text::cat({"XML: ", what}));
    }

    Result<void> characters() {
        auto end = text_.find('<', at_);
        if (end == std::string_view::npos) {
            end = text_.size();
        }
        const auto run = text_.substr(at_, end - at_);
        if (depth_ == 0 && run.find_first_not_of(kWhiteSpace) != std::string_view::npos) {
            return malformed("text outside the root element");
        }
        if (run.find("]]>") != std::string_view::npos) {
            return malformed("]]> in text");
        }
        at_ = end;
        return references(run);
    }

    static Result<void> references(std::string_view run) {
        for (auto at = run.find('&'); at != std::string_view::npos; at = run.find('&', at + 1)) {
            constexpr std::size_t kLongest = 12;
            const auto end = run.substr(at, kLongest).find(';');
            if (end == std::string_view::npos) {
                return malformed("& without a reference");
            }
            const auto body = run.substr(at + 1, end - 1);
            constexpr std::array<std::string_view, 5> kNamed{"amp", "lt", "gt", "quot", "apos"};
            bool known = body.starts_with('#') && isCharacterReference(body.substr(1));
            for (const auto name : kNamed) {
                known = known || name == body;
            }
            if (!known) {
                return malformed("reference to an unknown entity or a forbidden character");
            }
        }
        return {};
    }

    Result<void> markup() {
        const auto rest = text_.substr(at_);
        if (rest.starts_with("<!--")) {
            return skipPast("-->", 4, "comment without an end");
        }
        if (rest.starts_with("<![CDATA[")) {
            if (depth_ == 0) {
                return malformed("CDATA outside the root element");
            }
            return skipPast("]]>", 9, "CDATA without an end");
        }
        if (rest.starts_with("<!")) {
            return malformed("DOCTYPE and declarations are refused");
        }
        if (rest.starts_with("<?")) {
            return malformed("processing instructions are refused");
        }
        return rest.starts_with("</") ? closingTag() : openingTag();
    }

    Result<void> skipPast(std::string_view end, std::size_t start, std::string_view what) {
        const auto found = text_.find(end, at_ + start);
        if (found == std::string_view::npos) {
            return malformed(what);
        }
        at_ = found + end.size();
        return {};
    }

    Result<void> closingTag() {
        const auto end = text_.find('>', at_);
        if (end == std::string_view::npos || depth_ == 0) {
            return malformed("closing tag out of place");
        }
        --depth_;
        at_ = end + 1;
        return {};
    }

    Result<void> openingTag() {
        if (depth_ == 0 && seenRoot_) {
            return malformed("more than one root element");
        }
        seenRoot_ = true;
        if (++elements_ > limits_.maxElements) {
            return fail(ErrorCode::TooLarge, "XML: too many elements");
        }
        ++at_;
        if (!skipName()) {
            return malformed("element without a name");
        }
        return attributes();
    }

    /// From the end of the element's name to the end of its tag.
    Result<void> attributes() {
        for (std::size_t count = 0;; ++count) {
            const bool spaced = skipSpace();
            if (text_.substr(at_).starts_with("/>")) {
                at_ += 2;
                return {};
            }
            if (at_ < text_.size() && text_[at_] == '>') {
                ++at_;
                if (++depth_ > limits_.maxDepth) {
                    return fail(ErrorCode::TooLarge, "XML: nested too deeply");
                }
                return {};
            }
            if (count >= limits_.maxAttributes) {
                return fail(ErrorCode::TooLarge, "XML: too many attributes");
            }
            if (!spaced) {
                return malformed("attributes without white space between them");
            }
            if (auto one = attribute(); !one) {
                return one;
            }
        }
    }

    Result<void> attribute() {
        if (!skipName()) {
            return malformed("attribute without a name");
        }
        skipSpace();
        if (at_ >= text_.size() || text_[at_] != '=') {
            return malformed("attribute without a value");
        }
        ++at_;
        skipSpace();
        if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) {
            return malformed("attribute value without quotes");
        }
        const auto end = text_.find(text_[at_], at_ + 1);
        if (end == std::string_view::npos) {
            return malformed("attribute value without an end");
        }
        const auto value = text_.substr(at_ + 1, end - at_ - 1);
        if (value.find('<') != std::string_view::npos) {
            return malformed("< in an attribute value");
        }
        at_ = end + 1;
        return references(value);
    }

    bool skipSpace() {
        const auto start = at_;
        while (at_ < text_.size() && isSpace(text_[at_])) {
            ++at_;
        }
        return at_ != start;
    }

    bool skipName() {
        if (at_ >= text_.size() || !isNameStart(text_[at_])) {
            return false;
        }
        while (at_ < text_.size() && isNameChar(text_[at_])) {
            ++at_;
        }
        return true;
    }

    std::string_view text_;
    const XmlLimits& limits_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::size_t elements_ = 0;
    bool seenRoot_ = false;
};

bool hasForbiddenCharacter(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 && !isSpace(c)) {
            return true;
        }
    }
    return text.find("\xEF\xBF\xBE") != std::string_view::npos ||
           text.find("\xEF\xBF\xBF") != std::string_view::npos;
}

}  // namespace

Result<void> checkXml(std::string_view document, const XmlLimits& limits) {
    if (document.size() > limits.maxBytes) {
        return fail(ErrorCode::TooLarge, "XML: document too large");
    }
    if (!text::isUtf8(document)) {
        return fail(ErrorCode::Malformed, "XML: not UTF-8");
    }
    if (hasForbiddenCharacter(document)) {
        return fail(ErrorCode::Malformed, "XML: forbidden character");
    }
    return Scanner(document, limits).run();
}

}  // namespace platen
