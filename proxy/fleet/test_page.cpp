// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/test_page.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace platen::fleet {

namespace {

constexpr std::size_t kMaxLine = 80;
constexpr int kGreys = 5;

/// What a printer of any character set prints, and what ends no string and begins no command.
std::string plain(std::string_view text) {
    std::string out(text.substr(0, kMaxLine));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}

std::vector<std::string> linesOf(const PageFacts& facts) {
    return {"Test page", plain("Printer: " + facts.model), plain("Serial number: " + facts.serial),
            plain("Date: " + facts.date), plain("Requested through: " + facts.gateway)};
}

std::string postScript(const std::vector<std::string>& lines) {
    std::string out = "%!PS-Adobe-3.0\n%%Pages: 1\n/Helvetica findfont 14 scalefont setfont\n";
    constexpr int kTop = 720;
    constexpr int kStep = 24;
    int y = kTop;
    for (const auto& line : lines) {
        out += text::cat({"72 ", std::to_string(y), " moveto ("});
        for (const char c : line) {
            if (c == '(' || c == ')' || c == '\\') {
                out += '\\';
            }
            out += c;
        }
        out += ") show\n";
        y -= kStep;
    }
    for (int i = 0; i < kGreys; ++i) {
        out += text::cat({"0.", std::to_string(2 * i), " setgray ", std::to_string(72 + 80 * i),
                          " 520 72 48 rectfill\n"});
    }
    return out + "showpage\n%%EOF\n";
}

std::string pcl(const std::vector<std::string>& lines) {
    std::string out =
        "\x1b"
        "E";
    for (const auto& line : lines) {
        out += line + "\r\n";
    }
    for (int i = 0; i < kGreys; ++i) {
        // A rectangle of 150 by 100 dots of 1/300 inch, filled with a share of black.
        out += text::cat({"\x1b*p", std::to_string(300 * i), "x900Y\x1b*c150a100b",
                          std::to_string(100 - 20 * i), "g2P"});
    }
    return out +
           "\f\x1b"
           "E";
}

std::string plainText(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& line : lines) {
        out += line + "\r\n";
    }
    return out + "\f";
}

}  // namespace

std::optional<PageLanguage> pageLanguage(std::span<const std::string> families) {
    using namespace std::string_view_literals;
    struct Names {
        PageLanguage language = PageLanguage::Text;
        std::array<std::string_view, 5> families{};
    };
    static constexpr std::array kOrder{
        Names{PageLanguage::PostScript, {"PS"sv, "PS2"sv, "PS3"sv, "PSPrinter"sv, ""sv}},
        Names{PageLanguage::Pcl, {"PCL"sv, "PCL3"sv, "PCL5e"sv, "PCL5c"sv, ""sv}},
        Names{PageLanguage::Text, {"SimpleText"sv, "LinePrinter"sv, ""sv, ""sv, ""sv}}};
    for (const auto& [language, names] : kOrder) {
        for (const auto& family : families) {
            if (!family.empty() && std::find(names.begin(), names.end(), family) != names.end()) {
                return language;
            }
        }
    }
    return std::nullopt;
}

std::string testPage(PageLanguage language, const PageFacts& facts) {
    const auto lines = linesOf(facts);
    switch (language) {
        case PageLanguage::PostScript:
            return postScript(lines);
        case PageLanguage::Pcl:
            return pcl(lines);
        case PageLanguage::Text:
            return plainText(lines);
    }
    return {};
}

}  // namespace platen::fleet
