// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace platen::fleet {

/// Page languages in which a test page can be made.
enum class PageLanguage : std::uint8_t { PostScript, Pcl, Text };

/// The best of what a printer says that it has: PostScript, PCL, plain text, in that order.
/// `families` are values of `Interpreter.{i}.LanguageFamily`. Nothing if there is none. Pure.
[[nodiscard]] std::optional<PageLanguage> pageLanguage(std::span<const std::string> families);

/// What the page says.
struct PageFacts {
    std::string model, serial, date, gateway;
};

/// One page with these facts and a row of grey fields (not as plain text), without anything that
/// changes settings of the printer. Characters other than printable ASCII are shown as `?`, lines
/// are cut at 80 of them. Pure.
[[nodiscard]] std::string testPage(PageLanguage language, const PageFacts& facts);

}  // namespace platen::fleet
