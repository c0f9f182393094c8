// SPDX-License-Identifier: Apache-2.0
// Who a found printer is: one that the gateway knows (here, moved, at two addresses) or a new one.
#include "base/log.hpp"
#include "proxy/fleet/fleet.hpp"
#include "proxy/fleet/keep.hpp"

#include <algorithm>
#include <utility>

namespace platen::fleet {

namespace {

/// False if both tell a MAC address and these differ.
bool macsMayBeOne(const store::DeviceRecord& record, const ContactFacts& facts) {
    return record.macAddress.empty() || facts.macAddress.empty() ||
           record.macAddress == facts.macAddress;
}

}  // namespace

PrinterDevice* Fleet::known(const Facts& facts, const net::Endpoint& endpoint) {
    PrinterDevice* byMac = nullptr;
    PrinterDevice* byAddress = nullptr;
    PrinterDevice* bySerial = nullptr;
    int mostAlike = 0;
    for (auto& [id, device] : printers_) {
        const auto& record = device->record();
        const bool sameModel = record.model == facts.model;
        const bool sameMac = !facts.macAddress.empty() && record.macAddress == facts.macAddress;
        const bool sameAddress = record.address == endpoint.address.toString();
        if (facts.hasSerial() && record.printerSerial == facts.serial && (sameModel || sameMac)) {
            // Several printers with one serial are told apart by their MAC, else by their address.
            const int alike = sameMac ? 2 : sameAddress && macsMayBeOne(record, facts) ? 1 : 0;
            if (bySerial == nullptr || alike > mostAlike) {
                bySerial = device.get();
                mostAlike = alike;
            }
        }
        if (sameMac && (record.printerSerial.empty() || !facts.hasSerial())) {
            byMac = device.get();
        }
        // A MAC address that is known only now (by the neighbour table) does not make it another.
        if (record.printerSerial.empty() && record.macAddress.empty() && !facts.hasSerial() &&
            sameModel && sameAddress) {
            byAddress = device.get();
        }
    }
    return bySerial != nullptr ? bySerial : byMac != nullptr ? byMac : byAddress;
}

bool Fleet::serialTaken(const Facts& facts) const {
    return std::any_of(printers_.begin(), printers_.end(), [&](const auto& entry) {
        const auto& identity = entry.second->identity();
        return identity.serial == facts.serial &&
               (!facts.maker || identity.oui == facts.maker->oui);
    });
}

void Fleet::adopt(discovery::Contact contact) {
    const auto facts = factsOf(contact);
    auto* device = known(facts, contact.endpoint);
    if (device == nullptr) {
        present(std::move(contact), facts, !serialTaken(facts));
        return;
    }
    settle(*device, std::move(contact), facts);
}

void Fleet::settle(PrinterDevice& device, discovery::Contact contact, const Facts& facts) {
    if (device.connected() && device.endpoint() == contact.endpoint &&
        (device.reachable() || device.accessOfAcs() || contact.access.sameAs(device.access()))) {
        return;  // known here already
    }
    if (!device.connected() || !device.reachable()) {
        reconnect(device, std::move(contact));
        return;
    }
    if (macsMayBeOne(device.record(), facts) && facts.macAddress.empty() && !facts.hasSerial()) {
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
            const bool sameMac = !facts.macAddress.empty() && there.macAddress == facts.macAddress;
            if (sameMac || a - b <= kSameBoot) {
                sightings_.secondAddress(id, shared->endpoint.toString(),
                                         sameMac ? "mac" : "uptime");
                return;
            }
            sightings_.serialShared(
                id, shared->endpoint.toString(),
                facts.macAddress.empty() ? "uptime differs" : "mac and uptime differ");
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

}  // namespace platen::fleet
