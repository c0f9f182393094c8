// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace platen {

/// An integer that cannot be mixed up with another kind of id. `Tag` is an empty struct.
template <typename Tag, typename Rep = std::uint32_t>
class StrongId {
  public:
    using RepType = Rep;

    constexpr StrongId() = default;
    constexpr explicit StrongId(Rep value) : value_(value) {}

    [[nodiscard]] constexpr Rep value() const { return value_; }
    friend constexpr auto operator<=>(StrongId, StrongId) = default;

  private:
    Rep value_ = 0;
};

/// A printer (or the gateway itself) for the life of its identity; stored, never reused.
using DeviceId = StrongId<struct DeviceIdTag>;

}  // namespace platen

template <typename Tag, typename Rep>
struct std::hash<platen::StrongId<Tag, Rep>> {
    std::size_t operator()(platen::StrongId<Tag, Rep> id) const noexcept {
        return std::hash<Rep>{}(id.value());
    }
};
