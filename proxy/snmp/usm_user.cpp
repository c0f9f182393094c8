// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/usm_user.hpp"

#include "base/crypto.hpp"

#include <utility>

namespace platen::snmp {

std::string_view toString(SecurityLevel level) {
    switch (level) {
        case SecurityLevel::NoAuthNoPriv:
            return "noAuthNoPriv";
        case SecurityLevel::AuthNoPriv:
            return "authNoPriv";
        case SecurityLevel::AuthPriv:
            return "authPriv";
    }
    return "noAuthNoPriv";
}

UsmUser::UsmUser(UsmUserOptions options) : options_(std::move(options)) {
    if (options_.level != SecurityLevel::AuthPriv) {
        options_.priv = PrivProtocol::None;
        options_.privPassword = Secret();
    } else if (options_.privPassword.empty()) {
        options_.privPassword = options_.authPassword.clone();
    }
    if (options_.level == SecurityLevel::NoAuthNoPriv) {
        options_.auth = AuthProtocol::None;
        options_.authPassword = Secret();
    }
    std::string all;
    for (const std::string_view part :
         {std::string_view(options_.name), options_.authPassword.reveal(),
          options_.privPassword.reveal(), std::string_view(options_.context)}) {
        all.append(std::to_string(part.size())).append(":").append(part);
    }
    for (const unsigned number :
         {static_cast<unsigned>(options_.auth), static_cast<unsigned>(options_.priv),
          static_cast<unsigned>(options_.level)}) {
        all.append(std::to_string(number)).append(",");
    }
    // The Secret wipes the text.
    fingerprint_ = crypto::sha256Hex(Secret(std::move(all)).reveal());
}

}  // namespace platen::snmp
