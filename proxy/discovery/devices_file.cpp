// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/devices_file.hpp"

#include "base/text.hpp"
#include "config/address_range.hpp"
#include "proxy/discovery/csv.hpp"
#include "proxy/net/endpoint.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

namespace platen::discovery {

namespace {

constexpr std::size_t kNoColumn = std::numeric_limits<std::size_t>::max();

/// Which field is what; a heading may change it.
struct Columns {
    std::vector<std::size_t> hosts{0};  ///< Best first; the first that is filled counts.
    std::size_t community = 1;
    std::size_t credential = kNoColumn;
    std::vector<std::size_t> tags;
    std::size_t unnamed = 2;  ///< From here on every field is a tag.
};

template <std::size_t N>
bool isOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Letters and digits in lower case: `IP-Address`, `ip_address` and `IP address` are one word.
std::string plain(std::string_view heading) {
    std::string out;
    for (const char c : text::toLower(heading)) {
        const auto octet = static_cast<unsigned char>(c);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || octet >= 0x80) {
            out += c;
        }
    }
    return out;
}

// Words of inventories and of other programs' exports, best first.
constexpr std::array<std::string_view, 19> kAddressWords{
    "ip",     "ipaddress", "ipaddr",   "ipv4",        "ipv4address", "deviceip",       "printerip",
    "hostip", "ipadresse", "ipv6",     "ipv6address", "address",     "networkaddress", "adresse",
    "host",   "hostorip",  "hostname", "dnsname",     "fqdn"};
constexpr std::array<std::string_view, 7> kCommunityWords{
    "community",           "snmpcommunity", "communitystring",  "readcommunity",
    "snmpcommunitystring", "rocommunity",   "snmpreadcommunity"};
constexpr std::array<std::string_view, 3> kCredentialWords{"credential", "snmpcredential",
                                                           "credentialname"};
constexpr std::array<std::string_view, 13> kTagWords{
    "tags",    "tag",  "label", "labels",     "location", "note",       "notes",
    "comment", "site", "group", "department", "standort", "description"};

/// The columns that a heading names; nothing if the record is no heading: a heading has a word for
/// the address, and no field that is one.
std::optional<Columns> headingOf(const csv::Record& record) {
    Columns columns{{}, kNoColumn, kNoColumn, {}, record.fields.size()};
    std::vector<std::pair<std::size_t, std::size_t>> hosts;  // rank, column
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
        const auto word = plain(record.fields[i].text);
        const auto* const found =
            std::find(kAddressWords.begin(), kAddressWords.end(), std::string_view(word));
        const auto rank = static_cast<std::size_t>(found - kAddressWords.begin());
        if (rank < kAddressWords.size()) {
            hosts.emplace_back(rank, i);
        } else if (columns.community == kNoColumn && isOneOf(word, kCommunityWords)) {
            columns.community = i;
        } else if (columns.credential == kNoColumn && isOneOf(word, kCredentialWords)) {
            columns.credential = i;
        } else if (isOneOf(word, kTagWords)) {
            columns.tags.push_back(i);
        }
        if (net::Address::parse(record.fields[i].text)) {
            return std::nullopt;
        }
    }
    if (hosts.empty()) {
        return std::nullopt;
    }
    std::sort(hosts.begin(), hosts.end());
    for (const auto& [rank, column] : hosts) {
        columns.hosts.push_back(column);
    }
    return columns;
}

/// The host of a cell: `[2001:db8::7]` loses its brackets.
std::string_view hostOf(std::string_view cell) {
    if (cell.starts_with('[') && cell.ends_with(']')) {
        cell.remove_prefix(1);
        cell.remove_suffix(1);
    }
    return cell;
}

class FileReader {
  public:
    DevicesFile run(const csv::Table& table) {
        bool first = true;
        std::size_t told = 0;
        for (const auto& record : table.records) {
            while (told < table.problems.size() && table.problems[told].line < record.line) {
                tell(table.problems[told++]);
            }
            const auto heading = first ? headingOf(record) : std::nullopt;
            first = false;
            if (heading) {
                columns_ = *heading;
                continue;
            }
            if (!take(record)) {
                break;
            }
        }
        while (told < table.problems.size()) {
            tell(table.problems[told++]);
        }
        if (out_.problems.size() > kMaxFileProblems) {
            const auto more = out_.problems.size() - kMaxFileProblems;
            out_.problems.resize(kMaxFileProblems);
            out_.problems.push_back("and " + std::to_string(more) + " more");
        }
        return std::move(out_);
    }

  private:
    void tell(const csv::Problem& problem) {
        out_.problems.push_back("line " + std::to_string(problem.line) + ", column " +
                                std::to_string(problem.column) + ": " + problem.text);
    }

    /// False if the file is not to be read any further.
    bool take(const csv::Record& record) {
        const auto cell = [&](std::size_t index) {
            return index < record.fields.size() ? record.fields[index] : csv::Field{};
        };
        auto hostCell = cell(columns_.hosts.front());
        for (const auto column : columns_.hosts) {
            if (hostCell.text.empty()) {
                hostCell = cell(column);
            }
        }
        const std::string host(hostOf(hostCell.text));
        const auto address = net::Address::parse(host);
        if (!address && !config::isHostName(host)) {
            constexpr std::size_t kShown = 64;
            tell({record.line, hostCell.column,
                  "\"" + text::oneLine(hostCell.text, kShown) + "\" is no host name or address"});
            return true;
        }
        const auto key = address ? address->toString() : text::toLower(host);
        const auto [known, isNew] = lines_.emplace(key, record.line);
        if (!isNew) {
            tell({record.line, hostCell.column,
                  host + " is listed in line " + std::to_string(known->second) + " already"});
            return true;
        }
        if (out_.devices.size() >= kMaxListedDevices) {
            tell({record.line, hostCell.column,
                  "more than " + std::to_string(kMaxListedDevices) + " devices"});
            return false;
        }
        ListedDevice device;
        device.host = host;
        device.community = Secret(cell(columns_.community).text);
        device.tags = tagsOf(record);
        device.credential = cell(columns_.credential).text;
        out_.devices.push_back(std::move(device));
        return true;
    }

    [[nodiscard]] std::string tagsOf(const csv::Record& record) const {
        std::string tags;
        const auto add = [&](std::size_t index) {
            if (index < record.fields.size() && !record.fields[index].text.empty()) {
                tags += (tags.empty() ? "" : ",") + record.fields[index].text;
            }
        };
        for (const auto index : columns_.tags) {
            add(index);
        }
        for (std::size_t i = columns_.unnamed; i < record.fields.size(); ++i) {
            add(i);
        }
        return tags;
    }

    Columns columns_;
    std::unordered_map<std::string, std::size_t> lines_;
    DevicesFile out_;
};

}  // namespace

DevicesFile parseDevicesFile(std::string_view bytes) {
    const auto text = csv::toUtf8(bytes);
    if (!text) {
        return {{}, {text.error().text}};
    }
    return FileReader().run(csv::parse(*text));
}

Result<DevicesFile> loadDevicesFile(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) {
        return fail(ErrorCode::NotFound, path.string() + ": " + error.message());
    }
    if (size > kMaxDevicesFileBytes) {
        return fail(ErrorCode::TooLarge, path.string() + ": larger than 8 MiB");
    }
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return parseDevicesFile(text);
}

}  // namespace platen::discovery
