// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/devices_file.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace platen::discovery {

namespace {

/// Fields of one line; quotes may hold the separator, and doubled quotes a quote.
std::vector<std::string> fieldsOf(std::string_view line, char separator) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted) {
            if (c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
                fields.back() += '"';
                ++i;
            } else if (c == '"') {
                quoted = false;
            } else {
                fields.back() += c;
            }
        } else if (c == '"' && text::trim(fields.back()).empty()) {
            fields.back().clear();
            quoted = true;
        } else if (c == separator) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    for (auto& field : fields) {
        field = std::string(text::trim(field));
    }
    return fields;
}

char separatorOf(std::string_view line) {
    for (const char candidate : {';', '\t', ','}) {
        if (line.find(candidate) != std::string_view::npos) {
            return candidate;
        }
    }
    return ',';
}

bool isHost(std::string_view host) {
    constexpr std::size_t kMaxHost = 253;
    return !host.empty() && host.size() <= kMaxHost &&
           std::all_of(host.begin(), host.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-' || c == ':' || c == '_';
           });
}

}  // namespace

DevicesFile parseDevicesFile(std::string_view text) {
    DevicesFile out;
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    std::size_t number = 0;
    for (const auto raw : text::split(text, '\n')) {
        ++number;
        const auto line = text::trim(raw);
        if (line.empty() || line.front() == '#') {
            continue;
        }
        auto fields = fieldsOf(line, separatorOf(line));
        if (out.devices.empty() && text::equalsIgnoreCase(fields[0], "host")) {
            continue;  // heading
        }
        if (!isHost(fields[0])) {
            out.problems.push_back("line " + std::to_string(number) + ": \"" +
                                   text::cleanForXml(fields[0].substr(0, 64)) +
                                   "\" is no host name or address");
            continue;
        }
        if (out.devices.size() >= kMaxListedDevices) {
            out.problems.push_back("line " + std::to_string(number) + ": more than " +
                                   std::to_string(kMaxListedDevices) + " devices");
            break;
        }
        ListedDevice device;
        device.host = std::move(fields[0]);
        if (fields.size() > 1) {
            device.community = Secret(std::move(fields[1]));
        }
        for (std::size_t i = 2; i < fields.size(); ++i) {
            if (!fields[i].empty()) {
                device.tags += (device.tags.empty() ? "" : ",") + fields[i];
            }
        }
        out.devices.push_back(std::move(device));
    }
    return out;
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
