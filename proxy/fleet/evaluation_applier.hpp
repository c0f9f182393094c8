// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "mibmap/evaluation.hpp"
#include "proxy/fleet/printer_state.hpp"
#include "proxy/fleet/well_known.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace platen::mibmap {
class CompiledMap;
}

namespace platen::fleet {

/// What surrounds one evaluated read.
struct ApplyContext {
    const model::PathCodec* codec = nullptr;   ///< Not null.
    const WellKnown* names = nullptr;          ///< Not null.
    const mibmap::CompiledMap* map = nullptr;  ///< That translated it; null: no matter which.
    WallTime now = kUnknownTime;
    bool restarted = false;  ///< The printer restarted since the last read.
    DeviceId device{};       ///< For logs.
};

/// What happened to the counters in one read.
struct CounterOutcome {
    bool any = false;
    bool suspect = false;  ///< A fall or a jump waits for confirmation.
    std::optional<EpochReason> newEpoch;
    std::uint64_t lostPages = 0;  ///< Forgotten by the printer when its power went.
    mibmap::Quality totalQuality = mibmap::Quality::Exact;  ///< Of Total.Impressions.
    std::string totalSource;
};

/// Puts readings into the printer's tree: row keys become stable instance numbers, references
/// become paths, raw counters become monotonic ones, rows that have gone are marked or removed
/// (mfp-model 8.6). Pure but for the state that it is given.
class EvaluationApplier {
  public:
    /// Rows of trays, finishers and supplies stay this long after they were last seen.
    static constexpr std::chrono::hours kGoneRowsStay{30 * 24};

    EvaluationApplier(PrinterState& state, const ApplyContext& context, ChangeRecorder& changes)
        : state_(state), context_(context), changes_(changes) {}

    CounterOutcome apply(const mibmap::Evaluation& evaluation);
    /// Instances of each Evaluation::rows entry, after apply.
    [[nodiscard]] const std::vector<model::Instances>& rowInstances() const { return rows_; }
    /// Where a reading of that evaluation went.
    [[nodiscard]] model::ParamRef refOf(model::ParamIndex param, std::int32_t row) const;

  private:
    void set(const model::ParamRef& ref, const model::Value& value);
    void resolveRows(const mibmap::Evaluation& evaluation);
    void applyReadings(const mibmap::Evaluation& evaluation);
    void applyReferences(const mibmap::Evaluation& evaluation);
    void applyCounters(const mibmap::Evaluation& evaluation, CounterOutcome& outcome);
    [[nodiscard]] CounterInput inputOf(const mibmap::CounterReading& reading) const;
    void applyCounter(const mibmap::CounterReading& reading,
                      const CounterInput& input,
                      CounterOutcome& outcome);
    void dropGoneRows(const mibmap::Evaluation& evaluation);
    void dropGoneRow(const model::ObjectRef& row);

    PrinterState& state_;
    const ApplyContext& context_;
    ChangeRecorder& changes_;
    std::vector<model::Instances> rows_;
};

}  // namespace platen::fleet
