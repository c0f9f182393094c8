// SPDX-License-Identifier: Apache-2.0
// A printer's polls: which group is due, and reading it.
#include "proxy/discovery/read_request.hpp"
#include "proxy/fleet/derived_states.hpp"
#include "proxy/fleet/packet_budget.hpp"
#include "proxy/fleet/printer_device.hpp"
#include "proxy/fleet/snmp_access_values.hpp"

#include <algorithm>
#include <utility>

namespace platen::fleet {

using mibmap::Group;

namespace {

std::size_t slotOf(Group group) {
    const auto it = std::find(mibmap::kPollGroups.begin(), mibmap::kPollGroups.end(), group);
    return static_cast<std::size_t>(it - mibmap::kPollGroups.begin());
}

/// Translation order: configuration gives charsets and colorants to the others, status the uptime
/// to the counters.
std::vector<Group> inOrder(std::vector<Group> groups) {
    static constexpr std::array kOrder{Group::Configuration, Group::Status, Group::Supplies,
                                       Group::Counters};
    std::vector<Group> sorted;
    for (const auto group : kOrder) {
        if (std::find(groups.begin(), groups.end(), group) != groups.end()) {
            sorted.push_back(group);
        }
    }
    return sorted;
}

}  // namespace

/// One pass over some groups.
struct PrinterDevice::PollRun {
    std::vector<Group> groups;
    std::size_t next = 0;
    std::vector<GroupReport> reports;
    bool failed = false;
    bool applied = false;  ///< A group brought values.
};

Millis PrinterDevice::intervalOf(Group group) const {
    const auto& n = context_.names;
    const auto param = group == Group::Status     ? n.statusInterval
                       : group == Group::Supplies ? n.supplyInterval
                       : group == Group::Counters ? n.counterInterval
                                                  : n.configInterval;
    const auto value = state_.tree.get(inService(param));
    constexpr std::uint64_t kShortest = 1;
    constexpr std::uint64_t kLongest = 30ULL * 24 * 3600;
    const auto seconds = value ? value->asUnsigned() : 0;
    if (seconds == 0) {
        return Millis::max();  // 0 = never
    }
    return std::chrono::seconds(std::clamp(seconds, kShortest, kLongest));
}

void PrinterDevice::startPolling(Millis initialDelay) {
    running_ = true;
    const auto now = context_.loop.clock().steadyNow();
    for (auto& due : nextDue_) {
        due =
            std::max(due, now + initialDelay);  // a group that was read a moment ago keeps its time
    }
    schedule(initialDelay);
}

void PrinterDevice::schedule(Millis delay) {
    if (timer_) {
        context_.loop.cancel(*timer_);
    }
    timer_ = context_.loop.after(delay, "printer.poll", [this] {
        timer_.reset();
        onCycleTimer();
    });
}

void PrinterDevice::scheduleNext() {
    if (!running_ || !connected()) {
        return;
    }
    const auto now = context_.loop.clock().steadyNow();
    if (reach_.failures() > 0) {
        const auto interval = intervalOf(Group::Status);
        schedule(
            reach_.retryDelay(interval == Millis::max() ? Reachability::kSlowestRetry : interval));
        return;
    }
    const auto due = *std::min_element(nextDue_.begin(), nextDue_.end());
    const auto wait = due > now ? std::chrono::ceil<Millis>(due - now) : Millis{0};
    constexpr Millis kLongestSleep{60 * 60 * 1000};
    schedule(std::min(wait, kLongestSleep));
}

std::vector<Group> PrinterDevice::dueGroups() const {
    const auto now = context_.loop.clock().steadyNow();
    std::vector<Group> due;
    for (const auto group : mibmap::kPollGroups) {
        if (nextDue_.at(slotOf(group)) <= now) {
            due.push_back(group);
        }
    }
    return due;
}

bool PrinterDevice::configurationStands() const {
    // prtGeneralConfigChanges is a hint only (mfp-model 7.7): it may spare reads for a day, not for
    // ever.
    constexpr std::chrono::hours kLongestTrust{24};
    return lastConfigChanges_ && !configurationWanted_ && lastConfigurationRead_ != kUnknownTime &&
           context_.loop.clock().wallNow() - lastConfigurationRead_ < kLongestTrust;
}

void PrinterDevice::onCycleTimer() {
    const auto enabled = state_.tree.get(inService(context_.names.enable));
    const auto snmpEnabled = state_.tree.get(inService(context_.names.snmpEnable));
    if ((enabled && !enabled->asBool()) || (snmpEnabled && !snmpEnabled->asBool())) {
        setCommunication("Disabled", "Disabled", "");
        return;  // writing Enable starts it again
    }
    if (limitedCycle()) {
        return;
    }
    // A silent printer is asked for its status only; the rest follows when it answers.
    auto groups = reach_.failures() > 0 ? std::vector<Group>{Group::Status} : dueGroups();
    if (configurationStands() && std::erase(groups, Group::Configuration) > 0) {
        nextDue_.at(slotOf(Group::Configuration)) =
            context_.loop.clock().steadyNow() + intervalOf(Group::Configuration);
    }
    if (groups.empty()) {
        scheduleNext();
        return;
    }
    pollGroups(std::move(groups), [](const std::vector<GroupReport>& /*reports*/) {});
}

void PrinterDevice::pollGroups(std::vector<Group> groups,
                               UniqueFunction<void(std::vector<GroupReport>)> done) {
    waiting_.push_back(std::move(done));
    if (polling_ || !connected()) {
        return;  // joins the run under way
    }
    polling_ = true;
    auto run = std::make_shared<PollRun>();
    run->groups = inOrder(std::move(groups));
    if (map_) {
        readNext(std::move(run));
    } else {
        identify(std::move(run));
    }
}

void PrinterDevice::identify(std::shared_ptr<PollRun> run) {
    context_.engine.read(
        *target_, discovery::toRequest(context_.maps.identifyPlan()),
        [this, run, weak = std::weak_ptr<int>(alive_)](Result<snmp::ReadResult> result) mutable {
            if (!weak.expired()) {
                onIdentified(std::move(run), std::move(result));
            }
        });
}

void PrinterDevice::onIdentified(std::shared_ptr<PollRun> run, Result<snmp::ReadResult> result) {
    if (!result) {
        run->reports.push_back({.group = Group::Identify,
                                .error = result.error(),
                                .pdus = 0,
                                .bytes = 0,
                                .took = {},
                                .problems = {},
                                .objects = 0});
        onFailed(result.error());
        finishRun(run);
        return;
    }
    context_.maps.identify(result->varbinds, deviceContext_);
    context_.maps.choose(deviceContext_,
                         [this, run = std::move(run), weak = std::weak_ptr<int>(alive_)](
                             std::shared_ptr<const mibmap::CompiledMap> map) mutable {
                             if (!weak.expired()) {
                                 map_ = std::move(map);
                                 onMap(std::move(run));
                             }
                         });
}

void PrinterDevice::onMap(std::shared_ptr<PollRun> run) {
    // Charsets, colorants and rows are needed before anything else can be translated.
    if (std::find(run->groups.begin(), run->groups.end(), Group::Configuration) ==
        run->groups.end()) {
        run->groups.insert(run->groups.begin(), Group::Configuration);
    }
    readNext(std::move(run));
}

void PrinterDevice::readNext(std::shared_ptr<PollRun> run) {
    if (run->failed || run->next >= run->groups.size()) {
        finishRun(run);
        return;
    }
    const auto group = run->groups[run->next++];
    const auto& plan = map_->plan(group, deviceContext_);
    if (plan.scalars.empty() && plan.tables.empty()) {
        readNext(std::move(run));
        return;
    }
    auto request = discovery::toRequest(plan);
    request.forgetAbsent = group == Group::Configuration && configurationWanted_;
    context_.engine.read(*target_, std::move(request),
                         [this, run, group, weak = std::weak_ptr<int>(alive_)](
                             Result<snmp::ReadResult> result) mutable {
                             if (!weak.expired()) {
                                 onGroupRead(std::move(run), group, std::move(result));
                             }
                         });
}

void PrinterDevice::onGroupRead(std::shared_ptr<PollRun> run,
                                Group group,
                                Result<snmp::ReadResult> result) {
    GroupReport report;
    report.group = group;
    if (!result) {
        report.error = result.error();
        run->reports.push_back(std::move(report));
        run->failed = endsContact(result.error().code);
        if (run->failed) {
            onFailed(result.error());
        }
        readNext(std::move(run));
        return;
    }
    report.pdus = result->pdus;
    report.bytes = result->bytes;
    report.took = result->took;
    report.objects = result->varbinds.size();
    report.problems = std::move(result->problems);
    if (takeAnswer(group, result->varbinds, report.problems)) {
        run->applied = true;
    } else {
        run->failed = true;  // another printer: nothing more is read here
    }
    run->reports.push_back(std::move(report));
    if (group == Group::Status && !run->failed && configurationWanted_ &&
        std::find(run->groups.begin(), run->groups.end(), Group::Configuration) ==
            run->groups.end()) {
        // Before the others: it may tell that this is another printer now.
        run->groups.insert(run->groups.begin() + static_cast<std::ptrdiff_t>(run->next),
                           Group::Configuration);
    }
    readNext(std::move(run));
}

void PrinterDevice::applyGroup(Group group, std::vector<VarBind> varbinds) {
    std::vector<std::string> ignored;
    if (takeAnswer(group, varbinds, ignored)) {
        derive();
    }
    const auto interval = intervalOf(group);
    nextDue_.at(slotOf(group)) = interval == Millis::max()
                                     ? SteadyTime::max()
                                     : context_.loop.clock().steadyNow() + interval;
}

void PrinterDevice::finishRun(const std::shared_ptr<PollRun>& run) {
    polling_ = false;
    const auto now = context_.loop.clock().steadyNow();
    const bool answered = reach_.failures() == 0;
    if (run->applied) {
        derive();
    }
    if (answered) {
        Millis took{0};
        for (const auto& report : run->reports) {
            took += report.took;
        }
        for (const auto group : run->groups) {
            // A counter that fell is looked at again soon: three reads must agree
            // (mfp-model 7.4.5).
            const auto interval =
                intervalOf(group == Group::Counters && countersSuspect_ ? Group::Status : group);
            nextDue_.at(slotOf(group)) =
                interval == Millis::max() ? SteadyTime::max() : now + pacedInterval(interval, took);
        }
        ChangeRecorder changes(state_.tree, ChangeCause::Gateway);
        changes.setText(inService(context_.names.serviceStatus), "Enabled");
        // What can be claimed depends on what is there, not on its values.
        if (capabilitiesWanted_ || profilesShape_ != state_.tree.shape()) {
            changes.setText(inService(context_.names.profileNames), profilesMet(state_.tree));
            noteWritable(changes);
            capabilitiesWanted_ = false;
            state_.tree.compact();
            state_.rowIndexes.shrink_to_fit();
            state_.counters.shrink_to_fit();
            profilesShape_ = state_.tree.shape();
        }
        summary_.update(state_.tree, changes);
        publish(changes.take());
    }
    scheduleNext();
    auto waiting = std::exchange(waiting_, {});
    for (auto& done : waiting) {
        done(run->reports);
    }
}

}  // namespace platen::fleet
