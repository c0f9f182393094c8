// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "base/strong_id.hpp"
#include "base/time.hpp"
#include "proxy/net/background.hpp"
#include "proxy/net/datagram.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/snmp/codec.hpp"
#include "proxy/snmp/trap_message.hpp"
#include "proxy/snmp/trap_pacer.hpp"
#include "proxy/snmp/usm_keys.hpp"
#include "proxy/snmp/usm_report.hpp"
#include "proxy/snmp/v3_message.hpp"
#include "proxy/snmp/v3_peer.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace platen::snmp {

/// The device at an address, and how it is spoken to.
struct TrapPeer {
    DeviceId device;
    Version version = Version::V2c;
    std::string_view community;           ///< Versions 1 and 2c; valid during the call.
    std::shared_ptr<const UsmUser> user;  ///< Version 3.
};

/// Counts since start. Each datagram is in `received` and in one of those below it.
struct TrapStats {
    std::uint64_t received = 0;
    std::uint64_t accepted = 0;         ///< Traps, informs.
    std::uint64_t discoveries = 0;      ///< Senders of informs that asked for our engine or clock.
    std::uint64_t unknownSource = 0;    ///< From no device of ours.
    std::uint64_t rateLimited = 0;      ///< Not looked at: too many.
    std::uint64_t wrongCredential = 0;  ///< Community, user, digest, level or version.
    std::uint64_t notInTime = 0;        ///< Version 3: too old, or replayed.
    std::uint64_t malformed = 0;
};

/// Takes traps and informs of known devices, by the credential that they are polled with, and hands
/// them on as hints to poll; they never change anything by themselves. Informs are answered. What a
/// stranger sends costs a look-up. thread: loop
class TrapReceiver {
  public:
    /// Datagrams that are looked at; the others are counted and dropped.
    static constexpr double kDeviceRate = 20, kDeviceBurst = 50;       ///< Of one device, a second.
    static constexpr double kOverallRate = 500, kOverallBurst = 1000;  ///< Of all devices.
    /// Devices of which something is remembered; beyond, all is forgotten.
    static constexpr std::size_t kMaxDevices = 65'536;
    /// New engine ids of one device that are tried, a second: making keys for one costs time.
    static constexpr double kEngineRate = 1, kEngineBurst = 5;
    /// Messages that wait for keys, one of each device; more are dropped as too many.
    static constexpr std::size_t kMaxParked = 1'024;
    /// After this time without a good trap a device's clock is taken anew: it may have been reset.
    static constexpr std::chrono::minutes kClockTrust{15};

    struct Ports {
        net::Loop& loop;
        net::Datagrams& datagrams;
        Random& random;
        /// Nothing for strangers, and for devices whose traps are not wanted. Called for each
        /// datagram: must be quick.
        std::function<std::optional<TrapPeer>(const net::Address&)> peerAt;
        std::function<void(DeviceId, TrapHint)> poll;
        /// Makes keys of passwords; null: that is done on the loop.
        net::Background* background = nullptr;
    };
    /// We are the authority for informs (RFC 3414 section 1.5.1): an id of 5 to 32 octets that
    /// stays, and boots that rise with each start.
    struct Engine {
        std::string id;
        std::uint32_t boots = 1;
    };

    /// All ports must outlive the receiver.
    TrapReceiver(Ports ports, Engine engine);
    TrapReceiver(const TrapReceiver&) = delete;
    TrapReceiver& operator=(const TrapReceiver&) = delete;
    ~TrapReceiver() = default;

    [[nodiscard]] const TrapStats& stats() const { return stats_; }
    [[nodiscard]] std::uint64_t polls() const { return pacer_.polls(); }

  private:
    struct DeviceState {
        TokenBucket bucket{kDeviceRate, kDeviceBurst};
        TokenBucket newEngines{kEngineRate, kEngineBurst};
        // Of the last message that was authentic:
        std::string engineId;
        std::string keysOf;  // fingerprint of the user
        std::shared_ptr<const UsmKeys> keys;
        std::uint32_t boots = 0, time = 0;
        std::optional<SteadyTime> clockAt;
        bool parked = false;  // a message of it waits for keys
    };
    /// A message while its keys are made, and whose it is.
    struct Parked {
        net::Endpoint from;
        std::vector<std::byte> bytes;
    };

    void onDatagram(const net::Endpoint& from, std::span<const std::byte> bytes);
    void onCommunity(const net::Endpoint& from,
                     const TrapPeer& peer,
                     std::span<const std::byte> bytes);
    void onV3(const net::Endpoint& from,
              const TrapPeer& peer,
              DeviceState& state,
              std::span<const std::byte> bytes);
    /// True if the keys of this engine have to be made first; the message comes again then.
    [[nodiscard]] bool parkedForKeys(const net::Endpoint& from,
                                     const TrapPeer& peer,
                                     DeviceState& state,
                                     const v3::Envelope& envelope,
                                     std::span<const std::byte> bytes);
    void unpark(DeviceId device, const Parked& message);
    void onInform(const net::Endpoint& from, const TrapPeer& peer, const v3::Envelope& envelope);
    /// Null if the message is not that of the device's user.
    [[nodiscard]] std::shared_ptr<const UsmKeys> authenticate(const TrapPeer& peer,
                                                              DeviceState& state,
                                                              const v3::Envelope& envelope);
    [[nodiscard]] bool inTime(DeviceState& state, const v3::Envelope& envelope) const;
    void accept(const TrapPeer& peer, const Trap& trap);
    void sendReport(const net::Endpoint& to,
                    const v3::Envelope& envelope,
                    UsmReport report,
                    const UsmKeys* keys);
    void sendV3(const net::Endpoint& to,
                v3::Header header,
                PduType type,
                std::int32_t requestId,
                const std::vector<VarBind>& varbinds,
                const UsmKeys& keys);
    [[nodiscard]] v3::Header answerTo(const v3::Envelope& envelope) const;
    [[nodiscard]] std::uint32_t engineTime() const;

    Ports ports_;
    Engine engine_;
    SteadyTime started_;
    Codec codec_;
    UsmKeyRing ring_;
    SaltCounter salts_;
    TokenBucket overall_{kOverallRate, kOverallBurst};
    std::unordered_map<DeviceId, DeviceState> devices_;
    TrapPacer pacer_;
    TrapStats stats_;
    std::size_t parked_ = 0;
    std::uint32_t reports_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::snmp
