// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/schema.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace platen::model {

/// Notification attribute values (TR-069 A.3.2.4, A.3.2.5; C-NOT).
enum class Notification : std::uint8_t {
    Off = 0,
    Passive = 1,
    Active = 2,
    PassiveLightweight = 3,
    PassiveWithLightweight = 4,
    ActiveLightweight = 5,
    ActiveWithLightweight = 6,
};

/// True for the kinds that start a session of their own (C-NOT-02): Active, ActiveLightweight,
/// ActiveWithLightweight.
[[nodiscard]] bool isActive(Notification notification);

/// The attributes of one parameter.
struct Attributes {
    Notification notification = Notification::Off;
    std::vector<std::string>
        accessList;  ///< `Subscriber`, vendor names; the ACS always has access.

    friend bool operator==(const Attributes&, const Attributes&) = default;
};

/// Attributes of one device: the model's defaults, and what the ACS set. Sparse and sorted. The
/// defaults are Active where the model says forceEnabled or forceDefaultEnabled, else Off, with the
/// access list `Subscriber` (C-ATT-06, C-ATT-09). thread: loop
class AttributeTable {
  public:
    struct Entry {
        ParamRef ref;
        Attributes attributes;
    };

    explicit AttributeTable(const Schema& schema) : schema_(&schema) {}

    /// Takes stored entries at start; what the model forbids, and the earlier of two entries for
    /// one parameter, are dropped.
    void restore(const std::vector<Entry>& entries);
    [[nodiscard]] Attributes get(const ParamRef& ref) const;
    /// The notification alone, without a copy of the access list.
    [[nodiscard]] Notification notification(const ParamRef& ref) const;
    /// What the model gives a parameter.
    [[nodiscard]] Attributes defaults(ParamIndex param) const;
    /// Errors: Refused when the model forbids it (canDeny with an active kind, or a forced one that
    /// would no longer be active; 9009 by C-NOT, C-ATT-04, C-ATT-05). Unsupported for an access
    /// list entry other than `Subscriber` and vendor names `X_…`, or too many of them (9003,
    /// C-ATT-09).
    Result<void> set(const ParamRef& ref, const Attributes& attributes);
    /// Only the check of set.
    [[nodiscard]] Result<void> check(const ParamRef& ref, const Attributes& attributes) const;
    /// Forgets what was set for a removed row and all under it (C-ATT-12).
    void eraseUnder(const ObjectRef& row);
    /// Back to the defaults of the model (factory reset).
    void clear() { entries_.clear(); }
    /// What differs from the defaults.
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

    static constexpr std::size_t kMaxAccessListEntries = 16;

  private:
    [[nodiscard]] const Entry* find(const ParamRef& ref) const;

    const Schema* schema_;
    std::vector<Entry> entries_;
};

}  // namespace platen::model
