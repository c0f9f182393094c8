// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace platen {

/// A password, community or key. Moves but does not copy, has no stream or log conversion, and is
/// wiped when it dies. `reveal()` is the only way out and is easy to grep for.
class Secret {
  public:
    Secret() = default;
    /// Takes the text over and wipes what the move left behind.
    explicit Secret(std::string value);
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    /// A second owner, on purpose.
    [[nodiscard]] Secret clone() const { return Secret(value_); }
    [[nodiscard]] std::string_view reveal() const { return value_; }
    [[nodiscard]] bool empty() const { return value_.empty(); }

  private:
    std::string value_;
};

}  // namespace platen
