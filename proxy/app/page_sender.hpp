// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/firmware/push.hpp"
#include "proxy/fleet/test_page_diagnostic.hpp"
#include "proxy/net/loop.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace platen::app {

/// Sends test pages to the raw ports of printers. The loop must outlive it; its end breaks off what
/// is under way. thread: loop
class PageSender {
  public:
    explicit PageSender(net::Loop& loop) : loop_(loop) {}

    /// As fleet::SendPage.
    void send(const net::Endpoint& printer,
              std::string octets,
              UniqueFunction<void(fleet::PageSent)> done);

  private:
    net::Loop& loop_;
    std::uint64_t last_ = 0;
    std::map<std::uint64_t, std::unique_ptr<firmware::Push>> pushes_;
};

}  // namespace platen::app
