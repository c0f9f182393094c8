// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "base/varbind.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/snmp/engine.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace platen::app {

/// How much of a printer is recorded at most.
struct RecordLimits {
    std::size_t objects = 50'000;
    std::uint64_t bytes = 16U << 20U;  ///< On the wire, both ways.
    Millis time{10 * 60 * 1000};
    std::size_t chunk = 400;  ///< Objects between two looks at the limits.
};

struct RecordedObjects {
    std::vector<VarBind> rows;
    std::vector<std::string> notes;  ///< Why something is not complete.
    std::uint32_t pdus = 0;
};

/// Walks subtrees of an agent one after the other, in chunks, and the subtree of its own enterprise
/// (by sysObjectID) after them. A subtree whose OIDs do not grow is left where that happens.
/// Destroying it drops the answer. thread: loop
class Recorder {
  public:
    /// `loop` and `engine` must outlive it.
    Recorder(net::Loop& loop, snmp::Engine& engine, RecordLimits limits)
        : loop_(loop), engine_(engine), limits_(limits) {}
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    ~Recorder();

    /// `done` comes once, not inside the call. Errors: that of the first read, if nothing was read.
    void start(snmp::TargetOptions target,
               std::vector<Oid> subtrees,
               UniqueFunction<void(Result<RecordedObjects>)> done);

  private:
    void next();
    void readOn();
    void onChunk(Result<snmp::ReadResult> result);
    void addOwnEnterprise();
    /// True if a limit is reached.
    [[nodiscard]] bool full();
    void finish();

    net::Loop& loop_;
    snmp::Engine& engine_;
    RecordLimits limits_;
    std::optional<snmp::TargetId> target_;
    std::deque<Oid> subtrees_;
    std::vector<Oid> walked_;
    Oid subtree_;
    Oid after_;
    RecordedObjects out_;
    Error error_;
    std::uint64_t bytes_ = 0;
    SteadyTime begun_;
    bool knowsEnterprise_ = false;
    bool full_ = false;  ///< No room for one more answer.
    UniqueFunction<void(Result<RecordedObjects>)> done_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// What describes a printer: system, interfaces, addresses, host resources, entities, the
/// Printer-MIB, the PWG's port monitor, and where HP and its imitators keep the device id.
[[nodiscard]] std::vector<Oid> recordedSubtrees();

}  // namespace platen::app
