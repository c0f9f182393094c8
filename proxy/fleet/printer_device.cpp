// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/printer_device.hpp"

#include "base/first_yes.hpp"
#include "proxy/discovery/scanner.hpp"
#include "proxy/fleet/device_values.hpp"
#include "proxy/fleet/gateway_values.hpp"
#include "proxy/fleet/keep.hpp"
#include "proxy/fleet/probe_diagnostic.hpp"
#include "proxy/fleet/refresh_diagnostic.hpp"
#include "proxy/fleet/snmp_access_values.hpp"
#include "proxy/fleet/test_page_diagnostic.hpp"
#include "proxy/fleet/writable_list.hpp"

#include <algorithm>
#include <utility>

namespace platen::fleet {

namespace {

/// Readings are stored at most this often for one printer; a stop of the gateway stores them at
/// once.
constexpr Millis kSaveInterval{5 * 60 * 1000};
constexpr Millis kFirstSave{5'000};

snmp::TargetOptions targetOptions(const FleetContext& context,
                                  const model::Tree& tree,
                                  const net::Endpoint& endpoint,
                                  const SnmpAccess& access,
                                  const Secret& community) {
    const auto number = [&](model::ParamIndex param, std::uint64_t fallback) {
        const auto value = tree.get(inService(param));
        return value ? value->asUnsigned() : fallback;
    };
    constexpr std::uint64_t kShortestTimeout = 100;
    constexpr std::uint64_t kLongestTimeout = 60'000;
    constexpr std::uint64_t kMostRetries = 10;
    snmp::TargetOptions options;
    options.endpoint = endpoint;
    options.version = access.version;
    options.community = community.clone();
    options.user = access.user;
    const auto timeout = number(context.names.snmpTimeout,
                                static_cast<std::uint64_t>(context.settings->snmp.timeout.count()));
    options.timeout =
        Millis(static_cast<Millis::rep>(std::clamp(timeout, kShortestTimeout, kLongestTimeout)));
    options.retries = static_cast<std::uint32_t>(
        std::min(number(context.names.snmpRetries, context.settings->snmp.retries), kMostRetries));
    options.pause = context.settings->snmp.pause;
    options.noBulk = number(context.names.snmpMaxRepetitions, 1) == 0;
    constexpr std::uint64_t kMostRepetitions = 100;
    if (tree.sourceOf(inService(context.names.snmpMaxRepetitions)) == model::Source::Acs) {
        options.maxRepetitions = static_cast<std::uint32_t>(
            std::min(number(context.names.snmpMaxRepetitions, 0), kMostRepetitions));
    }
    return options;
}

}  // namespace

PrinterDevice::PrinterDevice(FleetContext& context,
                             PrinterEvents& events,
                             store::DeviceRecord record)
    : context_(context),
      events_(events),
      record_(std::move(record)),
      identity_{record_.manufacturer, record_.oui, record_.productClass, record_.serial},
      state_(context.codec.schema(), context.pool),
      rows_(context,
            record_.id,
            state_,
            [this](std::vector<Change> changes) { publish(std::move(changes)); }),
      diagnostics_({.tree = state_.tree,
                    .set =
                        [this](std::vector<Assignment> values) {
                            setGatewayValues(std::move(values), false);
                        },
                    .completed = [this] { events_.diagnosticsComplete(*this); }},
                   tests()),
      testPage_(context.codec.schema().findObject("MFP.{i}.Diagnostics.TestPage.")),
      summary_(context.codec, context.names),
      lastAnswer_(context.loop.clock().steadyNow()) {}

std::vector<std::unique_ptr<Diagnostic>> PrinterDevice::tests() {
    std::vector<std::unique_ptr<Diagnostic>> made;
    made.push_back(makeRefreshDiagnostic(context_.codec.schema(), context_.loop.clock(),
                                         [this](const std::vector<mibmap::Group>& groups,
                                                auto done) { refresh(groups, std::move(done)); }));
    made.push_back(makeProbeDiagnostic(
        context_.codec.schema(), [this](const snmp::ReadRequest& request, auto done) {
            if (!target_) {
                context_.loop.post([done = std::move(done)]() mutable {
                    done(fail(ErrorCode::Refused, "the printer is not connected"));
                });
            } else if (request.scalars.empty() && request.tables.empty()) {
                context_.loop.post(
                    [done = std::move(done)]() mutable { done(snmp::ReadResult{}); });
            } else {
                context_.engine.read(*target_, request, std::move(done));
            }
        }));
    if (context_.sendPage) {
        made.push_back(makeTestPageDiagnostic(
            context_.codec.schema(),
            {.loop = context_.loop,
             .allowed = [this] { return writesAllowed(); },
             .rawPort = [this] { return rawPort(); },
             .send = context_.sendPage,
             .poll = [this](const std::vector<mibmap::Group>& groups,
                            auto done) { refresh(groups, std::move(done)); },
             .gateway = context_.gateway.productClass + " " + context_.gateway.serial}));
    }
    return made;
}

std::optional<net::Endpoint> PrinterDevice::rawPort() const {
    if (!connected()) {
        return std::nullopt;
    }
    constexpr std::uint16_t kUsualPort = 9100;
    std::uint16_t port = kUsualPort;
    for (const auto& channel : firmwareChannels()) {
        if (channel.kind == mibmap::FirmwareChannel::Kind::Raw) {
            port = channel.port;
            break;
        }
    }
    return net::Endpoint{endpoint_.address, port};
}

PrinterDevice::~PrinterDevice() {
    disconnect();
}

const std::vector<std::string>& PrinterDevice::mapFiles() const {
    static const std::vector<std::string> kNone;
    return map_ ? map_->files() : kNone;
}

std::vector<mibmap::FirmwareChannel> PrinterDevice::firmwareChannels() const {
    const auto channels =
        map_ ? map_->firmwareChannels() : std::span<const mibmap::FirmwareChannel>();
    return {channels.begin(), channels.end()};
}

void PrinterDevice::prepare() {
    // What only the gateway has (C-DM-11).
    if (const auto& tables = context_.names.gatewayTables) {
        state_.tree.hideEmptyTable(tables->virtualDevices);
        if (const auto embedded =
                context_.codec.schema().findObject("Device.ManagementServer.EmbeddedDevice.{i}.")) {
            state_.tree.hideEmptyTable(*embedded);
        }
        state_.tree.hideEmptyTable(tables->hosts);
    }
    addPrinterDefaults(context_, record_, endpoint_, access_, state_);
    showDataModels(context_.dataModels, true, state_.tree);
    diagnostics_.prepare();
    rows_.prepare();
    state_.tree.compact();
    (void)state_.tree.takeMovedCounts();  // what was restored is no news
}

void PrinterDevice::connect(const net::Endpoint& endpoint, SnmpAccess access) {
    disconnect();
    endpoint_ = endpoint;
    access_ = std::move(access);
    target_ = context_.engine.addTarget(
        targetOptions(context_, state_.tree, endpoint_, access_, access_.community));
    if (!access_.writeCommunity.empty() &&
        access_.writeCommunity.reveal() != access_.community.reveal()) {
        writeTarget_ = context_.engine.addTarget(
            targetOptions(context_, state_.tree, endpoint_, access_, access_.writeCommunity));
    }
}

bool PrinterDevice::accessOfAcs() const {
    const auto params = accessParams(context_.names);
    return std::any_of(params.begin(), params.end(), [this](model::ParamIndex param) {
        return state_.tree.sourceOf(inService(param)) == model::Source::Acs;
    });
}

void PrinterDevice::takeAcsAccess() {
    const auto port = state_.tree.get(inService(context_.names.snmpPort));
    auto endpoint = endpoint_;
    endpoint.port = port ? static_cast<std::uint16_t>(port->asUnsigned()) : endpoint.port;
    auto access = accessOf(context_.names, state_.tree, access_);
    if (connected() && (endpoint != endpoint_ || !access.sameAs(access_))) {
        connect(endpoint, std::move(access));
    }
}

void PrinterDevice::showAccess() {
    for (const auto param : accessParams(context_.names)) {
        if (state_.tree.sourceOf(inService(param)) == model::Source::Gateway) {
            state_.tree.erase(inService(param));
        }
    }
    prepare();
}

void PrinterDevice::connect(discovery::Contact contact) {
    connect(contact.endpoint, std::move(contact.access));
    deviceContext_ = std::move(contact.context);
    map_ = std::move(contact.map);
}

void PrinterDevice::disconnect() {
    // Removing a target fails its jobs through their callbacks; those find a new token and stay
    // away.
    alive_ = std::make_shared<int>(0);
    polling_ = false;
    // Who waits goes on: a new printer is announced also if its first poll is broken off here.
    for (auto& done : std::exchange(waiting_, {})) {
        context_.loop.post([done = std::move(done)]() mutable { done({}); });
    }
    finishReboot(fail(ErrorCode::Refused, "the printer was disconnected"));
    if (timer_) {
        context_.loop.cancel(*timer_);
        timer_.reset();
    }
    if (saveTimer_) {
        context_.loop.cancel(*saveTimer_);
        saveTimer_.reset();
    }
    if (searchTimer_) {
        context_.loop.cancel(*searchTimer_);
        searchTimer_.reset();
    }
    noteTraffic();
    counted_ = {};
    if (target_) {
        context_.engine.removeTarget(*target_);
        target_.reset();
    }
    if (writeTarget_) {
        context_.engine.removeTarget(*writeTarget_);
        writeTarget_.reset();
    }
    map_.reset();
    answers_.clear();
    nextDue_.fill(SteadyTime{});
    running_ = false;
}

void PrinterDevice::takeConfiguredSettings() {
    // What an ACS set stays; what came from the configuration follows it.
    const auto& n = context_.names;
    const auto follow = [this](model::ParamIndex param) {
        if (state_.tree.sourceOf(inService(param)) == model::Source::Gateway) {
            state_.tree.erase(inService(param));
        }
    };
    for (const auto param : {n.statusInterval, n.supplyInterval, n.counterInterval,
                             n.configInterval, n.snmpTimeout, n.snmpRetries, n.snmpTrapReceiver}) {
        follow(param);
    }
    bool accessOfAcs = false;
    for (const auto param : accessParams(n)) {
        follow(param);
        accessOfAcs = accessOfAcs || state_.tree.get(inService(param)).has_value();
    }
    auto candidates =
        discovery::candidatesFor(context_.settings->snmp, endpoint_.address, access_.label);
    const bool stillConfigured =
        std::any_of(candidates.begin(), candidates.end(),
                    [this](const auto& candidate) { return candidate.sameAs(access_); });
    if (!accessOfAcs && !stillConfigured && !candidates.empty()) {
        access_ = std::move(candidates.front());
    }
    prepare();
}

void PrinterDevice::reconfigure() {
    capabilitiesWanted_ = true;
    if (!connected()) {
        return;
    }
    const auto wasRunning = running_;
    takeConfiguredSettings();
    auto map = map_;
    auto deviceContext = deviceContext_;
    const auto endpoint = endpoint_;
    connect(endpoint, access_.clone());
    map_ = std::move(map);
    deviceContext_ = std::move(deviceContext);
    if (map_) {
        ChangeRecorder changes(state_.tree, ChangeCause::Gateway);
        noteWritable(changes);
        publish(changes.take());
    }
    if (wasRunning) {
        startPolling(Millis{0});
    }
}

void PrinterDevice::noteWritable(ChangeRecorder& changes) {
    changes.setText(inService(context_.names.writableList), writableList(*this, context_.codec));
}

bool PrinterDevice::writesAllowed() const {
    const auto allowed = state_.tree.get(inService(context_.names.allowDeviceWrites));
    return context_.settings->writes.snmp && (!allowed || allowed->asBool());
}

bool PrinterDevice::keptByGateway(const model::ParamRef& ref) const {
    const auto source = state_.tree.sourceOf(ref);
    return source && (*source == model::Source::Gateway || *source == model::Source::Acs);
}

bool PrinterDevice::writable(const model::ParamRef& ref) const {
    if (!context_.codec.schema().param(ref.param).readWrite || !state_.tree.get(ref)) {
        return false;
    }
    if (keptByGateway(ref)) {
        // A test page uses the printer's paper.
        return context_.codec.schema().param(ref.param).object != testPage_ || writesAllowed();
    }
    return writesAllowed() && map_ && map_->writable(ref.param);
}

void PrinterDevice::setGatewayValues(std::vector<Assignment> assignments, bool keep) {
    ChangeRecorder changes(state_.tree, ChangeCause::Gateway);
    commitAndLog(context_.store,
                 setOwnValues(assignments, keep, context_.codec, record_.id, changes),
                 store::Durability::Durable, record_.id);
    summary_.update(state_.tree, changes);
    publish(changes.take());
}

void PrinterDevice::publish(std::vector<Change> changes) {
    if (changes.empty()) {
        return;
    }
    saveSoon();
    events_.valuesChanged(*this, changes);
}

void PrinterDevice::checkReachable(UniqueFunction<void(bool)> done) {
    constexpr Millis kYoung{30'000};
    constexpr Millis kProbeLimit{1500};
    const auto lastContact = state_.tree.get(inService(context_.names.lastContactTime));
    const bool young =
        lastContact && context_.loop.clock().wallNow() - lastContact->asTime() < kYoung;
    if (!connected() || (young && reach_.reachable())) {
        context_.loop.post([done = std::move(done), up = reachable()]() mutable { done(up); });
        return;
    }
    // An agent of v1 or v2c is silent to a wrong community: the ACS may come to bring the right one
    // if the printer is on (C-PRX-24).
    const bool asksWeb = context_.webAnswers && !reach_.reachable();
    const FirstYes answer(asksWeb ? 2 : 1, std::move(done));
    // Printers with a queue of polls must not hold the ACS.
    context_.loop.after(kProbeLimit, "printer.probe",
                        [answer, up = reach_.reachable() || refused()] { answer.end(up); });
    if (asksWeb) {
        context_.webAnswers(endpoint_.address, kProbeLimit, answer);
    }
    snmp::ReadRequest request;
    request.scalars.push_back(Oid{1, 3, 6, 1, 2, 1, 1, 3, 0});
    context_.engine.read(*target_, std::move(request),
                         [answer](const Result<snmp::ReadResult>& result) {
                             // One that refuses the credential is on, and the ACS may come to bring
                             // the right one.
                             answer(result || result.error().code == ErrorCode::AuthFailed);
                         });
}

void PrinterDevice::saveInstancesAndCounters(store::Batch& batch, bool all) {
    for (const auto& record : state_.instances.takeDirty()) {
        batch.emplace_back(toRow(record_.id, context_.codec.schema(), record));
    }
    for (auto& entry : state_.counters) {
        if (entry.dirty || (all && entry.read)) {
            batch.emplace_back(toRow(record_.id, context_.codec, entry));
            entry.dirty = false;
            entry.read = false;
        }
    }
    if (std::exchange(state_.restart.dirty, false)) {
        batch.emplace_back(store::ReadingRow{.device = record_.id,
                                             .name = std::string(kRestartRow),
                                             .text = packRestart(state_.restart),
                                             .source = 0});
    }
}

void PrinterDevice::collectUnsaved(store::Batch& batch) {
    saveInstancesAndCounters(batch, unsavedReadings_);
    if (unsavedReadings_) {
        batch.emplace_back(store::ReadingRow{.device = record_.id,
                                             .name = std::string(kReadingsRow),
                                             .text = packReadings(state_.tree, context_.codec),
                                             .source = 0});
        if (auto supplies = packSupplies(state_.supplies); !supplies.empty()) {
            batch.emplace_back(store::ReadingRow{.device = record_.id,
                                                 .name = std::string(kSuppliesRow),
                                                 .text = std::move(supplies),
                                                 .source = 0});
        }
        if (!access_.label.empty()) {
            batch.emplace_back(store::ReadingRow{.device = record_.id,
                                                 .name = std::string(kCredentialRow),
                                                 .text = access_.label,
                                                 .source = 0});
        }
        collectTraffic(batch);
        batch.emplace_back(record_);
        unsavedReadings_ = false;
        everSaved_ = true;
    }
}

void PrinterDevice::saveSoon() {
    unsavedReadings_ = true;
    startSaveTimer();
}

void PrinterDevice::startSaveTimer() {
    if (saveTimer_ || !running_) {
        return;
    }
    // A new printer's first readings are stored soon, so that a crash does not make them changes
    // again. A random part keeps thousands of printers from saving in the same moment.
    const auto wait = everSaved_ ? kSaveInterval : kFirstSave;
    const auto spread = static_cast<Millis::rep>(
        context_.random.below(static_cast<std::uint64_t>(wait.count() / 5)));
    saveTimer_ = context_.loop.after(wait + Millis(spread), "printer.save", [this] {
        saveTimer_.reset();
        saveReadings();
    });
}

void PrinterDevice::saveReadings() {
    store::Batch batch;
    collectUnsaved(batch);
    collectTraffic(batch);
    commitAndLog(context_.store, std::move(batch), store::Durability::Relaxed, record_.id);
}

}  // namespace platen::fleet
