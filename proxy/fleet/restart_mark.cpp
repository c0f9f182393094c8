// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/restart_mark.hpp"

#include "base/text.hpp"

namespace platen::fleet {

std::string packRestart(const RestartMark& mark) {
    return text::cat({mark.pending ? "1\t" : "0\t", std::to_string(mark.upTime), "\t",
                      std::to_string(mark.seen.time_since_epoch().count())});
}

std::optional<RestartMark> unpackRestart(std::string_view text) {
    const auto fields = text::split(text, '\t');
    constexpr std::size_t kFields = 3;
    if (fields.size() != kFields || (fields[0] != "0" && fields[0] != "1")) {
        return std::nullopt;
    }
    const auto upTime = text::toUnsigned(fields[1]);
    const auto seen = text::toInt(fields[2]);
    if (!upTime || !seen) {
        return std::nullopt;
    }
    return RestartMark{.pending = fields[0] == "1",
                       .upTime = *upTime,
                       .seen = WallTime{Millis{*seen}},
                       .dirty = false};
}

}  // namespace platen::fleet
