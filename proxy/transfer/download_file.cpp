// SPDX-License-Identifier: Apache-2.0
#include "proxy/transfer/download_file.hpp"

#include "base/text.hpp"

#include <openssl/evp.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

namespace platen::transfer {

void DownloadFile::FreeDigest::operator()(evp_md_ctx_st* digest) const noexcept {
    EVP_MD_CTX_free(digest);
}

DownloadFile::DownloadFile(std::filesystem::path path)
    : path_(std::move(path)), digest_(EVP_MD_CTX_new()) {
    constexpr mode_t kOwnerOnly = 0600;
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
    // Never through a link that somebody left there.
    descriptor_ =
        ::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly);
    good_ =
        descriptor_ >= 0 && digest_ && EVP_DigestInit_ex(digest_.get(), EVP_sha256(), nullptr) == 1;
}

DownloadFile::~DownloadFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
    if (!kept_) {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
}

bool DownloadFile::write(std::string_view data) {
    good_ = good_ && EVP_DigestUpdate(digest_.get(), data.data(), data.size()) == 1;
    while (good_ && !data.empty()) {
        const auto written = ::write(descriptor_, data.data(), data.size());
        if (written > 0) {
            bytes_ += static_cast<std::uint64_t>(written);
            data.remove_prefix(static_cast<std::size_t>(written));
        } else if (written == 0 || errno != EINTR) {
            good_ = false;
        }
    }
    return good_;
}

std::string DownloadFile::keep() {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    good_ = good_ && EVP_DigestFinal_ex(digest_.get(), digest.data(), &length) == 1;
    const int descriptor = std::exchange(descriptor_, -1);
    // What the disk refused late is told by close(2).
    good_ = descriptor >= 0 && ::close(descriptor) == 0 && good_;
    kept_ = good_;
    return good_ ? text::toHex(std::span(digest.data(), length), false) : std::string();
}

}  // namespace platen::transfer
