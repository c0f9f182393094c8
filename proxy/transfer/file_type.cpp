// SPDX-License-Identifier: Apache-2.0
#include "proxy/transfer/file_type.hpp"

#include "base/text.hpp"

#include <array>
#include <limits>

namespace platen::transfer {
namespace {

struct Name {
    std::string_view text;
    bool upload;
    bool mayHaveInstance;
    FileType::Content content;
};

constexpr std::array<Name, 6> kNames{{
    {"1 Firmware Upgrade Image", false, false, FileType::Content::Firmware},
    {"3 Vendor Configuration File", false, false, FileType::Content::Configuration},
    {"1 Vendor Configuration File", true, false, FileType::Content::Configuration},
    {"2 Vendor Log File", true, false, FileType::Content::Log},
    {"3 Vendor Configuration File", true, true, FileType::Content::Configuration},
    {"4 Vendor Log File", true, true, FileType::Content::Log},
}};

}  // namespace

std::optional<FileType> readFileType(Kind kind, std::string_view text) {
    for (const auto& name : kNames) {
        if (name.upload != (kind == Kind::Upload) || !text.starts_with(name.text)) {
            continue;
        }
        const auto rest = text.substr(name.text.size());
        if (rest.empty()) {
            return FileType{name.content, std::nullopt};
        }
        if (!name.mayHaveInstance || rest.front() != ' ') {
            continue;
        }
        const auto number = text::toUnsigned(rest.substr(1));
        if (number && *number >= 1 && *number <= std::numeric_limits<std::uint32_t>::max()) {
            return FileType{name.content, static_cast<std::uint32_t>(*number)};
        }
    }
    return std::nullopt;
}

std::string listedFileType(Kind kind, const std::string& text) {
    const auto type = readFileType(kind, text);
    if (kind != Kind::Upload || !type) {
        return text;
    }
    const bool log = type->content == FileType::Content::Log;
    if (!type->instance) {
        return log ? "4 Vendor Log File" : "3 Vendor Configuration File";
    }
    return text::cat({log ? "7 Vendor Log File " : "6 Vendor Configuration File ",
                      std::to_string(*type->instance)});
}

}  // namespace platen::transfer
