// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace platen::stun {

using Sha1Mac = std::array<std::byte, 20>;

/// HMAC-SHA1 (RFC 2104), as RFC 3489 and TR-069 Annex G prescribe it. thread: any
[[nodiscard]] Sha1Mac hmacSha1(std::string_view key, std::span<const std::byte> data);
[[nodiscard]] Sha1Mac hmacSha1(std::string_view key, std::string_view data);

}  // namespace platen::stun
