// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/connection_methods.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace platen::cwmp {

void setConnectionMethod(const ManagementParams& params,
                         fleet::ManagedDevice& device,
                         std::string_view method,
                         bool on) {
    if (!params.supportedConnReqMethods) {
        return;
    }
    constexpr std::array<std::string_view, 3> kMethods{"HTTP", "STUN", "XMPP"};
    const model::ParamRef ref{*params.supportedConnReqMethods, {}};
    const auto present = device.tree().get(ref);
    const auto before = present ? present->text() : std::string(kMethods.front());
    const auto listed = text::split(before, ',');
    std::string after;
    for (const auto known : kMethods) {
        const bool was = std::find(listed.begin(), listed.end(), known) != listed.end();
        if (known == method ? on : was) {
            after += after.empty() ? "" : ",";
            after += known;
        }
    }
    if (!present || after != before) {
        device.setGatewayValues({{ref, model::Value::string(after)}}, false);
    }
}

}  // namespace platen::cwmp
