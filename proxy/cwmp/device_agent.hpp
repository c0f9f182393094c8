// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "proxy/cwmp/change_set.hpp"
#include "proxy/cwmp/context.hpp"
#include "proxy/cwmp/event_queue.hpp"
#include "proxy/cwmp/session_run.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace platen::cwmp {

/// Answer to a connection request (C-CR).
enum class ConnectionRequestVerdict : std::uint8_t {
    Accepted,
    RateLimited,  ///< 503
    Unreachable,  ///< 503: the printer is off (C-PRX-22).
    Disabled,     ///< EnableCWMP is false, no device, or the gateway stops.
};

/// What operators see of one device's CWMP side.
struct AgentStatus {
    bool active = false;
    bool waiting = false;  ///< For a place among the sessions.
    std::uint32_t retryCount = 0;
    WallTime lastSuccess = kUnknownTime;
    WallTime lastFailure = kUnknownTime;
    std::string lastError;  ///< Of the last session, empty if it succeeded.
};

/// The CWMP client of one device: events, changes, retries, times, and at most one session. While
/// idle it is a few hundred bytes and two timers. thread: loop
class DeviceAgent final : public SessionRun::Host {
  public:
    DeviceAgent(Context& context, DeviceId id);
    DeviceAgent(const DeviceAgent&) = delete;
    DeviceAgent& operator=(const DeviceAgent&) = delete;
    ~DeviceAgent() override;

    // From the store, before attach.
    void restoreEvent(const store::EventRow& row) { events_.restore(row); }
    void restoreChanged(std::string_view name) { changes_.restore(name); }
    void restoreFact(std::string_view kind, const std::string& text);

    void attach(fleet::ManagedDevice& device, bool isNew);
    /// The device went away; a running session ends without its callbacks.
    void detach();
    /// After detach(): nothing of the device is remembered any more.
    void forget();
    void valuesChanged(std::span<const fleet::Change> changes);
    void restarted();
    /// A test that the ACS had requested has ended (C-EVT-08).
    void diagnosticsComplete();
    /// A file transfer is to be reported.
    void transferEnded();
    /// A file was taken or given though the ACS had not asked for it; it is reported if the policy
    /// wants it (C-XFER-24). `more` is stored in any case, in the same transaction.
    void transferredByItself(transfer::Transfer transfer, store::Batch more);
    /// The gate has a place. False: nothing to say.
    bool startSession();
    /// `done` comes once, never inside the call.
    void connectionRequested(UniqueFunction<void(ConnectionRequestVerdict)> done);
    /// The settings of the ACS or the public URL changed.
    void settingsChanged();
    /// Shutdown: no timers any more; abort() ends a running session.
    void stop();
    void abort();

    [[nodiscard]] bool active() const { return run_ != nullptr; }
    [[nodiscard]] AgentStatus status() const;

    // Kinds of facts in the store: `cwmp.KIND.DEVICE`.
    static constexpr std::string_view kAcsFact = "acs";          ///< URL that confirmed BOOTSTRAP.
    static constexpr std::string_view kRetryFact = "retry";      ///< RetryCount (C-INF-07).
    static constexpr std::string_view kPathFact = "path";        ///< Of connection requests.
    static constexpr std::string_view kVersionFact = "version";  ///< Last SoftwareVersion told.
    /// URL of an ACS that does not know AutonomousTransferComplete (C-XFER-25).
    static constexpr std::string_view kNoAutonomousFact = "noautonomous";

  private:
    enum class Timer : std::uint8_t { Retry, Periodic, Notify, Scheduled };

    void confirm(UniqueFunction<void()> done) override;
    void reported(const TransferReport& report,
                  std::uint32_t refusal,
                  UniqueFunction<void()> done) override;
    void ended(const SessionOutcome& outcome) override;

    // device_agent.cpp
    void applyDeviceDefaults(bool reset);
    void updateTable();
    void compareVersion();
    /// Something that an Inform could say, changes aside.
    [[nodiscard]] bool hasEvents() const;
    [[nodiscard]] std::string softwareVersion() const;
    void checkBootstrap();
    void handleRestart();
    void afterManagementChange(model::ParamIndex param);
    void addEvent(EventCode code);
    /// The printer may be back: what its absence held up goes out (C-PRX-25).
    void resumeHeld();
    void store(store::Batch batch) { context_.commit(id_, std::move(batch)); }
    [[nodiscard]] store::FactRow fact(std::string_view kind, std::string text) const;
    [[nodiscard]] ManagementServer server() const;
    [[nodiscard]] bool canRun() const;
    bool takeConnectionRequestToken();

    // device_agent_session.cpp
    void requestSession();
    void runSucceeded();
    void runFailed(const SessionOutcome& outcome);
    void afterSession(const SessionOutcome& outcome);
    void startReboot();
    void startFactoryReset();
    void setRetryCount(std::uint32_t count);
    void scheduleRetry(Millis atLeast);
    void reportLater();
    void schedulePeriodic();
    void onPeriodic();
    void armScheduled();
    void onScheduled();
    void armNotify();
    [[nodiscard]] bool hasActiveChange() const;
    void cancel(Timer timer);
    [[nodiscard]] std::optional<net::TimerId>& slot(Timer timer);

    Context& context_;
    DeviceId id_;
    fleet::ManagedDevice* device_ = nullptr;  ///< Between attach and detach.
    EventQueue events_;
    ChangeSet changes_;
    std::unique_ptr<SessionRun> run_;

    std::string path_;          ///< Of connection requests.
    std::string bootstrapUrl_;  ///< ACS that confirmed BOOTSTRAP; empty: none yet.
    std::string sessionUrl_;    ///< ACS of the running session.
    std::string noAutonomous_;  ///< ACS that does not know AutonomousTransferComplete.
    std::string toldVersion_;   ///< SoftwareVersion of the last confirmed Inform.
    std::optional<net::TimerId> retryTimer_, periodicTimer_, notifyTimer_, scheduledTimer_;
    WallTime periodicAt_ = kUnknownTime;
    SteadyTime lastSuccess_{};  ///< End of the last successful session since the start.
    SteadyTime oldDialectUntil_{};
    SteadyTime tokensAt_{};
    std::uint32_t tokens_;
    std::uint32_t retryCount_ = 0;  ///< As in the Inform.
    std::uint32_t unheard_ = 0;     ///< Good sessions in a row that took none of our reports.
    std::uint32_t attempts_ = 0;    ///< Failures since the restart of the device (C-RTY-05).
    Dialect dialect_ = Dialect::Cwmp12;
    bool waiting_ = false;
    bool again_ = false;  ///< Something happened during the session that wants another.
    bool bootstrapInFlight_ = false;
    bool periodicMissed_ = false;  ///< A periodic time passed while the printer was off.
    bool scheduledHeld_ = false;   ///< The time of a ScheduleInform did.
    bool reportTaken_ = false;     ///< By the ACS, in the running session.
    bool quiet_ = false;           ///< Our own defaults are no news for the ACS.
    bool rebooting_ = false;
    bool hadSuccess_ = false;
    bool newDialectWorks_ = false;  ///< This ACS has taken the newest namespace before.
    WallTime lastSuccessAt_ = kUnknownTime;
    WallTime lastFailureAt_ = kUnknownTime;
    std::string lastError_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::cwmp
