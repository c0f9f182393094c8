// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/engine.hpp"

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/snmp/codec.hpp"
#include "proxy/snmp/credential_guard.hpp"
#include "proxy/snmp/engine_target.hpp"
#include "proxy/snmp/message.hpp"
#include "proxy/snmp/request_table.hpp"
#include "proxy/snmp/usm_keys.hpp"
#include "proxy/snmp/v3_message.hpp"

#include <cstddef>
#include <deque>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

namespace platen::snmp {

namespace {

/// What is kept of an agent when its target goes: discovery, a new address, a reload make new ones.
struct KeptSizes {
    AgentMemory::Sizes sizes;
    SteadyTime since;
};
constexpr std::size_t kMaxKeptSizes = 4'096;

class SnmpEngine final : public Engine {
  public:
    SnmpEngine(net::Loop& loop, net::Datagrams& datagrams, net::Background* background)
        : loop_(loop),
          datagrams_(datagrams),
          requests_(SystemRandom().below(std::numeric_limits<std::uint64_t>::max())),
          keys_(background),
          salts_(SystemRandom().below(std::numeric_limits<std::uint64_t>::max())),
          self_(std::make_shared<SnmpEngine*>(this)) {
        datagrams_.onReceive([weak = std::weak_ptr(self_)](const net::Endpoint& from,
                                                           std::span<const std::byte> bytes) {
            if (const auto self = weak.lock()) {  // the port may outlive the engine
                (*self)->onDatagram(from, bytes);
            }
        });
    }
    SnmpEngine(const SnmpEngine&) = delete;
    SnmpEngine& operator=(const SnmpEngine&) = delete;
    ~SnmpEngine() override {
        for (const auto& [id, target] : targets_) {
            if (target->flight) {
                loop_.cancel(target->flight->timer);
            }
            if (target->pause) {
                loop_.cancel(*target->pause);
            }
        }
    }

    TargetId addTarget(TargetOptions options) override {
        const TargetId id{++lastTarget_};
        auto target = std::make_unique<Target>(id, std::move(options));
        if (target->options.version == Version::V3) {
            target->peer = std::make_unique<V3Peer>(target->options.user, keys_, salts_);
        }
        if (const auto kept = kept_.find(target->options.endpoint); kept != kept_.end()) {
            if (loop_.clock().steadyNow() - kept->second.since < AgentMemory::kDropsFor) {
                target->memory.adopt(kept->second.sizes, kept->second.since);
                target->told = target->memory.learned();
            }
        }
        targets_.emplace(id, std::move(target));
        return id;
    }

    void removeTarget(TargetId id) override {
        const auto found = targets_.find(id);
        if (found == targets_.end()) {
            return;
        }
        const auto target = std::move(found->second);
        targets_.erase(found);
        release(*target);
        if (target->pause) {
            loop_.cancel(*target->pause);
        }
        keepSizes(*target);
        for (auto& job : target->jobs) {
            failLater(job, {ErrorCode::Refused, "target removed"});
        }
        pumpQueue();
    }

    void read(TargetId id, ReadRequest request, ReadDone done) override {
        Job job;
        job.readDone = std::move(done);
        auto* target = find(id);
        if (target == nullptr) {
            failLater(job, {ErrorCode::Refused, "no such target"});
            return;
        }
        target->memory.forgetOldAbsent(loop_.clock().steadyNow());
        target->memory.forgetOldDrops(loop_.clock().steadyNow());
        target->memory.forgetOldSilent(loop_.clock().steadyNow());
        job.read = std::make_unique<ReadExchange>(std::move(request), target->memory);
        start(*target, std::move(job));
    }

    void set(TargetId id, std::vector<VarBind> varbinds, SetDone done) override {
        Job job;
        job.setDone = std::move(done);
        job.setVarbinds = std::move(varbinds);
        auto* target = find(id);
        if (target == nullptr) {
            failLater(job, {ErrorCode::Refused, "no such target"});
            return;
        }
        start(*target, std::move(job));
    }

    [[nodiscard]] EngineStats stats() const override { return stats_; }

    [[nodiscard]] LearnedLimits learned(TargetId id) const override {
        const auto found = targets_.find(id);
        return found == targets_.end() ? LearnedLimits{} : found->second->memory.learned();
    }

    [[nodiscard]] TargetTraffic traffic(TargetId id) const override {
        const auto found = targets_.find(id);
        return found == targets_.end() ? TargetTraffic{} : found->second->traffic;
    }

  private:
    Target* find(TargetId id) {
        const auto found = targets_.find(id);
        return found == targets_.end() ? nullptr : found->second.get();
    }

    void keepSizes(const Target& target) {
        const auto& endpoint = target.options.endpoint;
        if (!target.memory.learned().any()) {
            return;
        }
        if (kept_.size() >= kMaxKeptSizes && !kept_.contains(endpoint)) {
            kept_.clear();
        }
        const auto now = loop_.clock().steadyNow();
        auto& kept = kept_.try_emplace(endpoint, KeptSizes{{}, now}).first->second;
        // Since the first time: what is handed on from target to target grows old, too.
        if (now - kept.since >= AgentMemory::kDropsFor) {
            kept.since = now;
        }
        kept.sizes = target.memory.sizes();
    }

    void start(Target& target, Job job) {
        target.jobs.push_back(std::move(job));
        if (target.jobs.size() == 1) {
            proceed(target);
        }
    }

    /// The first job's next request, now or when there is room. Precondition: nothing in flight.
    void proceed(Target& target) {
        while (!target.jobs.empty()) {
            auto& job = target.jobs.front();
            if (!job.begun) {
                job.begun = loop_.clock().steadyNow();
            }
            if (job.read && job.read->finished()) {  // it asked for nothing
                finishLater(job);
                target.jobs.pop_front();
                continue;
            }
            if (rests(target)) {
                return;
            }
            if (!queue_.empty() || requests_.full()) {
                target.queued = true;
                queue_.push_back(target.id);
                return;
            }
            if (auto sent = transmit(target, job); !sent) {
                failLater(job, std::move(sent.error()));
                target.jobs.pop_front();
                continue;
            }
            return;
        }
    }

    /// True if the target's pause is not over; it proceeds by itself then.
    bool rests(Target& target) {
        const auto now = loop_.clock().steadyNow();
        if (target.options.pause <= Millis{0} || now >= target.rested) {
            return false;
        }
        if (!target.pause) {
            target.pause = loop_.after(std::chrono::ceil<Millis>(target.rested - now), "snmp.pause",
                                       [this, id = target.id] {
                                           if (auto* waiting = find(id)) {
                                               waiting->pause.reset();
                                               if (!waiting->flight && !waiting->queued) {
                                                   proceed(*waiting);
                                               }
                                           }
                                       });
        }
        return true;
    }

    Result<void> transmit(Target& target, Job& job) {
        if (target.peer) {
            return transmitV3(target, job);
        }
        MessageHeader header;
        header.version = target.options.version;
        header.community = target.options.community.reveal();
        header.requestId = requests_.add(target.id);
        auto bytes = encode(header, job);
        if (!bytes) {
            requests_.remove(header.requestId);
            return tl::unexpected<Error>(std::move(bytes.error()));
        }
        target.flight = std::make_unique<Flight>();
        target.flight->requestId = header.requestId;
        target.flight->bytes = std::move(*bytes);
        ++stats_.requests;
        sendNow(target, job);
        return {};
    }

    Result<void> transmitV3(Target& target, Job& job) {
        const auto& user = target.peer->user();
        if (auto why = guard_.refusal(target.options.endpoint, user.fingerprint(),
                                      loop_.clock().steadyNow())) {
            ++stats_.lockedOut;
            return fail(ErrorCode::AuthFailed, std::move(*why));
        }
        MessageHeader header;
        header.version = Version::V3;
        header.requestId = requests_.add(target.id);
        auto pdu = encode(header, job);
        if (!pdu) {
            requests_.remove(header.requestId);
            return tl::unexpected<Error>(std::move(pdu.error()));
        }
        target.flight = std::make_unique<Flight>();
        target.flight->requestId = header.requestId;
        target.flight->pduRequestId = header.requestId;
        target.flight->pdu = std::move(*pdu);
        target.peer->begin();
        return wrapAndSend(target, job);
    }

    /// The flight's PDU as the peer wants it now, under the flight's id.
    Result<void> wrapAndSend(Target& target, Job& job) {
        auto& flight = *target.flight;
        auto bytes = target.peer->message(flight.requestId, flight.pdu, loop_.clock().steadyNow());
        if (!bytes) {
            requests_.remove(flight.requestId);
            requests_.remove(flight.wholeId);
            target.flight.reset();
            return tl::unexpected<Error>(std::move(bytes.error()));
        }
        flight.bytes = std::move(*bytes);
        flight.tries = 1;
        ++stats_.requests;
        sendNow(target, job);
        return {};
    }

    /// A message, or the PDU of one of version 3.
    Result<std::vector<std::byte>> encode(MessageHeader header, Job& job) {
        if (!job.read) {
            header.type = PduType::Set;
            return codec_.encode(header, std::span<const VarBind>(job.setVarbinds));
        }
        return encode(header, job.read->next());
    }
    Result<std::vector<std::byte>> encode(MessageHeader header, const ReadPdu& pdu) {
        header.type = pdu.type;
        header.errorIndex = static_cast<std::int32_t>(pdu.maxRepetitions);
        return codec_.encode(header, std::span<const Oid>(pdu.names));
    }

    static void countBytes(Target& target, Job& job, std::size_t bytes) {
        target.traffic.bytes += bytes;
        job.bytes += bytes;
    }

    void sendNow(Target& target, Job& job) {
        auto& flight = *target.flight;
        ++job.pdus;
        ++target.traffic.packets;
        countBytes(target, job, flight.bytes.size());
        flight.sent = loop_.clock().steadyNow();
        // A SET may take its time, and should not be done twice for impatience.
        const bool patient = !job.read || flight.tries == target.options.retries + 1;
        flight.timer = loop_.after(target.roundTrip.timeout(patient), "snmp.timeout",
                                   [this, id = target.id] { onTimer(id); });
        // A failed send is like a lost one: the timer covers both.
        [[maybe_unused]] const auto sent = datagrams_.send(target.options.endpoint, flight.bytes);
    }

    /// Asks for what every agent answers: an answer to that, and none to the read, says that the
    /// agent drops large requests, or never answers this object. It takes the place of the last try
    /// of many names, so that a dead agent gets as many packets as ever. One name has all its
    /// tries; if they fail, and where one try is all that there is, an agent that did answer gets
    /// one more packet, once. False: nothing was sent.
    bool tryProbe(Target& target, Job& job) {
        auto& flight = *target.flight;
        if (!job.read || flight.probe || requests_.full() ||
            (target.peer && target.peer->engineId().empty())) {
            return false;
        }
        const auto retries = target.options.retries;
        const bool instead = job.read->asked() > 1 && flight.tries == retries;
        if (!instead && (flight.tries <= retries || !target.answers)) {
            return false;
        }
        const auto pdu = job.read->probe();
        if (!pdu) {
            return false;
        }
        MessageHeader header;
        header.version = target.options.version;
        header.community = target.options.community.reveal();
        header.requestId = requests_.add(target.id);
        auto bytes = encode(header, *pdu);
        if (bytes && target.peer) {
            flight.pdu = std::move(*bytes);
            bytes = target.peer->message(header.requestId, flight.pdu, loop_.clock().steadyNow());
        }
        if (!bytes) {
            requests_.remove(header.requestId);
            return false;
        }
        flight.probe = true;
        flight.wholeId = std::exchange(flight.requestId, header.requestId);
        flight.wholePduRequestId = std::exchange(flight.pduRequestId, header.requestId);
        flight.bytes = std::move(*bytes);
        ++flight.tries;
        ++stats_.retries;
        sendNow(target, job);
        return true;
    }

    /// Forgets what is in flight or queued.
    void release(Target& target) {
        if (target.flight) {
            loop_.cancel(target.flight->timer);
            requests_.remove(target.flight->requestId);
            requests_.remove(target.flight->wholeId);
            target.flight.reset();
            target.rested = loop_.clock().steadyNow() + target.options.pause;
        }
        target.queued = false;  // its place in the queue is skipped
    }

    /// Gives free places of the request table to those that wait longest.
    void pumpQueue() {
        while (!queue_.empty() && !requests_.full()) {
            auto* target = find(queue_.front());
            queue_.pop_front();
            if (target == nullptr || !std::exchange(target->queued, false)) {
                continue;
            }
            auto& job = target->jobs.front();
            if (auto sent = transmit(*target, job); !sent) {
                failLater(job, std::move(sent.error()));
                target->jobs.pop_front();
                proceed(*target);
            }
        }
    }

    void onTimer(TargetId id) {
        auto* target = find(id);
        if (target == nullptr || !target->flight) {
            return;
        }
        auto& job = target->jobs.front();
        target->roundTrip.backOff();
        if (tryProbe(*target, job)) {
            return;
        }
        if (target->flight->tries <= target->options.retries) {
            ++target->flight->tries;
            ++stats_.retries;
            sendNow(*target, job);
            return;
        }
        ++stats_.timeouts;
        target->answers = false;
        target->roundTrip.forget();
        release(*target);
        if (job.read && job.read->onSilence()) {
            proceed(*target);
            pumpQueue();
            return;
        }
        auto text = "no answer from " + target->options.endpoint.toString();
        if (target->peer) {
            if (const auto meaning = target->peer->onSilence(); !meaning.empty()) {
                text += "; " + meaning;
            }
        }
        complete(*target, Error{ErrorCode::Timeout, std::move(text)});
    }

    void onDatagram(const net::Endpoint& from, std::span<const std::byte> bytes) {
        if (v3::isV3(bytes)) {
            onV3Datagram(from, bytes);
            return;
        }
        auto message = codec_.decode(bytes);
        if (!message || message->type != PduType::Response) {
            ++stats_.malformed;
            return;
        }
        auto* target = waitingFor(message->requestId, from);
        if (target == nullptr) {
            return;
        }
        if (message->version != target->options.version ||
            message->community != target->options.community.reveal()) {
            ++stats_.malformed;
            return;
        }
        const auto id = message->requestId;
        onAnswer(*target, std::move(*message), id, bytes.size());
    }

    /// Null, and counted, if nobody waits for this id from there.
    Target* waitingFor(std::int32_t requestId, const net::Endpoint& from) {
        const auto owner = requests_.find(requestId);
        auto* target = owner ? find(*owner) : nullptr;
        if (target == nullptr) {
            ++stats_.lateDuplicates;
            return nullptr;
        }
        if (from != target->options.endpoint) {
            ++stats_.wrongSource;
            return nullptr;
        }
        return target;
    }

    void onV3Datagram(const net::Endpoint& from, std::span<const std::byte> bytes) {
        const auto envelope = v3::parse(bytes);
        if (!envelope) {
            ++stats_.malformed;
            return;
        }
        auto* target = waitingFor(envelope->msgId, from);
        if (target == nullptr) {
            return;
        }
        if (!target->peer) {
            ++stats_.malformed;
            return;
        }
        const auto now = loop_.clock().steadyNow();
        const auto& flight = *target->flight;
        const bool whole = envelope->msgId == flight.wholeId;
        auto outcome = target->peer->onMessage(
            *envelope, whole ? flight.wholePduRequestId : flight.pduRequestId, now);
        stats_.reports += outcome.report ? 1U : 0U;
        const auto& user = target->peer->user().fingerprint();
        switch (outcome.next) {
            case V3Peer::Next::Malformed:
                ++stats_.malformed;
                return;
            case V3Peer::Next::Unauthentic:
                ++stats_.unauthentic;
                return;
            case V3Peer::Next::Downgraded:
                ++stats_.downgraded;
                return;
            case V3Peer::Next::Keys:
                waitForKeys(*target, bytes.size());
                return;
            case V3Peer::Next::Again:
                sendAgain(*target, bytes.size());
                return;
            case V3Peer::Next::Fail:
                if (outcome.userRefused) {
                    guard_.refused(target->options.endpoint, user, outcome.error.text, now);
                }
                ++stats_.responses;
                release(*target);
                countBytes(*target, target->jobs.front(), bytes.size());
                complete(*target, std::move(outcome.error));
                return;
            case V3Peer::Next::Answer:
                guard_.succeeded(target->options.endpoint, user);
                onAnswer(*target, std::move(outcome.message), envelope->msgId, bytes.size());
                return;
        }
    }

    /// The request in flight rests, without a place in the table, until the peer has its keys.
    void waitForKeys(Target& target, std::size_t size) {
        ++stats_.responses;
        countBytes(target, target.jobs.front(), size);
        auto& flight = *target.flight;
        loop_.cancel(flight.timer);
        requests_.remove(std::exchange(flight.requestId, 0));
        requests_.remove(std::exchange(flight.wholeId, 0));
        keys_.make(target.peer->sharedUser(), target.peer->wantedEngine(),
                   [this, id = target.id](UsmKeyRing::Keys keys) { onKeys(id, std::move(keys)); });
        pumpQueue();
    }

    void onKeys(TargetId id, UsmKeyRing::Keys keys) {
        auto* target = find(id);
        if (target == nullptr || !target->flight || target->flight->requestId != 0) {
            return;
        }
        auto outcome = target->peer->onKeys(std::move(keys));
        if (outcome.next == V3Peer::Next::Fail) {
            release(*target);
            complete(*target, std::move(outcome.error));
            return;
        }
        goOn(id);
    }

    /// What rested is sent as soon as there is a place.
    void goOn(TargetId id) {
        auto* target = find(id);
        if (target == nullptr || !target->flight || target->flight->requestId != 0) {
            return;
        }
        if (requests_.full()) {
            constexpr Millis kLater{50};
            target->flight->timer = loop_.after(kLater, "snmp.keys", [this, id] { goOn(id); });
            return;
        }
        sendUnderNewId(*target, target->jobs.front());
    }

    /// The request in flight once more, under a new id: the peer has learned something.
    void sendAgain(Target& target, std::size_t size) {
        ++stats_.responses;
        auto& job = target.jobs.front();
        countBytes(target, job, size);
        loop_.cancel(target.flight->timer);
        requests_.remove(target.flight->requestId);
        sendUnderNewId(target, job);  // into the place that has just become free
    }
    void sendUnderNewId(Target& target, Job& job) {
        auto& flight = *target.flight;
        flight.requestId = requests_.add(target.id);
        if (auto sent = wrapAndSend(target, job); !sent) {
            complete(target, std::move(sent.error()));
        }
    }

    /// `requestId`: of the message that is answered.
    void onAnswer(Target& target, Message message, std::int32_t requestId, std::size_t size) {
        ++stats_.responses;
        target.answers = true;
        if (message.errorStatus == kTooBig) {
            ++stats_.tooBig;
        }
        const bool probe = target.flight->probe && requestId != target.flight->wholeId;
        if (probe || target.flight->tries == 1) {  // Karn: a repeated request tells no round trip
            target.roundTrip.sample(std::chrono::duration_cast<std::chrono::microseconds>(
                loop_.clock().steadyNow() - target.flight->sent));
        }
        release(target);
        auto& job = target.jobs.front();
        countBytes(target, job, size);
        if (probe) {
            onUnanswered(target, job);
            return;
        }
        if (!job.read) {
            SetRefusal refusal;
            refusal.errorStatus = message.errorStatus;
            refusal.errorIndex =
                static_cast<std::uint32_t>(message.errorIndex < 0 ? 0 : message.errorIndex);
            complete(target, refusal);
            return;
        }
        job.read->onResponse(std::move(message));
        goOnReading(target, job);
    }

    void goOnReading(Target& target, Job& job) {
        if (job.read->finished()) {
            tellLimits(target);
            complete(target, SetRefusal{});
            return;
        }
        proceed(target);
        pumpQueue();
    }

    /// The agent is there, and did not answer what it was asked.
    void onUnanswered(Target& target, Job& job) {
        if (job.read->onUnanswered()) {
            goOnReading(target, job);
            return;
        }
        ++stats_.timeouts;
        complete(target, Error{ErrorCode::Timeout, target.options.endpoint.toString() +
                                                       " answers, but not to what it is asked"});
    }

    void tellLimits(Target& target) {
        const auto limits = target.memory.learned();
        if (limits != target.told && !target.memory.growing()) {
            target.told = limits;
            LOG_INFO("snmp", "agent.limited", {"address", target.options.endpoint.toString()},
                     {"max_varbinds", limits.maxVarbinds}, {"reply_varbinds", limits.replyVarbinds},
                     {"no_bulk", limits.noBulk ? "yes" : "no"},
                     {"silent_objects", limits.silentObjects});
        }
    }

    /// Takes the first job off, starts the next one, and only then calls back: the callback may do
    /// anything, even remove the target.
    void complete(Target& target, Result<SetRefusal> outcome) {
        auto job = std::move(target.jobs.front());
        target.jobs.pop_front();
        proceed(target);
        pumpQueue();
        if (!job.read) {
            job.setDone(std::move(outcome));
        } else if (!outcome) {
            job.readDone(tl::unexpected<Error>(std::move(outcome.error())));
        } else {
            job.readDone(resultOf(job));
        }
    }
    void complete(Target& target, Error error) {
        complete(target, Result<SetRefusal>(tl::unexpected<Error>(std::move(error))));
    }

    Result<ReadResult> resultOf(Job& job) const {
        auto varbinds = job.read->takeVarbinds();
        if (!varbinds) {
            return tl::unexpected<Error>(std::move(varbinds.error()));
        }
        ReadResult result;
        result.varbinds = std::move(*varbinds);
        result.pdus = job.pdus;
        result.bytes = job.bytes;
        result.took = std::chrono::duration_cast<Millis>(loop_.clock().steadyNow() - *job.begun);
        result.problems = job.read->takeProblems();
        return result;
    }

    /// For outcomes that are known inside read, set or removeTarget.
    void finishLater(Job& job) {
        loop_.post([done = std::move(job.readDone), result = resultOf(job)]() mutable {
            done(std::move(result));
        });
    }
    void failLater(Job& job, Error error) {
        if (job.readDone) {
            loop_.post([done = std::move(job.readDone), error = std::move(error)]() mutable {
                done(tl::unexpected<Error>(std::move(error)));
            });
        } else {
            loop_.post([done = std::move(job.setDone), error = std::move(error)]() mutable {
                done(tl::unexpected<Error>(std::move(error)));
            });
        }
    }

    net::Loop& loop_;
    net::Datagrams& datagrams_;
    Codec codec_;
    RequestTable requests_;
    UsmKeyRing keys_;  // before the targets, whose peers use it
    SaltCounter salts_;
    CredentialGuard guard_;
    std::unordered_map<TargetId, std::unique_ptr<Target>> targets_;
    std::unordered_map<net::Endpoint, KeptSizes> kept_;
    std::deque<TargetId> queue_;
    std::uint32_t lastTarget_ = 0;
    EngineStats stats_;
    std::shared_ptr<SnmpEngine*> self_;
};

}  // namespace

std::string_view toString(Version version) {
    switch (version) {
        case Version::V1:
            return "SNMPv1";
        case Version::V2c:
            return "SNMPv2c";
        case Version::V3:
            return "SNMPv3";
    }
    return "SNMPv2c";
}

std::unique_ptr<Engine> makeEngine(net::Loop& loop, net::Datagrams& datagrams) {
    return std::make_unique<SnmpEngine>(loop, datagrams, nullptr);
}

std::unique_ptr<Engine> makeEngine(net::Loop& loop,
                                   net::Datagrams& datagrams,
                                   net::Background& background) {
    return std::make_unique<SnmpEngine>(loop, datagrams, &background);
}

}  // namespace platen::snmp
