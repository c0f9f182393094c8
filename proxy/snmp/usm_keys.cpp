// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/usm_keys.hpp"

#include "base/crypto.hpp"
#include "proxy/snmp/usm_crypto.hpp"

namespace platen::snmp {

namespace {

std::pair<AuthProtocol, std::string> nameOf(AuthProtocol protocol, const Secret& password) {
    return {protocol, crypto::sha256Hex(password.reveal())};
}

/// Keys for one engine out of those of the passwords; what the user's level does not need is empty.
/// thread: any
UsmKeyRing::Keys localise(const UsmUser& user,
                          std::string_view engineId,
                          std::string_view ofAuth,
                          std::string_view ofPriv) {
    auto keys = std::make_shared<UsmKeys>();
    keys->auth = user.auth();
    keys->priv = user.priv();
    if (user.auth() != AuthProtocol::None) {
        auto key = usm::localKey(user.auth(), ofAuth, engineId);
        if (!key) {
            return tl::unexpected<Error>(std::move(key.error()));
        }
        keys->authKey = std::move(*key);
    }
    if (user.priv() != PrivProtocol::None) {
        const auto key = usm::localKey(user.auth(), ofPriv, engineId);
        auto cipher = key ? usm::cipherKey(user.auth(), user.priv(), key->reveal(), engineId)
                          : Result<Secret>(tl::unexpected<Error>(key.error()));
        if (!cipher) {
            return tl::unexpected<Error>(std::move(cipher.error()));
        }
        keys->privKey = std::move(*cipher);
    }
    return std::shared_ptr<const UsmKeys>(std::move(keys));
}

bool takesLong(const UsmUser& user) {
    return usm::cipherKeyTakesLong(user.auth(), user.priv());
}

}  // namespace

void UsmKeyRing::keep(const PasswordName& name, Secret key) {
    ++derivations_;
    if (passwordKeys_.size() >= kMaxPasswordKeys) {
        passwordKeys_.clear();
    }
    passwordKeys_.insert_or_assign(name, std::move(key));
}

void UsmKeyRing::keepLocal(const UsmUser& user,
                           std::string_view engineId,
                           const std::shared_ptr<const UsmKeys>& keys) {
    if (local_.size() >= kMaxLocalKeys) {
        local_.clear();
    }
    local_.emplace(user.fingerprint() + std::string(engineId), keys);
}

Result<std::string_view> UsmKeyRing::passwordKey(AuthProtocol protocol, const Secret& password) {
    const auto name = nameOf(protocol, password);
    auto found = passwordKeys_.find(name);
    if (found == passwordKeys_.end()) {
        auto key = usm::passwordKey(protocol, password.reveal());
        if (!key) {
            return tl::unexpected<Error>(std::move(key.error()));
        }
        keep(name, std::move(*key));
        found = passwordKeys_.find(name);
    }
    return found->second.reveal();
}

UsmKeyRing::Keys UsmKeyRing::keysFor(const UsmUser& user, std::string_view engineId) {
    if (const auto found = local_.find(user.fingerprint() + std::string(engineId));
        found != local_.end()) {
        return found->second;
    }
    std::string ofAuth;
    std::string ofPriv;
    const auto take = [&](const Secret& password, std::string& to) -> Result<void> {
        const auto key = passwordKey(user.auth(), password);
        if (!key) {
            return tl::unexpected<Error>(key.error());
        }
        to.assign(*key);
        return {};
    };
    if (user.auth() != AuthProtocol::None) {
        if (auto got = take(user.authPassword(), ofAuth); !got) {
            return tl::unexpected<Error>(std::move(got.error()));
        }
    }
    if (user.priv() != PrivProtocol::None) {
        if (auto got = take(user.privPassword(), ofPriv); !got) {
            return tl::unexpected<Error>(std::move(got.error()));
        }
    }
    const Secret auth(std::move(ofAuth));  // wiped at the end
    const Secret priv(std::move(ofPriv));
    auto keys = localise(user, engineId, auth.reveal(), priv.reveal());
    if (keys) {
        keepLocal(user, engineId, *keys);
    }
    return keys;
}

const Secret* UsmKeyRing::missing(const UsmUser& user) const {
    if (user.auth() != AuthProtocol::None &&
        !passwordKeys_.contains(nameOf(user.auth(), user.authPassword()))) {
        return &user.authPassword();
    }
    if (user.priv() != PrivProtocol::None &&
        !passwordKeys_.contains(nameOf(user.auth(), user.privPassword()))) {
        return &user.privPassword();
    }
    return nullptr;
}

std::optional<UsmKeyRing::Keys> UsmKeyRing::keysNow(const UsmUser& user,
                                                    std::string_view engineId) {
    if (background_ == nullptr || (!takesLong(user) && missing(user) == nullptr)) {
        return keysFor(user, engineId);
    }
    const auto found = local_.find(user.fingerprint() + std::string(engineId));
    return found == local_.end() ? std::nullopt : std::optional<Keys>(found->second);
}

void UsmKeyRing::make(std::shared_ptr<const UsmUser> user,
                      std::string engineId,
                      UniqueFunction<void(Keys)> done) {
    Wish wish{std::move(user), std::move(engineId), std::move(done)};
    if (const auto* password = missing(*wish.user)) {
        makePasswordKey(*password, std::move(wish));
    } else {
        makeLocal(std::move(wish));
    }
}

/// A key of a password is there, on the loop and not inside make(): what is left to do?
void UsmKeyRing::proceed(Wish wish) {
    if (auto keys = keysNow(*wish.user, wish.engineId)) {
        wish.done(std::move(*keys));
    } else {
        make(std::move(wish.user), std::move(wish.engineId), std::move(wish.done));
    }
}

void UsmKeyRing::makePasswordKey(const Secret& password, Wish wish) {
    const auto protocol = wish.user->auth();
    const auto name = nameOf(protocol, password);
    const auto [place, first] = pending_.try_emplace(name);
    // `password` belongs to the user, who is kept by the work.
    const auto user = wish.user;
    place->second.push_back(std::move(wish));
    if (!first) {
        return;
    }
    auto made = std::make_shared<std::optional<Result<Secret>>>();
    background_->run([made, user, protocol,
                      &password] { made->emplace(usm::passwordKey(protocol, password.reveal())); },
                     [this, made, name, weak = std::weak_ptr<int>(alive_)] {
                         if (weak.expired()) {
                             return;
                         }
                         auto node = pending_.extract(name);
                         auto& key = **made;
                         if (key) {
                             keep(name, std::move(*key));
                         }
                         for (auto& waiting : node.mapped()) {
                             if (key) {
                                 proceed(std::move(waiting));
                             } else {
                                 waiting.done(tl::unexpected<Error>(key.error()));
                             }
                             if (weak.expired()) {
                                 return;
                             }
                         }
                     });
}

void UsmKeyRing::makeLocal(Wish wish) {
    const auto keyOf = [this, &wish](bool wanted, const Secret& password) {
        return wanted ? passwordKeys_.at(nameOf(wish.user->auth(), password)).clone() : Secret();
    };
    struct Work {
        Secret ofAuth, ofPriv;
        std::optional<Keys> keys;
    };
    auto work = std::make_shared<Work>();
    work->ofAuth = keyOf(wish.user->auth() != AuthProtocol::None, wish.user->authPassword());
    work->ofPriv = keyOf(wish.user->priv() != PrivProtocol::None, wish.user->privPassword());
    auto shared = std::make_shared<Wish>(std::move(wish));
    background_->run(
        [work, user = shared->user, engineId = shared->engineId] {
            work->keys.emplace(
                localise(*user, engineId, work->ofAuth.reveal(), work->ofPriv.reveal()));
        },
        [this, work, shared, weak = std::weak_ptr<int>(alive_)] {
            if (weak.expired()) {
                return;
            }
            if (*work->keys) {
                keepLocal(*shared->user, shared->engineId, **work->keys);
            }
            shared->done(std::move(*work->keys));
        });
}

}  // namespace platen::snmp
