// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "base/time.hpp"
#include "tests/sim/acs/http_client.hpp"
#include "tests/sim/acs/http_message.hpp"
#include "tests/sim/acs/misbehaviour.hpp"
#include "tests/sim/acs/rpc.hpp"
#include "tests/sim/acs/schema_check.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace platen::acs {

struct AcsOptions {
    /// Set ConnectionRequestUsername and -Password of each new device.
    bool provision = true;
    /// Partial paths that are asked (names, then values) at the first contact.
    std::vector<std::string> learn = {"Device.DeviceInfo.", "Device.Services."};
    bool keepParameters = true;  ///< False: for load tests, to save memory.
    std::string username;        ///< Digest of CPEs; empty: none. `*`: any name.
    std::string password;
    std::filesystem::path schemas;  ///< Folder for SchemaCheck; empty: no validation.
    std::size_t maxSessions = 0;    ///< More at once get 503; 0: no limit.
    MisbehaviourState misbehaviour;
};

/// One thing to do with a device.
struct AcsTask {
    enum class State : std::uint8_t { Queued, Sent, Done, Failed };
    std::uint64_t id = 0;
    std::string device;
    std::string type;
    std::unique_ptr<nlohmann::json> spec;
    std::unique_ptr<nlohmann::json> result;  ///< Or the fault.
    State state = State::Queued;
    WallTime created{};
    WallTime finished{};
};
[[nodiscard]] std::string_view toString(AcsTask::State state);

/// A CWMP device as its Informs and answers show it.
struct AcsDevice {
    struct Value {
        std::string value;
        std::string type;
        int writable = -1;  ///< -1: not asked yet.
    };
    struct InformRecord {
        WallTime time{};
        std::vector<std::string> events;  ///< Codes, with `=CommandKey` where there is one.
        std::int64_t retryCount = 0;
    };
    /// What a TransferComplete said.
    struct TransferRecord {
        std::string commandKey, faultString, startTime, completeTime;
        std::int64_t faultCode = -1;
    };
    std::string id;  ///< OUI-ProductClass-SerialNumber.
    std::string manufacturer, oui, productClass, serialNumber;
    std::string root = "Device.";
    std::uint64_t informs = 0;
    std::uint64_t sessions = 0;  ///< Ended in order.
    std::deque<InformRecord> history;
    std::deque<TransferRecord> transfers;
    std::map<std::string, Value, std::less<>> parameters;
    Credentials connectionRequest;
    std::deque<std::uint64_t> queue;  ///< Tasks to send.
    MisbehaviourState misbehaviour;
};

/// An auto-configuration server small enough to read in one sitting: sessions, tasks, statistics,
/// and every way to go wrong that a gateway must survive. Knows no sockets; one thread.
class Acs {
  public:
    static constexpr std::size_t kMaxHistory = 1000;
    static constexpr std::size_t kMaxTasks = 100'000;
    static constexpr Millis kSessionTimeout{30'000};

    using ConnectionId = std::uint64_t;
    /// Asks for a connection request; the answer comes by connectionRequestDone.
    using ConnectionRequester =
        std::function<void(std::uint64_t task, std::string url, Credentials credentials)>;
    /// A message for the log: `in` or `out`, JSON fields.
    using Logger = std::function<void(const nlohmann::json& entry)>;

    /// `clock` and `random` must outlive it. Errors: those of SchemaCheck::load.
    static Result<std::unique_ptr<Acs>> make(AcsOptions options,
                                             const Clock& clock,
                                             Random& random);
    Acs(const Acs&) = delete;
    Acs& operator=(const Acs&) = delete;
    ~Acs();

    void setConnectionRequester(ConnectionRequester requester);
    void setLogger(Logger logger);

    /// A POST of a CPE on the north side.
    [[nodiscard]] HttpReply onCpeRequest(ConnectionId connection, const HttpRequest& request);
    void onCpeConnectionClosed(ConnectionId connection);
    void connectionRequestDone(std::uint64_t task, const Result<int>& status);

    /// The REST API (README.md).
    [[nodiscard]] HttpReply onApiRequest(const HttpRequest& request);

  private:
    struct Connection;
    struct Session;
    struct Statistics;

    Acs(AcsOptions options, const Clock& clock, Random& random);

    // acs_session.cpp
    HttpReply answerCpe(Connection& connection, const HttpRequest& request);
    HttpReply onInform(Connection& connection, const HttpRequest& request, const Envelope& inform);
    std::optional<HttpReply> refuseInform(Connection& connection,
                                          const HttpRequest& request,
                                          const Envelope& inform);
    HttpReply onSessionRequest(Session& session,
                               Connection& connection,
                               const HttpRequest& request);
    HttpReply onEnvelope(Session& session, const HttpRequest& request);
    HttpReply next(Session& session);
    HttpReply endSession(Session& session);
    HttpReply soapReply(Session& session, std::string_view body, std::string_view id);
    HttpReply refuse(std::string_view why);
    AcsDevice& rememberInform(const Envelope& inform);
    void noteProtocolError(std::string text);
    void checkHead(const HttpRequest& request);
    void checkSchema(const HttpRequest& request, const Envelope& envelope);
    void dropSession(const std::string& cookie, bool completed);
    void expireSessions();
    [[nodiscard]] bool isAuthorized(Connection& connection, const HttpRequest& request);
    HttpReply challenge(Connection& connection);
    MisbehaviourState* misbehaviourFor(Connection& connection);
    HttpReply misbehave(Connection& connection, HttpReply reply);
    void log(std::string_view direction,
             const Connection& connection,
             int status,
             const std::string& body);

    // acs_tasks.cpp
    std::uint64_t addTask(AcsDevice& device, const nlohmann::json& spec, bool front);
    void addFirstTasks(AcsDevice& device);
    void rememberTransfer(AcsDevice& device, const Envelope& report);
    void finishTask(std::uint64_t id, AcsTask::State state, nlohmann::json result);
    void learnFrom(AcsDevice& device, const AcsTask& task, const Envelope& response);
    void startConnectionRequest(AcsTask& task, const AcsDevice& device);

    // acs_api.cpp
    HttpReply devicesApi(const HttpRequest& request, const std::vector<std::string>& path);
    HttpReply deviceApi(AcsDevice& device,
                        const HttpRequest& request,
                        const std::vector<std::string>& path);
    HttpReply postTask(AcsDevice& device, const nlohmann::json& spec);
    HttpReply postMisbehaviour(MisbehaviourState& state, const HttpRequest& request);
    [[nodiscard]] nlohmann::json describe(const AcsDevice& device, bool full) const;
    [[nodiscard]] static nlohmann::json describe(const AcsTask& task);
    [[nodiscard]] nlohmann::json statistics() const;

    AcsOptions options_;
    const Clock& clock_;
    Random& random_;
    std::optional<SchemaCheck> schemas_;
    ConnectionRequester requester_;
    Logger logger_;
    std::map<std::string, AcsDevice, std::less<>> devices_;
    std::map<std::string, Session, std::less<>> sessions_;  ///< By cookie.
    std::map<ConnectionId, Connection> connections_;
    std::map<std::uint64_t, AcsTask> tasks_;
    std::uint64_t lastTask_ = 0;
    std::uint64_t lastSession_ = 0;
    std::unique_ptr<Statistics> stats_;
};

}  // namespace platen::acs
