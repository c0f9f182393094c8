// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "proxy/discovery/address_walk.hpp"
#include "proxy/discovery/devices_file.hpp"
#include "proxy/discovery/prober.hpp"
#include "proxy/net/resolver.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace platen::discovery {

/// The credentials that apply to an address, in the order of the configuration; none configured:
/// SNMPv2c `public`.
[[nodiscard]] std::vector<SnmpAccess> candidatesFor(const config::Snmp& settings,
                                                    const net::Address& address);

/// One pass over the configured ranges and the devices file at a packet rate; each address that
/// answers, and each listed one that does not, is a finding. thread: loop
class Scanner {
  public:
    /// Names of the devices file that are looked up at a time; the rest of the program needs the
    /// resolver too.
    static constexpr std::size_t kMaxLookups = 2;

    /// All must outlive the scanner.
    Scanner(net::Loop& loop, Prober& prober, net::Resolver& resolver)
        : loop_(loop), prober_(prober), resolver_(resolver) {}
    ~Scanner();
    Scanner(const Scanner&) = delete;
    Scanner& operator=(const Scanner&) = delete;

    /// Starts a pass; one that runs is left to finish (false). Host names of the devices file are
    /// looked up beside it. Errors in ranges were found when the configuration was checked.
    bool start(const config::Settings& settings,
               std::function<void(Finding)> onFinding,
               std::function<void()> onDone);
    [[nodiscard]] bool running() const { return running_; }

  private:
    struct Target {
        net::Endpoint endpoint;
        std::optional<ListedDevice> listed;
        bool tellSilence = false;
    };
    void addListed();
    void lookUpNext();
    void onFound(ListedDevice device, const Result<std::vector<net::Address>>& addresses);
    void addTarget(ListedDevice device, const net::Address& address);
    void tick();
    [[nodiscard]] std::optional<Target> nextTarget();
    void launch(Target target);
    void onProbed(bool tellSilence, const std::string& tags, Finding finding);
    void finishIfDone();

    net::Loop& loop_;
    Prober& prober_;
    net::Resolver& resolver_;
    bool running_ = false;
    const config::Settings* settings_ = nullptr;
    std::vector<config::AddressRange> exclude_;
    std::deque<ListedDevice> unresolved_;
    std::size_t lookups_ = 0;
    std::deque<Target> listed_;
    std::vector<net::Address> singles_;
    std::optional<AddressWalk> walk_;
    std::size_t outstanding_ = 0;
    double budget_ = 0;
    std::optional<net::TimerId> timer_;
    std::function<void(Finding)> onFinding_;
    std::function<void()> onDone_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::discovery
