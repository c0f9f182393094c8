// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace platen::firmware {

/// Whether `signature` (64 octets) is the Ed25519 signature of `text` by the owner of the key in
/// `publicKeyPem`. False for everything that is not exactly that. Pure. thread: any
[[nodiscard]] bool isSignedBy(std::string_view text,
                              std::string_view signature,
                              std::string_view publicKeyPem);

}  // namespace platen::firmware
