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

/// The attributes of one parameter.
struct Attributes {
    Notification notification = Notification::Off;
    std::vector<std::string>
        accessList;  ///< `Subscriber`, vendor names; the ACS always has access.

    friend bool operator==(const Attributes&, const Attributes&) = default;
};

/// Attributes of one device: the model's defaults, and what the ACS set. Sparse and sorted. thread:
/// loop
class AttributeTable {
  public:
    struct Entry {
        ParamRef ref;
        Attributes attributes;
    };

    explicit AttributeTable(const Schema& schema) : schema_(&schema) {}

    void restore(std::vector<Entry> entries);
    [[nodiscard]] Attributes get(const ParamRef& ref) const;
    /// Errors: Refused when the model forbids it (canDeny with an active kind, or a change to a
    /// forced one; 9009 by C-NOT).
    Result<void> set(const ParamRef& ref, const Attributes& attributes);
    /// Back to the defaults of the model (factory reset).
    void clear() { entries_.clear(); }
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

  private:
    const Schema* schema_;
    std::vector<Entry> entries_;
};

}  // namespace platen::model
