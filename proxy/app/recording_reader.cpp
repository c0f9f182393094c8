// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/recording_reader.hpp"

#include "proxy/app/app.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace platen::app {

namespace {

/// By the last part of a parameter's name.
std::optional<Private> kindOf(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, Private>, 15> kNames{{
        {"SerialNumber", Private::SerialNumber},
        {"ControllerSerialNumber", Private::SerialNumber},
        {"AssetTag", Private::AssetTag},
        {"AssetOwner", Private::Person},
        {"Owner", Private::Person},
        {"CurrentOperator", Private::Person},
        {"Contact", Private::Contact},
        {"Location", Private::Location},
        {"SystemName", Private::HostName},
        {"HostName", Private::HostName},
        {"MACAddress", Private::MacAddress},
        {"Username", Private::Secret},
        {"ClientUsername", Private::Secret},
        {"ServerUsername", Private::Secret},
        {"Community", Private::Secret},
    }};
    name.remove_prefix(std::min(name.rfind('.') + 1, name.size()));
    for (const auto& [known, kind] : kNames) {
        if (name == known) {
            return kind;
        }
    }
    return std::nullopt;
}

}  // namespace

Result<ReadRecording> readRecording(const config::Settings& settings,
                                    const mibmap::Recording& recording,
                                    const std::filesystem::path& extraMap) {
    auto core = Core::make(settings, {},
                           {.recording = &recording, .extraMap = extraMap, .packetPause = {}});
    if (!core) {
        return tl::unexpected<Error>(core.error());
    }
    ReadRecording out;
    out.core = std::move(*core);
    out.poll = std::make_unique<OneShotPoll>(*out.core, true);
    constexpr std::uint32_t kExampleHost = 0xC0000201;  // 192.0.2.1 (RFC 5737); nothing is sent
    if (out.poll->read({net::Address::fromIpv4(kExampleHost), settings.snmp.port}) != kExitOk) {
        auto why = out.poll->complaint();
        why.erase(0, why.find(": ") == std::string::npos ? 0 : why.find(": ") + 2);
        return fail(ErrorCode::Unsupported, std::move(why));
    }
    return out;
}

Result<std::vector<PrivateText>> privateTextsOf(const config::Settings& settings,
                                                const mibmap::Recording& recording) {
    const auto read = readRecording(settings, recording, {});
    if (!read) {
        return tl::unexpected<Error>(read.error());
    }
    std::vector<PrivateText> out;
    for (const auto& source : read->poll->device().explanations()) {
        // What a rule made of the gateway's own knowledge is not the printer's.
        if (const auto kind = kindOf(source.name); kind && !source.oid.empty()) {
            out.push_back({*kind, source.value});
        }
    }
    return out;
}

}  // namespace platen::app
