// SPDX-License-Identifier: Apache-2.0
#include "base/secret.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace platen {

namespace {

/// Overwrites the whole buffer, also what lies after the end: a short string that was moved from
/// keeps its characters there.
void wipe(std::string& text) {
    text.resize(text.capacity());  // NOLINT(clang-analyzer-cplusplus.Move): see above
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

}  // namespace

Secret::Secret(std::string value) : value_(std::move(value)) {
    // A moved-from string may be given new content.
    wipe(value);  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
}

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
    wipe(other.value_);
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe(value_);
        value_.swap(other.value_);
        wipe(other.value_);
    }
    return *this;
}

Secret::~Secret() {
    wipe(value_);
}

}  // namespace platen
