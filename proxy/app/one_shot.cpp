// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/one_shot.hpp"

#include "proxy/app/app.hpp"
#include "proxy/app/core.hpp"
#include "proxy/app/host_address.hpp"
#include "proxy/app/one_shot_poll.hpp"
#include "proxy/app/report.hpp"
#include "proxy/discovery/scanner.hpp"

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
    return findAddress(device);
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
        case discovery::Verdict::Refused:
            row.state = "refused";
            break;
        case discovery::Verdict::Silent:
            row.state = "silent";
            break;
        case discovery::Verdict::NotAsked:
            row.state = "not-asked";
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
    scanner.listenOn(*c.lan, c.random);
    scanner.start(
        settings,
        [&rows, &c](const discovery::Finding& finding) {
            rows.emplace_back(finding.address, toRow(finding, *c.context));
        },
        [&c] { c.loop.stop(); }, {.quietHours = false, .resume = {}});
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
    const auto address = findAddress(line.arguments.front());
    if (!address) {
        complain(address.error().text);
        return kExitNoAnswer;
    }
    OneShotPoll poll(**core, false);
    const int exit = poll.read({*address, settings.snmp.port});
    if (exit != kExitOk) {
        complain(poll.complaint());
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
        complain(poll.complaint());
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
