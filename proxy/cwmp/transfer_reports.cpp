// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/transfer_reports.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace platen::cwmp {
namespace {

const char* eventOf(transfer::Kind kind) {
    switch (kind) {
        case transfer::Kind::Download:
            return "M Download";
        case transfer::Kind::Upload:
            return "M Upload";
        case transfer::Kind::ScheduledDownload:
            return "M ScheduleDownload";
    }
    return "M Download";
}

OwnRequest transferComplete(const transfer::Transfer& done) {
    TransferReport report;
    report.transfer = done.id;
    report.upload = done.kind == transfer::Kind::Upload;
    report.commandKey = done.commandKey;
    report.faultCode = static_cast<std::uint16_t>(done.outcome.code);
    report.faultText = done.outcome.text;
    report.started = done.started;
    report.completed = done.completed;
    return {"TransferComplete", std::move(report)};
}

}  // namespace

Session::OwnRequests reportTransfers(const transfer::Queue* queue,
                                     std::vector<EventStruct>& events) {
    Session::OwnRequests own;
    if (queue == nullptr || !queue->hasResults()) {
        return own;
    }
    // Before the `M` events; the codes before those have one digit.
    const auto at = std::ranges::find_if(
        events, [](const EventStruct& event) { return event.code > "7 TRANSFER COMPLETE"; });
    events.insert(at, {"7 TRANSFER COMPLETE", {}});
    for (const auto& transfer : queue->all()) {
        if (transfer.state != transfer::State::Done) {
            continue;
        }
        own.push_back(transferComplete(transfer));
        const std::string code = eventOf(transfer.kind);
        const bool there = std::ranges::any_of(events, [&](const EventStruct& event) {
            return event.code == code && event.commandKey == transfer.commandKey;
        });
        if (!there) {
            events.push_back({code, transfer.commandKey});
        }
    }
    return own;
}

}  // namespace platen::cwmp
