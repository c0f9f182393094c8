// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/scan_mark.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace platen::discovery {

namespace {

std::string fingerprint(const config::Discovery& settings) {
    std::string all;
    for (const auto* list : {&settings.ranges, &settings.exclude}) {
        for (const auto& text : *list) {
            all += text + "\n";
        }
        all += "\n";
    }
    constexpr std::size_t kEnough = 16;
    return crypto::sha256Hex(all).substr(0, kEnough);
}

}  // namespace

std::string writeMark(const AddressWalk::Mark& mark, const config::Discovery& settings) {
    return text::cat({"1 ", fingerprint(settings), " ", std::to_string(mark.range), " ",
                      mark.last ? toNet(*mark.last).toString() : "-"});
}

std::optional<AddressWalk::Mark> readMark(std::string_view text,
                                          const config::Discovery& settings) {
    const auto words = text::split(text, ' ');
    constexpr std::size_t kWords = 4;
    if (words.size() != kWords || words[0] != "1" || words[1] != fingerprint(settings)) {
        return std::nullopt;
    }
    const auto range = text::toUnsigned(words[2]);
    const auto last = config::parseAddress(words[3]);
    if (!range || (!last && words[3] != "-")) {
        return std::nullopt;
    }
    return AddressWalk::Mark{static_cast<std::size_t>(*range), last};
}

}  // namespace platen::discovery
