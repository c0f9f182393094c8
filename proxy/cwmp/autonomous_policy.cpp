// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/autonomous_policy.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace platen::cwmp {
namespace {

std::string policy(const model::Schema& schema, const model::Tree& tree, std::string_view name) {
    const auto param = schema.findParam(
        text::cat({"Device.ManagementServer.AutonomousTransferCompletePolicy.", name}));
    const auto value = param ? tree.get({*param, {}}) : std::nullopt;
    return value ? value->text() : std::string();
}

/// One item of the list. TR-106 wants blanks in it as %20, and ACSs send them as they are.
std::string itemOf(std::string_view item) {
    std::string out(text::trim(item));
    constexpr std::string_view kBlank = "%20";
    for (auto at = out.find(kBlank); at != std::string::npos; at = out.find(kBlank, at + 1)) {
        out.replace(at, kBlank.size(), " ");
    }
    return out;
}

bool covers(const std::string& filter, std::string_view what) {
    return filter == "Both" || filter == what;
}

}  // namespace

bool wantsAutonomous(const model::Schema& schema,
                     const model::Tree& tree,
                     const transfer::Transfer& transfer) {
    const auto enable = policy(schema, tree, "Enable");
    if (enable != "true" && enable != "1") {
        return false;
    }
    const auto types = policy(schema, tree, "FileTypeFilter");
    const auto listed = text::split(types, ',');
    return covers(policy(schema, tree, "TransferTypeFilter"),
                  transfer::isUpload(transfer.kind) ? "Upload" : "Download") &&
           covers(policy(schema, tree, "ResultTypeFilter"),
                  transfer.outcome.good() ? "Success" : "Failure") &&
           std::ranges::any_of(
               listed, [&](std::string_view type) { return itemOf(type) == transfer.fileType; });
}

}  // namespace platen::cwmp
