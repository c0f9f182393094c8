// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/faults.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace platen::sim {

namespace {

constexpr std::size_t kMinReplyBytes = 100;
constexpr std::size_t kMaxReplyBytes = 65'507;

struct Switch {
    std::string_view key;
    bool Faults::*field;
};

constexpr std::array<Switch, 11> kSwitches{{{"silent", &Faults::silent},
                                            {"wrongsource", &Faults::wrongSource},
                                            {"wrongid", &Faults::wrongId},
                                            {"nobulk", &Faults::noBulk},
                                            {"v1only", &Faults::v1Only},
                                            {"duplicate", &Faults::duplicate},
                                            {"badber", &Faults::badBer},
                                            {"endless-walk", &Faults::endlessWalk},
                                            {"nongrowing", &Faults::nonGrowing},
                                            {"firmware-ignored", &Faults::firmwareIgnored},
                                            {"firmware-kills", &Faults::firmwareKills}}};

tl::unexpected<Error> bad(std::string_view key, std::string_view value, std::string_view wanted) {
    return fail(ErrorCode::Malformed,
                text::cat({"fault ", key, "=", value, ": ", wanted, " is wanted"}));
}

Result<void> applySwitch(bool& field, std::string_view key, std::string_view value) {
    if (value != "on" && value != "off") {
        return bad(key, value, "on or off");
    }
    field = value == "on";
    return {};
}

Result<void> applySize(std::size_t& field,
                       std::string_view key,
                       std::string_view value,
                       std::size_t least) {
    const auto number = text::toUnsigned(value);
    if (!number || *number < least || *number > kMaxReplyBytes) {
        return bad(key, value, text::cat({"a number from ", std::to_string(least)}));
    }
    field = static_cast<std::size_t>(*number);
    return {};
}

Result<void> applyLoss(double& field, std::string_view value) {
    double loss = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), loss);
    if (error != std::errc{} || end != value.data() + value.size() || !(loss >= 0 && loss <= 1)) {
        return bad("loss", value, "a share from 0 to 1");
    }
    field = loss;
    return {};
}

Result<void> applyOids(std::vector<Oid>& field, std::string_view key, std::string_view value) {
    if (value == "off") {
        field.clear();
        return {};
    }
    auto oid = Oid::parse(value);
    if (!oid) {
        return bad(key, value, "an OID");
    }
    field.push_back(*std::move(oid));
    return {};
}

Result<Millis> readDuration(std::string_view key, std::string_view value) {
    const auto duration = parseDuration(value);
    if (!duration || duration->count() < 0) {
        return bad(key, value, "a duration such as 50ms");
    }
    return *duration;
}

}  // namespace

Result<void> Faults::apply(std::string_view text) {
    if (text == "none") {
        *this = Faults{};
        return {};
    }
    const auto equals = text.find('=');
    const std::string_view key = text.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view("on") : text.substr(equals + 1);
    for (const Switch& entry : kSwitches) {
        if (entry.key == key) {
            return applySwitch(this->*entry.field, key, value);
        }
    }
    if (key == "loss") {
        return applyLoss(loss, value);
    }
    if (key == "toobig") {
        return applySize(tooBig, key, value, 0);
    }
    if (key == "maxbytes") {
        return applySize(maxBytes, key, value, kMinReplyBytes);
    }
    if (key == "drop-above") {
        return applySize(dropAbove, key, value, 0);
    }
    if (key == "drop-bytes") {
        return applySize(dropBytes, key, value, 0);
    }
    if (key == "mute") {
        return applyOids(mute, key, value);
    }
    if (key == "ignoreset") {
        return applyOids(ignoreSet, key, value);
    }
    if (key == "failset") {
        return applyOids(failSet, key, value);
    }
    if (key == "delay" || key == "reboot-after") {
        const auto duration = readDuration(key, value);
        if (!duration) {
            return tl::unexpected(duration.error());
        }
        if (key == "delay") {
            delay = *duration;
        } else {
            rebootAfter = *duration;
        }
        return {};
    }
    return fail(ErrorCode::Malformed, text::cat({"no fault has the name \"", key, "\""}));
}

std::string Faults::toString() const {
    std::string out;
    const auto add = [&out](std::string_view text) {
        out += out.empty() ? "" : " ";
        out += text;
    };
    for (const Switch& entry : kSwitches) {
        if (this->*entry.field) {
            add(entry.key);
        }
    }
    if (delay.count() != 0) {
        add("delay=" + formatDuration(delay));
    }
    if (loss > 0) {
        add("loss=" + std::to_string(loss));
    }
    if (tooBig != 0) {
        add("toobig=" + std::to_string(tooBig));
    }
    if (maxBytes != kDefaultMaxReplyBytes) {
        add("maxbytes=" + std::to_string(maxBytes));
    }
    if (dropAbove != 0) {
        add("drop-above=" + std::to_string(dropAbove));
    }
    if (dropBytes != 0) {
        add("drop-bytes=" + std::to_string(dropBytes));
    }
    if (rebootAfter) {
        add("reboot-after=" + formatDuration(*rebootAfter));
    }
    for (const Oid& oid : mute) {
        add("mute=" + oid.toString());
    }
    for (const Oid& oid : ignoreSet) {
        add("ignoreset=" + oid.toString());
    }
    for (const Oid& oid : failSet) {
        add("failset=" + oid.toString());
    }
    return out;
}

Result<CounterRate> parseCounterRate(std::string_view text) {
    const auto colon = text.find(':');
    auto oid = Oid::parse(text.substr(0, colon));
    const auto rate =
        colon == std::string_view::npos ? std::nullopt : text::toInt(text.substr(colon + 1));
    if (!oid || !rate) {
        return bad("counters", text, "OID:COUNT_PER_MINUTE");
    }
    return CounterRate{*std::move(oid), *rate};
}

}  // namespace platen::sim
