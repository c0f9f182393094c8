// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/discovery/contact.hpp"
#include "proxy/discovery/prober.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::app {

/// Label of a community that the devices file has for an address.
inline constexpr std::string_view kDevicesFileLabel = "devices file";

/// One credential and what came of it.
struct TriedCredential {
    std::string name;  ///< `SNMPv2c, entry #1 of snmp.credentials`; never a secret.
    bool answered = false;
    bool refused = false;  ///< There is an agent, but this is not its credential.
    std::string reason;    ///< Why not, or why it is (no) printer.
};

struct SearchResult {
    std::vector<TriedCredential> tried;
    std::size_t notTried = 0;                      ///< After the one that works.
    std::optional<discovery::SnmpAccess> working;  ///< Nothing: none answered.
    discovery::Finding finding;                    ///< Of the last one tried.

    /// The first that was refused; null if none was.
    [[nodiscard]] const TriedCredential* refused() const;
};

/// Tries the credentials that a printer's address has in the configuration one after the other,
/// each by the prober alone, so that what each of them says is known. Nothing else is guessed.
/// Destroying it drops the answer. thread: loop
class CredentialSearch {
  public:
    /// `prober` must outlive it.
    CredentialSearch(discovery::Prober& prober, Millis timeout, std::uint32_t retries)
        : prober_(prober), timeout_(timeout), retries_(retries) {}

    /// `done` comes once, not inside the call. Precondition: there is a candidate.
    void start(const net::Endpoint& endpoint,
               std::vector<discovery::SnmpAccess> candidates,
               UniqueFunction<void(SearchResult)> done);

  private:
    void next();
    void onFinding(discovery::Finding finding);

    discovery::Prober& prober_;
    Millis timeout_;
    std::uint32_t retries_;
    net::Endpoint endpoint_;
    std::vector<discovery::SnmpAccess> candidates_;
    std::size_t place_ = 0;
    SearchResult result_;
    UniqueFunction<void(SearchResult)> done_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::app
