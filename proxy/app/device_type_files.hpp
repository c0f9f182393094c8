// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/device_type.hpp"
#include "proxy/fleet/data_models.hpp"
#include "proxy/net/http_server.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::app {

/// The Device Type documents, served on the port of the connection requests, where the ACS can
/// reach us anyhow (C-DM-06). They tell what the program can do, nothing of the site, so they need
/// no password. Made once; thread: any
class DeviceTypeFiles {
  public:
    explicit DeviceTypeFiles(const model::PathCodec& codec) : types_(model::deviceTypes(codec)) {}

    /// Nothing if the request is for something else. 405 for other methods than GET.
    [[nodiscard]] std::optional<net::ServerReply> answer(const net::ServerRequest& request) const;
    /// Rows of SupportedDataModel, with URLs under `publicUrl`.
    [[nodiscard]] std::vector<fleet::DataModelEntry> entries(std::string_view publicUrl) const;

  private:
    std::vector<model::DeviceType> types_;
};

}  // namespace platen::app
