// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/discovery/prober.hpp"
#include "proxy/discovery/scanner.hpp"
#include "proxy/fleet/contact_facts.hpp"
#include "proxy/fleet/fleet_context.hpp"
#include "proxy/fleet/gateway_device.hpp"
#include "proxy/fleet/printer_device.hpp"
#include "proxy/fleet/scan_keeper.hpp"
#include "proxy/fleet/sightings.hpp"
#include "proxy/fleet/site_device.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace platen::fleet {

/// All printers of the gateway and the gateway itself: who is who, where they are, when they are
/// looked for. thread: loop
class Fleet final : public PrinterEvents {
  public:
    /// `context` and `prober` must outlive the fleet.
    Fleet(FleetContext& context, discovery::Prober& prober);
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;
    ~Fleet() override;

    /// Before start(); the observer must outlive the fleet.
    void addObserver(FleetObserver& observer) { observers_.push_back(&observer); }
    /// Takes what the store held: known devices are presented at once with their last values.
    void restore(store::Snapshot snapshot);
    /// Polls known printers, spread over a status interval, and looks for new ones.
    void start();
    /// The configuration was replaced: new intervals, ranges and credentials.
    void reload();
    /// Stores what is not stored yet; nothing is polled any more.
    void stop();

    [[nodiscard]] GatewayDevice& gateway() { return gateway_; }
    /// The gateway as the ACS sees it: with its printers in it if they are embedded objects.
    [[nodiscard]] ManagedDevice& site() {
        return site_ ? static_cast<ManagedDevice&>(*site_) : gateway_;
    }
    [[nodiscard]] PrinterDevice* find(DeviceId id);
    [[nodiscard]] std::vector<PrinterDevice*> printers();
    /// Printers new, gone, moved, replaced, duplicate and back since the start.
    [[nodiscard]] const SightingCounts& sightings() const { return sightings_.counts(); }

    // PrinterEvents
    void valuesChanged(ManagedDevice& device, std::span<const Change> changes) override;
    void restarted(ManagedDevice& device) override;
    void diagnosticsComplete(ManagedDevice& device) override;
    void gatewayReset() override;
    void identityMismatch(DeviceId device, const net::Endpoint& endpoint) override;
    void presenceChanged(DeviceId device) override;

    /// A printer that was found: known ones are (re)connected, new ones presented. Public for tests
    /// and `platen poll`.
    void adopt(discovery::Contact contact);

  private:
    using Facts = ContactFacts;
    [[nodiscard]] Facts factsOf(const discovery::Contact& contact) const {
        return contactFacts(context_, contact);
    }
    /// Looks once who answers at an endpoint; `then` does not come when the fleet is gone.
    void ask(const net::Endpoint& endpoint,
             std::vector<discovery::SnmpAccess> candidates,
             std::function<void(discovery::Finding)> then);
    /// As ask, and adopts who answers.
    void adoptFrom(const net::Endpoint& endpoint, std::vector<discovery::SnmpAccess> candidates);
    [[nodiscard]] PrinterDevice* known(const Facts& facts, const net::Endpoint& endpoint);
    [[nodiscard]] bool serialTaken(const Facts& facts) const;
    void settle(PrinterDevice& device, discovery::Contact contact, const Facts& facts);
    /// A serial that another reachable printer has too: looks at that one again before deciding.
    void verifyOther(PrinterDevice& other, discovery::Contact contact);
    /// `there`: what answers now at the address of `other`, whose serial number the contact bears.
    void tellApart(PrinterDevice& other, discovery::Finding there, discovery::Contact contact);
    void present(discovery::Contact contact, const Facts& facts, bool serialIsUnique);
    void reconnect(PrinterDevice& device, discovery::Contact contact);
    /// A printer that stopped answering may have got another community or user.
    void tryOtherCredentials(PrinterDevice& device);
    void announce(PrinterDevice& device, bool isNew);
    void startScan();
    void scanEnded();
    [[nodiscard]] std::vector<const store::DeviceRecord*> missing() const;
    void scheduleScan(Millis delay);
    void showInGateway(PrinterDevice& device);
    /// The device of the ACS that this one is, or is in.
    [[nodiscard]] ManagedDevice& presented(ManagedDevice& device);
    void housekeeping();
    /// Of the day before, once a day.
    void tellTraffic();

    FleetContext& context_;
    discovery::Prober& prober_;
    discovery::Scanner scanner_;
    ScanKeeper scanKeeper_;
    Sightings sightings_;
    GatewayDevice gateway_;
    std::unique_ptr<SiteDevice> site_;  ///< Only if printers are embedded objects.
    bool sitePresented_ = false;        ///< The observers know it.
    std::unordered_map<DeviceId, std::unique_ptr<PrinterDevice>> printers_;
    std::vector<FleetObserver*> observers_;
    std::uint32_t lastId_ = 0;
    std::optional<net::TimerId> scanTimer_;
    std::optional<net::TimerId> housekeepingTimer_;
    std::optional<SteadyTime> lastCleanUp_;  ///< Of retired instance rows in the store.
    bool started_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::fleet
