// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "proxy/discovery/address_walk.hpp"
#include "proxy/discovery/announcement_round.hpp"
#include "proxy/discovery/credentials.hpp"
#include "proxy/discovery/devices_file.hpp"
#include "proxy/discovery/prober.hpp"
#include "proxy/net/resolver.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace platen::discovery {

/// How a pass goes.
struct ScanOptions {
    bool quietHours = true;  ///< Waits while they are; a command of the operator does not.
    std::string resume;      ///< Scanner::mark of a pass that was cut short; empty: from the start.
};

/// Of the pass that runs or ran last.
struct ScanCounts {
    std::uint64_t asked = 0;      ///< Addresses.
    std::uint64_t packets = 0;    ///< As charged to the budget.
    std::uint64_t announced = 0;  ///< Candidates that made themselves known.
    std::uint64_t notAsked = 0;   ///< Of them: excluded, or outside the ranges.
    std::uint64_t refused = 0;    ///< Agents that answer to no configured credential.
};

/// One pass over the configured ranges and the devices file at a packet rate; each address that
/// answers, and each listed one that does not, is a finding. Memory does not grow with the ranges.
/// thread: loop
class Scanner {
  public:
    /// Names of the devices file that are looked up at a time; the rest of the program needs the
    /// resolver too.
    static constexpr std::size_t kMaxLookups = 2;
    /// An address that says nothing costs this many packets for each credential: one request and
    /// one retry.
    static constexpr double kPacketsPerProbe = 2.0;
    static constexpr Millis kTick{100};
    static constexpr std::size_t kMaxOutstandingProbes = 256;
    static constexpr Millis kProbeTimeout{1000};
    /// While it is quiet, this often is looked whether it still is.
    static constexpr Millis kQuietLook{60'000};

    /// All must outlive the scanner.
    Scanner(net::Loop& loop, Prober& prober, net::Resolver& resolver)
        : loop_(loop), prober_(prober), resolver_(resolver) {}
    /// Before start(): the networks for announcements; without it there are none. Both must outlive
    /// the scanner.
    void listenOn(net::Lan& lan, Random& random) { round_.emplace(loop_, lan, random); }
    ~Scanner();
    Scanner(const Scanner&) = delete;
    Scanner& operator=(const Scanner&) = delete;

    /// Starts a pass; one that runs is left to finish (false). Host names of the devices file are
    /// looked up beside it. Errors in ranges were found when the configuration was checked.
    bool start(const config::Settings& settings,
               std::function<void(Finding)> onFinding,
               std::function<void()> onDone,
               ScanOptions options = {});
    /// Ends a pass without its `onDone`; probes under way are not heard of any more.
    void stop();
    [[nodiscard]] bool running() const { return running_; }
    /// True while a pass waits for the end of the quiet hours.
    [[nodiscard]] bool quiet() const { return quiet_; }
    [[nodiscard]] const ScanCounts& counts() const { return counts_; }
    /// Where a pass after a restart can go on: all addresses before it are done with. Empty if no
    /// pass runs.
    [[nodiscard]] std::string mark() const;

  private:
    struct Target {
        net::Endpoint endpoint;
        std::optional<ListedDevice> listed;
        bool tellSilence = false;
        std::string announced;              ///< How it made itself known.
        std::optional<std::uint64_t> step;  ///< Of the walk; also the key in steps_.
    };
    void addHosts(std::vector<std::string> hosts);
    void addListed();
    void lookUpNext();
    void onFound(ListedDevice device, const Result<std::vector<net::Address>>& addresses);
    void addTarget(ListedDevice device, const net::Address& address);
    void beginWalk(const std::string& resume);
    void onAnnounced(Announcement announcement);
    [[nodiscard]] bool excluded(const net::Address& address) const;
    [[nodiscard]] bool waitForQuietEnd();
    void schedule(Millis delay);
    void tick();
    [[nodiscard]] std::optional<Target> nextTarget();
    [[nodiscard]] std::optional<Target> nextOfWalk();
    void launch(Target target);
    void onProbed(const Target& target, Finding finding);
    void tell(Finding finding);
    void finishIfDone();

    net::Loop& loop_;
    Prober& prober_;
    net::Resolver& resolver_;
    bool running_ = false;
    const config::Settings* settings_ = nullptr;
    ScanOptions options_;
    ScanCounts counts_;
    std::vector<config::AddressRange> ranges_;
    std::vector<config::AddressRange> exclude_;
    std::optional<AnnouncementRound> round_;
    bool asked_ = false;  ///< For announcements, in this pass.
    bool listening_ = false;
    bool quiet_ = false;
    /// Who announced itself in this pass, so that the walk does not ask it again.
    std::unordered_map<net::Address, bool> announced_;
    std::uint64_t lastStep_ = 0;
    /// Probes of the walk under way, with the place before each.
    std::map<std::uint64_t, AddressWalk::Mark> steps_;
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
