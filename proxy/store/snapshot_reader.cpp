// SPDX-License-Identifier: Apache-2.0
#include "proxy/store/snapshot_reader.hpp"

#include "proxy/store/sqlite.hpp"

#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <utility>

namespace platen::store {
namespace {

std::string textOf(const Stmt& row, int column) {
    return std::string(row.text(column));
}

WallTime timeOf(const Stmt& row, int column) {
    return WallTime{Millis{row.integer(column)}};
}

template <typename T>
T numberOf(const Stmt& row, int column) {
    return static_cast<T>(row.integer(column));
}

DeviceId deviceOf(const Stmt& row) {
    return DeviceId{numberOf<std::uint32_t>(row, 0)};
}

/// Appends `make(row)` for each row.
template <typename Row, typename Make>
Result<void> readRows(Db& db, std::string_view sql, std::vector<Row>& rows, Make make) {
    auto statement = db.prepare(sql);
    if (!statement) {
        return tl::unexpected<Error>(std::move(statement.error()));
    }
    for (;;) {
        auto more = statement->step();
        if (!more) {
            return tl::unexpected<Error>(std::move(more.error()));
        }
        if (!*more) {
            return {};
        }
        rows.push_back(make(*statement));
    }
}

Result<void> readDevices(Db& db, Snapshot& into) {
    return readRows(db,
                    "SELECT id, manufacturer, oui, product_class, serial, printer_serial,"
                    " mac_address, address, model, first_seen, last_seen, bootstrapped, acs_url"
                    " FROM device ORDER BY id",
                    into.devices, [](const Stmt& row) {
                        return DeviceRecord{.id = deviceOf(row),
                                            .manufacturer = textOf(row, 1),
                                            .oui = textOf(row, 2),
                                            .productClass = textOf(row, 3),
                                            .serial = textOf(row, 4),
                                            .printerSerial = textOf(row, 5),
                                            .macAddress = textOf(row, 6),
                                            .address = textOf(row, 7),
                                            .model = textOf(row, 8),
                                            .firstSeen = timeOf(row, 9),
                                            .lastSeen = timeOf(row, 10),
                                            .bootstrapped = row.integer(11) != 0,
                                            .acsUrl = textOf(row, 12)};
                    });
}

Result<void> readInstances(Db& db, Snapshot& into) {
    return readRows(db,
                    "SELECT device, object, parents, row_key, number, first_seen, last_seen,"
                    " retired FROM instance ORDER BY device, object, parents, number",
                    into.instances, [](const Stmt& row) {
                        return InstanceRow{.device = deviceOf(row),
                                           .object = textOf(row, 1),
                                           .parents = textOf(row, 2),
                                           .key = textOf(row, 3),
                                           .number = numberOf<std::uint32_t>(row, 4),
                                           .firstSeen = timeOf(row, 5),
                                           .lastSeen = timeOf(row, 6),
                                           .retired = row.integer(7) != 0};
                    });
}

Result<void> readValues(Db& db, Snapshot& into) {
    return readRows(db, "SELECT device, name, content FROM kept_value ORDER BY device, name",
                    into.values, [](const Stmt& row) {
                        return ValueRow{.device = deviceOf(row),
                                        .name = textOf(row, 1),
                                        .text = textOf(row, 2)};
                    });
}

Result<void> readAttributes(Db& db, Snapshot& into) {
    return readRows(db,
                    "SELECT device, name, notification, access_list FROM attribute"
                    " ORDER BY device, name",
                    into.attributes, [](const Stmt& row) {
                        return AttributeRow{.device = deviceOf(row),
                                            .name = textOf(row, 1),
                                            .notification = numberOf<std::uint8_t>(row, 2),
                                            .accessList = textOf(row, 3)};
                    });
}

Result<void> readEvents(Db& db, Snapshot& into) {
    return readRows(
        db, "SELECT device, sequence, code, command_key FROM event ORDER BY device, sequence",
        into.events, [](const Stmt& row) {
            return EventRow{.device = deviceOf(row),
                            .sequence = numberOf<std::uint64_t>(row, 1),
                            .code = textOf(row, 2),
                            .commandKey = textOf(row, 3)};
        });
}

Result<void> readChanged(Db& db, Snapshot& into) {
    return readRows(db, "SELECT device, name FROM changed ORDER BY device, name", into.changed,
                    [](const Stmt& row) {
                        return ChangedRow{.device = deviceOf(row), .name = textOf(row, 1)};
                    });
}

Result<void> readCounters(Db& db, Snapshot& into) {
    return readRows(db,
                    "SELECT device, name, source, epoch, base, last_raw, modulus, confirm_count,"
                    " suspect_raw, last_read, suspect_read, base_before_fall, raw_before_fall"
                    " FROM counter ORDER BY device, name",
                    into.counters, [](const Stmt& row) {
                        return CounterRow{.device = deviceOf(row),
                                          .name = textOf(row, 1),
                                          .source = textOf(row, 2),
                                          .epoch = numberOf<std::uint32_t>(row, 3),
                                          .base = numberOf<std::uint64_t>(row, 4),
                                          .lastRaw = numberOf<std::uint64_t>(row, 5),
                                          .modulus = numberOf<std::uint64_t>(row, 6),
                                          .confirmCount = numberOf<std::uint32_t>(row, 7),
                                          .suspectRaw = numberOf<std::uint64_t>(row, 8),
                                          .lastRead = timeOf(row, 9),
                                          .suspectRead = timeOf(row, 10),
                                          .baseBeforeFall = numberOf<std::uint64_t>(row, 11),
                                          .rawBeforeFall = numberOf<std::uint64_t>(row, 12)};
                    });
}

Result<void> readFacts(Db& db, Snapshot& into) {
    return readRows(
        db, "SELECT name, content FROM fact ORDER BY name", into.facts,
        [](const Stmt& row) { return FactRow{.key = textOf(row, 0), .text = textOf(row, 1)}; });
}

Result<void> readReadings(Db& db, Snapshot& into) {
    return readRows(db, "SELECT device, name, content, source FROM reading ORDER BY device, name",
                    into.readings, [](const Stmt& row) {
                        return ReadingRow{.device = deviceOf(row),
                                          .name = textOf(row, 1),
                                          .text = textOf(row, 2),
                                          .source = numberOf<std::uint8_t>(row, 3)};
                    });
}

Result<void> readTransfers(Db& db, Snapshot& into) {
    return readRows(db,
                    "SELECT device, id, kind, state, command_key, file_type, url, username,"
                    " password, file_size, target_name, not_before, windows, attempts, started,"
                    " completed, fault, fault_text FROM transfer ORDER BY device, id",
                    into.transfers, [](const Stmt& row) {
                        return TransferRow{.device = deviceOf(row),
                                           .id = numberOf<std::uint64_t>(row, 1),
                                           .kind = numberOf<std::uint8_t>(row, 2),
                                           .state = numberOf<std::uint8_t>(row, 3),
                                           .commandKey = textOf(row, 4),
                                           .fileType = textOf(row, 5),
                                           .url = textOf(row, 6),
                                           .username = textOf(row, 7),
                                           .password = textOf(row, 8),
                                           .fileSize = numberOf<std::uint64_t>(row, 9),
                                           .targetName = textOf(row, 10),
                                           .notBefore = timeOf(row, 11),
                                           .windows = textOf(row, 12),
                                           .attempts = numberOf<std::uint32_t>(row, 13),
                                           .started = timeOf(row, 14),
                                           .completed = timeOf(row, 15),
                                           .fault = numberOf<std::uint32_t>(row, 16),
                                           .faultText = textOf(row, 17)};
                    });
}

}  // namespace

Result<Snapshot> readSnapshot(const std::filesystem::path& file) {
    auto db = Db::open(file, Db::Mode::ReadOnly);
    if (!db) {
        return tl::unexpected<Error>(std::move(db.error()));
    }
    Snapshot snapshot;
    for (auto* read : {readDevices, readInstances, readValues, readAttributes, readEvents,
                       readChanged, readCounters, readFacts, readReadings, readTransfers}) {
        if (auto done = read(*db, snapshot); !done) {
            return tl::unexpected<Error>(std::move(done.error()));
        }
    }
    return snapshot;
}

}  // namespace platen::store
