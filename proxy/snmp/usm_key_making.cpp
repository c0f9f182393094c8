// SPDX-License-Identifier: Apache-2.0
// Keys of passwords, by OpenSSL alone: Net-SNMP's library is the loop's, and this is done
// elsewhere.
#include "base/secret.hpp"
#include "proxy/snmp/usm_crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

namespace platen::snmp::usm {

namespace {

/// RFC 3414 section 11.2.
constexpr std::size_t kMinPassword = 8;
/// RFC 3414 A.2.
constexpr std::size_t kExpandedPassword = 1'048'576;

const EVP_MD* digestOf(AuthProtocol protocol) {
    switch (protocol) {
        case AuthProtocol::Md5:
            return EVP_md5();
        case AuthProtocol::Sha1:
            return EVP_sha1();
        case AuthProtocol::Sha224:
            return EVP_sha224();
        case AuthProtocol::Sha256:
            return EVP_sha256();
        case AuthProtocol::Sha384:
            return EVP_sha384();
        case AuthProtocol::Sha512:
            return EVP_sha512();
        case AuthProtocol::None:
            break;
    }
    return nullptr;
}

tl::unexpected<Error> refused(const char* what) {
    return fail(ErrorCode::Unsupported, std::string("SNMPv3: cannot ") + what);
}

class Hash {
  public:
    explicit Hash(AuthProtocol protocol) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        const auto* const digest = digestOf(protocol);
        good_ = context_ != nullptr && digest != nullptr &&
                EVP_DigestInit_ex(context_.get(), digest, nullptr) == 1;
    }
    Hash& add(std::string_view data) {
        good_ = good_ && EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1;
        return *this;
    }
    [[nodiscard]] Result<std::string> finish() {
        std::string out(EVP_MAX_MD_SIZE, '\0');
        unsigned size = 0;
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets of a C interface
        auto* const octets = reinterpret_cast<unsigned char*>(out.data());
        if (!good_ || EVP_DigestFinal_ex(context_.get(), octets, &size) != 1) {
            return refused("hash");
        }
        out.resize(size);
        return out;
    }

  private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
    bool good_ = false;
};

Result<Secret> secret(Result<std::string> text) {
    return text ? Result<Secret>(Secret(std::move(*text)))
                : Result<Secret>(tl::unexpected<Error>(std::move(text.error())));
}

/// draft-blumenthal-aes-usm-04 section 3.1.2.1: the digest of what is there is put behind it.
Result<Secret> extendBlumenthal(AuthProtocol auth, std::string key, std::size_t size) {
    while (key.size() < size) {
        const auto more = Hash(auth).add(key).finish();
        if (!more) {
            return tl::unexpected<Error>(more.error());
        }
        key.append(*more);
    }
    key.resize(size);
    return Secret(std::move(key));
}

/// draft-reeder-snmpv3-usm-3desede-00 section 2.1: the key is the password of the next piece.
Result<Secret> extendReeder(AuthProtocol auth,
                            std::string key,
                            std::string_view engineId,
                            std::size_t size) {
    std::string piece = key;
    while (key.size() < size) {
        const auto next = passwordKey(auth, piece);
        auto local = next ? localKey(auth, next->reveal(), engineId) : refused("extend a key");
        if (!local) {
            return tl::unexpected<Error>(std::move(local.error()));
        }
        piece.assign(local->reveal());
        key.append(piece);
    }
    key.resize(size);
    return Secret(std::move(key));
}

}  // namespace

Result<Secret> passwordKey(AuthProtocol protocol, std::string_view password) {
    if (protocol == AuthProtocol::None || password.size() < kMinPassword) {
        return refused("make a key of this password (8 octets at least)");
    }
    // In pieces of whole passwords, so that the last one is cut at the right place.
    constexpr std::size_t kPiece = 16'384;
    std::string piece;
    piece.reserve(kPiece + password.size());
    while (piece.size() < kPiece) {
        piece.append(password);
    }
    const Secret wiped(std::move(piece));
    Hash hash(protocol);
    for (std::size_t left = kExpandedPassword; left > 0;) {
        const auto part = wiped.reveal().substr(0, std::min(left, wiped.reveal().size()));
        hash.add(part);
        left -= part.size();
    }
    return secret(hash.finish());
}

Result<Secret> localKey(AuthProtocol protocol,
                        std::string_view passwordKey,
                        std::string_view engineId) {
    if (protocol == AuthProtocol::None) {
        return refused("localise a key");
    }
    return secret(Hash(protocol).add(passwordKey).add(engineId).add(passwordKey).finish());
}

bool cipherKeyTakesLong(AuthProtocol auth, PrivProtocol priv) {
    const auto* const digest = digestOf(auth);
    return (priv == PrivProtocol::Aes192Cisco || priv == PrivProtocol::Aes256Cisco) &&
           (digest == nullptr || static_cast<std::size_t>(EVP_MD_size(digest)) < keySize(priv));
}

Result<Secret> cipherKey(AuthProtocol auth,
                         PrivProtocol priv,
                         std::string_view localKey,
                         std::string_view engineId) {
    const bool reeder = priv == PrivProtocol::Aes192Cisco || priv == PrivProtocol::Aes256Cisco;
    return reeder ? extendReeder(auth, std::string(localKey), engineId, keySize(priv))
                  : extendBlumenthal(auth, std::string(localKey), keySize(priv));
}

}  // namespace platen::snmp::usm
