// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/scanner.hpp"

#include "base/local_time.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "config/quiet_hours.hpp"
#include "proxy/discovery/scan_mark.hpp"

#include <algorithm>
#include <utility>

namespace platen::discovery {

namespace {

/// Minute of the local day; nothing while the clock is not set.
std::optional<std::uint32_t> minuteOfDay(WallTime now) {
    if (!clockIsSet(now)) {
        return std::nullopt;
    }
    const auto local = formatLocalTime(now);  // 2031-02-03T04:05:06+01:00
    constexpr std::size_t kHour = 11;
    constexpr std::size_t kMinute = 14;
    const auto hour = text::toUnsigned(local.substr(kHour, 2));
    const auto minute = text::toUnsigned(local.substr(kMinute, 2));
    if (!hour || !minute) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*hour * 60 + *minute);
}

}  // namespace

Scanner::~Scanner() {
    stop();
}

void Scanner::stop() {
    if (timer_) {
        loop_.cancel(*timer_);
        timer_.reset();
    }
    if (round_) {
        round_->stop();
    }
    alive_ = std::make_shared<int>(0);  // what is under way finds its pass gone
    running_ = listening_ = quiet_ = false;
    outstanding_ = lookups_ = 0;
    steps_.clear();
    onFinding_ = {};
    onDone_ = {};
}

bool Scanner::start(const config::Settings& settings,
                    std::function<void(Finding)> onFinding,
                    std::function<void()> onDone,
                    ScanOptions options) {
    if (running_) {
        return false;
    }
    running_ = true;
    settings_ = &settings;
    options_ = std::move(options);
    counts_ = {};
    onFinding_ = std::move(onFinding);
    onDone_ = std::move(onDone);
    auto targets = config::parseTargets(settings.discovery.ranges).value_or(config::Targets{});
    ranges_ = std::move(targets.ranges);
    exclude_ = config::parseAddressRanges(settings.discovery.exclude)
                   .value_or(std::vector<config::AddressRange>{});
    singles_.clear();
    for (const auto& range : ranges_) {
        if (range.single()) {
            singles_.push_back(toNet(range.first));
        }
    }
    announced_.clear();
    listed_.clear();
    unresolved_.clear();
    addHosts(std::move(targets.hosts));
    addListed();
    beginWalk(options_.resume);
    budget_ = 0;
    asked_ = false;
    schedule(Millis{0});
    return true;
}

void Scanner::beginWalk(const std::string& resume) {
    walk_.emplace(ranges_, exclude_);
    const auto mark = readMark(resume, settings_->discovery);
    if (mark && walk_->goTo(*mark)) {
        LOG_INFO("discovery", "scan.resumed",
                 {"after", mark->last ? toNet(*mark->last).toString() : std::string("-")});
    }
}

std::string Scanner::mark() const {
    if (!running_) {
        return {};
    }
    return writeMark(steps_.empty() ? walk_->mark() : steps_.begin()->second, settings_->discovery);
}

bool Scanner::excluded(const net::Address& address) const {
    return std::any_of(exclude_.begin(), exclude_.end(),
                       [&](const auto& out) { return out.contains(toConfig(address)); });
}

/// A candidate is asked only if the operator's ranges hold it: whoever answers first may say what
/// it likes.
void Scanner::onAnnounced(Announcement announcement) {
    if (announced_.size() >= kMaxCandidatesInPass ||
        !announced_.emplace(announcement.address, true).second) {
        return;
    }
    ++counts_.announced;
    const bool out = excluded(announcement.address);
    const bool inside = std::any_of(ranges_.begin(), ranges_.end(), [&](const auto& range) {
        return range.contains(toConfig(announcement.address));
    });
    if (out || !inside) {
        ++counts_.notAsked;
        Finding finding;
        finding.address = announcement.address;
        finding.verdict = Verdict::NotAsked;
        finding.reason = announcement.text() + (out ? ", but excluded by discovery.exclude"
                                                    : ", but outside discovery.ranges");
        tell(std::move(finding));
        return;
    }
    listed_.push_back({.endpoint = {announcement.address, settings_->snmp.port},
                       .listed = {},
                       .tellSilence = true,
                       .announced = announcement.text(),
                       .step = {}});
}

/// The listener may end the pass.
void Scanner::tell(Finding finding) {
    const auto listener = onFinding_;
    listener(std::move(finding));
}

/// Host names between the ranges.
void Scanner::addHosts(std::vector<std::string> hosts) {
    for (auto& host : hosts) {
        unresolved_.push_back({.host = std::move(host), .community = {}, .tags = {}});
    }
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
    if (!excluded(address)) {
        listed_.push_back({.endpoint = {address, settings_->snmp.port},
                           .listed = std::move(device),
                           .tellSilence = true,
                           .announced = {},
                           .step = {}});
    }
}

std::optional<Scanner::Target> Scanner::nextTarget() {
    if (!listed_.empty()) {
        auto target = std::move(listed_.front());
        listed_.pop_front();
        return target;
    }
    return listening_ ? std::nullopt : nextOfWalk();
}

std::optional<Scanner::Target> Scanner::nextOfWalk() {
    auto before = walk_->mark();
    auto address = walk_->next();
    while (address && announced_.contains(*address)) {
        before = walk_->mark();
        address = walk_->next();
    }
    if (!address) {
        return std::nullopt;
    }
    const bool single = std::find(singles_.begin(), singles_.end(), *address) != singles_.end();
    steps_.emplace(++lastStep_, before);
    return Target{.endpoint = {*address, settings_->snmp.port},
                  .listed = {},
                  .tellSilence = single,
                  .announced = {},
                  .step = lastStep_};
}

bool Scanner::waitForQuietEnd() {
    const auto minute = minuteOfDay(loop_.clock().wallNow());
    const auto left = options_.quietHours && minute
                          ? config::quietMinutesFrom(settings_->discovery.quietHours, *minute)
                          : 0U;
    if (left > 0 && !quiet_) {
        LOG_INFO("discovery", "scan.paused", {"minutes", left});
    } else if (left == 0 && quiet_) {
        LOG_INFO("discovery", "scan.continued");
    }
    quiet_ = left > 0;
    return quiet_;
}

void Scanner::schedule(Millis delay) {
    timer_ = loop_.after(delay, "discovery.tick", [this] { tick(); });
}

void Scanner::tick() {
    timer_.reset();
    if (waitForQuietEnd()) {
        schedule(kQuietLook);
        return;
    }
    if (round_ && !asked_) {
        asked_ = true;
        listening_ = round_->start(
            *settings_, ranges_,
            [this](Announcement announcement) { onAnnounced(std::move(announcement)); },
            [this] {
                listening_ = false;
                counts_.packets += round_->packets();
                budget_ -= round_->packets();
            });
    }
    const double rate = settings_->discovery.packetsPerSecond;
    budget_ = std::min(budget_ + rate * (static_cast<double>(kTick.count()) / 1000.0),
                       std::max(rate, kPacketsPerProbe));
    while (!unresolved_.empty() && lookups_ < kMaxLookups) {
        lookUpNext();
    }
    bool more = true;
    while (more && budget_ >= kPacketsPerProbe && outstanding_ < kMaxOutstandingProbes) {
        auto target = nextTarget();
        more = target.has_value();
        if (target) {
            launch(std::move(*target));
        }
    }
    if (more || listening_ || lookups_ > 0 || !unresolved_.empty()) {
        schedule(kTick);
    } else {
        finishIfDone();
    }
}

void Scanner::launch(Target target) {
    auto candidates = candidatesFor(settings_->snmp, target.endpoint.address);
    std::string tags;
    if (target.listed) {
        tags = target.listed->tags;
        if (!target.listed->credential.empty()) {
            // Nothing else is tried: the operator has said which.
            candidates.clear();
            if (auto named = credentialNamed(settings_->snmp, target.listed->credential)) {
                candidates.push_back(std::move(*named));
            } else {
                LOG_WARNING("discovery", "credential.unknown",
                            {"host", target.endpoint.address.toString()},
                            {"credential", target.listed->credential});
            }
        } else if (!target.listed->community.empty()) {
            candidates.clear();
            candidates.push_back({snmp::Version::V2c, target.listed->community.clone(), Secret()});
        }
    }
    // A silent address costs this; one that answers is charged for the rest afterwards.
    const double charged =
        kPacketsPerProbe * static_cast<double>(std::max<std::size_t>(candidates.size(), 1));
    budget_ -= charged;
    counts_.packets += static_cast<std::uint64_t>(charged);
    ++counts_.asked;
    ++outstanding_;
    target.listed = ListedDevice{.host = {}, .community = {}, .tags = std::move(tags)};
    auto shared = std::make_shared<Target>(std::move(target));
    prober_.probe(shared->endpoint, std::move(candidates),
                  std::min(settings_->snmp.timeout, kProbeTimeout), 1,
                  [this, shared, weak = std::weak_ptr<int>(alive_)](Finding finding) {
                      if (!weak.expired()) {
                          onProbed(*shared, std::move(finding));
                      }
                  });
}

void Scanner::onProbed(const Target& target, Finding finding) {
    --outstanding_;
    if (target.step) {
        steps_.erase(*target.step);
    }
    if (finding.contact) {
        budget_ -= finding.contact->configurationPdus;
        counts_.packets += finding.contact->configurationPdus;
        finding.contact->tags = target.listed->tags;
    }
    if (!target.announced.empty()) {
        finding.reason += "; " + target.announced;
    }
    if (finding.verdict == Verdict::Refused) {
        ++counts_.refused;
        LOG_DEBUG("discovery", "credential.refused", {"address", finding.address.toString()},
                  {"error", finding.reason});
    }
    if (finding.verdict != Verdict::Silent || target.tellSilence) {
        tell(std::move(finding));
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
    onFinding_ = {};
    const auto done = std::exchange(onDone_, {});
    if (done) {
        done();
    }
}

}  // namespace platen::discovery
