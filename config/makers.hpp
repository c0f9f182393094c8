// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace platen::config {

/// A maker of printers, as Inform and the data model name it.
struct Maker {
    std::string brand;  ///< Manufacturer, at most 64 characters.
    std::string oui;    ///< The one OUI of its devices (C-PRX-09): six upper-case digits.
    std::vector<std::string> words;          ///< Names by which texts of its agents call it.
    std::vector<std::uint32_t> enterprises;  ///< SMI Network Management Private Enterprise Codes.
};

/// The table of makers, config/makers.json. Immutable after load. thread: any
class Makers {
  public:
    /// Errors: those of JsonDocument::load; Malformed (with `FILE:LINE:COL: `) for a row that
    /// breaks the format or a word or number that two makers claim.
    static Result<Makers> load(const std::filesystem::path& path);

    /// By the number below 1.3.6.1.4.1 of sysObjectID. Printers of one brand often carry the
    /// agent of another: use it only where no text names the brand (snmp-quirks section 4). Null:
    /// not known.
    [[nodiscard]] const Maker* byEnterprise(std::uint32_t number) const;
    /// By a brand word in sysDescr, a model name or the MFG of an IEEE 1284 device id: whole words
    /// only, upper and lower case alike; the word that stands first wins, at one place the longest.
    /// Null: none found.
    [[nodiscard]] const Maker* byText(std::string_view text) const;
    /// By exact brand, upper and lower case alike. Null: not known.
    [[nodiscard]] const Maker* byBrand(std::string_view brand) const;
    [[nodiscard]] const std::vector<Maker>& all() const { return makers_; }

  private:
    struct Word {
        std::string lowered;
        std::size_t maker;
    };

    std::vector<Maker> makers_;
    std::vector<Word> words_;
    std::map<std::uint32_t, std::size_t> byEnterprise_;
};

}  // namespace platen::config
