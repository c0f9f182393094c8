// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/store/sqlite.hpp"
#include "proxy/store/store.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace platen::store {

/// Puts mutations into the tables by prepared statements, inside the caller's transaction. The Db
/// must outlive it. thread: that of the Db
class MutationWriter {
  public:
    [[nodiscard]] static Result<MutationWriter> prepare(Db& db);

    /// Errors: those of Db; the caller undoes what was done before.
    [[nodiscard]] Result<void> write(const Batch& batch);

  private:
    /// Order of the statements in mutation_writer.cpp.
    enum class Sql : std::size_t {
        Device,
        Instance,
        RetiredInstancesErased,
        Value,
        ValueErased,
        ValuesErased,
        Attribute,
        AttributesErased,
        Event,
        EventErased,
        Changed,
        ChangedErased,
        Counter,
        Reading,
        ReadingErased,
        Fact,
        Transfer,
        TransferErased,
        FirstOfDeviceErased,
    };
    static constexpr std::size_t kDeviceTables = 9;
    static constexpr std::size_t kStatements =
        static_cast<std::size_t>(Sql::FirstOfDeviceErased) + kDeviceTables;

    explicit MutationWriter(std::vector<Stmt> statements) : statements_(std::move(statements)) {}
    [[nodiscard]] Stmt& statement(Sql which) {
        return statements_[static_cast<std::size_t>(which)];
    }

    [[nodiscard]] Result<void> put(const DeviceRecord& row);
    [[nodiscard]] Result<void> put(const InstanceRow& row);
    [[nodiscard]] Result<void> put(const RetiredInstancesErased& row);
    [[nodiscard]] Result<void> put(const ValueRow& row);
    [[nodiscard]] Result<void> put(const ValueErased& row);
    [[nodiscard]] Result<void> put(const AttributeRow& row);
    [[nodiscard]] Result<void> put(const AttributesErased& row);
    [[nodiscard]] Result<void> put(const EventRow& row);
    [[nodiscard]] Result<void> put(const EventErased& row);
    [[nodiscard]] Result<void> put(const ChangedRow& row);
    [[nodiscard]] Result<void> put(const ChangedErased& row);
    [[nodiscard]] Result<void> put(const CounterRow& row);
    [[nodiscard]] Result<void> put(const ReadingRow& row);
    [[nodiscard]] Result<void> put(const ReadingErased& row);
    [[nodiscard]] Result<void> put(const FactRow& row);
    [[nodiscard]] Result<void> put(const TransferRow& row);
    [[nodiscard]] Result<void> put(const TransferErased& row);
    [[nodiscard]] Result<void> put(const DeviceErased& row);

    std::vector<Stmt> statements_;
};

}  // namespace platen::store
