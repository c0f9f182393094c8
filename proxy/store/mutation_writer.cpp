// SPDX-License-Identifier: Apache-2.0
#include "proxy/store/mutation_writer.hpp"

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace platen::store {
namespace {

std::int64_t millisOf(WallTime time) {
    return time.time_since_epoch().count();
}

// In the order of MutationWriter::Sql. `ON CONFLICT … DO UPDATE` is also PostgreSQL's form.
constexpr std::array<std::string_view, 27> kSql{
    "INSERT INTO device (id, manufacturer, oui, product_class, serial, printer_serial,"
    " mac_address, address, model, first_seen, last_seen, bootstrapped, acs_url)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET manufacturer = excluded.manufacturer, oui = excluded.oui,"
    " product_class = excluded.product_class, serial = excluded.serial,"
    " printer_serial = excluded.printer_serial, mac_address = excluded.mac_address,"
    " address = excluded.address, model = excluded.model, first_seen = excluded.first_seen,"
    " last_seen = excluded.last_seen, bootstrapped = excluded.bootstrapped,"
    " acs_url = excluded.acs_url",
    "INSERT INTO instance (device, object, parents, number, row_key, first_seen, last_seen,"
    " retired) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (device, object, parents, number) DO UPDATE SET row_key = excluded.row_key,"
    " first_seen = excluded.first_seen, last_seen = excluded.last_seen,"
    " retired = excluded.retired",
    "DELETE FROM instance WHERE retired = 1 AND number < (SELECT max(number) FROM instance AS same"
    " WHERE same.device = instance.device AND same.object = instance.object"
    " AND same.parents = instance.parents)",
    "INSERT INTO kept_value (device, name, content) VALUES (?, ?, ?)"
    " ON CONFLICT (device, name) DO UPDATE SET content = excluded.content",
    "DELETE FROM kept_value WHERE device = ? AND name = ?",
    "DELETE FROM kept_value WHERE device = ?",
    "INSERT INTO attribute (device, name, notification, access_list) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (device, name) DO UPDATE SET notification = excluded.notification,"
    " access_list = excluded.access_list",
    "DELETE FROM attribute WHERE device = ?",
    "INSERT INTO event (device, sequence, code, command_key) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (device, sequence) DO UPDATE SET code = excluded.code,"
    " command_key = excluded.command_key",
    "DELETE FROM event WHERE device = ? AND sequence = ?",
    "INSERT INTO changed (device, name) VALUES (?, ?) ON CONFLICT (device, name) DO NOTHING",
    "DELETE FROM changed WHERE device = ? AND name = ?",
    "INSERT INTO counter (device, name, source, epoch, base, last_raw, modulus, confirm_count,"
    " suspect_raw, last_read, suspect_read, base_before_fall, raw_before_fall)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (device, name) DO UPDATE SET source = excluded.source, epoch = excluded.epoch,"
    " base = excluded.base, last_raw = excluded.last_raw, modulus = excluded.modulus,"
    " confirm_count = excluded.confirm_count, suspect_raw = excluded.suspect_raw,"
    " last_read = excluded.last_read, suspect_read = excluded.suspect_read,"
    " base_before_fall = excluded.base_before_fall, raw_before_fall = excluded.raw_before_fall",
    "INSERT INTO reading (device, name, content, source) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (device, name) DO UPDATE SET content = excluded.content,"
    " source = excluded.source",
    "DELETE FROM reading WHERE device = ? AND name = ?",
    "INSERT INTO fact (name, content) VALUES (?, ?)"
    " ON CONFLICT (name) DO UPDATE SET content = excluded.content",
    "INSERT INTO transfer (device, id, kind, state, command_key, file_type, url, username,"
    " password, file_size, target_name, not_before, windows, attempts, started, completed, fault,"
    " fault_text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (device, id) DO UPDATE SET state = excluded.state,"
    " username = excluded.username, password = excluded.password,"
    " not_before = excluded.not_before, windows = excluded.windows,"
    " attempts = excluded.attempts, started = excluded.started,"
    " completed = excluded.completed, fault = excluded.fault, fault_text = excluded.fault_text",
    "DELETE FROM transfer WHERE device = ? AND id = ?",
    "DELETE FROM device WHERE id = ?",
    "DELETE FROM instance WHERE device = ?",
    "DELETE FROM kept_value WHERE device = ?",
    "DELETE FROM attribute WHERE device = ?",
    "DELETE FROM event WHERE device = ?",
    "DELETE FROM changed WHERE device = ?",
    "DELETE FROM counter WHERE device = ?",
    "DELETE FROM reading WHERE device = ?",
    "DELETE FROM transfer WHERE device = ?",
};

}  // namespace

Result<MutationWriter> MutationWriter::prepare(Db& db) {
    static_assert(kSql.size() == kStatements);
    std::vector<Stmt> statements;
    statements.reserve(kSql.size());
    for (const auto sql : kSql) {
        auto statement = db.prepare(sql);
        if (!statement) {
            return tl::unexpected<Error>(std::move(statement.error()));
        }
        statements.push_back(std::move(*statement));
    }
    return MutationWriter(std::move(statements));
}

Result<void> MutationWriter::write(const Batch& batch) {
    for (const auto& mutation : batch) {
        auto done = std::visit([this](const auto& row) { return put(row); }, mutation);
        if (!done) {
            return done;
        }
    }
    return {};
}

Result<void> MutationWriter::put(const DeviceRecord& row) {
    return statement(Sql::Device)
        .runWith(row.id.value(), row.manufacturer, row.oui, row.productClass, row.serial,
                 row.printerSerial, row.macAddress, row.address, row.model, millisOf(row.firstSeen),
                 millisOf(row.lastSeen), row.bootstrapped, row.acsUrl);
}

Result<void> MutationWriter::put(const InstanceRow& row) {
    return statement(Sql::Instance)
        .runWith(row.device.value(), row.object, row.parents, row.number, row.key,
                 millisOf(row.firstSeen), millisOf(row.lastSeen), row.retired);
}

Result<void> MutationWriter::put(const RetiredInstancesErased& /*row*/) {
    return statement(Sql::RetiredInstancesErased).runWith();
}

Result<void> MutationWriter::put(const ValueRow& row) {
    return statement(Sql::Value).runWith(row.device.value(), row.name, row.text);
}

Result<void> MutationWriter::put(const ValueErased& row) {
    if (row.name.empty()) {
        return statement(Sql::ValuesErased).runWith(row.device.value());
    }
    return statement(Sql::ValueErased).runWith(row.device.value(), row.name);
}

Result<void> MutationWriter::put(const AttributeRow& row) {
    return statement(Sql::Attribute)
        .runWith(row.device.value(), row.name, row.notification, row.accessList);
}

Result<void> MutationWriter::put(const AttributesErased& row) {
    return statement(Sql::AttributesErased).runWith(row.device.value());
}

Result<void> MutationWriter::put(const EventRow& row) {
    return statement(Sql::Event)
        .runWith(row.device.value(), row.sequence, row.code, row.commandKey);
}

Result<void> MutationWriter::put(const EventErased& row) {
    return statement(Sql::EventErased).runWith(row.device.value(), row.sequence);
}

Result<void> MutationWriter::put(const ChangedRow& row) {
    return statement(Sql::Changed).runWith(row.device.value(), row.name);
}

Result<void> MutationWriter::put(const ChangedErased& row) {
    return statement(Sql::ChangedErased).runWith(row.device.value(), row.name);
}

Result<void> MutationWriter::put(const CounterRow& row) {
    return statement(Sql::Counter)
        .runWith(row.device.value(), row.name, row.source, row.epoch, row.base, row.lastRaw,
                 row.modulus, row.confirmCount, row.suspectRaw, millisOf(row.lastRead),
                 millisOf(row.suspectRead), row.baseBeforeFall, row.rawBeforeFall);
}

Result<void> MutationWriter::put(const ReadingRow& row) {
    return statement(Sql::Reading).runWith(row.device.value(), row.name, row.text, row.source);
}

Result<void> MutationWriter::put(const ReadingErased& row) {
    return statement(Sql::ReadingErased).runWith(row.device.value(), row.name);
}

Result<void> MutationWriter::put(const FactRow& row) {
    return statement(Sql::Fact).runWith(row.key, row.text);
}

Result<void> MutationWriter::put(const TransferRow& row) {
    return statement(Sql::Transfer)
        .runWith(row.device.value(), row.id, row.kind, row.state, row.commandKey, row.fileType,
                 row.url, row.username, row.password, row.fileSize, row.targetName,
                 millisOf(row.notBefore), row.windows, row.attempts, millisOf(row.started),
                 millisOf(row.completed), row.fault, row.faultText);
}

Result<void> MutationWriter::put(const TransferErased& row) {
    return statement(Sql::TransferErased).runWith(row.device.value(), row.id);
}

Result<void> MutationWriter::put(const DeviceErased& row) {
    for (std::size_t table = 0; table < kDeviceTables; ++table) {
        auto& erase = statements_[static_cast<std::size_t>(Sql::FirstOfDeviceErased) + table];
        if (auto done = erase.runWith(row.device.value()); !done) {
            return done;
        }
    }
    return {};
}

}  // namespace platen::store
