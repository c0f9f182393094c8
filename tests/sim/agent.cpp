// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/agent.hpp"

#include <algorithm>

namespace platen::sim {

namespace {

/// Most repetitions that are looked at; real agents stop far earlier.
constexpr std::int64_t kMaxRepetitions = 10'000;

SnmpValue exception(SnmpType type) {
    SnmpValue value;
    value.type = type;
    return value;
}

/// Names that v1 does not have (RFC 3584 4.4).
ErrorStatus forVersion1(ErrorStatus status) {
    switch (status) {
        case ErrorStatus::NoError:
        case ErrorStatus::TooBig:
        case ErrorStatus::NoSuchName:
        case ErrorStatus::BadValue:
        case ErrorStatus::GenErr:
            return status;
        case ErrorStatus::WrongType:
            return ErrorStatus::BadValue;
        case ErrorStatus::NoAccess:
        case ErrorStatus::NoCreation:
        case ErrorStatus::NotWritable:
            return ErrorStatus::NoSuchName;
    }
    return ErrorStatus::GenErr;
}

bool isCounter64(const Printer::Object& object) {
    return object.encoded.empty() ? object.made.type == SnmpType::Counter64
                                  : object.value().type == SnmpType::Counter64;
}

/// noSuchInstance where the printer has another instance of the object, noSuchObject otherwise.
SnmpType whyMissing(const Printer& printer, OidView oid, SteadyTime now) {
    const OidView column = oid.first(oid.size() - 1);  // readOid gives at least two
    auto cursor = printer.after(column);
    const auto next = printer.step(cursor, now);
    const bool sibling = next && next->oid.size() > column.size() &&
                         std::ranges::equal(next->oid.first(column.size()), column);
    return sibling ? SnmpType::NoSuchInstance : SnmpType::NoSuchObject;
}

}  // namespace

bool Agent::mayAnswer(const Printer& printer, const Request& request, SteadyTime now) const {
    const PrinterOptions& options = printer.options();
    const bool known =
        request.community == options.community ||
        (!options.writeCommunity.empty() && request.community == options.writeCommunity);
    const bool bulk = request.pdu == kTagGetBulk;
    return known && printer.isUp(now) && !options.faults.silent &&
           !(options.faults.v1Only && request.version != Version::V1) &&
           !(bulk && (options.faults.noBulk || request.version == Version::V1));
}

bool Agent::addObject(const Printer& printer, const Printer::Object& object) {
    muted_ = muted_ || underAny(object.oid, printer.faults().mute);
    return object.encoded.empty() ? reply_.add(object.oid, object.made)
                                  : reply_.add(object.encoded);
}

Agent::Problem Agent::get(const Printer& printer, const Request& request, SteadyTime now) {
    for (std::size_t i = 0; i < request.binds.size(); ++i) {
        const OidView oid = request.oid(i);
        const auto object = printer.find(oid, now);
        bool fits = true;
        if (object && !(request.version == Version::V1 && isCounter64(*object))) {
            fits = addObject(printer, *object);
        } else if (request.version == Version::V1) {
            return {ErrorStatus::NoSuchName, i + 1};
        } else {
            fits = reply_.add(oid, exception(whyMissing(printer, oid, now)));
        }
        if (!fits) {
            return {ErrorStatus::TooBig, 0};
        }
    }
    return {};
}

void Agent::startColumns(const Printer& printer, const Request& request) {
    columns_.resize(request.binds.size());
    for (std::size_t i = 0; i < request.binds.size(); ++i) {
        columns_[i].name = request.oid(i);
        columns_[i].cursor = printer.after(columns_[i].name);
    }
}

Agent::Problem Agent::getNext(const Printer& printer, const Request& request, SteadyTime now) {
    startColumns(printer, request);
    const Faults& faults = printer.faults();
    const bool endless = faults.endlessWalk || faults.nonGrowing;
    for (std::size_t i = 0; i < request.binds.size(); ++i) {
        if (request.version == Version::V1 && !endless) {
            auto object = printer.step(columns_[i].cursor, now);
            while (object && isCounter64(*object)) {  // RFC 3584 4.2.2.1: v1 steps over them
                object = printer.step(columns_[i].cursor, now);
            }
            if (!object) {
                return {ErrorStatus::NoSuchName, i + 1};
            }
            if (!addObject(printer, *object)) {
                return {ErrorStatus::TooBig, 0};
            }
        } else if (!addNext(printer, i, now)) {
            return {ErrorStatus::TooBig, 0};
        }
    }
    return {};
}

bool Agent::addNext(const Printer& printer, std::size_t index, SteadyTime now) {
    Column& column = columns_[index];
    const Faults& faults = printer.faults();
    const auto object = printer.step(column.cursor, now);
    column.moved = object || faults.nonGrowing || faults.endlessWalk;
    if (faults.nonGrowing) {
        return reply_.add(column.name, object ? object->value() : SnmpValue::integer(0));
    }
    if (object) {
        column.name = object->oid;
        return addObject(printer, *object);
    }
    if (!faults.endlessWalk || !isEncodableOid(column.name)) {
        return reply_.add(column.name, exception(SnmpType::EndOfMibView));
    }
    // an agent whose last table has no end: the last sub-identifier goes on growing
    std::vector<std::uint32_t> next(column.name.begin(), column.name.end());
    ++next.back();
    column.invented = std::move(next);
    column.name = column.invented;
    return reply_.add(column.name, SnmpValue::integer(0));
}

void Agent::getBulk(const Printer& printer, const Request& request, SteadyTime now) {
    startColumns(printer, request);
    const auto total = static_cast<std::int64_t>(columns_.size());
    const auto single =
        static_cast<std::size_t>(std::clamp<std::int64_t>(request.nonRepeaters, 0, total));
    const std::int64_t rounds =
        std::clamp<std::int64_t>(request.maxRepetitions, 0, kMaxRepetitions);
    for (std::size_t i = 0; i < single; ++i) {
        if (!addNext(printer, i, now)) {
            return;
        }
    }
    bool more = single < columns_.size();
    for (std::int64_t round = 0; round < rounds && more; ++round) {
        more = false;  // RFC 3416 4.2.3: may stop when a whole round is endOfMibView
        for (std::size_t i = single; i < columns_.size(); ++i) {
            if (!addNext(printer, i, now)) {
                return;
            }
            more = more || columns_[i].moved;
        }
    }
}

Agent::Problem Agent::set(Printer& printer, const Request& request, SteadyTime now) {
    const std::string& community = printer.options().writeCommunity;
    if (!community.empty() && request.community != community) {
        return {ErrorStatus::NoAccess, 1};
    }
    for (const Request::Bind& bind : request.binds) {
        if (!reply_.add(bind.whole)) {
            return {ErrorStatus::TooBig, 0};
        }
    }
    const auto outcome = printer.setRequest(request, now);
    return {outcome.status, outcome.index};
}

ByteView Agent::fail(const Request& request, Problem problem) {
    reply_.clear();
    const bool v1 = request.version == Version::V1;
    if (v1 || problem.status != ErrorStatus::TooBig) {  // RFC 3416 4.2.1: tooBig has no bindings
        for (const Request::Bind& bind : request.binds) {
            if (!reply_.add(bind.whole)) {
                break;
            }
        }
    }
    return reply_.finish(v1 ? forVersion1(problem.status) : problem.status, problem.index);
}

ByteView Agent::spoil(ByteView reply, const Faults& faults) {
    spoilt_.assign(reply.begin(), reply.end());
    if (faults.wrongId) {
        BerReader message(BerReader(reply).next().value_or(BerElement{}).content);
        (void)message.next();
        (void)message.next();
        BerReader pdu(message.next().value_or(BerElement{}).content);
        const ByteView id = pdu.next().value_or(BerElement{}).content;
        spoilt_[static_cast<std::size_t>(id.data() - reply.data()) + id.size() - 1] ^= 0x55U;
    }
    if (faults.badBer) {  // a wrong outer length, and the last quarter missing
        spoilt_[1] ^= 0x05U;
        spoilt_.resize(spoilt_.size() - spoilt_.size() / 4);
    }
    return spoilt_;
}

std::optional<ByteView> Agent::respond(Printer& printer, const Request& request, SteadyTime now) {
    PrinterCounts& counts = printer.counts();
    printer.tick(now);
    if (!mayAnswer(printer, request, now)) {
        ++counts.dropped;
        return std::nullopt;
    }
    const Faults& active = printer.faults();
    reply_.start(request, active.maxBytes);
    muted_ = false;
    Problem problem;
    switch (request.pdu) {
        case kTagGet:
            ++counts.gets;
            problem = get(printer, request, now);
            break;
        case kTagGetNext:
            ++counts.getNexts;
            problem = getNext(printer, request, now);
            break;
        case kTagGetBulk:
            ++counts.getBulks;
            getBulk(printer, request, now);
            break;
        default:
            ++counts.sets;
            problem = set(printer, request, now);
            break;
    }
    if (problem.status == ErrorStatus::NoError && active.tooBig != 0 &&
        reply_.count() > active.tooBig) {
        problem = {ErrorStatus::TooBig, 0};
    }
    const bool tooMany = active.dropAbove != 0 && (request.binds.size() > active.dropAbove ||
                                                   reply_.count() > active.dropAbove);
    const ByteView reply = problem.status == ErrorStatus::NoError
                               ? reply_.finish(ErrorStatus::NoError, 0)
                               : fail(request, problem);
    if (tooMany || muted_ || (active.dropBytes != 0 && reply.size() > active.dropBytes)) {
        ++counts.dropped;
        return std::nullopt;
    }
    ++counts.replies;
    if (problem.status == ErrorStatus::NoError) {
        counts.varbinds += reply_.count();
    }
    return active.wrongId || active.badBer ? spoil(reply, active) : reply;
}

}  // namespace platen::sim
