// SPDX-License-Identifier: Apache-2.0
#include "proxy/store/sqlite.hpp"

#include "base/text.hpp"

#include <sqlite3.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace platen::store {
namespace {

constexpr int kBusyTimeoutMs = 5000;

ErrorCode codeOf(int result) {
    switch (result & 0xff) {  // The low byte is the primary code.
        case SQLITE_FULL:
        case SQLITE_NOMEM:
            return ErrorCode::Exhausted;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorCode::Malformed;
        case SQLITE_CONSTRAINT:
            return ErrorCode::Conflict;
        case SQLITE_TOOBIG:
            return ErrorCode::TooLarge;
        case SQLITE_MISUSE:
        case SQLITE_INTERNAL:
        case SQLITE_ERROR:
            return ErrorCode::Internal;
        default:
            return ErrorCode::Refused;
    }
}

Error errorOf(sqlite3* connection, int result) {
    return Error{codeOf(result),
                 text::cat({"database: ", connection != nullptr ? sqlite3_errmsg(connection)
                                                                : sqlite3_errstr(result)})};
}

tl::unexpected<Error> failed(sqlite3* connection, int result) {
    return tl::unexpected<Error>(errorOf(connection, result));
}

/// SQLite would make the file readable for all.
Result<void> makeFile(const std::filesystem::path& file) {
    const int descriptor =
        ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        return fail(ErrorCode::Refused, text::cat({"cannot open ", file.string(), ": ",
                                                   std::generic_category().message(errno)}));
    }
    ::close(descriptor);
    return {};
}

}  // namespace

void Stmt::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

void Stmt::bindInteger(int index, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), index, value);
}

void Stmt::bind(int index, std::string_view value) {
    // An empty view may have a null pointer, which would bind NULL.
    sqlite3_bind_text64(statement_.get(), index, value.data() != nullptr ? value.data() : "",
                        value.size(),
                        nullptr,  // SQLITE_STATIC: the caller keeps the bytes.
                        SQLITE_UTF8);
}

Result<bool> Stmt::step() {
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) {
        return true;
    }
    if (result == SQLITE_DONE) {
        return false;
    }
    return failed(sqlite3_db_handle(statement_.get()), result);
}

Result<void> Stmt::run() {
    auto done = step();
    sqlite3_reset(statement_.get());
    if (!done) {
        return tl::unexpected<Error>(std::move(done.error()));
    }
    return {};
}

std::int64_t Stmt::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Stmt::text(int column) const {
    const void* bytes = sqlite3_column_text(statement_.get(), column);
    if (bytes == nullptr) {
        return {};
    }
    return {static_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Db::Close::operator()(sqlite3* connection) const noexcept {
    sqlite3_close_v2(connection);
}

Result<Db> Db::open(const std::filesystem::path& file, Mode mode) {
    if (mode == Mode::ReadWrite) {
        if (auto made = makeFile(file); !made) {
            return tl::unexpected<Error>(std::move(made.error()));
        }
    }
    const int flags = (mode == Mode::ReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3* raw = nullptr;
    const int result = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
    Db db(raw);  // SQLite gives a handle on most failures too.
    if (result != SQLITE_OK) {
        auto error = errorOf(raw, result);
        return fail(error.code, text::cat({file.string(), ": ", error.text}));
    }
    sqlite3_busy_timeout(raw, kBusyTimeoutMs);
    return db;
}

Result<void> Db::exec(const char* sql) {
    const int result = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) {
        return failed(connection_.get(), result);
    }
    return {};
}

Result<void> Db::execOften(const char* sql) {
    auto known = often_.find(sql);
    if (known == often_.end()) {
        auto prepared = prepare(sql);
        if (!prepared) {
            return tl::unexpected<Error>(std::move(prepared.error()));
        }
        known = often_.emplace(sql, std::move(*prepared)).first;
    }
    return known->second.run();
}

Result<Stmt> Db::prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    const int result =
        sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (result != SQLITE_OK) {
        return failed(connection_.get(), result);
    }
    return Stmt(raw);
}

Result<std::int64_t> Db::scalar(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) {
        return tl::unexpected<Error>(std::move(statement.error()));
    }
    auto row = statement->step();
    if (!row) {
        return tl::unexpected<Error>(std::move(row.error()));
    }
    return *row ? statement->integer(0) : 0;
}

bool Db::inTransaction() const {
    return sqlite3_get_autocommit(connection_.get()) == 0;
}

Result<Tx> Tx::begin(Db& db) {
    // IMMEDIATE: a lock that cannot be had shows here, not in the middle.
    if (auto begun = db.execOften("BEGIN IMMEDIATE"); !begun) {
        return tl::unexpected<Error>(std::move(begun.error()));
    }
    return Tx(db);
}

Tx::Tx(Tx&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}

Tx::~Tx() {
    // A full disk may have ended the transaction already (sqlite.org/lang_transaction.html).
    if (db_ != nullptr && db_->inTransaction()) {
        [[maybe_unused]] const auto ended = db_->execOften("ROLLBACK");
    }
}

Result<void> Tx::commit() {
    auto result = db_->execOften("COMMIT");
    if (result) {
        db_ = nullptr;
    }
    return result;
}

}  // namespace platen::store
