// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/arp_table.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <unordered_map>

namespace platen::net {

namespace {

constexpr std::size_t kColumns = 4;  // address, hardware type, flags, hardware address

/// The first words of a line; empty where there are fewer.
std::array<std::string_view, kColumns> wordsOf(std::string_view line) {
    std::array<std::string_view, kColumns> words{};
    std::size_t at = 0;
    for (auto& word : words) {
        at = line.find_first_not_of(' ', at);
        if (at == std::string_view::npos) {
            break;
        }
        const auto end = std::min(line.find(' ', at), line.size());
        word = line.substr(at, end - at);
        at = end;
    }
    return words;
}

/// `00:11:22:aa:bb:cc` in upper case; nothing for another form, zeros and group addresses.
std::optional<std::string> macOf(std::string_view text) {
    constexpr std::size_t kLength = 17;
    if (text.size() != kLength) {
        return std::nullopt;
    }
    std::string digits;
    std::string mac;
    for (std::size_t i = 0; i < kLength; ++i) {
        const char c = text[i];
        if (i % 3 == 2) {
            if (c != ':') {
                return std::nullopt;
            }
            mac += c;
            continue;
        }
        digits += c;
        mac += c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    const auto octets = text::fromHex(digits);
    const bool group = octets && ((*octets)[0] & 1U) != 0;
    if (!octets || group || digits.find_first_not_of('0') == std::string::npos) {
        return std::nullopt;
    }
    return mac;
}

}  // namespace

Neighbours parseArpTable(std::string_view text) {
    Neighbours neighbours;
    std::unordered_map<std::string, std::size_t> uses;
    for (const auto line : text::split(text, '\n')) {
        const auto words = wordsOf(line);
        const auto address = Address::parse(words[0]);
        const auto mac = macOf(words[3]);
        constexpr std::string_view kEthernet = "0x1";
        constexpr std::string_view kIncomplete = "0x0";
        if (!address || !mac || words[1] != kEthernet || words[2] == kIncomplete ||
            neighbours.size() >= kMaxNeighbours) {
            continue;
        }
        if (neighbours.emplace(*address, *mac).second) {
            ++uses[*mac];
        }
    }
    std::erase_if(neighbours, [&](const auto& entry) { return uses[entry.second] > 1; });
    return neighbours;
}

Neighbours readArpTable() {
    std::ifstream file("/proc/self/net/arp");  // /proc/net is hidden by the unit's ProcSubset=pid
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return parseArpTable(text);
}

std::string ArpCache::macOf(const Address& address, SteadyTime now) {
    if (!readAt_ || now - *readAt_ >= kFresh) {
        table_ = read_();
        readAt_ = now;
    }
    const auto found = table_.find(address);
    return found == table_.end() ? std::string() : found->second;
}

}  // namespace platen::net
