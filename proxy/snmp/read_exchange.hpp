// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/snmp/agent_memory.hpp"
#include "proxy/snmp/message.hpp"
#include "proxy/snmp/problems.hpp"
#include "proxy/snmp/scalar_reader.hpp"
#include "proxy/snmp/table_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace platen::snmp {

/// One ReadRequest as a conversation: scalars first, then tables. A pure state machine; request
/// ids, time and retries are the engine's.
class ReadExchange {
  public:
    /// Requests of one read, a last line of defence: each answer should bring at least one varbind.
    static constexpr std::uint32_t kMaxPdus = 20'000;
    /// Requests for one name that may stay unanswered in a read while the agent is there.
    static constexpr std::uint32_t kMaxUnanswered = 2 * MissedNames::kToBelieve;

    /// `memory` must outlive the exchange.
    ReadExchange(ReadRequest request, AgentMemory& memory);
    ReadExchange(const ReadExchange&) = delete;
    ReadExchange& operator=(const ReadExchange&) = delete;
    ~ReadExchange() = default;

    [[nodiscard]] bool finished() const { return scalars_.finished() && tables_.finished(); }
    /// What to ask now. Precondition: !finished(), and the last one was answered or given up.
    [[nodiscard]] ReadPdu next();
    /// Something that every agent answers, to ask in place of the last next() when that is not
    /// answered: is it the agent, or what it was asked? Nothing if there is another way (see
    /// onSilence), or if that was asked.
    [[nodiscard]] std::optional<ReadPdu> probe() const;
    /// The probe is answered, the last next() was not. False: the read has failed.
    [[nodiscard]] bool onUnanswered();
    /// Names in the last next().
    [[nodiscard]] std::size_t asked() const {
        return askingScalars_ ? scalars_.asked() : tables_.asked();
    }
    /// The answer to the last next(): same request id, from the right agent.
    void onResponse(Message message);
    /// No answer after all retries. True: next() has another way; false: the read has failed.
    [[nodiscard]] bool onSilence();
    /// Sorted by OID, each once, values only. Once, when finished. Errors: Unsupported (the agent
    /// answered only with errors).
    [[nodiscard]] Result<std::vector<VarBind>> takeVarbinds();
    [[nodiscard]] std::vector<std::string> takeProblems() { return problems_.take(); }

  private:
    Problems problems_;  // first: the readers report to it
    ScalarReader scalars_;
    TableReader tables_;
    std::uint32_t pdus_ = 0;
    std::uint32_t answers_ = 0;
    std::uint32_t goodAnswers_ = 0;
    std::uint32_t unanswered_ = 0;
    bool askingScalars_ = false;
    bool asksForProbe_ = false;
};

}  // namespace platen::snmp
