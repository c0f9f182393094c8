// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "config/settings.hpp"
#include "mfp-datamodel/path.hpp"
#include "proxy/cwmp/acs_behaviour.hpp"
#include "proxy/cwmp/connection_request_table.hpp"
#include "proxy/cwmp/inform_parameters.hpp"
#include "proxy/cwmp/management_server.hpp"
#include "proxy/cwmp/session.hpp"
#include "proxy/cwmp/session_gate.hpp"
#include "proxy/net/http_client.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/store/store.hpp"
#include "proxy/transfer/transfers.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::cwmp {

/// What tests and special sites may change; the defaults are the product's.
struct ManagerOptions {
    std::string publicUrl;       ///< connection_requests.public_url; empty: no connection requests.
    std::string xmppConnection;  ///< First value of ConnReqXMPPConnection; empty: no XMPP.
    std::string xmppAllowed;     ///< First value of ConnReqAllowedJabberIDs.
    bool lightweight = false;    ///< Lightweight notifications are offered (C-LWN).
    Millis activeCoalesce{5'000};      ///< Active changes this close together go in one session.
    Millis activeHoldOff{60'000};      ///< Least time between the end of a session and one that is
                                       ///< only for value changes (C-NOT-03).
    Millis httpTimeout{60'000};        ///< Of one exchange (C-HTTP-18).
    Millis sessionTimeLimit{600'000};  ///< Of a whole session.
    Millis stopDeadline{3'000};        ///< Running sessions get this long at shutdown.
    std::uint32_t connectionRequestBurst = 10;  ///< Requests a device takes at once (C-CR-09) …
    Millis connectionRequestRefill{6'000};      ///< … and the time that gives back one.
    SessionLimits sessionLimits;
};

/// The part of config::Acs that CWMP uses, owned, so that a reload cannot pull it away.
struct AcsSettings {
    std::string url, username;
    Secret password;
    std::string caFile, clientCertificate, clientKey, proxy;
    Millis periodicInform{3'600'000};
    AcsBehaviour behaviour;

    [[nodiscard]] static AcsSettings from(const config::Acs& acs);
};

/// For operators and metrics; only ever grow.
struct Counters {
    std::uint64_t sessionsStarted = 0;
    std::uint64_t sessionsSucceeded = 0;
    std::uint64_t sessionsFailed = 0;
    std::uint64_t requests = 0;  ///< RPCs of the ACS that were answered.
    std::uint64_t connectionRequests = 0;
};

/// A parameter that each Inform carries (C-INF-09, C-INF-10), with its name ready.
struct ForcedParam {
    model::ParamIndex param;
    std::string name;
};

/// What the Manager works with; all must outlive it.
struct ManagerPorts {
    net::Loop& loop;
    store::Store& store;
    net::HttpClient& http;
    Random& random;
    const model::PathCodec& codec;
    transfer::Transfers& transfers;
};

/// What the agents of all devices share. Lives as long as the Manager. thread: loop
struct Context {
    Context(const ManagerPorts& ports, ManagerOptions optionsIn);

    /// From now on this ACS; names in its inform_parameters that the model lacks are logged.
    void use(const config::Acs& settings);
    /// Stores what no answer depends on; a failure is logged.
    void commit(DeviceId device, store::Batch batch);

    net::Loop& loop;
    store::Store& store;
    net::HttpClient& http;
    Random& random;
    const model::PathCodec& codec;
    transfer::Transfers& transfers;
    ManagerOptions options;
    AcsSettings acs;
    ManagementParams params;
    InformParams informParams;
    std::vector<ForcedParam> forced;
    std::vector<model::ParamRef> extraInform;  ///< AcsBehaviour::informParameters, none forced.
    ConnectionRequestTable table;
    Counters counters;
    std::uint64_t nextMessageId = 1;
    bool stopping = false;
    SessionGate* gate = nullptr;           ///< Set by the Manager.
    std::function<void()> onSessionEnded;  ///< Set by the Manager for its shutdown.
};

/// Logs a batch that could not be stored.
void logStoreFailure(DeviceId device, const Result<void>& result);

}  // namespace platen::cwmp
