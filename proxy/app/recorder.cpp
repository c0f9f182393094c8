// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/recorder.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace platen::app {

namespace {

const Oid& enterprises() {
    static const Oid kOid{1, 3, 6, 1, 4, 1};
    return kOid;
}

}  // namespace

std::vector<Oid> recordedSubtrees() {
    return {{1, 3, 6, 1, 2, 1, 1},           // system
            {1, 3, 6, 1, 2, 1, 2},           // interfaces
            {1, 3, 6, 1, 2, 1, 4, 20},       // ipAddrTable
            {1, 3, 6, 1, 2, 1, 4, 34},       // ipAddressTable
            {1, 3, 6, 1, 2, 1, 25, 1},       // hrSystem
            {1, 3, 6, 1, 2, 1, 25, 2},       // hrStorage
            {1, 3, 6, 1, 2, 1, 25, 3},       // hrDevice
            {1, 3, 6, 1, 2, 1, 31},          // ifMIB
            {1, 3, 6, 1, 2, 1, 43},          // Printer-MIB
            {1, 3, 6, 1, 2, 1, 47},          // entityMIB
            {1, 3, 6, 1, 4, 1, 2699, 1, 2},  // PWG Port Monitor MIB
            {1, 3, 6, 1, 4, 1, 11, 2, 3, 9, 1}};
}

Recorder::~Recorder() {
    if (target_) {
        engine_.removeTarget(*target_);
    }
}

void Recorder::start(snmp::TargetOptions target,
                     std::vector<Oid> subtrees,
                     UniqueFunction<void(Result<RecordedObjects>)> done) {
    done_ = std::move(done);
    subtrees_.assign(std::make_move_iterator(subtrees.begin()),
                     std::make_move_iterator(subtrees.end()));
    begun_ = loop_.clock().steadyNow();
    target_ = engine_.addTarget(std::move(target));
    error_ = {ErrorCode::NotFound, "the agent has none of the objects"};
    loop_.post([this, weak = std::weak_ptr<int>(alive_)] {
        if (!weak.expired()) {
            next();
        }
    });
}

void Recorder::next() {
    if (subtrees_.empty() && !std::exchange(knowsEnterprise_, true)) {
        addOwnEnterprise();
    }
    if (full() || subtrees_.empty()) {
        finish();
        return;
    }
    subtree_ = std::move(subtrees_.front());
    subtrees_.pop_front();
    walked_.push_back(subtree_);
    after_ = {};
    readOn();
}

void Recorder::addOwnEnterprise() {
    static const Oid kSysObjectId{1, 3, 6, 1, 2, 1, 1, 2, 0};
    for (const auto& row : out_.rows) {
        if (row.oid == kSysObjectId && row.value.type == SnmpType::ObjectId &&
            row.value.oid->startsWith(enterprises()) &&
            row.value.oid->size() > enterprises().size()) {
            auto own = enterprises().child({(*row.value.oid)[enterprises().size()]});
            if (std::find(walked_.begin(), walked_.end(), own) == walked_.end()) {
                subtrees_.push_back(std::move(own));
            }
        }
    }
}

void Recorder::readOn() {
    snmp::ReadRequest request;
    request.tables = {{subtree_}};
    request.maxVarbinds = std::min(limits_.chunk, limits_.objects - out_.rows.size());
    request.after = after_;
    engine_.read(*target_, std::move(request),
                 [this, weak = std::weak_ptr<int>(alive_)](Result<snmp::ReadResult> result) {
                     if (!weak.expired()) {
                         onChunk(std::move(result));
                     }
                 });
}

void Recorder::onChunk(Result<snmp::ReadResult> result) {
    if (!result) {
        if (out_.rows.empty()) {
            error_ = result.error();
        }
        out_.notes.push_back(subtree_.toString() + ": " + result.error().text);
        if (result.error().code == ErrorCode::Timeout) {
            subtrees_.clear();
            knowsEnterprise_ = true;
        }
        next();
        return;
    }
    out_.pdus += result->pdus;
    bytes_ += result->bytes;
    const bool any = !result->varbinds.empty();
    if (any) {
        after_ = result->varbinds.back().oid;
    }
    std::move(result->varbinds.begin(), result->varbinds.end(), std::back_inserter(out_.rows));
    // The walk stops at the chunk's end with a problem of its own; others end the subtree.
    bool more = false;
    for (auto& problem : result->problems) {
        if (problem.find("too many rows") != std::string::npos) {
            more = any;
            full_ = full_ || !any;  // not even one answer fits in what is left
        } else {
            out_.notes.push_back(std::move(problem));
        }
    }
    if (more && !full()) {
        readOn();
    } else {
        next();
    }
}

bool Recorder::full() {
    const auto took = loop_.clock().steadyNow() - begun_;
    const char* what = full_ || out_.rows.size() >= limits_.objects ? "objects"
                       : bytes_ >= limits_.bytes                    ? "octets"
                       : took >= limits_.time                       ? "time"
                                                                    : nullptr;
    if (what == nullptr) {
        return false;
    }
    const auto note = text::cat({"stopped early: the limit of ", what, " is reached"});
    if (std::find(out_.notes.begin(), out_.notes.end(), note) == out_.notes.end()) {
        out_.notes.push_back(note);
    }
    subtrees_.clear();
    knowsEnterprise_ = true;
    return true;
}

void Recorder::finish() {
    auto done = std::exchange(done_, {});
    if (out_.rows.empty()) {
        done(tl::unexpected<Error>(error_));
    } else {
        done(std::move(out_));
    }
}

}  // namespace platen::app
