// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "proxy/cwmp/rpc_read.hpp"
#include "proxy/cwmp/rpc_write.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace platen::cwmp {
namespace {

// Values 3 to 6 are lightweight notification (C-ATT-03, C-NOT-10).
constexpr std::uint8_t kHighestNotification = 2;
constexpr std::uint8_t kHighestLightweight = 6;

// Entries of one request after its paths are spread out: far more than any device has parameters.
constexpr std::size_t kMaxAppliedEntries = 100'000;

std::optional<Fault> checkEntry(const SetParameterAttributes::Entry& entry, bool lightweight) {
    const auto highest = lightweight ? kHighestLightweight : kHighestNotification;
    if (entry.notification && *entry.notification > highest) {
        return makeFault(FaultCode::InvalidArguments,
                         text::cat({"Notification is not supported for ", entry.name}));
    }
    if (entry.accessList) {
        const auto isSubscriber = [](const std::string& item) { return item == "Subscriber"; };
        if (entry.accessList->size() > 1 ||
            !std::all_of(entry.accessList->begin(), entry.accessList->end(), isSubscriber)) {
            return makeFault(FaultCode::InvalidArguments,
                             text::cat({"AccessList is not supported for ", entry.name}));
        }
    }
    return std::nullopt;
}

/// Applies entries to a copy of the device's table.
class Applier {
  public:
    explicit Applier(model::AttributeTable& table) : table_(table) {}

    /// Errors: as AttributeTable::set.
    Result<void> apply(const model::ParamRef& ref, const SetParameterAttributes::Entry& entry) {
        auto wanted = table_.get(ref);
        if (entry.notification) {
            wanted.notification = static_cast<model::Notification>(*entry.notification);
        }
        if (entry.accessList) {
            wanted.accessList = *entry.accessList;
        }
        return set(ref, std::move(wanted));
    }

    /// A parameter under a path: what it refuses is left out (C-ATT-04).
    void applyLenient(const model::ParamRef& ref, const SetParameterAttributes::Entry& entry) {
        if (++applied_ > kMaxAppliedEntries) {
            return;
        }
        if (!apply(ref, entry) && entry.accessList) {
            auto wanted = table_.get(ref);
            wanted.accessList = *entry.accessList;
            static_cast<void>(set(ref, std::move(wanted)));
        }
    }

    [[nodiscard]] const std::map<model::ParamRef, model::Attributes>& touched() const {
        return touched_;
    }
    [[nodiscard]] bool tooMany() const { return applied_ > kMaxAppliedEntries; }

  private:
    Result<void> set(const model::ParamRef& ref, model::Attributes wanted) {
        auto done = table_.set(ref, wanted);
        if (done) {
            touched_[ref] = std::move(wanted);
        }
        return done;
    }

    model::AttributeTable& table_;
    std::map<model::ParamRef, model::Attributes> touched_;
    std::size_t applied_ = 0;
};

std::string joined(const std::vector<std::string>& items) {
    std::string all;
    for (const auto& item : items) {
        if (!all.empty()) {
            all += ',';
        }
        all += item;
    }
    return all;
}

}  // namespace

std::variant<AttributeChange, Fault> checkSetAttributes(fleet::ManagedDevice& device,
                                                        const model::PathCodec& codec,
                                                        const SetParameterAttributes& request,
                                                        bool lightweight) {
    AttributeChange change{device.attributes(), {}};
    Applier applier(change.table);
    for (const auto& entry : request.entries) {
        const auto path = findPath(device.tree(), codec, entry.name);
        if (!path) {
            return makeFault(FaultCode::InvalidParameterName, entry.name);
        }
        if (auto fault = checkEntry(entry, lightweight)) {
            return std::move(*fault);
        }
        if (path->kind == model::Path::Kind::Parameter) {
            if (auto done = applier.apply(path->paramRef(), entry); !done) {
                return makeFault(FaultCode::NotificationRejected, entry.name);
            }
            continue;
        }
        device.tree().forEachParam(*path, [&](const model::ParamRef& ref, const model::Value&) {
            applier.applyLenient(ref, entry);
        });
        if (applier.tooMany()) {
            return makeFault(FaultCode::ResourcesExceeded, "too many parameters");
        }
    }
    for (const auto& [ref, attributes] : applier.touched()) {
        change.rows.emplace_back(store::AttributeRow{
            device.id(), codec.internalName(ref),
            static_cast<std::uint8_t>(attributes.notification), joined(attributes.accessList)});
    }
    return change;
}

}  // namespace platen::cwmp
