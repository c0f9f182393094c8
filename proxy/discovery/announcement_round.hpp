// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "config/address_range.hpp"
#include "config/settings.hpp"
#include "proxy/discovery/announcement.hpp"
#include "proxy/net/lan.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/snmp/codec.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace platen::discovery {

/// The networks of this machine that hold addresses of the ranges: only there questions are asked.
[[nodiscard]] std::vector<net::LanNetwork> networksOf(std::span<const config::AddressRange> ranges,
                                                      std::vector<net::LanNetwork> all);

/// One round of asking a network's printers to announce themselves, by the channels that
/// `discovery` switches on: each question goes out twice, then answers are taken for a while. What
/// is heard is handed on as it is; whether it may be asked anything is the scanner's to judge.
/// thread: loop
class AnnouncementRound {
  public:
    /// Multicast gets lost; a second question costs little.
    static constexpr Millis kRepeatAfter{1'000};
    /// From the first question on. WS-Discovery devices wait up to 500 ms, mDNS ones 120 ms.
    static constexpr Millis kListenFor{3'000};
    static constexpr std::size_t kMaxAnswers = 10'000;  ///< Datagrams; later ones are not read.
    static constexpr std::size_t kMaxNetworks = 32;

    /// All must outlive the round.
    AnnouncementRound(net::Loop& loop, net::Lan& lan, Random& random)
        : loop_(loop), lan_(lan), random_(random) {}
    AnnouncementRound(const AnnouncementRound&) = delete;
    AnnouncementRound& operator=(const AnnouncementRound&) = delete;
    ~AnnouncementRound() { stop(); }

    /// True if anything is asked; then `onHeard` may come, and `onDone` comes once at the end.
    bool start(const config::Settings& settings,
               std::span<const config::AddressRange> ranges,
               std::function<void(Announcement)> onHeard,
               std::function<void()> onDone);
    void stop();
    /// Sent in this round; they count for the packet budget.
    [[nodiscard]] std::uint32_t packets() const { return packets_; }
    /// Answers that were no such thing.
    [[nodiscard]] std::uint32_t malformed() const { return malformed_; }

  private:
    using Bytes = std::span<const std::byte>;
    struct Question {
        std::unique_ptr<net::LanSocket> socket;
        net::Endpoint to;
        std::vector<std::byte> bytes;
    };
    void add(const net::LanNetwork& network,
             int hops,
             const net::Endpoint& to,
             std::vector<std::byte> bytes,
             std::function<Result<std::vector<Announcement>>(const net::Address&, Bytes)> read);
    void addMdns(const net::LanNetwork& network);
    void addWsd(const net::LanNetwork& network);
    void addBroadcast(const net::LanNetwork& network, const config::Snmp& settings);
    void sendAll();

    net::Loop& loop_;
    net::Lan& lan_;
    Random& random_;
    std::unique_ptr<snmp::Codec> codec_;  ///< Of the broadcast.
    std::vector<Question> questions_;
    std::function<void(Announcement)> onHeard_;
    std::function<void()> onDone_;
    std::optional<net::TimerId> repeat_, end_;
    std::uint32_t packets_ = 0;
    std::uint32_t malformed_ = 0;
    std::size_t answers_ = 0;
};

}  // namespace platen::discovery
