// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/gateway.hpp"

#include "base/log.hpp"
#include "base/log_recent.hpp"
#include "base/text.hpp"
#include "proxy/app/app.hpp"
#include "proxy/app/config_import.hpp"
#include "proxy/app/core.hpp"
#include "proxy/app/device_type_files.hpp"
#include "proxy/app/file_depot.hpp"
#include "proxy/app/firmware_printers.hpp"
#include "proxy/app/installation.hpp"
#include "proxy/app/knock.hpp"
#include "proxy/app/notify.hpp"
#include "proxy/app/page_sender.hpp"
#include "proxy/app/trap_service.hpp"
#include "proxy/app/vendor_files.hpp"
#include "proxy/app/xmpp_requests.hpp"
#include "proxy/cwmp/client_certificate.hpp"
#include "proxy/cwmp/connection_request.hpp"
#include "proxy/cwmp/connection_request_udp.hpp"
#include "proxy/cwmp/lightweight_notifier.hpp"
#include "proxy/cwmp/manager.hpp"
#include "proxy/fleet/fleet.hpp"
#include "proxy/fleet/ip_diagnostics.hpp"
#include "proxy/fleet/throughput_diagnostics.hpp"
#include "proxy/fleet/version.hpp"
#include "proxy/net/http_client.hpp"
#include "proxy/net/http_server.hpp"
#include "proxy/net/icmp.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/stun/bindings.hpp"
#include "proxy/transfer/transfers.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace platen::app {

namespace {

/// SIGTERM must be answered within this (design section 4); after it the process ends, whatever it
/// does.
constexpr unsigned kStopSeconds = 5;

sigset_t handledSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&set, signal);
    }
    return set;
}

void logIfFailed(const Result<void>& result) {
    if (!result) {
        LOG_ERROR("app", "store.failed", {"error", result.error().text});
    }
}

void keepFact(store::Store& store, std::string key, std::string text) {
    store::Batch batch;
    batch.emplace_back(store::FactRow{.key = std::move(key), .text = std::move(text)});
    store.commit(std::move(batch), store::Durability::Durable, logIfFailed);
}

constexpr const char* kUdpPortFact = "stun.port";
constexpr const char* kConfigFact = "config.seen";

std::optional<std::string> factOf(const store::Snapshot& snapshot, std::string_view key) {
    for (const auto& fact : snapshot.facts) {
        if (fact.key == key) {
            return fact.text;
        }
    }
    return std::nullopt;
}

/// The UDP port of the last run, 0 if there is none: a new one would be a new binding, and with it
/// a value change of every device that uses STUN.
std::uint16_t lastUdpPort(const store::Snapshot& snapshot) {
    const auto port = text::toUnsigned(factOf(snapshot, kUdpPortFact).value_or(""));
    return port && *port <= std::numeric_limits<std::uint16_t>::max()
               ? static_cast<std::uint16_t>(*port)
               : std::uint16_t{0};
}

/// The serial number that `auto` stands for: made once, then kept in the store.
std::string gatewaySerial(const config::Settings& settings,
                          const store::Snapshot& snapshot,
                          Core& core) {
    constexpr const char* kFact = "gateway.serial";
    if (settings.gateway.serial != "auto") {
        return settings.gateway.serial;
    }
    if (auto kept = factOf(snapshot, kFact)) {
        return std::move(*kept);
    }
    constexpr std::size_t kBytes = 6;
    auto serial = core.random.hex(kBytes);
    keepFact(*core.store, kFact, serial);
    return serial;
}

/// The running gateway: wires the layers and answers the signals.
class Gateway {
  public:
    Gateway(std::filesystem::path configFile, config::Settings settings)
        : configFile_(std::move(configFile)) {
        generations_.push_back(std::move(settings));
    }
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;
    ~Gateway() {
        for (const int descriptor : {signals_, lock_}) {
            if (descriptor >= 0) {
                ::close(descriptor);
            }
        }
    }

    int run() {
        if (const auto opened = open(); !opened) {
            LOG_CRITICAL("app", "start.failed", {"error", opened.error().text});
            return kExitFailed;
        }
        core_->loop.run();
        server_.reset();
        xmppRequests_.reset();
        traps_.reset();
        udpRequests_.reset();
        lightweight_.reset();
        bindings_.reset();
        manager_.reset();
        transfers_.reset();
        firmware_.reset();
        fleet_.reset();
        core_->store->flush();
        LOG_INFO("app", "stopped");
        return kExitOk;
    }

  private:
    [[nodiscard]] const config::Settings& settings() const { return generations_.back(); }

    Result<void> open() {
        std::error_code error;
        std::filesystem::create_directories(settings().gateway.stateDir, error);
        if (error) {
            return fail(ErrorCode::Refused,
                        settings().gateway.stateDir.string() + ": " + error.message());
        }
        if (auto locked = lockState(); !locked) {
            return locked;
        }
        auto core = Core::make(settings(), settings().gateway.stateDir / "platen.db");
        if (!core) {
            return tl::unexpected<Error>(core.error());
        }
        core_ = std::move(*core);
        auto snapshot = core_->store->load();
        if (!snapshot) {
            return tl::unexpected<Error>(snapshot.error());
        }
        auto machine = checkMachine(*snapshot, machineMark());
        if (!machine) {
            return tl::unexpected<Error>(machine.error());
        }
        if (*machine) {
            keepFact(*core_->store, (*machine)->key, (*machine)->text);
        }
        core_->context->gateway.serial = gatewaySerial(settings(), *snapshot, *core_);
        const bool tls = settings().acs.url.starts_with("https:");
        http_ = tls ? net::makeCurlClient(core_->loop, settings().acs.caFile)
                    : net::makeCurlClient(core_->loop);
        openTransfers();
        cwmp::ManagerOptions options;
        options.publicUrl = settings().connectionRequests.publicUrl;
        options.lightweight = settings().acs.lightweightNotifications;
        XmppRequests::configure(options, settings().xmpp);
        manager_ = std::make_unique<cwmp::Manager>(
            cwmp::ManagerPorts{core_->loop, *core_->store, *http_, core_->random,
                               *core_->knowledge.codec, *transfers_},
            settings().acs, options);
        offerDiagnostics();
        fleet_ = std::make_unique<fleet::Fleet>(*core_->context, *core_->prober);
        fleet_->addObserver(*manager_);
        followStun(*snapshot);
        offerLightweightNotifications();
        xmppRequests_ = std::make_unique<XmppRequests>(
            XmppRequests::Ports{core_->loop, core_->random, core_->knowledge.codec->schema()},
            *manager_, settings().xmpp);
        fleet_->addObserver(xmppRequests_->observer());
        if (auto listening = listen(); !listening) {
            return listening;
        }
        if (auto watched = watchSignals(); !watched) {
            return watched;
        }
        firmware_->restore(*snapshot);
        transfers_->restore(*snapshot);
        seenConfig_ = factOf(*snapshot, kConfigFact);
        if (auto traps = openTraps(*snapshot); !traps) {
            return traps;
        }
        manager_->restore(*snapshot);
        fleet_->restore(std::move(*snapshot));
        ::malloc_trim(0);  // the snapshot of thousands of printers is larger than what stays of it
        fleet_->start();
        noteConfiguration({});
        LOG_INFO("app", "started", {"version", fleet::kVersion},
                 {"serial", core_->context->gateway.serial}, {"acs", settings().acs.url});
        notifySystemd("READY=1");
        feedWatchdog();
        return {};
    }

    /// Before the fleet is restored: nothing is taken before the loop runs.
    Result<void> openTraps(const store::Snapshot& snapshot) {
        if (settings().snmp.trapsListen.empty()) {
            return {};
        }
        auto opened = TrapService::open(
            {core_->loop, *core_->store, core_->random, *fleet_, core_->background.get()},
            settings().snmp.trapsListen, factOf(snapshot, TrapService::kEngineFact));
        if (!opened) {
            return tl::unexpected<Error>(opened.error());
        }
        traps_ = std::move(*opened);
        return {};
    }

    /// Before the manager, which they outlive.
    void openTransfers() {
        log::keepRecent(FileDepot::kLogBytes);
        printers_ = std::make_unique<FirmwarePrinters>(
            core_->loop, core_->knowledge.codec->schema(), [this] { return fleet_.get(); });
        fetcher_ = transfer::makeCurlFetcher(core_->loop, [this] { return fetchSettings(); });
        firmware_ = std::make_unique<firmware::Firmware>(
            firmware::Firmware::Ports{core_->loop, *core_->store, *fetcher_, *printers_},
            [this] { return firmwareSettings(); });
        depot_ = std::make_unique<FileDepot>(FileDepot::Sources{
            .settings = [this]() -> const config::Settings& { return settings(); },
            .device = [this](DeviceId device) { return deviceOf(device); },
            .codec = *core_->knowledge.codec,
            .configFile = std::filesystem::absolute(configFile_),
            .firmware = firmware_.get()});
        transfers_ = std::make_unique<transfer::Transfers>(
            transfer::Transfers::Ports{core_->loop, *core_->store, *fetcher_, *depot_},
            settings().gateway.stateDir / "transfers", transfer::Limits{});
    }

    [[nodiscard]] transfer::FetchSettings fetchSettings() const {
        const auto& acs = settings().acs;
        transfer::FetchSettings fetch;
        fetch.caFile = acs.caFile.string();
        // The gateway fetches for its printers, too.
        const auto& self = fleet_->gateway().identity();
        fetch.clientCertificate = cwmp::deviceFile(acs.clientCertificate.string(), self);
        fetch.clientKey = cwmp::deviceFile(acs.clientKey.string(), self);
        fetch.proxy = acs.proxy;
        return fetch;
    }

    [[nodiscard]] firmware::Settings firmwareSettings() const {
        const auto& from = settings().firmware;
        return {from.catalogue, from.publicKey, from.holdFile, from.idle, from.timeout};
    }

    /// Shows the configuration file to the ACS, and tells it if the file is another than it was:
    /// the operator brought it, no ACS asked for it (C-XFER-24). At the first start it is no news.
    void noteConfiguration(const transfer::Outcome& outcome) {
        const auto file = readConfigFile(std::filesystem::absolute(configFile_));
        if (!file) {
            return;  // The settings were read a moment ago; the next look tells.
        }
        if (outcome.good()) {
            showVendorFiles(fleet_->gateway(), *core_->knowledge.codec, *file,
                            FileDepot::kLogBytes);
        }
        if (seenConfig_ == file->sha256) {
            return;
        }
        const bool first = !seenConfig_;
        seenConfig_ = file->sha256;
        store::Batch batch;
        batch.emplace_back(store::FactRow{.key = kConfigFact, .text = file->sha256});
        if (first) {
            core_->store->commit(std::move(batch), store::Durability::Durable, logIfFailed);
            return;
        }
        LOG_INFO("app", "configuration.changed", {"good", outcome.good()});
        const auto now = core_->loop.clock().wallNow();
        manager_->transferredByItself(fleet_->gateway().id(), importOf(*file, now, outcome),
                                      std::move(batch));
    }

    [[nodiscard]] fleet::ManagedDevice* deviceOf(DeviceId device) {
        if (device == fleet_->site().id()) {
            return &fleet_->site();
        }
        return fleet_->find(device);
    }

    /// Two gateways on one state would present each printer twice.
    Result<void> lockState() {
        const auto file = settings().gateway.stateDir / "platen.lock";
        constexpr mode_t kOwnerOnly = 0600;
        lock_ = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, kOwnerOnly);
        if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
            return fail(ErrorCode::Conflict,
                        file.string() + ": another gateway uses this state directory");
        }
        return {};
    }

    Result<void> listen() {
        if (settings().connectionRequests.listen.empty()) {
            return {};
        }
        requests_ = std::make_unique<cwmp::ConnectionRequests>(core_->loop, *manager_, core_->clock,
                                                               core_->random);
        net::HttpServerOptions options;
        options.listen = settings().connectionRequests.listen;
        deviceTypes_ = std::make_unique<DeviceTypeFiles>(*core_->knowledge.codec);
        core_->context->dataModels = deviceTypes_->entries(settings().connectionRequests.publicUrl);
        auto server = net::startPocoServer(options, [this](const net::ServerRequest& request) {
            if (auto file = deviceTypes_->answer(request)) {
                return std::move(*file);
            }
            return requests_->handle(request);
        });
        if (!server) {
            return tl::unexpected<Error>(server.error());
        }
        server_ = std::move(*server);
        return {};
    }

    /// Tests from the site, UDP echo and test pages; IPPing and TraceRoute only where the system
    /// lets us send echo requests.
    void offerDiagnostics() {
        if (auto icmp = net::openIcmp(core_->loop)) {
            icmp_ = std::move(*icmp);
        } else {
            LOG_INFO("app", "diagnostics.off", {"reason", icmp.error().text});
        }
        auto& context = *core_->context;
        context.gatewayTests = [this] {
            const auto& schema = core_->knowledge.codec->schema();
            auto tests = fleet::makeThroughputDiagnostics(
                schema, diagnostics::makeCurlThroughput(core_->loop, [this] {
                    const auto as = fetchSettings();
                    diagnostics::ThroughputSettings settings;
                    settings.caFile = as.caFile;
                    settings.clientCertificate = as.clientCertificate;
                    settings.clientKey = as.clientKey;
                    settings.proxy = as.proxy;
                    return settings;
                }));
            if (icmp_) {
                auto more = fleet::makeIpDiagnostics(
                    schema, {core_->loop, *icmp_, [this](const std::string& host, auto done) {
                                 core_->resolver->resolve(host, std::move(done));
                             }});
                std::move(more.begin(), more.end(), std::back_inserter(tests));
            }
            return tests;
        };
        context.openUdpEcho = [this](const diagnostics::UdpEchoOptions& options, auto counts) {
            return diagnostics::openUdpEcho(core_->loop, options, std::move(counts));
        };
        pages_ = std::make_unique<PageSender>(core_->loop);
        knocks_ = std::make_unique<Knocks>(core_->loop);
        context.sendPage = [this](const net::Endpoint& printer, const std::string& octets,
                                  auto done) { pages_->send(printer, octets, std::move(done)); };
        context.webAnswers = [this](const net::Address& printer, Millis limit, auto done) {
            constexpr std::array<std::uint16_t, 2> kWebPorts{80, 443};
            knocks_->anyTcp(printer, kWebPorts, limit, std::move(done));
        };
    }

    void offerLightweightNotifications() {
        if (!settings().acs.lightweightNotifications) {
            return;
        }
        lightweight_ = std::make_unique<cwmp::LightweightNotifier>(cwmp::LightweightNotifier::Ports{
            core_->loop, core_->random, *core_->resolver, *core_->knowledge.codec,
            [this] { return net::openUdp(core_->loop); }});
        fleet_->addObserver(*lightweight_);
    }

    /// Connection requests by UDP; no port is open until a device has STUNEnable.
    void followStun(const store::Snapshot& snapshot) {
        udpPort_ = lastUdpPort(snapshot);
        bindings_ =
            std::make_unique<stun::Bindings>(core_->loop, core_->random, *core_->resolver, [this] {
                auto opened = stun::openSockets(core_->loop, udpPort_);
                if (opened && (*opened)->port() != udpPort_) {
                    udpPort_ = (*opened)->port();
                    keepFact(*core_->store, kUdpPortFact, std::to_string(udpPort_));
                }
                return opened;
            });
        udpRequests_ = std::make_unique<cwmp::UdpConnectionRequests>(
            cwmp::UdpConnectionRequests::Ports{core_->loop, *core_->store,
                                               core_->knowledge.codec->schema(), *bindings_},
            *manager_);
        udpRequests_->restore(snapshot);
        fleet_->addObserver(*udpRequests_);
    }

    Result<void> watchSignals() {
        const auto set = handledSignals();
        signals_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
        if (signals_ < 0) {
            return fail(ErrorCode::Refused, "signalfd failed");
        }
        core_->loop.watch(signals_, net::Ready::Read, "app.signal",
                          [this](net::Ready) { onSignals(); });
        return {};
    }

    void onSignals() {
        signalfd_siginfo info{};
        while (::read(signals_, &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info))) {
            if (info.ssi_signo == SIGHUP) {
                reload();
            } else if (stopping_) {
                std::_Exit(kExitFailed);  // the second one means now
            } else {
                stop();
            }
        }
    }

    void reload() {
        auto outcome = config::loadSettings(configFile_);
        if (!outcome.ok) {
            LOG_ERROR("app", "reload.refused", {"errors", outcome.errorCount},
                      {"report", outcome.report});
            noteConfiguration({transfer::FaultCode::Corrupted, "the configuration has errors"});
            return;
        }
        // Old generations stay: a scan or a session under way may still read them. Reloads are rare
        // and settings are small.
        generations_.push_back(std::move(outcome.settings));
        core_->context->settings = &settings();
        manager_->applySettings(settings().acs, settings().connectionRequests.publicUrl);
        fleet_->reload();
        noteConfiguration({});
        LOG_INFO("app", "reloaded");
    }

    void stop() {
        stopping_ = true;
        LOG_INFO("app", "stopping");
        notifySystemd("STOPPING=1");
        ::alarm(kStopSeconds);  // SIGALRM ends a process that hangs
        server_.reset();
        xmppRequests_->stop();
        traps_.reset();
        udpRequests_->stop();
        if (lightweight_) {
            lightweight_->stop();
        }
        fleet_->stop();
        transfers_->stop();
        manager_->stop([this] { core_->loop.stop(); });
    }

    void feedWatchdog() {
        if (const auto period = watchdogPeriod()) {
            notifySystemd("WATCHDOG=1");
            core_->loop.after(*period, "app.watchdog", [this] { feedWatchdog(); });
        }
    }

    std::filesystem::path configFile_;
    std::list<config::Settings> generations_;
    std::unique_ptr<Core> core_;
    std::unique_ptr<net::HttpClient> http_;
    std::unique_ptr<FileDepot> depot_;
    std::unique_ptr<transfer::Fetcher> fetcher_;
    std::unique_ptr<FirmwarePrinters> printers_;
    std::unique_ptr<firmware::Firmware> firmware_;
    std::unique_ptr<transfer::Transfers> transfers_;
    std::unique_ptr<cwmp::Manager> manager_;
    std::unique_ptr<net::Icmp> icmp_;
    std::unique_ptr<PageSender> pages_;
    std::unique_ptr<Knocks> knocks_;
    std::unique_ptr<fleet::Fleet> fleet_;
    std::unique_ptr<cwmp::ConnectionRequests> requests_;
    std::unique_ptr<DeviceTypeFiles> deviceTypes_;
    std::unique_ptr<stun::Bindings> bindings_;
    std::unique_ptr<cwmp::UdpConnectionRequests> udpRequests_;
    std::unique_ptr<TrapService> traps_;
    std::unique_ptr<cwmp::LightweightNotifier> lightweight_;  ///< Null if it is not offered.
    std::unique_ptr<XmppRequests> xmppRequests_;
    std::uint16_t udpPort_ = 0;
    std::optional<std::string> seenConfig_;  ///< SHA-256 of the last file, good or bad.
    std::unique_ptr<net::HttpServer> server_;
    int signals_ = -1;
    int lock_ = -1;
    bool stopping_ = false;
};

}  // namespace

int runGateway(const std::filesystem::path& configFile, config::Settings settings) {
    const auto missing = config::missingForRun(settings);
    if (!missing.empty()) {
        for (const auto& text : missing) {
            std::fprintf(stderr, "platen: %s: %s\n", configFile.c_str(), text.c_str());
        }
        return kExitUsage;
    }
    // Before any thread starts, so that only the loop sees them.
    const auto set = handledSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // The state holds addresses, serial numbers and secrets: for this user only.
    ::umask(S_IRWXG | S_IRWXO);
    Gateway gateway(configFile, std::move(settings));
    return gateway.run();
}

}  // namespace platen::app
