// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/credential_guard.hpp"

#include <utility>

namespace platen::snmp {

namespace {
std::string nameOf(const net::Endpoint& at, const std::string& user) {
    return at.toString() + ' ' + user;
}
}  // namespace

std::optional<std::string> CredentialGuard::refusal(const net::Endpoint& at,
                                                    const std::string& user,
                                                    SteadyTime now) const {
    if (entries_.empty()) {
        return std::nullopt;
    }
    const auto found = entries_.find(nameOf(at, user));
    if (found == entries_.end() || found->second.refusals < kMaxRefusals ||
        now >= found->second.until) {
        return std::nullopt;
    }
    return found->second.reason + "; refused " + std::to_string(kMaxRefusals) +
           " times in a row, so it is left alone there for " + std::to_string(kPause.count()) +
           " minutes";
}

void CredentialGuard::refused(const net::Endpoint& at,
                              const std::string& user,
                              std::string reason,
                              SteadyTime now) {
    if (entries_.size() >= kMaxEntries) {
        entries_.clear();
    }
    auto& entry = entries_[nameOf(at, user)];
    // After the pause one try only, until it succeeds.
    entry.refusals = entry.refusals < kMaxRefusals ? entry.refusals + 1 : kMaxRefusals;
    entry.until = now + kPause;
    entry.reason = std::move(reason);
}

void CredentialGuard::succeeded(const net::Endpoint& at, const std::string& user) {
    if (!entries_.empty()) {
        entries_.erase(nameOf(at, user));
    }
}

}  // namespace platen::snmp
