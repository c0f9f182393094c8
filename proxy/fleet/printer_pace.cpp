// SPDX-License-Identifier: Apache-2.0
// How much a printer is asked: packets and bytes of the day, and what is left when they are used
// up.
#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/fleet/device_values.hpp"
#include "proxy/fleet/packet_budget.hpp"
#include "proxy/fleet/printer_device.hpp"

#include <algorithm>
#include <utility>

namespace platen::fleet {

namespace {

/// What the day's limits say, and the one that says it: the stricter one, packets before bytes.
struct DayGrant {
    PollGrant grant = PollGrant::All;
    std::string_view setting;
    std::uint64_t limit = 0;
};

DayGrant dayGrant(const config::Polling& polling, const Traffic& today) {
    const DayGrant packets{packetGrant(today.packets, polling.packetsPerDay),
                           "polling.packets_per_day", polling.packetsPerDay};
    const DayGrant bytes{byteGrant(today.bytes, polling.bytesPerDay), "polling.bytes_per_day",
                         polling.bytesPerDay};
    return bytes.grant > packets.grant ? bytes : packets;
}

}  // namespace

void PrinterDevice::noteTraffic() {
    snmp::TargetTraffic now;
    for (const auto& target : {target_, writeTarget_}) {
        if (target) {
            const auto one = context_.engine.traffic(*target);
            now.packets += one.packets;
            now.bytes += one.bytes;
        }
    }
    // A new connection counts from 0.
    const bool fresh = now.packets < counted_.packets;
    state_.traffic.add(now.packets - (fresh ? 0 : counted_.packets),
                       now.bytes - (fresh ? 0 : counted_.bytes), context_.loop.clock().wallNow());
    counted_ = now;
}

void PrinterDevice::collectTraffic(store::Batch& batch) {
    noteTraffic();
    if (state_.traffic.unsaved()) {
        batch.emplace_back(store::ReadingRow{.device = record_.id,
                                             .name = std::string(kTrafficRow),
                                             .text = state_.traffic.pack(),
                                             .source = 0});
    }
}

void PrinterDevice::showTraffic(ChangeRecorder& changes) {
    noteTraffic();
    const auto& n = context_.names;
    const auto now = context_.loop.clock().wallNow();
    const auto today = state_.traffic.today(now);
    changes.setUnsigned(inService(n.packetsToday), today.packets);
    changes.setUnsigned(inService(n.bytesToday), today.bytes);
    const auto yesterday = state_.traffic.yesterday(now);
    changes.setUnsigned(inService(n.packetsYesterday), yesterday.packets);
    changes.setUnsigned(inService(n.bytesYesterday), yesterday.bytes);
}

bool PrinterDevice::mayPoll() {
    return dayGrant(context_.settings->polling, traffic().today(context_.loop.clock().wallNow()))
               .grant == PollGrant::All;
}

bool PrinterDevice::limitedCycle() {
    const auto wall = context_.loop.clock().wallNow();
    const auto& polling = context_.settings->polling;
    const auto today = traffic().today(wall);
    if ((polling.packetsPerDay != 0 || polling.bytesPerDay != 0) && state_.traffic.unsaved()) {
        startSaveTimer();  // A printer that is silent has nothing else to save.
    }
    const auto reached = dayGrant(polling, today);
    if (reached.grant == PollGrant::All) {
        if (std::exchange(limited_, false)) {
            LOG_INFO("fleet", "printer.traffic_resumed", {"device", record_.id});
            showLimited("");
        }
        return false;
    }
    const auto now = context_.loop.clock().steadyNow();
    if (!std::exchange(limited_, true)) {
        nextPresence_ = now;
        LOG_WARNING("fleet", "printer.traffic_limited", {"device", record_.id},
                    {"address", endpoint_.toString()}, {"packets", today.packets},
                    {"bytes", today.bytes}, {"setting", reached.setting}, {"limit", reached.limit});
        showLimited(limitText());
    }
    const auto day = toNextDay(wall);
    if (reached.grant == PollGrant::Nothing) {
        constexpr Millis kLongestSleep{60 * 60 * 1000};
        schedule(std::min(day, kLongestSleep));
        return true;
    }
    if (now < nextPresence_) {
        schedule(std::min(day, std::chrono::ceil<Millis>(nextPresence_ - now)));
        return true;
    }
    askPresence();
    return true;
}

std::string PrinterDevice::limitText() {
    const auto reached =
        dayGrant(context_.settings->polling, traffic().today(context_.loop.clock().wallNow()));
    if (reached.grant == PollGrant::All) {
        return {};  // A new day began meanwhile.
    }
    return text::cat({reached.setting, " = ", std::to_string(reached.limit),
                      " is reached: until 00:00 UTC it is only asked whether it is there"});
}

void PrinterDevice::showLimited(std::string_view error) {
    ChangeRecorder changes(state_.tree, ChangeCause::Device);
    changes.setText(inService(context_.names.snmpLastError), error);
    publish(changes.take());
}

void PrinterDevice::askPresence() {
    snmp::ReadRequest request;
    request.scalars.push_back(Oid{1, 3, 6, 1, 2, 1, 1, 3, 0});
    context_.engine.read(
        *target_, std::move(request),
        [this, weak = std::weak_ptr<int>(alive_)](const Result<snmp::ReadResult>& result) {
            if (weak.expired()) {
                return;
            }
            if (result) {
                onAnswered();
                showLimited(limitText());
            } else {
                onFailed(result.error());
            }
            const auto interval = intervalOf(mibmap::Group::Status);
            const auto wait = std::max<Millis>(kPresenceInterval,
                                               interval == Millis::max() ? Millis{0} : interval);
            nextPresence_ = context_.loop.clock().steadyNow() + wait;
            scheduleNext();
        });
}

}  // namespace platen::fleet
