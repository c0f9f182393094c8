// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/datagram.hpp"
#include "proxy/snmp/codec.hpp"
#include "proxy/snmp/message.hpp"
#include "tests/support/fake_loop.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace platen::test {

/// What is wrong with an agent. The defaults are a good one.
struct AgentFaults {
    static constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

    std::optional<net::Endpoint> from;    ///< Answers come from here instead.
    std::optional<Oid> endlessUnder;      ///< Invents rows without end below this column.
    std::optional<Oid> stuckAt;           ///< GETNEXT from here gives the same OID again.
    std::optional<Oid> backAt;            ///< GETNEXT from here gives the first OID of all.
    std::optional<Oid> silentUnder;       ///< No answer with an object from there in it.
    std::set<Oid> genErrors;              ///< These instances are answered with genErr.
    std::string community;                ///< Answers carry this one, if not empty.
    Millis delay{0};                      ///< Before each answer.
    std::size_t tooBigAbove = kNever;     ///< Varbinds in an answer (GETBULK too, as some do).
    std::size_t cutAbove = kNever;        ///< Answers end after this many varbinds.
    std::size_t dropAbove = kNever;       ///< Varbinds, asked or answered: beyond, no answer.
    std::size_t dropBytesAbove = kNever;  ///< Octets of an answer: beyond, there is none.
    std::uint32_t dropNext = 0;           ///< Leaves this many requests unanswered.
    std::uint32_t copies = 1;             ///< Of each answer.
    std::int32_t tooBigStatus = snmp::kTooBig;
    std::int32_t bulkStatus = 0;           ///< GETBULK is answered with this error.
    std::int32_t getStatus = 0;            ///< Every GET is answered with this error, index 0.
    std::int32_t requestIdOffset = 0;      ///< Answers carry another request id.
    std::optional<snmp::Version> version;  ///< Answers are of this version.
    bool silent = false;
    bool silentBulk = false;  ///< GETBULK is not answered.
    bool silentGet = false;
    bool hideErrorIndex = false;  ///< Error-index is always 0.
    bool badBer = false;          ///< Answers are damaged.
    bool truncated = false;       ///< Answers lose their last octets.
    bool reversed = false;        ///< Varbinds come in reverse order.
};

/// An SNMP agent in memory: a sorted list of varbinds, and faults.
class FakeAgent {
  public:
    explicit FakeAgent(std::vector<VarBind> varbinds) { setVarbinds(std::move(varbinds)); }

    void setVarbinds(std::vector<VarBind> varbinds) {
        varbinds_ = std::move(varbinds);
        std::ranges::sort(varbinds_, {}, &VarBind::oid);
    }
    [[nodiscard]] const std::vector<VarBind>& varbinds() const { return varbinds_; }

    AgentFaults faults;
    /// Requests with another community are not answered.
    std::string community = "public";
    /// Answer to SET; 0 stores the values.
    std::int32_t setStatus = 0;
    std::int32_t setIndex = 0;
    /// All requests that arrived, dropped ones too.
    std::vector<snmp::Message> requests;

    /// The answer's octets, or nothing.
    std::optional<std::vector<std::byte>> answer(std::span<const std::byte> bytes) {
        auto request = codec_.decode(bytes);
        if (!request) {
            return std::nullopt;
        }
        requests.push_back(*request);
        if (faults.silent || request->community != community ||
            request->varbinds.size() > faults.dropAbove ||
            (faults.silentBulk && request->type == snmp::PduType::GetBulk) ||
            (faults.silentGet && request->type == snmp::PduType::Get)) {
            return std::nullopt;
        }
        if (faults.dropNext > 0) {
            --faults.dropNext;
            return std::nullopt;
        }
        auto reply = handle(*request);
        if (reply.varbinds.size() > faults.dropAbove || reachesSilence(reply)) {
            return std::nullopt;
        }
        auto octets = encode(*request, reply);
        if (octets && octets->size() > faults.dropBytesAbove) {
            return std::nullopt;
        }
        return octets;
    }

  private:
    struct Reply {
        std::int32_t status = 0;
        std::int32_t index = 0;
        std::vector<VarBind> varbinds;
    };

    [[nodiscard]] bool reachesSilence(const Reply& reply) const {
        return faults.silentUnder &&
               std::ranges::any_of(reply.varbinds, [this](const VarBind& varbind) {
                   return varbind.oid.startsWith(*faults.silentUnder);
               });
    }
    [[nodiscard]] static VarBind exception(const Oid& oid, SnmpType type) {
        VarBind varbind{oid, {}};
        varbind.value.type = type;
        return varbind;
    }

    Reply handle(const snmp::Message& request) {
        Reply reply;
        switch (request.type) {
            case snmp::PduType::Get:
                if (faults.getStatus != 0) {
                    reply.status = faults.getStatus;
                    break;
                }
                get(request, reply);
                break;
            case snmp::PduType::GetNext:
                next(request, reply);
                break;
            case snmp::PduType::GetBulk:
                if (faults.bulkStatus != 0) {
                    reply.status = faults.bulkStatus;
                    break;
                }
                bulk(request, reply);
                break;
            case snmp::PduType::Set:
                set(request, reply);
                break;
            default:
                reply.status = snmp::kGenErr;
        }
        if (reply.status == 0 && reply.varbinds.size() > faults.tooBigAbove) {
            reply.status = faults.tooBigStatus;
            reply.index = 0;
        }
        if (reply.status != 0) {
            reply.varbinds.clear();
            for (const auto& varbind : request.varbinds) {
                reply.varbinds.push_back(exception(varbind.oid, SnmpType::Null));
            }
        }
        if (faults.hideErrorIndex) {
            reply.index = 0;
        }
        if (reply.varbinds.size() > faults.cutAbove) {
            reply.varbinds.resize(faults.cutAbove);
        }
        if (faults.reversed) {
            std::ranges::reverse(reply.varbinds);
        }
        return reply;
    }

    /// False: the whole answer is an error.
    bool push(const snmp::Message& request, Reply& reply, VarBind varbind) const {
        const bool v1 = request.version == snmp::Version::V1;
        const auto index = static_cast<std::int32_t>(reply.varbinds.size() + 1);
        if (faults.genErrors.contains(varbind.oid)) {
            reply.status = snmp::kGenErr;
            reply.index = index;
            return false;
        }
        if (v1 && (varbind.value.type == SnmpType::NoSuchInstance ||
                   varbind.value.type == SnmpType::EndOfMibView)) {
            reply.status = snmp::kNoSuchName;
            reply.index = index;
            return false;
        }
        reply.varbinds.push_back(std::move(varbind));
        return true;
    }

    void get(const snmp::Message& request, Reply& reply) {
        for (const auto& asked : request.varbinds) {
            const auto at = std::ranges::lower_bound(varbinds_, asked.oid, {}, &VarBind::oid);
            const bool there = at != varbinds_.end() && at->oid == asked.oid;
            if (!push(request, reply,
                      there ? *at : exception(asked.oid, SnmpType::NoSuchInstance))) {
                return;
            }
        }
    }

    [[nodiscard]] VarBind after(const Oid& oid) const {
        if (faults.endlessUnder && oid.startsWith(*faults.endlessUnder)) {
            const auto row = oid.size() == faults.endlessUnder->size() ? 0 : oid[oid.size() - 1];
            return {faults.endlessUnder->child({row + 1}), SnmpValue::integer(1)};
        }
        if (faults.stuckAt == oid) {
            return {oid, SnmpValue::integer(1)};
        }
        if (faults.backAt == oid) {
            return varbinds_.front();
        }
        const auto at = std::ranges::upper_bound(varbinds_, oid, {}, &VarBind::oid);
        return at == varbinds_.end() ? exception(oid, SnmpType::EndOfMibView) : *at;
    }

    void next(const snmp::Message& request, Reply& reply) {
        for (const auto& asked : request.varbinds) {
            if (!push(request, reply, after(asked.oid))) {
                return;
            }
        }
    }

    void bulk(const snmp::Message& request, Reply& reply) {
        const auto count = request.varbinds.size();
        const auto single =
            std::min(static_cast<std::size_t>(std::max(request.errorStatus, 0)), count);
        for (std::size_t i = 0; i < single; ++i) {
            if (!push(request, reply, after(request.varbinds[i].oid))) {
                return;
            }
        }
        std::vector<Oid> row;
        for (std::size_t i = single; i < count; ++i) {
            row.push_back(request.varbinds[i].oid);
        }
        for (std::int32_t i = 0; i < request.errorIndex && !row.empty(); ++i) {
            for (auto& oid : row) {
                auto varbind = after(oid);
                oid = varbind.oid;
                if (!push(request, reply, std::move(varbind))) {
                    return;
                }
            }
        }
    }

    void set(const snmp::Message& request, Reply& reply) {
        reply.status = setStatus;
        reply.index = setIndex;
        reply.varbinds = request.varbinds;
        if (setStatus != 0) {
            return;
        }
        for (const auto& varbind : request.varbinds) {
            const auto at = std::ranges::lower_bound(varbinds_, varbind.oid, {}, &VarBind::oid);
            if (at != varbinds_.end() && at->oid == varbind.oid) {
                at->value = varbind.value;
            } else {
                varbinds_.insert(at, varbind);
            }
        }
    }

    std::optional<std::vector<std::byte>> encode(const snmp::Message& request, Reply& reply) {
        snmp::MessageHeader header;
        header.version = faults.version.value_or(request.version);
        header.community = faults.community.empty() ? request.community : faults.community;
        header.type = snmp::PduType::Response;
        header.requestId = request.requestId + faults.requestIdOffset;
        header.errorStatus = reply.status;
        header.errorIndex = reply.index;
        auto bytes = codec_.encode(header, std::span<const VarBind>(reply.varbinds));
        if (!bytes) {
            return std::nullopt;
        }
        if (faults.badBer) {
            (*bytes)[bytes->size() / 2] ^= std::byte{0xff};
            (*bytes)[1] = std::byte{0x84};
        }
        if (faults.truncated) {
            bytes->resize(bytes->size() - std::min<std::size_t>(bytes->size(), 5));
        }
        return std::move(*bytes);
    }

    std::vector<VarBind> varbinds_;
    snmp::Codec codec_;
};

/// A network of fake agents. Answers arrive through the loop, never inside send.
class FakeDatagrams final : public net::Datagrams {
  public:
    explicit FakeDatagrams(FakeLoop& loop) : loop_(loop) {}

    /// The agent must outlive this.
    void add(const net::Endpoint& at, FakeAgent& agent) { agents_[at] = &agent; }
    void remove(const net::Endpoint& at) { agents_.erase(at); }

    Result<void> send(const net::Endpoint& to, std::span<const std::byte> bytes) override {
        ++sent;
        if (full) {
            return fail(ErrorCode::Exhausted, "socket buffer is full");
        }
        const auto found = agents_.find(to);
        if (found == agents_.end()) {
            return {};
        }
        auto& agent = *found->second;
        const auto answer = agent.answer(bytes);
        for (std::uint32_t i = 0; answer && i < agent.faults.copies; ++i) {
            deliver(agent.faults.from.value_or(to), *answer, agent.faults.delay);
        }
        return {};
    }
    void onReceive(
        UniqueFunction<void(const net::Endpoint&, std::span<const std::byte>)> handler) override {
        handler_ = std::move(handler);
    }
    /// Any datagram from anywhere.
    void deliver(const net::Endpoint& from, std::vector<std::byte> bytes, Millis delay) {
        auto arrive = [this, from, bytes = std::move(bytes)] {
            if (handler_) {
                handler_(from, bytes);
            }
        };
        if (delay == Millis{0}) {
            loop_.post(std::move(arrive));
        } else {
            loop_.after(delay, "fake.answer", std::move(arrive));
        }
    }

    bool full = false;       ///< send fails with Exhausted.
    std::uint64_t sent = 0;  ///< Datagrams handed to send.

  private:
    FakeLoop& loop_;
    std::map<net::Endpoint, FakeAgent*> agents_;
    UniqueFunction<void(const net::Endpoint&, std::span<const std::byte>)> handler_;
};

}  // namespace platen::test
