// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/udp_echo_config.hpp"

#include "base/log.hpp"

#include <string>
#include <utility>

namespace platen::fleet {

namespace {

constexpr std::string_view kObject = "Device.IP.Diagnostics.UDPEchoConfig.";
constexpr Millis kShowInterval{1000};  // Not for each datagram.

/// A single host that can be answered.
bool isHost(const net::Address& address) {
    constexpr std::uint8_t kMulticast6 = 0xFF;
    constexpr std::uint8_t kFirstMulticast4 = 224;
    const auto first = address.bytes[0];
    return address != net::Address{.bytes = {}, .ipv6 = address.ipv6} &&
           (address.ipv6 ? first != kMulticast6 : first != 0 && first < kFirstMulticast4);
}

}  // namespace

std::unique_ptr<UdpEchoConfig> UdpEchoConfig::make(const model::Schema& schema, Device device) {
    if (!schema.findObject(kObject)) {
        return nullptr;
    }
    return std::unique_ptr<UdpEchoConfig>(new UdpEchoConfig(schema, std::move(device)));
}

UdpEchoConfig::UdpEchoConfig(const model::Schema& schema, Device device)
    : device_(std::move(device)), object_(schema, kObject) {}

UdpEchoConfig::~UdpEchoConfig() {
    if (timer_) {
        device_.loop.cancel(*timer_);
    }
}

void UdpEchoConfig::prepare() {
    *counts_ = {};
    const auto boolean = [this](std::string_view name) {
        return Assignment{object_.param(name), model::Value::boolean(false)};
    };
    for (const auto& value :
         {boolean("Enable"), object_.assign("Interface", ""), object_.assign("SourceIPAddress", ""),
          object_.assign("UDPPort", 0U), boolean("EchoPlusSupported")}) {
        if (!device_.tree.get(value.ref)) {
            device_.tree.set(value.ref, value.value, model::Source::Gateway);
        }
    }
    shown_ = *counts_;
    for (const auto& value : counts()) {
        device_.tree.set(value.ref, value.value, model::Source::Gateway);
    }
    wasEnabled_ = enabled({});
    apply();
}

bool UdpEchoConfig::isMine(const model::ParamRef& ref) const {
    return device_.tree.schema().param(ref.param).object == object_.ref().object;
}

model::Value UdpEchoConfig::value(std::string_view name,
                                  std::span<const Assignment> assignments) const {
    const auto ref = object_.param(name);
    for (const auto& assignment : assignments) {
        if (assignment.ref == ref) {
            return assignment.value;
        }
    }
    return device_.tree.get(ref).value_or(model::Value{});
}

bool UdpEchoConfig::enabled(std::span<const Assignment> assignments) const {
    return value("Enable", assignments).asBool();
}

UdpEchoConfig::Wish UdpEchoConfig::wish(std::span<const Assignment> assignments) const {
    const auto source = net::Address::parse(value("SourceIPAddress", assignments).stringView());
    const auto port = value("UDPPort", assignments).asUnsigned();
    if (!enabled(assignments) || !source || port == 0) {
        return std::nullopt;
    }
    return diagnostics::UdpEchoOptions{*source, static_cast<std::uint16_t>(port)};
}

std::optional<AssignmentFault> UdpEchoConfig::badValue(
    std::span<const Assignment> assignments) const {
    for (std::size_t i = 0; i < assignments.size(); ++i) {
        const auto& [ref, given] = assignments[i];
        const auto text = given.stringView();
        if (ref == object_.param("Interface") && !text.empty()) {
            return AssignmentFault{.index = i,
                                   .kind = AssignmentFault::Kind::InvalidValue,
                                   .text = "the gateway has no interfaces to choose from"};
        }
        if (ref == object_.param("SourceIPAddress") && !text.empty()) {
            const auto address = net::Address::parse(text);
            if (!address || !isHost(*address)) {
                return AssignmentFault{.index = i,
                                       .kind = AssignmentFault::Kind::InvalidValue,
                                       .text = "not the address of a host"};
            }
        }
    }
    return std::nullopt;
}

std::optional<AssignmentFault> UdpEchoConfig::refusal(std::span<const Assignment> assignments) {
    pending_.reset();
    std::optional<std::size_t> mine;
    for (std::size_t i = 0; i < assignments.size() && !mine; ++i) {
        mine = isMine(assignments[i].ref) ? std::optional(i) : std::nullopt;
    }
    if (!mine) {
        return std::nullopt;
    }
    if (auto bad = badValue(assignments)) {
        return bad;
    }
    const auto wanted = wish(assignments);
    // On the same port there can be no second one: it follows when the values are stored.
    if (!wanted || (server_ && server_->options.port == wanted->port)) {
        return std::nullopt;
    }
    auto opened = open(*wanted);
    if (!opened) {
        return AssignmentFault{.index = *mine,
                               .kind = AssignmentFault::Kind::Refused,
                               .text = "gateway: " + opened.error().text};
    }
    pending_ = std::move(*opened);
    return std::nullopt;
}

Result<UdpEchoConfig::Server> UdpEchoConfig::open(const diagnostics::UdpEchoOptions& options) {
    auto echo = device_.open(options, counts_);
    if (!echo) {
        return tl::unexpected<Error>(echo.error());
    }
    return Server{options, std::move(*echo)};
}

void UdpEchoConfig::written(std::span<const Assignment> assignments) {
    bool mine = false;
    for (const auto& assignment : assignments) {
        mine = mine || isMine(assignment.ref);
    }
    if (!mine) {
        return;
    }
    const bool now = enabled({});
    if (now && !wasEnabled_) {
        *counts_ = {};
    }
    wasEnabled_ = now;
    apply();
    showCounts();
}

void UdpEchoConfig::apply() {
    const auto wanted = wish({});
    auto pending = std::exchange(pending_, std::nullopt);
    if (!wanted) {
        server_.reset();
    } else if (!server_ || server_->options != *wanted) {
        server_.reset();
        if (pending && pending->options == *wanted) {
            server_ = std::move(pending);
        } else if (auto opened = open(*wanted)) {
            server_ = std::move(*opened);
        } else {
            LOG_WARNING("fleet", "udp_echo.closed", {"error", opened.error().text});
        }
    }
    if (server_ && !timer_) {
        watchCounts();
    }
}

void UdpEchoConfig::watchCounts() {
    timer_ = device_.loop.after(kShowInterval, "fleet.udp_echo", [this] {
        timer_.reset();
        showCounts();
        if (server_) {
            watchCounts();
        }
    });
}

void UdpEchoConfig::showCounts() {
    if (shown_ != *counts_) {
        shown_ = *counts_;
        device_.set(counts());
    }
}

std::vector<Assignment> UdpEchoConfig::counts() const {
    const auto& c = *counts_;
    return {object_.assign("PacketsReceived", std::uint64_t{c.packetsReceived}),
            object_.assign("PacketsResponded", std::uint64_t{c.packetsResponded}),
            object_.assign("BytesReceived", std::uint64_t{c.bytesReceived}),
            object_.assign("BytesResponded", std::uint64_t{c.bytesResponded}),
            object_.assignTime("TimeFirstPacketReceived", c.first),
            object_.assignTime("TimeLastPacketReceived", c.last)};
}

}  // namespace platen::fleet
