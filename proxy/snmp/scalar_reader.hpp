// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/snmp/agent_memory.hpp"
#include "proxy/snmp/message.hpp"
#include "proxy/snmp/problems.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace platen::snmp {

/// Reads single instances: GETs of as many names as the agent bears, with the bad ones taken out
/// one by one. No I/O; the caller sends next() and hands the answer to onResponse().
class ScalarReader {
  public:
    /// Steps that a GETNEXT may take from the parent to the wanted instance.
    static constexpr std::uint8_t kMaxSteps = 16;

    /// `byWalking`: GETNEXT from the instance's parent; only the exact instance counts. `memory`
    /// and `problems` must outlive the reader.
    ScalarReader(std::vector<Oid> instances,
                 bool byWalking,
                 AgentMemory& memory,
                 Problems& problems);

    [[nodiscard]] bool finished() const { return chunks_.empty() && asked_.empty(); }
    /// Precondition: !finished(), and the last one was answered.
    [[nodiscard]] ReadPdu next();
    void onResponse(Message& message);
    /// The last next() was not answered, another object was: it is asked again in smaller pieces,
    /// or given up.
    void onUnanswered();
    /// Names in the last next(); 0: it is answered.
    [[nodiscard]] std::size_t asked() const { return asked_.size(); }
    [[nodiscard]] bool walking() const { return walking_; }
    /// One more instance.
    void add(Oid instance);
    /// What was found, sorted by OID; no exceptions, no NULLs.
    [[nodiscard]] std::vector<VarBind> take();

  private:
    using Chunk = std::vector<std::uint32_t>;  // places in items_
    struct Item {
        Oid wanted;
        Oid from;  // where GETNEXT starts; walking only
        std::uint8_t steps = 0;
        bool settled = false;
    };

    void onValues(Message& message);
    void onError(const Message& message);
    void acceptGet(VarBind& varbind, std::size_t position);
    void acceptWalk(VarBind& varbind, std::size_t position);
    void keep(VarBind& varbind);
    void bisect();
    void giveUp(std::uint32_t item, std::int32_t errorStatus);
    void learnFromErrors();

    std::vector<Item> items_;
    bool walking_;
    AgentMemory& memory_;
    Problems& problems_;
    std::vector<Chunk> chunks_;  // the next one is the last
    Chunk asked_;                // in flight
    std::vector<VarBind> found_;
    std::size_t failedNames_ = 0;  // fewest in a request that got an error not of its size; 0: none
    bool culprit_ = false;         // one got an error alone
};

}  // namespace platen::snmp
