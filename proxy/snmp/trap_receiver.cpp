// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/trap_receiver.hpp"

#include "base/crypto.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace platen::snmp {

TrapReceiver::TrapReceiver(Ports ports, Engine engine)
    : ports_(std::move(ports)),
      engine_(std::move(engine)),
      started_(ports_.loop.clock().steadyNow()),
      ring_(ports_.background),
      salts_(ports_.random.below(std::numeric_limits<std::uint64_t>::max())),
      pacer_(ports_.loop, ports_.poll) {
    ports_.datagrams.onReceive([this, weak = std::weak_ptr<int>(alive_)](
                                   const net::Endpoint& from, std::span<const std::byte> bytes) {
        if (!weak.expired()) {  // the port may outlive the receiver
            onDatagram(from, bytes);
        }
    });
}

std::uint32_t TrapReceiver::engineTime() const {
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(
        ports_.loop.clock().steadyNow() - started_);
    return static_cast<std::uint32_t>(passed.count());
}

void TrapReceiver::onDatagram(const net::Endpoint& from, std::span<const std::byte> bytes) {
    ++stats_.received;
    const auto peer = ports_.peerAt(from.address);
    if (!peer) {
        ++stats_.unknownSource;
        return;
    }
    if (devices_.size() >= kMaxDevices && !devices_.contains(peer->device)) {
        devices_.clear();
    }
    auto& state = devices_[peer->device];
    const auto now = ports_.loop.clock().steadyNow();
    // The device's own limit first: one that floods must not use up what all others share.
    if (!state.bucket.take(now) || !overall_.take(now)) {
        ++stats_.rateLimited;
        return;
    }
    if (v3::isV3(bytes)) {
        onV3(from, *peer, state, bytes);
    } else {
        onCommunity(from, *peer, bytes);
    }
}

void TrapReceiver::accept(const TrapPeer& peer, const Trap& trap) {
    ++stats_.accepted;
    pacer_.note(peer.device, hintOf(trap));
}

void TrapReceiver::onCommunity(const net::Endpoint& from,
                               const TrapPeer& peer,
                               std::span<const std::byte> bytes) {
    const auto trap = decodeTrap(bytes);
    if (!trap) {
        ++stats_.malformed;
        return;
    }
    // A device of version 3 is not believed without it. Version 1 and 2c carry the same community;
    // printers that are polled by 2c send traps of version 1 often.
    if (peer.version == Version::V3 ||
        !crypto::equalConstantTime(trap->community, peer.community)) {
        ++stats_.wrongCredential;
        return;
    }
    accept(peer, *trap);
    if (trap->inform) {
        MessageHeader header;
        header.version = Version::V2c;
        header.community = peer.community;
        header.type = PduType::Response;
        header.requestId = trap->requestId;
        if (const auto answer = codec_.encode(header, std::span<const VarBind>(trap->varbinds))) {
            [[maybe_unused]] const auto sent = ports_.datagrams.send(from, *answer);
        }
    }
}

void TrapReceiver::onV3(const net::Endpoint& from,
                        const TrapPeer& peer,
                        DeviceState& state,
                        std::span<const std::byte> bytes) {
    const auto envelope = v3::parse(bytes);
    if (!envelope) {
        ++stats_.malformed;
        return;
    }
    if (peer.version != Version::V3 || !peer.user) {
        ++stats_.wrongCredential;
        return;
    }
    if (parkedForKeys(from, peer, state, *envelope, bytes)) {
        return;
    }
    // For informs we are the authoritative engine, for traps the sender is (RFC 3412 section 6).
    if (envelope->engineId.empty() || envelope->engineId == engine_.id) {
        onInform(from, peer, *envelope);
        return;
    }
    const auto keys = authenticate(peer, state, *envelope);
    if (!keys) {
        ++stats_.wrongCredential;
        return;
    }
    auto scoped = v3::open(*envelope, *keys);
    auto trap = scoped ? trapOf(std::move(scoped->message))
                       : Result<Trap>(tl::unexpected<Error>(scoped.error()));
    if (!trap || trap->inform) {
        ++stats_.malformed;
        return;
    }
    if (envelope->level != SecurityLevel::NoAuthNoPriv && !inTime(state, *envelope)) {
        ++stats_.notInTime;
        return;
    }
    accept(peer, *trap);
}

bool TrapReceiver::parkedForKeys(const net::Endpoint& from,
                                 const TrapPeer& peer,
                                 DeviceState& state,
                                 const v3::Envelope& envelope,
                                 std::span<const std::byte> bytes) {
    const bool known = state.keys && state.engineId == envelope.engineId &&
                       state.keysOf == peer.user->fingerprint();
    if (known || envelope.engineId.size() < v3::kMinEngineId ||
        envelope.user != peer.user->name() || envelope.level != peer.user->level() ||
        ring_.keysNow(*peer.user, envelope.engineId)) {
        return false;
    }
    const bool ours = envelope.engineId == engine_.id;
    if (state.parked || parked_ >= kMaxParked ||
        (!ours && !state.newEngines.take(ports_.loop.clock().steadyNow()))) {
        ++stats_.rateLimited;
        return true;
    }
    state.parked = true;
    ++parked_;
    ring_.make(peer.user, std::string(envelope.engineId),
               [this, device = peer.device, message = Parked{from, {bytes.begin(), bytes.end()}}](
                   const UsmKeyRing::Keys& keys) {
                   --parked_;
                   if (!keys) {
                       ++stats_.wrongCredential;
                       devices_[device].parked = false;
                       return;
                   }
                   unpark(device, message);
               });
    return true;
}

void TrapReceiver::unpark(DeviceId device, const Parked& message) {
    auto& state = devices_[device];
    state.parked = false;
    const auto peer = ports_.peerAt(message.from.address);
    if (!peer || peer->device != device) {
        ++stats_.unknownSource;
        return;
    }
    onV3(message.from, *peer, state, message.bytes);
}

std::shared_ptr<const UsmKeys> TrapReceiver::authenticate(const TrapPeer& peer,
                                                          DeviceState& state,
                                                          const v3::Envelope& envelope) {
    if (envelope.user != peer.user->name() || envelope.level != peer.user->level() ||
        envelope.engineId.size() < v3::kMinEngineId) {
        return nullptr;
    }
    const bool known = state.keys && state.engineId == envelope.engineId &&
                       state.keysOf == peer.user->fingerprint();
    auto keys = state.keys;
    if (!known) {
        if (!state.newEngines.take(ports_.loop.clock().steadyNow())) {
            return nullptr;
        }
        auto made = ring_.keysFor(*peer.user, envelope.engineId);
        if (!made) {
            return nullptr;
        }
        keys = std::move(*made);
    }
    if (envelope.level != SecurityLevel::NoAuthNoPriv && !v3::authentic(envelope, *keys)) {
        return nullptr;
    }
    if (!known) {
        state.engineId.assign(envelope.engineId);
        state.keysOf = peer.user->fingerprint();
        state.keys = keys;
        state.clockAt.reset();
    }
    return keys;
}

// RFC 3414 section 3.2, step 7 b: we are not the authority, the sender's clock is what it said
// last.
bool TrapReceiver::inTime(DeviceState& state, const v3::Envelope& envelope) const {
    const auto now = ports_.loop.clock().steadyNow();
    if (state.clockAt && now - *state.clockAt < kClockTrust) {
        const auto passed =
            std::chrono::duration_cast<std::chrono::seconds>(now - *state.clockAt).count();
        const bool newer = envelope.boots > state.boots ||
                           (envelope.boots == state.boots &&
                            envelope.time + V3Peer::kTimeWindow >= state.time + passed);
        if (!newer || envelope.boots >= v3::kMaxBoots) {
            return false;
        }
    }
    state.boots = envelope.boots;
    state.time = envelope.time;
    state.clockAt = now;
    return true;
}

void TrapReceiver::onInform(const net::Endpoint& from,
                            const TrapPeer& peer,
                            const v3::Envelope& envelope) {
    if (envelope.engineId.empty()) {
        ++stats_.discoveries;
        if (envelope.reportable) {
            sendReport(from, envelope, UsmReport::UnknownEngineId, nullptr);
        }
        return;
    }
    const auto keys = ring_.keysFor(*peer.user, engine_.id);
    const bool secured = envelope.level != SecurityLevel::NoAuthNoPriv;
    if (!keys || envelope.user != peer.user->name() || envelope.level != peer.user->level() ||
        (secured && !v3::authentic(envelope, **keys))) {
        ++stats_.wrongCredential;
        return;
    }
    const auto now = engineTime();
    const auto difference = std::int64_t{envelope.time} - std::int64_t{now};
    if (secured && (envelope.boots != engine_.boots || difference > V3Peer::kTimeWindow ||
                    difference < -V3Peer::kTimeWindow)) {
        ++stats_.discoveries;
        if (envelope.reportable) {
            sendReport(from, envelope, UsmReport::NotInTimeWindow, keys->get());
        }
        return;
    }
    auto scoped = v3::open(envelope, **keys);
    if (!scoped || scoped->message.type != PduType::Inform) {
        ++stats_.malformed;
        return;
    }
    auto header = answerTo(envelope);
    header.level = envelope.level;
    header.user = envelope.user;
    header.contextEngineId = scoped->contextEngineId;
    header.contextName = scoped->contextName;
    const auto trap = trapOf(std::move(scoped->message));
    if (!trap) {
        ++stats_.malformed;
        return;
    }
    accept(peer, *trap);
    sendV3(from, header, PduType::Response, trap->requestId, trap->varbinds, **keys);
}

v3::Header TrapReceiver::answerTo(const v3::Envelope& envelope) const {
    v3::Header header;
    header.msgId = envelope.msgId;
    header.reportable = false;
    header.engineId = engine_.id;
    header.boots = engine_.boots;
    header.time = engineTime();
    return header;
}

void TrapReceiver::sendReport(const net::Endpoint& to,
                              const v3::Envelope& envelope,
                              UsmReport report,
                              const UsmKeys* keys) {
    auto header = answerTo(envelope);
    header.contextEngineId = engine_.id;
    if (keys != nullptr) {
        header.level = SecurityLevel::AuthNoPriv;
        header.user = envelope.user;
    }
    const UsmKeys none;
    sendV3(to, header, PduType::Report, 0,
           {{counterOf(report), SnmpValue::integer(++reports_, SnmpType::Counter32)}},
           keys != nullptr ? *keys : none);
}

void TrapReceiver::sendV3(const net::Endpoint& to,
                          v3::Header header,
                          PduType type,
                          std::int32_t requestId,
                          const std::vector<VarBind>& varbinds,
                          const UsmKeys& keys) {
    MessageHeader head;
    head.version = Version::V3;
    head.type = type;
    head.requestId = requestId;
    const auto pdu = codec_.encode(head, std::span<const VarBind>(varbinds));
    if (!pdu) {
        return;
    }
    header.salt = salts_.next();
    if (const auto message = v3::build(header, *pdu, keys)) {
        [[maybe_unused]] const auto sent = ports_.datagrams.send(to, *message);
    }
}

}  // namespace platen::snmp
