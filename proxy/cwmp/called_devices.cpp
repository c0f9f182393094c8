// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/called_devices.hpp"

#include <algorithm>
#include <utility>

namespace platen::cwmp {

void UserIndex::put(DeviceId device, const std::string& user) {
    auto& known = users_[device];
    if (known == user) {
        return;
    }
    if (const auto old = devices_.find(known); old != devices_.end()) {
        std::erase(old->second, device);
        if (old->second.empty()) {
            devices_.erase(old);
        }
    }
    known = user;
    if (user.empty()) {
        users_.erase(device);
    } else {
        devices_[user].push_back(device);
    }
}

std::span<const DeviceId> UserIndex::find(const std::string& user) const {
    const auto found = devices_.find(user);
    return found == devices_.end() ? std::span<const DeviceId>() : found->second;
}

CalledDevices::CalledDevices(net::Loop& loop,
                             const char* timerName,
                             const model::Schema& schema,
                             std::initializer_list<ManagementParams::Index> watched)
    : loop_(loop), timerName_(timerName), watched_(schema.paramCount(), false) {
    for (const auto& param : watched) {
        if (param) {
            watched_[param->value()] = true;
        }
    }
}

CalledDevices::~CalledDevices() {
    stopTurns();
}

void CalledDevices::stopTurns() {
    stopped_ = true;
    if (timer_) {
        loop_.cancel(*timer_);
        timer_.reset();
    }
}

void CalledDevices::deviceAdded(fleet::ManagedDevice& device, bool /*isNew*/) {
    all_[device.id()] = &device;
    toRead_.insert(device.id());
    schedule(kSettle);
}

void CalledDevices::deviceRemoved(DeviceId device) {
    if (all_.erase(device) == 0) {
        return;
    }
    toRead_.erase(device);
    toShow_.erase(device);
    forget(device);
    goneSince_ = true;
    schedule(kSettle);
}

void CalledDevices::valuesChanged(fleet::ManagedDevice& device,
                                  std::span<const fleet::Change> changes) {
    const bool ours = std::any_of(changes.begin(), changes.end(), [this](const auto& change) {
        return watched_[change.ref.param.value()];
    });
    if (ours && all_.contains(device.id())) {
        toRead_.insert(device.id());
        schedule(kSettle);
    }
}

void CalledDevices::showSoon(DeviceId device) {
    if (all_.contains(device)) {
        toShow_.insert(device);
        schedule(Millis{0});
    }
}

void CalledDevices::showAllSoon() {
    for (const auto& entry : all_) {
        toShow_.insert(entry.first);
    }
    schedule(Millis{0});
}

/// The earlier one counts.
void CalledDevices::schedule(Millis wait) {
    const auto due = loop_.clock().steadyNow() + wait;
    if (stopped_ || (timer_ && timerDue_ <= due)) {
        return;
    }
    if (timer_) {
        loop_.cancel(*timer_);
    }
    timerDue_ = due;
    timer_ = loop_.after(wait, timerName_, [this] {
        timer_.reset();
        turn();
    });
}

void CalledDevices::turn() {
    bool read = std::exchange(goneSince_, false);
    for (std::size_t i = 0; i < kDevicesPerTurn && !toRead_.empty(); ++i) {
        const auto id = *toRead_.begin();
        toRead_.erase(toRead_.begin());
        readSettings(*all_.at(id));
        toShow_.insert(id);
        read = true;
    }
    if (!toRead_.empty()) {
        goneSince_ = true;
        schedule(Millis{0});
        return;
    }
    if (read) {
        settingsRead();
    }
    for (std::size_t i = 0; i < kDevicesPerTurn && !toShow_.empty(); ++i) {
        const auto id = *toShow_.begin();
        toShow_.erase(toShow_.begin());
        show(*all_.at(id));
    }
    if (!toShow_.empty() || !toRead_.empty()) {
        schedule(toShow_.empty() ? kSettle : Millis{0});
    }
}

}  // namespace platen::cwmp
