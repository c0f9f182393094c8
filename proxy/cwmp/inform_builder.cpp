// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/inform_builder.hpp"

#include "base/local_time.hpp"
#include "proxy/cwmp/event_queue.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace platen::cwmp {

bool isNotified(model::Notification notification) {
    switch (notification) {
        case model::Notification::Passive:
        case model::Notification::Active:
        case model::Notification::PassiveWithLightweight:
        case model::Notification::ActiveWithLightweight:
            return true;
        case model::Notification::Off:
        case model::Notification::PassiveLightweight:
        case model::Notification::ActiveLightweight:
            return false;
    }
    return false;
}

InformMessage buildInform(const Context& context,
                          fleet::ManagedDevice& device,
                          std::vector<EventStruct> events,
                          std::span<const model::ParamRef> changed,
                          std::uint32_t retryCount) {
    const auto& tree = device.tree();
    const auto& schema = context.codec.schema();
    ParameterListWriter list(context.acs.behaviour.longTypes);
    const auto add = [&](const model::ParamRef& ref, std::string_view name) {
        const auto value = tree.get(ref);
        if (value) {
            const auto& def = schema.param(ref.param);
            list.add(name, def.type, def.list, context.codec.valueText(ref.param, *value));
        }
        return value.has_value();
    };
    for (const auto& forced : context.forced) {
        add({forced.param, {}}, forced.name);
    }
    std::vector<model::ParamRef> told;
    for (const auto& ref : context.extraInform) {
        if (add(ref, context.codec.name(ref))) {
            told.push_back(ref);
        }
    }
    bool anyChange = false;
    for (const auto& ref : changed) {
        if (!isNotified(device.attributes().notification(ref))) {
            continue;  // Switched off since the change.
        }
        if (schema.param(ref.param).forcedInform || std::ranges::find(told, ref) != told.end()) {
            anyChange = anyChange || tree.get(ref).has_value();
        } else {
            anyChange = add(ref, context.codec.name(ref)) || anyChange;
            told.push_back(ref);
        }
    }
    if (anyChange) {
        const std::string code(toString(EventCode::ValueChange));
        const auto at = std::find_if(events.begin(), events.end(), [&](const EventStruct& event) {
            return event.code > code;  // `6 …` and `M …`; codes of this release have one digit.
        });
        events.insert(at, {code, {}});
    }
    for (const auto& ref : wantedInInform(context.informParams, context.codec, tree, events)) {
        if (std::ranges::find(told, ref) == told.end()) {
            add(ref, context.codec.name(ref));
        }
    }
    InformMessage inform;
    inform.identity = device.identity();
    inform.events = context.acs.behaviour.weightiestLast ? weightiestLast(std::move(events))
                                                         : std::move(events);
    inform.currentTime = formatLocalTime(context.loop.clock().wallNow());
    inform.retryCount = retryCount;
    inform.offeredVersions = offeredVersions(context.acs.behaviour.version);
    inform.parameterList = list.take();
    return inform;
}

}  // namespace platen::cwmp
