// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/client_certificate.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace platen::cwmp {
namespace {

std::string asFileName(std::string_view part) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : part) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                           (c == '.' && !out.empty());
        if (plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kHex.at(byte >> 4U);
        out += kHex.at(byte & 0xFU);
    }
    return out;
}

}  // namespace

std::string deviceFile(std::string_view pattern, const fleet::Identity& identity) {
    struct Part {
        std::string_view name;
        const std::string& value;
    };
    const std::array<Part, 3> parts{{{"{oui}", identity.oui},
                                     {"{product_class}", identity.productClass},
                                     {"{serial}", identity.serial}}};
    std::string out;
    while (!pattern.empty()) {
        const auto* const part = std::find_if(parts.begin(), parts.end(), [&](const Part& one) {
            return pattern.starts_with(one.name);
        });
        if (part != parts.end()) {
            out += asFileName(part->value);
            pattern.remove_prefix(part->name.size());
        } else {
            out += pattern.front();
            pattern.remove_prefix(1);
        }
    }
    return out;
}

}  // namespace platen::cwmp
