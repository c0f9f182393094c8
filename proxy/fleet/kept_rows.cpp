// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/kept_rows.hpp"

#include "base/log.hpp"
#include "mfp-datamodel/text_format.hpp"
#include "proxy/fleet/device_values.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace platen::fleet {

namespace {

Error notStored(DeviceId id, const Error& error) {
    LOG_ERROR("fleet", "store.failed", {"device", id}, {"error", error.text});
    return {ErrorCode::Internal, "gateway: the row could not be stored"};
}

Error gone() {
    return {ErrorCode::Conflict, "gateway: the device was removed"};
}

std::string joined(const std::vector<std::string>& items) {
    std::string out;
    for (const auto& item : items) {
        out += (out.empty() ? "" : ",") + item;
    }
    return out;
}

}  // namespace

KeptRows::KeptRows(FleetContext& context,
                   DeviceId id,
                   PrinterState& state,
                   std::function<void(std::vector<Change>)> publish)
    : context_(context), id_(id), state_(state), publish_(std::move(publish)) {}

std::array<model::ObjectIndex, 1> KeptRows::tables() const {
    return {context_.names.informParameterTable};
}

bool KeptRows::takes(model::ObjectIndex table) const {
    const auto all = tables();
    return std::ranges::find(all, table) != all.end();
}

model::Instances KeptRows::parentsOf(const model::ObjectRef& row) const {
    return row.instances.upTo(context_.codec.schema().object(row.object).depth - std::size_t{1});
}

/// What the model gives a new row (C-OBJ-03). An alias of ours begins with `cpe-` (C-ALI-05).
std::vector<Assignment> KeptRows::defaultsOf(const model::ObjectRef& row) const {
    const auto& schema = context_.codec.schema();
    const auto& table = schema.object(row.object);
    std::vector<Assignment> values;
    for (const auto index : table.params) {
        const auto& def = schema.param(index);
        std::string text;
        if (def.defaultText) {
            text = *def.defaultText;
        } else if (def.format == model::TextFormat::Alias) {
            const auto number = row.instances.numbers.at(table.depth - std::size_t{1});
            text = "cpe-" + std::to_string(number);
        } else {
            continue;
        }
        if (auto value = schema.parseValue(index, text)) {
            values.push_back({{index, row.instances}, std::move(*value)});
        }
    }
    return values;
}

void KeptRows::prepare() {
    for (const auto table : tables()) {
        for (const auto number : state_.tree.rows(table, {})) {
            const model::ObjectRef row{table, model::Instances{{number, 0, 0}}};
            const auto* record = state_.instances.record(table, {}, number);
            if (record == nullptr || record->retired) {
                state_.tree.removeObject(row);
                continue;
            }
            for (const auto& value : defaultsOf(row)) {
                if (!state_.tree.get(value.ref)) {
                    state_.tree.set(value.ref, value.value, model::Source::Acs);
                }
            }
        }
    }
}

std::uint32_t KeptRows::newNumber(const model::ObjectRef& table) {
    // The key only has to differ from those of the rows that are there.
    model::InstanceTable::RowKey key{.key = "acs", .preferred = {}};
    for (std::size_t i = 2; state_.instances.find(table.object, table.instances, key.key); ++i) {
        key.key = "acs#" + std::to_string(i);
    }
    return state_.instances
        .resolve(table.object, table.instances, std::span(&key, 1), context_.loop.clock().wallNow())
        .front();
}

void KeptRows::saveValues(const std::vector<Assignment>& values, store::Batch& batch) const {
    for (const auto& value : values) {
        batch.emplace_back(toRow(id_, context_.codec, value));
    }
}

void KeptRows::saveNumbers(store::Batch& batch) {
    for (const auto& record : state_.instances.takeDirty()) {
        batch.emplace_back(toRow(id_, context_.codec.schema(), record));
    }
}

void KeptRows::add(const model::ObjectRef& table,
                   const std::vector<Assignment>& with,
                   UniqueFunction<void(Result<std::uint32_t>)> done) {
    const auto refuse = [this, &done](ErrorCode code, std::string text) {
        context_.loop.post([done = std::move(done), code, text = std::move(text)]() mutable {
            done(fail(code, std::move(text)));
        });
    };
    if (!takes(table.object) || !state_.tree.has(table)) {
        refuse(ErrorCode::NotFound, "the device makes the rows of this table itself");
        return;
    }
    if (state_.tree.rows(table.object, table.instances).size() >= kMaxRows) {
        refuse(ErrorCode::TooLarge, "the table holds " + std::to_string(kMaxRows) + " rows");
        return;
    }
    const auto number = newNumber(table);
    const auto depth = context_.codec.schema().object(table.object).depth;
    const model::ObjectRef row{table.object, table.instances.with(depth - std::size_t{1}, number)};
    auto values = defaultsOf(row);
    values.insert(values.end(), with.begin(), with.end());
    store::Batch batch;
    saveNumbers(batch);
    saveValues(values, batch);
    context_.store.commit(
        std::move(batch), store::Durability::Durable,
        [this, alive = std::weak_ptr<int>(alive_), row, number, values = std::move(values),
         done = std::move(done)](const Result<void>& stored) mutable {
            if (alive.expired()) {
                done(tl::unexpected<Error>(gone()));
                return;
            }
            if (!stored) {
                state_.instances.retire(row.object, parentsOf(row), number);
                done(tl::unexpected<Error>(notStored(id_, stored.error())));
                return;
            }
            added(row, values);
            done(number);
        });
}

void KeptRows::added(const model::ObjectRef& row, const std::vector<Assignment>& values) {
    ChangeRecorder recorder(state_.tree, ChangeCause::Acs);
    state_.tree.addObject(row);
    for (const auto& value : values) {
        recorder.set(value.ref, value.value, model::Source::Acs);
    }
    publish_(recorder.take());
}

/// C-ATT-12: what was set for the row's parameters goes with it.
void KeptRows::saveAttributesWithout(const model::ObjectRef& row, store::Batch& batch) const {
    auto left = state_.attributes;
    left.eraseUnder(row);
    if (left.entries().size() == state_.attributes.entries().size()) {
        return;
    }
    batch.emplace_back(store::AttributesErased{.device = id_});
    for (const auto& entry : left.entries()) {
        batch.emplace_back(store::AttributeRow{
            .device = id_,
            .name = context_.codec.internalName(entry.ref),
            .notification = static_cast<std::uint8_t>(entry.attributes.notification),
            .accessList = joined(entry.attributes.accessList)});
    }
}

void KeptRows::remove(const model::ObjectRef& row,
                      const std::vector<Assignment>& with,
                      UniqueFunction<void(Result<void>)> done) {
    const auto& table = context_.codec.schema().object(row.object);
    const auto number =
        table.table ? row.instances.numbers.at(table.depth - std::size_t{1}) : std::uint32_t{0};
    const auto* record = takes(row.object) && number != 0
                             ? state_.instances.record(row.object, parentsOf(row), number)
                             : nullptr;
    if (record == nullptr || record->retired || !state_.tree.has(row)) {
        context_.loop.post([done = std::move(done)]() mutable {
            done(fail(ErrorCode::NotFound, "no such row that the ACS could delete"));
        });
        return;
    }
    store::Batch batch;
    auto retired = *record;
    retired.retired = true;
    batch.emplace_back(toRow(id_, context_.codec.schema(), retired));
    model::Path path;
    path.object = row.object;
    path.instances = row.instances;
    state_.tree.forEachParam(path, [&](const model::ParamRef& ref, const model::Value&) {
        batch.emplace_back(
            store::ValueErased{.device = id_, .name = context_.codec.internalName(ref)});
    });
    saveAttributesWithout(row, batch);
    saveValues(with, batch);
    context_.store.commit(std::move(batch), store::Durability::Durable,
                          [this, alive = std::weak_ptr<int>(alive_), row, with,
                           done = std::move(done)](const Result<void>& stored) mutable {
                              if (alive.expired()) {
                                  done(tl::unexpected<Error>(gone()));
                                  return;
                              }
                              if (!stored) {
                                  done(tl::unexpected<Error>(notStored(id_, stored.error())));
                                  return;
                              }
                              removed(row, with);
                              done({});
                          });
}

void KeptRows::removed(const model::ObjectRef& row, const std::vector<Assignment>& with) {
    const auto& table = context_.codec.schema().object(row.object);
    const auto parents = parentsOf(row);
    state_.instances.retire(row.object, parents,
                            row.instances.numbers.at(table.depth - std::size_t{1}));
    state_.attributes.eraseUnder(row);
    state_.tree.removeObject(row);
    ChangeRecorder recorder(state_.tree, ChangeCause::Acs);
    for (const auto& value : with) {
        recorder.set(value.ref, value.value, model::Source::Acs);
    }
    publish_(recorder.take());
}

void KeptRows::clear(store::Batch& batch) {
    for (const auto table : tables()) {
        for (const auto number : state_.tree.rows(table, {})) {
            state_.tree.removeObject({table, model::Instances{{number, 0, 0}}});
            state_.instances.retire(table, {}, number);
        }
    }
    saveNumbers(batch);
}

}  // namespace platen::fleet
