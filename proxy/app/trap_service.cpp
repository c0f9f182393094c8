// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/trap_service.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace platen::app {

namespace {

constexpr std::size_t kEngineRandom = 8;
/// No enterprise number of ours is registered: 0, and the format "octets, administratively
/// assigned" (RFC 3411, SnmpEngineID).
constexpr std::string_view kEnginePrefix = "8000000005";

std::optional<std::string> fromHex(std::string_view hex) {
    std::string out;
    const auto digit = [](char c) -> int {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        const int high = digit(hex[i]);
        const int low = digit(hex[i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        out.push_back(static_cast<char>(high * 16 + low));
    }
    return out;
}

/// The kept engine with one boot more, or a new one.
struct KeptEngine {
    std::string hex;
    std::uint32_t boots = 1;
};
KeptEngine nextEngine(const std::optional<std::string>& kept, Random& random) {
    if (kept) {
        const auto words = text::split(*kept, ' ');
        const auto boots = words.size() == 2 ? text::toUnsigned(words[1]) : std::nullopt;
        const auto id = boots ? fromHex(words[0]) : std::nullopt;
        if (id && id->size() >= snmp::v3::kMinEngineId && id->size() <= snmp::v3::kMaxEngineId &&
            *boots + 1 < snmp::v3::kMaxBoots) {
            return {std::string(words[0]), static_cast<std::uint32_t>(*boots + 1)};
        }
    }
    return {std::string(kEnginePrefix) + random.hex(kEngineRandom), 1};
}

}  // namespace

Result<std::unique_ptr<TrapService>> TrapService::open(const Ports& ports,
                                                       const std::string& listen,
                                                       const std::optional<std::string>& kept) {
    const auto at = net::Endpoint::parse(listen);
    if (!at) {
        return fail(ErrorCode::Malformed,
                    "snmp.traps.listen: " + listen + " is no numeric address with a port");
    }
    auto datagrams = net::openUdpListener(ports.loop, *at);
    if (!datagrams) {
        return fail(datagrams.error().code,
                    "snmp.traps.listen: " + listen + ": " + datagrams.error().text);
    }
    const auto engine = nextEngine(kept, ports.random);
    // On disk before anything is signed with these boots (RFC 3414 section 2.2.1).
    store::Batch batch;
    batch.emplace_back(store::FactRow{.key = kEngineFact,
                                      .text = engine.hex + ' ' + std::to_string(engine.boots)});
    ports.store.commit(std::move(batch), store::Durability::Durable,
                       [](const Result<void>& result) {
                           if (!result) {
                               LOG_ERROR("app", "store.failed", {"error", result.error().text});
                           }
                       });
    LOG_INFO("app", "traps.listening", {"address", listen});
    return std::unique_ptr<TrapService>(
        new TrapService(ports, std::move(*datagrams), {*fromHex(engine.hex), engine.boots}));
}

TrapService::TrapService(const Ports& ports,
                         std::unique_ptr<net::Datagrams> datagrams,
                         snmp::TrapReceiver::Engine engine)
    : ports_(ports), datagrams_(std::move(datagrams)) {
    receiver_ = std::make_unique<snmp::TrapReceiver>(
        snmp::TrapReceiver::Ports{
            .loop = ports_.loop,
            .datagrams = *datagrams_,
            .random = ports_.random,
            .peerAt = [this](const net::Address& address) { return peerAt(address); },
            .poll = [this](DeviceId device, snmp::TrapHint hint) { poll(device, hint); },
            .background = ports_.background},
        std::move(engine));
    report();
}

TrapService::~TrapService() {
    if (timer_) {
        ports_.loop.cancel(*timer_);
    }
}

std::optional<snmp::TrapPeer> TrapService::peerAt(const net::Address& address) {
    const auto now = ports_.loop.clock().steadyNow();
    auto found = index_.find(address);
    if (found == index_.end() && (!indexed_ || now - *indexed_ >= kIndexAge)) {
        indexed_ = now;
        index_.clear();
        for (const auto* printer : ports_.fleet.printers()) {
            index_.emplace(printer->endpoint().address, printer->id());
        }
        found = index_.find(address);
    }
    if (found == index_.end()) {
        return std::nullopt;
    }
    const auto* printer = ports_.fleet.find(found->second);
    if (printer == nullptr || !printer->connected() || printer->endpoint().address != address) {
        index_.erase(found);
        return std::nullopt;
    }
    if (!printer->trapsWanted()) {
        return std::nullopt;
    }
    const auto& access = printer->access();
    return snmp::TrapPeer{.device = found->second,
                          .version = access.version,
                          .community = access.community.reveal(),
                          .user = access.user};
}

void TrapService::poll(DeviceId device, snmp::TrapHint hint) {
    auto* printer = ports_.fleet.find(device);
    if (printer == nullptr) {
        return;
    }
    std::vector<mibmap::Group> groups;
    if (hint.status) {
        groups.push_back(mibmap::Group::Status);
    }
    if (hint.supplies) {
        groups.push_back(mibmap::Group::Supplies);
    }
    LOG_DEBUG("app", "trap.poll", {"device", device});
    printer->pollSoon(std::move(groups));
}

void TrapService::report() {
    const auto& now = receiver_->stats();
    const auto ignored = [](const snmp::TrapStats& stats) {
        return stats.unknownSource + stats.rateLimited + stats.wrongCredential + stats.notInTime +
               stats.malformed;
    };
    if (ignored(now) > ignored(told_)) {
        LOG_WARNING("app", "traps.ignored", {"unknown_source", now.unknownSource},
                    {"too_many", now.rateLimited}, {"wrong_credential", now.wrongCredential},
                    {"old", now.notInTime}, {"malformed", now.malformed},
                    {"accepted", now.accepted});
    }
    told_ = now;
    timer_ = ports_.loop.after(kReportPeriod, "app.traps", [this] { report(); });
}

}  // namespace platen::app
