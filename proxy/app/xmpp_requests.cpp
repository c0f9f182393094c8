// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/xmpp_requests.hpp"

#include "config/value_checks.hpp"

#include <utility>

namespace platen::app {
namespace {

xmpp::Login loginOf(const config::Xmpp& settings) {
    xmpp::Login login;
    if (const auto server = config::splitHostPort(settings.server)) {
        login.host = server->host;
        login.port = server->port;
    }
    login.username = settings.username;
    login.domain = settings.domain;
    login.resource = settings.resource;
    login.password = settings.password.clone();
    login.caFile = settings.caFile.string();
    login.tlsRequired = settings.tlsRequired;
    return login;
}

}  // namespace

void XmppRequests::configure(cwmp::ManagerOptions& options, const config::Xmpp& settings) {
    if (!settings.domain.empty()) {
        options.xmppConnection = cwmp::XmppConnectionRequests::kConnection;
        options.xmppAllowed = settings.allowedJids;
    }
}

XmppRequests::XmppRequests(const Ports& ports,
                           cwmp::Manager& manager,
                           const config::Xmpp& settings) {
    if (!settings.domain.empty()) {
        wire_ = std::make_unique<xmpp::StropheWire>(ports.loop);
        client_ = std::make_unique<xmpp::Client>(ports.loop, ports.random, *wire_);
    }
    requests_ = std::make_unique<cwmp::XmppConnectionRequests>(
        cwmp::XmppConnectionRequests::Ports{ports.loop, ports.schema, client_.get()}, manager);
    if (client_) {
        client_->start(loginOf(settings));
    }
}

}  // namespace platen::app
