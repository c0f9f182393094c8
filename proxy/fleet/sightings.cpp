// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/sightings.hpp"

#include "base/log.hpp"

namespace platen::fleet {

void Sightings::isNew(const store::DeviceRecord& record, std::string_view named) {
    ++counts_.isNew;
    LOG_INFO("fleet", "printer.new", {"device", record.id}, {"address", record.address},
             {"manufacturer", record.manufacturer}, {"model", record.model},
             {"mac", record.macAddress}, {"named_by", named});
}

void Sightings::moved(const store::DeviceRecord& record,
                      std::string_view from,
                      std::string_view evidence) {
    ++counts_.moved;
    LOG_INFO("fleet", "printer.moved", {"device", record.id}, {"from", from},
             {"to", record.address}, {"same", evidence}, {"mac", record.macAddress});
}

void Sightings::replaced(const store::DeviceRecord& isNew, const store::DeviceRecord& before) {
    ++counts_.replaced;
    LOG_INFO("fleet", "printer.replaced", {"device", isNew.id}, {"address", isNew.address},
             {"model", isNew.model}, {"mac", isNew.macAddress}, {"before", before.id},
             {"model_before", before.model}, {"mac_before", before.macAddress});
}

void Sightings::serialShared(DeviceId device, std::string_view address, std::string_view evidence) {
    ++counts_.duplicate;
    LOG_WARNING("fleet", "printer.serial_shared", {"device", device}, {"address", address},
                {"evidence", evidence});
}

void Sightings::secondAddress(DeviceId device,
                              std::string_view address,
                              std::string_view evidence) {
    constexpr std::size_t kRemembered = 4'096;
    if (secondAddresses_.size() >= kRemembered ||
        !secondAddresses_.emplace(device, std::string(address)).second) {
        return;
    }
    ++counts_.duplicate;
    LOG_INFO("fleet", "printer.second_address", {"device", device}, {"address", address},
             {"evidence", evidence});
}

void Sightings::passBegins(std::vector<DeviceId> missing) {
    missing_ = {missing.begin(), missing.end()};
}

void Sightings::passEnds(const std::vector<const store::DeviceRecord*>& missing) {
    for (const auto* record : missing) {
        if (!missing_.contains(record->id) || !gone_.insert(record->id).second) {
            continue;
        }
        ++counts_.gone;
        LOG_WARNING("fleet", "printer.gone", {"device", record->id}, {"address", record->address},
                    {"model", record->model}, {"mac", record->macAddress},
                    {"last_seen", formatDateTime(record->lastSeen)});
    }
    missing_.clear();
}

void Sightings::answers(const store::DeviceRecord& record) {
    if (gone_.erase(record.id) == 0) {
        return;
    }
    ++counts_.back;
    LOG_INFO("fleet", "printer.returned", {"device", record.id}, {"address", record.address},
             {"model", record.model}, {"mac", record.macAddress});
}

}  // namespace platen::fleet
