// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "proxy/store/store.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace platen::store {
namespace {

using Named = std::pair<DeviceId, std::string>;

using Identity = std::tuple<std::string, std::string, std::string>;

Identity identityOf(const DeviceRecord& record) {
    return {record.oui, record.productClass, record.serial};
}

/// The tables of the SQLite store as maps with the same keys and order.
struct Tables {
    std::map<DeviceId, DeviceRecord> devices;
    std::map<Identity, DeviceId> identities;
    std::map<std::tuple<DeviceId, std::string, std::string, std::uint32_t>, InstanceRow> instances;
    std::map<Named, ValueRow> values;
    std::map<Named, AttributeRow> attributes;
    std::map<std::pair<DeviceId, std::uint64_t>, EventRow> events;
    std::map<Named, ChangedRow> changed;
    std::map<Named, CounterRow> counters;
    std::map<Named, ReadingRow> readings;
    std::map<std::string, FactRow> facts;
    std::map<std::pair<DeviceId, std::uint64_t>, TransferRow> transfers;

    void apply(const DeviceRecord& row) {
        dropIdentity(row.id);
        if (!row.serial.empty()) {
            identities[identityOf(row)] = row.id;
        }
        devices[row.id] = row;
    }
    void apply(const InstanceRow& row) {
        instances[{row.device, row.object, row.parents, row.number}] = row;
    }
    void apply(const RetiredInstancesErased& /*row*/) {
        for (auto row = instances.begin(); row != instances.end();) {
            const auto next = std::next(row);
            // Sorted by number last: the next one of the same table has a higher number.
            const bool highest = next == instances.end() || !sameTable(row->first, next->first);
            row = row->second.retired && !highest ? instances.erase(row) : next;
        }
    }
    void apply(const ValueRow& row) { values[{row.device, row.name}] = row; }
    void apply(const ValueErased& row) {
        if (row.name.empty()) {
            eraseDevice(values, row.device);
        } else {
            values.erase({row.device, row.name});
        }
    }
    void apply(const AttributeRow& row) { attributes[{row.device, row.name}] = row; }
    void apply(const AttributesErased& row) { eraseDevice(attributes, row.device); }
    void apply(const EventRow& row) { events[{row.device, row.sequence}] = row; }
    void apply(const EventErased& row) { events.erase({row.device, row.sequence}); }
    void apply(const ChangedRow& row) { changed[{row.device, row.name}] = row; }
    void apply(const ChangedErased& row) { changed.erase({row.device, row.name}); }
    void apply(const CounterRow& row) { counters[{row.device, row.name}] = row; }
    void apply(const ReadingRow& row) { readings[{row.device, row.name}] = row; }
    void apply(const ReadingErased& row) { readings.erase({row.device, row.name}); }
    void apply(const FactRow& row) { facts[row.key] = row; }
    void apply(const TransferRow& row) { transfers[{row.device, row.id}] = row; }
    void apply(const TransferErased& row) { transfers.erase({row.device, row.id}); }
    void apply(const DeviceErased& row) {
        dropIdentity(row.device);
        devices.erase(row.device);
        eraseDevice(instances, row.device);
        eraseDevice(values, row.device);
        eraseDevice(attributes, row.device);
        eraseDevice(events, row.device);
        eraseDevice(changed, row.device);
        eraseDevice(counters, row.device);
        eraseDevice(readings, row.device);
        eraseDevice(transfers, row.device);
    }

  private:
    void dropIdentity(DeviceId device) {
        const auto known = devices.find(device);
        if (known == devices.end()) {
            return;
        }
        const auto held = identities.find(identityOf(known->second));
        if (held != identities.end() && held->second == device) {
            identities.erase(held);
        }
    }
    using InstanceKey = decltype(instances)::key_type;
    static bool sameTable(const InstanceKey& a, const InstanceKey& b) {
        return std::get<0>(a) == std::get<0>(b) && std::get<1>(a) == std::get<1>(b) &&
               std::get<2>(a) == std::get<2>(b);
    }
    template <typename Map>
    static void eraseDevice(Map& rows, DeviceId device) {
        std::erase_if(rows,
                      [device](const auto& entry) { return std::get<0>(entry.first) == device; });
    }
};

template <typename Map>
auto rowsOf(const Map& map) {
    std::vector<typename Map::mapped_type> rows;
    rows.reserve(map.size());
    for (const auto& [key, row] : map) {
        rows.push_back(row);
    }
    return rows;
}

class MemoryStore final : public Store {
  public:
    explicit MemoryStore(net::Loop& loop) : loop_(loop) {}

    Result<Snapshot> load() override {
        return Snapshot{.devices = rowsOf(tables_.devices),
                        .instances = rowsOf(tables_.instances),
                        .values = rowsOf(tables_.values),
                        .attributes = rowsOf(tables_.attributes),
                        .events = rowsOf(tables_.events),
                        .changed = rowsOf(tables_.changed),
                        .counters = rowsOf(tables_.counters),
                        .readings = rowsOf(tables_.readings),
                        .facts = rowsOf(tables_.facts),
                        .transfers = rowsOf(tables_.transfers)};
    }

    void commit(Batch batch,
                Durability /*durability*/,
                UniqueFunction<void(Result<void>)> done) override {
        auto result = check(batch);
        if (result) {
            for (const auto& mutation : batch) {
                std::visit([this](const auto& row) { tables_.apply(row); }, mutation);
            }
        }
        if (done) {
            loop_.post([done = std::move(done), result = std::move(result)]() mutable {
                done(std::move(result));
            });
        }
    }

    void flush() override {}

  private:
    /// The unique index of the SQLite file: presented devices never share an identity (C-PRX-07).
    /// Nothing else can fail.
    [[nodiscard]] Result<void> check(const Batch& batch) const {
        std::map<DeviceId, const DeviceRecord*> touched;  // Null: erased.
        for (const auto& mutation : batch) {
            if (const auto* erased = std::get_if<DeviceErased>(&mutation)) {
                touched[erased->device] = nullptr;
            } else if (const auto* record = std::get_if<DeviceRecord>(&mutation)) {
                if (!record->serial.empty() && isTaken(*record, touched)) {
                    return fail(ErrorCode::Conflict,
                                text::cat({"another device has the identity ", record->oui, "-",
                                           record->productClass, "-", record->serial}));
                }
                touched[record->id] = record;
            }
        }
        return {};
    }

    [[nodiscard]] bool isTaken(const DeviceRecord& record,
                               const std::map<DeviceId, const DeviceRecord*>& touched) const {
        const auto wanted = identityOf(record);
        const auto stored = tables_.identities.find(wanted);
        if (stored != tables_.identities.end() && stored->second != record.id &&
            !touched.contains(stored->second)) {
            return true;
        }
        return std::ranges::any_of(touched, [&](const auto& entry) {
            return entry.first != record.id && entry.second != nullptr &&
                   identityOf(*entry.second) == wanted;
        });
    }

    net::Loop& loop_;
    Tables tables_;
};

}  // namespace

std::unique_ptr<Store> makeMemoryStore(net::Loop& loop) {
    return std::make_unique<MemoryStore>(loop);
}

}  // namespace platen::store
