// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "proxy/fleet/fleet.hpp"
#include "proxy/net/datagram.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/snmp/trap_receiver.hpp"
#include "proxy/store/store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace platen::app {

/// Traps of the fleet's printers: opens the port, knows who is at which address, and starts polls.
/// thread: loop
class TrapService {
  public:
    /// A printer that has got a new address is heard after this time at the latest.
    static constexpr std::chrono::seconds kIndexAge{5};
    /// What was ignored is logged at most so often.
    static constexpr std::chrono::minutes kReportPeriod{5};

    struct Ports {
        net::Loop& loop;
        store::Store& store;
        Random& random;
        fleet::Fleet& fleet;
        /// Makes keys of passwords; null: that is done on the loop.
        net::Background* background = nullptr;
    };
    /// Opens `listen`; `kept` is what the store holds of kEngineFact, nothing at the first start.
    /// All ports must outlive it. Errors: Refused, Malformed (no numeric address).
    static Result<std::unique_ptr<TrapService>> open(const Ports& ports,
                                                     const std::string& listen,
                                                     const std::optional<std::string>& kept);
    TrapService(const TrapService&) = delete;
    TrapService& operator=(const TrapService&) = delete;
    ~TrapService();

    [[nodiscard]] const snmp::TrapStats& stats() const { return receiver_->stats(); }

    /// Fact with our SNMPv3 engine for informs: `ID-IN-HEX BOOTS`.
    static constexpr const char* kEngineFact = "snmp.engine";

  private:
    TrapService(const Ports& ports,
                std::unique_ptr<net::Datagrams> datagrams,
                snmp::TrapReceiver::Engine engine);
    [[nodiscard]] std::optional<snmp::TrapPeer> peerAt(const net::Address& address);
    void poll(DeviceId device, snmp::TrapHint hint);
    void report();

    Ports ports_;
    std::unique_ptr<net::Datagrams> datagrams_;
    std::unordered_map<net::Address, DeviceId> index_;
    std::optional<SteadyTime> indexed_;
    std::unique_ptr<snmp::TrapReceiver> receiver_;
    snmp::TrapStats told_;
    std::optional<net::TimerId> timer_;
};

}  // namespace platen::app
