// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/acs_behaviour.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace platen::cwmp {
namespace {

LongTypes longTypesOf(std::string_view name) {
    return name == "int"             ? LongTypes::Int
           : name == "int_or_string" ? LongTypes::IntOrString
           : name == "string"        ? LongTypes::String
                                     : LongTypes::Long;
}

bool isLong(model::ValueType type) {
    return type == model::ValueType::Long || type == model::ValueType::UnsignedLong;
}

bool fitsInt(model::ValueType type, std::string_view text) {
    if (type == model::ValueType::UnsignedLong) {
        const auto value = text::toUnsigned(text);
        return value && *value <= std::numeric_limits<std::uint32_t>::max();
    }
    const auto value = text::toInt(text);
    return value && *value >= std::numeric_limits<std::int32_t>::min() &&
           *value <= std::numeric_limits<std::int32_t>::max();
}

/// Events from the lightest on; `M …` and unknown ones come before all.
std::size_t weightOf(std::string_view code) {
    constexpr std::array<std::string_view, 9> kRising{"2 PERIODIC",
                                                      "3 SCHEDULED",
                                                      "4 VALUE CHANGE",
                                                      "10 AUTONOMOUS TRANSFER COMPLETE",
                                                      "8 DIAGNOSTICS COMPLETE",
                                                      "6 CONNECTION REQUEST",
                                                      "1 BOOT",
                                                      "7 TRANSFER COMPLETE",
                                                      "0 BOOTSTRAP"};
    const auto found = std::find(kRising.begin(), kRising.end(), code);
    return found == kRising.end() ? 0 : static_cast<std::size_t>(found - kRising.begin()) + 1;
}

/// The text after an ampersand begins with an entity that XML knows.
bool beginsEntity(std::string_view rest) {
    for (const std::string_view name : {"amp;", "lt;", "gt;", "quot;", "apos;"}) {
        if (rest.starts_with(name)) {
            return true;
        }
    }
    if (!rest.starts_with('#')) {
        return false;
    }
    const bool hex = rest.starts_with("#x");
    const std::string_view digits = rest.substr(hex ? 2 : 1);
    const auto end = digits.find_first_not_of(hex ? "0123456789abcdefABCDEF" : "0123456789");
    return end != 0 && end != std::string_view::npos && digits[end] == ';';
}

}  // namespace

AcsBehaviour AcsBehaviour::from(const config::Acs& acs) {
    AcsBehaviour behaviour;
    behaviour.version = acs.cwmpVersion;
    behaviour.longTypes = longTypesOf(acs.longTypes);
    behaviour.maxRedirects = acs.maxRedirects;
    behaviour.informParameters = acs.informParameters;
    behaviour.weightiestLast = acs.eventOrder == "weightiest_last";
    behaviour.retryMinimum = acs.retryMinimum;
    behaviour.dropUnanswered = acs.unansweredRequests == "drop";
    behaviour.repairAmpersands = acs.repairAmpersands;
    return behaviour;
}

std::string offeredVersions(std::string_view highest) {
    const auto at = kOfferedVersions.find(highest);
    return std::string(at == std::string_view::npos
                           ? kOfferedVersions
                           : kOfferedVersions.substr(0, at + highest.size()));
}

Dialect newestDialect(std::string_view highest) {
    return dialectOfVersion(highest).value_or(Dialect::Cwmp12);
}

model::ValueType shownType(LongTypes longTypes, model::ValueType type, std::string_view text) {
    if (longTypes == LongTypes::Long || !isLong(type)) {
        return type;
    }
    if (longTypes != LongTypes::String && fitsInt(type, text)) {
        return type == model::ValueType::Long ? model::ValueType::Int
                                              : model::ValueType::UnsignedInt;
    }
    return longTypes == LongTypes::Int ? type : model::ValueType::String;
}

void acceptShownTypes(LongTypes longTypes,
                      const model::PathCodec& codec,
                      SetParameterValues& request) {
    if (longTypes != LongTypes::IntOrString && longTypes != LongTypes::String) {
        return;
    }
    for (auto& entry : request.entries) {
        if (entry.type != "string") {
            continue;
        }
        const auto path = codec.parse(entry.name);
        if (path && path->kind == model::Path::Kind::Parameter &&
            isLong(codec.schema().param(path->param).type)) {
            entry.type.clear();
        }
    }
}

std::vector<EventStruct> weightiestLast(std::vector<EventStruct> events) {
    std::ranges::stable_sort(events, {},
                             [](const EventStruct& event) { return weightOf(event.code); });
    return events;
}

std::string escapeStrayAmpersands(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&')) {
        out += text.substr(0, at + 1);
        text.remove_prefix(at + 1);
        if (!beginsEntity(text)) {
            out += "amp;";
        }
    }
    return out += text;
}

}  // namespace platen::cwmp
