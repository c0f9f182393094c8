// SPDX-License-Identifier: Apache-2.0
#include "proxy/transfer/file_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace platen::transfer {

FileSource::~FileSource() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

bool FileSource::open(const std::filesystem::path& path) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat status {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
        return false;
    }
    size_ = static_cast<std::size_t>(status.st_size);
    return true;
}

std::optional<std::size_t> FileSource::read(char* into,
                                            std::size_t most,
                                            std::size_t offset) const {
    for (;;) {
        const auto got = ::pread(descriptor_, into, most, static_cast<off_t>(offset));
        if (got >= 0) {
            return static_cast<std::size_t>(got);
        }
        if (errno != EINTR) {
            return std::nullopt;
        }
    }
}

}  // namespace platen::transfer
