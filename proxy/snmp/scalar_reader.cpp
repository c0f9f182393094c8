// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/scalar_reader.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace platen::snmp {

namespace {

Oid parentOf(const Oid& oid) {
    return Oid(oid.ids().first(oid.size() - 1));
}

}  // namespace

ScalarReader::ScalarReader(std::vector<Oid> instances,
                           bool byWalking,
                           AgentMemory& memory,
                           Problems& problems)
    : walking_(byWalking), memory_(memory), problems_(problems) {
    if (!std::ranges::is_sorted(instances)) {
        std::ranges::sort(instances);
    }
    instances.erase(std::unique(instances.begin(), instances.end()), instances.end());
    items_.reserve(instances.size());
    for (auto& instance : instances) {
        Item item;
        item.from = byWalking ? parentOf(instance) : Oid{};
        item.wanted = std::move(instance);
        items_.push_back(std::move(item));
    }
    if (!items_.empty()) {
        Chunk all(items_.size());
        std::iota(all.begin(), all.end(), 0U);
        chunks_.push_back(std::move(all));
    }
    found_.reserve(items_.size());
}

ReadPdu ScalarReader::next() {
    asked_ = std::move(chunks_.back());
    chunks_.pop_back();
    if (asked_.size() > memory_.maxVarbinds()) {
        const auto end = asked_.begin() + memory_.maxVarbinds();
        chunks_.emplace_back(end, asked_.end());
        asked_.erase(end, asked_.end());
    }
    ReadPdu pdu;
    pdu.type = walking_ ? PduType::GetNext : PduType::Get;
    pdu.names.reserve(asked_.size());
    for (const auto place : asked_) {
        const auto& item = items_[place];
        pdu.names.push_back(walking_ ? item.from : item.wanted);
    }
    return pdu;
}

void ScalarReader::add(Oid instance) {
    Item item;
    item.from = walking_ ? parentOf(instance) : Oid{};
    item.wanted = std::move(instance);
    chunks_.push_back({static_cast<std::uint32_t>(items_.size())});
    items_.push_back(std::move(item));
}

void ScalarReader::onUnanswered() {
    auto& alone = items_[asked_[0]];
    if (asked_.size() > 1) {
        memory_.requestDropped(asked_.size());
    } else if (memory_.nameUnanswered(alone.wanted)) {
        alone.settled = true;
        problems_.add("read of", alone.wanted, "left out: the agent never answers it");
        asked_.clear();
        return;
    }
    chunks_.push_back(std::exchange(asked_, {}));
}

void ScalarReader::onResponse(Message& message) {
    if (message.errorStatus != kTooBig) {
        memory_.requestAnswered(asked_.size());
    }
    if (memory_.anyUnanswered()) {
        for (const auto place : asked_) {
            memory_.nameAnswered(items_[place].wanted);
        }
    }
    if (message.errorStatus == kNoError) {
        onValues(message);
    } else {
        onError(message);
    }
    asked_.clear();
    if (finished()) {
        learnFromErrors();
    }
}

/// Errors to many names, and none of them was at fault alone: it was the number of names.
void ScalarReader::learnFromErrors() {
    if (failedNames_ != 0 && !culprit_) {
        memory_.requestTooBig(failedNames_);
    }
}

void ScalarReader::onValues(Message& message) {
    bool progress = false;
    for (std::size_t i = 0; i < message.varbinds.size(); ++i) {
        if (walking_) {
            progress = progress || i < asked_.size();
            acceptWalk(message.varbinds[i], i);
        } else {
            acceptGet(message.varbinds[i], i);
        }
    }
    Chunk left;
    std::ranges::copy_if(asked_, std::back_inserter(left),
                         [this](std::uint32_t place) { return !items_[place].settled; });
    if (left.empty()) {
        return;
    }
    if (progress || left.size() < asked_.size()) {
        chunks_.push_back(std::move(left));  // it answered some: the others once more
    } else if (asked_.size() > 1) {
        bisect();
    } else {
        problems_.add("read of", items_[asked_[0]].wanted, "failed: answer names other objects");
    }
}

void ScalarReader::acceptGet(VarBind& varbind, std::size_t position) {
    if (position >= asked_.size() || items_[asked_[position]].wanted != varbind.oid) {
        // Out of order, or fewer than asked.
        const auto at = std::ranges::find_if(asked_, [this, &varbind](std::uint32_t place) {
            return items_[place].wanted == varbind.oid;
        });
        if (at == asked_.end()) {
            return;
        }
        position = static_cast<std::size_t>(at - asked_.begin());
    }
    auto& item = items_[asked_[position]];
    if (!std::exchange(item.settled, true)) {
        memory_.scalarFound(item.wanted);
        keep(varbind);
    }
}

void ScalarReader::acceptWalk(VarBind& varbind, std::size_t position) {
    if (position >= asked_.size()) {
        return;
    }
    auto& item = items_[asked_[position]];
    if (varbind.oid == item.wanted) {
        item.settled = true;
        keep(varbind);
        return;
    }
    // Another row before the wanted one: on, but not for ever.
    const bool before = varbind.oid > item.from && varbind.oid < item.wanted &&
                        varbind.oid.startsWith(parentOf(item.wanted)) &&
                        (varbind.value.isValue() || varbind.value.type == SnmpType::Null);
    if (before && ++item.steps < kMaxSteps) {
        item.from = std::move(varbind.oid);
        return;
    }
    item.settled = true;
}

void ScalarReader::keep(VarBind& varbind) {
    if (varbind.value.isValue()) {
        found_.push_back(std::move(varbind));
    }
}

void ScalarReader::onError(const Message& message) {
    const auto count = asked_.size();
    const bool named =
        message.errorIndex >= 1 && static_cast<std::size_t>(message.errorIndex) <= count;
    const bool size = message.errorStatus == kTooBig ||
                      (message.version == Version::V1 && message.errorStatus == kGenErr && !named);
    if (count == 1) {
        giveUp(asked_[0], message.errorStatus);
        return;
    }
    if (size) {
        memory_.requestTooBig(count);
        bisect();
        return;
    }
    if (message.errorStatus != kNoSuchName && (failedNames_ == 0 || count < failedNames_)) {
        failedNames_ = count;
    }
    if (!named) {
        bisect();
        return;
    }
    const auto at = asked_.begin() + (message.errorIndex - 1);
    const auto bad = *at;
    asked_.erase(at);
    if (message.errorStatus == kNoSuchName) {
        giveUp(bad, kNoSuchName);
    } else {
        // The index may lie; alone it has another chance, after the rest.
        chunks_.push_back({bad});
    }
    chunks_.push_back(asked_);
}

void ScalarReader::giveUp(std::uint32_t place, std::int32_t errorStatus) {
    items_[place].settled = true;
    culprit_ = true;
    if (errorStatus == kNoSuchName) {  // RFC 1157's way to say "absent"
        memory_.scalarMissed(items_[place].wanted);
    } else {
        problems_.add("read of", items_[place].wanted,
                      "failed: error-status " + std::to_string(errorStatus));
    }
}

void ScalarReader::bisect() {
    const auto middle = asked_.begin() + static_cast<std::ptrdiff_t>(asked_.size() / 2);
    chunks_.emplace_back(middle, asked_.end());
    chunks_.emplace_back(asked_.begin(), middle);
}

std::vector<VarBind> ScalarReader::take() {
    if (!std::ranges::is_sorted(found_, {}, &VarBind::oid)) {  // mostly it is
        std::ranges::sort(found_, {}, &VarBind::oid);
    }
    return std::exchange(found_, {});
}

}  // namespace platen::snmp
