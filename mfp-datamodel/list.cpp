// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/list.hpp"

#include "base/text.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace platen::model {

namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

/// `%2C` becomes a comma; a percent sign without two digits stays as it is, because senders that
/// do not encode at all are more common than broken escapes.
std::string decodeItem(std::string_view item) {
    std::string out;
    out.reserve(item.size());
    for (std::size_t i = 0; i < item.size(); ++i) {
        if (item[i] == '%' && item.size() - i > 2) {
            if (const auto byte = text::fromHex(item.substr(i + 1, 2)); byte) {
                out.push_back(static_cast<char>(byte->front()));
                i += 2;
                continue;
            }
        }
        out.push_back(item[i]);
    }
    return out;
}

bool mustEncode(char c) {
    return c == ',' || c == '%' || kWhiteSpace.find(c) != std::string_view::npos;
}

void appendEncoded(std::string& out, std::string_view item) {
    for (const char c : item) {
        if (mustEncode(c)) {
            const std::array<std::uint8_t, 1> byte{static_cast<std::uint8_t>(c)};
            out += '%';
            out += text::toHex(byte, true);
        } else {
            out += c;
        }
    }
}

enum class Inside : std::uint8_t { NoWhiteSpace, AnyText };

Result<std::vector<std::string>> split(std::string_view text, Inside inside) {
    std::vector<std::string> items;
    if (text::trim(text).empty()) {
        return items;
    }
    for (const std::string_view piece : text::split(text, ',')) {
        const std::string_view item = text::trim(piece);
        if (item.empty()) {
            return fail(ErrorCode::Malformed, "empty item in a list");
        }
        if (inside == Inside::NoWhiteSpace &&
            item.find_first_of(kWhiteSpace) != std::string_view::npos) {
            return fail(ErrorCode::Malformed, "white space inside a list item is not encoded");
        }
        if (items.size() == kMaxListItems) {
            return fail(ErrorCode::Malformed, "too many list items");
        }
        items.push_back(decodeItem(item));
    }
    return items;
}

}  // namespace

Result<std::vector<std::string>> splitList(std::string_view text) {
    return split(text, Inside::NoWhiteSpace);
}

Result<std::vector<std::string>> splitListOfTexts(std::string_view text) {
    return split(text, Inside::AnyText);
}

std::string joinList(std::span<const std::string> items) {
    std::string out;
    for (const std::string& item : items) {
        if (item.empty()) {
            continue;
        }
        if (!out.empty()) {
            out += ',';
        }
        appendEncoded(out, item);
    }
    return out;
}

}  // namespace platen::model
