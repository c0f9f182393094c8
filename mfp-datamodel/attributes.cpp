// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/attributes.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace platen::model {

namespace {

constexpr std::string_view kSubscriber = "Subscriber";
constexpr std::string_view kVendorPrefix = "X_";
constexpr std::size_t kMaxEntityBytes = 64;

Notification defaultNotification(ActiveNotify notify) {
    const bool active =
        notify == ActiveNotify::ForceEnabled || notify == ActiveNotify::ForceDefaultEnabled;
    return active ? Notification::Active : Notification::Off;
}

bool isKnownEntity(std::string_view entity) {
    return entity == kSubscriber ||
           (entity.starts_with(kVendorPrefix) && entity.size() <= kMaxEntityBytes);
}

}  // namespace

bool isActive(Notification notification) {
    return notification == Notification::Active ||
           notification == Notification::ActiveLightweight ||
           notification == Notification::ActiveWithLightweight;
}

void AttributeTable::restore(const std::vector<Entry>& entries) {
    AttributeTable fresh(*schema_);
    for (const Entry& entry : entries) {
        if (entry.ref.param.value() < schema_->paramCount()) {
            static_cast<void>(fresh.set(entry.ref, entry.attributes));
        }
    }
    entries_ = std::move(fresh.entries_);
}

const AttributeTable::Entry* AttributeTable::find(const ParamRef& ref) const {
    const auto found = std::ranges::lower_bound(entries_, ref, {}, &Entry::ref);
    return found != entries_.end() && found->ref == ref ? &*found : nullptr;
}

Attributes AttributeTable::get(const ParamRef& ref) const {
    const Entry* entry = find(ref);
    return entry == nullptr ? defaults(ref.param) : entry->attributes;
}

Notification AttributeTable::notification(const ParamRef& ref) const {
    const Entry* entry = find(ref);
    return entry == nullptr ? defaultNotification(schema_->param(ref.param).activeNotify)
                            : entry->attributes.notification;
}

Attributes AttributeTable::defaults(ParamIndex param) const {
    return {defaultNotification(schema_->param(param).activeNotify), {std::string(kSubscriber)}};
}

Result<void> AttributeTable::check(const ParamRef& ref, const Attributes& attributes) const {
    const ParamDef& def = schema_->param(ref.param);
    if (def.activeNotify == ActiveNotify::CanDeny && isActive(attributes.notification)) {
        return fail(ErrorCode::Refused,
                    text::cat({def.name, ": active notification is not possible"}));
    }
    // A datagram may get lost, so an active lightweight one is less than what is forced (C-ATT-05).
    if (def.activeNotify == ActiveNotify::ForceEnabled &&
        attributes.notification != Notification::Active) {
        return fail(ErrorCode::Refused,
                    text::cat({def.name, ": active notification cannot be turned off"}));
    }
    if (attributes.accessList.size() > kMaxAccessListEntries ||
        !std::ranges::all_of(attributes.accessList, isKnownEntity)) {
        return fail(ErrorCode::Unsupported, text::cat({def.name, ": unknown access list entry"}));
    }
    return {};
}

Result<void> AttributeTable::set(const ParamRef& ref, const Attributes& attributes) {
    if (auto checked = check(ref, attributes); !checked) {
        return checked;
    }
    const auto at = std::ranges::lower_bound(entries_, ref, {}, &Entry::ref);
    const bool known = at != entries_.end() && at->ref == ref;
    if (attributes == defaults(ref.param)) {
        if (known) {
            entries_.erase(at);
        }
    } else if (known) {
        at->attributes = attributes;
    } else {
        entries_.insert(at, Entry{ref, attributes});
    }
    return {};
}

void AttributeTable::eraseUnder(const ObjectRef& row) {
    const ObjectDef& def = schema_->object(row.object);
    std::erase_if(entries_, [this, &def, &row](const Entry& entry) {
        const ObjectIndex owner = schema_->param(entry.ref.param).object;
        return owner >= row.object && owner < def.subtreeEnd &&
               entry.ref.instances.upTo(def.depth) == row.instances.upTo(def.depth);
    });
}

}  // namespace platen::model
