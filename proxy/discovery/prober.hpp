// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/discovery/contact.hpp"
#include "proxy/net/loop.hpp"

#include <memory>
#include <vector>

namespace platen::discovery {

/// Asks one address who it is: candidates of credentials in order, the first that answers is taken;
/// a printer's configuration group is read at once, because it holds the serial number. thread:
/// loop
class Prober {
  public:
    /// All must outlive the prober, and the prober its probes.
    Prober(snmp::Engine& engine, mibmap::MapSet& maps, const net::Loop& loop)
        : engine_(engine), maps_(maps), loop_(loop) {}

    /// `timeout` and `retries` are of one request. `done` comes once, never inside the call.
    void probe(const net::Endpoint& endpoint,
               std::vector<SnmpAccess> candidates,
               Millis timeout,
               std::uint32_t retries,
               UniqueFunction<void(Finding)> done);

    /// From now on what is no printer is read as well; Finding::doubt then says why it is none.
    void readAnything() { readsAnything_ = true; }

  private:
    struct Job;
    void tryNext(const std::shared_ptr<Job>& job);
    void onIdentified(const std::shared_ptr<Job>& job, Result<snmp::ReadResult> result);
    void readConfiguration(const std::shared_ptr<Job>& job);
    void onConfiguration(const std::shared_ptr<Job>& job, Result<snmp::ReadResult> result);
    void finish(Job& job);

    snmp::Engine& engine_;
    mibmap::MapSet& maps_;
    const net::Loop& loop_;
    bool readsAnything_ = false;
};

}  // namespace platen::discovery
