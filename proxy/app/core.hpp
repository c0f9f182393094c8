// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "config/settings.hpp"
#include "mibmap/recording.hpp"
#include "proxy/app/knowledge.hpp"
#include "proxy/discovery/prober.hpp"
#include "proxy/fleet/fleet_context.hpp"
#include "proxy/net/background.hpp"
#include "proxy/net/datagram.hpp"
#include "proxy/net/epoll_loop.hpp"
#include "proxy/net/lan.hpp"
#include "proxy/net/neighbour_table.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/snmp/engine.hpp"
#include "proxy/store/store.hpp"

#include <memory>

namespace platen::app {

class RecordingEngine;

/// Where a core differs from the gateway's.
struct CoreOptions {
    const mibmap::Recording* recording = nullptr;  ///< Every printer is this one: no network.
    std::filesystem::path extraMap;                ///< One more overlay; may be empty.
    Millis packetPause{0};                         ///< At least, between two datagrams.
};

/// What every command that talks to printers stands on, built in the order of the layers.
class Core {
  public:
    /// `settings` must outlive the core. `stateFile` empty: a store in memory. Errors: a data file,
    /// the store or a socket cannot be had.
    static Result<std::unique_ptr<Core>> make(const config::Settings& settings,
                                              const std::filesystem::path& stateFile);
    static Result<std::unique_ptr<Core>> make(const config::Settings& settings,
                                              const std::filesystem::path& stateFile,
                                              const CoreOptions& options);
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;
    ~Core() = default;

    SystemClock clock;
    SystemRandom random;
    Knowledge knowledge;
    model::TextPool pool;
    net::EpollLoop loop{clock};
    std::unique_ptr<net::Resolver> resolver;
    std::unique_ptr<net::Lan> lan;
    net::ArpCache neighbours{net::readNeighbours};
    std::unique_ptr<net::Datagrams> datagrams;
    std::unique_ptr<net::Background> background;  ///< Keys of SNMPv3 passwords, maps.
    std::unique_ptr<snmp::Engine> engine;
    RecordingEngine* playing = nullptr;  ///< The engine, if it plays a recording.
    std::unique_ptr<store::Store> store;
    std::unique_ptr<fleet::FleetContext> context;
    std::unique_ptr<discovery::Prober> prober;

  private:
    Core() = default;
};

}  // namespace platen::app
