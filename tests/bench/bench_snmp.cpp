// SPDX-License-Identifier: Apache-2.0
// What a request and its answer cost us in version 2c and in version 3: encode 24 names, decode 24
// values. The ratio is of one run, the two in turns.
#include "proxy/snmp/codec.hpp"
#include "proxy/snmp/v3_message.hpp"
#include "proxy/snmp/v3_peer.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace platen::snmp {
namespace {

constexpr std::uint32_t kNames = 24;
constexpr std::int32_t kId = 0x11223344;

std::vector<Oid> names() {
    std::vector<Oid> out;
    for (std::uint32_t i = 1; i <= kNames; ++i) {
        out.push_back({1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9, 1, i});
    }
    return out;
}

/// An exchange of version 2c, or the PDUs of one of version 3.
class Community {
  public:
    explicit Community(Version version) : version_(version), answer_(answer(PduType::Response)) {}
    void exchange() {
        benchmark::DoNotOptimize(request());
        benchmark::DoNotOptimize(codec_.decode(answer_));
    }
    std::vector<std::byte> request() {
        return *codec_.encode(header(PduType::Get), std::span<const Oid>(names_));
    }
    std::vector<std::byte> answer(PduType type) {
        std::vector<VarBind> varbinds;
        varbinds.reserve(names_.size());
        for (const auto& name : names_) {
            varbinds.push_back({name, SnmpValue::integer(1'000)});
        }
        return *codec_.encode(header(type), std::span<const VarBind>(varbinds));
    }

  private:
    [[nodiscard]] MessageHeader header(PduType type) const {
        MessageHeader out;
        out.version = version_;
        out.community = "public";
        out.type = type;
        out.requestId = kId;
        return out;
    }
    Version version_;
    Codec codec_;
    std::vector<Oid> names_ = names();
    std::vector<std::byte> answer_;
};

/// The same of version 3, whose engine is known.
class Secured {
  public:
    Secured(AuthProtocol auth, PrivProtocol priv) {
        UsmUserOptions options;
        options.name = "platen";
        options.auth = auth;
        options.authPassword = Secret("authpass1");
        options.priv = priv;
        options.level = SecurityLevel::AuthPriv;
        user_ = std::make_shared<const UsmUser>(std::move(options));
        peer_ = std::make_unique<V3Peer>(user_, ring_, salts_);
        v3::Header report = header(SecurityLevel::NoAuthNoPriv);
        const auto discovery = *v3::build(report, inner_.answer(PduType::Report), UsmKeys{});
        if (peer_->onMessage(*v3::parse(discovery), kId, {}).next != V3Peer::Next::Again) {
            throw std::runtime_error("discovery failed");
        }
        auto response = header(SecurityLevel::AuthPriv);
        response.user = user_->name();
        response.contextEngineId = kEngine;
        answer_ = *v3::build(response, inner_.answer(PduType::Response),
                             **ring_.keysFor(*user_, kEngine));
    }
    void exchange() {
        peer_->begin();
        benchmark::DoNotOptimize(peer_->message(kId, inner_.request(), {}));
        const auto outcome = peer_->onMessage(*v3::parse(answer_), kId, {});
        if (outcome.next != V3Peer::Next::Answer) {
            throw std::runtime_error("answer not taken");
        }
        benchmark::DoNotOptimize(outcome);
    }

  private:
    static constexpr std::string_view kEngine = "bench-engine";
    static v3::Header header(SecurityLevel level) {
        v3::Header out;
        out.msgId = kId;
        out.level = level;
        out.engineId = kEngine;
        out.boots = 1;
        out.time = 1;
        return out;
    }
    Community inner_{Version::V3};
    UsmKeyRing ring_;
    SaltCounter salts_{1};
    std::shared_ptr<const UsmUser> user_;
    std::unique_ptr<V3Peer> peer_;
    std::vector<std::byte> answer_;
};

void snmpV3OverV2c(benchmark::State& state, AuthProtocol auth, PrivProtocol priv) {
    using Clock = std::chrono::steady_clock;
    Community community(Version::V2c);
    Secured secured(auth, priv);
    Clock::duration plain{}, sealed{};
    for ([[maybe_unused]] auto turn : state) {
        const auto a = Clock::now();
        community.exchange();
        const auto b = Clock::now();
        secured.exchange();
        plain += b - a;
        sealed += Clock::now() - b;
    }
    const auto each = [&state](Clock::duration sum) {
        return std::chrono::duration<double, std::micro>(sum).count() /
               static_cast<double>(state.iterations());
    };
    state.counters["v2c_us"] = each(plain);
    state.counters["v3_us"] = each(sealed);
    state.counters["ratio"] = each(sealed) / each(plain);
}
BENCHMARK_CAPTURE(snmpV3OverV2c, md5_des, AuthProtocol::Md5, PrivProtocol::Des);
BENCHMARK_CAPTURE(snmpV3OverV2c, sha1_aes128, AuthProtocol::Sha1, PrivProtocol::Aes128);
BENCHMARK_CAPTURE(snmpV3OverV2c, sha256_aes256, AuthProtocol::Sha256, PrivProtocol::Aes256);

}  // namespace
}  // namespace platen::snmp
