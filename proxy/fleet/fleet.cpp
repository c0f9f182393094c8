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

// Each of them once: no printer locks a user out for one wrong try, and the engine leaves one alone
// that was refused some times (CredentialGuard).
void Fleet::tryOtherCredentials(PrinterDevice& device) {
    if (!device.connected() || device.accessOfAcs()) {
        return;
    }
    auto others = discovery::candidatesFor(context_.settings->snmp, device.endpoint().address);
    std::erase_if(others, [&device](const auto& one) { return one.sameAs(device.access()); });
    if (others.empty()) {
        return;
    }
    constexpr Millis kTimeout{1000};
    prober_.probe(device.endpoint(), std::move(others), kTimeout, 1,
                  [this, weak = std::weak_ptr<int>(alive_)](discovery::Finding finding) {
                      if (!weak.expired() && finding.contact) {
                          adopt(std::move(*finding.contact));
                      }
                  });
}

void Fleet::identityMismatch(DeviceId id, const net::Endpoint& endpoint) {
    auto* device = find(id);
    if (device == nullptr || !device->connected() || device->endpoint() != endpoint) {
        return;
    }
    device->displaced();
    showInGateway(*device);
    // Who is it that answers there? And the lost one may be anywhere in the ranges.
    constexpr Millis kTimeout{1000};
    prober_.probe(endpoint, discovery::candidatesFor(context_.settings->snmp, endpoint.address),
                  kTimeout, 1,
                  [this, weak = std::weak_ptr<int>(alive_)](discovery::Finding finding) {
                      if (!weak.expired() && finding.contact) {
                          adopt(std::move(*finding.contact));
                      }
                  });
    constexpr Millis kSoon{5000};
    scheduleScan(kSoon);
}

PrinterDevice* Fleet::known(const Facts& facts, const net::Endpoint& endpoint) {
    PrinterDevice* byMac = nullptr;
    PrinterDevice* byAddress = nullptr;
    PrinterDevice* bySerial = nullptr;
    for (auto& [id, device] : printers_) {
        const auto& record = device->record();
        const bool sameModel = record.model == facts.model;
        const bool sameMac = !facts.macAddress.empty() && record.macAddress == facts.macAddress;
        if (facts.hasSerial() && record.printerSerial == facts.serial && (sameModel || sameMac)) {
            // Several printers with one serial tell themselves apart by their MAC.
            if (bySerial == nullptr || sameMac) {
                bySerial = device.get();
            }
        }
        if (sameMac && (record.printerSerial.empty() || !facts.hasSerial())) {
            byMac = device.get();
        }
        // A MAC address that is known only now (by the neighbour table) does not make it another.
        if (record.printerSerial.empty() && record.macAddress.empty() && !facts.hasSerial() &&
            sameModel && record.address == endpoint.address.toString()) {
            byAddress = device.get();
        }
    }
    return bySerial != nullptr ? bySerial : byMac != nullptr ? byMac : byAddress;
}

bool Fleet::serialTaken(const Facts& facts, const PrinterDevice* except) const {
    return std::any_of(printers_.begin(), printers_.end(), [&](const auto& entry) {
        const auto& identity = entry.second->identity();
        return entry.second.get() != except && identity.serial == facts.serial &&
               (!facts.maker || identity.oui == facts.maker->oui);
    });
}

void Fleet::adopt(discovery::Contact contact) {
    const auto facts = factsOf(contact);
    auto* device = known(facts, contact.endpoint);
    if (device == nullptr) {
        present(std::move(contact), facts, !serialTaken(facts, nullptr));
        return;
    }
    settle(*device, std::move(contact), facts);
}

void Fleet::settle(PrinterDevice& device, discovery::Contact contact, const Facts& facts) {
    if (device.connected() && device.endpoint() == contact.endpoint &&
        (device.reachable() || device.accessOfAcs() || contact.access.sameAs(device.access()))) {
        return;  // known here already
    }
    const bool otherMac = !facts.macAddress.empty() && !device.record().macAddress.empty() &&
                          facts.macAddress != device.record().macAddress;
    if (!device.connected() || !device.reachable()) {
        reconnect(device, std::move(contact));
        return;
    }
    if (!otherMac && facts.macAddress.empty() && !facts.hasSerial()) {
        return;
    }
    verifyOther(device, std::move(contact));
}

void Fleet::verifyOther(PrinterDevice& other, discovery::Contact contact) {
    const auto endpoint = other.endpoint();
    constexpr Millis kTimeout{1000};
    auto shared = std::make_shared<discovery::Contact>(std::move(contact));
    prober_.probe(
        endpoint, discovery::candidatesFor(context_.settings->snmp, endpoint.address), kTimeout, 1,
        [this, shared, id = other.id(),
         weak = std::weak_ptr<int>(alive_)](discovery::Finding finding) {
            auto* device = weak.expired() ? nullptr : find(id);
            if (device == nullptr) {
                return;
            }
            const auto facts = factsOf(*shared);
            if (!finding.contact) {
                reconnect(*device, std::move(*shared));  // its old address is silent: it moved
                return;
            }
            const auto there = factsOf(*finding.contact);
            if (there.serial != facts.serial || there.model != facts.model) {
                // The two have swapped, or another printer took the old address.
                device->disconnect();
                reconnect(*device, std::move(*shared));
                adopt(std::move(*finding.contact));
                return;
            }
            // Both answer with one serial: one printer with two addresses has one uptime; two
            // printers do not.
            const auto a = std::max(there.upTimeSeconds, facts.upTimeSeconds);
            const auto b = std::min(there.upTimeSeconds, facts.upTimeSeconds);
            constexpr std::uint64_t kSameBoot = 10;
            const bool sameDevice = there.macAddress == facts.macAddress || a - b <= kSameBoot;
            if (sameDevice) {
                sightings_.secondAddress(id, shared->endpoint.toString(),
                                         there.macAddress == facts.macAddress ? "mac" : "uptime");
                return;
            }
            sightings_.serialShared(id, shared->endpoint.toString(), "mac and uptime differ");
            present(std::move(*shared), facts, false);
        });
}

void Fleet::reconnect(PrinterDevice& device, discovery::Contact contact) {
    const auto before = device.record().address;
    device.record().address = contact.endpoint.address.toString();
    const auto facts = factsOf(contact);
    if (!facts.macAddress.empty()) {
        device.record().macAddress = facts.macAddress;
    }
    device.record().lastSeen = context_.loop.clock().wallNow();
    if (before != device.record().address) {
        sightings_.moved(device.record(), before,
                         facts.hasSerial()           ? "serial"
                         : !facts.macAddress.empty() ? "mac"
                                                     : "model");
    }
    sightings_.answers(device.record());
    auto configuration = std::move(contact.configuration);
    const auto endpoint = contact.endpoint;
    const bool otherAccess = !contact.access.sameAs(device.access());
    if (otherAccess) {
        LOG_INFO("fleet", "printer.credential", {"device", device.id()},
                 {"credential", contact.access.label});
    }
    device.connect(std::move(contact));
    if (otherAccess) {
        device.showAccess();
    }
    device.setGatewayValues({Assignment{inService(context_.names.connectionAddress),
                                        model::Value::string(endpoint.address.toString())}},
                            false);
    device.applyGroup(mibmap::Group::Configuration, std::move(configuration));
    store::Batch batch;
    batch.emplace_back(device.record());
    commitAndLog(context_.store, std::move(batch), store::Durability::Durable, device.id());
    if (started_) {
        device.startPolling(Millis{0});
    }
    showInGateway(device);
}

void Fleet::present(discovery::Contact contact, const Facts& facts, bool serialIsUnique) {
    auto record = newRecord(context_, contact, facts, serialIsUnique);
    const bool taken = std::any_of(printers_.begin(), printers_.end(), [&](const auto& entry) {
        const auto& other = entry.second->identity();
        return other.oui == record.oui && other.productClass == record.productClass &&
               other.serial == record.serial;
    });
    if (taken) {
        LOG_WARNING("fleet", "printer.identity_taken", {"address", record.address});
        return;
    }
    record.id = DeviceId{++lastId_};
    auto device = std::make_unique<PrinterDevice>(context_, *this, record);
    auto& added = *device;
    printers_.emplace(record.id, std::move(device));
    auto configuration = std::move(contact.configuration);
    const auto tags = contact.tags;
    added.connect(std::move(contact));
    added.prepare();
    if (!tags.empty()) {
        added.setGatewayValues(
            {Assignment{inService(context_.names.customerReference), model::Value::string(tags)}},
            true);
    }
    sightings_.isNew(record, serialIsUnique && facts.hasSerial() ? "serial"
                             : !facts.macAddress.empty()         ? "mac"
                                                                 : "address");
    for (const auto* other : missing()) {
        if (other->address == record.address) {
            sightings_.replaced(record, *other);
        }
    }
    added.applyGroup(mibmap::Group::Configuration, std::move(configuration));
    // The ACS hears of the device only when its identity is on disk.
    store::Batch batch;
    batch.emplace_back(record);
    context_.store.commit(
        std::move(batch), store::Durability::Durable,
        [this, id = record.id, weak = std::weak_ptr<int>(alive_)](const Result<void>& result) {
            auto* stored = weak.expired() ? nullptr : find(id);
            if (stored == nullptr) {
                return;
            }
            if (!result) {
                LOG_ERROR("fleet", "store.failed", {"device", id}, {"error", result.error().text});
                printers_.erase(id);
                return;
            }
            // First the other groups, so that the first Inform already shows supplies and counters.
            stored->pollGroups(
                {mibmap::Group::Status, mibmap::Group::Supplies, mibmap::Group::Counters},
                [this, id, weak](const std::vector<GroupReport>& /*reports*/) {
                    auto* polled = weak.expired() ? nullptr : find(id);
                    if (polled != nullptr) {
                        announce(*polled, true);
                    }
                });
            if (started_) {
                stored->startPolling(context_.settings->polling.status);
            }
        });
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
