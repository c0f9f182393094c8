// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/contact_facts.hpp"

namespace platen::fleet {

namespace {

const model::Value* valueOf(const mibmap::Evaluation& evaluation, model::ParamIndex param) {
    const mibmap::Reading* best = nullptr;
    for (const auto& reading : evaluation.readings) {
        if (reading.param == param && (best == nullptr || reading.rank > best->rank)) {
            best = &reading;
        }
    }
    return best != nullptr ? &best->value : nullptr;
}

}  // namespace

ContactFacts contactFacts(const FleetContext& context, const discovery::Contact& contact) {
    const auto& n = context.names;
    const auto text = [&](model::ParamIndex param) {
        const auto* value = valueOf(contact.evaluation, param);
        return value != nullptr ? value->text() : std::string();
    };
    ContactFacts facts;
    facts.manufacturer = text(n.manufacturer);
    facts.model = text(n.modelName);
    facts.serial = cleanIdentityText(text(n.serialNumber));
    facts.macAddress = text(n.macAddress);
    if (facts.macAddress.empty() && context.neighbourMac) {
        facts.macAddress = context.neighbourMac(contact.endpoint.address);
    }
    const auto* enterprise = valueOf(contact.evaluation, n.enterpriseNumber);
    facts.enterprise =
        enterprise != nullptr ? static_cast<std::uint32_t>(enterprise->asUnsigned()) : 0;
    facts.systemDescription = contact.context.sysDescr;
    facts.upTimeSeconds = contact.upTimeSeconds;
    facts.maker = context.findMaker(facts);
    return facts;
}

store::DeviceRecord newRecord(const FleetContext& context,
                              const discovery::Contact& contact,
                              const ContactFacts& facts,
                              bool serialIsUnique) {
    const auto now = context.loop.clock().wallNow();
    const IdentityDefaults defaults{.gatewayOui = context.gateway.oui,
                                    .address = contact.endpoint.address.toString()};
    const auto identity = makeIdentity(facts, facts.maker, defaults, serialIsUnique);
    return {.id = DeviceId{},
            .manufacturer = identity.manufacturer,
            .oui = identity.oui,
            .productClass = identity.productClass,
            .serial = identity.serial,
            .printerSerial = facts.hasSerial() ? facts.serial : std::string(),
            .macAddress = facts.macAddress,
            .address = defaults.address,
            .model = facts.model,
            .firstSeen = now,
            .lastSeen = now,
            .bootstrapped = false,
            .acsUrl = {}};
}

}  // namespace platen::fleet
