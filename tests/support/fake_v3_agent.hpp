// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/snmp/usm_keys.hpp"
#include "proxy/snmp/usm_report.hpp"
#include "proxy/snmp/v3_message.hpp"
#include "tests/support/fake_agent.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace platen::test {

using Bytes = std::vector<std::byte>;

/// An SNMPv3 agent in memory: an engine with users over a FakeAgent's objects. It checks what RFC
/// 3414 section 3.2 wants an agent to check, in that order.
class FakeV3Agent {
  public:
    FakeV3Agent(FakeLoop& loop, std::string engineId, FakeAgent& objects)
        : loop_(loop), objects_(objects), engineId_(std::move(engineId)) {
        restart(1);
    }

    void addUser(snmp::UsmUserOptions options) {
        const auto user = std::make_shared<snmp::UsmUser>(std::move(options));
        users_[user->name()] = user;
    }
    void removeUsers() { users_.clear(); }
    /// Comes back with these boots, time 0.
    void restart(std::uint32_t withBoots) {
        boots = withBoots;
        started_ = loop_.clock().steadyNow();
    }
    void setEngineId(std::string id) { engineId_ = std::move(id); }
    [[nodiscard]] const std::string& engineId() const { return engineId_; }
    [[nodiscard]] std::uint32_t time() const {
        return timeOffset +
               static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(
                                              loop_.clock().steadyNow() - started_)
                                              .count());
    }

    std::uint32_t boots = 1;
    std::uint32_t timeOffset = 0;
    std::string context;         ///< The one that it has.
    std::uint32_t received = 0;  ///< Messages, bad ones too.
    std::uint32_t answered = 0;  ///< Good ones.
    bool silent = false;
    bool hideClock = false;  ///< Discovery answers with boots and time 0, as some do.
    bool noTimeCheck = false;
    bool refusesTime = false;      ///< Every clock is wrong to it.
    bool openTimeReports = false;  ///< notInTimeWindows are not authenticated.
    /// Changes the head of an answer before it is built.
    std::function<void(snmp::v3::Header&)> twist;
    /// Changes an answer's octets.
    std::function<void(Bytes&)> damage;
    std::optional<snmp::PduType> answerType;
    std::int32_t requestIdOffset = 0;

    std::optional<Bytes> answer(std::span<const std::byte> bytes) {
        ++received;
        const auto envelope = snmp::v3::parse(bytes);
        if (!envelope || silent) {
            return std::nullopt;
        }
        if (envelope->engineId != engineId_) {
            return report(*envelope, snmp::UsmReport::UnknownEngineId, nullptr, hideClock);
        }
        const auto found = users_.find(std::string(envelope->user));
        if (found == users_.end()) {
            return report(*envelope, snmp::UsmReport::UnknownUserName, nullptr);
        }
        const auto& user = *found->second;
        if (envelope->level > user.level()) {
            return report(*envelope, snmp::UsmReport::UnsupportedSecurityLevel, nullptr);
        }
        const auto keys = *ring_.keysFor(user, engineId_);
        if (envelope->level != snmp::SecurityLevel::NoAuthNoPriv) {
            if (!snmp::v3::authentic(*envelope, *keys)) {
                return report(*envelope, snmp::UsmReport::WrongDigest, nullptr);
            }
            const bool late = envelope->boots != boots || envelope->time + 150 < time() ||
                              envelope->time > time() + 150;
            if (refusesTime || (late && !noTimeCheck)) {
                return report(*envelope, snmp::UsmReport::NotInTimeWindow,
                              openTimeReports ? nullptr : keys.get());
            }
        }
        const auto scoped = snmp::v3::open(*envelope, *keys);
        if (!scoped) {
            return report(*envelope, snmp::UsmReport::DecryptionError, nullptr);
        }
        if (scoped->contextName != context) {
            return report(*envelope, snmp::UsmReport::UnknownContext, keys.get());
        }
        return respond(*envelope, *scoped, *keys);
    }

  private:
    std::optional<Bytes> report(const snmp::v3::Envelope& envelope,
                                snmp::UsmReport what,
                                const snmp::UsmKeys* keys,
                                bool withoutClock = false) {
        snmp::MessageHeader head;
        head.community = "-";
        head.type = snmp::PduType::Report;
        const std::vector<VarBind> varbinds{
            {snmp::counterOf(what), SnmpValue::integer(1, SnmpType::Counter32)}};
        auto header = headerOf(envelope);
        header.level =
            keys != nullptr ? snmp::SecurityLevel::AuthNoPriv : snmp::SecurityLevel::NoAuthNoPriv;
        if (keys != nullptr) {
            header.user = envelope.user;
        }
        if (withoutClock) {
            header.boots = header.time = 0;
        }
        return build(header, head, varbinds, keys != nullptr ? *keys : none_);
    }

    std::optional<Bytes> respond(const snmp::v3::Envelope& envelope,
                                 const snmp::v3::ScopedPdu& scoped,
                                 const snmp::UsmKeys& keys) {
        snmp::MessageHeader head;
        head.community = objects_.community;
        head.type = scoped.message.type;
        head.requestId = scoped.message.requestId;
        head.errorStatus = scoped.message.errorStatus;
        head.errorIndex = scoped.message.errorIndex;
        const auto asked = codec_.encode(head, std::span<const VarBind>(scoped.message.varbinds));
        const auto reply = asked ? objects_.answer(*asked) : std::nullopt;
        if (!reply) {
            return std::nullopt;
        }
        ++answered;
        auto decoded = *codec_.decode(*reply);
        head.type = answerType.value_or(decoded.type);
        head.requestId = decoded.requestId + requestIdOffset;
        head.errorStatus = decoded.errorStatus;
        head.errorIndex = decoded.errorIndex;
        auto header = headerOf(envelope);
        header.level = envelope.level;
        header.user = envelope.user;
        header.contextEngineId = engineId_;
        header.contextName = scoped.contextName;
        return build(header, head, decoded.varbinds, keys);
    }

    [[nodiscard]] snmp::v3::Header headerOf(const snmp::v3::Envelope& envelope) {
        snmp::v3::Header header;
        header.msgId = envelope.msgId;
        header.reportable = false;
        header.engineId = engineId_;
        header.boots = boots;
        header.time = time();
        header.salt.octets[7] = static_cast<std::uint8_t>(++salt_);
        return header;
    }

    std::optional<Bytes> build(snmp::v3::Header header,
                               const snmp::MessageHeader& head,
                               const std::vector<VarBind>& varbinds,
                               const snmp::UsmKeys& keys) {
        if (twist) {
            twist(header);
        }
        auto inner = head;
        inner.version = snmp::Version::V3;
        const auto pdu = codec_.encode(inner, std::span<const VarBind>(varbinds));
        if (!pdu) {
            return std::nullopt;
        }
        auto built = snmp::v3::build(header, *pdu, keys);
        if (!built) {
            return std::nullopt;
        }
        if (damage) {
            damage(*built);
        }
        return std::move(*built);
    }

    FakeLoop& loop_;
    FakeAgent& objects_;
    std::string engineId_;
    SteadyTime started_{};
    std::map<std::string, std::shared_ptr<const snmp::UsmUser>> users_;
    snmp::UsmKeyRing ring_;
    snmp::UsmKeys none_;
    snmp::Codec codec_;
    unsigned salt_ = 0;
};

/// A network of anything that answers datagrams; answers arrive through the loop.
class AnsweringDatagrams final : public net::Datagrams {
  public:
    using Answer = std::function<std::optional<Bytes>(std::span<const std::byte>)>;
    explicit AnsweringDatagrams(FakeLoop& loop) : loop_(loop) {}
    void add(const net::Endpoint& at, Answer answer) { peers_[at] = std::move(answer); }

    Result<void> send(const net::Endpoint& to, std::span<const std::byte> bytes) override {
        ++sent;
        last.assign(bytes.begin(), bytes.end());
        const auto found = peers_.find(to);
        if (found == peers_.end()) {
            return {};
        }
        if (auto answer = found->second(bytes)) {
            deliver(from.value_or(to), std::move(*answer));
        }
        return {};
    }
    void onReceive(
        UniqueFunction<void(const net::Endpoint&, std::span<const std::byte>)> handler) override {
        handler_ = std::move(handler);
    }
    void deliver(const net::Endpoint& source, Bytes bytes) {
        auto arrive = [this, source, bytes = std::move(bytes)] {
            if (handler_) {
                handler_(source, bytes);
            }
        };
        if (delay == Millis{0}) {
            loop_.post(std::move(arrive));
        } else {
            loop_.after(delay, "fake.answer", std::move(arrive));
        }
    }

    std::uint64_t sent = 0;
    Bytes last;                         ///< Sent.
    Millis delay{0};                    ///< Before each answer.
    std::optional<net::Endpoint> from;  ///< Answers come from here instead.

  private:
    FakeLoop& loop_;
    std::map<net::Endpoint, Answer> peers_;
    UniqueFunction<void(const net::Endpoint&, std::span<const std::byte>)> handler_;
};

}  // namespace platen::test
