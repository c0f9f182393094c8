// SPDX-License-Identifier: Apache-2.0
// `.snmprec`: one row a line, and its values.
#include "base/text.hpp"
#include "mibmap/recording.hpp"
#include "mibmap/row_sink.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace platen::mibmap {

namespace {

constexpr std::size_t kIpv4Bytes = 4;
constexpr std::uint64_t kMaxOctet = 255;

/// BER packs the first two sub-identifiers into one.
bool isEncodable(const Oid& oid) {
    constexpr std::uint32_t kArcs = 40;
    return oid.size() >= 2 && oid[0] <= 2 &&
           (oid[0] == 2 ? oid[1] <= std::numeric_limits<std::uint32_t>::max() - 2 * kArcs
                        : oid[1] < kArcs);
}

Result<VarBind> parseRow(std::string_view line) {
    if (line.size() > Recording::kMaxRowBytes) {
        return fail(ErrorCode::TooLarge, "the row is too long");
    }
    const auto first = line.find('|');
    const auto second = first == std::string_view::npos ? first : line.find('|', first + 1);
    if (second == std::string_view::npos) {
        return fail(ErrorCode::Malformed, "a row is OID|TAG|VALUE");
    }
    auto oid = Oid::parse(line.substr(0, first));
    if (!oid) {
        return tl::unexpected<Error>(oid.error());
    }
    auto value = parseRowValue(line.substr(first + 1, second - first - 1), line.substr(second + 1));
    if (!value) {
        return tl::unexpected<Error>(value.error());
    }
    return VarBind{std::move(*oid), std::move(*value)};
}

Result<SnmpValue> parseNumber(SnmpType type, std::string_view text) {
    if (type == SnmpType::Counter64) {
        if (const auto number = text::toUnsigned(text)) {
            return SnmpValue::integer(static_cast<std::int64_t>(*number), type);
        }
    } else if (const auto number = text::toInt(text)) {
        const bool isSigned = type == SnmpType::Integer;
        if (*number >= (isSigned ? std::int64_t{std::numeric_limits<std::int32_t>::min()} : 0) &&
            *number <= (isSigned ? std::int64_t{std::numeric_limits<std::int32_t>::max()}
                                 : std::int64_t{std::numeric_limits<std::uint32_t>::max()})) {
            return SnmpValue::integer(*number, type);
        }
    }
    return fail(ErrorCode::Malformed, text::cat({"\"", text::oneLine(text, 40),
                                                 "\" is no number that fits ", toString(type)}));
}

Result<SnmpValue> parseAddress(std::string_view text) {
    SnmpValue value;
    value.type = SnmpType::IpAddress;
    const auto wrong = [text] {
        return fail(ErrorCode::Malformed,
                    text::cat({"\"", text::oneLine(text, 40), "\" is no IPv4 address"}));
    };
    for (const std::string_view part : text::split(text, '.')) {
        const auto number = text::toUnsigned(part);
        if (!number || *number > kMaxOctet) {
            return wrong();
        }
        value.octets.push_back(static_cast<char>(*number));
    }
    return value.octets.size() == kIpv4Bytes ? Result<SnmpValue>(std::move(value)) : wrong();
}

Result<SnmpValue> parseOctets(SnmpType type, std::string_view text, bool hex) {
    SnmpValue value;
    value.type = type;
    value.octets = std::string(text);
    if (hex) {
        const auto bytes = text::fromHex(text);
        if (!bytes || (type == SnmpType::IpAddress && bytes->size() != kIpv4Bytes)) {
            return fail(ErrorCode::Malformed,
                        text::cat({"\"", text::oneLine(text, 40), "\" is not hexadecimal"}));
        }
        value.octets.assign(bytes->begin(), bytes->end());
    }
    return value;
}

bool isPlainText(std::string_view octets) {
    return std::all_of(octets.begin(), octets.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

Result<SnmpValue> parseRowValue(std::string_view tag, std::string_view value) {
    const bool hex = tag.ends_with('x');
    const auto number = text::toUnsigned(hex ? tag.substr(0, tag.size() - 1) : tag);
    if (!number || *number > std::numeric_limits<std::uint8_t>::max()) {
        return fail(ErrorCode::Malformed,
                    text::cat({"\"", text::oneLine(tag, 40), "\" is no tag"}));
    }
    const auto type = static_cast<SnmpType>(*number);
    switch (type) {
        case SnmpType::Integer:
        case SnmpType::Counter32:
        case SnmpType::Gauge32:
        case SnmpType::TimeTicks:
        case SnmpType::Counter64:
            return parseNumber(type, value);
        case SnmpType::OctetString:
        case SnmpType::Opaque:
            return parseOctets(type, value, hex);
        case SnmpType::IpAddress:
            return hex ? parseOctets(type, value, true) : parseAddress(value);
        case SnmpType::ObjectId: {
            auto oid = Oid::parse(value);
            if (!oid) {
                return tl::unexpected<Error>(oid.error());
            }
            return SnmpValue::objectId(std::move(*oid));
        }
        case SnmpType::Null:
            return SnmpValue{};
        case SnmpType::NoSuchObject:
        case SnmpType::NoSuchInstance:
        case SnmpType::EndOfMibView:
            break;
    }
    return fail(ErrorCode::Unsupported, text::cat({"tag ", tag, " is not known"}));
}

std::string formatRowValue(const SnmpValue& value) {
    const std::string tag = std::to_string(static_cast<unsigned>(value.type));
    switch (value.type) {
        case SnmpType::Integer:
        case SnmpType::Counter32:
        case SnmpType::Gauge32:
        case SnmpType::TimeTicks:
            return tag + "|" + std::to_string(value.number);
        case SnmpType::Counter64:
            return tag + "|" + std::to_string(static_cast<std::uint64_t>(value.number));
        case SnmpType::ObjectId:
            return tag + "|" + value.oid->toString();
        case SnmpType::OctetString:
        case SnmpType::IpAddress:
        case SnmpType::Opaque:
            break;
        case SnmpType::Null:
        case SnmpType::NoSuchObject:
        case SnmpType::NoSuchInstance:
        case SnmpType::EndOfMibView:
            return tag + "|";
    }
    if (value.type == SnmpType::OctetString && isPlainText(value.octets)) {
        return tag + "|" + value.octets;
    }
    const std::vector<std::uint8_t> bytes(value.octets.begin(), value.octets.end());
    return tag + "x|" + text::toHex(bytes, false);
}

std::string_view takeLine(std::string_view& rest) {
    const auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

void readRows(std::string_view text, RowSink& sink) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = takeLine(text);
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (!sink.take(number, parseRow(line))) {
            return;
        }
    }
}

bool RowSink::take(std::size_t line, Result<VarBind> row) {
    if (row && !isEncodable(row->oid)) {
        row = fail(ErrorCode::Malformed, "an OID of SNMP begins with 0.x, 1.x or 2.x");
    }
    if (row && rows_.size() >= Recording::kMaxRows) {
        row = fail(ErrorCode::TooLarge, "too many rows");
    }
    if (row) {
        rows_.push_back(std::move(*row));
        return true;
    }
    const auto text = text::cat({name_, ":", std::to_string(line), ": ", row.error().text});
    if (problemCount_ == 0) {
        first_ = {row.error().code, text};
    }
    problem(text);
    return !strict_ && rows_.size() < Recording::kMaxRows;
}

void RowSink::problem(std::string text) {
    ++problemCount_;
    if (problems_.size() < Recording::kMaxProblems) {
        problems_.push_back(std::move(text));
    }
}

Result<std::vector<VarBind>> RowSink::finish() {
    if (strict_ && problemCount_ > 0) {
        return tl::unexpected<Error>(first_);
    }
    Oid twice;
    if (sortRows(rows_, twice)) {
        const auto text = text::cat({name_, ": ", twice.toString(), " stands there twice"});
        if (strict_) {
            return fail(ErrorCode::Malformed, text);
        }
        problem(text);
    }
    if (rows_.empty() && !strict_) {
        return fail(ErrorCode::Malformed,
                    problemCount_ > 0 ? first_.text : name_ + ": there is no row in it");
    }
    return std::move(rows_);
}

std::vector<std::string> RowSink::problems() const {
    auto out = problems_;
    if (problemCount_ > problems_.size()) {
        out.push_back(text::cat({name_, ": ", std::to_string(problemCount_ - problems_.size()),
                                 " more rows left out"}));
    }
    return out;
}

bool sortRows(std::vector<VarBind>& rows, Oid& twice) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const VarBind& a, const VarBind& b) { return a.oid < b.oid; });
    const auto same = [](const VarBind& a, const VarBind& b) { return a.oid == b.oid; };
    const auto found = std::adjacent_find(rows.begin(), rows.end(), same);
    if (found == rows.end()) {
        return false;
    }
    twice = found->oid;
    rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
    return true;
}

}  // namespace platen::mibmap
