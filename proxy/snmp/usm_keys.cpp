// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/usm_keys.hpp"

#include "base/crypto.hpp"
#include "proxy/snmp/usm_crypto.hpp"

namespace platen::snmp {

Result<std::string_view> UsmKeyRing::passwordKey(AuthProtocol protocol, const Secret& password) {
    auto name = std::pair(protocol, crypto::sha256Hex(password.reveal()));
    auto found = passwordKeys_.find(name);
    if (found == passwordKeys_.end()) {
        auto key = usm::passwordKey(protocol, password.reveal());
        if (!key) {
            return tl::unexpected<Error>(std::move(key.error()));
        }
        ++derivations_;
        if (passwordKeys_.size() >= kMaxPasswordKeys) {
            passwordKeys_.clear();
        }
        found = passwordKeys_.emplace(std::move(name), std::move(*key)).first;
    }
    return found->second.reveal();
}

Result<std::shared_ptr<const UsmKeys>> UsmKeyRing::keysFor(const UsmUser& user,
                                                           std::string_view engineId) {
    auto name = user.fingerprint() + std::string(engineId);
    if (const auto found = local_.find(name); found != local_.end()) {
        return found->second;
    }
    auto keys = std::make_shared<UsmKeys>();
    keys->auth = user.auth();
    keys->priv = user.priv();
    const auto local = [&](const Secret& password) -> Result<Secret> {
        const auto key = passwordKey(user.auth(), password);
        return key ? usm::localKey(user.auth(), *key, engineId)
                   : Result<Secret>(tl::unexpected<Error>(key.error()));
    };
    if (user.auth() != AuthProtocol::None) {
        auto key = local(user.authPassword());
        if (!key) {
            return tl::unexpected<Error>(std::move(key.error()));
        }
        keys->authKey = std::move(*key);
    }
    if (user.priv() != PrivProtocol::None) {
        const auto key = local(user.privPassword());
        auto cipher = key ? usm::cipherKey(user.auth(), user.priv(), key->reveal(), engineId)
                          : Result<Secret>(tl::unexpected<Error>(key.error()));
        if (!cipher) {
            return tl::unexpected<Error>(std::move(cipher.error()));
        }
        keys->privKey = std::move(*cipher);
    }
    if (local_.size() >= kMaxLocalKeys) {
        local_.clear();
    }
    local_.emplace(std::move(name), keys);
    return std::shared_ptr<const UsmKeys>(std::move(keys));
}

}  // namespace platen::snmp
