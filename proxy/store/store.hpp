// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/strong_id.hpp"
#include "base/time.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/loop.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace platen::store {

/// Who a device is to the ACS, fixed at first presentation (design decision 9). Device 0 is the
/// gateway itself.
struct DeviceRecord {
    DeviceId id;
    std::string manufacturer, oui, productClass, serial;  ///< DeviceId of the Inform.
    std::string
        printerSerial;       ///< What the printer itself says; empty if it has none that is usable.
    std::string macAddress;  ///< Upper-case with colons; empty if not known.
    std::string address;     ///< Last good numeric address.
    std::string model;
    WallTime firstSeen = kUnknownTime;
    WallTime lastSeen = kUnknownTime;
    bool bootstrapped = false;  ///< `0 BOOTSTRAP` was confirmed by `acsUrl`.
    std::string acsUrl;         ///< ACS that confirmed it.
};

/// An instance number (mfp-model 8.1). Paths are internal template and row names, so that the file
/// outlives changes of the schema's order.
struct InstanceRow {
    DeviceId device;
    std::string object;   ///< Template path: `MFP.{i}.Supply.{i}.`
    std::string parents;  ///< Instance numbers above, dotted: `1`, `1.2`; empty if none.
    std::string key;
    std::uint32_t number = 0;
    WallTime firstSeen = kUnknownTime, lastSeen = kUnknownTime;
    bool retired = false;
};
/// Of all devices: retired rows below the highest number of their (device, object, parents). That
/// one stays, so that no number is given twice.
struct RetiredInstancesErased {};

/// A gateway-kept value (set by the ACS, or the gateway's own state that must survive). Internal
/// parameter name.
struct ValueRow {
    DeviceId device;
    std::string name;
    std::string text;
};
struct ValueErased {
    DeviceId device;
    std::string name;  ///< Empty: all of the device (factory reset).
};

/// Notification attributes that the ACS set.
struct AttributeRow {
    DeviceId device;
    std::string name;
    std::uint8_t notification = 0;
    std::string accessList;  ///< Comma-separated.
};
struct AttributesErased {
    DeviceId device;
};

/// An undelivered CWMP event; `sequence` rises within a device. The pending value changes of `4
/// VALUE CHANGE` are rows of ChangedRow.
struct EventRow {
    DeviceId device;
    std::uint64_t sequence = 0;
    std::string code;
    std::string commandKey;
};
struct EventErased {
    DeviceId device;
    std::uint64_t sequence = 0;
};
/// A parameter whose change the ACS has not been told yet (C-INF-08).
struct ChangedRow {
    DeviceId device;
    std::string name;
};
struct ChangedErased {
    DeviceId device;
    std::string name;
};

/// State of one extended counter (mfp-model 7.4).
struct CounterRow {
    DeviceId device;
    std::string name;    ///< Internal parameter name.
    std::string source;  ///< Source counter.
    std::uint32_t epoch = 1;
    std::uint64_t base = 0;
    std::uint64_t lastRaw = 0;
    std::uint64_t modulus = 0;
    std::uint32_t confirmCount = 0;  ///< Reads that agreed on a fall, 0 to 3.
    std::uint64_t suspectRaw = 0;
    WallTime lastRead = kUnknownTime;
    WallTime suspectRead = kUnknownTime;  ///< When a read last agreed on a fall.
    /// As they were before the last fall or wrap: the counter may come back.
    std::uint64_t baseBeforeFall = 0;
    std::uint64_t rawBeforeFall = 0;
};

/// Last reading of a parameter, so that a restart does not show an empty tree and can tell changes.
/// Internal name.
struct ReadingRow {
    DeviceId device;
    std::string name;
    std::string text;
    std::uint8_t source = 0;
};
struct ReadingErased {
    DeviceId device;
    std::string name;
};

/// Small facts of the gateway: its own serial, schema notes. Key and text.
struct FactRow {
    std::string key;
    std::string text;
};

/// A file transfer that the ACS asked for and that it has not heard the end of (C-XFER-13). The
/// meaning of `kind`, `state`, `windows` and `fault` is proxy/transfer's.
struct TransferRow {
    DeviceId device;
    std::uint64_t id = 0;  ///< Rises within a device.
    std::uint8_t kind = 0;
    std::uint8_t state = 0;
    std::string commandKey, fileType, url;
    std::string username, password;  ///< Empty once the transfer is done.
    std::uint64_t fileSize = 0;      ///< Bytes that the ACS promised; 0: not known.
    std::string targetName;
    WallTime notBefore = kUnknownTime;
    std::string windows;
    std::uint32_t attempts = 0;
    WallTime started = kUnknownTime, completed = kUnknownTime;
    std::uint32_t fault = 0;
    std::string faultText;
};
struct TransferErased {
    DeviceId device;
    std::uint64_t id = 0;
};

/// Everything of one device is deleted.
struct DeviceErased {
    DeviceId device;
};

using Mutation = std::variant<DeviceRecord,
                              InstanceRow,
                              RetiredInstancesErased,
                              ValueRow,
                              ValueErased,
                              AttributeRow,
                              AttributesErased,
                              EventRow,
                              EventErased,
                              ChangedRow,
                              ChangedErased,
                              CounterRow,
                              ReadingRow,
                              ReadingErased,
                              FactRow,
                              TransferRow,
                              TransferErased,
                              DeviceErased>;

/// All mutations of a batch are stored, or none.
using Batch = std::vector<Mutation>;

/// Everything stored, read once at start.
struct Snapshot {
    std::vector<DeviceRecord> devices;
    std::vector<InstanceRow> instances;
    std::vector<ValueRow> values;
    std::vector<AttributeRow> attributes;
    std::vector<EventRow> events;
    std::vector<ChangedRow> changed;
    std::vector<CounterRow> counters;
    std::vector<ReadingRow> readings;
    std::vector<FactRow> facts;
    std::vector<TransferRow> transfers;
};

/// How much a batch must survive. None of them is lost by a crash of the process; a power cut loses
/// nothing that was Durable (what the ACS asked), at most the last kSoon of what was Soon (events
/// that the ACS has confirmed: it hears of them twice), and more of what was Relaxed (readings).
enum class Durability : std::uint8_t { Relaxed, Soon, Durable };

/// Port to the embedded database (design decision 13).
class Store {
  public:
    Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    /// Writes what was committed, then closes.
    virtual ~Store() = default;

    /// At start, before the loop runs. Errors: Malformed (damaged file), Unsupported (file of a
    /// newer version), Refused.
    [[nodiscard]] virtual Result<Snapshot> load() = 0;
    /// Batches are applied in the order of the calls. `done` comes on the loop when the batch is as
    /// safe as asked, or with Exhausted (disk full, queue of kMaxQueuedBatches full), Refused;
    /// never inside the call; exactly once. May be empty. thread: loop
    virtual void commit(Batch batch,
                        Durability durability,
                        UniqueFunction<void(Result<void>)> done) = 0;
    /// Blocks until all committed batches are on disk; for shutdown and tests.
    virtual void flush() = 0;

    static constexpr std::size_t kMaxQueuedBatches = 100'000;
    /// Many sessions that end in this time share one wait for the disk (ADR 0021).
    static constexpr Millis kSoon{200};
};

/// SQLite (WAL) with one writer thread that puts waiting batches into one transaction. Makes and
/// migrates the file
/// (`user_version`). `loop` must outlive it. Errors: Refused, Malformed, Unsupported.
[[nodiscard]] Result<std::unique_ptr<Store>> openSqlite(const std::filesystem::path& file,
                                                        net::Loop& loop);

/// For tests: keeps all in memory, calls back through the loop.
[[nodiscard]] std::unique_ptr<Store> makeMemoryStore(net::Loop& loop);

}  // namespace platen::store
