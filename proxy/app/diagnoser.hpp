// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/app/core.hpp"
#include "proxy/app/credential_search.hpp"
#include "proxy/app/diagnosis.hpp"
#include "proxy/app/knock.hpp"
#include "proxy/app/one_shot_poll.hpp"
#include "proxy/net/icmp.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace platen::app {

/// Goes through all that must be right for one printer to be read, from its name to its values,
/// with the gateway's own prober and reader. One host in its life; destroying it drops the answer.
/// thread: loop
class Diagnoser {
  public:
    static constexpr Millis kEchoTimeout{1000};
    static constexpr Millis kKnockTimeout{1500};

    /// `core` must outlive it; its loop must run.
    explicit Diagnoser(Core& core);
    Diagnoser(const Diagnoser&) = delete;
    Diagnoser& operator=(const Diagnoser&) = delete;
    ~Diagnoser() = default;

    /// An address or a name. `done` comes once, not inside the call.
    void start(const std::string& host, UniqueFunction<void(Diagnosis)> done);

  private:
    void onResolved(const Result<std::vector<net::Address>>& addresses);
    void checkRanges();
    void ping();
    void onEcho(const net::EchoResult& echo);
    void knockTcp(std::string why);
    void onTcp(std::size_t port, KnockResult result);
    void knockUdp();
    void onUdp(KnockResult result);
    void tryCredentials();
    void onCredentials(SearchResult result);
    void readView();
    void onView(Result<snmp::ReadResult> result);
    void readAll(discovery::Contact contact);
    void onRead();

    DiagnosisStep& add(std::string step, StepResult result, std::string text, std::string advice);
    void skip(std::initializer_list<const char*> steps, std::string_view why);
    void finish(std::string verdict, int exit);
    [[nodiscard]] std::vector<discovery::SnmpAccess> candidates();
    /// Wraps a callback, so that it is not heard of after this is gone.
    template <typename F>
    auto guarded(F call) {
        return [call = std::move(call), weak = std::weak_ptr<int>(alive_)](auto&&... args) mutable {
            if (!weak.expired()) {
                call(std::forward<decltype(args)>(args)...);
            }
        };
    }

    Core& core_;
    Diagnosis out_;
    UniqueFunction<void(Diagnosis)> done_;
    net::Address address_;
    std::unique_ptr<net::Icmp> icmp_;
    Knocks knocks_;
    struct TcpPort {
        std::uint16_t port = 0;
        KnockResult result = KnockResult::Silent;
    };
    std::vector<TcpPort> tcp_;
    std::size_t tcpOpen_ = 0;   ///< Knocks under way.
    bool alwaysThere_ = false;  ///< Something of the host answered.
    bool agentThere_ = false;   ///< Something answers at the SNMP port.
    bool leftOut_ = false;      ///< The gateway itself never asks this address.
    CredentialSearch search_;
    std::optional<discovery::SnmpAccess> access_;
    std::optional<snmp::TargetId> target_;
    std::string descr_;
    OneShotPoll poll_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::app
