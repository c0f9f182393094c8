// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/temporary_folder.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace platen::net::test {

using UniqueContext = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

/// Names in a certificate, and the seconds from now between which it is valid.
struct CertificateNames {
    std::string dns{};
    std::string ip{};
    std::string common = "server";
    long validFrom = -3600;
    long validUntil = 3600;
};

/// A certificate authority that lives as long as a test, with its certificate in a file.
class TestAuthority {
  public:
    explicit TestAuthority(const std::string& name);
    TestAuthority(const TestAuthority&) = delete;
    TestAuthority& operator=(const TestAuthority&) = delete;
    ~TestAuthority();

    [[nodiscard]] std::string file() const { return (folder_ / "ca.pem").string(); }
    /// A server's TLS context with a new certificate of this authority.
    [[nodiscard]] UniqueContext server(const CertificateNames& names) const;
    /// Writes a client's certificate and key, `client.pem` holding both; gives its path.
    [[nodiscard]] std::string clientFile(const std::string& name) const;

  private:
    struct Identity;
    platen::test::TemporaryFolder folder_;
    std::unique_ptr<Identity> self_;
};

}  // namespace platen::net::test
