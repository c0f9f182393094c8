// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/background.hpp"
#include "proxy/snmp/usm_user.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace platen::snmp {

/// A user's keys for one engine; empty where its level needs none.
struct UsmKeys {
    AuthProtocol auth = AuthProtocol::None;
    PrivProtocol priv = PrivProtocol::None;
    Secret authKey;
    Secret privKey;
};

/// Keys of users for engines. What takes long, making a key of a password, is done once for each
/// password and protocol, whoever waits for it; with a Background not on the loop. thread: loop
class UsmKeyRing {
  public:
    /// Passwords kept; with more the ring is emptied, and they are made again.
    static constexpr std::size_t kMaxPasswordKeys = 1'024;
    /// Keys for engines kept, likewise.
    static constexpr std::size_t kMaxLocalKeys = 16'384;

    using Keys = Result<std::shared_ptr<const UsmKeys>>;

    /// `background` must outlive the ring; null: everything is done at once, on the loop.
    explicit UsmKeyRing(net::Background* background = nullptr) : background_(background) {}
    UsmKeyRing(const UsmKeyRing&) = delete;
    UsmKeyRing& operator=(const UsmKeyRing&) = delete;
    ~UsmKeyRing() = default;

    /// At once, however long it takes. Errors: Unsupported (a password that is too short).
    [[nodiscard]] Keys keysFor(const UsmUser& user, std::string_view engineId);
    /// The same if it takes no time; nothing if make() is to be called.
    [[nodiscard]] std::optional<Keys> keysNow(const UsmUser& user, std::string_view engineId);
    /// `done` comes once, never inside the call; not after the ring is gone. Precondition: there is
    /// a Background, as keysNow() gave nothing.
    void make(std::shared_ptr<const UsmUser> user,
              std::string engineId,
              UniqueFunction<void(Keys)> done);
    /// How many keys were made of passwords so far.
    [[nodiscard]] std::size_t derivations() const { return derivations_; }

  private:
    using PasswordName = std::pair<AuthProtocol, std::string>;  // the text is a hash
    struct Wish {
        std::shared_ptr<const UsmUser> user;
        std::string engineId;
        UniqueFunction<void(Keys)> done;
    };

    [[nodiscard]] Result<std::string_view> passwordKey(AuthProtocol protocol,
                                                       const Secret& password);
    void keep(const PasswordName& name, Secret key);
    void keepLocal(const UsmUser& user,
                   std::string_view engineId,
                   const std::shared_ptr<const UsmKeys>& keys);
    /// The first of the user's passwords whose key is not known.
    [[nodiscard]] const Secret* missing(const UsmUser& user) const;
    void proceed(Wish wish);
    void makePasswordKey(const Secret& password, Wish wish);
    void makeLocal(Wish wish);

    net::Background* background_;
    std::map<PasswordName, Secret> passwordKeys_;
    std::map<PasswordName, std::vector<Wish>> pending_;  // whose password keys are being made
    std::unordered_map<std::string, std::shared_ptr<const UsmKeys>> local_;
    std::size_t derivations_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::snmp
