// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/message.hpp"
#include "tests/sim/recording.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace platen::sim {

/// True if one of the prefixes begins the name, or is it.
[[nodiscard]] bool underAny(OidView oid, const std::vector<Oid>& prefixes);

/// How a copy of a recording differs from it, and how it behaves.
struct PrinterOptions {
    std::string community = "public";
    std::string writeCommunity;  ///< Empty: `community` may write too.
    std::string serialSuffix;    ///< Put behind prtGeneralSerialNumber and the vendors' serials.
    std::optional<std::uint32_t> macSuffix;  ///< Last three octets of a locally administered MAC.
    std::vector<Oid> readOnly;               ///< Subtrees that refuse SET.
    Millis restartSilence{2000};             ///< How long a restart takes.
    Faults faults;
};

/// Requests of a printer, by kind.
struct PrinterCounts {
    std::uint64_t gets = 0;
    std::uint64_t getNexts = 0;
    std::uint64_t getBulks = 0;
    std::uint64_t sets = 0;
    std::uint64_t replies = 0;
    std::uint64_t varbinds = 0;  ///< In replies.
    std::uint64_t dropped = 0;   ///< Wrong community, silence, loss.
    std::uint64_t jobs = 0;      ///< Over the raw port, firmware images among them.
};

/// One simulated printer: a shared recording and the values in which it differs. Not thread-safe.
class Printer {
  public:
    Printer(std::shared_ptr<const Recording> recording, PrinterOptions options, SteadyTime now);

    /// A place in the walk of this printer; valid until its values change.
    struct Cursor {
        std::size_t row = 0;
        std::size_t overlay = 0;
    };
    /// One object at one moment. `encoded` is the whole varbind if it is stored so; otherwise
    /// `made` holds the value. Valid until the printer's values change.
    struct Object {
        OidView oid;
        ByteView encoded;
        SnmpValue made;
        [[nodiscard]] SnmpValue value() const;
    };

    [[nodiscard]] std::optional<Object> find(OidView oid, SteadyTime now) const;
    /// The place behind `oid`.
    [[nodiscard]] Cursor after(OidView oid) const;
    /// The object there, and one step on; nothing at the end.
    [[nodiscard]] std::optional<Object> step(Cursor& cursor, SteadyTime now) const;

    /// Sets or adds an object, as the printer itself would. Errors: Malformed (an OID that BER
    /// cannot hold).
    Result<void> set(const Oid& oid, const SnmpValue& value);
    /// Takes an object away.
    void erase(const Oid& oid);
    /// The object grows by `perMinute` from its present value on, and wraps like its type. Errors:
    /// NotFound, Unsupported (no number).
    Result<void> count(const Oid& oid, std::int64_t perMinute, SteadyTime now);

    /// Takes a fault as Faults::apply does, or `counters=OID:N`. `reboot-after` counts from now.
    Result<void> applyFault(std::string_view text, SteadyTime now);

    /// A SET by a manager: all or nothing. `index` is the number of the varbind to blame, from 1.
    struct SetOutcome {
        ErrorStatus status = ErrorStatus::NoError;
        std::size_t index = 0;
    };
    SetOutcome setRequest(const Request& request, SteadyTime now);

    /// What came to the raw port. A first line `SIMFW OID VERSION` makes it a firmware image: the
    /// printer restarts, and then the object has that text. All else is a print job of one page,
    /// which prtMarkerLifeCount.1.1 counts if it is there. Jobs are counted.
    void takeJob(std::string_view head, SteadyTime now);

    /// Power off, and on again `silence` later: sysUpTime from 0, power-on counts 0.
    void restart(SteadyTime now, Millis silence);
    /// Does what is due by time alone (Faults::rebootAfter).
    void tick(SteadyTime now);
    [[nodiscard]] bool isUp(SteadyTime now) const;

    [[nodiscard]] const Recording& recording() const { return *recording_; }
    [[nodiscard]] PrinterOptions& options() { return options_; }
    [[nodiscard]] const PrinterOptions& options() const { return options_; }
    [[nodiscard]] const Faults& faults() const { return options_.faults; }
    [[nodiscard]] PrinterCounts& counts() { return counts_; }
    [[nodiscard]] const PrinterCounts& counts() const { return counts_; }

  private:
    struct Removed {};
    struct UpTime {
        std::uint64_t base = 0;  ///< Hundredths of a second at boot.
    };
    struct Rate {
        std::int64_t base = 0;
        std::int64_t perMinute = 0;
        SteadyTime since;
        SnmpType type = SnmpType::Counter32;
    };
    /// A whole varbind.
    struct Fixed {
        Bytes varbind;
        bool byManager = false;  ///< Forgotten by a reset to factory defaults.
    };
    struct Overlay {
        Oid oid;
        std::variant<Removed, UpTime, Rate, Fixed> state;
    };

    [[nodiscard]] Object make(const Overlay& overlay, SteadyTime now) const;
    void put(const Oid& oid, std::variant<Removed, UpTime, Rate, Fixed> state);
    [[nodiscard]] std::vector<Overlay>::const_iterator lowerBound(OidView oid) const;
    void individualise();
    void addUpTime(OidView oid);
    [[nodiscard]] ErrorStatus checkSet(OidView oid, const BerElement& value, SteadyTime now) const;
    void reset(std::int64_t kind, SteadyTime now);

    std::shared_ptr<const Recording> recording_;
    PrinterOptions options_;
    PrinterCounts counts_;
    SteadyTime faultsSince_;
    SteadyTime up_;  ///< When sysUpTime was its base; in the future while it restarts.
    bool rebooted_ = false;
    std::vector<Overlay> overlay_;  ///< Sorted; a handful of rows.
};

}  // namespace platen::sim
