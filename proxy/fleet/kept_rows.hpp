// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/strong_id.hpp"
#include "base/unique_function.hpp"
#include "proxy/fleet/fleet_context.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/fleet/printer_state.hpp"
#include "proxy/store/store.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace platen::fleet {

/// The rows of one device that the ACS adds and deletes and that the gateway alone keeps (C-OBJ):
/// their numbers are in the store as instances, their values as values of the ACS. All other tables
/// of the model are filled by the device itself. thread: loop
class KeptRows {
  public:
    /// Context and state must outlive this. `publish` tells the observers.
    KeptRows(FleetContext& context,
             DeviceId id,
             PrinterState& state,
             std::function<void(std::vector<Change>)> publish);

    /// Whether the ACS adds and deletes the rows of this table.
    [[nodiscard]] bool takes(model::ObjectIndex table) const;
    /// After the store's rows were put in: gives rows what a newer model has beyond the stored
    /// values, and drops what has no number.
    void prepare();
    /// As ManagedDevice::addObject.
    void add(const model::ObjectRef& table,
             const std::vector<Assignment>& with,
             UniqueFunction<void(Result<std::uint32_t>)> done);
    /// As ManagedDevice::deleteObject.
    void remove(const model::ObjectRef& row,
                const std::vector<Assignment>& with,
                UniqueFunction<void(Result<void>)> done);
    /// Factory reset: all rows go, their numbers stay used. `batch` gets the numbers; the values in
    /// the store are the caller's.
    void clear(store::Batch& batch);

    static constexpr std::size_t kMaxRows = 32;  ///< Of one table (C-OBJ-04).

  private:
    [[nodiscard]] std::array<model::ObjectIndex, 1> tables() const;
    [[nodiscard]] std::vector<Assignment> defaultsOf(const model::ObjectRef& row) const;
    [[nodiscard]] std::uint32_t newNumber(const model::ObjectRef& table);
    void saveValues(const std::vector<Assignment>& values, store::Batch& batch) const;
    void saveNumbers(store::Batch& batch);
    void saveAttributesWithout(const model::ObjectRef& row, store::Batch& batch) const;
    void added(const model::ObjectRef& row, const std::vector<Assignment>& values);
    void removed(const model::ObjectRef& row, const std::vector<Assignment>& with);
    [[nodiscard]] model::Instances parentsOf(const model::ObjectRef& row) const;

    FleetContext& context_;
    DeviceId id_;
    PrinterState& state_;
    std::function<void(std::vector<Change>)> publish_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::fleet
