// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/fleet.hpp"

#include "base/log.hpp"
#include "proxy/fleet/device_values.hpp"
#include "proxy/fleet/keep.hpp"

#include <algorithm>
#include <utility>

namespace platen::fleet {

namespace {

/// Rows of one device out of a snapshot that is sorted by device.
template <typename Row>
std::span<const Row> rowsOf(const std::vector<Row>& rows, DeviceId device) {
    const auto range =
        std::equal_range(rows.begin(), rows.end(), device, [](const auto& a, const auto& b) {
            if constexpr (std::is_same_v<std::decay_t<decltype(a)>, DeviceId>) {
                return a < b.device;
            } else {
                return a.device < b;
            }
        });
    return {range.first, range.second};
}

template <typename Row>
void sortByDevice(std::vector<Row>& rows) {
    if (!std::is_sorted(rows.begin(), rows.end(),
                        [](const Row& a, const Row& b) { return a.device < b.device; })) {
        std::stable_sort(rows.begin(), rows.end(),
                         [](const Row& a, const Row& b) { return a.device < b.device; });
    }
}

void restoreState(const store::Snapshot& snapshot,
                  DeviceId id,
                  ParamNames& names,
                  PrinterState& state) {
    const auto& codec = names.codec();
    restoreInstances(rowsOf(snapshot.instances, id), codec.schema(), state.instances);
    for (const auto& row : rowsOf(snapshot.readings, id)) {
        if (row.name == kReadingsRow) {
            unpackReadings(row.text, names, state.tree);
        } else if (row.name == kSuppliesRow) {
            unpackSupplies(row.text, state.supplies);
        } else if (row.name == kRestartRow) {
            state.restart = unpackRestart(row.text).value_or(RestartMark{});
        } else if (row.name == kTrafficRow) {
            state.traffic.restore(row.text);
        }
    }
    restoreValues(rowsOf(snapshot.values, id), codec, state.tree);
    restoreAttributes(rowsOf(snapshot.attributes, id), codec, state.attributes);
    restoreCounters(rowsOf(snapshot.counters, id), codec, state);
}

/// Label of the credential that worked last.
std::string_view credentialOf(const store::Snapshot& snapshot, DeviceId id) {
    for (const auto& row : rowsOf(snapshot.readings, id)) {
        if (row.name == kCredentialRow) {
            return row.text;
        }
    }
    return {};
}

}  // namespace

Fleet::Fleet(FleetContext& context, discovery::Prober& prober)
    : context_(context),
      prober_(prober),
      scanner_(context.loop, prober, context.resolver),
      scanKeeper_(context.loop, context.store, scanner_),
      gateway_(context, *this),
      site_(gateway_.embeds() ? std::make_unique<SiteDevice>(context, gateway_) : nullptr) {
    if (context.lan != nullptr) {
        scanner_.listenOn(*context.lan, context.random);
    }
}

Fleet::~Fleet() {
    for (auto& timer : {&scanTimer_, &housekeepingTimer_}) {
        if (*timer) {
            context_.loop.cancel(**timer);
        }
    }
}

void Fleet::restore(store::Snapshot sorted) {
    sortByDevice(sorted.instances);
    sortByDevice(sorted.values);
    sortByDevice(sorted.attributes);
    sortByDevice(sorted.counters);
    sortByDevice(sorted.readings);
    scanKeeper_.restore(sorted);
    ParamNames names(context_.codec);
    restoreState(sorted, DeviceId{0}, names, gateway_.state());
    gateway_.prepare();
    for (const auto& record : sorted.devices) {
        if (record.id == DeviceId{0}) {
            continue;
        }
        lastId_ = std::max(lastId_, record.id.value());
        auto device = std::make_unique<PrinterDevice>(context_, *this, record);
        restoreState(sorted, record.id, names, device->state());
        if (const auto address = net::Address::parse(record.address)) {
            auto candidates = discovery::candidatesFor(context_.settings->snmp, *address,
                                                       credentialOf(sorted, record.id));
            if (!candidates.empty()) {
                device->connect({*address, context_.settings->snmp.port},
                                std::move(candidates.front()));
            }
        }
        auto& added = *device;
        printers_.emplace(record.id, std::move(device));
        added.prepare();
        added.takeAcsAccess();
        announce(added, false);
    }
    // With the printers that it had, so that these are no news.
    sitePresented_ = true;
    for (auto* observer : observers_) {
        observer->deviceAdded(site(), false);
    }
    LOG_INFO("fleet", "fleet.restored", {"printers", printers_.size()});
}

void Fleet::start() {
    started_ = true;
    const auto spread = std::max<Millis::rep>(context_.settings->polling.status.count(), 1);
    for (auto& [id, device] : printers_) {
        if (device->connected()) {
            // Known printers are asked over one status interval, not all in the first second.
            const auto delay =
                std::min<Millis::rep>(spread, static_cast<Millis::rep>(printers_.size()) * 5);
            device->startPolling(Millis(static_cast<Millis::rep>(
                context_.random.below(static_cast<std::uint64_t>(delay)))));
        }
    }
    scheduleScan(Millis{0});
    housekeeping();
}

void Fleet::reload() {
    for (auto& [id, device] : printers_) {
        device->reconfigure();
    }
    // A pass under way does not ask the addresses that are excluded now; it goes on where it was if
    // ranges and excludes are the same.
    scanKeeper_.interrupted();
    scanner_.stop();
    scheduleScan(Millis{0});
}

void Fleet::stop() {
    if (scanTimer_) {
        context_.loop.cancel(*scanTimer_);
        scanTimer_.reset();
    }
    scanKeeper_.interrupted();
    scanner_.stop();
    store::Batch batch;
    for (auto& [id, device] : printers_) {
        device->collectUnsaved(batch);
        device->collectTraffic(batch);
        device->disconnect();
    }
    commitAndLog(context_.store, std::move(batch), store::Durability::Durable, gateway_.id());
    started_ = false;
}

PrinterDevice* Fleet::find(DeviceId id) {
    const auto it = printers_.find(id);
    return it != printers_.end() ? it->second.get() : nullptr;
}

std::vector<PrinterDevice*> Fleet::printers() {
    std::vector<PrinterDevice*> out;
    for (auto& [id, device] : printers_) {
        out.push_back(device.get());
    }
    std::sort(out.begin(), out.end(),
              [](const auto* a, const auto* b) { return a->id() < b->id(); });
    return out;
}

ManagedDevice& Fleet::presented(ManagedDevice& device) {
    return site_ ? *site_ : device;
}

void Fleet::valuesChanged(ManagedDevice& device, std::span<const Change> changes) {
    std::vector<Change> ofRow;
    if (site_ && device.id() != gateway_.id()) {
        ofRow = site_->translated(device.id(), changes);
        changes = ofRow;
    }
    if (changes.empty() || !sitePresented_) {
        return;
    }
    for (auto* observer : observers_) {
        observer->valuesChanged(presented(device), changes);
    }
}

void Fleet::diagnosticsComplete(ManagedDevice& device) {
    for (auto* observer : observers_) {
        observer->diagnosticsComplete(presented(device));
    }
}

void Fleet::restarted(ManagedDevice& device) {
    if (site_ && device.id() != gateway_.id()) {
        return;  // The gateway did not restart; the printer's UpTime and LastBootTime tell.
    }
    for (auto* observer : observers_) {
        observer->restarted(presented(device));
    }
}

// C-PRX-47: the printers come back by discovery, with the identities that they had.
void Fleet::gatewayReset() {
    LOG_INFO("fleet", "fleet.dropped", {"printers", printers_.size()});
    store::Batch batch;
    for (const auto& [id, device] : printers_) {
        device->disconnect();
        gateway_.hidePrinter(id);
        if (site_) {
            site_->hide(id);
        }
        for (auto* observer : observers_) {
            observer->deviceDropped(id);
        }
        batch.emplace_back(store::DeviceErased{id});
    }
    printers_.clear();
    commitAndLog(context_.store, std::move(batch), store::Durability::Durable, gateway_.id());
    if (started_) {
        // A pass under way has asked some of them already: they are looked for from the beginning.
        scanner_.stop();
        scanKeeper_.ended();
        scheduleScan(Millis{0});
    }
}

void Fleet::presenceChanged(DeviceId device) {
    if (auto* printer = find(device)) {
        if (printer->reachable()) {
            sightings_.answers(printer->record());
        }
        showInGateway(*printer);
        if (!printer->reachable()) {
            tryOtherCredentials(*printer);
        }
    }
}

void Fleet::identityMismatch(DeviceId id, const net::Endpoint& endpoint) {
    auto* device = find(id);
    if (device == nullptr || !device->connected() || device->endpoint() != endpoint) {
        return;
    }
    device->displaced();
    showInGateway(*device);
    // Who is it that answers there? And the lost one may be anywhere in the ranges.
    adoptFrom(endpoint, discovery::candidatesFor(context_.settings->snmp, endpoint.address));
    constexpr Millis kSoon{5000};
    scheduleScan(kSoon);
}

void Fleet::announce(PrinterDevice& device, bool isNew) {
    showInGateway(device);
    if (site_) {
        site_->show(device, isNew);
        return;
    }
    for (auto* observer : observers_) {
        observer->deviceAdded(device, isNew);
    }
}

void Fleet::showInGateway(PrinterDevice& device) {
    const auto name = device.tree().get(inService(context_.names.systemName));
    gateway_.showPrinter({.id = device.id(),
                          .identity = device.identity(),
                          .macAddress = device.record().macAddress,
                          .address = device.record().address,
                          .hostName = name ? name->text() : std::string(),
                          .active = device.reachable()});
}

void Fleet::scheduleScan(Millis delay) {
    if (scanTimer_) {
        context_.loop.cancel(*scanTimer_);
    }
    scanTimer_ = context_.loop.after(delay, "discovery.scan", [this] {
        scanTimer_.reset();
        startScan();
    });
}

std::vector<const store::DeviceRecord*> Fleet::missing() const {
    std::vector<const store::DeviceRecord*> out;
    for (const auto& [id, device] : printers_) {
        if (!device->reachable()) {
            out.push_back(&device->record());
        }
    }
    return out;
}

void Fleet::startScan() {
    if (scanner_.running()) {
        constexpr Millis kAgain{10'000};
        scheduleScan(kAgain);
        return;
    }
    std::vector<DeviceId> without;
    for (const auto* record : missing()) {
        without.push_back(record->id);
    }
    sightings_.passBegins(std::move(without));
    scanner_.start(
        *context_.settings,
        [this](discovery::Finding finding) {
            if (finding.contact) {
                adopt(std::move(*finding.contact));
            }
        },
        [this] { scanEnded(); }, {.quietHours = true, .resume = scanKeeper_.takeResume()});
    scanKeeper_.begun();
    scheduleScan(context_.settings->discovery.interval);
}

void Fleet::scanEnded() {
    scanKeeper_.ended();
    // Who sleeps at night is missing, and no news.
    std::vector<const store::DeviceRecord*> lost;
    for (const auto& [id, device] : printers_) {
        if (device->lost()) {
            lost.push_back(&device->record());
        }
    }
    sightings_.passEnds(lost);
    const auto& scan = scanner_.counts();
    const auto& seen = sightings_.counts();
    LOG_INFO("discovery", "scan.done", {"printers", printers_.size()}, {"asked", scan.asked},
             {"packets", scan.packets}, {"announced", scan.announced}, {"not_asked", scan.notAsked},
             {"refused", scan.refused}, {"new", seen.isNew}, {"gone", seen.gone},
             {"moved", seen.moved}, {"replaced", seen.replaced}, {"duplicate", seen.duplicate},
             {"back", seen.back});
}

void Fleet::tellTraffic() {
    Traffic all;
    Traffic most;
    DeviceId busiest{0};
    const auto now = context_.loop.clock().wallNow();
    for (auto& [id, device] : printers_) {
        const auto one = device->traffic().yesterday(now);
        all.packets += one.packets;
        all.bytes += one.bytes;
        if (one.packets > most.packets) {
            most = one;
            busiest = id;
        }
        LOG_DEBUG("fleet", "printer.traffic", {"device", id}, {"packets", one.packets},
                  {"bytes", one.bytes});
    }
    if (all.packets > 0) {
        LOG_INFO("fleet", "fleet.traffic", {"packets", all.packets}, {"bytes", all.bytes},
                 {"most_by", busiest}, {"packets_most", most.packets}, {"bytes_most", most.bytes});
    }
}

void Fleet::housekeeping() {
    constexpr Millis kPeriod{60'000};
    context_.pool.sweep();
    gateway_.noteUpTime();
    const auto now = context_.loop.clock().steadyNow();
    constexpr std::chrono::hours kCleanUpPeriod{24};
    if (!lastCleanUp_ || now - *lastCleanUp_ >= kCleanUpPeriod) {
        lastCleanUp_ = now;
        context_.store.commit({store::RetiredInstancesErased{}}, store::Durability::Relaxed, {});
        tellTraffic();
    }
    housekeepingTimer_ =
        context_.loop.after(kPeriod, "fleet.housekeeping", [this] { housekeeping(); });
}

}  // namespace platen::fleet
