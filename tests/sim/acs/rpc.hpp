// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "tests/sim/acs/soap.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace platen::acs {

/// A parameter as the ACS knows it.
struct KnownParameter {
    std::string name;
    std::string value;
    std::string type;  ///< As in xsi:type, such as `xsd:string`.
};

/// The body of the request that a task asks for (README.md lists the task types). `typeOf` gives
/// the known type of a parameter, for values without one. Errors: Malformed (a field is missing or
/// of the wrong type), Unsupported (the task type).
using TypeOf = std::string (*)(const void* context, const std::string& name);
struct TypeLookup {
    TypeOf function = nullptr;
    const void* context = nullptr;
};
[[nodiscard]] Result<std::string> makeRpc(const nlohmann::json& task, const TypeLookup& types);

/// True if makeRpc knows the task's type.
[[nodiscard]] bool isRpcTask(std::string_view type);

/// What a response says, as JSON for the task's result.
[[nodiscard]] nlohmann::json readRpcResult(const Envelope& response);
/// The fault's code, text and faults of single parameters.
[[nodiscard]] nlohmann::json readFault(const Envelope& fault);

/// The ParameterValueStructs below a ParameterList.
[[nodiscard]] std::vector<KnownParameter> readParameterValues(pugi::xml_node parent);

/// `InformResponse`, `TransferCompleteResponse`, ... for requests of the CPE; empty for methods
/// that an ACS need not know.
[[nodiscard]] std::string makeCpeResponse(std::string_view method);

}  // namespace platen::acs
