// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

namespace platen::transfer {

/// A file that is sent piece by piece. thread: loop
class FileSource {
  public:
    FileSource() = default;
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;
    ~FileSource();

    /// False if it cannot be read; once.
    [[nodiscard]] bool open(const std::filesystem::path& path);
    [[nodiscard]] std::size_t size() const { return size_; }
    /// At most `most` octets from `offset` on; 0 at the end, nothing if the disk said no.
    [[nodiscard]] std::optional<std::size_t> read(char* into,
                                                  std::size_t most,
                                                  std::size_t offset) const;

  private:
    int descriptor_ = -1;
    std::size_t size_ = 0;
};

}  // namespace platen::transfer
