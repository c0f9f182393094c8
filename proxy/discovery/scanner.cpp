// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/scanner.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <utility>

namespace platen::discovery {

namespace {

/// An address that says nothing costs this many packets: one request and one retry.
constexpr double kPacketsPerProbe = 2.0;
constexpr Millis kTick{100};
constexpr std::size_t kMaxOutstandingProbes = 256;
constexpr Millis kProbeTimeout{1000};

}  // namespace

std::vector<SnmpAccess> candidatesFor(const config::Snmp& settings, const net::Address& address) {
    std::vector<SnmpAccess> out;
    for (const auto& credential : settings.credentials) {
        const auto ranges = config::parseAddressRanges(credential.ranges);
        const bool applies =
            credential.ranges.empty() ||
            (ranges && std::any_of(ranges->begin(), ranges->end(), [&](const auto& range) {
                 return range.contains(toConfig(address));
             }));
        if (applies) {
            out.push_back({credential.version == "1" ? snmp::Version::V1 : snmp::Version::V2c,
                           credential.community.clone(), credential.writeCommunity.clone()});
        }
    }
    if (settings.credentials.empty()) {
        out.push_back({snmp::Version::V2c, Secret("public"), Secret()});
    }
    return out;
}

Scanner::~Scanner() {
    if (timer_) {
        loop_.cancel(*timer_);
    }
}

bool Scanner::start(const config::Settings& settings,
                    std::function<void(Finding)> onFinding,
                    std::function<void()> onDone) {
    if (running_) {
        return false;
    }
    running_ = true;
    settings_ = &settings;
    onFinding_ = std::move(onFinding);
    onDone_ = std::move(onDone);
    auto ranges = config::parseAddressRanges(settings.discovery.ranges);
    exclude_ = config::parseAddressRanges(settings.discovery.exclude)
                   .value_or(std::vector<config::AddressRange>{});
    singles_.clear();
    if (ranges) {
        for (const auto& range : *ranges) {
            if (range.single()) {
                singles_.push_back(toNet(range.first));
            }
        }
    }
    addListed();
    walk_.emplace(ranges ? std::move(*ranges) : std::vector<config::AddressRange>{}, exclude_);
    budget_ = 0;
    timer_ = loop_.after(Millis{0}, "discovery.tick", [this] { tick(); });
    return true;
}

void Scanner::addListed() {
    if (settings_->discovery.devicesFile.empty()) {
        return;
    }
    auto file = loadDevicesFile(settings_->discovery.devicesFile);
    if (!file) {
        LOG_ERROR("discovery", "devices_file.unreadable", {"error", file.error().text});
        return;
    }
    for (const auto& problem : file->problems) {
        LOG_WARNING("discovery", "devices_file.line", {"problem", problem});
    }
    for (auto& device : file->devices) {
        if (const auto address = net::Address::parse(device.host)) {
            addTarget(std::move(device), *address);
        } else {
            unresolved_.push_back(std::move(device));
        }
    }
}

void Scanner::lookUpNext() {
    auto device = std::move(unresolved_.front());
    unresolved_.pop_front();
    ++lookups_;
    const auto host = device.host;
    resolver_.resolve(host, [this, device = std::move(device), weak = std::weak_ptr<int>(alive_)](
                                const Result<std::vector<net::Address>>& addresses) mutable {
        if (!weak.expired()) {
            onFound(std::move(device), addresses);
        }
    });
}

void Scanner::onFound(ListedDevice device, const Result<std::vector<net::Address>>& addresses) {
    --lookups_;
    if (addresses) {
        addTarget(std::move(device), addresses->front());
    } else if (addresses.error().code == ErrorCode::Exhausted) {
        unresolved_.push_back(std::move(device));
    } else {
        LOG_WARNING("discovery", "host.unknown", {"host", device.host});
    }
}

void Scanner::addTarget(ListedDevice device, const net::Address& address) {
    const bool excluded = std::any_of(exclude_.begin(), exclude_.end(), [&](const auto& out) {
        return out.contains(toConfig(address));
    });
    if (!excluded) {
        listed_.push_back({.endpoint = {address, settings_->snmp.port},
                           .listed = std::move(device),
                           .tellSilence = true});
    }
}

std::optional<Scanner::Target> Scanner::nextTarget() {
    if (!listed_.empty()) {
        auto target = std::move(listed_.front());
        listed_.pop_front();
        return target;
    }
    const auto address = walk_->next();
    if (!address) {
        return std::nullopt;
    }
    const bool single = std::find(singles_.begin(), singles_.end(), *address) != singles_.end();
    return Target{
        .endpoint = {*address, settings_->snmp.port}, .listed = {}, .tellSilence = single};
}

void Scanner::tick() {
    timer_.reset();
    budget_ = std::min(budget_ + settings_->discovery.packetsPerSecond *
                                     (static_cast<double>(kTick.count()) / 1000.0),
                       std::max<double>(settings_->discovery.packetsPerSecond, kPacketsPerProbe));
    while (!unresolved_.empty() && lookups_ < kMaxLookups) {
        lookUpNext();
    }
    bool more = true;
    while (more && budget_ >= kPacketsPerProbe && outstanding_ < kMaxOutstandingProbes) {
        auto target = nextTarget();
        more = target.has_value();
        if (target) {
            budget_ -= kPacketsPerProbe;
            launch(std::move(*target));
        }
    }
    if (more || lookups_ > 0 || !unresolved_.empty()) {
        timer_ = loop_.after(kTick, "discovery.tick", [this] { tick(); });
    } else {
        finishIfDone();
    }
}

void Scanner::launch(Target target) {
    auto candidates = candidatesFor(settings_->snmp, target.endpoint.address);
    std::string tags;
    if (target.listed) {
        tags = target.listed->tags;
        if (!target.listed->community.empty()) {
            candidates.clear();
            candidates.push_back({snmp::Version::V2c, target.listed->community.clone(), Secret()});
        }
    }
    ++outstanding_;
    prober_.probe(target.endpoint, std::move(candidates),
                  std::min(settings_->snmp.timeout, kProbeTimeout), 1,
                  [this, tellSilence = target.tellSilence, tags,
                   weak = std::weak_ptr<int>(alive_)](Finding finding) {
                      if (!weak.expired()) {
                          onProbed(tellSilence, tags, std::move(finding));
                      }
                  });
}

void Scanner::onProbed(bool tellSilence, const std::string& tags, Finding finding) {
    --outstanding_;
    if (finding.contact) {
        finding.contact->tags = tags;
    }
    if (finding.verdict != Verdict::Silent || tellSilence) {
        onFinding_(std::move(finding));
    }
    if (!timer_) {
        finishIfDone();
    }
}

void Scanner::finishIfDone() {
    if (!running_ || outstanding_ > 0) {
        return;
    }
    running_ = false;
    const auto done = std::exchange(onDone_, {});
    if (done) {
        done();
    }
}

}  // namespace platen::discovery
