// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/snmp/agent_memory.hpp"
#include "proxy/snmp/message.hpp"
#include "proxy/snmp/problems.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace platen::snmp {

/// Reads tables column by column side by side, by GETBULK or GETNEXT. What was learned about the
/// agent decides how many repetitions are asked for, and which tables share a request. No I/O; the
/// caller sends next() and hands the answer to onResponse().
class TableReader {
  public:
    /// `memory` and `problems` must outlive the reader. `maxVarbinds` as in ReadRequest.
    TableReader(std::vector<std::vector<Oid>> tables,
                std::size_t maxVarbinds,
                AgentMemory& memory,
                Problems& problems);

    /// Before the first next(): walks begin after this instance, where it lies under the column.
    void beginAfter(const Oid& instance);
    [[nodiscard]] bool finished() const { return active_ == 0; }
    /// Precondition: !finished(), and the last one was answered or given up.
    [[nodiscard]] ReadPdu next();
    void onResponse(Message& message);
    /// True if the last next() was a GETBULK.
    [[nodiscard]] bool askedBulk() const { return repetitions_ != 0; }
    /// Names in the last next().
    [[nodiscard]] std::size_t asked() const { return asked_.size(); }
    /// The last next(), a GETNEXT, was not answered, another object was: it is asked again in
    /// smaller pieces, or its column ends here.
    void onUnanswered();
    /// No answer, retries included. True if another way is left (GETNEXT for GETBULK).
    [[nodiscard]] bool onSilence();
    /// Ends all columns, with a problem.
    void stopAll(std::string_view why);

    /// Stores the shapes of the tables in the memory; once, when finished.
    void remember();
    /// The rows of the columns that have some, each sorted by OID; no exceptions, but NULLs. The
    /// varbinds are the reader's; the caller may move them away when it has finished.
    [[nodiscard]] std::vector<std::span<VarBind* const>> found() const;

  private:
    struct Column {
        Oid base;
        std::vector<VarBind*> found;  // in pages_
        bool fromAfter = false;       // begins at after_, not at its base
        bool active = true;
        bool byNext = false;       // GETBULK fails for it
        bool alone = false;        // asked together with others it gave an error
        bool expectEmpty = false;  // had no rows at the last read
    };
    struct Table {
        std::size_t first = 0, count = 0;  // columns
        std::size_t active = 0;            // of them
        std::uint32_t key = 0;
        std::uint32_t expectedRows = 0;
        bool known = false;
        std::uint32_t varbindBytes = 0;  // expected, each
        std::uint64_t bytesSeen = 0, varbindsSeen = 0;
    };
    /// Columns of one table that go together into a GETBULK.
    struct Unit {
        std::size_t first = 0, count = 0;  // in order_
        std::uint32_t repetitions = 1, varbindBytes = 0;
        [[nodiscard]] std::uint64_t bytes() const {
            return std::uint64_t{count} * repetitions * varbindBytes;
        }
    };

    void addTable(std::vector<Oid> columns);
    void collectUnits();
    void addUnit(const Table& table, bool empties);
    [[nodiscard]] std::uint32_t repetitionsFor(const Table& table, std::uint32_t found) const;
    ReadPdu planBulk();
    ReadPdu planNext();
    void select(const Unit& unit, std::size_t columns);
    [[nodiscard]] const Oid& cursorOf(const Column& column) const;
    void nameColumns(ReadPdu& pdu) const;

    void onValues(Message& message);
    void onShortAnswer(std::size_t varbinds);
    void accept(std::size_t column, VarBind& varbind);
    void onBulkError(const Message& message);
    void onNextError(const Message& message);
    void fallBack();
    void learnFromErrors();
    void end(std::size_t column);
    void cut(std::size_t column);
    void stop(std::size_t column, std::string_view why);

    AgentMemory& memory_;
    Problems& problems_;
    std::vector<Table> tables_;
    std::vector<Column> columns_;
    Oid after_;
    std::vector<std::uint32_t> tableOf_;  // of each column
    std::size_t active_ = 0;
    std::size_t total_ = 0;                    // varbinds in pages_
    std::size_t most_;                         // of them
    std::vector<std::vector<VarBind>> pages_;  // answers as they came; moving each varbind costs

    std::vector<std::size_t> order_;  // scratch of collectUnits
    std::vector<Unit> units_;

    std::vector<std::size_t> asked_;  // columns in flight
    std::uint32_t repetitions_ = 0;   // 0 = GETNEXT in flight
    std::size_t failedBulk_ = 0;      // varbinds asked by a GETBULK whose GETNEXT is tried now
    std::size_t failedNames_ = 0;     // of a GETNEXT whose columns are asked one by one now
    bool culprit_ = false;            // one of them got an error alone
};

}  // namespace platen::snmp
