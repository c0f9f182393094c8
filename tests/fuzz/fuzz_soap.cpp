// SPDX-License-Identifier: Apache-2.0
// Bytes of an ACS: the envelope reader, and a whole session fed with them. The input is cut at
// 0x00 bytes; the first byte of each piece chooses the HTTP status.
#include "proxy/cwmp/session.hpp"
#include "proxy/cwmp/soap_reader.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using platen::cwmp::Session;

constexpr std::string_view kInformResponse =
    "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
    "xmlns:c=\"urn:dslforum-org:cwmp-1-2\"><s:Body><c:InformResponse><MaxEnvelopes>1"
    "</MaxEnvelopes></c:InformResponse></s:Body></s:Envelope>";

/// Carries out what the session asks for, as far as that needs no ACS.
Session::Step settle(Session& session, Session::Step step) {
    for (;;) {
        if (step.kind == Session::Step::Kind::Confirm) {
            step = session.onConfirmed();
        } else if (step.kind == Session::Step::Kind::Execute) {
            step = session.onResult(platen::cwmp::RpcResponse{"GetRPCMethods", {}});
        } else {
            return step;
        }
    }
}

void runSession(std::string_view input, bool informed) {
    Session session(platen::cwmp::Dialect::Cwmp12, 1, platen::cwmp::SessionLimits{});
    platen::cwmp::InformMessage inform;
    inform.events = {{"2 PERIODIC", ""}};
    auto step = session.start(inform, {{"GetRPCMethods", std::nullopt}});
    if (informed) {
        step = settle(session, session.onReply({200, kInformResponse}));
    }
    constexpr std::array<long, 8> kStatus{200, 204, 500, 400, 401, 302, 503, 0};
    while (step.kind == Session::Step::Kind::Post && !input.empty()) {
        const auto status = kStatus[static_cast<unsigned char>(input.front()) % kStatus.size()];
        const auto end = input.find('\0', 1);
        const auto body = input.substr(1, end == std::string_view::npos ? end : end - 1);
        step = settle(session, session.onReply({status, body}));
        input = end == std::string_view::npos ? std::string_view{} : input.substr(end + 1);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    static_cast<void>(platen::cwmp::readEnvelope(text));
    runSession(text, false);
    runSession(text, true);
    return 0;
}
