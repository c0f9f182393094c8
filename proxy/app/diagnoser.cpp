// SPDX-License-Identifier: Apache-2.0
// From the name to the SNMP port.
#include "proxy/app/diagnoser.hpp"

#include "base/text.hpp"
#include "config/address_range.hpp"
#include "proxy/app/app.hpp"
#include "proxy/discovery/address_walk.hpp"
#include "proxy/discovery/credentials.hpp"
#include "proxy/discovery/devices_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::app {

namespace {

/// Raw printing, the web server, its TLS port, IPP: hardly a printer has none of them.
constexpr std::array<std::uint16_t, 4> kTcpPorts{9100, 80, 443, 631};

/// Engine discovery of SNMPv3 (RFC 3414 section 4): an agent that knows version 3 answers it
/// whatever its communities and users are.
constexpr std::array<std::uint8_t, 61> kEngineDiscovery{
    0x30, 0x3b, 0x02, 0x01, 0x03, 0x30, 0x11, 0x02, 0x04, 0x2a, 0x50, 0x4c, 0x54, 0x02, 0x03, 0x00,
    0xff, 0xe3, 0x04, 0x01, 0x04, 0x02, 0x01, 0x03, 0x04, 0x10, 0x30, 0x0e, 0x04, 0x00, 0x02, 0x01,
    0x00, 0x02, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00, 0x04, 0x00, 0x30, 0x11, 0x04, 0x00, 0x04, 0x00,
    0xa0, 0x0b, 0x02, 0x01, 0x01, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x00};

bool contains(const std::vector<std::string>& texts, const net::Address& address) {
    const auto targets = config::parseTargets(texts);
    return targets && std::any_of(targets->ranges.begin(), targets->ranges.end(),
                                  [&address](const config::AddressRange& range) {
                                      return range.contains(discovery::toConfig(address));
                                  });
}

bool names(const std::vector<std::string>& texts, std::string_view host) {
    return std::any_of(texts.begin(), texts.end(), [host](const std::string& text) {
        return text::equalsIgnoreCase(text, host);
    });
}

}  // namespace

Diagnoser::Diagnoser(Core& core)
    : core_(core),
      knocks_(core.loop),
      search_(
          *core.prober, core.context->settings->snmp.timeout, core.context->settings->snmp.retries),
      poll_(core, false) {}

DiagnosisStep& Diagnoser::add(std::string step,
                              StepResult result,
                              std::string text,
                              std::string advice) {
    out_.steps.push_back({std::move(step), result, std::move(text), std::move(advice), {}});
    return out_.steps.back();
}

void Diagnoser::skip(std::initializer_list<const char*> steps, std::string_view why) {
    for (const auto* step : steps) {
        add(step, StepResult::Skipped, std::string(why), {});
    }
}

void Diagnoser::finish(std::string verdict, int exit) {
    out_.verdict = std::move(verdict);
    out_.exit = exit;
    auto done = std::exchange(done_, {});
    done(std::move(out_));
}

void Diagnoser::start(const std::string& host, UniqueFunction<void(Diagnosis)> done) {
    out_.host = host;
    done_ = std::move(done);
    core_.resolver->resolve(host, guarded([this](const Result<std::vector<net::Address>>& found) {
                                onResolved(found);
                            }));
}

void Diagnoser::onResolved(const Result<std::vector<net::Address>>& addresses) {
    if (!addresses || addresses->empty()) {
        add("name", StepResult::Failed,
            addresses ? "the name has no address" : addresses.error().text,
            "correct the name, or give the address; ask the name server of this machine "
            "(getent hosts NAME)");
        skip({"ranges", "reachable", "udp_port", "credential", "view", "printer", "map", "reading",
              "complete"},
             "there is no address");
        finish("Not read: the name has no address.", kExitNoAnswer);
        return;
    }
    address_ = addresses->front();
    const auto text = address_.toString();
    const bool numeric = net::Address::parse(out_.host).has_value();
    auto& step =
        add("name", StepResult::Ok, numeric ? "is an address" : "has the address " + text, {});
    step.facts.emplace_back("address", text);
    checkRanges();
    ping();
}

void Diagnoser::checkRanges() {
    const auto& discovery = core_.context->settings->discovery;
    const auto text = address_.toString();
    if (contains(discovery.exclude, address_)) {
        leftOut_ = true;
        add("ranges", StepResult::Failed, text + " is in discovery.exclude",
            "the gateway never asks it: take it out of discovery.exclude");
        return;
    }
    bool listed = names(discovery.ranges, out_.host);
    if (!discovery.devicesFile.empty()) {
        if (const auto file = discovery::loadDevicesFile(discovery.devicesFile)) {
            listed =
                listed || std::any_of(file->devices.begin(), file->devices.end(),
                                      [&](const discovery::ListedDevice& device) {
                                          return device.host == text ||
                                                 text::equalsIgnoreCase(device.host, out_.host);
                                      });
        }
    }
    if (listed || contains(discovery.ranges, address_)) {
        add("ranges", StepResult::Ok, listed ? "is listed" : text + " is in discovery.ranges", {});
        return;
    }
    leftOut_ = true;
    add("ranges", StepResult::Warning,
        text + " is in no range of discovery.ranges and not in the devices file",
        "the gateway does not look for it: add it to discovery.ranges, or list it in "
        "discovery.devices_file");
}

void Diagnoser::ping() {
    auto icmp = net::openIcmp(core_.loop);
    if (!icmp) {
        knockTcp("this program may not send ICMP echo requests");
        return;
    }
    icmp_ = std::move(*icmp);
    net::EchoRequest request;
    request.target = address_;
    request.timeout = kEchoTimeout;
    icmp_->echo(request, guarded([this](const net::EchoResult& echo) { onEcho(echo); }));
}

void Diagnoser::onEcho(const net::EchoResult& echo) {
    using Kind = net::EchoResult::Kind;
    if (echo.kind == Kind::Reply) {
        constexpr std::int64_t kMicros = 1000;
        const auto ms = std::to_string(echo.roundTrip.count() / kMicros);
        alwaysThere_ = true;
        add("reachable", StepResult::Ok, "answers ICMP echo requests, in " + ms + " ms", {})
            .facts.emplace_back("round_trip_ms", ms);
        knockUdp();
        return;
    }
    knockTcp(echo.kind == Kind::Unreachable
                 ? "ICMP: " + echo.from.toString() + " says that there is no way"
                 : "no answer to an ICMP echo request");
}

void Diagnoser::knockTcp(std::string why) {
    add("reachable", StepResult::Ok, std::move(why), {});
    tcp_.clear();
    for (const auto port : kTcpPorts) {
        tcp_.push_back({port, KnockResult::Silent});
    }
    tcpOpen_ = tcp_.size();
    for (std::size_t i = 0; i < tcp_.size(); ++i) {
        knocks_.tcp({address_, tcp_[i].port}, kKnockTimeout,
                    [this, i](KnockResult result) { onTcp(i, result); });
    }
}

void Diagnoser::onTcp(std::size_t port, KnockResult result) {
    tcp_[port].result = result;
    if (--tcpOpen_ > 0) {
        return;
    }
    auto& step = out_.steps.back();
    std::string open;
    bool refused = false;
    bool unreachable = false;
    for (const auto& tcp : tcp_) {
        refused = refused || tcp.result == KnockResult::Refused;
        unreachable = unreachable || tcp.result == KnockResult::Unreachable;
        const auto number = std::to_string(tcp.port);
        const char* word = tcp.result == KnockResult::Open          ? "open"
                           : tcp.result == KnockResult::Refused     ? "refused"
                           : tcp.result == KnockResult::Unreachable ? "unreachable"
                                                                    : "silent";
        step.facts.emplace_back("tcp_" + number, word);
        if (tcp.result == KnockResult::Open) {
            open += (open.empty() ? "" : ", ") + number;
        }
    }
    alwaysThere_ = refused || !open.empty();
    if (!open.empty()) {
        step.text += "; takes TCP connections at " + open;
    } else if (refused) {
        step.text += "; refuses TCP connections at 9100, 80, 443 and 631, so the host is there";
    } else {
        step.result = StepResult::Warning;
        step.text += unreachable ? "; there is no way to it by TCP either"
                                 : "; silent at the TCP ports 9100, 80, 443 and 631 too";
        step.advice =
            "switched off, asleep, another address now, or a firewall between: look at "
            "the printer's network page, then ask from this machine";
    }
    knockUdp();
}

void Diagnoser::knockUdp() {
    std::vector<std::byte> bytes;
    bytes.reserve(kEngineDiscovery.size());
    for (const auto octet : kEngineDiscovery) {
        bytes.push_back(std::byte{octet});
    }
    knocks_.udp({address_, core_.context->settings->snmp.port}, std::move(bytes), kKnockTimeout,
                [this](KnockResult result) { onUdp(result); });
}

void Diagnoser::onUdp(KnockResult result) {
    const auto port = std::to_string(core_.context->settings->snmp.port);
    if (result == KnockResult::Refused) {
        add("udp_port", StepResult::Failed,
            "UDP port " + port + " is closed: the host answers with ICMP port unreachable",
            "switch SNMP on in the printer, or correct snmp.port; a firewall can answer so too")
            .facts.emplace_back("port", port);
        skip({"credential", "view", "printer", "map", "reading", "complete"},
             "nobody listens at the SNMP port");
        finish("Not read: SNMP is switched off in the printer, or listens at another port.",
               kExitNoAnswer);
        return;
    }
    agentThere_ = result == KnockResult::Open;
    alwaysThere_ = alwaysThere_ || agentThere_;
    const auto* const text = result == KnockResult::Open
                                 ? " has an SNMP agent: it answers SNMPv3 engine discovery"
                             : result == KnockResult::Unreachable
                                 ? " cannot be reached: there is no way to the host"
                                 : " does not say that it is closed (agents without SNMPv3 are "
                                   "silent at this step)";
    add("udp_port", result == KnockResult::Unreachable ? StepResult::Failed : StepResult::Ok,
        "UDP port " + port + text, {})
        .facts.emplace_back("port", port);
    tryCredentials();
}

std::vector<discovery::SnmpAccess> Diagnoser::candidates() {
    const auto& settings = *core_.context->settings;
    if (settings.discovery.devicesFile.empty()) {
        return discovery::candidatesFor(settings.snmp, address_);
    }
    const auto text = address_.toString();
    if (const auto file = discovery::loadDevicesFile(settings.discovery.devicesFile)) {
        for (const auto& device : file->devices) {
            if (device.host != text && !text::equalsIgnoreCase(device.host, out_.host)) {
                continue;
            }
            std::vector<discovery::SnmpAccess> one;
            if (auto named = discovery::credentialNamed(settings.snmp, device.credential)) {
                one.push_back(std::move(*named));
                return one;
            }
            if (!device.community.reveal().empty()) {
                discovery::SnmpAccess access;
                access.community = device.community.clone();
                access.label = kDevicesFileLabel;
                one.push_back(std::move(access));
                return one;
            }
        }
    }
    return discovery::candidatesFor(settings.snmp, address_);
}

}  // namespace platen::app
