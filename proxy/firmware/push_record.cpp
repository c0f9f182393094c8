// SPDX-License-Identifier: Apache-2.0
#include "proxy/firmware/push_record.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace platen::firmware {
namespace {

using nlohmann::json;

constexpr std::string_view kPush = "firmware.push.";
constexpr std::string_view kStop = "firmware.stop.";
constexpr JsonLimits kLimits{8U << 10U, 4, false};

std::string textAt(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t numberAt(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::string dump(const json& object) {
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

void readPush(std::string_view id, const json& object, Records& records) {
    const auto device = text::toUnsigned(id);
    const auto transfer = numberAt(object, "transfer");
    if (!device || *device > std::numeric_limits<DeviceId::RepType>::max() || transfer < 1) {
        return;
    }
    PushRecord push;
    push.transfer = static_cast<std::uint64_t>(transfer);
    push.url = textAt(object, "url");
    push.sha256 = textAt(object, "sha256");
    push.approval = textAt(object, "approval");
    push.version = textAt(object, "version");
    push.fromVersion = textAt(object, "from");
    push.begun = WallTime{Millis{numberAt(object, "begun")}};
    records.pushes[DeviceId(static_cast<DeviceId::RepType>(*device))] = std::move(push);
}

}  // namespace

store::FactRow toFact(DeviceId device, const std::optional<PushRecord>& push) {
    store::FactRow row{text::cat({kPush, std::to_string(device.value())}), {}};
    if (push) {
        row.text = dump({{"transfer", push->transfer},
                         {"url", push->url},
                         {"sha256", push->sha256},
                         {"approval", push->approval},
                         {"version", push->version},
                         {"from", push->fromVersion},
                         {"begun", push->begun.time_since_epoch().count()}});
    }
    return row;
}

store::FactRow toFact(const std::string& sha256, const Stop& stop) {
    return {text::cat({kStop, sha256}),
            dump({{"approval", stop.approval}, {"reason", stop.reason}})};
}

Records readRecords(const store::Snapshot& snapshot) {
    Records records;
    for (const auto& fact : snapshot.facts) {
        const std::string_view key = fact.key;
        if (fact.text.empty() || (!key.starts_with(kPush) && !key.starts_with(kStop))) {
            continue;
        }
        const auto document = JsonDocument::parse(fact.text, kLimits);
        if (!document || !document->root().is_object()) {
            continue;
        }
        if (key.starts_with(kPush)) {
            readPush(key.substr(kPush.size()), document->root(), records);
        } else {
            records.stops[std::string(key.substr(kStop.size()))] = {
                textAt(document->root(), "approval"), textAt(document->root(), "reason")};
        }
    }
    std::erase_if(records.pushes, [&snapshot](const auto& entry) {
        return std::ranges::none_of(snapshot.transfers, [&entry](const auto& row) {
            return row.device == entry.first && row.id == entry.second.transfer &&
                   row.url == entry.second.url;
        });
    });
    return records;
}

}  // namespace platen::firmware
