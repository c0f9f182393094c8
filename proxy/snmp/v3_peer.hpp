// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "proxy/snmp/message.hpp"
#include "proxy/snmp/usm_keys.hpp"
#include "proxy/snmp/usm_report.hpp"
#include "proxy/snmp/usm_user.hpp"
#include "proxy/snmp/v3_message.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace platen::snmp {

/// Salts that never come twice in one process: a random start, and up by one.
class SaltCounter {
  public:
    explicit SaltCounter(std::uint64_t start) : next_(start) {}
    [[nodiscard]] usm::Salt next();

  private:
    std::uint64_t next_;
};

/// One SNMPv3 engine that we are the manager of: its id, its clock, our keys there (RFC 3414
/// sections 3 and 4). Each target has its own, so that two devices with one engine id do not
/// disturb each other (ADR 0023). A pure state machine; sending, retries and request ids are the
/// engine's. thread: loop
class V3Peer {
  public:
    /// Messages of one request, beyond which the agent is found broken: discovery, the clock, and
    /// one change of either.
    static constexpr std::uint32_t kMaxRounds = 4;
    /// RFC 3414 section 2.2.3.
    static constexpr std::int64_t kTimeWindow = 150;

    /// `keys` and `salts` must outlive the peer. `user` is not null.
    V3Peer(std::shared_ptr<const UsmUser> user, UsmKeyRing& keys, SaltCounter& salts);

    /// A new request begins.
    void begin() { rounds_ = 0; }
    /// What to send so that this PDU gets its answer: itself, or discovery first. `msgId` must be
    /// hard to guess: it is what proves that an answer is new. Errors: Unsupported, TooLarge.
    [[nodiscard]] Result<std::vector<std::byte>> message(std::int32_t msgId,
                                                         std::span<const std::byte> pdu,
                                                         SteadyTime now);

    enum class Next : std::uint8_t {
        Answer,       ///< `message` is the answer.
        Keys,         ///< Its keys are to be made (wantedEngine()); onKeys() takes them.
        Again,        ///< Call message() with a new id: the engine, or its clock, is known now.
        Fail,         ///< `error`: no use in waiting.
        Malformed,    ///< Ignore it; the answer may still come. So with the following.
        Unauthentic,  ///< Wrong digest, user, engine, context or time.
        Downgraded,   ///< Answer of a lower level than asked for.
    };
    struct Outcome {
        Next next = Next::Malformed;
        bool report = false;
        bool userRefused = false;  ///< With Fail: the device refuses this user.
        Message message;
        Error error;
    };
    /// A message with the id of the last message(), from the right address. `requestId` is the
    /// PDU's.
    [[nodiscard]] Outcome onMessage(const v3::Envelope& envelope,
                                    std::int32_t requestId,
                                    SteadyTime now);
    /// The engine id that keys are wanted for; empty: none.
    [[nodiscard]] const std::string& wantedEngine() const { return wanted_; }
    /// After Keys: Again, or Fail.
    [[nodiscard]] Outcome onKeys(UsmKeyRing::Keys keys);
    /// No answer after all retries; the next request begins with discovery, because the device may
    /// have been replaced. What this silence may mean; empty if nothing more is known.
    [[nodiscard]] std::string onSilence();

    [[nodiscard]] const std::string& engineId() const { return engineId_; }
    [[nodiscard]] const UsmUser& user() const { return *user_; }
    [[nodiscard]] const std::shared_ptr<const UsmUser>& sharedUser() const { return user_; }

  private:
    [[nodiscard]] Outcome onReport(UsmReport report, const v3::Envelope& envelope, SteadyTime now);
    [[nodiscard]] Outcome onResponse(const v3::Envelope& envelope,
                                     v3::ScopedPdu scoped,
                                     std::int32_t requestId,
                                     SteadyTime now);
    [[nodiscard]] Outcome adopt(const v3::Envelope& envelope, SteadyTime now);
    [[nodiscard]] Outcome failWith(UsmReport report) const;
    void takeClock(const v3::Envelope& envelope, SteadyTime now);
    [[nodiscard]] std::int64_t engineTime(SteadyTime now) const;
    [[nodiscard]] bool inWindow(const v3::Envelope& envelope, SteadyTime now) const;

    std::shared_ptr<const UsmUser> user_;
    UsmKeyRing& ring_;
    SaltCounter& salts_;
    std::string engineId_;                 // empty: not known
    std::string wanted_;                   // the next one, while its keys are made
    std::shared_ptr<const UsmKeys> keys_;  // for engineId_
    std::uint32_t boots_ = 0, time_ = 0;   // of the engine at clockAt_
    SteadyTime clockAt_{};
    std::uint32_t rounds_ = 0;
    bool answered_ = false;  // ever, by this engine with these keys
};

}  // namespace platen::snmp
