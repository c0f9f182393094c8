// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace platen::app {

/// What must not leave a customer's site.
enum class Private : std::uint8_t {
    SerialNumber,
    AssetTag,
    MacAddress,
    IpAddress,
    HostName,
    Contact,
    Location,
    Person,
    Email,
    Phone,
    Secret,  ///< Communities, passwords, keys, Wi-Fi names, user names.
};
[[nodiscard]] std::string_view toString(Private kind);  ///< `serial numbers`

/// Replacements of private texts, consistent over a recording: the same text always by the same
/// stand-in, of the same length and of the same kinds of characters. They are made from running
/// numbers, not from what they replace, so that nothing can be worked out from them.
class StandIns {
  public:
    /// Shorter texts are not looked for in other texts.
    static constexpr std::size_t kMinSearched = 4;
    static constexpr std::size_t kMaxTexts = 20'000;

    /// Makes a stand-in for a text, if there is none; `wordsOnly`: found elsewhere only between
    /// characters that are no letters or digits.
    void add(Private kind, std::string_view text, bool wordsOnly);
    /// Six octets; their first three, the maker's, stay. Its texts are looked for too.
    void addMac(std::string_view octets);
    /// Four octets; networks of one machine, masks and multicast are not taken.
    void addIpv4(std::string_view octets);

    /// What stands for a whole value, whatever its length: of a text that was not added too.
    [[nodiscard]] std::string whole(Private kind, std::string_view text);
    /// Four octets that are an address, as they shall be shown.
    [[nodiscard]] std::string ipv4(std::string_view octets) const;
    /// A text with all stand-ins in it.
    [[nodiscard]] std::string apply(std::string_view text) const;
    /// The same in the index of an instance: characters and addresses as sub-identifiers.
    [[nodiscard]] Oid apply(const Oid& oid) const;
    /// How many different texts of each kind have stand-ins.
    [[nodiscard]] const std::map<Private, std::size_t>& counts() const { return counts_; }

  private:
    struct Entry {
        std::string text;  ///< Lower case, unless exact.
        std::string standIn;
        bool wordsOnly = false;
        bool exact = false;
    };

    [[nodiscard]] std::string make(std::string_view text);
    void put(std::string_view text, std::string standIn, bool wordsOnly, bool exact);
    [[nodiscard]] const Entry* entryAt(std::string_view text,
                                       std::string_view lower,
                                       std::size_t place) const;

    std::unordered_map<std::string, std::string> known_;  ///< Lower-case text to stand-in.
    std::vector<Entry> entries_;
    /// Entries by their first two octets, longest first.
    std::unordered_map<std::uint16_t, std::vector<std::size_t>> begins_;
    std::unordered_map<std::string, std::string> ipv4_;
    std::set<std::string> takenIpv4_;
    std::map<Private, std::size_t> counts_;
    std::uint64_t next_ = 0;
};

}  // namespace platen::app
