// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/recording.hpp"

#include "base/oid.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace platen::sim {

namespace {

struct ParsedRow {
    Oid oid;
    SnmpValue value;
};

Result<ParsedRow> parseRow(std::string_view line) {
    const auto first = line.find('|');
    const auto second = first == std::string_view::npos ? first : line.find('|', first + 1);
    if (second == std::string_view::npos) {
        return fail(ErrorCode::Malformed, "a row is OID|TAG|VALUE");
    }
    auto oid = Oid::parse(line.substr(0, first));
    if (!oid) {
        return tl::unexpected(oid.error());
    }
    if (!isEncodableOid(oid->ids())) {
        return fail(ErrorCode::Malformed, "an OID of SNMP begins with 0.x, 1.x or 2.x");
    }
    auto value = parseRowValue(line.substr(first + 1, second - first - 1), line.substr(second + 1));
    if (!value) {
        return tl::unexpected(value.error());
    }
    return ParsedRow{*std::move(oid), *std::move(value)};
}

Result<std::vector<ParsedRow>> parseRows(std::string_view text, const std::string& name) {
    std::vector<ParsedRow> rows;
    std::size_t number = 0;
    for (std::string_view line : text::split(text, '\n')) {
        ++number;
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        if (line.empty() || line.front() == '#') {
            continue;
        }
        auto row = parseRow(line);
        const std::string where = text::cat({name, ":", std::to_string(number), ": "});
        if (!row) {
            return fail(row.error().code, where + row.error().text);
        }
        if (rows.size() >= Recording::kMaxRows) {
            return fail(ErrorCode::TooLarge, where + "too many rows");
        }
        rows.push_back(*std::move(row));
    }
    std::ranges::stable_sort(rows, {}, &ParsedRow::oid);
    const auto twice = std::ranges::adjacent_find(rows, {}, &ParsedRow::oid);
    if (twice != rows.end()) {
        return fail(ErrorCode::Malformed,
                    text::cat({name, ": ", twice->oid.toString(), " stands there twice"}));
    }
    return rows;
}

Result<SnmpValue> parseNumber(SnmpType type, std::string_view text) {
    if (type == SnmpType::Counter64) {
        const auto number = text::toUnsigned(text);
        if (number) {
            return SnmpValue::integer(static_cast<std::int64_t>(*number), type);
        }
    } else if (const auto number = text::toInt(text)) {
        const bool isSigned = type == SnmpType::Integer;
        if (*number >= (isSigned ? std::int64_t{INT32_MIN} : 0) &&
            *number <= (isSigned ? std::int64_t{INT32_MAX} : std::int64_t{UINT32_MAX})) {
            return SnmpValue::integer(*number, type);
        }
    }
    return fail(ErrorCode::Malformed,
                text::cat({"\"", text, "\" is no number that fits ", toString(type)}));
}

Result<SnmpValue> parseAddress(std::string_view text) {
    SnmpValue value;
    value.type = SnmpType::IpAddress;
    for (const std::string_view part : text::split(text, '.')) {
        const auto number = text::toUnsigned(part);
        if (!number || *number > 255) {
            return fail(ErrorCode::Malformed, text::cat({"\"", text, "\" is no IPv4 address"}));
        }
        value.octets.push_back(static_cast<char>(*number));
    }
    if (value.octets.size() != 4) {
        return fail(ErrorCode::Malformed, text::cat({"\"", text, "\" is no IPv4 address"}));
    }
    return value;
}

Result<SnmpValue> parseText(SnmpType type, std::string_view text, bool hex) {
    SnmpValue value;
    value.type = type;
    value.octets = std::string(text);
    if (hex) {
        const auto bytes = text::fromHex(text);
        if (!bytes || (type == SnmpType::IpAddress && bytes->size() != 4)) {
            return fail(ErrorCode::Malformed, text::cat({"\"", text, "\" is not hexadecimal"}));
        }
        value.octets.assign(bytes->begin(), bytes->end());
    }
    return value;
}

/// Where makers keep the serial number: prtGeneralSerialNumber, then the private objects that
/// recordings hold.
constexpr std::array<std::string_view, 7> kSerialColumns{
    "1.3.6.1.2.1.43.5.1.1.17",          "1.3.6.1.4.1.1347.43.5.1.1.28",
    "1.3.6.1.4.1.367.3.2.1.2.1.4",      "1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.1",
    "1.3.6.1.4.1.11.2.3.9.4.2.1.1.3.3", "1.3.6.1.4.1.253.8.53.3.2.1.3",
    "1.3.6.1.4.1.10642.200.19.5"};

constexpr std::size_t kMinSerialLength = 5;
constexpr std::size_t kMacBytes = 6;

/// The part before the first hyphen (Lexmark and Dell append a revision), without the two octets
/// that HP puts in front.
std::string_view labelOf(std::string_view serial) {
    while (!serial.empty() && static_cast<unsigned char>(serial.front()) <= ' ' + 0U) {
        serial.remove_prefix(1);
    }
    const std::string_view label = text::trim(serial.substr(0, serial.find('-')));
    if (label.size() >= kMinSerialLength) {
        return label;
    }
    const std::string_view whole = text::trim(serial);  // a hyphen that is part of the number
    return whole.size() >= kMinSerialLength ? whole : std::string_view{};
}

bool isPlainText(std::string_view octets) {
    return std::ranges::all_of(octets, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

bool oidLess(OidView a, OidView b) {
    return std::ranges::lexicographical_compare(a, b);
}

Result<SnmpValue> parseRowValue(std::string_view tag, std::string_view value) {
    const bool hex = tag.ends_with('x');
    const auto number = text::toUnsigned(hex ? tag.substr(0, tag.size() - 1) : tag);
    if (!number || *number > UINT8_MAX) {
        return fail(ErrorCode::Malformed, text::cat({"\"", tag, "\" is no tag"}));
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
            return parseText(type, value, hex);
        case SnmpType::IpAddress:
            return hex ? parseText(type, value, true) : parseAddress(value);
        case SnmpType::ObjectId: {
            auto oid = Oid::parse(value);
            if (!oid) {
                return tl::unexpected(oid.error());
            }
            return SnmpValue::objectId(*std::move(oid));
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

Result<std::shared_ptr<const Recording>> Recording::parse(std::string_view text, std::string name) {
    if (text.size() > kMaxFileBytes) {
        return fail(ErrorCode::TooLarge, name + ": too large for a recording");
    }
    auto rows = parseRows(text, name);
    if (!rows) {
        return tl::unexpected(rows.error());
    }
    auto out = std::make_shared<Recording>();
    out->name_ = std::move(name);
    out->rows_.reserve(rows->size());
    for (const ParsedRow& row : *rows) {
        const Bytes bytes = encodeVarbind(row.oid.ids(), row.value);
        out->rows_.push_back({.oidStart = static_cast<std::uint32_t>(out->ids_.size()),
                              .oidLength = static_cast<std::uint32_t>(row.oid.size()),
                              .start = static_cast<std::uint32_t>(out->encoded_.size()),
                              .length = static_cast<std::uint32_t>(bytes.size())});
        out->ids_.insert(out->ids_.end(), row.oid.ids().begin(), row.oid.ids().end());
        out->encoded_.insert(out->encoded_.end(), bytes.begin(), bytes.end());
    }
    out->findIdentity();
    return out;
}

void Recording::findIdentity() {
    for (const std::string_view text : kSerialColumns) {
        const Oid column = Oid::parse(text).value_or(Oid{});
        const std::size_t row = firstAfter(column.ids());
        if (row < size() && Oid(oid(row)).startsWith(column)) {
            serialLabel_ = labelOf(value(row).octets);
            if (!serialLabel_.empty()) {
                break;
            }
        }
    }
    const Oid macColumn{1, 3, 6, 1, 2, 1, 2, 2, 1, 6};
    for (std::size_t row = 0; row < size(); ++row) {
        const SnmpValue object = value(row);
        if (object.type != SnmpType::OctetString) {
            continue;
        }
        if (!serialLabel_.empty() && object.octets.find(serialLabel_) != std::string::npos) {
            serialRows_.push_back(row);
        }
        if (object.octets.size() == kMacBytes && Oid(oid(row)).startsWith(macColumn) &&
            object.octets != std::string(kMacBytes, '\0')) {
            macRows_.push_back(row);
        }
    }
}

Result<std::shared_ptr<const Recording>> Recording::load(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) {
        return fail(ErrorCode::NotFound, text::cat({path.string(), ": ", error.message()}));
    }
    if (size > kMaxFileBytes) {
        return fail(ErrorCode::TooLarge, path.string() + ": too large for a recording");
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        return fail(ErrorCode::NotFound, path.string() + ": cannot be read");
    }
    return parse(text.str(), path.filename().string());
}

OidView Recording::oid(std::size_t row) const {
    return OidView(ids_).subspan(rows_[row].oidStart, rows_[row].oidLength);
}

ByteView Recording::varbind(std::size_t row) const {
    return ByteView(encoded_).subspan(rows_[row].start, rows_[row].length);
}

SnmpValue Recording::value(std::size_t row) const {
    return varbindValue(varbind(row));
}

std::size_t Recording::firstAfter(OidView wanted) const {
    const auto row = std::ranges::partition_point(rows_, [this, wanted](const Row& candidate) {
        return !oidLess(wanted, OidView(ids_).subspan(candidate.oidStart, candidate.oidLength));
    });
    return static_cast<std::size_t>(row - rows_.begin());
}

std::optional<std::size_t> Recording::find(OidView wanted) const {
    const std::size_t after = firstAfter(wanted);
    if (after == 0 || !std::ranges::equal(oid(after - 1), wanted)) {
        return std::nullopt;
    }
    return after - 1;
}

Result<std::vector<std::filesystem::path>> findRecordings(
    const std::vector<std::filesystem::path>& paths) {
    std::vector<std::filesystem::path> files;
    for (const auto& path : paths) {
        std::error_code error;
        if (!std::filesystem::is_directory(path, error)) {
            files.push_back(path);
            continue;
        }
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
            if (entry.path().extension() == ".snmprec") {
                found.push_back(entry.path());
            }
        }
        std::ranges::sort(found);
        files.insert(files.end(), found.begin(), found.end());
    }
    if (files.empty()) {
        return fail(ErrorCode::NotFound, "no .snmprec file there");
    }
    return files;
}

}  // namespace platen::sim
