// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/map_set.hpp"
#include "proxy/fleet/answer_memory.hpp"
#include "proxy/fleet/device_summary.hpp"
#include "proxy/fleet/diagnostics_runner.hpp"
#include "proxy/fleet/fleet_context.hpp"
#include "proxy/fleet/kept_rows.hpp"
#include "proxy/fleet/printer_state.hpp"
#include "proxy/fleet/reachability.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace platen::fleet {

struct ApplyContext;

/// How one group's read went; for `platen poll`, logs and diagnosis.
struct GroupReport {
    mibmap::Group group = mibmap::Group::Status;
    std::optional<Error> error;
    std::uint32_t pdus = 0;
    std::uint64_t bytes = 0;
    Millis took{0};
    std::vector<std::string> problems;
    std::size_t objects = 0;  ///< That the printer gave.
};

/// Where a value came from, for `platen explain`; winner first, losers after it.
struct Explanation {
    std::string name;  ///< Internal name.
    std::string value;
    std::string file, rule, oid, raw;
    std::int16_t rank = 0;
    bool winner = false;
};

/// A printer: its values, its polls and its writes (design: three journeys). Owned by the Fleet.
/// thread: loop
class PrinterDevice final : public ManagedDevice {
  public:
    PrinterDevice(FleetContext& context, PrinterEvents& events, store::DeviceRecord record);
    PrinterDevice(const PrinterDevice&) = delete;
    PrinterDevice& operator=(const PrinterDevice&) = delete;
    ~PrinterDevice() override;

    [[nodiscard]] DeviceId id() const override { return record_.id; }
    [[nodiscard]] const Identity& identity() const override { return identity_; }
    [[nodiscard]] const model::Tree& tree() const override { return state_.tree; }
    [[nodiscard]] model::AttributeTable& attributes() override { return state_.attributes; }
    [[nodiscard]] bool writable(const model::ParamRef& ref) const override;
    void write(std::vector<Assignment> assignments,
               store::Batch more,
               UniqueFunction<void(WriteFaults)> done) override;
    void setGatewayValues(std::vector<Assignment> assignments, bool keep) override;
    [[nodiscard]] bool rowsWritable(model::ObjectIndex table) const override {
        return rows_.takes(table);
    }
    void addObject(const model::ObjectRef& table,
                   const std::vector<Assignment>& with,
                   UniqueFunction<void(Result<std::uint32_t>)> done) override {
        rows_.add(table, with, std::move(done));
    }
    void deleteObject(const model::ObjectRef& row,
                      const std::vector<Assignment>& with,
                      UniqueFunction<void(Result<void>)> done) override {
        rows_.remove(row, with, std::move(done));
    }
    [[nodiscard]] bool reachable() const override { return reach_.reachable() && connected(); }
    void checkReachable(UniqueFunction<void(bool)> done) override;
    [[nodiscard]] std::optional<std::string> rebootRefusal() const override;
    void reboot(UniqueFunction<void(Result<void>)> done) override;
    void factoryReset(UniqueFunction<void(Result<void>)> done) override;
    void keepTold(store::Batch& batch) override { collectUnsaved(batch); }
    void sessionEnded() override { diagnostics_.sessionEnded(); }

    /// Before observers hear of the device: rows of the store, then the gateway's own values for
    /// what is missing.
    [[nodiscard]] PrinterState& state() { return state_; }
    void prepare();
    /// Talks to this address from now on; first contact may be given to spare a read.
    void connect(const net::Endpoint& endpoint, SnmpAccess access);
    void connect(discovery::Contact contact);
    void disconnect();
    /// Another printer answers at its address: disconnects, and is unreachable if it is not found
    /// elsewhere soon.
    void displaced();
    /// The ACS has set Connection.SNMP: what is configured does not count.
    [[nodiscard]] bool accessOfAcs() const;
    /// After prepare(), at the start of the gateway: connects as the ACS had set it.
    void takeAcsAccess();
    /// Connection.SNMP shows the access in use, where the ACS did not set it.
    void showAccess();
    [[nodiscard]] bool connected() const { return target_.has_value(); }
    [[nodiscard]] const net::Endpoint& endpoint() const { return endpoint_; }
    [[nodiscard]] const SnmpAccess& access() const { return access_; }
    /// Connection.SNMP.TrapReceiver: traps from its address are taken as hints.
    [[nodiscard]] bool trapsWanted() const;
    /// Reads these groups now, because the printer said that something happened; nothing if it is
    /// not polled at all now.
    void pollSoon(std::vector<mibmap::Group> groups);
    [[nodiscard]] const store::DeviceRecord& record() const { return record_; }
    [[nodiscard]] store::DeviceRecord& record() { return record_; }
    [[nodiscard]] Reach reach() const { return reach_.state(); }
    /// No answer for longer than it ever slept (and half a day): not asleep or switched off over
    /// night.
    [[nodiscard]] bool lost() const;
    /// Of all requests to it: polls, refreshes, writes, retries.
    [[nodiscard]] TrafficMeter& traffic() {
        noteTraffic();
        return state_.traffic;
    }
    /// The packets or bytes of the day are used up: only its presence is asked for.
    [[nodiscard]] bool limited() const { return limited_; }
    /// What the engine found out about its agent; nothing while it is not connected.
    [[nodiscard]] snmp::LearnedLimits learnedLimits() const {
        return target_ ? context_.engine.learned(*target_) : snmp::LearnedLimits{};
    }
    [[nodiscard]] const std::vector<std::string>& mapFiles() const;
    /// Of the printer as its map sees it; empty until it was read.
    [[nodiscard]] const mibmap::DeviceContext& deviceContext() const { return deviceContext_; }
    /// Answers that were those of the last read once more, and were not translated.
    [[nodiscard]] std::uint32_t repeatedAnswers() const { return answers_.repeats(); }
    /// How firmware gets into it, by its map (C-PRX-43).
    [[nodiscard]] std::vector<mibmap::FirmwareChannel> firmwareChannels() const;

    /// Starts the poll schedule; the first poll comes after `initialDelay`.
    void startPolling(Millis initialDelay);
    /// Reads groups now, in the order that translation needs; reports come when all are done.
    void pollGroups(std::vector<mibmap::Group> groups,
                    UniqueFunction<void(std::vector<GroupReport>)> done);
    /// The same with the origin of each value; nothing is scheduled.
    void setTracing(bool tracing) { tracing_ = tracing; }
    [[nodiscard]] const std::vector<Explanation>& explanations() const { return explanations_; }
    /// Reads these groups now, even if a poll is under way. `done` with the first error.
    void refresh(std::vector<mibmap::Group> groups,
                 UniqueFunction<void(std::optional<Error>)> done);
    /// Takes readings of first contact (configuration group) as if they had been polled.
    void applyGroup(mibmap::Group group, std::vector<VarBind> varbinds);
    /// Intervals or access of the configuration changed.
    void reconfigure();
    /// Rows that must survive a stop of the gateway and are not stored yet.
    void collectUnsaved(store::Batch& batch);
    /// The day's packets and bytes, if they moved. They go with the readings, and with what is
    /// stored at a stop; never by themselves for a poll.
    void collectTraffic(store::Batch& batch);

  private:
    struct PollRun;
    struct Refresh;

    [[nodiscard]] std::vector<std::unique_ptr<Diagnostic>> tests();
    /// Where it takes pages as they are: the raw port of its map, or else 9100.
    [[nodiscard]] std::optional<net::Endpoint> rawPort() const;
    void refreshNext(std::shared_ptr<Refresh> call);

    void onCycleTimer();
    void noteTraffic();
    void showTraffic(ChangeRecorder& changes);
    /// False if the packets or bytes of the day are used up.
    [[nodiscard]] bool mayPoll();
    /// True if they are: then it has done what is left to do in this cycle.
    [[nodiscard]] bool limitedCycle();
    void askPresence();
    void showLimited(std::string_view error);
    [[nodiscard]] std::string limitText();
    void schedule(Millis delay);
    void scheduleNext();
    [[nodiscard]] std::vector<mibmap::Group> dueGroups() const;
    [[nodiscard]] bool configurationStands() const;
    [[nodiscard]] Millis intervalOf(mibmap::Group group) const;
    void identify(std::shared_ptr<PollRun> run);
    void onIdentified(std::shared_ptr<PollRun> run, Result<snmp::ReadResult> result);
    void onMap(std::shared_ptr<PollRun> run);
    void readNext(std::shared_ptr<PollRun> run);
    void onGroupRead(std::shared_ptr<PollRun> run,
                     mibmap::Group group,
                     Result<snmp::ReadResult> result);
    void finishRun(const std::shared_ptr<PollRun>& run);
    void onAnswered();
    void onFailed(const Error& error);
    /// False if another printer answered.
    [[nodiscard]] bool sameIdentity(const mibmap::Evaluation& evaluation) const;
    /// Translates an answer and puts it into the tree; an answer that would change nothing but
    /// times of reading is not translated. What the map could not use is appended to `problems`.
    /// False if another printer answered.
    [[nodiscard]] bool takeAnswer(mibmap::Group group,
                                  std::span<const VarBind> varbinds,
                                  std::vector<std::string>& problems);
    void takeSameAnswer(mibmap::Group group,
                        std::span<const VarBind> varbinds,
                        WallTime lastRead,
                        std::vector<std::string>& problems);
    [[nodiscard]] Circumstances circumstances() const;
    bool applyEvaluation(mibmap::Group group,
                         const mibmap::Evaluation& evaluation,
                         const AnswerPrint& print);
    void finishAnswer(ChangeRecorder& changes);
    [[nodiscard]] ApplyContext applyContext() const;
    void derive();
    /// The gateway's alerts (gateway_alerts.hpp); `alertsRead`: the printer's own are known.
    void updateOwnAlerts(bool alertsRead, ChangeRecorder& changes);
    /// False if it tells no uptime.
    bool noteUpTime(const mibmap::Evaluation& evaluation);
    void noteCounters(const struct CounterOutcome& outcome, ChangeRecorder& changes);
    void noteCompleteCounters(ChangeRecorder& changes);
    /// False if counters that should agree do not.
    bool noteChecks(std::string_view totalSource, ChangeRecorder& changes);
    void noteGroup(mibmap::Group group, ChangeRecorder& changes);
    void noteWritable(ChangeRecorder& changes);
    void explainEvaluation(const mibmap::Evaluation& evaluation,
                           const class EvaluationApplier& applier);
    void publish(std::vector<Change> changes);
    /// `all`: also counters of which only the time moved.
    void saveInstancesAndCounters(store::Batch& batch, bool all = false);
    void saveSoon();
    void startSaveTimer();
    void saveReadings();
    [[nodiscard]] std::string_view silentStatus(bool gone, std::string_view snmpStatus) const;
    [[nodiscard]] std::string shownStatus() const;  // CommunicationStatus
    [[nodiscard]] bool refused() const;             // it answers, but not to this credential
    void setCommunication(std::string_view status,
                          std::string_view snmpStatus,
                          std::string_view error);
    void takeConfiguredSettings();
    void applyConnectionSettings();
    void afterWrite(const std::vector<Assignment>& assignments);
    [[nodiscard]] bool keptByGateway(const model::ParamRef& ref) const;
    [[nodiscard]] bool writesAllowed() const;
    void finishReboot(Result<void> result);
    void watchReboot();

    FleetContext& context_;
    PrinterEvents& events_;
    store::DeviceRecord record_;
    Identity identity_;
    PrinterState state_;
    KeptRows rows_;
    DiagnosticsRunner diagnostics_;
    std::optional<model::ObjectIndex> testPage_;
    SummaryKeeper summary_;
    mibmap::DeviceContext deviceContext_;
    AnswerMemory answers_;
    std::shared_ptr<const mibmap::CompiledMap> map_;
    net::Endpoint endpoint_;
    SnmpAccess access_;
    std::optional<snmp::TargetId> target_;
    std::optional<snmp::TargetId> writeTarget_;  ///< Only when the write community differs.
    Reachability reach_;
    SteadyTime lastAnswer_;        ///< Or when it was taken up.
    Millis longestSilence_{0};     ///< After which it answered again.
    snmp::TargetTraffic counted_;  ///< Of the targets, already in the meter.
    SteadyTime nextPresence_{};
    bool limited_ = false;
    std::array<SteadyTime, mibmap::kPollGroups.size()> nextDue_{};
    std::optional<net::TimerId> timer_;
    std::optional<net::TimerId> saveTimer_;
    std::optional<net::TimerId> searchTimer_;
    std::optional<std::uint64_t> lastUpTime_;
    std::uint32_t profilesShape_ = 0;  // Tree::shape at the last look at the profiles
    WallTime lastUpTimeRead_ = kUnknownTime;
    WallTime lastConfigurationRead_ = kUnknownTime;
    std::optional<std::uint64_t> lastConfigChanges_;
    bool configurationWanted_ = false;
    bool countersSuspect_ = false;
    bool alertsRead_ = false;  ///< Since derive().
    bool polling_ = false;
    bool running_ = false;
    bool tracing_ = false;
    bool unsavedReadings_ = false;
    bool saveNow_ = false;  ///< This answer told something that does not happen twice.
    bool everSaved_ = false;
    bool capabilitiesWanted_ = true;  ///< ProfileNames and WritableList are to be made again.
    struct RebootWait {
        UniqueFunction<void(Result<void>)> done;
        SteadyTime deadline;
    };
    std::optional<RebootWait> reboot_;
    std::vector<UniqueFunction<void(std::vector<GroupReport>)>> waiting_;
    std::vector<Explanation> explanations_;
    /// Callbacks of polls that outlive this connection find it gone.
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
    /// The same for this object.
    std::shared_ptr<int> exists_ = std::make_shared<int>(0);

    friend class PrinterWrite;
};

}  // namespace platen::fleet
