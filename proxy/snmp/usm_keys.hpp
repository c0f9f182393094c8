// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "proxy/snmp/usm_user.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace platen::snmp {

/// A user's keys for one engine; empty where its level needs none.
struct UsmKeys {
    AuthProtocol auth = AuthProtocol::None;
    PrivProtocol priv = PrivProtocol::None;
    Secret authKey;
    Secret privKey;
};

/// Keys of users for engines. What takes long, making a key of a password, is done once for each
/// password and protocol. thread: loop
class UsmKeyRing {
  public:
    /// Passwords kept; with more the ring is emptied, and they are made again.
    static constexpr std::size_t kMaxPasswordKeys = 1'024;
    /// Keys for engines kept, likewise.
    static constexpr std::size_t kMaxLocalKeys = 16'384;

    /// Errors: Unsupported (a password that is too short).
    [[nodiscard]] Result<std::shared_ptr<const UsmKeys>> keysFor(const UsmUser& user,
                                                                 std::string_view engineId);
    /// How many keys were made of passwords so far.
    [[nodiscard]] std::size_t derivations() const { return derivations_; }

  private:
    [[nodiscard]] Result<std::string_view> passwordKey(AuthProtocol protocol,
                                                       const Secret& password);

    std::map<std::pair<AuthProtocol, std::string>, Secret> passwordKeys_;  // by a hash
    std::unordered_map<std::string, std::shared_ptr<const UsmKeys>> local_;
    std::size_t derivations_ = 0;
};

}  // namespace platen::snmp
