// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/unique_function.hpp"
#include "base/varbind.hpp"
#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/schema.hpp"
#include "mfp-datamodel/tree.hpp"
#include "mibmap/device_context.hpp"
#include "mibmap/evaluation.hpp"
#include "mibmap/firmware_channel.hpp"
#include "mibmap/plan.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::mibmap {

/// The standard map with the overlays that fit one kind of printer, ready to plan polls and to
/// translate. Immutable; no sockets, no state of devices. thread: one at a time (the loop), because
/// readings share text blocks with the map
class CompiledMap {
  public:
    virtual ~CompiledMap() = default;
    CompiledMap() = default;
    CompiledMap(const CompiledMap&) = delete;
    CompiledMap& operator=(const CompiledMap&) = delete;

    /// Files used, standard first: `standard.json`, `vendor/kyocera.json`.
    [[nodiscard]] virtual const std::vector<std::string>& files() const = 0;
    /// What to read for a group of this device (the printer's hrDeviceIndex is put in). Valid
    /// until the next call.
    [[nodiscard]] virtual const PollPlan& plan(Group group, const DeviceContext& device) const = 0;
    /// Translates what was read (sorted by OID). Updates the context (charsets, index, kept rows).
    /// Never fails: what cannot be used is left out and named in `problems`. `trace` fills Origin.
    [[nodiscard]] virtual Evaluation evaluate(Group group,
                                              std::span<const VarBind> varbinds,
                                              DeviceContext& device,
                                              WallTime now,
                                              bool trace) const = 0;
    /// True if varbinds that differ only in clocks (isClock) give the same evaluation, whenever
    /// they are read, but for what evaluateTimed gives.
    [[nodiscard]] virtual bool timeApart(Group group) const = 0;
    /// The readings of the rules that depend on a clock, with their rows: what is left to do if
    /// nothing but clocks has moved since evaluate(). Nothing in it is complete; the context stays
    /// as it is. Precondition: timeApart(group).
    [[nodiscard]] virtual Evaluation evaluateTimed(Group group,
                                                   std::span<const VarBind> varbinds,
                                                   DeviceContext& device,
                                                   WallTime now) const = 0;
    /// True if rules of several groups give this parameter: one group's answer may overwrite what
    /// another one gave.
    [[nodiscard]] virtual bool inSeveralGroups(model::ParamIndex param) const = 0;
    /// True if the map knows how to SET this parameter.
    [[nodiscard]] virtual bool writable(model::ParamIndex param) const = 0;
    /// SET plan for a checked value. `rowIndexes` are the SNMP sub-indexes of the parameter's row
    /// (empty for single objects; for a reference parameter `value` is the SNMP sub-index of the
    /// target as UnsignedInt). Errors: Unsupported (not writable, or not encodable in the device's
    /// charset).
    [[nodiscard]] virtual Result<SetPlan> planSet(model::ParamIndex param,
                                                  std::span<const std::uint32_t> rowIndexes,
                                                  const model::Value& value,
                                                  const DeviceContext& device) const = 0;
    /// How firmware gets into the printer, the best first; empty: not at all (C-PRX-43).
    [[nodiscard]] virtual std::span<const FirmwareChannel> firmwareChannels() const { return {}; }
    /// Reset of the printer: prtGeneralReset with powerCycleReset(4) or resetToFactoryDefaults(6).
    /// Errors: Unsupported.
    [[nodiscard]] virtual Result<SetPlan> planReset(bool factoryDefaults,
                                                    const DeviceContext& device) const = 0;
};

/// True for sysUpTime, hrSystemUptime and hrSystemDate, which are others at each read.
[[nodiscard]] bool isClock(const Oid& oid);

/// Where map files are.
struct MapSources {
    std::filesystem::path directory;       ///< `standard.json` and `vendor/*.json`.
    std::filesystem::path extraDirectory;  ///< The site's own, laid over them; may be empty.
    std::filesystem::path extraFile;       ///< One more overlay, laid over all; may be empty.
};

/// Why a file is part of a device's map.
struct MapReason {
    std::string file;    ///< As CompiledMap::files has it.
    std::string reason;  ///< `sysObjectID begins with 1.3.6.1.4.1.1347`
};

/// All map files, compiled on demand.
class MapSet {
  public:
    /// Reads the standard map and the overlays over it. Of the extra directory, `NAME.json` is one
    /// more overlay, which speaks after all delivered ones; `vendor/NAME.json` replaces the
    /// delivered file of that name; `standard.json` is an overlay for every printer. So is the
    /// extra file, by its name and whether its folder is called `vendor`. A broken overlay is left
    /// out; its problem (file, position, reason) is appended to `problems`. Errors: only if
    /// standard.json cannot be used. The schema must outlive the set.
    static Result<std::unique_ptr<MapSet>> load(const model::Schema& schema,
                                                const MapSources& sources,
                                                std::vector<std::string>& problems);
    /// The same, without an extra file.
    static Result<std::unique_ptr<MapSet>> load(const model::Schema& schema,
                                                const std::filesystem::path& directory,
                                                const std::filesystem::path& extraDirectory,
                                                std::vector<std::string>& problems);
    virtual ~MapSet() = default;
    MapSet() = default;
    MapSet(const MapSet&) = delete;
    MapSet& operator=(const MapSet&) = delete;

    /// What to read at first contact, before a map is known: sysDescr, sysObjectID, hrDeviceType
    /// and the like, and the instances that overlays look for (`match.present`).
    [[nodiscard]] virtual PollPlan identifyPlan() const = 0;
    /// Fills sysObjectId, sysDescr, printerIndex, hasPrinterMib and answered from the reply to
    /// identifyPlan.
    virtual void identify(std::span<const VarBind> varbinds, DeviceContext& device) const = 0;
    /// The map for a device, by sysObjectID prefix, sysDescr pattern and instances that answered;
    /// the same object for the same set of overlays. thread: loop
    [[nodiscard]] virtual std::shared_ptr<const CompiledMap> select(
        const DeviceContext& device) = 0;
    /// As select, but overlays that meet for the first time are compiled by what compileBeside()
    /// was given, if anything: that takes milliseconds. `done` comes inside the call if the map is
    /// there already; not at all after the set is gone. thread: loop
    virtual void choose(const DeviceContext& device,
                        UniqueFunction<void(std::shared_ptr<const CompiledMap>)> done) = 0;
    /// Runs `work` on another thread, then `done` on the loop. The schema must outlive the work.
    using Beside = std::function<void(UniqueFunction<void()> work, UniqueFunction<void()> done)>;
    void compileBeside(Beside beside) { beside_ = std::move(beside); }
    /// Why select() takes the files that it takes, the standard one left out.
    [[nodiscard]] virtual std::vector<MapReason> reasons(const DeviceContext& device) const = 0;

  protected:
    Beside beside_;
};

}  // namespace platen::mibmap
