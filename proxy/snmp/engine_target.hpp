// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/snmp/agent_memory.hpp"
#include "proxy/snmp/engine.hpp"
#include "proxy/snmp/read_exchange.hpp"
#include "proxy/snmp/round_trip.hpp"
#include "proxy/snmp/v3_peer.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace platen::snmp {

using ReadDone = UniqueFunction<void(Result<ReadResult>)>;
using SetDone = UniqueFunction<void(Result<SetRefusal>)>;

/// A read or a SET of one target, waiting or running. What follows is the engine's own. thread:
/// loop
struct Job {
    std::unique_ptr<ReadExchange> read;  // null: a SET
    ReadDone readDone;
    std::vector<VarBind> setVarbinds;
    SetDone setDone;
    std::uint32_t pdus = 0;
    std::uint64_t bytes = 0;
    std::optional<SteadyTime> begun;
};

/// A request that waits for its answer.
struct Flight {
    std::int32_t requestId = 0;
    std::vector<std::byte> bytes;  // sent again as they are, so that an answer to any try counts
    std::uint32_t tries = 1;
    SteadyTime sent;
    net::TimerId timer;
    // Version 3: what to wrap anew, and the request id in it; requestId is the message's.
    std::vector<std::byte> pdu;
    std::int32_t pduRequestId = 0;
    // A probe was sent at last, and the ids above are its; an answer to the whole still counts:
    bool probe = false;
    std::int32_t wholeId = 0;
    std::int32_t wholePduRequestId = 0;
};

/// An agent, what is known of it, and what it is to do.
struct Target {
    Target(TargetId i, TargetOptions o)
        : id(i), options(std::move(o)), memory(options), roundTrip(options.timeout) {}
    TargetId id;
    TargetOptions options;
    AgentMemory memory;
    RoundTrip roundTrip;
    std::list<Job> jobs;  // the first one runs
    std::unique_ptr<Flight> flight;
    std::unique_ptr<V3Peer> peer;  // version 3
    bool queued = false;           // waits for a place in the request table
    bool answers = false;          // it did, after the last silence
    TargetTraffic traffic;
    SteadyTime rested{};                // not before then is it asked again
    std::optional<net::TimerId> pause;  // until then
    LearnedLimits told;                 // in the log
};

}  // namespace platen::snmp
