// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "config/settings.hpp"
#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/value.hpp"
#include "mibmap/map_set.hpp"
#include "proxy/diagnostics/udp_echo.hpp"
#include "proxy/discovery/contact.hpp"
#include "proxy/fleet/data_models.hpp"
#include "proxy/fleet/diagnostic.hpp"
#include "proxy/fleet/host_clock.hpp"
#include "proxy/fleet/identity.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/fleet/test_page_diagnostic.hpp"
#include "proxy/fleet/well_known.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/lan.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/snmp/engine.hpp"
#include "proxy/store/store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::fleet {

/// What a printer tells the fleet. thread: loop
class PrinterEvents {
  public:
    PrinterEvents() = default;
    PrinterEvents(const PrinterEvents&) = delete;
    PrinterEvents& operator=(const PrinterEvents&) = delete;
    virtual ~PrinterEvents() = default;
    virtual void valuesChanged(ManagedDevice& device, std::span<const Change> changes) = 0;
    virtual void restarted(ManagedDevice& device) = 0;
    virtual void diagnosticsComplete(ManagedDevice& /*device*/) {}
    /// The gateway itself went back to its factory state.
    virtual void gatewayReset() {}
    /// Another printer answers at this printer's address; it stays unconnected until it is found
    /// again.
    virtual void identityMismatch(DeviceId device, const net::Endpoint& endpoint) = 0;
    /// The device's row in Hosts and VirtualDevice may have changed (reachability, address).
    virtual void presenceChanged(DeviceId device) = 0;
};

/// For a printer without a fleet: nobody listens.
class NoPrinterEvents final : public PrinterEvents {
  public:
    void valuesChanged(ManagedDevice& /*device*/, std::span<const Change> /*changes*/) override {}
    void restarted(ManagedDevice& /*device*/) override {}
    void identityMismatch(DeviceId /*device*/, const net::Endpoint& /*endpoint*/) override {}
    void presenceChanged(DeviceId /*device*/) override {}
};

/// Everything that the devices share; all referenced things outlive the fleet. thread: loop
struct FleetContext {
    net::Loop& loop;
    store::Store& store;
    snmp::Engine& engine;
    net::Resolver& resolver;
    mibmap::MapSet& maps;
    const model::PathCodec& codec;
    model::TextPool& pool;
    const WellKnown& names;
    Random& random;
    const config::Settings* settings = nullptr;  ///< Replaced as a whole on reload; never null.
    std::function<std::optional<Maker>(const IdentityFacts&)> findMaker;
    Identity gateway;  ///< Identity of the gateway itself, for ProxierInfo.
    /// Told as DeviceInfo.SupportedDataModel; empty while no Device Type document is served.
    std::vector<DataModelEntry> dataModels{};
    std::function<HostClock()> hostClock = readHostClock;
    /// The machine's networks, for announcements; null: no printer is asked to announce itself.
    net::Lan* lan = nullptr;
    /// MAC address by the system's neighbour table, empty if it is not there; may be empty.
    std::function<std::string(const net::Address&)> neighbourMac = nullptr;
    /// Tests that the gateway's own device offers; may be empty.
    std::function<std::vector<std::unique_ptr<Diagnostic>>()> gatewayTests = nullptr;
    /// UDP echo on the gateway's own device; empty: not offered.
    diagnostics::OpenUdpEcho openUdpEcho = nullptr;
    /// Sends a page to a printer's raw port; empty: not offered. `done` comes once, never inside
    /// the call.
    SendPage sendPage = nullptr;
    /// Whether the printer's web server takes a connection within the time; empty: not asked.
    /// `done` comes once, never inside the call.
    std::function<void(const net::Address&, Millis, UniqueFunction<void(bool)>)> webAnswers =
        nullptr;
};

using discovery::SnmpAccess;

}  // namespace platen::fleet
