// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "base/time.hpp"
#include "proxy/snmp/engine.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace platen::snmp {

/// What the engine has learned about one agent, so that a steady poll needs few PDUs and no try
/// that failed before. Small: it is kept for every target.
class AgentMemory {
  public:
    /// Varbinds that one reply is asked for at most, before the agent taught us less.
    static constexpr std::uint16_t kReplyVarbinds = 50;
    /// Octets of varbinds that a reply is planned for; a 1,500 octet frame without headers.
    static constexpr std::uint32_t kReplyBytes = 1'350;
    /// Tables remembered; later ones are not.
    static constexpr std::size_t kMaxTables = 32;
    /// Absent scalars remembered; later ones are asked for at each read.
    static constexpr std::size_t kMaxAbsent = 64;
    /// Reads that must miss a scalar before it counts as absent: agents say noSuchName while they
    /// start, too.
    static constexpr std::uint32_t kMissesToBelieve = 3;
    /// What is absent is asked for again after this time.
    static constexpr std::chrono::hours kAbsentFor{24};

    /// Shape of a table at its last read; numbers above their type's range are stored as its end.
    struct Table {
        std::uint32_t key = 0;           ///< tableKey of its columns.
        std::uint16_t emptyColumns = 0;  ///< Bit i: column i (of the first 16) had no rows.
        std::uint8_t rows = 0;
        std::uint8_t varbindBytes = 0;  ///< Average size of one of its varbinds in a message.
    };

    explicit AgentMemory(const TargetOptions& options);

    /// From the agent's map: tightens what is allowed, never widens it.
    void tighten(const AgentLimits& limits);
    /// True if GETBULK must not be used.
    [[nodiscard]] bool noBulk() const { return noBulk_; }
    /// Names in one request, at least 1.
    [[nodiscard]] std::uint32_t maxVarbinds() const { return maxVarbinds_; }
    /// Varbinds that one GETBULK may ask for in all, at least 1.
    [[nodiscard]] std::uint32_t replyVarbinds() const { return replyVarbinds_; }
    /// Of one GETBULK, at least 1.
    [[nodiscard]] std::uint32_t maxRepetitions() const { return maxRepetitions_; }

    /// The agent said tooBig to a request of `names` names (more than 1).
    void requestTooBig(std::size_t names);
    /// The agent said tooBig to a GETBULK for `varbinds` varbinds (more than 1).
    void replyTooBig(std::size_t varbinds);

    void bulkWorked() { bulkWorked_ = true; }
    [[nodiscard]] bool bulkEverWorked() const { return bulkWorked_; }
    /// GETBULK was left unanswered or refused, and GETNEXT for the same objects worked. The first
    /// time for an agent that does know GETBULK it may have been the size.
    void bulkFailed(std::size_t varbinds);

    /// Null if the table is not known. Valid until remember.
    [[nodiscard]] const Table* find(std::uint32_t key) const;
    void remember(const Table& table);

    /// The agent answered noSuchName to this instance. Each such name costs a request of its own
    /// (RFC 1157: the answer names one of them only).
    void scalarMissed(const Oid& instance);
    /// The instance was there: earlier misses mean nothing.
    void scalarFound(const Oid& instance);
    /// True if scalars were missed since the last forgetting.
    [[nodiscard]] bool missesScalars() const { return !absent_.empty(); }
    /// True if the instance was missed so often that it need not be asked for.
    [[nodiscard]] bool isAbsent(const Oid& instance) const;
    /// All scalars are asked for again: the agent's configuration may have changed.
    void forgetAbsent() { absent_.clear(); }
    /// As forgetAbsent, if the oldest entry was made kAbsentFor ago.
    void forgetOldAbsent(SteadyTime now);

    /// Names a table by its columns.
    static std::uint32_t tableKey(std::span<const Oid> columns);

  private:
    std::vector<Table> tables_;
    std::vector<std::uint32_t> absent_;  // hash of the instance; the two lowest bits count misses
    SteadyTime absentSince_{};           // first read that could fill absent_
    std::uint16_t maxVarbinds_;
    std::uint16_t replyVarbinds_ = kReplyVarbinds;
    std::uint16_t maxRepetitions_;
    bool noBulk_;
    bool bulkWorked_ = false;
    bool bulkFailedOnce_ = false;
};

}  // namespace platen::snmp
