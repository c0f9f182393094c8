// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::sim {

/// A reply of a real printer fits into one Ethernet frame; larger ones are cut (GETBULK) or
/// answered with tooBig.
inline constexpr std::size_t kDefaultMaxReplyBytes = 1472;

/// How a printer misbehaves. Each field is a key of the `fault` command and of the script.
struct Faults {
    Millis delay{0};         ///< `delay=50ms`: every reply comes later.
    double loss = 0;         ///< `loss=0.1`: part of the requests that are not seen.
    bool silent = false;     ///< `silent`: nothing is answered.
    std::size_t tooBig = 0;  ///< `toobig=N`: tooBig for more than N varbinds; 0 is off.
    std::size_t maxBytes = kDefaultMaxReplyBytes;  ///< `maxbytes=N`: largest reply.
    std::size_t dropAbove = 0;  ///< `drop-above=N`: no answer beyond N varbinds, asked or answered.
    std::size_t dropBytes = 0;  ///< `drop-bytes=N`: no answer that is larger than N octets.
    std::vector<Oid> mute;      ///< `mute=OID`: no answer that has an object from there in it.
    bool wrongSource = false;   ///< `wrongsource`: replies come from the next address.
    bool wrongId = false;       ///< `wrongid`: replies carry another request-id.
    bool noBulk = false;        ///< `nobulk`: GETBULK is not answered.
    bool v1Only = false;        ///< `v1only`: v2c is not answered.
    std::optional<Millis> rebootAfter;  ///< `reboot-after=10s`: one restart, from the start on.
    bool duplicate = false;             ///< `duplicate`: each reply is sent twice.
    bool badBer = false;                ///< `badber`: the lengths inside are wrong.
    bool endlessWalk = false;           ///< `endless-walk`: never an end of the MIB.
    bool nonGrowing = false;       ///< `nongrowing`: GETNEXT and GETBULK give the asked name again.
    bool firmwareIgnored = false;  ///< `firmware-ignored`: it restarts, and nothing has changed.
    bool firmwareKills = false;    ///< `firmware-kills`: it does not come back.
    std::vector<Oid> ignoreSet;    ///< `ignoreset=OID`: SET succeeds there and changes nothing.
    std::vector<Oid> failSet;      ///< `failset=OID`: SET fails there with genErr.

    /// Takes one `key=value` (or `key`, or `key=off`). `none` clears everything. Errors: Malformed.
    Result<void> apply(std::string_view text);
    /// The keys that are on, for tables and `get`.
    [[nodiscard]] std::string toString() const;
};

/// `OID:N` of `counters=OID:N`.
struct CounterRate {
    Oid oid;
    std::int64_t perMinute = 0;
};
[[nodiscard]] Result<CounterRate> parseCounterRate(std::string_view text);

}  // namespace platen::sim
