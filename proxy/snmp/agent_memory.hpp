// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "base/time.hpp"
#include "proxy/snmp/engine.hpp"
#include "proxy/snmp/missed_names.hpp"

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
    /// What is absent is asked for again after this time.
    static constexpr std::chrono::hours kAbsentFor{24};
    /// Objects remembered that are never answered.
    static constexpr std::size_t kMaxSilent = 16;
    /// They are tried again after this time: each costs several timeouts.
    static constexpr std::chrono::hours kSilentFor{6};
    /// Requests in a row that must be left unanswered, while smaller ones are answered, before the
    /// size counts as the reason: packets are lost, too.
    static constexpr std::uint8_t kDropsToBelieve = 2;
    /// Larger requests are tried again after this time.
    static constexpr std::chrono::hours kDropsFor{24};

    /// Shape of a table at its last read; numbers above their type's range are stored as its end.
    struct Table {
        std::uint32_t key = 0;           ///< tableKey of its columns.
        std::uint16_t emptyColumns = 0;  ///< Bit i: column i (of the first 16) had no rows.
        std::uint8_t rows = 0;
        std::uint8_t varbindBytes = 0;  ///< Average size of one of its varbinds in a message.
    };

    /// What was learned about sizes; outlives the target, see adopt.
    struct Sizes {
        std::uint16_t tooBigNames = 0;  ///< Names that it bears after a tooBig; 0: no limit known.
        std::uint16_t dropNames = 0;    ///< The same after unanswered requests.
        std::uint16_t dropped = 0;      ///< Names of the smallest request that was not answered.
        std::uint16_t suspect = 0;      ///< Names of the last one, while it is not believed.
        std::uint16_t replyVarbinds = kReplyVarbinds;
        std::uint8_t drops = 0;  ///< In a row.
        bool growing = false;    ///< dropNames is doubled until that fails.
        bool noBulk = false;
        bool bulkWorked = false;
        bool bulkFailedOnce = false;
    };

    explicit AgentMemory(const TargetOptions& options);

    /// From the agent's map: tightens what is allowed, never widens it.
    void tighten(const AgentLimits& limits);
    /// True if GETBULK must not be used.
    [[nodiscard]] bool noBulk() const { return noBulk_ || sizes_.noBulk; }
    /// Names in one request, at least 1.
    [[nodiscard]] std::uint32_t maxVarbinds() const;
    /// Varbinds that one GETBULK may ask for in all, at least 1.
    [[nodiscard]] std::uint32_t replyVarbinds() const { return sizes_.replyVarbinds; }
    /// Of one GETBULK, at least 1.
    [[nodiscard]] std::uint32_t maxRepetitions() const { return maxRepetitions_; }

    /// The agent said tooBig to a request of `names` names (more than 1).
    void requestTooBig(std::size_t names);
    /// The agent said tooBig to a GETBULK for `varbinds` varbinds (more than 1).
    void replyTooBig(std::size_t varbinds);

    /// A request of `names` names (more than 1) got no answer, one for the first of them did. If
    /// that happens again (kDropsToBelieve), names are asked for one by one, then two, four ... at
    /// a time, up to what is left unanswered.
    void requestDropped(std::size_t names);
    /// A GET or GETNEXT of so many names was answered, not with tooBig.
    void requestAnswered(std::size_t names);
    /// Forgets drops that were learned kDropsFor ago: firmware is updated, networks change.
    void forgetOldDrops(SteadyTime now);

    /// What was learned, for an operator; not what options and map say.
    [[nodiscard]] LearnedLimits learned() const;
    /// True while it is not known yet how many names the agent bears.
    [[nodiscard]] bool growing() const { return sizes_.growing; }
    /// For another target of the same agent; `since` is when they were learned.
    [[nodiscard]] const Sizes& sizes() const { return sizes_; }
    void adopt(const Sizes& sizes, SteadyTime since) {
        sizes_ = sizes;
        dropsSince_ = since;
    }

    void bulkWorked() { sizes_.bulkWorked = true; }
    [[nodiscard]] bool bulkEverWorked() const { return sizes_.bulkWorked; }
    /// GETBULK was left unanswered or refused, and GETNEXT for the same objects worked. The first
    /// time for an agent that does know GETBULK it may have been the size.
    void bulkFailed(std::size_t varbinds);

    /// Null if the table is not known. Valid until remember.
    [[nodiscard]] const Table* find(std::uint32_t key) const;
    void remember(const Table& table);

    /// The agent answered noSuchName to this instance. Each such name costs a request of its own
    /// (RFC 1157: the answer names one of them only).
    void scalarMissed(const Oid& instance) { absent_.missed(instance, kMaxAbsent); }
    /// The instance was there: earlier misses mean nothing.
    void scalarFound(const Oid& instance) { absent_.found(instance); }
    /// True if scalars were missed since the last forgetting.
    [[nodiscard]] bool missesScalars() const { return !absent_.empty(); }
    /// True if the instance was missed so often that it need not be asked for.
    [[nodiscard]] bool isAbsent(const Oid& instance) const { return absent_.believed(instance); }
    /// All scalars are asked for again: the agent's configuration may have changed.
    void forgetAbsent() { absent_.clear(); }
    /// As forgetAbsent, if the oldest entry was made kAbsentFor ago.
    void forgetOldAbsent(SteadyTime now) { absent_.forgetOld(now, kAbsentFor); }

    /// A request for this name alone (GET or GETNEXT) got no answer, and another object did. True
    /// if that has lasted: the name is not asked for again for kSilentFor, and what drops taught of
    /// sizes and of GETBULK is forgotten, for it was this name's fault.
    bool nameUnanswered(const Oid& name);
    /// The agent answered a request for this name.
    void nameAnswered(const Oid& name) { silent_.found(name); }
    [[nodiscard]] bool anyUnanswered() const { return !silent_.empty(); }
    [[nodiscard]] bool isSilent(const Oid& name) const { return silent_.believed(name); }
    void forgetOldSilent(SteadyTime now);
    /// The walk of this column ended where the agent falls silent.
    void walkCut(const Oid& column);
    /// True if it did and that is not forgotten. GETBULK would ask for what is behind the end, too,
    /// and get no answer.
    [[nodiscard]] bool isCut(const Oid& column) const;

    /// Names a table by its columns.
    static std::uint32_t tableKey(std::span<const Oid> columns);

  private:
    std::vector<Table> tables_;
    MissedNames absent_, silent_;
    std::vector<std::uint32_t> cut_;  // keys of columns, kMaxSilent at most
    SteadyTime dropsSince_{};         // first read that could fill the drops of sizes_
    Sizes sizes_;
    std::uint16_t maxVarbinds_;  // by options and map; so the following
    std::uint16_t maxRepetitions_;
    bool noBulk_;
};

}  // namespace platen::snmp
