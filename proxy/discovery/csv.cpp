// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/csv.hpp"

#include "base/charset.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace platen::discovery::csv {

namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
/// What word processors and web pages leave around a cell: no-break space, zero width space and
/// joiners, byte order mark, narrow and ideographic space.
constexpr std::array<std::string_view, 6> kWideSpaces{
    "\xC2\xA0", "\xE2\x80\x8B", "\xE2\x80\x8E", "\xEF\xBB\xBF", "\xE2\x80\xAF", "\xE3\x80\x80"};

void appendUtf8(std::string& out, std::uint32_t code) {
    const auto put = [&](std::uint32_t octet) { out += static_cast<char>(octet); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6U));
        put(0x80 | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12U));
        put(0x80 | ((code >> 6U) & 0x3FU));
        put(0x80 | (code & 0x3FU));
    } else {
        put(0xF0 | (code >> 18U));
        put(0x80 | ((code >> 12U) & 0x3FU));
        put(0x80 | ((code >> 6U) & 0x3FU));
        put(0x80 | (code & 0x3FU));
    }
}

Result<std::string> fromUtf16(std::string_view bytes, bool bigEndian) {
    const auto unit = [&](std::size_t at) -> std::uint32_t {
        const std::uint32_t first = static_cast<unsigned char>(bytes[at]);
        const std::uint32_t second = static_cast<unsigned char>(bytes[at + 1]);
        return bigEndian ? (first << 8U) | second : (second << 8U) | first;
    };
    if (bytes.size() % 2 != 0) {
        return fail(ErrorCode::Malformed, "UTF-16 text ends in the middle of a character");
    }
    std::string out;
    out.reserve(bytes.size() / 2);
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        std::uint32_t code = unit(at);
        if (code >= 0xD800 && code <= 0xDFFF) {
            const bool paired = code <= 0xDBFF && at + 2 < bytes.size() && unit(at + 2) >= 0xDC00 &&
                                unit(at + 2) <= 0xDFFF;
            if (!paired) {
                return fail(ErrorCode::Malformed, "UTF-16 text has half a character");
            }
            at += 2;
            code = 0x10000 + ((code - 0xD800) << 10U) + (unit(at) - 0xDC00);
        }
        appendUtf8(out, code);
    }
    return out;
}

/// The byte order of UTF-16 without a mark: its ASCII characters have a zero octet each.
std::optional<bool> looksBigEndian(std::string_view bytes) {
    constexpr std::size_t kLook = 256;
    std::size_t even = 0;
    std::size_t odd = 0;
    const auto count = std::min(bytes.size(), kLook) / 2 * 2;
    for (std::size_t i = 0; i < count; ++i) {
        if (bytes[i] == '\0') {
            ++(i % 2 == 0 ? even : odd);
        }
    }
    const std::size_t enough = count / 4;  // half of the characters
    if (count >= 4 && odd >= enough && even == 0) {
        return false;
    }
    if (count >= 4 && even >= enough && odd == 0) {
        return true;
    }
    return std::nullopt;
}

std::string cutSpace(std::string_view text) {
    bool cut = true;
    while (cut) {
        const auto before = text.size();
        text = text::trim(text);
        for (const auto space : kWideSpaces) {
            if (text.starts_with(space)) {
                text.remove_prefix(space.size());
            }
            if (text.ends_with(space)) {
                text.remove_suffix(space.size());
            }
        }
        cut = text.size() != before;
    }
    return std::string(text);
}

bool isBlank(std::string_view text) {
    return cutSpace(text).empty();
}

std::string_view lineAt(std::string_view text, std::size_t at) {
    return text.substr(at, std::min(text.find_first_of("\r\n", at), text.size()) - at);
}

/// One past the line end at `at`, if there is one.
std::size_t pastLineEnd(std::string_view text, std::size_t at) {
    if (at < text.size() && text[at] == '\r') {
        ++at;
        return at < text.size() && text[at] == '\n' ? at + 1 : at;
    }
    return at < text.size() ? at + 1 : at;
}

/// The separator that stands oftenest outside quotes in the record at the beginning of `text`; a
/// quote opens only where a field begins. If the quotes do not close, those of the line count.
std::optional<char> commonest(std::string_view text) {
    constexpr std::string_view kCandidates = ";\t,";
    constexpr std::size_t kLook = 65'536;
    std::array<std::size_t, kCandidates.size()> inLine{};
    std::array<std::size_t, kCandidates.size()> inRecord{};
    bool quoted = false;
    bool firstLine = true;
    bool atStart = true;
    bool ended = false;
    text = text.substr(0, kLook);
    for (std::size_t i = 0; i < text.size() && !ended; ++i) {
        const char c = text[i];
        const auto found = kCandidates.find(c);
        if (c == '\n' || c == '\r') {
            firstLine = false;
            ended = !quoted;
        } else if (c == '"') {
            quoted = quoted ? false : atStart;
            atStart = false;
        } else if (found != std::string_view::npos) {
            inLine.at(found) += firstLine ? 1 : 0;
            inRecord.at(found) += quoted ? 0 : 1;
            atStart = !quoted;
        } else {
            atStart = atStart && c == ' ';
        }
    }
    const auto& counts = quoted ? inLine : inRecord;
    const auto best = std::max_element(counts.begin(), counts.end());
    if (*best == 0) {
        return std::nullopt;
    }
    return kCandidates[static_cast<std::size_t>(best - counts.begin())];
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    Table run() {
        takeSeparatorLine();
        while (at_ < text_.size()) {
            const auto line = lineAt(text_, at_);
            if (isBlank(line) || cutSpace(line).front() == '#') {
                endLine(at_ + line.size());
                continue;
            }
            if (!separator_) {
                separator_ = commonest(text_.substr(at_));
            }
            record();
        }
        return std::move(table_);
    }

  private:
    /// Excel's `sep=;`, with or without quotes.
    void takeSeparatorLine() {
        constexpr std::string_view kWord = "sep=";
        const auto line = lineAt(text_, 0);
        auto inner = std::string_view(line);
        while (inner.starts_with('"')) {
            inner.remove_prefix(1);
        }
        if (inner.size() > kWord.size() &&
            text::equalsIgnoreCase(inner.substr(0, kWord.size()), kWord)) {
            separator_ = inner[kWord.size()];
            endLine(line.size());
        }
    }

    void endLine(std::size_t end) {
        at_ = pastLineEnd(text_, end);
        ++line_;
        lineStart_ = at_;
    }

    [[nodiscard]] std::size_t column(std::size_t at) const {
        return text::utf8Length(text_.substr(lineStart_, at - lineStart_)) + 1;
    }

    void record() {
        Record record{line_, {}};
        const auto startAt = at_;
        const auto startLine = line_;
        std::optional<Problem> problem;
        bool more = true;
        while (more && !problem) {
            more = field(record, problem);
        }
        if (!problem) {
            if (std::any_of(record.fields.begin(), record.fields.end(),
                            [](const Field& field) { return !field.text.empty(); })) {
                table_.records.push_back(std::move(record));
            }
            return;
        }
        // Only the line in which the trouble began is given up: the others may be good.
        table_.problems.push_back(std::move(*problem));
        line_ = startLine;
        lineStart_ = startAt;
        endLine(startAt + lineAt(text_, startAt).size());
    }

    /// False after the last field of the record.
    bool field(Record& record, std::optional<Problem>& problem) {
        const auto startAt = at_;
        const auto startColumn = column(at_);
        const auto startLine = line_;
        std::string text;
        bool wasQuoted = false;
        while (at_ < text_.size() && text_[at_] != '\r' && text_[at_] != '\n' &&
               text_[at_] != separator_) {
            if (text_[at_] == '"' && !wasQuoted && isBlank(text)) {
                wasQuoted = true;
                text.clear();
                if (!quotedPart(text)) {
                    problem = Problem{startLine, startColumn, "a quote that is never closed"};
                    return false;
                }
            } else {
                text += text_[at_++];
            }
        }
        if (text.size() > kMaxFieldBytes || record.fields.size() >= kMaxFields) {
            problem = Problem{startLine, startColumn,
                              text.size() > kMaxFieldBytes ? "a field of more than 4096 bytes"
                                                           : "more than 64 fields"};
            return false;
        }
        const auto lead = text_.substr(startAt, at_ - startAt);
        const auto blanks = wasQuoted ? std::size_t{0} : lead.find_first_not_of(" \t");
        record.fields.push_back(
            {cutSpace(text), startColumn + (blanks == std::string_view::npos ? 0 : blanks)});
        if (at_ < text_.size() && text_[at_] == separator_) {
            ++at_;
            return true;
        }
        endLine(at_);
        return false;
    }

    /// From an opening quote to past the closing one; false if there is none.
    bool quotedPart(std::string& text) {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '"') {
                ++at_;
                if (at_ >= text_.size() || text_[at_] != '"') {
                    return true;
                }
            } else if (text_[at_] == '\n' || text_[at_] == '\r') {
                const auto next = pastLineEnd(text_, at_);
                text += ' ';
                ++line_;
                lineStart_ = next;
                at_ = next - 1;
                continue;
            }
            text += text_[at_];
            if (text.size() > kMaxFieldBytes) {
                return false;  // no cell is so long: the quote was meant as a letter
            }
        }
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t lineStart_ = 0;
    std::optional<char> separator_;
    Table table_;
};

}  // namespace

Result<std::string> toUtf8(std::string_view bytes) {
    Result<std::string> out;
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        out = fromUtf16(bytes.substr(2), bytes.front() == '\xFE');
    } else if (const auto bigEndian = looksBigEndian(bytes)) {
        out = fromUtf16(bytes, *bigEndian);
    } else if (text::isUtf8(bytes)) {
        out = std::string(bytes.starts_with(kUtf8Mark) ? bytes.substr(kUtf8Mark.size()) : bytes);
    } else {
        std::string converted;
        for (const char c : bytes) {
            // Line by line would be kinder to decodeText, but it cuts control characters.
            const auto octet = static_cast<unsigned char>(c);
            if (octet < 0x80) {
                converted += c;
            } else {
                constexpr CharsetMib kWindows1252 = 2252;
                converted += decodeText(std::string_view(&c, 1), kWindows1252);
            }
        }
        out = std::move(converted);
    }
    if (out && out->find('\0') != std::string::npos) {
        return fail(ErrorCode::Malformed, "no text file: it holds NUL characters");
    }
    return out;
}

Table parse(std::string_view utf8) {
    return Parser(utf8).run();
}

}  // namespace platen::discovery::csv
