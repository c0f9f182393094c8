// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/proxy/net/http/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>
#include <system_error>

namespace platen::net::test {
namespace {

using UniqueKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using UniqueCertificate = std::unique_ptr<X509, decltype(&X509_free)>;
using UniqueFile = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

void check(bool good) {
    if (!good) {
        throw std::runtime_error("OpenSSL refused to make a certificate");
    }
}

void addExtension(X509* certificate, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
    check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

UniqueFile openFile(const std::filesystem::path& path) {
    UniqueFile file(std::fopen(path.c_str(), "w"), &std::fclose);
    check(file != nullptr);
    return file;
}

}  // namespace

struct TestAuthority::Identity {
    UniqueKey key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    UniqueCertificate certificate{X509_new(), &X509_free};

    /// A certificate for a new key, signed by `issuer`, or by itself if that is null.
    Identity(const std::string& name, const Identity* issuer, const CertificateNames& names) {
        X509* self = certificate.get();
        X509* signer = issuer != nullptr ? issuer->certificate.get() : self;
        int serial = 0;
        check(key && certificate && X509_set_version(self, X509_VERSION_3) == 1);
        RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
        ASN1_INTEGER_set(X509_get_serialNumber(self), serial & 0x7fffffff);
        X509_gmtime_adj(X509_getm_notBefore(self), names.validFrom);
        X509_gmtime_adj(X509_getm_notAfter(self), names.validUntil);
        X509_set_pubkey(self, key.get());
        X509_NAME_add_entry_by_txt(X509_get_subject_name(self), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        X509_set_issuer_name(self, X509_get_subject_name(signer));
        addExtension(self, signer, NID_basic_constraints,
                     issuer == nullptr ? "critical,CA:TRUE" : "critical,CA:FALSE");
        if (!names.dns.empty()) {
            addExtension(self, signer, NID_subject_alt_name, "DNS:" + names.dns);
        }
        if (!names.ip.empty()) {
            addExtension(self, signer, NID_subject_alt_name, "IP:" + names.ip);
        }
        check(X509_sign(self, issuer != nullptr ? issuer->key.get() : key.get(), EVP_sha256()) > 0);
    }
};

TestAuthority::TestAuthority(const std::string& name)
    : self_(std::make_unique<Identity>(name, nullptr, CertificateNames{})) {
    const auto out = openFile(file());
    check(PEM_write_X509(out.get(), self_->certificate.get()) == 1);
}

TestAuthority::~TestAuthority() = default;

UniqueContext TestAuthority::server(const CertificateNames& names) const {
    const Identity identity(names.common, self_.get(), names);
    UniqueContext context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    check(context && SSL_CTX_use_certificate(context.get(), identity.certificate.get()) == 1 &&
          SSL_CTX_use_PrivateKey(context.get(), identity.key.get()) == 1);
    return context;
}

std::string TestAuthority::clientFile(const std::string& name) const {
    const Identity identity(name, self_.get(), {});
    const auto path = folder_ / "client.pem";
    const auto out = openFile(path);
    check(PEM_write_X509(out.get(), identity.certificate.get()) == 1 &&
          PEM_write_PrivateKey(out.get(), identity.key.get(), nullptr, nullptr, 0, nullptr,
                               nullptr) == 1);
    return path.string();
}

}  // namespace platen::net::test
