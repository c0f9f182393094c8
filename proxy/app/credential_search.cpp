// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/credential_search.hpp"

#include "base/text.hpp"

#include <utility>

namespace platen::app {

namespace {

std::string nameOf(const discovery::SnmpAccess& access) {
    const auto version = toString(access.version);
    if (access.version == snmp::Version::V3) {
        return text::cat({version, ", user \"", text::oneLine(access.user->name(), 32), "\" (",
                          toString(access.user->level()), "), entry ", access.label,
                          " of snmp.credentials"});
    }
    if (access.label == kDevicesFileLabel) {
        return text::cat({version, ", community of the devices file"});
    }
    return access.label.empty()
               ? text::cat({version, ", community \"public\", since none is configured"})
               : text::cat({version, ", entry ", access.label, " of snmp.credentials"});
}

}  // namespace

void CredentialSearch::start(const net::Endpoint& endpoint,
                             std::vector<discovery::SnmpAccess> candidates,
                             UniqueFunction<void(SearchResult)> done) {
    endpoint_ = endpoint;
    candidates_ = std::move(candidates);
    done_ = std::move(done);
    next();
}

const TriedCredential* SearchResult::refused() const {
    const auto found = std::find_if(tried.begin(), tried.end(),
                                    [](const TriedCredential& one) { return one.refused; });
    return found == tried.end() ? nullptr : &*found;
}

void CredentialSearch::next() {
    std::vector<discovery::SnmpAccess> one;
    one.push_back(candidates_[place_].clone());
    prober_.probe(endpoint_, std::move(one), timeout_, retries_,
                  [this, weak = std::weak_ptr<int>(alive_)](discovery::Finding finding) {
                      if (!weak.expired()) {
                          onFinding(std::move(finding));
                      }
                  });
}

void CredentialSearch::onFinding(discovery::Finding finding) {
    // An agent that stopped in the middle has answered to this credential.
    const bool refused = finding.verdict == discovery::Verdict::Refused;
    const bool answered = (finding.verdict != discovery::Verdict::Silent && !refused) ||
                          !finding.systemDescription.empty();
    result_.tried.push_back({nameOf(candidates_[place_]), answered, refused, finding.reason});
    result_.finding = std::move(finding);
    if (answered) {
        result_.working = candidates_[place_].clone();
    }
    ++place_;
    if (answered || place_ >= candidates_.size()) {
        result_.notTried = candidates_.size() - place_;
        auto done = std::exchange(done_, {});
        done(std::move(result_));
        return;
    }
    next();
}

}  // namespace platen::app
