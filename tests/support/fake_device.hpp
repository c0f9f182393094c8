// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/attributes.hpp"
#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/store/store.hpp"

#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::test {

/// A device over any schema: values are set by name, writes can be made to fail, reboots end when
/// the test says so.
class FakeDevice final : public fleet::ManagedDevice {
  public:
    struct Ports {
        const model::PathCodec& codec;
        model::TextPool& pool;
        net::Loop& loop;
        store::Store& store;
    };

    /// All must outlive it.
    FakeDevice(DeviceId id, fleet::Identity identity, const Ports& ports)
        : id_(id),
          identity_(std::move(identity)),
          ports_(ports),
          tree_(ports.codec.schema(), ports.pool),
          attributes_(ports.codec.schema()) {}

    void observe(fleet::FleetObserver* observer) { observer_ = observer; }

    [[nodiscard]] model::ParamRef ref(std::string_view name) const {
        const auto path = ports_.codec.parseInternal(name);
        if (!path || path->kind != model::Path::Kind::Parameter) {
            throw std::runtime_error("no parameter " + std::string(name));
        }
        return path->paramRef();
    }
    /// A value without telling anybody. `name` is an internal name.
    void put(std::string_view name, std::string_view text, model::Source source) {
        const auto where = ref(name);
        const auto value = ports_.codec.schema().parseValue(where.param, text);
        if (!value) {
            throw std::runtime_error("bad value for " + std::string(name));
        }
        tree_.set(where, *value, source);
    }
    void put(std::string_view name, std::string_view text) { put(name, text, model::Source::Snmp); }
    /// A value that a poll found; observers hear of it.
    void change(std::string_view name, std::string_view text) {
        put(name, text);
        tell(ref(name), fleet::ChangeCause::Device);
    }
    [[nodiscard]] std::string text(std::string_view name) const {
        const auto value = tree_.get(ref(name));
        return value ? value->text() : std::string("(absent)");
    }
    [[nodiscard]] model::Tree& mutableTree() { return tree_; }

    /// What a write answers; empty: it works. Called before anything is changed.
    std::function<fleet::WriteFaults(const std::vector<fleet::Assignment>&)> onWrite;
    /// Called when a write has changed the tree, before it is told.
    std::function<void()> afterWrite;
    std::set<std::string, std::less<>> notWritable;  ///< Internal names.
    bool up = true;                                  ///< reachable()
    std::optional<bool> probe;                       ///< checkReachable(); absent: as `up`.
    std::optional<std::string> refuseReboot;
    std::optional<Error> refuseRow;  ///< What AddObject and DeleteObject answer.
    std::uint32_t nextRow = 1;
    std::vector<UniqueFunction<void(Result<void>)>> reboots;  ///< Not yet answered.
    std::vector<UniqueFunction<void(Result<void>)>> resets;
    std::size_t writes = 0;
    std::size_t probes = 0;
    std::size_t sessions = 0;  ///< That ended.

    [[nodiscard]] DeviceId id() const override { return id_; }
    [[nodiscard]] const fleet::Identity& identity() const override { return identity_; }
    [[nodiscard]] const model::Tree& tree() const override { return tree_; }
    [[nodiscard]] model::AttributeTable& attributes() override { return attributes_; }
    [[nodiscard]] bool writable(const model::ParamRef& ref) const override {
        return ports_.codec.schema().param(ref.param).readWrite && tree_.get(ref) &&
               !notWritable.contains(ports_.codec.internalName(ref));
    }
    void write(std::vector<fleet::Assignment> assignments,
               store::Batch more,
               UniqueFunction<void(fleet::WriteFaults)> done) override {
        ++writes;
        auto faults = onWrite ? onWrite(assignments) : fleet::WriteFaults{};
        if (!faults.empty()) {
            ports_.loop.post([faults = std::move(faults), done = std::move(done)]() mutable {
                done(std::move(faults));
            });
            return;
        }
        auto batch = std::move(more);
        setAll(assignments, model::Source::Acs, fleet::ChangeCause::Acs, batch);
        if (afterWrite) {
            afterWrite();
        }
        ports_.store.commit(
            std::move(batch), store::Durability::Durable,
            [done = std::move(done)](const Result<void>& stored) mutable {
                fleet::WriteFaults bad;
                if (!stored) {
                    bad.push_back({0, fleet::AssignmentFault::Kind::Failed, "not stored"});
                }
                done(std::move(bad));
            });
    }
    void setGatewayValues(std::vector<fleet::Assignment> assignments, bool keep) override {
        store::Batch batch;
        setAll(assignments, keep ? model::Source::Acs : model::Source::Gateway,
               fleet::ChangeCause::Gateway, batch);
        if (keep) {
            ports_.store.commit(std::move(batch), store::Durability::Durable,
                                [](const Result<void>&) {});
        }
    }
    [[nodiscard]] bool rowsWritable(model::ObjectIndex table) const override {
        return ports_.codec.schema().object(table).readWrite;
    }
    /// Numbers rise for as long as the device lives; each row has an Alias and what has a default.
    void addObject(const model::ObjectRef& table,
                   const std::vector<fleet::Assignment>& with,
                   UniqueFunction<void(Result<std::uint32_t>)> done) override {
        if (refuseRow) {
            done(tl::unexpected<Error>(*refuseRow));
            return;
        }
        const auto& schema = ports_.codec.schema();
        const auto number = nextRow++;
        auto values = with;
        const model::ObjectRef row{
            table.object, table.instances.with(schema.object(table.object).depth - 1U, number)};
        for (const auto param : schema.object(row.object).params) {
            const auto& def = schema.param(param);
            const auto text = def.name == "Alias" ? "cpe-" + std::to_string(number)
                                                  : def.defaultText.value_or("");
            if (const auto value = schema.parseValue(param, text)) {
                values.push_back({{param, row.instances}, *value});
            }
        }
        tree_.addObject(row);
        store::Batch batch;
        setAll(values, model::Source::Acs, fleet::ChangeCause::Acs, batch);
        ports_.store.commit(
            std::move(batch), store::Durability::Durable,
            [done = std::move(done), number](const Result<void>&) mutable { done(number); });
    }
    void deleteObject(const model::ObjectRef& row,
                      const std::vector<fleet::Assignment>& with,
                      UniqueFunction<void(Result<void>)> done) override {
        if (refuseRow) {
            done(tl::unexpected<Error>(*refuseRow));
            return;
        }
        tree_.removeObject(row);
        store::Batch batch;
        setAll(with, model::Source::Acs, fleet::ChangeCause::Acs, batch);
        ports_.store.commit(std::move(batch), store::Durability::Durable,
                            [done = std::move(done)](const Result<void>&) mutable { done({}); });
    }
    [[nodiscard]] bool reachable() const override { return up; }
    void checkReachable(UniqueFunction<void(bool)> done) override {
        ++probes;
        ports_.loop.post(
            [answer = probe.value_or(up), done = std::move(done)]() mutable { done(answer); });
    }
    [[nodiscard]] std::optional<std::string> rebootRefusal() const override { return refuseReboot; }
    void reboot(UniqueFunction<void(Result<void>)> done) override {
        reboots.push_back(std::move(done));
    }
    void sessionEnded() override { ++sessions; }
    void factoryReset(UniqueFunction<void(Result<void>)> done) override {
        resets.push_back(std::move(done));
    }

  private:
    void setAll(const std::vector<fleet::Assignment>& assignments,
                model::Source source,
                fleet::ChangeCause cause,
                store::Batch& batch) {
        std::vector<fleet::Change> changes;
        for (const auto& assignment : assignments) {
            if (tree_.set(assignment.ref, assignment.value, source)) {
                changes.push_back({assignment.ref, cause});
            }
            batch.emplace_back(store::ValueRow{id_, ports_.codec.internalName(assignment.ref),
                                               assignment.value.text()});
        }
        if (observer_ != nullptr && !changes.empty()) {
            observer_->valuesChanged(*this, changes);
        }
    }
    void tell(const model::ParamRef& where, fleet::ChangeCause cause) {
        if (observer_ != nullptr) {
            const fleet::Change change{where, cause};
            observer_->valuesChanged(*this, std::span(&change, 1));
        }
    }

    DeviceId id_;
    fleet::Identity identity_;
    Ports ports_;
    model::Tree tree_;
    model::AttributeTable attributes_;
    fleet::FleetObserver* observer_ = nullptr;
};

}  // namespace platen::test
