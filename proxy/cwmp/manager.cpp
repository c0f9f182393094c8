// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/manager.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace platen::cwmp {

Manager::Manager(const ManagerPorts& ports, const config::Acs& acs, ManagerOptions options)
    : context_(ports, std::move(options)),
      gate_(ports.loop, acs.maxSessions, [this](DeviceId device) {
          const auto found = agents_.find(device);
          return found != agents_.end() && found->second->startSession();
      }) {
    context_.use(acs);
    context_.gate = &gate_;
    context_.onSessionEnded = [this] { checkStopped(); };
    context_.transfers.onEnded([this](DeviceId device) {
        if (const auto found = agents_.find(device); found != agents_.end()) {
            found->second->transferEnded();
        }
    });
    warnAboutUrl();
}

Manager::~Manager() {
    if (stopTimer_) {
        context_.loop.cancel(*stopTimer_);
    }
    context_.transfers.onEnded({});
}

void Manager::transferredByItself(DeviceId device, transfer::Transfer transfer, store::Batch more) {
    agent(device).transferredByItself(std::move(transfer), std::move(more));
}

void Manager::warnAboutUrl() const {
    if (text::toLower(context_.acs.url).starts_with("http://")) {
        LOG_WARNING("cwmp", "acs.insecure", {"reason", "the ACS URL is not https"});  // C-TLS-02
    }
}

DeviceAgent& Manager::agent(DeviceId device) {
    auto& slot = agents_[device];
    if (!slot) {
        slot = std::make_unique<DeviceAgent>(context_, device);
    }
    return *slot;
}

void Manager::restoreFact(std::string_view key, const std::string& text) {
    const auto parts = text::split(key, '.');
    if (text.empty() || parts.size() != 3 || parts[0] != "cwmp") {
        return;
    }
    const auto id = text::toUnsigned(parts[2]);
    if (id && *id <= std::numeric_limits<DeviceId::RepType>::max()) {
        agent(DeviceId(static_cast<DeviceId::RepType>(*id))).restoreFact(parts[1], text);
    }
}

void Manager::restore(const store::Snapshot& snapshot) {
    for (const auto& record : snapshot.devices) {
        if (record.bootstrapped) {
            agent(record.id).restoreFact(DeviceAgent::kAcsFact, record.acsUrl);
        }
    }
    for (const auto& fact : snapshot.facts) {
        restoreFact(fact.key, fact.text);
    }
    for (const auto& row : snapshot.events) {
        agent(row.device).restoreEvent(row);
    }
    for (const auto& row : snapshot.changed) {
        agent(row.device).restoreChanged(row.name);
    }
}

void Manager::deviceAdded(fleet::ManagedDevice& device, bool isNew) {
    agent(device.id()).attach(device, isNew);
}

void Manager::deviceRemoved(DeviceId device) {
    // The agent stays: if the printer comes back, its events and its ACS are known (C-PRX-31).
    if (const auto found = agents_.find(device); found != agents_.end()) {
        found->second->detach();
        checkStopped();
    }
}

void Manager::deviceDropped(DeviceId device) {
    deviceRemoved(device);
    const auto found = agents_.find(device);
    if (found == agents_.end()) {
        return;
    }
    found->second->forget();
    // Not now: the call may come out of this agent's own session.
    context_.loop.post([agent = std::shared_ptr(std::move(found->second))] {});
    agents_.erase(found);
}

void Manager::valuesChanged(fleet::ManagedDevice& device, std::span<const fleet::Change> changes) {
    if (const auto found = agents_.find(device.id()); found != agents_.end()) {
        found->second->valuesChanged(changes);
    }
}

void Manager::restarted(fleet::ManagedDevice& device) {
    if (const auto found = agents_.find(device.id()); found != agents_.end()) {
        found->second->restarted();
    }
}

void Manager::diagnosticsComplete(fleet::ManagedDevice& device) {
    if (const auto found = agents_.find(device.id()); found != agents_.end()) {
        found->second->diagnosticsComplete();
    }
}

void Manager::applySettings(const config::Acs& acs, const std::string& publicUrl) {
    context_.use(acs);
    context_.options.publicUrl = publicUrl;
    gate_.setLimit(acs.maxSessions);
    warnAboutUrl();
    for (const auto& [id, agent] : agents_) {
        agent->settingsChanged();
    }
}

void Manager::connectionRequested(DeviceId device,
                                  UniqueFunction<void(ConnectionRequestVerdict)> done) {
    const auto found = agents_.find(device);
    if (found == agents_.end()) {
        context_.loop.post(
            [done = std::move(done)]() mutable { done(ConnectionRequestVerdict::Disabled); });
        return;
    }
    found->second->connectionRequested(std::move(done));
}

void Manager::stop(UniqueFunction<void()> done) {
    context_.stopping = true;
    stopped_ = std::move(done);
    for (const auto& [id, agent] : agents_) {
        agent->stop();
    }
    stopTimer_ = context_.loop.after(context_.options.stopDeadline, "cwmp.stop", [this] {
        stopTimer_.reset();
        for (const auto& [id, agent] : agents_) {
            agent->abort();
        }
    });
    checkStopped();
}

void Manager::checkStopped() {
    if (!stopped_) {
        return;
    }
    const bool running = std::any_of(agents_.begin(), agents_.end(),
                                     [](const auto& entry) { return entry.second->active(); });
    if (!running) {
        if (stopTimer_) {
            context_.loop.cancel(*stopTimer_);
            stopTimer_.reset();
        }
        context_.loop.post(std::exchange(stopped_, {}));
    }
}

std::optional<AgentStatus> Manager::status(DeviceId device) const {
    const auto found = agents_.find(device);
    if (found == agents_.end()) {
        return std::nullopt;
    }
    return found->second->status();
}

}  // namespace platen::cwmp
