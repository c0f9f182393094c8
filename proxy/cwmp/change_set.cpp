// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/change_set.hpp"

#include <algorithm>

namespace platen::cwmp {

std::vector<ChangeSet::Entry>::iterator ChangeSet::find(const model::ParamRef& ref) {
    return std::lower_bound(
        entries_.begin(), entries_.end(), ref,
        [](const Entry& entry, const model::ParamRef& key) { return entry.ref < key; });
}

void ChangeSet::rowErased(const model::ParamRef& ref, store::Batch& batch) const {
    batch.emplace_back(store::ChangedErased{device_, codec_->internalName(ref)});
}

void ChangeSet::restore(std::string_view internalName) {
    const auto path = codec_->parseInternal(internalName);
    if (!path || path->kind != model::Path::Kind::Parameter) {
        return;
    }
    const auto ref = path->paramRef();
    const auto at = find(ref);
    if (at == entries_.end() || at->ref != ref) {
        entries_.insert(at, Entry{ref, false});
    }
}

void ChangeSet::add(const model::ParamRef& ref, store::Batch& batch) {
    const auto at = find(ref);
    if (at != entries_.end() && at->ref == ref) {
        at->inFlight = false;
        return;
    }
    entries_.insert(at, Entry{ref, false});
    batch.emplace_back(store::ChangedRow{device_, codec_->internalName(ref)});
}

void ChangeSet::erase(const model::ParamRef& ref, store::Batch& batch) {
    const auto at = find(ref);
    if (at != entries_.end() && at->ref == ref) {
        rowErased(ref, batch);
        entries_.erase(at);
    }
}

void ChangeSet::clear(store::Batch& batch) {
    for (const auto& entry : entries_) {
        rowErased(entry.ref, batch);
    }
    entries_.clear();
}

std::vector<model::ParamRef> ChangeSet::startDelivery() {
    std::vector<model::ParamRef> refs;
    refs.reserve(entries_.size());
    for (auto& entry : entries_) {
        entry.inFlight = true;
        refs.push_back(entry.ref);
    }
    return refs;
}

void ChangeSet::delivered(store::Batch& batch) {
    std::erase_if(entries_, [&](const Entry& entry) {
        if (entry.inFlight) {
            rowErased(entry.ref, batch);
        }
        return entry.inFlight;
    });
}

std::vector<model::ParamRef> ChangeSet::refs() const {
    std::vector<model::ParamRef> refs;
    refs.reserve(entries_.size());
    for (const auto& entry : entries_) {
        refs.push_back(entry.ref);
    }
    return refs;
}

}  // namespace platen::cwmp
