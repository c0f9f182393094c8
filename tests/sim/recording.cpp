// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/recording.hpp"

#include "base/oid.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::sim {

namespace {

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

}  // namespace

bool oidLess(OidView a, OidView b) {
    return std::ranges::lexicographical_compare(a, b);
}

Result<std::shared_ptr<const Recording>> Recording::parse(std::string_view text, std::string name) {
    const auto read = mibmap::Recording::parse(text, name);
    if (!read) {
        return tl::unexpected(read.error());
    }
    return encode(*read, std::move(name));
}

std::shared_ptr<const Recording> Recording::encode(const mibmap::Recording& read,
                                                   std::string name) {
    auto out = std::make_shared<Recording>();
    out->name_ = std::move(name);
    out->rows_.reserve(read.rows().size());
    for (const VarBind& row : read.rows()) {
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
    const auto read = mibmap::Recording::load(path);
    if (!read) {
        return tl::unexpected(read.error());
    }
    return encode(*read, path.filename().string());
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
