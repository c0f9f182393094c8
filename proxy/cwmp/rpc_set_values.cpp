// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "proxy/cwmp/rpc_read.hpp"
#include "proxy/cwmp/rpc_write.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace platen::cwmp {
namespace {

template <std::size_t N>
bool isOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 6> kStringTypes{"string", "normalizedString", "token",
                                                       "anyURI", "anySimpleType",    "anyType"};
constexpr std::array<std::string_view, 13> kIntegerTypes{"int",
                                                         "unsignedInt",
                                                         "long",
                                                         "unsignedLong",
                                                         "integer",
                                                         "short",
                                                         "unsignedShort",
                                                         "byte",
                                                         "unsignedByte",
                                                         "nonNegativeInteger",
                                                         "positiveInteger",
                                                         "anySimpleType",
                                                         "anyType"};
constexpr std::array<std::string_view, 3> kBooleanTypes{"boolean", "anySimpleType", "anyType"};
constexpr std::array<std::string_view, 3> kDateTimeTypes{"dateTime", "anySimpleType", "anyType"};
constexpr std::array<std::string_view, 4> kBase64Types{"base64", "base64Binary", "anySimpleType",
                                                       "anyType"};
constexpr std::array<std::string_view, 3> kHexTypes{"hexBinary", "anySimpleType", "anyType"};

/// Integers of another size or sign are judged by their value, not by the label (C-SPV-11).
bool typeFits(const model::ParamDef& def, std::string_view xsiType) {
    if (xsiType.empty()) {
        return true;
    }
    if (def.list) {
        return isOneOf(xsiType, kStringTypes);
    }
    switch (def.type) {
        case model::ValueType::String:
            return isOneOf(xsiType, kStringTypes);
        case model::ValueType::Int:
        case model::ValueType::UnsignedInt:
        case model::ValueType::Long:
        case model::ValueType::UnsignedLong:
            return isOneOf(xsiType, kIntegerTypes);
        case model::ValueType::Boolean:
            return isOneOf(xsiType, kBooleanTypes);
        case model::ValueType::DateTime:
            return isOneOf(xsiType, kDateTimeTypes);
        case model::ValueType::Base64:
            return isOneOf(xsiType, kBase64Types);
        case model::ValueType::HexBinary:
            return isOneOf(xsiType, kHexTypes);
    }
    return false;
}

/// White space and a leading `+` are legal around numbers (C-SPV-14); a string is taken as it is.
std::string_view lexical(const model::ParamDef& def, std::string_view text) {
    if (def.type == model::ValueType::String || def.list) {
        return text;
    }
    auto trimmed = text::trim(text);
    const bool number =
        def.type != model::ValueType::Boolean && def.type != model::ValueType::DateTime &&
        def.type != model::ValueType::Base64 && def.type != model::ValueType::HexBinary;
    if (number && trimmed.size() > 1 && trimmed[0] == '+' && trimmed[1] >= '0' &&
        trimmed[1] <= '9') {
        trimmed.remove_prefix(1);
    }
    return trimmed;
}

/// Checks entries one by one.
class Checker {
  public:
    Checker(fleet::ManagedDevice& device,
            const model::PathCodec& codec,
            const ManagementParams& params)
        : device_(device), codec_(codec), params_(params) {}

    /// The assignment, or the fault of this entry.
    std::variant<fleet::Assignment, ParameterFault> check(
        const SetParameterValues::Entry& entry) const {
        const auto path = findPath(device_.tree(), codec_, entry.name);
        if (!path || path->kind != model::Path::Kind::Parameter) {
            return fault(entry, FaultCode::InvalidParameterName, "no such parameter");
        }
        const auto ref = path->paramRef();
        const auto& def = codec_.schema().param(ref.param);
        if (!device_.writable(ref)) {
            return fault(entry, FaultCode::NotWritable, "not writable");
        }
        if (!typeFits(def, entry.type)) {
            return fault(entry, FaultCode::InvalidParameterType, "wrong type");
        }
        const auto text = codec_.internalText(ref.param, lexical(def, entry.text));
        if (!text) {
            return fault(entry, FaultCode::InvalidParameterValue, text.error().text);
        }
        auto value = codec_.schema().parseValue(ref.param, *text);
        if (!value) {
            // The reason may quote the value, which must not happen to a password (C-RPC-05).
            return fault(entry,
                         value.error().code == ErrorCode::Malformed
                             ? FaultCode::InvalidParameterType
                             : FaultCode::InvalidParameterValue,
                         def.hidden ? "not allowed" : value.error().text);
        }
        if (params_.url == ref.param && !isAcsUrl(*text)) {
            return fault(entry, FaultCode::InvalidParameterValue,
                         "not an absolute http or https URL");
        }
        return fleet::Assignment{ref, std::move(*value)};
    }

  private:
    static ParameterFault fault(const SetParameterValues::Entry& entry,
                                FaultCode code,
                                std::string_view why) {
        return ParameterFault{entry.name, code, text::cat({toString(code), ": ", why})};
    }

    fleet::ManagedDevice& device_;
    const model::PathCodec& codec_;
    const ManagementParams& params_;
};

std::optional<Fault> findDuplicate(const SetParameterValues& request) {
    std::unordered_set<std::string_view> names;
    names.reserve(request.entries.size());
    for (const auto& entry : request.entries) {
        if (!names.insert(entry.name).second) {
            return makeFault(FaultCode::InvalidArguments,
                             text::cat({"parameter given twice: ", entry.name}));
        }
    }
    return std::nullopt;
}

FaultCode codeOf(fleet::AssignmentFault::Kind kind) {
    switch (kind) {
        case fleet::AssignmentFault::Kind::NotWritable:
            return FaultCode::NotWritable;
        case fleet::AssignmentFault::Kind::InvalidValue:
            return FaultCode::InvalidParameterValue;
        case fleet::AssignmentFault::Kind::InvalidType:
            return FaultCode::InvalidParameterType;
        case fleet::AssignmentFault::Kind::Refused:
            return FaultCode::RequestDenied;
        case fleet::AssignmentFault::Kind::Failed:
            return FaultCode::InternalError;
        case fleet::AssignmentFault::Kind::Exhausted:
            return FaultCode::ResourcesExceeded;
    }
    return FaultCode::InternalError;
}

}  // namespace

std::variant<std::vector<fleet::Assignment>, Fault> checkSetValues(
    fleet::ManagedDevice& device,
    const model::PathCodec& codec,
    const ManagementParams& params,
    const InformParams& informParams,
    const SetParameterValues& request) {
    if (auto duplicate = findDuplicate(request)) {
        return std::move(*duplicate);
    }
    const Checker checker(device, codec, params);
    std::vector<fleet::Assignment> assignments;
    assignments.reserve(request.entries.size() + 1);
    auto fault = makeFault(FaultCode::InvalidArguments, {});
    for (const auto& entry : request.entries) {
        auto checked = checker.check(entry);
        if (auto* bad = std::get_if<ParameterFault>(&checked)) {
            fault.parameters.push_back(std::move(*bad));
        } else {
            assignments.push_back(std::get<fleet::Assignment>(std::move(checked)));
        }
    }
    if (fault.parameters.empty()) {
        for (const auto& bad :
             checkInformParameters(informParams, codec, device.tree(), assignments)) {
            constexpr auto kCode = FaultCode::InvalidParameterValue;
            fault.parameters.push_back({request.entries[bad.index].name, kCode,
                                        text::cat({toString(kCode), ": ", bad.text})});
        }
    }
    if (!fault.parameters.empty()) {
        return fault;
    }
    if (params.parameterKey) {
        assignments.push_back(
            {{*params.parameterKey, {}}, model::Value::string(request.parameterKey)});
    }
    return assignments;
}

Fault faultOfWrite(const SetParameterValues& request, const fleet::WriteFaults& faults) {
    auto fault = makeFault(FaultCode::InvalidArguments, {});
    for (const auto& one : faults) {
        const auto code = codeOf(one.kind);
        if (code == FaultCode::ResourcesExceeded) {
            return makeFault(code, one.text);  // Never for one parameter (C-SPV-04).
        }
        if (one.index >= request.entries.size()) {
            return makeFault(FaultCode::InternalError, one.text);
        }
        fault.parameters.push_back({request.entries[one.index].name, code,
                                    one.text.empty() ? std::string(toString(code)) : one.text});
    }
    return fault;
}

}  // namespace platen::cwmp
