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

/// Runs that are sorted each, into one sorted vector without duplicates.
std::vector<VarBind> merge(std::vector<std::span<VarBind* const>> runs) {
    std::ranges::sort(runs, {}, [](const auto& run) -> const Oid& { return run.front()->oid; });
    std::vector<VarBind> all;
    std::size_t size = 0;
    for (const auto& run : runs) {
        size += run.size();
    }
    all.reserve(size);
    bool sorted = true;
    for (const auto& run : runs) {
        // Inside a run they grow; only the seams can be wrong.
        sorted = sorted && (all.empty() || all.back().oid < run.front()->oid);
        for (auto* varbind : run) {
            if (varbind->value.isValue()) {
                all.push_back(std::move(*varbind));
            }
        }
    }
    if (!sorted) {  // a scalar inside a column, or a column asked twice
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
}

ReadPdu ReadExchange::next() {
    ++pdus_;
    askingScalars_ = !scalars_.finished();
    return askingScalars_ ? scalars_.next() : tables_.next();
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
    auto runs = tables_.found();
    auto scalars = scalars_.take();
    std::vector<VarBind*> scalarRun;
    scalarRun.reserve(scalars.size());
    for (auto& scalar : scalars) {
        scalarRun.push_back(&scalar);
    }
    // Each by itself: columns lie between them, so that they are no run.
    for (const auto& scalar : scalarRun) {
        runs.emplace_back(&scalar, 1);
    }
    return merge(std::move(runs));
}

}  // namespace platen::snmp
