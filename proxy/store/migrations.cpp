// SPDX-License-Identifier: Apache-2.0
#include "proxy/store/migrations.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <array>
#include <string>
#include <utility>

namespace platen::store {
namespace {

// Times are milliseconds since 1970 in UTC; 64-bit unsigned numbers keep their bit pattern.
// docs/formats/store.md says what each column means.
constexpr Migration kVersion1 = R"sql(
CREATE TABLE device (
    id INTEGER NOT NULL PRIMARY KEY,
    manufacturer TEXT NOT NULL,
    oui TEXT NOT NULL,
    product_class TEXT NOT NULL,
    serial TEXT NOT NULL,
    printer_serial TEXT NOT NULL,
    mac_address TEXT NOT NULL,
    address TEXT NOT NULL,
    model TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    bootstrapped INTEGER NOT NULL CHECK (bootstrapped IN (0, 1)),
    acs_url TEXT NOT NULL
) STRICT;

-- Two devices never share an identity (C-PRX-07); those not presented yet have none.
CREATE UNIQUE INDEX device_identity ON device (oui, product_class, serial) WHERE serial <> '';

CREATE TABLE instance (
    device INTEGER NOT NULL,
    object TEXT NOT NULL,
    parents TEXT NOT NULL,
    number INTEGER NOT NULL,
    row_key TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    retired INTEGER NOT NULL CHECK (retired IN (0, 1)),
    PRIMARY KEY (device, object, parents, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_value (
    device INTEGER NOT NULL,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (device, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE attribute (
    device INTEGER NOT NULL,
    name TEXT NOT NULL,
    notification INTEGER NOT NULL,
    access_list TEXT NOT NULL,
    PRIMARY KEY (device, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    device INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    code TEXT NOT NULL,
    command_key TEXT NOT NULL,
    PRIMARY KEY (device, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE changed (
    device INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (device, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
    device INTEGER NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    base INTEGER NOT NULL,
    last_raw INTEGER NOT NULL,
    modulus INTEGER NOT NULL,
    confirm_count INTEGER NOT NULL,
    suspect_raw INTEGER NOT NULL,
    last_read INTEGER NOT NULL,
    PRIMARY KEY (device, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE reading (
    device INTEGER NOT NULL,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    source INTEGER NOT NULL,
    PRIMARY KEY (device, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact (
    name TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// File transfers (C-XFER-13).
constexpr Migration kVersion2 = R"sql(
CREATE TABLE transfer (
    device INTEGER NOT NULL,
    id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    command_key TEXT NOT NULL,
    file_type TEXT NOT NULL,
    url TEXT NOT NULL,
    username TEXT NOT NULL,
    password TEXT NOT NULL,
    file_size INTEGER NOT NULL,
    target_name TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    windows TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    started INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    fault INTEGER NOT NULL,
    fault_text TEXT NOT NULL,
    PRIMARY KEY (device, id)
) STRICT, WITHOUT ROWID;
)sql";

// What a counter was before its last fall (mfp-model 7.4.5).
constexpr Migration kVersion3 = R"sql(
ALTER TABLE counter ADD COLUMN suspect_read INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counter ADD COLUMN base_before_fall INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counter ADD COLUMN raw_before_fall INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::array<Migration, 3> kSteps{kVersion1, kVersion2, kVersion3};

Result<void> checkOwner(Db& db, std::int64_t version) {
    auto owner = db.scalar("PRAGMA application_id");
    if (!owner) {
        return tl::unexpected<Error>(std::move(owner.error()));
    }
    auto tables = db.scalar("SELECT count(*) FROM sqlite_master");
    if (!tables) {
        return tl::unexpected<Error>(std::move(tables.error()));
    }
    const bool fresh = *owner == 0 && version == 0 && *tables == 0;
    if (!fresh && *owner != kApplicationId) {
        return fail(ErrorCode::Malformed, "this is the database of another program");
    }
    return {};
}

Result<void> apply(Db& db, Migration step, std::size_t newVersion) {
    auto transaction = Tx::begin(db);
    if (!transaction) {
        return tl::unexpected<Error>(std::move(transaction.error()));
    }
    const auto marks = text::cat({"PRAGMA application_id = ", std::to_string(kApplicationId),
                                  "; PRAGMA user_version = ", std::to_string(newVersion)});
    for (const char* sql : {step, marks.c_str()}) {
        if (auto done = db.exec(sql); !done) {
            return done;
        }
    }
    return transaction->commit();
}

}  // namespace

std::span<const Migration> migrations() {
    return kSteps;
}

Result<void> migrate(Db& db, std::span<const Migration> steps) {
    auto version = db.scalar("PRAGMA user_version");
    if (!version) {
        return tl::unexpected<Error>(std::move(version.error()));
    }
    if (auto owner = checkOwner(db, *version); !owner) {
        return owner;
    }
    if (*version < 0 || static_cast<std::uint64_t>(*version) > steps.size()) {
        return fail(ErrorCode::Unsupported,
                    text::cat({"the file has version ", std::to_string(*version),
                               ", this program knows versions up to ", std::to_string(steps.size()),
                               ": start the newer program that wrote it, or restore a backup"}));
    }
    for (auto next = static_cast<std::size_t>(*version); next < steps.size(); ++next) {
        if (auto done = apply(db, steps[next], next + 1); !done) {
            return done;
        }
        LOG_INFO("store", "store.migrated", {"version", next + 1});
    }
    return {};
}

}  // namespace platen::store
