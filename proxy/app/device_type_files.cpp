// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/device_type_files.hpp"

#include "base/text.hpp"
#include "proxy/cwmp/connection_request.hpp"

#include <algorithm>

namespace platen::app {

std::optional<net::ServerReply> DeviceTypeFiles::answer(const net::ServerRequest& request) const {
    const auto name = cwmp::connectionRequestPath(request.path);
    const auto found = std::ranges::find(types_, name, &model::DeviceType::fileName);
    if (found == types_.end()) {
        return std::nullopt;
    }
    net::ServerReply reply;
    if (request.method != "GET") {
        constexpr int kMethodNotAllowed = 405;
        reply.status = kMethodNotAllowed;
        return reply;
    }
    reply.body = found->document;
    reply.contentType = "text/xml; charset=\"utf-8\"";
    return reply;
}

std::vector<fleet::DataModelEntry> DeviceTypeFiles::entries(std::string_view publicUrl) const {
    std::vector<fleet::DataModelEntry> entries;
    for (const auto& type : types_) {
        entries.push_back(
            {.url = text::cat({publicUrl, publicUrl.ends_with('/') ? "" : "/", type.fileName}),
             .uuid = type.uuid,
             .urn = type.spec,
             .service = type.service});
    }
    return entries;
}

}  // namespace platen::app
