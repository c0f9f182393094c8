// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/transfer/transfer.hpp"

#include <string>

namespace platen::transfer {

/// Whether we fetch from or send to this URL: 9013 for schemes other than http, https and ftp,
/// 9003 for what is no absolute URL and for user names inside it (C-XFER-02). Pure.
[[nodiscard]] Outcome checkFileUrl(const std::string& url);

}  // namespace platen::transfer
