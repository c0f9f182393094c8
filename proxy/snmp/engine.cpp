// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/engine.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "proxy/snmp/agent_memory.hpp"
#include "proxy/snmp/credential_guard.hpp"
#include "proxy/snmp/message.hpp"
#include "proxy/snmp/netsnmp_codec.hpp"
#include "proxy/snmp/read_exchange.hpp"
#include "proxy/snmp/request_table.hpp"
#include "proxy/snmp/round_trip.hpp"
#include "proxy/snmp/usm_keys.hpp"
#include "proxy/snmp/v3_message.hpp"
#include "proxy/snmp/v3_peer.hpp"

#include <cstddef>
#include <deque>
#include <limits>
#include <list>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

namespace platen::snmp {

namespace {

using ReadDone = UniqueFunction<void(Result<ReadResult>)>;
using SetDone = UniqueFunction<void(Result<SetRefusal>)>;

/// A read or a SET of one target, waiting or running.
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
    std::string pdu;
    std::int32_t pduRequestId = 0;
};

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
};

class SnmpEngine final : public Engine {
  public:
    SnmpEngine(net::Loop& loop, net::Datagrams& datagrams)
        : loop_(loop),
          datagrams_(datagrams),
          requests_(SystemRandom().below(std::numeric_limits<std::uint64_t>::max())),
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
        }
    }

    TargetId addTarget(TargetOptions options) override {
        const TargetId id{++lastTarget_};
        auto target = std::make_unique<Target>(id, std::move(options));
        if (target->options.version == Version::V3) {
            target->peer = std::make_unique<V3Peer>(target->options.user, keys_, salts_);
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

  private:
    Target* find(TargetId id) {
        const auto found = targets_.find(id);
        return found == targets_.end() ? nullptr : found->second.get();
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
        // The codec makes community messages; their PDU is that of version 3 (RFC 3416).
        MessageHeader header;
        header.version = Version::V2c;
        header.community = "-";
        header.requestId = requests_.add(target.id);
        const auto bytes = encode(header, job);
        if (!bytes) {
            requests_.remove(header.requestId);
            return tl::unexpected<Error>(bytes.error());
        }
        target.flight = std::make_unique<Flight>();
        target.flight->requestId = header.requestId;
        target.flight->pduRequestId = header.requestId;
        target.flight->pdu.assign(v3::pduOf(*bytes));
        target.peer->begin();
        return wrapAndSend(target, job);
    }

    /// The flight's PDU as the peer wants it now, under the flight's id.
    Result<void> wrapAndSend(Target& target, Job& job) {
        auto& flight = *target.flight;
        auto bytes = target.peer->message(flight.requestId, flight.pdu, loop_.clock().steadyNow());
        if (!bytes) {
            requests_.remove(flight.requestId);
            target.flight.reset();
            return tl::unexpected<Error>(std::move(bytes.error()));
        }
        flight.bytes = std::move(*bytes);
        flight.tries = 1;
        ++stats_.requests;
        sendNow(target, job);
        return {};
    }

    Result<std::vector<std::byte>> encode(MessageHeader header, Job& job) {
        if (!job.read) {
            header.type = PduType::Set;
            return codec_.encode(header, std::span<const VarBind>(job.setVarbinds));
        }
        const auto pdu = job.read->next();
        header.type = pdu.type;
        header.errorIndex = static_cast<std::int32_t>(pdu.maxRepetitions);
        return codec_.encode(header, std::span<const Oid>(pdu.names));
    }

    void sendNow(Target& target, Job& job) {
        auto& flight = *target.flight;
        ++job.pdus;
        job.bytes += flight.bytes.size();
        flight.sent = loop_.clock().steadyNow();
        // A SET may take its time, and should not be done twice for impatience.
        const bool patient = !job.read || flight.tries > target.options.retries;
        flight.timer = loop_.after(target.roundTrip.timeout(patient), "snmp.timeout",
                                   [this, id = target.id] { onTimer(id); });
        // A failed send is like a lost one: the timer covers both.
        [[maybe_unused]] const auto sent = datagrams_.send(target.options.endpoint, flight.bytes);
    }

    /// Forgets what is in flight or queued.
    void release(Target& target) {
        if (target.flight) {
            loop_.cancel(target.flight->timer);
            requests_.remove(target.flight->requestId);
            target.flight.reset();
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
        if (target->flight->tries <= target->options.retries) {
            ++target->flight->tries;
            ++stats_.retries;
            sendNow(*target, job);
            return;
        }
        ++stats_.timeouts;
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
        onAnswer(*target, std::move(*message), bytes.size());
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
        auto outcome = target->peer->onMessage(*envelope, target->flight->pduRequestId, now);
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
            case V3Peer::Next::Again:
                sendAgain(*target, bytes.size());
                return;
            case V3Peer::Next::Fail:
                if (outcome.userRefused) {
                    guard_.refused(target->options.endpoint, user, outcome.error.text, now);
                }
                ++stats_.responses;
                release(*target);
                target->jobs.front().bytes += bytes.size();
                complete(*target, std::move(outcome.error));
                return;
            case V3Peer::Next::Answer:
                guard_.succeeded(target->options.endpoint, user);
                onAnswer(*target, std::move(outcome.message), bytes.size());
                return;
        }
    }

    /// The request in flight once more, under a new id: the peer has learned something.
    void sendAgain(Target& target, std::size_t size) {
        ++stats_.responses;
        auto& job = target.jobs.front();
        job.bytes += size;
        auto& flight = *target.flight;
        loop_.cancel(flight.timer);
        requests_.remove(flight.requestId);
        flight.requestId = requests_.add(target.id);  // into the place that has just become free
        if (auto sent = wrapAndSend(target, job); !sent) {
            complete(target, std::move(sent.error()));
        }
    }

    void onAnswer(Target& target, Message message, std::size_t size) {
        ++stats_.responses;
        if (message.errorStatus == kTooBig) {
            ++stats_.tooBig;
        }
        if (target.flight->tries == 1) {  // Karn: a repeated request tells no round trip
            target.roundTrip.sample(std::chrono::duration_cast<std::chrono::microseconds>(
                loop_.clock().steadyNow() - target.flight->sent));
        }
        release(target);
        auto& job = target.jobs.front();
        job.bytes += size;
        if (!job.read) {
            SetRefusal refusal;
            refusal.errorStatus = message.errorStatus;
            refusal.errorIndex =
                static_cast<std::uint32_t>(message.errorIndex < 0 ? 0 : message.errorIndex);
            complete(target, refusal);
            return;
        }
        job.read->onResponse(std::move(message));
        if (job.read->finished()) {
            complete(target, SetRefusal{});
            return;
        }
        proceed(target);
        pumpQueue();
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
    return std::make_unique<SnmpEngine>(loop, datagrams);
}

}  // namespace platen::snmp
