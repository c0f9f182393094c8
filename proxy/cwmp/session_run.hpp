// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "proxy/cwmp/context.hpp"
#include "proxy/cwmp/event_queue.hpp"
#include "proxy/cwmp/rpc_executor.hpp"
#include "proxy/cwmp/session.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/net/http_client.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace platen::cwmp {

/// How a session ended.
struct SessionOutcome {
    bool success = false;
    bool confirmed = false;  ///< InformResponse came; the events are delivered.
    bool oldDialect = false;
    Dialect dialect = Dialect::Cwmp12;
    bool reboot = false;
    bool factoryReset = false;
    Millis retryAfter{0};
    Error error;  ///< Of a failure.
};

/// A running session: joins the state machine with HTTP, the executor and the clock. Exists only
/// while the session runs. thread: loop
class SessionRun {
  public:
    /// The owner of a session.
    class Host {
      public:
        Host() = default;
        Host(const Host&) = delete;
        Host& operator=(const Host&) = delete;
        virtual ~Host() = default;
        /// InformResponse came: strike the events off durably, then `done`, never inside the call.
        virtual void confirm(UniqueFunction<void()> done) = 0;
        /// The ACS answered TransferComplete or AutonomousTransferComplete, perhaps with a fault
        /// (`refusal`, else 0): strike it off durably, then `done`, never inside the call.
        virtual void reported(const TransferReport& report,
                              std::uint32_t refusal,
                              UniqueFunction<void()> done) = 0;
        /// The last call; the run may be destroyed inside.
        virtual void ended(const SessionOutcome& outcome) = 0;
    };

    /// All must outlive this.
    SessionRun(Context& context,
               fleet::ManagedDevice& device,
               EventQueue& events,
               Host& host,
               Dialect dialect);
    SessionRun(const SessionRun&) = delete;
    SessionRun& operator=(const SessionRun&) = delete;
    ~SessionRun();

    void start(const InformMessage& inform, Session::OwnRequests own);
    /// Ends the session as failed; Host::ended follows from the loop.
    void abort(const std::string& reason);

  private:
    void perform(Session::Step step);
    void onReply(Result<net::HttpReply> reply);
    void end(bool success, Error error, bool oldDialect);

    Context& context_;
    Host& host_;
    DeviceId device_;
    Session session_;
    RpcExecutor executor_;
    std::unique_ptr<net::HttpSession> http_;
    std::optional<net::TimerId> limit_;
    Millis retryAfter_{0};
    bool ended_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::cwmp
