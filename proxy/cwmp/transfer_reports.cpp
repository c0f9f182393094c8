// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/transfer_reports.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
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
        case transfer::Kind::OwnDownload:
        case transfer::Kind::OwnUpload:
            return "10 AUTONOMOUS TRANSFER COMPLETE";
    }
    return "M Download";
}

/// Number before the name of a single event; 99 for `M` events and those of vendors.
unsigned numberOf(const std::string& code) {
    unsigned number = 0;
    const auto read = std::from_chars(code.data(), code.data() + code.size(), number);
    return read.ec == std::errc() ? number : 99;
}

/// The event of results of one kind, at its place (C-EVT-37).
void insertSingle(const transfer::Queue& queue,
                  bool autonomous,
                  const std::string& code,
                  std::vector<EventStruct>& events) {
    const bool any = std::ranges::any_of(queue.all(), [autonomous](const auto& transfer) {
        return transfer.state == transfer::State::Done &&
               transfer::isAutonomous(transfer.kind) == autonomous;
    });
    if (any) {
        const auto at = std::ranges::find_if(events, [&code](const EventStruct& event) {
            return numberOf(event.code) > numberOf(code);
        });
        events.insert(at, {code, {}});
    }
}

OwnRequest transferComplete(const transfer::Transfer& done) {
    TransferReport report;
    report.transfer = done.id;
    report.upload = transfer::isUpload(done.kind);
    report.commandKey = done.commandKey;
    report.faultCode = static_cast<std::uint16_t>(done.outcome.code);
    report.faultText = done.outcome.text;
    report.started = done.started;
    report.completed = done.completed;
    if (!transfer::isAutonomous(done.kind)) {
        return {"TransferComplete", std::move(report)};
    }
    report.autonomous = AutonomousFile{done.url, done.fileType, done.fileSize, done.targetName};
    return {"AutonomousTransferComplete", std::move(report)};
}

}  // namespace

Session::OwnRequests reportTransfers(const transfer::Queue* queue,
                                     std::vector<EventStruct>& events) {
    Session::OwnRequests own;
    if (queue == nullptr || !queue->hasResults()) {
        return own;
    }
    insertSingle(*queue, false, "7 TRANSFER COMPLETE", events);
    insertSingle(*queue, true, "10 AUTONOMOUS TRANSFER COMPLETE", events);
    for (const auto& transfer : queue->all()) {
        if (transfer.state != transfer::State::Done) {
            continue;
        }
        own.push_back(transferComplete(transfer));
        if (transfer::isAutonomous(transfer.kind)) {
            continue;  // Its event is there.
        }
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
