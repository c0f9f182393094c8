// SPDX-License-Identifier: Apache-2.0
#include "base/charset.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <iterator>
#include <string>
#include <utility>

namespace platen {

namespace {

struct Charset {
    CharsetMib mib;
    const char* iconvName;
    std::size_t unit;  ///< Octets of the smallest code.
};

// IANA character sets registry. Where printers send a vendor's superset of what they declare
// (Shift_JIS, GB2312, KS C 5601), the superset is named.
constexpr std::array kCharsets{
    Charset{3, "US-ASCII", 1},        Charset{4, "ISO-8859-1", 1},
    Charset{5, "ISO-8859-2", 1},      Charset{6, "ISO-8859-3", 1},
    Charset{7, "ISO-8859-4", 1},      Charset{8, "ISO-8859-5", 1},
    Charset{9, "ISO-8859-6", 1},      Charset{10, "ISO-8859-7", 1},
    Charset{11, "ISO-8859-8", 1},     Charset{12, "ISO-8859-9", 1},
    Charset{13, "ISO-8859-10", 1},    Charset{17, "CP932", 1},
    Charset{18, "EUC-JP", 1},         Charset{36, "CP949", 1},
    Charset{38, "CP949", 1},          Charset{106, "UTF-8", 1},
    Charset{109, "ISO-8859-13", 1},   Charset{111, "ISO-8859-15", 1},
    Charset{113, "GBK", 1},           Charset{114, "GB18030", 1},
    Charset{1000, "UCS-2BE", 2},      Charset{1001, "UCS-4BE", 4},
    Charset{1013, "UTF-16BE", 2},     Charset{1014, "UTF-16LE", 2},
    Charset{1015, "UTF-16BE", 2},     Charset{2000, "WINDOWS-1252", 1},
    Charset{2001, "WINDOWS-1252", 1}, Charset{2002, "WINDOWS-1250", 1},
    Charset{2003, "WINDOWS-1254", 1}, Charset{2004, "HP-ROMAN8", 1},
    Charset{2009, "CP850", 1},        Charset{2010, "CP852", 1},
    Charset{2011, "CP437", 1},        Charset{2024, "CP932", 1},
    Charset{2025, "GBK", 1},          Charset{2026, "BIG5", 1},
    Charset{2084, "KOI8-R", 1},       Charset{2086, "CP866", 1},
    Charset{2088, "KOI8-U", 1},       Charset{2109, "CP874", 1},
    Charset{2250, "WINDOWS-1250", 1}, Charset{2251, "WINDOWS-1251", 1},
    Charset{2252, "WINDOWS-1252", 1}, Charset{2253, "WINDOWS-1253", 1},
    Charset{2254, "WINDOWS-1254", 1}, Charset{2255, "WINDOWS-1255", 1},
    Charset{2256, "WINDOWS-1256", 1}, Charset{2257, "WINDOWS-1257", 1},
    Charset{2258, "WINDOWS-1258", 1}, Charset{2259, "TIS-620", 1},
};

constexpr CharsetMib kAscii = 3;
constexpr CharsetMib kUtf8 = 106;
constexpr CharsetMib kUcs2 = 1000;
constexpr CharsetMib kUtf16 = 1015;
constexpr CharsetMib kHpRoman8 = 2004;
constexpr Charset kFallback{2252, "WINDOWS-1252", 1};
/// Two octets before HP's private strings: PCL symbol set 8U, Roman-8.
constexpr std::string_view kHpRoman8Prefix = "\x01\x15";

const Charset* findCharset(std::optional<CharsetMib> mib) {
    if (!mib) {
        return nullptr;
    }
    const auto* const found =
        std::find_if(kCharsets.begin(), kCharsets.end(),
                     [mib = *mib](const Charset& row) { return row.mib == mib; });
    return found == kCharsets.end() ? nullptr : found;
}

/// An iconv descriptor that closes itself.
class Converter {
  public:
    Converter(const char* to, const char* from) : handle_(iconv_open(to, from)) {}
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    Converter(Converter&& other) noexcept : handle_(std::exchange(other.handle_, kInvalid())) {}
    Converter& operator=(Converter&&) = delete;
    ~Converter() {
        if (ok()) {
            iconv_close(handle_);
        }
    }
    /// Of this thread, in its initial state: opening one loads a table from disk.
    static Converter& get(const char* to, const char* from) {
        struct Known {
            std::string to, from;
            Converter converter;
        };
        static thread_local std::deque<Known> known;  // kCharsets bounds it
        auto found = std::ranges::find_if(
            known, [&](const Known& entry) { return entry.to == to && entry.from == from; });
        if (found == known.end()) {
            known.push_back({to, from, Converter(to, from)});
            found = std::prev(known.end());
        }
        if (found->converter.ok()) {
            iconv(found->converter.handle_, nullptr, nullptr, nullptr, nullptr);
        }
        return found->converter;
    }
    [[nodiscard]] bool ok() const { return handle_ != kInvalid(); }

    /// Converts from the front of `in`, appends to `out` and moves `in` on. Returns 0 when all is
    /// done, else EILSEQ (the front cannot be converted) or EINVAL (the front is cut off).
    int step(std::string_view& in, std::string& out) {
        std::array<char, 1024> buffer{};
        for (;;) {
            // iconv does not write through its input pointer.
            char* source = const_cast<char*>(in.data());
            std::size_t sourceLeft = in.size();
            char* target = buffer.data();
            std::size_t targetLeft = buffer.size();
            const std::size_t result = iconv(handle_, &source, &sourceLeft, &target, &targetLeft);
            const int reason = result == static_cast<std::size_t>(-1) ? errno : 0;
            out.append(buffer.data(), buffer.size() - targetLeft);
            in.remove_prefix(in.size() - sourceLeft);
            if (reason != E2BIG) {
                return reason;
            }
        }
    }

    /// Writes what the converter holds back (the last letter of windows-1258 may take a mark).
    void flush(std::string& out) {
        std::array<char, 16> buffer{};
        char* target = buffer.data();
        std::size_t targetLeft = buffer.size();
        iconv(handle_, nullptr, nullptr, &target, &targetLeft);
        out.append(buffer.data(), buffer.size() - targetLeft);
    }

  private:
    // iconv_open's error value is (iconv_t)-1, a pointer made of an integer.
    static iconv_t kInvalid() {
        return reinterpret_cast<iconv_t>(-1);  // NOLINT(performance-no-int-to-ptr): POSIX
    }
    iconv_t handle_;
};

/// What has no code becomes U+FFFD.
std::string toUtf8(std::string_view octets, const char* from, std::size_t unit) {
    Converter& converter = Converter::get("UTF-8", from);
    if (!converter.ok()) {
        return text::cleanForXml(octets);  // The C library lacks this table.
    }
    std::string out;
    while (converter.step(octets, out) != 0) {
        out.append(utf8::kReplacement);
        octets.remove_prefix(std::min(unit, octets.size()));
    }
    converter.flush(out);
    return out;
}

/// Valid UTF-8 but for a last character that the agent's buffer cut off; at least one other
/// character says that it is UTF-8.
bool isCutUtf8(std::string_view octets) {
    bool multiOctet = false;
    while (!octets.empty()) {
        const utf8::CodePoint next = utf8::decode(octets);
        if (!next.valid) {
            return next.truncated && multiOctet;
        }
        multiOctet = multiOctet || next.length > 1;
        octets.remove_prefix(next.length);
    }
    return false;
}

std::string_view withoutTrailingNuls(std::string_view octets) {
    const auto last = octets.find_last_not_of('\0');
    return octets.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// A declared two- or four-octet charset is believed only if the octets look like one: whole
/// codes, and either NULs inside or no UTF-8.
bool looksWide(std::string_view octets, const Charset& charset) {
    const std::string_view body = withoutTrailingNuls(octets);
    return octets.size() % charset.unit == 0 &&
           (body.find('\0') != std::string_view::npos || !text::isUtf8(body));
}

std::string decodeWide(std::string_view octets, const Charset& charset) {
    const bool littleMark = octets.starts_with("\xFF\xFE");
    const bool markDecides = charset.mib == kUcs2 || charset.mib == kUtf16;
    return toUtf8(octets, markDecides && littleMark ? "UTF-16LE" : charset.iconvName, charset.unit);
}

std::string decodeNarrow(std::string_view octets, const Charset* charset) {
    // After a NUL some agents send what an older, longer text left in their buffer.
    octets = octets.substr(0, octets.find('\0'));
    if (text::isUtf8(octets) || isCutUtf8(octets)) {
        return std::string(octets);
    }
    const bool useless =
        charset == nullptr || charset->mib == kAscii || charset->mib == kUtf8 || charset->unit > 1;
    const Charset& chosen = useless ? kFallback : *charset;
    return toUtf8(octets, chosen.iconvName, chosen.unit);
}

/// Without control characters but line feed, byte order marks, and what XML cannot hold.
std::string cleaned(std::string_view converted) {
    std::string out = text::cleanForXml(converted);
    out.erase(std::remove(out.begin(), out.end(), '\t'), out.end());
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    for (auto at = out.find(kByteOrderMark); at != std::string::npos;
         at = out.find(kByteOrderMark, at)) {
        out.erase(at, kByteOrderMark.size());
    }
    return out;
}

}  // namespace

std::string decodeText(std::string_view octets, std::optional<CharsetMib> declared) {
    if (octets.starts_with(kHpRoman8Prefix)) {
        octets.remove_prefix(kHpRoman8Prefix.size());
        declared = kHpRoman8;
    }
    const Charset* const charset = findCharset(declared);
    const bool wide = charset != nullptr && charset->unit > 1 && looksWide(octets, *charset);
    const std::string converted =
        wide ? decodeWide(octets, *charset) : decodeNarrow(octets, charset);
    const std::string clean = cleaned(converted);
    const std::string_view trimmed = text::trim(clean);
    if (trimmed.find_first_not_of("? ") == std::string_view::npos) {
        return {};  // An agent that cannot write its own language; no text is better.
    }
    return std::string(trimmed);
}

Result<std::string> encodeText(std::string_view utf8, std::optional<CharsetMib> declared) {
    if (!text::isUtf8(utf8)) {
        return fail(ErrorCode::Malformed, "the text is not UTF-8");
    }
    if (!declared || *declared == kUtf8) {
        return std::string(utf8);
    }
    const Charset* const charset = findCharset(declared);
    if (charset == nullptr) {
        return fail(ErrorCode::Unsupported,
                    text::cat({"character set ", std::to_string(*declared), " is not known"}));
    }
    Converter& converter = Converter::get(charset->iconvName, "UTF-8");
    if (!converter.ok()) {
        return fail(ErrorCode::Unsupported,
                    text::cat({"the C library has no table for ", charset->iconvName}));
    }
    std::string out;
    if (converter.step(utf8, out) != 0) {
        const std::string_view bad = utf8.substr(0, utf8::decode(utf8).length);
        return fail(ErrorCode::Unsupported, text::cat({"\"", text::cleanForXml(bad),
                                                       "\" has no code in ", charset->iconvName}));
    }
    converter.flush(out);
    return out;
}

}  // namespace platen
