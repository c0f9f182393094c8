// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace platen::store {

/// A prepared statement. Must die before its Db. thread: that of the Db
class Stmt {
  public:
    /// Binds parameter `index` (from 1). Integers keep their 64-bit pattern.
    void bind(int index, std::integral auto value) {
        bindInteger(index, static_cast<std::int64_t>(value));
    }
    /// The bytes must live until run() or the next bind.
    void bind(int index, std::string_view value);

    /// Next row: true; no more: false. Errors: see Db.
    [[nodiscard]] Result<bool> step();
    /// Runs a statement that gives no rows, and makes it ready for the next time.
    [[nodiscard]] Result<void> run();

    [[nodiscard]] std::int64_t integer(int column) const;
    /// Valid until the next step.
    [[nodiscard]] std::string_view text(int column) const;

    /// Binds all values in order and runs.
    template <typename... Values>
    [[nodiscard]] Result<void> runWith(const Values&... values) {
        int index = 0;
        (bind(++index, values), ...);
        return run();
    }

  private:
    friend class Db;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    explicit Stmt(sqlite3_stmt* statement) : statement_(statement) {}
    void bindInteger(int index, std::int64_t value);

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// One connection. Used by one thread at a time. Errors of all calls: Exhausted (disk full),
/// Malformed (damaged file), Conflict (constraint), TooLarge, Refused (locked, no rights, I/O).
class Db {
  public:
    enum class Mode : std::uint8_t { ReadWrite, ReadOnly };

    /// ReadWrite makes the file if it is not there, readable by its owner only: it holds what the
    /// ACS set, passwords too.
    [[nodiscard]] static Result<Db> open(const std::filesystem::path& file, Mode mode);

    /// Runs statements without results, one after the other.
    [[nodiscard]] Result<void> exec(const char* sql);
    /// Runs one statement without results that comes often: it is parsed once. `sql` must be a
    /// literal.
    [[nodiscard]] Result<void> execOften(const char* sql);
    [[nodiscard]] Result<Stmt> prepare(std::string_view sql);
    /// First column of the first row; 0 if there is no row.
    [[nodiscard]] Result<std::int64_t> scalar(std::string_view sql);
    [[nodiscard]] bool inTransaction() const;

  private:
    struct Close {
        void operator()(sqlite3* connection) const noexcept;
    };
    explicit Db(sqlite3* connection) : connection_(connection) {}

    std::unique_ptr<sqlite3, Close> connection_;
    std::map<std::string_view, Stmt> often_;  // dies before the connection
};

/// A transaction that rolls back unless it was committed. The Db must outlive it.
class Tx {
  public:
    [[nodiscard]] static Result<Tx> begin(Db& db);
    Tx(Tx&& other) noexcept;
    Tx(const Tx&) = delete;
    Tx& operator=(const Tx&) = delete;
    Tx& operator=(Tx&&) = delete;
    ~Tx();
    [[nodiscard]] Result<void> commit();

  private:
    explicit Tx(Db& db) : db_(&db) {}
    Db* db_;
};

}  // namespace platen::store
