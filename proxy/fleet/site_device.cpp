// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/site_device.hpp"

#include "base/text.hpp"

#include <utility>

namespace platen::fleet {

SiteDevice::SiteDevice(FleetContext& context, GatewayDevice& gateway)
    : context_(context), gateway_(gateway), rows_(context) {}

model::ObjectRef SiteDevice::service(std::uint32_t row) const {
    return {context_.names.service, model::Instances{{row, 0, 0}}};
}

ManagedDevice* SiteDevice::printer(std::uint32_t row) const {
    const auto found = printers_.find(row);
    return found == printers_.end() ? nullptr : found->second;
}

SiteDevice::Place SiteDevice::placeOf(const model::ParamRef& ref) const {
    const auto& schema = context_.codec.schema();
    const auto owner = schema.param(ref.param).object;
    const auto& root = schema.object(context_.names.service);
    if (owner < root.index || owner >= root.subtreeEnd) {
        return {ref, 0};
    }
    return {{ref.param, ref.instances.with(0, serviceInstance().numbers[0])},
            ref.instances.numbers[0]};
}

bool SiteDevice::writable(const model::ParamRef& ref) const {
    const auto place = placeOf(ref);
    if (place.row == 0) {
        return gateway_.writable(ref);
    }
    const auto* device = printer(place.row);
    return device != nullptr && device->writable(place.ref);
}

/// A reference into the printer's own row as the printer has it; others it will refuse.
model::Value SiteDevice::inside(const Assignment& assignment, std::uint32_t row) const {
    if (!context_.codec.schema().param(assignment.ref.param).pathReference) {
        return assignment.value;
    }
    const auto from = text::cat({"MFP.", std::to_string(row), "."});
    const auto to = text::cat({"MFP.", std::to_string(serviceInstance().numbers[0]), "."});
    const auto paths = assignment.value.text();
    std::string all;
    for (const auto path : text::split(paths, ',')) {
        all += all.empty() ? "" : ",";
        if (path.starts_with(from)) {
            all += text::cat({to, path.substr(from.size())});
        } else if (path.starts_with("MFP.")) {
            all += "another printer's";  // It must not pass for a row of this one.
        } else {
            all += path;
        }
    }
    return model::Value::string(all);
}

void SiteDevice::write(std::vector<Assignment> assignments,
                       store::Batch more,
                       UniqueFunction<void(WriteFaults)> done) {
    SiteWrite::Part own;
    std::map<std::uint32_t, SiteWrite::Part> byRow;
    for (std::size_t i = 0; i < assignments.size(); ++i) {
        const auto place = placeOf(assignments[i].ref);
        auto& part = place.row == 0 ? own : byRow[place.row];
        part.row = place.row;
        part.assignments.push_back(
            {place.ref, place.row == 0 ? assignments[i].value : inside(assignments[i], place.row)});
        part.places.push_back(i);
    }
    if (byRow.empty()) {
        gateway_.write(std::move(assignments), std::move(more), std::move(done));
        return;
    }
    std::vector<SiteWrite::Part> parts;
    parts.reserve(byRow.size());
    for (auto& [row, part] : byRow) {
        if (printer(row) == nullptr) {
            WriteFaults faults{{.index = part.places.front(),
                                .kind = AssignmentFault::Kind::NotWritable,
                                .text = "gateway: no such printer"}};
            context_.loop.post([done = std::move(done), faults = std::move(faults)]() mutable {
                done(std::move(faults));
            });
            return;
        }
        parts.push_back(std::move(part));
    }
    const std::weak_ptr<int> alive = alive_;
    SiteWrite::start({.device = [this, alive](std::uint32_t row) -> ManagedDevice* {
                          return alive.expired() ? nullptr : row == 0 ? &gateway_ : printer(row);
                      },
                      .begins =
                          [this](std::uint32_t row) {
                              gateway_.update([&](ChangeRecorder& changes) {
                                  rows_.command(changes, row, CommandState::Pending, {});
                              });
                          },
                      .ended =
                          [this, alive](std::uint32_t row, const WriteFaults& faults) {
                              if (!alive.expired()) {
                                  commandEnded(row, faults);
                              }
                          }},
                     std::move(parts), std::move(own), std::move(more), std::move(done));
}

void SiteDevice::commandEnded(std::uint32_t row, const WriteFaults& faults) {
    if (printer(row) == nullptr) {
        return;
    }
    gateway_.update([&](ChangeRecorder& changes) {
        if (faults.empty()) {
            rows_.command(changes, row, CommandState::Success, {});
            rows_.synchronized(changes, row, context_.loop.clock().wallNow());
        } else {
            rows_.command(
                changes, row, CommandState::Error,
                std::string_view(faults.front().text).substr(0, EmbeddedRows::kMaxReason));
        }
    });
}

void SiteDevice::keepTold(store::Batch& batch) {
    for (const auto& [row, device] : printers_) {
        device->keepTold(batch);
    }
}

void SiteDevice::sessionEnded() {
    gateway_.sessionEnded();
    for (const auto& [row, device] : printers_) {
        device->sessionEnded();
    }
}

/// By identity, which never changes: a printer that comes back after a factory reset of the
/// gateway, under another id of ours, has its old number. Numbers are not retired.
std::uint32_t SiteDevice::numberOf(const Identity& identity) {
    const model::InstanceTable::RowKey key{
        .key = text::cat({identity.oui, "-", identity.productClass, "-", identity.serial}),
        .preferred = {}};
    return gateway_.state()
        .instances
        .resolve(context_.names.service, {}, std::span(&key, 1), context_.loop.clock().wallNow())
        .front();
}

void SiteDevice::show(ManagedDevice& device, bool answered) {
    auto& state = gateway_.state();
    std::uint32_t host = 0;
    if (const auto& tables = context_.names.gatewayTables) {
        host = state.instances.find(tables->hosts, {}, std::to_string(device.id().value()))
                   .value_or(0);
    }
    const auto row = numberOf(device.identity());
    const bool isNew = !numbers_.contains(device.id());
    numbers_[device.id()] = row;
    printers_[row] = &device;
    if (isNew) {
        state.tree.mount(service(row), device.tree(), serviceInstance().numbers[0]);
    }
    gateway_.update([&](ChangeRecorder& changes) {
        rows_.show(changes, row, device.identity(), host);
        if (isNew) {
            rows_.command(changes, row, CommandState::Success, {});
            rows_.synchronized(changes, row,
                               answered ? context_.loop.clock().wallNow() : kUnknownTime);
        }
    });
}

void SiteDevice::hide(DeviceId printer) {
    const auto found = numbers_.find(printer);
    if (found == numbers_.end()) {
        return;
    }
    const auto row = found->second;
    numbers_.erase(found);
    printers_.erase(row);
    auto& tree = gateway_.state().tree;
    tree.unmount(service(row));
    gateway_.update([&](ChangeRecorder&) { rows_.remove(tree, row); });
}

std::vector<Change> SiteDevice::translated(DeviceId printer, std::span<const Change> changes) {
    std::vector<Change> out;
    const auto found = numbers_.find(printer);
    if (found == numbers_.end()) {
        return out;
    }
    const auto row = found->second;
    std::optional<WallTime> contact;
    for (const auto& change : changes) {
        if (placeOf(change.ref).row == 0) {
            continue;  // Of the printer as a device of its own, which it is not here.
        }
        out.push_back({{change.ref.param, change.ref.instances.with(0, row)}, change.cause});
        if (change.ref == inService(context_.names.connectionLastSuccess)) {
            const auto value = tree().get(out.back().ref);
            contact = value ? std::optional(value->asTime()) : contact;
        }
    }
    if (contact) {
        gateway_.update(
            [&](ChangeRecorder& recorder) { rows_.synchronized(recorder, row, *contact); });
    }
    return out;
}

}  // namespace platen::fleet
