// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/temporary_folder.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace platen::test {

/// An Ed25519 key pair of the test's own.
class SigningKey {
  public:
    SigningKey() : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free) {
        if (!key_) {
            throw std::runtime_error("no key");
        }
    }
    [[nodiscard]] std::string sign(std::string_view text) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                             &EVP_MD_CTX_free);
        std::string out(64, '\0');
        auto size = out.size();
        if (EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
            EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                           reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
            throw std::runtime_error("no signature");
        }
        return out;
    }
    [[nodiscard]] std::string publicPem() const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
        PEM_write_bio_PUBKEY(bio.get(), key_.get());
        std::array<char, 1024> buffer{};
        const int size = BIO_read(bio.get(), buffer.data(), static_cast<int>(buffer.size()));
        return {buffer.data(), static_cast<std::size_t>(size)};
    }

  private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

/// A folder with a signed catalogue, gone at the end.
class CatalogueFolder {
  public:
    CatalogueFolder() { write("key.pem", key.publicPem()); }
    void write(const std::string& name, std::string_view text) const { files.write(name, text); }
    void publish(std::string_view text) const {
        write("catalogue.json", text);
        write("catalogue.json.sig", key.sign(text));
    }
    [[nodiscard]] std::filesystem::path catalogue() const { return files / "catalogue.json"; }
    [[nodiscard]] std::filesystem::path keyFile() const { return files / "key.pem"; }

    SigningKey key;
    TemporaryFolder files;
};

}  // namespace platen::test
