// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/printer.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::sim {

namespace {

constexpr std::array<std::uint32_t, 9> kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
constexpr std::array<std::uint32_t, 10> kHrSystemUptime{1, 3, 6, 1, 2, 1, 25, 1, 1, 0};
constexpr std::array<std::uint32_t, 11> kPrtGeneralReset{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 3};
constexpr std::array<std::uint32_t, 11> kPrtMarkerPowerOnCount{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 5};
constexpr std::array<std::uint32_t, 13> kFirstMarkerLifeCount{1,  3, 6, 1, 2, 1, 43,
                                                              10, 2, 1, 4, 1, 1};

// prtGeneralReset (RFC 3805): what each value asks for.
constexpr std::int64_t kPowerCycleReset = 4;
constexpr std::int64_t kResetToNvram = 5;
constexpr std::int64_t kResetToFactoryDefaults = 6;

constexpr std::uint32_t kMacStride = 16;  ///< Between copies, so that interfaces do not meet.

bool under(OidView oid, OidView prefix) {
    return oid.size() >= prefix.size() && std::ranges::equal(oid.first(prefix.size()), prefix);
}

std::int64_t hundredths(SteadyTime from, SteadyTime to) {
    return std::chrono::duration_cast<Millis>(to - from).count() / 10;
}

std::string addToMac(std::string mac, std::uint32_t add) {
    std::uint32_t low = 0;
    for (std::size_t i = 3; i < mac.size(); ++i) {
        low = (low << 8U) | static_cast<std::uint8_t>(mac[i]);
    }
    low += add * kMacStride;
    for (std::size_t i = mac.size(); i > 3; --i) {
        mac[i - 1] = static_cast<char>(low & 0xFFU);
        low >>= 8U;
    }
    return mac;
}

}  // namespace

bool underAny(OidView oid, const std::vector<Oid>& prefixes) {
    return std::ranges::any_of(prefixes,
                               [oid](const Oid& prefix) { return under(oid, prefix.ids()); });
}

SnmpValue Printer::Object::value() const {
    return encoded.empty() ? made : varbindValue(encoded);
}

Printer::Printer(std::shared_ptr<const Recording> recording, PrinterOptions options, SteadyTime now)
    : recording_(std::move(recording)), options_(std::move(options)), faultsSince_(now), up_(now) {
    individualise();
    addUpTime(kSysUpTime);
    addUpTime(kHrSystemUptime);
}

void Printer::addUpTime(OidView oid) {
    if (const auto row = recording_->find(oid)) {
        const auto base = static_cast<std::uint64_t>(recording_->value(*row).number);
        put(Oid(oid), UpTime{base});
    }
}

void Printer::individualise() {
    if (!options_.serialSuffix.empty()) {
        const std::string& label = recording_->serialLabel();
        for (const std::size_t row : recording_->serialRows()) {
            SnmpValue value = recording_->value(row);
            value.octets.insert(value.octets.find(label) + label.size(), options_.serialSuffix);
            put(Oid(recording_->oid(row)),
                Fixed{encodeVarbind(recording_->oid(row), value), false});
        }
    }
    if (options_.macSuffix) {
        for (const std::size_t row : recording_->macRows()) {
            SnmpValue value = recording_->value(row);
            value.octets = addToMac(std::move(value.octets), *options_.macSuffix);
            put(Oid(recording_->oid(row)),
                Fixed{encodeVarbind(recording_->oid(row), value), false});
        }
    }
}

std::vector<Printer::Overlay>::const_iterator Printer::lowerBound(OidView oid) const {
    return std::ranges::partition_point(
        overlay_, [oid](const Overlay& entry) { return oidLess(entry.oid.ids(), oid); });
}

void Printer::put(const Oid& oid, std::variant<Removed, UpTime, Rate, Fixed> state) {
    const auto place = overlay_.begin() + (lowerBound(oid.ids()) - overlay_.cbegin());
    if (place != overlay_.end() && place->oid == oid) {
        place->state = std::move(state);
    } else {
        overlay_.insert(place, Overlay{oid, std::move(state)});
    }
}

Printer::Object Printer::make(const Overlay& overlay, SteadyTime now) const {
    Object out;
    out.oid = overlay.oid.ids();
    if (const auto* fixed = std::get_if<Fixed>(&overlay.state)) {
        out.encoded = fixed->varbind;
    } else if (const auto* up = std::get_if<UpTime>(&overlay.state)) {
        const auto ticks = static_cast<std::int64_t>(up->base) + hundredths(up_, now);
        out.made = SnmpValue::integer(ticks & std::int64_t{UINT32_MAX}, SnmpType::TimeTicks);
    } else if (const auto* rate = std::get_if<Rate>(&overlay.state)) {
        // hundredths times the rate would overflow only after centuries
        std::int64_t number = rate->base + hundredths(rate->since, now) * rate->perMinute / 6'000;
        if (rate->type == SnmpType::Integer) {
            number = static_cast<std::int32_t>(number);
        } else if (rate->type != SnmpType::Counter64) {
            number &= std::int64_t{UINT32_MAX};
        }
        out.made = SnmpValue::integer(number, rate->type);
    }
    return out;
}

std::optional<Printer::Object> Printer::find(OidView oid, SteadyTime now) const {
    const auto place = lowerBound(oid);
    if (place != overlay_.end() && std::ranges::equal(place->oid.ids(), oid)) {
        if (std::holds_alternative<Removed>(place->state)) {
            return std::nullopt;
        }
        return make(*place, now);
    }
    const auto row = recording_->find(oid);
    if (!row) {
        return std::nullopt;
    }
    return Object{recording_->oid(*row), recording_->varbind(*row), {}};
}

Printer::Cursor Printer::after(OidView oid) const {
    auto place = lowerBound(oid);
    if (place != overlay_.end() && std::ranges::equal(place->oid.ids(), oid)) {
        ++place;
    }
    return {recording_->firstAfter(oid), static_cast<std::size_t>(place - overlay_.begin())};
}

std::optional<Printer::Object> Printer::step(Cursor& cursor, SteadyTime now) const {
    while (cursor.row < recording_->size() || cursor.overlay < overlay_.size()) {
        const bool hasRow = cursor.row < recording_->size();
        const OidView row = hasRow ? recording_->oid(cursor.row) : OidView{};
        const bool rowFirst = hasRow && (cursor.overlay == overlay_.size() ||
                                         oidLess(row, overlay_[cursor.overlay].oid.ids()));
        if (rowFirst) {
            return Object{row, recording_->varbind(cursor.row++), {}};
        }
        const Overlay& overlay = overlay_[cursor.overlay++];
        if (hasRow && std::ranges::equal(row, overlay.oid.ids())) {
            ++cursor.row;
        }
        if (!std::holds_alternative<Removed>(overlay.state)) {
            return make(overlay, now);
        }
    }
    return std::nullopt;
}

Result<void> Printer::set(const Oid& oid, const SnmpValue& value) {
    if (!isEncodableOid(oid.ids())) {
        return fail(ErrorCode::Malformed, oid.toString() + " is no OID of an object");
    }
    put(oid, Fixed{encodeVarbind(oid.ids(), value), false});
    return {};
}

void Printer::erase(const Oid& oid) {
    put(oid, Removed{});
}

Result<void> Printer::count(const Oid& oid, std::int64_t perMinute, SteadyTime now) {
    const auto object = find(oid.ids(), now);
    if (!object) {
        return fail(ErrorCode::NotFound, oid.toString() + " is not there");
    }
    const SnmpValue value = object->value();
    if (!value.asInteger()) {
        return fail(ErrorCode::Unsupported, oid.toString() + " is no number");
    }
    put(oid, Rate{value.number, perMinute, now, value.type});
    return {};
}

Result<void> Printer::applyFault(std::string_view text, SteadyTime now) {
    constexpr std::string_view kCounters = "counters=";
    if (!text.starts_with(kCounters)) {
        faultsSince_ = now;
        rebooted_ = false;
        return options_.faults.apply(text);
    }
    const auto rate = parseCounterRate(text.substr(kCounters.size()));
    if (!rate) {
        return tl::unexpected(rate.error());
    }
    return count(rate->oid, rate->perMinute, now);
}

ErrorStatus Printer::checkSet(OidView oid, const BerElement& element, SteadyTime now) const {
    if (underAny(oid, options_.faults.failSet)) {
        return ErrorStatus::GenErr;
    }
    const auto object = find(oid, now);
    if (!object) {
        return ErrorStatus::NoCreation;
    }
    const auto place = lowerBound(oid);
    const bool isClock = place != overlay_.end() && std::ranges::equal(place->oid.ids(), oid) &&
                         std::holds_alternative<UpTime>(place->state);
    if (isClock || underAny(oid, options_.readOnly)) {
        return ErrorStatus::NotWritable;
    }
    const auto value = readValue(element);
    return value && value->type == object->value().type ? ErrorStatus::NoError
                                                        : ErrorStatus::WrongType;
}

Printer::SetOutcome Printer::setRequest(const Request& request, SteadyTime now) {
    for (std::size_t i = 0; i < request.binds.size(); ++i) {
        const ErrorStatus status = checkSet(request.oid(i), request.binds[i].value, now);
        if (status != ErrorStatus::NoError) {
            return {status, i + 1};
        }
    }
    std::int64_t resetKind = 0;
    for (std::size_t i = 0; i < request.binds.size(); ++i) {
        const OidView oid = request.oid(i);
        const SnmpValue value = *readValue(request.binds[i].value);
        if (under(oid, kPrtGeneralReset)) {
            resetKind = value.number;
        } else if (!underAny(oid, options_.faults.ignoreSet)) {
            put(Oid(oid), Fixed{encodeVarbind(oid, value), true});
        }
    }
    reset(resetKind, now);
    return {};
}

void Printer::reset(std::int64_t kind, SteadyTime now) {
    if (kind == kResetToFactoryDefaults) {
        std::erase_if(overlay_, [](const Overlay& entry) {
            const auto* fixed = std::get_if<Fixed>(&entry.state);
            return fixed != nullptr && fixed->byManager;
        });
    }
    if (kind >= kPowerCycleReset && kind <= kResetToFactoryDefaults) {
        restart(now, options_.restartSilence);
    }
    static_assert(kResetToNvram == kPowerCycleReset + 1);
}

void Printer::takeJob(std::string_view head, SteadyTime now) {
    ++counts_.jobs;
    constexpr Millis kForEver{std::chrono::hours{24 * 365}};
    const auto words = text::split(head.substr(0, head.find('\n')), ' ');
    const auto oid = words.size() == 3 ? Oid::parse(words[1]) : fail(ErrorCode::Malformed, "");
    if (words.size() != 3 || words[0] != "SIMFW" || !oid) {
        if (const auto pages = find(kFirstMarkerLifeCount, now); pages && !head.empty()) {
            auto value = pages->value();
            ++value.number;
            put(Oid(kFirstMarkerLifeCount),
                Fixed{encodeVarbind(kFirstMarkerLifeCount, value), false});
        }
        return;
    }
    if (!options_.faults.firmwareIgnored) {
        SnmpValue version;
        version.type = SnmpType::OctetString;
        version.octets = std::string(words[2]);
        put(*oid, Fixed{encodeVarbind(oid->ids(), version), false});
    }
    restart(now, options_.faults.firmwareKills ? kForEver : options_.restartSilence);
}

void Printer::restart(SteadyTime now, Millis silence) {
    up_ = now + silence;
    for (Overlay& entry : overlay_) {
        if (auto* up = std::get_if<UpTime>(&entry.state)) {
            up->base = 0;
        }
    }
    const OidView column = kPrtMarkerPowerOnCount;
    for (std::size_t row = recording_->firstAfter(column);
         row < recording_->size() && under(recording_->oid(row), column); ++row) {
        SnmpValue value = recording_->value(row);
        value.number = 0;
        put(Oid(recording_->oid(row)), Fixed{encodeVarbind(recording_->oid(row), value), false});
    }
}

void Printer::tick(SteadyTime now) {
    const auto& after = options_.faults.rebootAfter;
    if (after && !rebooted_ && now >= faultsSince_ + *after) {
        rebooted_ = true;
        restart(now, options_.restartSilence);
    }
}

bool Printer::isUp(SteadyTime now) const {
    return now >= up_;
}

}  // namespace platen::sim
