// SPDX-License-Identifier: Apache-2.0
// Hostile datagrams of SNMPv3 at a peer that waits for an answer, and at the trap receiver; as they
// are, and signed with the right key around hostile contents.
#include "proxy/snmp/ber_writer.hpp"
#include "proxy/snmp/pdu_reader.hpp"
#include "proxy/snmp/trap_receiver.hpp"
#include "proxy/snmp/v3_message.hpp"
#include "proxy/snmp/v3_peer.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_loop.hpp"
#include "tests/support/fake_v3_agent.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace platen::snmp {
namespace {

using test::Bytes;

const std::string& engineId() {
    static const std::string kId("\x80\x00\x1f\x88\x04printer", 12);
    return kId;
}
constexpr std::int32_t kMsgId = 0x11223344;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::shared_ptr<const UsmUser> user() {
    static const auto kUser = [] {
        UsmUserOptions options;
        options.name = "platen";
        options.auth = AuthProtocol::Sha1;
        options.authPassword = Secret("authpass1");
        options.priv = PrivProtocol::Des;
        options.level = SecurityLevel::AuthPriv;
        return std::make_shared<const UsmUser>(std::move(options));
    }();
    return kUser;
}

UsmKeyRing& ring() {
    static UsmKeyRing kRing;
    return kRing;
}

/// Hostile octets where the PDU stands, in a message whose digest is right.
std::optional<Bytes> signedAround(std::span<const std::byte> pdu, std::uint8_t flags) {
    v3::Header header;
    header.msgId = kMsgId;
    header.level = static_cast<SecurityLevel>(flags % 3U);
    header.engineId = engineId();
    header.boots = (flags >> 2U) & 3U;
    header.time = 100;
    header.user = user()->name();
    header.contextEngineId = engineId();
    auto built = v3::build(header, pdu, **ring().keysFor(*user(), engineId()));
    return built ? std::optional(std::move(*built)) : std::nullopt;
}

/// A report that makes the peer know its engine.
Bytes engineReport() {
    MessageHeader report;
    report.version = Version::V3;
    report.type = PduType::Report;
    const auto pdu = *Codec().encode(report, std::span<const VarBind>());
    v3::Header header;
    header.msgId = kMsgId;
    header.engineId = engineId();
    header.boots = 1;
    header.time = 100;
    return *v3::build(header, pdu, UsmKeys{});
}

void atPeer(const Bytes& bytes) {
    SaltCounter salts(1);
    V3Peer peer(user(), ring(), salts);
    const SteadyTime now{};
    static const Bytes kReport = engineReport();
    check(peer.onMessage(*v3::parse(kReport), kMsgId, now).next == V3Peer::Next::Again);
    const auto envelope = v3::parse(bytes);
    if (!envelope) {
        return;
    }
    check(envelope->whole.size() <= bytes.size());
    const auto outcome = peer.onMessage(*envelope, kMsgId, now);
    if (outcome.next == V3Peer::Next::Answer) {
        check(envelope->level == user()->level());
        check(v3::authentic(*envelope, **ring().keysFor(*user(), engineId())));
        check(outcome.message.varbinds.size() <= Codec::kMaxVarbinds);
    }
    (void)peer.message(kMsgId + 1, std::array{std::byte{0xA0}, std::byte{0}}, now);
}

void atReceiver(const Bytes& bytes, bool version3) {
    test::FakeClock clock;
    test::FakeLoop loop(clock);
    test::AnsweringDatagrams net(loop);
    static SystemRandom random;
    std::size_t polls = 0;
    TrapReceiver receiver({.loop = loop,
                           .datagrams = net,
                           .random = random,
                           .peerAt = [version3](const net::Address&) -> std::optional<TrapPeer> {
                               return TrapPeer{DeviceId{1}, version3 ? Version::V3 : Version::V2c,
                                               "public", version3 ? user() : nullptr};
                           },
                           .poll = [&polls](DeviceId, TrapHint) { ++polls; }},
                          {engineId() + "x", 3});
    net.deliver({net::Address::fromIpv4(0x7f000001), 162}, bytes);
    loop.runUntilIdle();
    loop.advance(TrapPacer::kGather);
    const auto& stats = receiver.stats();
    check(stats.received == 1);
    check(stats.accepted + stats.discoveries + stats.unknownSource + stats.rateLimited +
              stats.wrongCredential + stats.notInTime + stats.malformed ==
          1);
    check(polls <= stats.accepted);
}

}  // namespace
}  // namespace platen::snmp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace platen::snmp;  // NOLINT(google-build-using-namespace): the whole program
    if (size == 0) {
        return 0;
    }
    const auto flags = data[0];
    const auto rest = std::as_bytes(std::span(data, size).subspan(1));
    Bytes bytes(rest.begin(), rest.end());
    if ((flags & 0x80U) != 0) {
        auto made = signedAround(rest, flags);
        if (!made) {
            return 0;
        }
        bytes = std::move(*made);
    }
    atPeer(bytes);
    atReceiver(bytes, true);
    atReceiver(bytes, false);
    return 0;
}
