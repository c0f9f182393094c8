// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/recording.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/snmp/engine.hpp"

#include <set>
#include <vector>

namespace platen::app {

/// An engine without a network: every target is the printer of a recording, and answers at once.
/// thread: loop
class RecordingEngine final : public snmp::Engine {
  public:
    /// Both must outlive the engine.
    RecordingEngine(net::Loop& loop, const mibmap::Recording& recording)
        : loop_(loop), recording_(recording) {}

    snmp::TargetId addTarget(snmp::TargetOptions options) override;
    void removeTarget(snmp::TargetId /*target*/) override {}
    void read(snmp::TargetId target,
              snmp::ReadRequest request,
              UniqueFunction<void(Result<snmp::ReadResult>)> done) override;
    /// Refused, as by a printer that is read-only.
    void set(snmp::TargetId target,
             std::vector<VarBind> varbinds,
             UniqueFunction<void(Result<snmp::SetRefusal>)> done) override;
    [[nodiscard]] snmp::EngineStats stats() const override { return {}; }

    /// Objects under this prefix that nobody asked for yet.
    [[nodiscard]] std::vector<Oid> unread(const Oid& under) const;

  private:
    net::Loop& loop_;
    const mibmap::Recording& recording_;
    std::set<Oid> asked_;  ///< Instances and columns.
    std::uint64_t next_ = 0;
};

}  // namespace platen::app
