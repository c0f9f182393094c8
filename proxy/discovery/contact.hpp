// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"
#include "mibmap/map_set.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/snmp/engine.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace platen::discovery {

/// How to talk SNMP with one printer.
struct SnmpAccess {
    snmp::Version version = snmp::Version::V2c;
    Secret community;
    Secret writeCommunity;                           ///< Empty: community.
    std::shared_ptr<const snmp::UsmUser> user = {};  ///< Version 3; not null then.
    std::string label = {};  ///< Which entry of the configuration it is: its name, or `#2`.

    [[nodiscard]] SnmpAccess clone() const {
        return {version, community.clone(), writeCommunity.clone(), user, label};
    }
    /// Same version, communities and user, whatever they are called.
    [[nodiscard]] bool sameAs(const SnmpAccess& other) const {
        return version == other.version && community.reveal() == other.community.reveal() &&
               writeCommunity.reveal() == other.writeCommunity.reveal() &&
               (user == nullptr) == (other.user == nullptr) &&
               (user == nullptr || user->fingerprint() == other.user->fingerprint());
    }
};

/// What first contact learned of a printer, raw and translated, so that nothing is read twice.
struct Contact {
    net::Endpoint endpoint;
    SnmpAccess access;
    mibmap::DeviceContext context;
    std::shared_ptr<const mibmap::CompiledMap> map;
    std::vector<VarBind> identification;  ///< Reply to the identify plan.
    std::vector<VarBind> configuration;   ///< Configuration group as read.
    mibmap::Evaluation evaluation;        ///< Of the configuration group.
    std::uint32_t configurationPdus = 0;  ///< What reading it took.
    Millis configurationTook{0};
    std::uint64_t upTimeSeconds = 0;
    std::string tags;  ///< From the devices file.
};

enum class Verdict : std::uint8_t {
    Printer,
    NotPrinter,
    Refused,  ///< An SNMP agent answered, but to none of the credentials with a value.
    Silent,
    NotAsked,  ///< Announced itself, but is excluded or outside the ranges.
};

/// Outcome of asking one address.
struct Finding {
    net::Address address;
    Verdict verdict = Verdict::Silent;
    std::string reason;  ///< Why it is no printer, or why nothing was heard.
    std::string doubt;  ///< Why it is no printer, though it was read as one (Prober::readAnything).
    std::string systemDescription;
    std::optional<Contact> contact;  ///< Printers only.
};

}  // namespace platen::discovery
