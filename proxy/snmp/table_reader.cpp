// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/table_reader.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace platen::snmp {

namespace {

constexpr std::uint32_t kFirstGuessRows = 4;
constexpr std::uint32_t kFirstGuessBytes = 27;
/// Varbinds beyond the ends of shorter columns that saving one request is worth.
constexpr std::uint64_t kMaxWaste = 16;
constexpr std::size_t kMaskedColumns = std::numeric_limits<std::uint16_t>::digits;

template <typename T>
std::uint8_t saturated(T number) {
    return static_cast<std::uint8_t>(std::min<T>(number, std::numeric_limits<std::uint8_t>::max()));
}

/// Size of a varbind in a message, near enough for planning.
std::size_t estimatedBytes(const VarBind& varbind) {
    constexpr std::size_t kFrame = 6;  // three tags, three lengths
    constexpr std::size_t kNumber = 3;
    const auto& value = varbind.value;
    return kFrame + varbind.oid.size() + value.oid->size() +
           (value.octets.empty() ? kNumber : value.octets.size());
}

}  // namespace

TableReader::TableReader(std::vector<std::vector<Oid>> tables,
                         std::size_t maxVarbinds,
                         AgentMemory& memory,
                         Problems& problems)
    : memory_(memory),
      problems_(problems),
      most_(maxVarbinds == 0 ? Engine::kMaxVarbindsPerRead : maxVarbinds) {
    std::size_t count = 0;
    for (const auto& columns : tables) {
        count += columns.size();
    }
    columns_.reserve(count);
    tableOf_.reserve(count);
    tables_.reserve(tables.size());
    for (auto& columns : tables) {
        if (!columns.empty()) {
            addTable(std::move(columns));
        }
    }
    active_ = columns_.size();
}

void TableReader::addTable(std::vector<Oid> columns) {
    Table table;
    table.first = columns_.size();
    table.count = columns.size();
    table.active = columns.size();
    table.key = AgentMemory::tableKey(columns);
    table.varbindBytes = kFirstGuessBytes;
    const auto* known = memory_.find(table.key);
    if (known != nullptr) {
        table.known = true;
        table.expectedRows = known->rows;
        if (known->varbindBytes != 0) {
            table.varbindBytes = known->varbindBytes;
        }
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        Column& column = columns_.emplace_back();
        column.base = std::move(columns[i]);
        column.expectEmpty = known != nullptr && i < kMaskedColumns &&
                             ((std::uint32_t{known->emptyColumns} >> i) & 1U) != 0;
        column.byNext = memory_.isCut(column.base);
        tableOf_.push_back(static_cast<std::uint32_t>(tables_.size()));
    }
    tables_.push_back(table);
}

void TableReader::beginAfter(const Oid& instance) {
    after_ = instance;
    for (auto& column : columns_) {
        column.fromAfter = instance.startsWith(column.base);
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (memory_.isSilent(cursorOf(columns_[i]))) {
            cut(i);
        }
    }
}

ReadPdu TableReader::next() {
    asked_.clear();
    repetitions_ = 0;
    // Before the next GETBULK it must be known whether the agent lives.
    const bool probing =
        failedBulk_ != 0 && std::ranges::any_of(columns_, [](const Column& column) {
            return column.active && column.byNext;
        });
    if (!memory_.noBulk() && !probing) {
        failedBulk_ = 0;
        collectUnits();
        if (!units_.empty()) {
            return planBulk();
        }
    }
    return planNext();
}

void TableReader::collectUnits() {
    order_.clear();
    units_.clear();
    for (const auto& table : tables_) {
        if (table.active != 0) {
            addUnit(table, false);
            addUnit(table, true);
        }
    }
    std::ranges::stable_sort(units_,
                             [](const Unit& a, const Unit& b) { return a.bytes() > b.bytes(); });
}

void TableReader::addUnit(const Table& table, bool empties) {
    Unit unit;
    unit.first = order_.size();
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (auto i = table.first; i < table.first + table.count; ++i) {
        const auto& column = columns_[i];
        const bool empty = column.expectEmpty && column.found.empty();
        if (column.active && !column.byNext && empty == empties) {
            order_.push_back(i);
            fewest = std::min(fewest, column.found.size());
        }
    }
    unit.count = order_.size() - unit.first;
    if (unit.count == 0) {
        return;
    }
    unit.repetitions = empties ? 1 : repetitionsFor(table, static_cast<std::uint32_t>(fewest));
    unit.varbindBytes = table.varbindBytes;
    units_.push_back(unit);
}

/// One more than the rows that are left, so that the end shows in the same answer.
std::uint32_t TableReader::repetitionsFor(const Table& table, std::uint32_t found) const {
    if (!table.known) {
        return std::max(kFirstGuessRows, found);  // doubles what is there
    }
    if (found <= table.expectedRows) {
        return table.expectedRows - found + 1;
    }
    return 2 + (found - table.expectedRows);  // it has grown
}

ReadPdu TableReader::planBulk() {
    const auto& seed = units_.front();
    const std::uint64_t maxColumns = std::min(memory_.maxVarbinds(), memory_.replyVarbinds());
    const auto fits = [this](std::uint64_t names, std::uint64_t bytesOfRow, std::uint64_t rows) {
        return names * rows <= memory_.replyVarbinds() &&
               bytesOfRow * rows <= AgentMemory::kReplyBytes;
    };
    // Rows first, then as many columns as fit: finished columns need no names in later requests.
    std::uint64_t rows = std::min(seed.repetitions, memory_.maxRepetitions());
    while (rows > 1 && !fits(1, seed.varbindBytes, rows)) {
        --rows;
    }
    std::uint64_t names = std::min<std::uint64_t>(seed.count, maxColumns);
    while (names > 1 && !fits(names, names * seed.varbindBytes, rows)) {
        --names;
    }
    std::uint64_t rowBytes = names * seed.varbindBytes;
    std::uint64_t useful = names * rows;
    select(seed, names);
    for (std::size_t i = 1; i < units_.size(); ++i) {
        const auto& unit = units_[i];
        const auto together = std::max<std::uint64_t>(rows, unit.repetitions);
        const auto allNames = names + unit.count;
        const auto allBytes = rowBytes + std::uint64_t{unit.count} * unit.varbindBytes;
        const auto allUseful = useful + std::uint64_t{unit.count} * unit.repetitions;
        if (allNames > maxColumns || together > memory_.maxRepetitions() ||
            !fits(allNames, allBytes, together) || allNames * together > allUseful + kMaxWaste) {
            continue;
        }
        names = allNames;
        rowBytes = allBytes;
        rows = together;
        useful = allUseful;
        select(unit, unit.count);
    }
    repetitions_ = static_cast<std::uint32_t>(rows);
    ReadPdu pdu;
    pdu.type = PduType::GetBulk;
    pdu.maxRepetitions = repetitions_;
    nameColumns(pdu);
    return pdu;
}

void TableReader::select(const Unit& unit, std::size_t columns) {
    for (std::size_t i = 0; i < columns; ++i) {
        asked_.push_back(order_[unit.first + i]);
    }
}

ReadPdu TableReader::planNext() {
    const auto eligible = [this](const Column& column) {
        return column.active && (column.byNext || memory_.noBulk());
    };
    const auto alone = std::ranges::find_if(
        columns_, [&eligible](const Column& column) { return column.alone && eligible(column); });
    if (alone != columns_.end()) {
        asked_.push_back(static_cast<std::size_t>(alone - columns_.begin()));
    } else {
        for (std::size_t i = 0; i < columns_.size() && asked_.size() < memory_.maxVarbinds(); ++i) {
            if (eligible(columns_[i])) {
                asked_.push_back(i);
            }
        }
    }
    ReadPdu pdu;
    pdu.type = PduType::GetNext;
    nameColumns(pdu);
    return pdu;
}

const Oid& TableReader::cursorOf(const Column& column) const {
    if (!column.found.empty()) {
        return column.found.back()->oid;
    }
    return column.fromAfter ? after_ : column.base;
}

void TableReader::nameColumns(ReadPdu& pdu) const {
    pdu.names.reserve(asked_.size());
    for (const auto column : asked_) {
        pdu.names.push_back(cursorOf(columns_[column]));
    }
}

void TableReader::onUnanswered() {
    if (asked_.size() > 1) {
        memory_.requestDropped(asked_.size());
    } else if (memory_.nameUnanswered(cursorOf(columns_[asked_[0]]))) {
        failedBulk_ = 0;  // it was not GETBULK's fault
        problems_.add("walk of", columns_[asked_[0]].base,
                      "stopped: the agent never answers what follows");
        cut(asked_[0]);
    }
}

void TableReader::onResponse(Message& message) {
    const bool bulk = repetitions_ != 0;
    if (!bulk && memory_.anyUnanswered()) {
        for (const auto column : asked_) {
            memory_.nameAnswered(cursorOf(columns_[column]));
        }
    }
    if (!bulk && message.errorStatus != kTooBig) {
        memory_.requestAnswered(asked_.size());
    }
    if (message.errorStatus == kNoError) {
        onValues(message);
    } else if (bulk) {
        onBulkError(message);
    } else {
        onNextError(message);
    }
    learnFromErrors();
}

/// An error to many columns, and none of them was at fault alone: it was their number.
void TableReader::learnFromErrors() {
    if (failedNames_ == 0 || std::ranges::any_of(columns_, [](const Column& column) {
            return column.active && column.alone;
        })) {
        return;
    }
    if (!std::exchange(culprit_, false)) {
        memory_.requestTooBig(failedNames_);
    }
    failedNames_ = 0;
}

void TableReader::onValues(Message& message) {
    const auto count = asked_.size();
    auto& varbinds = message.varbinds;
    if (repetitions_ == 0) {
        if (failedBulk_ != 0 && !varbinds.empty()) {
            memory_.bulkFailed(std::exchange(failedBulk_, 0));
        }
        for (const auto column : asked_) {
            columns_[column].alone = false;
        }
    } else if (!varbinds.empty()) {
        memory_.bulkWorked();
    }
    const auto got = varbinds.size();
    // More than was asked for is not looked at.
    const auto wanted = count * std::max<std::size_t>(repetitions_, 1);
    varbinds.resize(std::min(got, wanted));
    total_ += varbinds.size();
    if (total_ > most_) {
        stopAll("too many rows");
        return;
    }
    pages_.push_back(std::move(varbinds));
    auto& page = pages_.back();
    for (std::size_t i = 0; i < page.size(); ++i) {
        if (columns_[asked_[i % count]].active) {
            accept(asked_[i % count], page[i]);
        }
    }
    if (got < count) {
        onShortAnswer(got);
    }
}

/// Not even one varbind for each column: ask for fewer, or in another way.
void TableReader::onShortAnswer(std::size_t varbinds) {
    if (varbinds > 0) {
        memory_.requestTooBig(2 * varbinds);
    } else if (repetitions_ != 0) {
        fallBack();
    } else if (asked_.size() > 1) {
        memory_.requestTooBig(asked_.size());
    } else {
        stop(asked_[0], "empty answer");
    }
}

void TableReader::accept(std::size_t index, VarBind& varbind) {
    auto& column = columns_[index];
    const auto type = varbind.value.type;
    if (!varbind.value.isValue() && type != SnmpType::Null) {
        end(index);
        return;
    }
    const bool inside = varbind.oid.startsWith(column.base);
    const auto& cursor = cursorOf(column);
    // What they have in common need not be compared again.
    const bool grew =
        inside ? std::ranges::lexicographical_compare(cursor.suffix(column.base.size()),
                                                      varbind.oid.suffix(column.base.size()))
               : cursor < varbind.oid;
    if (!grew) {
        stop(index, "OID did not grow");
        return;
    }
    if (!inside) {
        end(index);
        return;
    }
    auto& table = tables_[tableOf_[index]];
    table.bytesSeen += estimatedBytes(varbind);
    ++table.varbindsSeen;
    if (column.found.empty()) {
        column.found.reserve(table.expectedRows);
    }
    column.found.push_back(&varbind);
    if (memory_.anyUnanswered() && memory_.isSilent(varbind.oid)) {
        cut(index);
    }
}

void TableReader::onBulkError(const Message& message) {
    const auto count = asked_.size();
    const auto varbinds = count * repetitions_;
    if (message.errorStatus != kTooBig) {
        fallBack();
    } else if (repetitions_ > 1) {
        memory_.replyTooBig(varbinds);
    } else if (count > 1) {
        memory_.requestTooBig(count);
    } else {
        stop(asked_[0], "tooBig for one varbind");
    }
}

void TableReader::onNextError(const Message& message) {
    const auto count = asked_.size();
    const bool named =
        message.errorIndex >= 1 && static_cast<std::size_t>(message.errorIndex) <= count;
    const bool size = message.errorStatus == kTooBig ||
                      (message.version == Version::V1 && message.errorStatus == kGenErr && !named);
    if (size && count > 1) {
        memory_.requestTooBig(count);
        return;
    }
    if (count > 1 && message.errorStatus != kNoSuchName) {
        failedNames_ = count;
    }
    if (count > 1 && !named) {
        for (const auto column : asked_) {
            columns_[column].alone = true;
        }
        return;
    }
    const auto bad = asked_[count == 1 ? 0 : static_cast<std::size_t>(message.errorIndex - 1)];
    culprit_ = culprit_ || count == 1;
    if (message.errorStatus == kNoSuchName) {
        if (failedBulk_ != 0) {
            memory_.bulkFailed(std::exchange(failedBulk_, 0));
        }
        end(bad);  // RFC 1157's way to say "end of the MIB"
    } else if (count == 1) {
        stop(bad, "error-status " + std::to_string(message.errorStatus));
    } else {
        columns_[bad].alone = true;  // the index may lie
    }
}

bool TableReader::onSilence() {
    if (repetitions_ == 0) {
        return false;
    }
    fallBack();
    return true;
}

void TableReader::fallBack() {
    for (const auto column : asked_) {
        columns_[column].byNext = true;
    }
    failedBulk_ = asked_.size() * repetitions_;
}

void TableReader::end(std::size_t column) {
    if (std::exchange(columns_[column].active, false)) {
        --active_;
        --tables_[tableOf_[column]].active;
    }
}

void TableReader::cut(std::size_t column) {
    memory_.walkCut(columns_[column].base);
    end(column);
}

void TableReader::stop(std::size_t column, std::string_view why) {
    problems_.add("walk of", columns_[column].base, "stopped: " + std::string(why));
    end(column);
}

void TableReader::stopAll(std::string_view why) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].active) {
            stop(i, why);
        }
    }
}

void TableReader::remember() {
    for (const auto& table : tables_) {
        AgentMemory::Table shape;
        shape.key = table.key;
        std::size_t rows = 0;
        for (std::size_t i = 0; i < table.count; ++i) {
            const auto found = columns_[table.first + i].found.size();
            rows = std::max(rows, found);
            if (found == 0 && i < kMaskedColumns) {
                shape.emptyColumns = static_cast<std::uint16_t>(shape.emptyColumns | (1U << i));
            }
        }
        if (rows == 0) {
            shape.emptyColumns = 0;  // the whole table is empty; no column is special
        }
        shape.rows = saturated(rows);
        shape.varbindBytes = table.varbindsSeen == 0
                                 ? saturated(table.varbindBytes)
                                 : saturated(table.bytesSeen / table.varbindsSeen + 1);
        memory_.remember(shape);
    }
}

std::vector<std::span<VarBind* const>> TableReader::found() const {
    std::vector<std::span<VarBind* const>> runs;
    runs.reserve(columns_.size() + 1);
    for (const auto& column : columns_) {
        if (!column.found.empty()) {
            runs.emplace_back(column.found);
        }
    }
    return runs;
}

}  // namespace platen::snmp
