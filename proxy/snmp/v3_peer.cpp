// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/v3_peer.hpp"

#include "base/text.hpp"
#include "proxy/snmp/codec.hpp"
#include "proxy/snmp/pdu_reader.hpp"

#include <algorithm>
#include <utility>

namespace platen::snmp {

namespace {

/// RFC 3414 section 4: a GET without varbinds.
Result<std::vector<std::byte>> discoveryPdu(std::int32_t requestId) {
    MessageHeader header;
    header.version = Version::V3;
    header.requestId = requestId;
    return Codec().encode(header, std::span<const Oid>());
}

}  // namespace

usm::Salt SaltCounter::next() {
    usm::Salt salt;
    const auto number = next_++;
    constexpr unsigned kOctetBits = 8;
    unsigned shift = kOctetBits * usm::kSaltBytes;
    for (auto& octet : salt.octets) {
        shift -= kOctetBits;
        octet = static_cast<std::uint8_t>(number >> shift);
    }
    return salt;
}

V3Peer::V3Peer(std::shared_ptr<const UsmUser> user, UsmKeyRing& keys, SaltCounter& salts)
    : user_(std::move(user)), ring_(keys), salts_(salts) {}

Result<std::vector<std::byte>> V3Peer::message(std::int32_t msgId,
                                               std::span<const std::byte> pdu,
                                               SteadyTime now) {
    v3::Header header;
    header.msgId = msgId;
    if (engineId_.empty()) {
        const auto discovery = discoveryPdu(msgId);
        return discovery ? v3::build(header, *discovery, UsmKeys{}) : discovery;
    }
    header.level = user_->level();
    header.engineId = engineId_;
    header.user = user_->name();
    header.contextEngineId = engineId_;
    header.contextName = user_->context();
    if (header.level != SecurityLevel::NoAuthNoPriv) {
        header.boots = boots_;
        header.time =
            static_cast<std::uint32_t>(std::clamp<std::int64_t>(engineTime(now), 0, v3::kMaxBoots));
    }
    if (header.level == SecurityLevel::AuthPriv) {
        header.salt = salts_.next();
    }
    return v3::build(header, pdu, *keys_);
}

V3Peer::Outcome V3Peer::onMessage(const v3::Envelope& envelope,
                                  std::int32_t requestId,
                                  SteadyTime now) {
    const bool secured = envelope.level != SecurityLevel::NoAuthNoPriv;
    if (secured && (!keys_ || envelope.engineId != engineId_ || envelope.user != user_->name() ||
                    !v3::authentic(envelope, *keys_))) {
        return {.next = Next::Unauthentic, .message = {}, .error = {}};
    }
    const UsmKeys none;
    auto scoped = v3::open(envelope, keys_ ? *keys_ : none);
    if (!scoped) {
        return {.next = Next::Malformed, .message = {}, .error = {}};
    }
    if (scoped->message.type == PduType::Report) {
        auto outcome = onReport(reportOf(scoped->message.varbinds), envelope, now);
        outcome.report = true;
        return outcome;
    }
    if (scoped->message.type != PduType::Response) {
        return {.next = Next::Malformed, .message = {}, .error = {}};
    }
    return onResponse(envelope, std::move(*scoped), requestId, now);
}

V3Peer::Outcome V3Peer::onResponse(const v3::Envelope& envelope,
                                   v3::ScopedPdu scoped,
                                   std::int32_t requestId,
                                   SteadyTime now) {
    // RFC 3412 section 7.2.10: level, user, engine and context are those of the request.
    if (envelope.level < user_->level()) {
        return {.next = Next::Downgraded, .message = {}, .error = {}};
    }
    if (engineId_.empty() || envelope.engineId != engineId_ || envelope.user != user_->name() ||
        envelope.level != user_->level() || scoped.contextEngineId != engineId_ ||
        scoped.contextName != user_->context() || scoped.message.requestId != requestId) {
        return {.next = Next::Unauthentic, .message = {}, .error = {}};
    }
    if (envelope.level != SecurityLevel::NoAuthNoPriv) {
        const bool good = inWindow(envelope, now);
        takeClock(envelope, now);
        if (!good) {
            // The message id shows that it is no replay, the digest that the clock is the
            // engine's: it jumped. One answer by the new clock is asked for.
            if (++rounds_ >= kMaxRounds) {
                return failWith(UsmReport::NotInTimeWindow);
            }
            return {.next = Next::Again, .message = {}, .error = {}};
        }
    }
    answered_ = true;
    return {.next = Next::Answer, .message = std::move(scoped.message), .error = {}};
}

V3Peer::Outcome V3Peer::onReport(UsmReport report, const v3::Envelope& envelope, SteadyTime now) {
    if (engineId_.empty()) {
        return adopt(envelope, now);  // whatever it complains of, it names its engine
    }
    switch (report) {
        case UsmReport::UnknownEngineId:
            if (envelope.engineId == engineId_) {
                return failWith(report);
            }
            return adopt(envelope, now);
        case UsmReport::NotInTimeWindow:
            if (envelope.engineId != engineId_) {
                return {.next = Next::Unauthentic, .message = {}, .error = {}};
            }
            if (++rounds_ >= kMaxRounds) {
                return failWith(report);
            }
            // Also if boots are lower than they were: the device was reset. If the report is not
            // authenticated, the clock is only a guess, for the next message of this request; what
            // counts is an authenticated answer to that.
            takeClock(envelope, now);
            return {.next = Next::Again, .message = {}, .error = {}};
        case UsmReport::UnsupportedSecurityLevel:
        case UsmReport::UnknownUserName:
        case UsmReport::WrongDigest:
        case UsmReport::DecryptionError:
        case UsmReport::UnknownContext:
        case UsmReport::Other:
            break;
    }
    return failWith(report);
}

V3Peer::Outcome V3Peer::adopt(const v3::Envelope& envelope, SteadyTime now) {
    const auto failed = [](ErrorCode code, std::string text) -> Outcome {
        return {.next = Next::Fail, .message = {}, .error = {code, std::move(text)}};
    };
    if (envelope.engineId.size() < v3::kMinEngineId) {
        return failed(ErrorCode::Malformed,
                      text::cat({"SNMPv3: the printer names an engine id of ",
                                 std::to_string(envelope.engineId.size()),
                                 " octets, the standard wants 5 to 32; its SNMPv3 agent is "
                                 "broken or not set up"}));
    }
    if (++rounds_ >= kMaxRounds) {
        return failed(ErrorCode::Malformed,
                      "SNMPv3: the printer names another engine id in each answer; its SNMPv3 "
                      "agent is broken, or several devices answer at this address");
    }
    takeClock(envelope, now);
    wanted_.assign(envelope.engineId);
    auto keys = ring_.keysNow(*user_, wanted_);
    return keys ? onKeys(std::move(*keys))
                : Outcome{.next = Next::Keys, .message = {}, .error = {}};
}

V3Peer::Outcome V3Peer::onKeys(UsmKeyRing::Keys keys) {
    if (!keys) {
        wanted_.clear();
        return {.next = Next::Fail, .message = {}, .error = std::move(keys.error())};
    }
    keys_ = std::move(*keys);
    engineId_ = std::exchange(wanted_, {});
    answered_ = false;
    return {.next = Next::Again, .message = {}, .error = {}};
}

V3Peer::Outcome V3Peer::failWith(UsmReport report) const {
    return {.next = Next::Fail,
            .userRefused = refusesUser(report),
            .message = {},
            .error = errorOf(report, *user_)};
}

void V3Peer::takeClock(const v3::Envelope& envelope, SteadyTime now) {
    boots_ = envelope.boots;
    time_ = envelope.time;
    clockAt_ = now;
}

std::int64_t V3Peer::engineTime(SteadyTime now) const {
    return time_ + std::chrono::duration_cast<std::chrono::seconds>(now - clockAt_).count();
}

// RFC 3414 section 3.2, step 7 b.
bool V3Peer::inWindow(const v3::Envelope& envelope, SteadyTime now) const {
    if (envelope.boots >= v3::kMaxBoots || envelope.boots < boots_) {
        return false;
    }
    return envelope.boots > boots_ || envelope.time + kTimeWindow >= engineTime(now);
}

std::string V3Peer::onSilence() {
    std::string meaning;
    if (!engineId_.empty() && !answered_) {
        meaning = text::cat({"its SNMPv3 engine names itself, but leaves the requests of user \"",
                             text::cleanForXml(user_->name()),
                             "\" unanswered; check priv_password, priv_protocol and context, and "
                             "the user's access rights in the printer"});
    }
    engineId_.clear();
    wanted_.clear();
    keys_.reset();
    return meaning;
}

}  // namespace platen::snmp
