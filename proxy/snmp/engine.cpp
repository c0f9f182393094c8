// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/engine.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "proxy/snmp/agent_memory.hpp"
#include "proxy/snmp/message.hpp"
#include "proxy/snmp/netsnmp_codec.hpp"
#include "proxy/snmp/read_exchange.hpp"
#include "proxy/snmp/request_table.hpp"
#include "proxy/snmp/round_trip.hpp"

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
    bool queued = false;  // waits for a place in the request table
};

class SnmpEngine final : public Engine {
  public:
    SnmpEngine(net::Loop& loop, net::Datagrams& datagrams)
        : loop_(loop),
          datagrams_(datagrams),
          requests_(SystemRandom().below(std::numeric_limits<std::uint64_t>::max())),
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
        targets_.emplace(id, std::make_unique<Target>(id, std::move(options)));
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
        complete(*target, Error{ErrorCode::Timeout,
                                "no answer from " + target->options.endpoint.toString()});
    }

    void onDatagram(const net::Endpoint& from, std::span<const std::byte> bytes) {
        auto message = codec_.decode(bytes);
        if (!message || message->type != PduType::Response) {
            ++stats_.malformed;
            return;
        }
        const auto owner = requests_.find(message->requestId);
        auto* target = owner ? find(*owner) : nullptr;
        if (target == nullptr) {
            ++stats_.lateDuplicates;
            return;
        }
        if (from != target->options.endpoint) {
            ++stats_.wrongSource;
            return;
        }
        if (message->version != target->options.version ||
            message->community != target->options.community.reveal()) {
            ++stats_.malformed;
            return;
        }
        onAnswer(*target, std::move(*message), bytes.size());
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
    std::unordered_map<TargetId, std::unique_ptr<Target>> targets_;
    std::deque<TargetId> queue_;
    std::uint32_t lastTarget_ = 0;
    EngineStats stats_;
    std::shared_ptr<SnmpEngine*> self_;
};

}  // namespace

std::unique_ptr<Engine> makeEngine(net::Loop& loop, net::Datagrams& datagrams) {
    return std::make_unique<SnmpEngine>(loop, datagrams);
}

}  // namespace platen::snmp
