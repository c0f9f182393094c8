// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "proxy/cwmp/messages.hpp"
#include "proxy/cwmp/soap_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace platen::cwmp {

/// Bounds of one session against an ACS that never ends it (C-SCALE-04).
struct SessionLimits {
    std::size_t maxRequests = 10'000;        ///< RPCs of the ACS.
    std::size_t maxRepeats = 5;              ///< Answers 8005 to one of our requests (C-SES-13).
    std::size_t maxUnexpected = 5;           ///< Messages that answer nothing (C-SOAP-11).
    std::size_t maxEmptyWhileHolding = 100;  ///< Empty POSTs under HoldRequests.
};

/// What an ACS needs of a session beside the standard (AcsBehaviour).
struct SessionManners {
    std::string highestVersion = "1.4";
    bool dropUnanswered = false;    ///< An empty reply to a request of ours counts as its answer.
    bool repairAmpersands = false;  ///< In messages of the ACS.
};

/// What an HTTP exchange brought.
struct SessionReply {
    long status = 0;
    std::string_view body;
};

/// One CWMP session of one device, from Inform to the last empty response: bytes in, requests out
/// (C-SES). No I/O, no clock. The owner carries out each step and comes back with the matching
/// call; a step of kind Finished or Failed is the last. thread: loop
class Session {
  public:
    struct Step {
        enum class Kind : std::uint8_t {
            Post,      ///< Send `body` (may be empty), then onReply.
            Confirm,   ///< The ACS took the Inform: record it durably, then onConfirmed.
            Execute,   ///< Run `request`, then onResult.
            Answered,  ///< The ACS answered our `own` request: record it durably, then onRecorded.
            Finished,  ///< Success.
            Failed,    ///< `error` says why; `oldDialect`: the retry should use CWMP 1.0.
        };
        Kind kind = Kind::Failed;
        std::string body;
        std::optional<RpcRequest> request;
        std::optional<OwnRequest> own;
        std::uint32_t refusal = 0;  ///< Of Answered: the fault that the ACS answered with.
        Error error;
        bool oldDialect = false;
    };

    /// Requests of ours that wait for the ACS's permission (C-SES-05).
    using OwnRequests = std::deque<OwnRequest>;

    /// `idBase` makes cwmp:ID values unique over sessions (C-SOAP-06).
    Session(Dialect dialect,
            std::uint64_t idBase,
            const SessionLimits& limits,
            SessionManners manners = {});

    /// The Inform; `own` follows after InformResponse.
    [[nodiscard]] Step start(const InformMessage& inform, OwnRequests own);
    [[nodiscard]] Step onReply(const SessionReply& reply);
    [[nodiscard]] Step onConfirmed();
    [[nodiscard]] Step onResult(const RpcResult& result);
    [[nodiscard]] Step onRecorded();

    /// True once InformResponse came: the events are delivered.
    [[nodiscard]] bool confirmed() const { return confirmed_; }
    [[nodiscard]] Dialect dialect() const { return dialect_; }
    [[nodiscard]] std::size_t requestCount() const { return requests_; }
    /// Own requests that the ACS has not answered (C-EVT-35).
    [[nodiscard]] const OwnRequests& unanswered() const { return own_; }

  private:
    enum class Waiting : std::uint8_t {
        InformResponse,
        Answer,   ///< To an own request.
        Request,  ///< Anything the ACS may want after an empty POST or a response of ours.
    };

    [[nodiscard]] Result<Envelope> read(std::string_view body) const;
    [[nodiscard]] Step post(std::string body);
    [[nodiscard]] Step nextTurn();
    [[nodiscard]] Step ownAnswered(std::uint32_t refusal);
    [[nodiscard]] Step repeat();
    [[nodiscard]] Step onEmpty();
    [[nodiscard]] Step onInformReply(const SessionReply& reply);
    [[nodiscard]] Step takeInformResponse(const Envelope& envelope);
    [[nodiscard]] Step onEnvelope(Envelope envelope);
    [[nodiscard]] Step onRequest(Envelope envelope);
    [[nodiscard]] Step onFault(const FaultMessage& fault);
    [[nodiscard]] Step unexpected(std::string_view what);
    void checkId(const Envelope& envelope) const;
    [[nodiscard]] std::string newId();
    [[nodiscard]] static Step failed(ErrorCode code, std::string text);

    Dialect dialect_;
    std::uint64_t nextId_;
    std::string lastId_;  ///< Of our last request.
    SessionLimits limits_;
    SessionManners manners_;
    OwnRequests own_;
    bool unheard_ = false;  ///< An own request got no answer; the others wait, too.
    Waiting waiting_ = Waiting::InformResponse;
    std::string lastRequest_;  ///< Our last request, for 8005.
    std::optional<std::string> requestId_;
    bool confirmed_ = false;
    bool hold_ = false;
    bool closed_ = false;  ///< The empty POST without HoldRequests was sent (C-SES-06).
    std::size_t requests_ = 0;
    std::size_t repeats_ = 0;
    std::size_t unexpected_ = 0;
    std::size_t emptyPosts_ = 0;
};

}  // namespace platen::cwmp
