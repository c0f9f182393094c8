// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"

#include "base/text.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

namespace platen {

Result<std::string> readFile(const std::filesystem::path& path, std::size_t maxBytes) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return fail(ErrorCode::Refused, "is a folder, not a file");
    }
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        const std::error_code reason(errno, std::generic_category());
        return fail(reason == std::errc::no_such_file_or_directory ? ErrorCode::NotFound
                                                                   : ErrorCode::Refused,
                    text::cat({"cannot be read: ", reason.message()}));
    }
    constexpr std::size_t kBlockBytes = 64U << 10U;
    std::string content;
    std::vector<char> block(kBlockBytes);
    while (content.size() <= maxBytes && in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        content.append(block.data(), static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad()) {
        return fail(ErrorCode::Refused, "cannot be read");
    }
    if (content.size() > maxBytes) {
        return fail(ErrorCode::TooLarge,
                    text::cat({"larger than ", std::to_string(maxBytes), " bytes"}));
    }
    return content;
}

}  // namespace platen
