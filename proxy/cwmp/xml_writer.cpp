// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/xml_writer.hpp"

#include "base/text.hpp"

#include <array>
#include <charconv>

namespace platen::cwmp {
namespace {

// Bytes that need a look: markup, control characters, and everything beyond ASCII (only to check
// that the text is well-formed).
bool isPlain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '&' && c != '<' && c != '>' && c != '"';
}

void appendEscaped(std::string& out, std::string_view text) {
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string_view entity;
        switch (text[i]) {
            case '&':
                entity = "&amp;";
                break;
            case '<':
                entity = "&lt;";
                break;
            case '>':
                entity = "&gt;";
                break;
            case '"':
                entity = "&quot;";
                break;
            case '\r':  // A parser would turn a bare carriage return into a line feed.
                entity = "&#13;";
                break;
            default:
                continue;
        }
        out.append(text.substr(start, i - start));
        out.append(entity);
        start = i + 1;
    }
    out.append(text.substr(start));
}

bool isForbidden(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

bool isXmlText(std::string_view text) {
    for (const char c : text) {
        if (isForbidden(c)) {
            return false;
        }
    }
    // U+FFFE and U+FFFF are well-formed UTF-8 but not XML characters.
    return text::isUtf8(text) && text.find("\xEF\xBF\xBE") == std::string_view::npos &&
           text.find("\xEF\xBF\xBF") == std::string_view::npos;
}

}  // namespace

void XmlWriter::text(std::string_view text) {
    std::size_t plain = 0;
    while (plain < text.size() && isPlain(text[plain])) {
        ++plain;
    }
    out_.append(text.substr(0, plain));
    if (plain == text.size()) {
        return;
    }
    const auto rest = text.substr(plain);
    if (isXmlText(rest)) {
        appendEscaped(out_, rest);
    } else {
        appendEscaped(out_, text::cleanForXml(rest));
    }
}

void XmlWriter::number(std::uint64_t value) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
}

void XmlWriter::element(std::string_view name, std::string_view value) {
    out_.push_back('<');
    out_.append(name);
    if (value.empty()) {
        out_.append("/>");
        return;
    }
    out_.push_back('>');
    text(value);
    out_.append("</");
    out_.append(name);
    out_.push_back('>');
}

void XmlWriter::element(std::string_view name, std::uint64_t value) {
    out_.push_back('<');
    out_.append(name);
    out_.push_back('>');
    number(value);
    out_.append("</");
    out_.append(name);
    out_.push_back('>');
}

}  // namespace platen::cwmp
