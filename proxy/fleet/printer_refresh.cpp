// SPDX-License-Identifier: Apache-2.0
// Reads that somebody waits for: they join a poll under way, and are answered once.
#include "proxy/fleet/printer_device.hpp"

#include <utility>

namespace platen::fleet {

using mibmap::Group;

/// A refresh that the ACS waits for; it is answered even if the printer is disconnected meanwhile.
struct PrinterDevice::Refresh {
    PrinterDevice& device;
    std::weak_ptr<int> exists;
    std::vector<Group> groups;  ///< Still to be read.
    UniqueFunction<void(std::optional<Error>)> done;
    int rounds = 0;

    Refresh(PrinterDevice& ofDevice,
            std::vector<Group> wanted,
            UniqueFunction<void(std::optional<Error>)> then)
        : device(ofDevice),
          exists(ofDevice.exists_),
          groups(std::move(wanted)),
          done(std::move(then)) {}
    Refresh(const Refresh&) = delete;
    Refresh& operator=(const Refresh&) = delete;
    ~Refresh() { answer(Error{ErrorCode::Refused, "the printer is not connected"}); }

    void answer(std::optional<Error> error) {
        if (exists.expired() || !done) {
            return;
        }
        device.context_.loop.post(
            [exists = exists, done = std::move(done), error = std::move(error)]() mutable {
                if (!exists.expired()) {
                    done(std::move(error));
                }
            });
        done = {};
    }
};

void PrinterDevice::refresh(std::vector<Group> groups,
                            UniqueFunction<void(std::optional<Error>)> done) {
    refreshNext(std::make_shared<Refresh>(*this, std::move(groups), std::move(done)));
}

bool PrinterDevice::trapsWanted() const {
    const auto wanted = state_.tree.get(inService(context_.names.snmpTrapReceiver));
    return !wanted || wanted->asBool();
}

void PrinterDevice::pollSoon(std::vector<Group> groups) {
    const auto off = [this](model::ParamIndex param) {
        const auto value = state_.tree.get(inService(param));
        return value && !value->asBool();
    };
    if (groups.empty() || !running_ || !connected() || off(context_.names.enable) ||
        off(context_.names.snmpEnable) || !mayPoll()) {
        return;
    }
    refresh(std::move(groups), [](const std::optional<Error>& /*error*/) {});
}

void PrinterDevice::refreshNext(std::shared_ptr<Refresh> call) {
    if (!connected()) {
        return;  // the call answers as it goes
    }
    auto groups = call->groups;
    pollGroups(std::move(groups),
               [this, call = std::move(call)](const std::vector<GroupReport>& reports) {
                   for (const auto& report : reports) {
                       if (report.error) {
                           call->answer(report.error);
                           return;
                       }
                       std::erase(call->groups, report.group);
                   }
                   // It may have joined a poll that read less.
                   constexpr int kMaxRounds = 2;
                   if (call->groups.empty() || ++call->rounds == kMaxRounds) {
                       call->answer(std::nullopt);
                   } else {
                       refreshNext(call);
                   }
               });
}

}  // namespace platen::fleet
