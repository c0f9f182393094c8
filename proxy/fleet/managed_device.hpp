// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/strong_id.hpp"
#include "base/unique_function.hpp"
#include "mfp-datamodel/attributes.hpp"
#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace platen::fleet {

/// DeviceIdStruct of the Inform; never changes for a DeviceId (C-INF-02).
struct Identity {
    std::string manufacturer;  ///< At most 64 characters.
    std::string oui;           ///< Six upper-case hexadecimal digits.
    std::string productClass;  ///< At most 64.
    std::string serial;        ///< At most 64.
};

/// One checked value to write.
struct Assignment {
    model::ParamRef ref;
    model::Value value;
};

/// Why one assignment of a write failed.
struct AssignmentFault {
    std::size_t index = 0;  ///< Into the assignments.
    enum class Kind : std::uint8_t {
        NotWritable,   ///< 9008
        InvalidValue,  ///< 9007
        InvalidType,   ///< 9006
        Refused,       ///< 9001: the printer refused
        Failed,        ///< 9002: no answer, read-back differs
        Exhausted,     ///< 9004
    } kind = Kind::Failed;
    std::string text;
};

/// Outcome of a write: empty = all done and durable (Status 0); else nothing was changed.
using WriteFaults = std::vector<AssignmentFault>;

/// Whether the ACS or something else caused a change; changes by the ACS do not notify it (C-NOT).
enum class ChangeCause : std::uint8_t { Device, Acs, Gateway };

/// A device as CWMP sees it: a printer, or the gateway itself. cwmp knows nothing below this.
/// thread: loop
class ManagedDevice {
  public:
    ManagedDevice() = default;
    ManagedDevice(const ManagedDevice&) = delete;
    ManagedDevice& operator=(const ManagedDevice&) = delete;
    virtual ~ManagedDevice() = default;

    [[nodiscard]] virtual DeviceId id() const = 0;
    [[nodiscard]] virtual const Identity& identity() const = 0;
    [[nodiscard]] virtual const model::Tree& tree() const = 0;
    [[nodiscard]] virtual model::AttributeTable& attributes() = 0;
    /// What GetParameterNames shows, and what a write will accept now (9008 otherwise).
    [[nodiscard]] virtual bool writable(const model::ParamRef& ref) const = 0;
    /// All or nothing. Values are already checked against the schema. `done` comes once, never
    /// inside the call, after the values are durable. `more` is stored in the same transaction
    /// (ParameterKey and the like belong to the assignments).
    virtual void write(std::vector<Assignment> assignments,
                       store::Batch more,
                       UniqueFunction<void(WriteFaults)> done) = 0;
    /// The gateway's own values (ConnectionRequestURL, defaults of ManagementServer); `keep` stores
    /// them like values that the ACS set. Observers see cause Gateway.
    virtual void setGatewayValues(std::vector<Assignment> assignments, bool keep) = 0;
    /// Whether the ACS may add and delete rows of this table; the device itself makes those of all
    /// others (C-OBJ-10).
    [[nodiscard]] virtual bool rowsWritable(model::ObjectIndex /*table*/) const { return false; }
    /// Makes a row with the model's defaults and gives its number (C-OBJ-02, C-OBJ-03). `table` has
    /// no number of its own. `with` are values that the gateway keeps and that come into effect
    /// with the row (ParameterKey). `done` comes once, after all is durable; nothing was changed if
    /// it is an error. Errors: NotFound (9005), TooLarge (the table is full, 9004), Refused (9001),
    /// others (9002).
    virtual void addObject(const model::ObjectRef& /*table*/,
                           const std::vector<Assignment>& /*with*/,
                           UniqueFunction<void(Result<std::uint32_t>)> done) {
        done(fail(ErrorCode::NotFound, "the device makes the rows of this table itself"));
    }
    /// Removes a row with all under it. The rest as for addObject.
    virtual void deleteObject(const model::ObjectRef& /*row*/,
                              const std::vector<Assignment>& /*with*/,
                              UniqueFunction<void(Result<void>)> done) {
        done(fail(ErrorCode::NotFound, "the device makes the rows of this table itself"));
    }
    /// True unless the device counts as unreachable (hysteresis of the polls); a sleeping printer
    /// that answers is reachable.
    [[nodiscard]] virtual bool reachable() const = 0;
    /// For a connection request: answers from a young poll at once, else probes the device once;
    /// `done` comes within 2 s, exactly once, never inside the call (C-PRX-24).
    virtual void checkReachable(UniqueFunction<void(bool)> done) = 0;
    /// Why reboot() cannot work on this device now: the Reboot request is then refused with 9001
    /// (C-PRX-40). Nothing if it can be tried.
    [[nodiscard]] virtual std::optional<std::string> rebootRefusal() const { return std::nullopt; }
    /// Restarts the device. Success only if a restart was seen (uptime went back); for the gateway:
    /// the CWMP side restarts. May take minutes. Errors: Unsupported, Refused, Timeout.
    virtual void reboot(UniqueFunction<void(Result<void>)> done) = 0;
    /// A session of this device is about to start: values that follow the clock are brought up to
    /// date.
    virtual void sessionStarts() {}
    /// The ACS has taken an Inform with changed values, or asked for a restart: adds the readings
    /// that must be stored with that, so that after a crash the device is compared with what the
    /// ACS knows (C-NOT-07), and a restart meanwhile is seen by the uptime of before (C-EVT-34).
    virtual void keepTold(store::Batch& /*batch*/) {}
    /// A session of this device has ended, well or not: what waited for that may start (tests by
    /// DiagnosticsState, C-DM-10).
    virtual void sessionEnded() {}
    /// Gateway-kept values and attributes go back to their defaults; a printer's own settings are
    /// reset only where allowed by Diagnostics.AllowFactoryReset.
    virtual void factoryReset(UniqueFunction<void(Result<void>)> done) = 0;
};

/// One value that moved.
struct Change {
    model::ParamRef ref;
    ChangeCause cause = ChangeCause::Device;
};

/// Who wants to know what happens in the fleet (CWMP, ledger, API). Called on the loop, after the
/// tree has the new values. The device may be used inside the call.
class FleetObserver {
  public:
    FleetObserver() = default;
    FleetObserver(const FleetObserver&) = delete;
    FleetObserver& operator=(const FleetObserver&) = delete;
    virtual ~FleetObserver() = default;
    /// First presentation (`isNew`), or known again after a start of the gateway.
    virtual void deviceAdded(ManagedDevice& device, bool isNew) = 0;
    /// Taken out of management; if it comes back it is the one that it was (C-PRX-31).
    virtual void deviceRemoved(DeviceId device) = 0;
    /// Gone with its history: whatever comes in its place is a new device (C-PRX-47).
    virtual void deviceDropped(DeviceId device) { deviceRemoved(device); }
    virtual void valuesChanged(ManagedDevice& device, std::span<const Change> changes) = 0;
    /// The device restarted and is back: `1 BOOT` (uptime went back, C-PRX).
    virtual void restarted(ManagedDevice& device) = 0;
    /// A test that the ACS had requested has ended: `8 DIAGNOSTICS COMPLETE`.
    virtual void diagnosticsComplete(ManagedDevice& /*device*/) {}
};

}  // namespace platen::fleet
