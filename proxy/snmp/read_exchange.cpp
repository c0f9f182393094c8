// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/read_exchange.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace platen::snmp {

namespace {

// BER packs the first two sub-identifiers into one, so that one alone has no encoding.
constexpr std::size_t kMinColumnLength = 2;
constexpr std::size_t kMinInstanceLength = 3;

const Oid kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3};
const Oid kSysUpTimeInstance{1, 3, 6, 1, 2, 1, 1, 3, 0};

std::vector<Oid> longEnough(std::vector<Oid> oids, std::size_t shortest, Problems& problems) {
    std::erase_if(oids, [&](const Oid& oid) {
        if (oid.size() >= shortest) {
            return false;
        }
        problems.add("read of", oid, "left out: OID is too short");
        return true;
    });
    return oids;
}

/// Without those that the agent has not. A read that `mustAsk` keeps one: its answer tells that the
/// agent is there.
std::vector<Oid> known(std::vector<Oid> scalars, AgentMemory& memory, bool mustAsk, bool askAgain) {
    if (askAgain) {
        memory.forgetAbsent();
    }
    std::erase_if(scalars, [&memory](const Oid& scalar) { return memory.isSilent(scalar); });
    if (!memory.missesScalars()) {
        return scalars;
    }
    const auto absent =
        std::stable_partition(scalars.begin(), scalars.end(),
                              [&memory](const Oid& scalar) { return !memory.isAbsent(scalar); });
    const bool none = absent == scalars.begin() && absent != scalars.end();
    scalars.erase(none && mustAsk ? std::next(absent) : absent, scalars.end());
    return scalars;
}

std::vector<std::vector<Oid>> validTables(std::vector<std::vector<Oid>> tables,
                                          Problems& problems) {
    for (auto& columns : tables) {
        columns = longEnough(std::move(columns), kMinColumnLength, problems);
    }
    return tables;
}

using Run = std::span<VarBind* const>;

const Oid& firstOf(const Run& run) {
    return run.front()->oid;
}

/// Sorted runs and sorted scalars, into one sorted vector without duplicates.
std::vector<VarBind> merge(std::vector<Run> runs, std::vector<VarBind> scalars) {
    // Maps ask in this order, so that mostly nothing is to be done.
    if (!std::ranges::is_sorted(runs, {}, firstOf)) {
        std::ranges::sort(runs, {}, firstOf);
    }
    std::size_t size = scalars.size();
    for (const auto& run : runs) {
        size += run.size();
    }
    std::vector<VarBind> all;
    all.reserve(size);
    auto scalar = scalars.begin();
    const auto scalarsBefore = [&](const Oid& oid) {
        for (; scalar != scalars.end() && scalar->oid < oid; ++scalar) {
            all.push_back(std::move(*scalar));
        }
    };
    bool sorted = true;
    for (const auto& run : runs) {
        sorted = sorted && (all.empty() || all.back().oid < firstOf(run));
        scalarsBefore(firstOf(run));
        const bool between = scalar != scalars.end() && scalar->oid <= run.back()->oid;
        for (auto* varbind : run) {
            if (between) {
                scalarsBefore(varbind->oid);
            }
            const bool asScalar = between && scalar != scalars.end() && scalar->oid == varbind->oid;
            if (varbind->value.isValue() && !asScalar) {
                all.push_back(std::move(*varbind));
            }
        }
    }
    std::move(scalar, scalars.end(), std::back_inserter(all));
    if (!sorted) {  // a column asked twice, or one inside another
        std::ranges::stable_sort(all, {}, &VarBind::oid);
        const auto same = [](const VarBind& a, const VarBind& b) { return a.oid == b.oid; };
        all.erase(std::unique(all.begin(), all.end(), same), all.end());
    }
    return all;
}

}  // namespace

ReadExchange::ReadExchange(ReadRequest request, AgentMemory& memory)
    : scalars_(known(longEnough(std::move(request.scalars), kMinInstanceLength, problems_),
                     memory,
                     request.tables.empty(),
                     request.forgetAbsent),
               request.walkOnly,
               memory,
               problems_),
      tables_(validTables(std::move(request.tables), problems_),
              request.maxVarbinds,
              memory,
              problems_) {
    memory.tighten(request.limits);
    tables_.beginAfter(request.after);
    if (finished() && memory.anyUnanswered()) {
        scalars_.add(kSysUpTimeInstance);  // all is left out; that the agent is there must be seen
    }
}

ReadPdu ReadExchange::next() {
    ++pdus_;
    askingScalars_ = !scalars_.finished();
    auto pdu = askingScalars_ ? scalars_.next() : tables_.next();
    asksForProbe_ =
        pdu.names.size() == 1 && (pdu.names[0] == kSysUpTimeInstance || pdu.names[0] == kSysUpTime);
    return pdu;
}

std::optional<ReadPdu> ReadExchange::probe() const {
    const bool get = askingScalars_ && !scalars_.walking();
    if (asksForProbe_ || (!askingScalars_ && tables_.askedBulk())) {
        return std::nullopt;
    }
    ReadPdu pdu;
    pdu.type = get ? PduType::Get : PduType::GetNext;
    pdu.names.push_back(get ? kSysUpTimeInstance : kSysUpTime);
    return pdu;
}

bool ReadExchange::onUnanswered() {
    unanswered_ += asked() == 1 ? 1U : 0U;
    if (unanswered_ > kMaxUnanswered || pdus_ >= kMaxPdus) {
        return false;
    }
    if (askingScalars_) {
        scalars_.onUnanswered();
    } else {
        tables_.onUnanswered();
    }
    if (finished()) {
        tables_.remember();
    }
    return true;
}

void ReadExchange::onResponse(Message message) {
    ++answers_;
    // A v1 agent without any of the objects is well.
    if (message.errorStatus == kNoError || message.errorStatus == kNoSuchName) {
        ++goodAnswers_;
    }
    if (askingScalars_) {
        scalars_.onResponse(message);
    } else {
        tables_.onResponse(message);
    }
    if (pdus_ >= kMaxPdus) {
        tables_.stopAll("too many requests");
    }
    if (finished()) {
        tables_.remember();
    }
}

bool ReadExchange::onSilence() {
    return !askingScalars_ && tables_.onSilence();
}

Result<std::vector<VarBind>> ReadExchange::takeVarbinds() {
    if (answers_ > 0 && goodAnswers_ == 0) {
        auto problems = problems_.take();
        return fail(ErrorCode::Unsupported,
                    "agent answers only with errors" +
                        (problems.empty() ? std::string() : ": " + problems.front()));
    }
    return merge(tables_.found(), scalars_.take());
}

}  // namespace platen::snmp
