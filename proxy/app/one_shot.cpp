// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/one_shot.hpp"

#include "proxy/app/app.hpp"
#include "proxy/app/core.hpp"
#include "proxy/app/report.hpp"
#include "proxy/discovery/scanner.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace platen::app {

namespace {

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}
void complain(const std::string& text) {
    std::fprintf(stderr, "platen: %s\n", text.c_str());
}

/// A one-shot device has nobody who listens.
class NoEvents final : public fleet::PrinterEvents {
  public:
    void valuesChanged(fleet::ManagedDevice& /*device*/,
                       std::span<const fleet::Change> /*changes*/) override {}
    void restarted(fleet::ManagedDevice& /*device*/) override {}
    void identityMismatch(DeviceId /*device*/, const net::Endpoint& /*endpoint*/) override {}
    void presenceChanged(DeviceId /*device*/) override {}
};

/// Reads one printer whole; the device lives as long as this.
class OneShotPoll {
  public:
    OneShotPoll(Core& core, bool tracing) : core_(core), tracing_(tracing) {}

    /// Returns the exit code; prints why, if it is not 0.
    int read(const net::Endpoint& endpoint) {
        const auto& settings = *core_.context->settings;
        core_.prober->probe(endpoint, discovery::candidatesFor(settings.snmp, endpoint.address),
                            settings.snmp.timeout, settings.snmp.retries,
                            [this](discovery::Finding finding) { onFinding(std::move(finding)); });
        core_.loop.run();
        return exit_;
    }
    [[nodiscard]] fleet::PrinterDevice& device() { return *device_; }
    [[nodiscard]] const std::vector<fleet::GroupReport>& reports() const { return reports_; }

  private:
    void onFinding(discovery::Finding finding) {
        const auto address = finding.address.toString();
        if (finding.verdict != discovery::Verdict::Printer) {
            exit_ = finding.verdict == discovery::Verdict::Silent ? kExitNoAnswer : kExitNoPrinter;
            complain(address + ": " + finding.reason);
            core_.loop.stop();
            return;
        }
        auto& contact = *finding.contact;
        const auto facts = fleet::contactFacts(*core_.context, contact);
        auto record = fleet::newRecord(*core_.context, contact, facts, true);
        record.id = DeviceId{1};
        device_ =
            std::make_unique<fleet::PrinterDevice>(*core_.context, events_, std::move(record));
        device_->setTracing(tracing_);
        reports_.push_back({.group = mibmap::Group::Configuration,
                            .error = {},
                            .pdus = contact.configurationPdus,
                            .bytes = 0,
                            .took = contact.configurationTook,
                            .problems = {}});
        auto configuration = std::move(contact.configuration);
        device_->connect(std::move(contact));
        device_->prepare();
        device_->applyGroup(mibmap::Group::Configuration, std::move(configuration));
        device_->pollGroups(
            {mibmap::Group::Status, mibmap::Group::Supplies, mibmap::Group::Counters},
            [this](std::vector<fleet::GroupReport> reports) {
                reports_.insert(reports_.end(), reports.begin(), reports.end());
                const bool failed =
                    std::any_of(reports.begin(), reports.end(), [](const auto& report) {
                        return report.error && report.error->code == ErrorCode::Timeout;
                    });
                if (failed) {
                    complain("the printer stopped answering while it was read");
                    exit_ = kExitNoAnswer;
                }
                core_.loop.stop();
            });
    }

    Core& core_;
    bool tracing_;
    NoEvents events_;
    std::unique_ptr<fleet::PrinterDevice> device_;
    std::vector<fleet::GroupReport> reports_;
    int exit_ = kExitOk;
};

/// An address, or the first address of a host name.
Result<net::Address> resolve(const std::string& host) {
    if (auto address = net::Address::parse(host)) {
        return address;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* list = nullptr;
    const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (code != 0) {
        return fail(ErrorCode::NotFound, host + ": " + gai_strerror(code));
    }
    constexpr std::size_t kTextSize = 64;
    std::string text(kTextSize, '\0');
    const int named = getnameinfo(list->ai_addr, list->ai_addrlen, text.data(), kTextSize, nullptr,
                                  0, NI_NUMERICHOST);
    freeaddrinfo(list);
    if (named != 0) {
        return fail(ErrorCode::NotFound, host + ": " + gai_strerror(named));
    }
    text.resize(text.find('\0'));
    return net::Address::parse(text);
}

/// DEVICE of `explain`: an address or host, or a device of the store by serial number or
/// OUI-CLASS-SERIAL.
Result<net::Address> findDevice(const std::string& device, const config::Settings& settings) {
    if (auto address = net::Address::parse(device)) {
        return address;
    }
    const auto file = settings.gateway.stateDir / "platen.db";
    std::error_code error;
    if (std::filesystem::exists(file, error)) {
        SystemClock clock;
        net::EpollLoop loop(clock);
        if (auto opened = store::openSqlite(file, loop)) {
            if (const auto snapshot = (*opened)->load()) {
                for (const auto& record : snapshot->devices) {
                    const auto full = record.oui + "-" + record.productClass + "-" + record.serial;
                    if (record.serial == device || record.printerSerial == device ||
                        full == device) {
                        return net::Address::parse(record.address);
                    }
                }
            }
        }
    }
    return resolve(device);
}

DiscoverRow toRow(const discovery::Finding& finding, const fleet::FleetContext& context) {
    DiscoverRow row;
    row.address = finding.address.toString();
    row.reason = finding.reason;
    switch (finding.verdict) {
        case discovery::Verdict::Printer: {
            row.state = "printer";
            const auto facts = fleet::contactFacts(context, *finding.contact);
            const auto record = fleet::newRecord(context, *finding.contact, facts, true);
            row.manufacturer = record.manufacturer;
            row.model = record.model;
            row.oui = record.oui;
            row.productClass = record.productClass;
            row.serial = record.serial;
            break;
        }
        case discovery::Verdict::NotPrinter:
            row.state = "not-a-printer";
            row.model = finding.systemDescription;
            break;
        case discovery::Verdict::Silent:
            row.state = "silent";
            break;
    }
    return row;
}

}  // namespace

int runDiscover(const CommandLine& line, const config::Settings& settings) {
    auto core = Core::make(settings, {});
    if (!core) {
        complain(core.error().text);
        return kExitFailed;
    }
    auto& c = **core;
    std::vector<std::pair<net::Address, DiscoverRow>> rows;
    discovery::Scanner scanner(c.loop, *c.prober, *c.resolver);
    scanner.start(
        settings,
        [&rows, &c](const discovery::Finding& finding) {
            rows.emplace_back(finding.address, toRow(finding, *c.context));
        },
        [&c] { c.loop.stop(); });
    c.loop.run();
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<DiscoverRow> sorted;
    sorted.reserve(rows.size());
    for (auto& [address, row] : rows) {
        sorted.push_back(std::move(row));
    }
    print(line.json ? discoverJson(sorted) : discoverText(sorted));
    return kExitOk;
}

int runPoll(const CommandLine& line, const config::Settings& settings) {
    auto core = Core::make(settings, {});
    if (!core) {
        complain(core.error().text);
        return kExitFailed;
    }
    const auto address = resolve(line.arguments.front());
    if (!address) {
        complain(address.error().text);
        return kExitNoAnswer;
    }
    OneShotPoll poll(**core, false);
    const int exit = poll.read({*address, settings.snmp.port});
    if (exit != kExitOk) {
        return exit;
    }
    const auto& codec = *(*core)->knowledge.codec;
    print(line.json ? pollJson(poll.device(), poll.reports(), codec)
                    : pollText(poll.device(), poll.reports(), codec));
    return kExitOk;
}

int runExplain(const CommandLine& line, const config::Settings& settings) {
    auto core = Core::make(settings, {});
    if (!core) {
        complain(core.error().text);
        return kExitFailed;
    }
    const auto& codec = *(*core)->knowledge.codec;
    const auto& wanted = line.arguments[1];
    auto path = codec.parse(wanted);
    if (!path) {
        path = codec.parseInternal(wanted);
    }
    if (!path || path->kind != model::Path::Kind::Parameter) {
        complain(wanted + " is no full parameter name of the model");
        return kExitUsage;
    }
    const auto address = findDevice(line.arguments[0], settings);
    if (!address) {
        complain(address.error().text);
        return kExitNoAnswer;
    }
    OneShotPoll poll(**core, true);
    const int exit = poll.read({*address, settings.snmp.port});
    if (exit != kExitOk) {
        return exit;
    }
    const auto internal = codec.internalName(path->paramRef());
    std::vector<fleet::Explanation> sources;
    for (const auto& source : poll.device().explanations()) {
        if (source.name == internal) {
            sources.push_back(source);
        }
    }
    const auto value = poll.device().tree().get(path->paramRef());
    if (!value) {
        complain(wanted + ": this printer has no source for it");
        return kExitFailed;
    }
    if (sources.empty()) {
        sources.push_back({.name = internal,
                           .value = codec.valueText(path->param, *value),
                           .file = {},
                           .rule = {},
                           .oid = {},
                           .raw = {},
                           .rank = 0,
                           .winner = true});
        sources.back().rule = "made by the gateway";
    }
    const auto now = formatDateTime((*core)->clock.wallNow());
    print(line.json ? explainJson(codec.name(path->paramRef()), sources, now)
                    : explainText(codec.name(path->paramRef()), sources, now));
    return kExitOk;
}

}  // namespace platen::app
