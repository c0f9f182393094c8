// SPDX-License-Identifier: Apache-2.0
// Who a found printer is: one that the gateway knows (here, moved, at two addresses) or a new one.
#include "base/log.hpp"
#include "proxy/fleet/fleet.hpp"
#include "proxy/fleet/keep.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::fleet {

namespace {

/// False if both tell a MAC address and these differ.
bool macsMayBeOne(const store::DeviceRecord& record, const ContactFacts& facts) {
    return record.macAddress.empty() || facts.macAddress.empty() ||
           record.macAddress == facts.macAddress;
}

/// How well a printer of the same serial number fits otherwise.
enum class Likeness { None, OtherMac, NothingAgainst, SameAddress, SameMac };

Likeness likeness(const store::DeviceRecord& record,
                  const ContactFacts& facts,
                  std::string_view address) {
    if (!macsMayBeOne(record, facts)) {
        return Likeness::OtherMac;
    }
    if (!facts.macAddress.empty() && !record.macAddress.empty()) {
        return Likeness::SameMac;
    }
    return record.address == address ? Likeness::SameAddress : Likeness::NothingAgainst;
}

/// The configured credentials for its address, without the one that it is read with.
std::vector<discovery::SnmpAccess> othersThanItsOwn(const PrinterDevice& device,
                                                    const config::Snmp& settings) {
    auto others = discovery::candidatesFor(settings, device.endpoint().address);
    std::erase_if(others, [&device](const auto& one) { return one.sameAs(device.access()); });
    return others;
}

}  // namespace

void Fleet::ask(const net::Endpoint& endpoint,
                std::vector<discovery::SnmpAccess> candidates,
                std::function<void(discovery::Finding)> then) {
    constexpr Millis kTimeout{1000};
    prober_.probe(
        endpoint, std::move(candidates), kTimeout, 1,
        [then = std::move(then), weak = std::weak_ptr<int>(alive_)](discovery::Finding finding) {
            if (!weak.expired()) {
                then(std::move(finding));
            }
        });
}

void Fleet::adoptFrom(const net::Endpoint& endpoint,
                      std::vector<discovery::SnmpAccess> candidates) {
    ask(endpoint, std::move(candidates), [this](discovery::Finding finding) {
        if (finding.contact) {
            adopt(std::move(*finding.contact));
        }
    });
}

// Each of them once: no printer locks a user out for one wrong try, and the engine leaves one alone
// that was refused some times (CredentialGuard).
void Fleet::tryOtherCredentials(PrinterDevice& device) {
    if (!device.connected() || device.accessOfAcs()) {
        return;
    }
    auto others = othersThanItsOwn(device, context_.settings->snmp);
    if (!others.empty()) {
        adoptFrom(device.endpoint(), std::move(others));
    }
}

PrinterDevice* Fleet::known(const Facts& facts, const net::Endpoint& endpoint) {
    const auto address = endpoint.address.toString();
    PrinterDevice* byMac = nullptr;
    PrinterDevice* byAddress = nullptr;
    PrinterDevice* bySerial = nullptr;
    auto best = Likeness::None;
    int bearers = 0;  // of the serial number
    for (auto& [id, device] : printers_) {
        const auto& record = device->record();
        const bool sameModel = record.model == facts.model;
        const bool sameMac = !facts.macAddress.empty() && record.macAddress == facts.macAddress;
        if (facts.hasSerial() && record.printerSerial == facts.serial && (sameModel || sameMac)) {
            ++bearers;
            const auto like = likeness(record, facts, address);
            if (like > best || (like == best && id < bySerial->id())) {
                bySerial = device.get();
                best = like;
            }
        }
        if (sameMac && (record.printerSerial.empty() || !facts.hasSerial())) {
            byMac = device.get();
        }
        // A MAC address that is known only now (by the neighbour table) does not make it another.
        if (record.printerSerial.empty() && record.macAddress.empty() && !facts.hasSerial() &&
            sameModel && record.address == address) {
            byAddress = device.get();
        }
    }
    // A serial number that several bear says nothing against another MAC address; that of one
    // printer does: its network card was changed.
    if (best == Likeness::OtherMac && bearers > 1) {
        return nullptr;
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
    if (facts.macAddress.empty() && !facts.hasSerial()) {
        return;
    }
    verifyOther(device, std::move(contact));
}

void Fleet::verifyOther(PrinterDevice& other, discovery::Contact contact) {
    auto candidates = othersThanItsOwn(other, context_.settings->snmp);
    candidates.insert(candidates.begin(), other.access().clone());  // that of the ACS, too
    auto shared = std::make_shared<discovery::Contact>(std::move(contact));
    ask(other.endpoint(), std::move(candidates),
        [this, shared, id = other.id()](discovery::Finding there) {
            if (auto* device = find(id)) {
                tellApart(*device, std::move(there), std::move(*shared));
            }
        });
}

void Fleet::tellApart(PrinterDevice& other, discovery::Finding there, discovery::Contact contact) {
    const auto facts = factsOf(contact);
    if (!there.contact) {
        // Its old address is silent: it moved. One with another MAC address may be another that
        // bears its number, while it sleeps; whether it is off, polls will tell.
        if (macsMayBeOne(other.record(), facts)) {
            reconnect(other, std::move(contact));
        }
        return;
    }
    const auto factsThere = factsOf(*there.contact);
    if (factsThere.serial != facts.serial || factsThere.model != facts.model) {
        // The two have swapped, or another printer took the old address.
        other.disconnect();
        reconnect(other, std::move(contact));
        adopt(std::move(*there.contact));
        return;
    }
    // Both answer with one serial: one printer with two addresses has one uptime; two printers do
    // not.
    const auto [shorter, longer] = std::minmax(factsThere.upTimeSeconds, facts.upTimeSeconds);
    constexpr std::uint64_t kSameBoot = 10;
    const bool sameMac = !facts.macAddress.empty() && factsThere.macAddress == facts.macAddress;
    const auto address = contact.endpoint.toString();
    if (sameMac || longer - shorter <= kSameBoot) {
        sightings_.secondAddress(other.id(), address, sameMac ? "mac" : "uptime");
        return;
    }
    sightings_.serialShared(other.id(), address,
                            facts.macAddress.empty() ? "uptime differs" : "mac and uptime differ");
    present(std::move(contact), facts, false);
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
