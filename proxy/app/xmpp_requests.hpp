// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "config/settings.hpp"
#include "mfp-datamodel/schema.hpp"
#include "proxy/cwmp/connection_request_xmpp.hpp"
#include "proxy/cwmp/context.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/xmpp/client.hpp"
#include "proxy/xmpp/strophe_wire.hpp"

#include <memory>

namespace platen::app {

/// Connection requests by XMPP, as the configuration wants them. thread: loop
class XmppRequests {
  public:
    /// What the Manager must know of them.
    static void configure(cwmp::ManagerOptions& options, const config::Xmpp& settings);

    struct Ports {
        net::Loop& loop;
        Random& random;
        const model::Schema& schema;
    };
    /// All must outlive it. Connects at once if there is a domain.
    XmppRequests(const Ports& ports, cwmp::Manager& manager, const config::Xmpp& settings);

    [[nodiscard]] cwmp::XmppConnectionRequests& observer() { return *requests_; }
    void stop() { requests_->stop(); }

  private:
    std::unique_ptr<xmpp::StropheWire> wire_;
    std::unique_ptr<xmpp::Client> client_;
    std::unique_ptr<cwmp::XmppConnectionRequests> requests_;
};

}  // namespace platen::app
