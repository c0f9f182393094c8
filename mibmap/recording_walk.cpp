// SPDX-License-Identifier: Apache-2.0
// What Net-SNMP's snmpwalk prints with -On.
#include "base/text.hpp"
#include "mibmap/recording.hpp"
#include "mibmap/row_sink.hpp"

#include <array>
#include <optional>
#include <utility>

namespace platen::mibmap {

namespace {

/// The OID and the text behind ` = `, if a line begins an object.
struct Entry {
    std::string_view oid;
    std::string_view value;
};

std::optional<Entry> beginOf(std::string_view line) {
    const bool named = line.starts_with("iso.");
    if (line.empty() ||
        (!named && line.front() != '.' && (line.front() < '0' || line.front() > '9'))) {
        return std::nullopt;
    }
    const auto equals = line.find(" =");
    if (equals == std::string_view::npos) {
        return std::nullopt;
    }
    const auto oid = line.substr(0, equals);
    if (oid.find_first_not_of("0123456789.", named ? 3 : 0) != std::string_view::npos) {
        return std::nullopt;
    }
    auto value = line.substr(equals + 2);
    if (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    return Entry{oid, value};
}

Result<Oid> oidOf(std::string_view text) {
    return text.starts_with("iso") ? Oid::parse("1" + std::string(text.substr(3)))
                                   : Oid::parse(text);
}

constexpr std::string_view kText = "STRING: \"";

/// True if there is no closing quotation mark in it.
bool staysOpen(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return false;
        }
    }
    return true;
}

std::string unquoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"') {
        return std::string(text);
    }
    std::string out;
    for (std::size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            ++i;
        }
        out += text[i];
    }
    return out;
}

/// Pairs of hexadecimal digits with white space or colons between; ends at the first other word
/// (names of bits).
std::string hexOctets(std::string_view text) {
    std::string digits;
    while (true) {
        const auto begin = text.find_first_not_of(" :\n\t");
        if (begin == std::string_view::npos) {
            break;
        }
        text.remove_prefix(begin);
        auto word = text.substr(0, text.find_first_of(" :\n\t"));
        text.remove_prefix(word.size());
        if (word.size() > 2 || word.find_first_not_of("0123456789abcdefABCDEF") != word.npos) {
            break;
        }
        digits += word.size() == 1 ? "0" + std::string(word) : std::string(word);
    }
    const auto bytes = text::fromHex(digits);
    return bytes ? std::string(bytes->begin(), bytes->end()) : std::string();
}

/// `5`, `up(1)`, `(100) 0:00:01.00`, `5 seconds`.
std::string_view numberOf(std::string_view text) {
    if (const auto open = text.find('('); open != std::string_view::npos) {
        text.remove_prefix(open + 1);
        return text.substr(0, text.find(')'));
    }
    return text.substr(0, text.find_first_not_of("-0123456789"));
}

/// A MAC address that a MIB's display hint turned into a text: `0:0:5e:0:53:1a`.
bool isHexWithColons(const Oid& oid, std::string_view text) {
    static const Oid kPhysAddress{1, 3, 6, 1, 2, 1, 2, 2, 1, 6};
    return oid.startsWith(kPhysAddress) && text.find(':') != std::string_view::npos;
}

Result<SnmpValue> typedValue(const Oid& oid, std::string_view type, std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kNumbers{{
        {"INTEGER", "2"},
        {"Integer32", "2"},
        {"Counter32", "65"},
        {"Gauge32", "66"},
        {"Unsigned32", "66"},
        {"UInteger32", "66"},
        {"Timeticks", "67"},
        {"Counter64", "70"},
        {"Enumeration", "2"},
    }};
    for (const auto& [name, tag] : kNumbers) {
        if (type == name) {
            return parseRowValue(tag, numberOf(text));
        }
    }
    if (type == "STRING") {
        return SnmpValue::string(isHexWithColons(oid, text) ? hexOctets(text) : unquoted(text));
    }
    if (type == "Hex-STRING" || type == "BITS") {
        return SnmpValue::string(hexOctets(text));
    }
    if (type == "OID") {
        auto value = oidOf(text::trim(text));
        if (!value) {
            return tl::unexpected<Error>(value.error());
        }
        return SnmpValue::objectId(std::move(*value));
    }
    if (type == "IpAddress") {
        return parseRowValue("64", text::trim(text));
    }
    if (type == "Network Address") {
        SnmpValue value;
        value.type = SnmpType::IpAddress;
        value.octets = hexOctets(text);
        constexpr std::size_t kBytes = 4;
        if (value.octets.size() == kBytes) {
            return value;
        }
        return fail(ErrorCode::Malformed, "a network address has four octets");
    }
    return fail(ErrorCode::Unsupported,
                text::cat({"type \"", text::oneLine(type, 40), "\" is not known"}));
}

bool isAbsent(std::string_view value) {
    return value.starts_with("No Such ") || value.starts_with("No more variables") ||
           value.starts_with("NULL");
}

Result<VarBind> parseEntry(std::string_view oidText, std::string_view value) {
    while (value.ends_with('\n')) {
        value.remove_suffix(1);
    }
    if (value.size() > Recording::kMaxRowBytes) {
        return fail(ErrorCode::TooLarge, "the object is too long");
    }
    auto oid = oidOf(oidText);
    if (!oid) {
        return tl::unexpected<Error>(oid.error());
    }
    if (text::trim(value).empty() || text::trim(value) == "\"\"") {
        return VarBind{std::move(*oid), SnmpValue::string("")};
    }
    const auto colon = value.find(':');
    if (colon == std::string_view::npos) {
        return fail(ErrorCode::Malformed, "an object is OID = TYPE: VALUE");
    }
    auto rest = value.substr(colon + 1);
    if (rest.starts_with(' ')) {
        rest.remove_prefix(1);
    }
    auto parsed = typedValue(*oid, value.substr(0, colon), rest);
    if (!parsed) {
        return tl::unexpected<Error>(parsed.error());
    }
    return VarBind{std::move(*oid), std::move(*parsed)};
}

}  // namespace

void readWalk(std::string_view text, RowSink& sink) {
    std::string oid;
    std::string value;
    std::size_t began = 0;
    bool open = false;  // inside a text in quotation marks
    const auto flush = [&] {
        const bool wanted = began != 0 && !isAbsent(value);
        return !wanted || sink.take(began, parseEntry(oid, value));
    };
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = takeLine(text);
        const auto entry = open ? std::nullopt : beginOf(line);
        if (entry) {
            if (!flush()) {
                return;
            }
            oid = entry->oid;
            value = entry->value;
            began = number;
            open = entry->value.starts_with(kText) && staysOpen(entry->value.substr(kText.size()));
        } else if (began == 0) {
            if (!line.empty() && line.front() != '#' &&
                !sink.take(number, fail(ErrorCode::Malformed, "an object is OID = TYPE: VALUE"))) {
                return;
            }
        } else {
            open = open && staysOpen(line);
            if (value.size() <= Recording::kMaxRowBytes) {
                value += '\n';
                value += line;
            }
        }
    }
    static_cast<void>(flush());
}

}  // namespace platen::mibmap
