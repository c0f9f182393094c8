// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/connection_request_xmpp.hpp"

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/cwmp/connection_methods.hpp"
#include "proxy/cwmp/manager.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace platen::cwmp {
namespace {

constexpr model::Instances kRow{{1, 0, 0}};

}  // namespace

XmppConnectionRequests::RowParams XmppConnectionRequests::RowParams::find(
    const model::Schema& schema) {
    const auto named = [&schema](std::string_view name) {
        return schema.findParam(text::cat({"Device.XMPP.Connection.{i}.", name}));
    };
    return {.enable = named("Enable"),
            .alias = named("Alias"),
            .username = named("Username"),
            .domain = named("Domain"),
            .resource = named("Resource"),
            .jabberId = named("JabberID"),
            .status = named("Status"),
            .lastChange = named("LastChangeDate"),
            .algorithm = named("ServerConnectAlgorithm"),
            .keepAlive = named("KeepAliveInterval"),
            .useTls = named("UseTLS"),
            .tlsEstablished = named("TLSEstablished"),
            .algorithms = schema.findParam("Device.XMPP.SupportedServerConnectAlgorithms")};
}

XmppConnectionRequests::XmppConnectionRequests(const Ports& ports, Manager& manager)
    : XmppConnectionRequests(
          ports, [&manager](DeviceId device, UniqueFunction<void(ConnectionRequestVerdict)> done) {
              manager.connectionRequested(device, std::move(done));
          }) {}

XmppConnectionRequests::XmppConnectionRequests(const Ports& ports, Decide decide)
    : XmppConnectionRequests(ports, std::move(decide), ManagementParams::find(ports.schema)) {}

XmppConnectionRequests::XmppConnectionRequests(const Ports& ports,
                                               Decide decide,
                                               const ManagementParams& params)
    : CalledDevices(ports.loop,
                    "xmpp.requests",
                    ports.schema,
                    {params.connectionRequestUsername, params.connectionRequestPassword,
                     params.connReqXmppConnection, params.connReqAllowedJabberIds,
                     params.connReqJabberId, params.supportedConnReqMethods}),
      ports_(ports),
      decide_(std::move(decide)),
      params_(params),
      rowParams_(RowParams::find(ports.schema)) {
    if (ports_.client != nullptr) {
        ports_.client->onEvents({[this] { showAllSoon(); },
                                 [this](const xmpp::Request& request) { received(request); }});
    }
}

XmppConnectionRequests::~XmppConnectionRequests() {
    stop();
    if (ports_.client != nullptr) {
        ports_.client->onEvents({});
    }
}

void XmppConnectionRequests::stop() {
    stopTurns();
    if (ports_.client != nullptr) {
        ports_.client->stop();
    }
}

void XmppConnectionRequests::forget(DeviceId id) {
    byUser_.put(id, {});
    devices_.erase(id);
}

void XmppConnectionRequests::readSettings(fleet::ManagedDevice& from) {
    auto& device = devices_[from.id()];
    const ManagementServer server(params_, from.tree());
    device.enabled = ports_.client != nullptr && server.connReqXmppConnection() == kConnection;
    device.allowed = xmpp::AllowedJids(server.connReqAllowedJabberIds());
    device.password = server.connectionRequestPassword();
    byUser_.put(from.id(), device.enabled ? server.connectionRequestUsername() : std::string());
}

std::vector<fleet::Assignment> XmppConnectionRequests::row() const {
    std::vector<fleet::Assignment> values;
    const auto& schema = ports_.schema;
    const auto put = [&](ManagementParams::Index param, std::string_view text,
                         const model::Instances& instances = kRow) {
        if (const auto value = param ? schema.parseValue(*param, text)
                                     : Result<model::Value>(fail(ErrorCode::NotFound, ""))) {
            values.push_back({{*param, instances}, *value});
        }
    };
    const auto& client = *ports_.client;
    const auto& login = client.login();
    const bool up = client.status() == xmpp::Status::Enabled;
    const auto keepAlive =
        std::chrono::duration_cast<std::chrono::seconds>(xmpp::Client::kKeepAlive).count();
    const auto* algorithm = login.host.empty() ? "DNS-SRV" : "ServerTable";
    put(rowParams_.algorithms, algorithm, {});
    put(rowParams_.enable, "true");
    put(rowParams_.alias, "cpe-1");
    put(rowParams_.username, login.username);
    put(rowParams_.domain, login.domain);
    put(rowParams_.resource, login.resource);
    put(rowParams_.jabberId, client.jid());
    put(rowParams_.status, xmpp::toString(client.status()));
    put(rowParams_.lastChange, formatDateTime(client.lastChange()));
    put(rowParams_.algorithm, algorithm);
    put(rowParams_.keepAlive, std::to_string(keepAlive));
    put(rowParams_.useTls, login.tlsRequired ? "true" : "false");
    put(rowParams_.tlsEstablished, up && client.secured() ? "true" : "false");
    return values;
}

void XmppConnectionRequests::show(fleet::ManagedDevice& shown) {
    const auto& device = devices_[shown.id()];
    const auto& tree = shown.tree();
    if (ports_.client != nullptr) {
        auto values = row();
        std::erase_if(values, [&tree](const fleet::Assignment& wanted) {
            const auto present = tree.get(wanted.ref);
            return present && present->text() == wanted.value.text();
        });
        if (!values.empty()) {
            shown.setGatewayValues(std::move(values), false);
        }
    }
    const bool enabled = device.enabled && ports_.client != nullptr;
    const bool up = enabled && ports_.client->status() == xmpp::Status::Enabled;
    setConnectionMethod(params_, shown, "XMPP", up);
    if (!params_.connReqJabberId) {
        return;
    }
    // Kept, and unchanged while the connection is lost: a restart, or another connection with the
    // same JID, is no news for the ACS (TR-181 ConnReqJabberID).
    const model::ParamRef ref{*params_.connReqJabberId, {}};
    const auto present = tree.get(ref);
    const auto told = present ? present->text() : std::string();
    const auto wanted = !enabled                       ? std::string()
                        : ports_.client->jid().empty() ? told
                                                       : ports_.client->jid();
    if (told != wanted || (!present && ports_.client != nullptr)) {
        shown.setGatewayValues({{ref, model::Value::string(wanted)}}, true);
    }
}

bool XmppConnectionRequests::anyAllows(const xmpp::Jid& from) const {
    return std::any_of(devices_.begin(), devices_.end(), [&from](const auto& entry) {
        return entry.second.enabled && entry.second.allowed.allow(from);
    });
}

void XmppConnectionRequests::received(const xmpp::Request& request) {
    const auto from = xmpp::parseJid(request.from);
    const auto found = byUser_.find(request.username);
    bool known = false;
    std::vector<DeviceId> meant;
    if (from && !found.empty() && found.size() <= kMaxSameUser) {
        for (const auto id : found) {
            const auto& device = devices_.at(id);
            if (!device.allowed.allow(*from)) {
                continue;
            }
            known = true;
            if (!device.password.empty() &&
                crypto::equalConstantTime(device.password, request.password)) {
                meant.push_back(id);
            }
        }
    } else if (from) {
        // Whoever may call no device here does not learn which user names there are.
        known = anyAllows(*from);
    }
    if (meant.empty()) {
        LOG_DEBUG("cwmp", "xmpp.refused", {"from", request.from},
                  {"reason", known ? "wrong user name or password" : "not an allowed JID"});
        ports_.client->answer(request.token,
                              known ? xmpp::Answer::NotAuthorized : xmpp::Answer::Unavailable);
        return;
    }
    // Devices with the same credentials are all meant; the first one answers.
    for (const auto id : meant) {
        decide_(id, [client = id == meant.front() ? ports_.client : nullptr,
                     token = request.token](ConnectionRequestVerdict verdict) {
            if (client != nullptr) {
                client->answer(token, verdict == ConnectionRequestVerdict::Accepted
                                          ? xmpp::Answer::Accepted
                                          : xmpp::Answer::Unavailable);
            }
        });
    }
}

}  // namespace platen::cwmp
