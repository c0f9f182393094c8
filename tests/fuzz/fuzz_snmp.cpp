// SPDX-License-Identifier: Apache-2.0
// Hostile datagrams into the codec, and hostile answers into a running read.
#include "proxy/snmp/agent_memory.hpp"
#include "proxy/snmp/codec.hpp"
#include "proxy/snmp/read_exchange.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace platen::snmp {
namespace {

/// Takes numbers and pieces off the front of the input; zeros when it is used up.
class Input {
  public:
    explicit Input(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    std::uint8_t byte() {
        if (bytes_.empty()) {
            return 0;
        }
        const auto value = bytes_.front();
        bytes_ = bytes_.subspan(1);
        return value;
    }
    std::span<const std::uint8_t> piece(std::size_t size) {
        const auto taken = bytes_.first(std::min(size, bytes_.size()));
        bytes_ = bytes_.subspan(taken.size());
        return taken;
    }

  private:
    std::span<const std::uint8_t> bytes_;
};

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

ReadRequest someRequest(bool walkOnly) {
    ReadRequest request;
    request.walkOnly = walkOnly;
    for (std::uint32_t n = 1; n <= 30; ++n) {
        request.scalars.push_back({1, 3, 6, 1, 2, 1, 1, n, 0});
    }
    for (std::uint32_t table = 1; table <= 3; ++table) {
        std::vector<Oid> columns;
        for (std::uint32_t c = 1; c <= 1 + 2 * table; ++c) {
            columns.push_back({1, 3, 6, 1, 2, 1, 43, table, 1, c});
        }
        request.tables.push_back(std::move(columns));
    }
    return request;
}

/// An answer that is nearly right, so that the walk gets deep.
Message nearAnswer(const ReadPdu& pdu, Version version, Input& input) {
    Message message;
    message.version = version;
    const auto kind = input.byte();
    if (kind < 40) {
        message.errorStatus = kind % 20;
        message.errorIndex = static_cast<std::int8_t>(input.byte());
    }
    const std::size_t rows = 1 + input.byte() % 8U;
    for (std::size_t i = 0; i < rows * pdu.names.size() && !input.empty(); ++i) {
        VarBind varbind;
        const auto twist = input.byte();
        varbind.oid = pdu.names[i % pdu.names.size()];
        if (pdu.type != PduType::Get && varbind.oid.size() < Oid::kMaxLength) {
            varbind.oid = varbind.oid.child({static_cast<std::uint32_t>(i / pdu.names.size())});
        }
        if (twist >= 200) {
            varbind.oid = {1, 3, 6, 1, 2, 1, 43, twist % 5U, 1, input.byte() % 10U, input.byte()};
        }
        varbind.value = twist % 3 == 0 ? SnmpValue::integer(twist) : SnmpValue::string("x");
        if (twist % 16 == 1) {
            varbind.value.type = SnmpType::EndOfMibView;
        }
        message.varbinds.push_back(std::move(varbind));
    }
    return message;
}

void converse(Input input, Codec& codec) {
    const auto flags = input.byte();
    TargetOptions options;
    options.version = (flags & 1U) != 0 ? Version::V1 : Version::V2c;
    options.noBulk = (flags & 2U) != 0;
    AgentMemory memory(options);
    for (int poll = 0; poll < 2; ++poll) {
        ReadExchange exchange(someRequest((flags & 4U) != 0), memory);
        for (int step = 0; step < 200 && !exchange.finished() && !input.empty(); ++step) {
            const auto pdu = exchange.next();
            check(!pdu.names.empty() && pdu.names.size() <= memory.maxVarbinds());
            check((pdu.type == PduType::GetBulk) == (pdu.maxRepetitions > 0));
            MessageHeader header;
            header.version = options.version;
            header.community = "c";
            header.type = pdu.type;
            header.errorIndex = static_cast<std::int32_t>(pdu.maxRepetitions);
            check(codec.encode(header, std::span<const Oid>(pdu.names)).has_value());
            const auto action = input.byte();
            if (action < 16) {
                if (!exchange.onSilence()) {
                    return;
                }
            } else if (action < 48) {
                auto message = codec.decode(std::as_bytes(input.piece(input.byte())));
                exchange.onResponse(message ? std::move(*message) : Message{});
            } else {
                exchange.onResponse(nearAnswer(pdu, options.version, input));
            }
        }
        const auto varbinds = exchange.takeVarbinds();
        check(exchange.takeProblems().size() <= Problems::kMax);
        if (varbinds) {
            check(varbinds->size() <= Engine::kMaxVarbindsPerRead + 64);
            for (std::size_t i = 1; i < varbinds->size(); ++i) {
                check((*varbinds)[i - 1].oid < (*varbinds)[i].oid);
            }
        }
    }
}

void decodeAndEncode(std::span<const std::uint8_t> bytes, Codec& codec) {
    const auto message = codec.decode(std::as_bytes(bytes));
    if (!message) {
        return;
    }
    check(message->varbinds.size() <= Codec::kMaxVarbinds);
    MessageHeader header;
    header.version = message->version;
    header.community = message->community;
    header.type = message->type;
    header.requestId = message->requestId;
    header.errorStatus = message->errorStatus;
    header.errorIndex = message->errorIndex;
    const auto again = codec.encode(header, std::span<const VarBind>(message->varbinds));
    if (!again) {
        return;  // an empty community, or values that only a stranger would send
    }
    const auto twice = codec.decode(*again);
    check(twice.has_value() && twice->varbinds == message->varbinds);
}

}  // namespace
}  // namespace platen::snmp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static platen::snmp::Codec codec;
    const std::span<const std::uint8_t> bytes(data, size);
    if (!bytes.empty() && bytes[0] == 0x30) {  // the tag of a message
        platen::snmp::decodeAndEncode(bytes, codec);
    } else {
        platen::snmp::converse(platen::snmp::Input(bytes), codec);
    }
    return 0;
}
