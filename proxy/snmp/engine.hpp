// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/strong_id.hpp"
#include "base/time.hpp"
#include "base/unique_function.hpp"
#include "base/varbind.hpp"
#include "proxy/net/background.hpp"
#include "proxy/net/datagram.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/snmp/usm_user.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace platen::snmp {

enum class Version : std::uint8_t { V1, V2c, V3 };

[[nodiscard]] std::string_view toString(Version version);  ///< `SNMPv2c`

/// An agent that the engine talks to; holds what it learned about it (round-trip time, GETBULK
/// works, sizes).
using TargetId = StrongId<struct SnmpTargetTag>;

/// How to reach an agent.
struct TargetOptions {
    net::Endpoint endpoint;
    Version version = Version::V2c;
    Secret community;                     ///< Versions 1 and 2c.
    std::shared_ptr<const UsmUser> user;  ///< Version 3; not null then.
    Millis timeout{2000};       ///< Upper bound of the adaptive time-out, and its first value.
    std::uint32_t retries = 2;  ///< Further tries after the first.
    Millis pause{0};            ///< At least, from an answer to the next request.
    bool noBulk = false;
    std::uint32_t maxVarbinds = 0;  ///< 0 = kDefaultMaxVarbinds
    std::uint32_t maxRepetitions =
        0;  ///< 0 = chosen by the engine so that replies stay under 1,400 octets or so
};

/// What an agent is known to bear; on top of what the engine learns. 0 = no limit known.
struct AgentLimits {
    bool noBulk = false;               ///< GETNEXT instead of GETBULK.
    std::uint32_t maxVarbinds = 0;     ///< Names in one request.
    std::uint32_t maxRepetitions = 0;  ///< Of one GETBULK.
};

/// What talking to a target cost since it was added.
struct TargetTraffic {
    std::uint64_t packets = 0;  ///< Sent, retries included.
    std::uint64_t bytes = 0;    ///< Sent and received, UDP payload.
};

/// What the engine found out by itself about an agent. 0 = no limit found.
struct LearnedLimits {
    bool noBulk = false;              ///< GETBULK is refused or left unanswered.
    std::uint32_t maxVarbinds = 0;    ///< Names in one request: larger ones fail or are dropped.
    std::uint32_t replyVarbinds = 0;  ///< Varbinds that one GETBULK asks for in all.
    std::uint32_t silentObjects = 0;  ///< Objects that are left out, for they are never answered.
    [[nodiscard]] bool any() const {
        return noBulk || maxVarbinds != 0 || replyVarbinds != 0 || silentObjects != 0;
    }
    friend bool operator==(const LearnedLimits&, const LearnedLimits&) = default;
};

/// A group of objects to read: scalars by GET, tables column by column side by side in GETBULKs.
struct ReadRequest {
    std::vector<Oid> scalars;  ///< Full instances. A missing one is left out of the result.
    std::vector<std::vector<Oid>> tables;  ///< Columns that share their rows.
    bool walkOnly = false;                 ///< Fetch scalars by GETNEXT.
    AgentLimits limits;                    ///< From this read on.
    /// Of its tables together; beyond, the walk stops with a problem. 0 = kMaxVarbindsPerRead.
    std::size_t maxVarbinds = 0;
    /// Walks begin after this instance, if it lies under their column; empty: at its beginning.
    Oid after = {};
    /// Asks again for scalars that the agent was found not to have (kept for a day otherwise).
    bool forgetAbsent = false;
};

struct ReadResult {
    std::vector<VarBind> varbinds;  ///< Sorted by OID, without exceptions, each once.
    std::uint32_t pdus = 0;         ///< Requests sent, retries included.
    std::uint64_t bytes = 0;        ///< Sent and received, UDP payload.
    Millis took{0};
    std::vector<std::string> problems;  ///< `walk of 1.3.… stopped: OID did not grow` and the like.
};

/// The answer to a SET that the agent refused: error-status and the varbind it names (RFC 3416).
struct SetRefusal {
    int errorStatus = 0;           ///< 0 = no error
    std::uint32_t errorIndex = 0;  ///< From 1; 0 = none named.
};

/// Counts since start, for metrics and politeness.
struct EngineStats {
    std::uint64_t requests = 0, responses = 0, retries = 0, timeouts = 0;
    std::uint64_t wrongSource = 0;  ///< Answers to a request of ours from another address or port.
    std::uint64_t lateDuplicates = 0;  ///< Answers to no outstanding request.
    std::uint64_t malformed = 0;       ///< Broken messages, other PDUs, other version or community.
    std::uint64_t tooBig = 0;
    // Version 3.
    std::uint64_t reports = 0;      ///< REPORTs to requests of ours.
    std::uint64_t unauthentic = 0;  ///< Answers with a wrong digest, user, engine or context.
    std::uint64_t downgraded = 0;   ///< Answers of a lower security level than asked for.
    std::uint64_t lockedOut = 0;    ///< Requests that were not sent: see CredentialGuard.
};

/// SNMP manager side over one datagram port: own request table, timers and retries; one request in
/// flight for each target, at most kMaxOutstanding in all, others wait in order. A dead agent costs
/// a timer. thread: loop
class Engine {
  public:
    static constexpr std::size_t kMaxOutstanding = 1024;
    static constexpr std::uint32_t kDefaultMaxVarbinds = 24;
    static constexpr std::size_t kMaxVarbindsPerRead =
        20'000;  ///< Beyond: the walk stops with a problem.

    virtual ~Engine() = default;
    Engine() = default;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    virtual TargetId addTarget(TargetOptions options) = 0;
    /// Running and waiting jobs of the target fail with Refused ("target removed").
    virtual void removeTarget(TargetId target) = 0;
    /// Reads all; jobs of one target run one after the other. Errors: Timeout (no answer to the
    /// first request, or the agent went silent in between), Unsupported (agent answered only with
    /// errors); of version 3 AuthFailed (user, password or protocol is wrong, or was so too often:
    /// CredentialGuard), Refused (security level or context), Malformed (its engine is broken).
    /// Called exactly once, never inside the call.
    virtual void read(TargetId target,
                      ReadRequest request,
                      UniqueFunction<void(Result<ReadResult>)> done) = 0;
    /// One SET PDU. Errors as read; a refusal by the agent is a value.
    virtual void set(TargetId target,
                     std::vector<VarBind> varbinds,
                     UniqueFunction<void(Result<SetRefusal>)> done) = 0;
    [[nodiscard]] virtual EngineStats stats() const = 0;
    /// Nothing for unknown targets, and by engines that learn nothing.
    [[nodiscard]] virtual LearnedLimits learned(TargetId /*target*/) const { return {}; }
    /// Zero for unknown targets, and by engines without a network.
    [[nodiscard]] virtual TargetTraffic traffic(TargetId /*target*/) const { return {}; }
};

/// `loop` and `datagrams` must outlive the engine. Keys of SNMPv3 passwords are made on the loop.
[[nodiscard]] std::unique_ptr<Engine> makeEngine(net::Loop& loop, net::Datagrams& datagrams);
/// Keys are made by `background`, which must outlive the engine: a request waits for its key, the
/// others go on.
[[nodiscard]] std::unique_ptr<Engine> makeEngine(net::Loop& loop,
                                                 net::Datagrams& datagrams,
                                                 net::Background& background);

}  // namespace platen::snmp
