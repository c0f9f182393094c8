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
    : ports_(ports),
      decide_(std::move(decide)),
      params_(ManagementParams::find(ports.schema)),
      rowParams_(RowParams::find(ports.schema)),
      watched_(ports.schema.paramCount(), false) {
    for (const auto& param : {params_.connectionRequestUsername, params_.connectionRequestPassword,
                              params_.connReqXmppConnection, params_.connReqAllowedJabberIds,
                              params_.connReqJabberId, params_.supportedConnReqMethods}) {
        if (param) {
            watched_[param->value()] = true;
        }
    }
    if (ports_.client != nullptr) {
        ports_.client->onEvents({[this] {
                                     for (const auto& entry : devices_) {
                                         toShow_.insert(entry.first);
                                     }
                                     schedule(Millis{0});
                                 },
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
    stopped_ = true;
    if (timer_) {
        ports_.loop.cancel(*timer_);
        timer_.reset();
    }
    if (ports_.client != nullptr) {
        ports_.client->stop();
    }
}

void XmppConnectionRequests::deviceAdded(fleet::ManagedDevice& device, bool /*isNew*/) {
    devices_[device.id()].device = &device;
    toRead_.insert(device.id());
    schedule(kSettle);
}

void XmppConnectionRequests::deviceRemoved(DeviceId id) {
    const auto found = devices_.find(id);
    if (found == devices_.end()) {
        return;
    }
    index(id, found->second, {});
    devices_.erase(found);
    toRead_.erase(id);
    toShow_.erase(id);
}

void XmppConnectionRequests::valuesChanged(fleet::ManagedDevice& device,
                                           std::span<const fleet::Change> changes) {
    const bool ours = std::any_of(changes.begin(), changes.end(), [this](const auto& change) {
        return watched_[change.ref.param.value()];
    });
    if (ours && devices_.contains(device.id())) {
        toRead_.insert(device.id());
        schedule(kSettle);
    }
}

/// The earlier one counts.
void XmppConnectionRequests::schedule(Millis wait) {
    const auto due = ports_.loop.clock().steadyNow() + wait;
    if (stopped_ || (timer_ && timerDue_ <= due)) {
        return;
    }
    if (timer_) {
        ports_.loop.cancel(*timer_);
    }
    timerDue_ = due;
    timer_ = ports_.loop.after(wait, "xmpp.requests", [this] {
        timer_.reset();
        turn();
    });
}

/// First the settings are read, then the trees follow: a few devices a turn.
void XmppConnectionRequests::turn() {
    for (std::size_t i = 0; i < kDevicesPerTurn && !toRead_.empty(); ++i) {
        const auto id = *toRead_.begin();
        toRead_.erase(toRead_.begin());
        update(id);
    }
    for (std::size_t i = 0; i < kDevicesPerTurn && !toShow_.empty(); ++i) {
        const auto id = *toShow_.begin();
        toShow_.erase(toShow_.begin());
        if (const auto found = devices_.find(id); found != devices_.end()) {
            show(found->second);
        }
    }
    if (!toShow_.empty()) {
        schedule(Millis{0});
    } else if (!toRead_.empty()) {
        schedule(kSettle);
    }
}

void XmppConnectionRequests::update(DeviceId id) {
    const auto found = devices_.find(id);
    if (found == devices_.end()) {
        return;
    }
    auto& device = found->second;
    const ManagementServer server(params_, device.device->tree());
    device.enabled = ports_.client != nullptr && server.connReqXmppConnection() == kConnection;
    device.allowed = xmpp::AllowedJids(server.connReqAllowedJabberIds());
    device.username = server.connectionRequestUsername();
    device.password = server.connectionRequestPassword();
    index(id, device, device.enabled ? device.username : std::string());
    toShow_.insert(id);
}

void XmppConnectionRequests::index(DeviceId id, Device& device, const std::string& name) {
    if (device.indexed == name) {
        return;
    }
    if (const auto old = byUser_.find(device.indexed); old != byUser_.end()) {
        std::erase(old->second, id);
        if (old->second.empty()) {
            byUser_.erase(old);
        }
    }
    if (!name.empty()) {
        byUser_[name].push_back(id);
    }
    device.indexed = name;
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

void XmppConnectionRequests::show(const Device& device) const {
    const auto& tree = device.device->tree();
    if (ports_.client != nullptr) {
        auto values = row();
        std::erase_if(values, [&tree](const fleet::Assignment& wanted) {
            const auto present = tree.get(wanted.ref);
            return present && present->text() == wanted.value.text();
        });
        if (!values.empty()) {
            device.device->setGatewayValues(std::move(values), false);
        }
    }
    const bool up = device.enabled && ports_.client->status() == xmpp::Status::Enabled;
    setConnectionMethod(params_, *device.device, "XMPP", up);
    if (!params_.connReqJabberId) {
        return;
    }
    // Kept, and unchanged while the connection is lost: a restart, or another connection with the
    // same JID, is no news for the ACS (TR-181 ConnReqJabberID).
    const model::ParamRef ref{*params_.connReqJabberId, {}};
    const auto present = tree.get(ref);
    const auto shown = present ? present->text() : std::string();
    const auto wanted = !device.enabled                ? std::string()
                        : ports_.client->jid().empty() ? shown
                                                       : ports_.client->jid();
    if (shown != wanted || (!present && ports_.client != nullptr)) {
        device.device->setGatewayValues({{ref, model::Value::string(wanted)}}, true);
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
    if (from && found != byUser_.end() && found->second.size() <= kMaxSameUser) {
        for (const auto id : found->second) {
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
