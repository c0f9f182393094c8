// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

// OpenSSL's EVP_MD_CTX.
struct evp_md_ctx_st;

namespace platen::transfer {

/// A file that is being received: made new for this user only, hashed on the way, and removed
/// unless it is kept. thread: loop
class DownloadFile {
  public:
    explicit DownloadFile(std::filesystem::path path);
    DownloadFile(const DownloadFile&) = delete;
    DownloadFile& operator=(const DownloadFile&) = delete;
    ~DownloadFile();

    /// False if the disk said no; the file is then useless.
    [[nodiscard]] bool write(std::string_view data);
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    /// Closes the file, which stays; its SHA-256. Empty if the disk said no.
    [[nodiscard]] std::string keep();

  private:
    struct FreeDigest {
        void operator()(evp_md_ctx_st* digest) const noexcept;
    };
    std::filesystem::path path_;
    int descriptor_ = -1;
    std::uint64_t bytes_ = 0;
    bool good_ = false;
    bool kept_ = false;
    std::unique_ptr<evp_md_ctx_st, FreeDigest> digest_;
};

}  // namespace platen::transfer
