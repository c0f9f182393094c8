// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/usm_crypto.hpp"

// Net-SNMP's headers want this order, and its configuration first.
// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
// clang-format on

#include <algorithm>
#include <mutex>
#include <span>
#include <vector>

namespace platen::snmp::usm {

namespace {

// clang-format off
constexpr std::array<oid, 10> kMd5{1, 3, 6, 1, 6, 3, 10, 1, 1, 2};
constexpr std::array<oid, 10> kSha1{1, 3, 6, 1, 6, 3, 10, 1, 1, 3};
constexpr std::array<oid, 10> kSha224{1, 3, 6, 1, 6, 3, 10, 1, 1, 4};
constexpr std::array<oid, 10> kSha256{1, 3, 6, 1, 6, 3, 10, 1, 1, 5};
constexpr std::array<oid, 10> kSha384{1, 3, 6, 1, 6, 3, 10, 1, 1, 6};
constexpr std::array<oid, 10> kSha512{1, 3, 6, 1, 6, 3, 10, 1, 1, 7};
constexpr std::array<oid, 10> kDes{1, 3, 6, 1, 6, 3, 10, 1, 2, 2};
constexpr std::array<oid, 10> kAes128{1, 3, 6, 1, 6, 3, 10, 1, 2, 4};
// The extended ciphers of draft-blumenthal-aes-usm-04, as Net-SNMP names them.
constexpr std::array<oid, 9> kAes192{1, 3, 6, 1, 4, 1, 14832, 1, 3};
constexpr std::array<oid, 9> kAes256{1, 3, 6, 1, 4, 1, 14832, 1, 4};
// clang-format on

constexpr std::size_t kMaxDigest = 64;
constexpr std::size_t kDesKey = 8;
constexpr std::size_t kDesBlock = 8;
constexpr std::size_t kAesIv = 16;

std::span<const oid> nameOf(AuthProtocol protocol) {
    switch (protocol) {
        case AuthProtocol::Md5:
            return kMd5;
        case AuthProtocol::Sha1:
            return kSha1;
        case AuthProtocol::Sha224:
            return kSha224;
        case AuthProtocol::Sha256:
            return kSha256;
        case AuthProtocol::Sha384:
            return kSha384;
        case AuthProtocol::Sha512:
            return kSha512;
        case AuthProtocol::None:
            break;
    }
    return {};
}

std::span<const oid> nameOf(PrivProtocol protocol) {
    switch (protocol) {
        case PrivProtocol::Des:
            return kDes;
        case PrivProtocol::Aes128:
            return kAes128;
        case PrivProtocol::Aes192:
        case PrivProtocol::Aes192Cisco:
            return kAes192;
        case PrivProtocol::Aes256:
        case PrivProtocol::Aes256Cisco:
            return kAes256;
        case PrivProtocol::None:
            break;
    }
    return {};
}

const u_char* octets(std::string_view text) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets of a C interface
    return reinterpret_cast<const u_char*>(text.data());
}
u_char* octets(std::string& text) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets of a C interface
    return reinterpret_cast<u_char*>(text.data());
}
u_int count(std::size_t size) {
    return static_cast<u_int>(size);
}

/// Net-SNMP logs what it refuses, without a handler to standard error.
void keepQuiet() {
    static std::once_flag once;
    std::call_once(once, [] { netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG); });
}

tl::unexpected<Error> refused(const char* what) {
    return fail(ErrorCode::Unsupported, std::string("SNMPv3: cannot ") + what);
}

/// The initial vector of a message.
std::string initialVector(PrivProtocol protocol, std::string_view key, const Salt& salt) {
    std::string vector;
    if (protocol == PrivProtocol::Des) {
        for (std::size_t i = 0; i < kSaltBytes; ++i) {
            vector.push_back(
                static_cast<char>(salt.octets.at(i) ^ static_cast<std::uint8_t>(key[kDesKey + i])));
        }
        return vector;
    }
    vector.reserve(kAesIv);
    for (const auto number : {salt.boots, salt.time}) {
        for (const unsigned shift : {24U, 16U, 8U, 0U}) {
            vector.push_back(static_cast<char>(static_cast<std::uint8_t>(number >> shift)));
        }
    }
    for (const auto octet : salt.octets) {
        vector.push_back(static_cast<char>(octet));
    }
    return vector;
}

/// What sc_encrypt and sc_decrypt take, checked.
struct CipherInput {
    std::span<const oid> name;
    std::string key, vector;
};
Result<CipherInput> cipherInput(PrivProtocol protocol, std::string_view key, const Salt& salt) {
    keepQuiet();
    if (protocol == PrivProtocol::None || key.size() != keySize(protocol)) {
        return refused("use this key");
    }
    CipherInput input{nameOf(protocol), std::string(key), initialVector(protocol, key, salt)};
    if (protocol == PrivProtocol::Des) {
        input.key.resize(kDesKey);
    }
    return input;
}

}  // namespace

std::size_t macSize(AuthProtocol protocol) {
    switch (protocol) {
        case AuthProtocol::Md5:
        case AuthProtocol::Sha1:
            return 12;
        case AuthProtocol::Sha224:
            return 16;
        case AuthProtocol::Sha256:
            return 24;
        case AuthProtocol::Sha384:
            return 32;
        case AuthProtocol::Sha512:
            return 48;
        case AuthProtocol::None:
            break;
    }
    return 0;
}

std::size_t keySize(PrivProtocol protocol) {
    switch (protocol) {
        case PrivProtocol::Des:
        case PrivProtocol::Aes128:
            return 16;
        case PrivProtocol::Aes192:
        case PrivProtocol::Aes192Cisco:
            return 24;
        case PrivProtocol::Aes256:
        case PrivProtocol::Aes256Cisco:
            return 32;
        case PrivProtocol::None:
            break;
    }
    return 0;
}

Result<std::string> mac(AuthProtocol protocol, std::string_view key, std::string_view message) {
    keepQuiet();
    const auto name = nameOf(protocol);
    std::string digest(macSize(protocol), '\0');
    std::size_t size = digest.size();
    if (name.empty() ||
        sc_generate_keyed_hash(name.data(), name.size(), octets(key), count(key.size()),
                               octets(message), count(message.size()), octets(digest),
                               &size) != SNMPERR_SUCCESS ||
        size != digest.size()) {
        return refused("make a digest");
    }
    return digest;
}

Result<std::string> encrypt(PrivProtocol protocol,
                            std::string_view key,
                            const Salt& salt,
                            std::string_view plain) {
    auto input = cipherInput(protocol, key, salt);
    if (!input) {
        return tl::unexpected<Error>(std::move(input.error()));
    }
    std::string cipher(plain.size() + kDesBlock, '\0');
    std::size_t size = cipher.size();
    if (sc_encrypt(input->name.data(), input->name.size(), octets(input->key),
                   count(input->key.size()), octets(input->vector), count(input->vector.size()),
                   octets(plain), count(plain.size()), octets(cipher), &size) != SNMPERR_SUCCESS) {
        return refused("encrypt");
    }
    cipher.resize(size);
    return cipher;
}

Result<std::string> decrypt(PrivProtocol protocol,
                            std::string_view key,
                            const Salt& salt,
                            std::string_view cipher) {
    auto input = cipherInput(protocol, key, salt);
    if (!input) {
        return tl::unexpected<Error>(std::move(input.error()));
    }
    if (cipher.empty() || (protocol == PrivProtocol::Des && cipher.size() % kDesBlock != 0)) {
        return fail(ErrorCode::Malformed, "SNMPv3: encrypted part has a wrong length");
    }
    std::string from(cipher);  // the C interface takes it as if it wrote to it
    std::string plain(cipher.size() + kDesBlock, '\0');
    std::size_t size = plain.size();
    if (sc_decrypt(input->name.data(), input->name.size(), octets(input->key),
                   count(input->key.size()), octets(input->vector), count(input->vector.size()),
                   octets(from), count(from.size()), octets(plain), &size) != SNMPERR_SUCCESS) {
        return fail(ErrorCode::Malformed, "SNMPv3: cannot decrypt");
    }
    plain.resize(std::min(size, cipher.size()));
    return plain;
}

}  // namespace platen::snmp::usm
