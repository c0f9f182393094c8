// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/ip_diagnostics.hpp"

#include "proxy/diagnostics/ip_ping.hpp"
#include "proxy/diagnostics/trace_route.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace platen::fleet {

namespace {

using std::chrono::microseconds;

constexpr std::string_view kPing = "Device.IP.Diagnostics.IPPing.";
constexpr std::string_view kTrace = "Device.IP.Diagnostics.TraceRoute.";
constexpr std::string_view kHops = "Device.IP.Diagnostics.TraceRoute.RouteHops.{i}.";

std::uint64_t milliseconds(microseconds time) {
    return static_cast<std::uint64_t>(std::chrono::round<std::chrono::milliseconds>(time).count());
}

diagnostics::Protocol protocolOf(std::string_view text) {
    return text == "IPv4"   ? diagnostics::Protocol::IPv4
           : text == "IPv6" ? diagnostics::Protocol::IPv6
                            : diagnostics::Protocol::Any;
}

/// Options that both tests have.
template <typename Options>
Options commonOptions(const TestObject& object, const model::Tree& tree) {
    Options options;
    options.host = object.text(tree, "Host");
    options.protocol = protocolOf(object.text(tree, "ProtocolVersion"));
    options.timeout = Millis(static_cast<std::int64_t>(object.number(tree, "Timeout")));
    options.dataBytes = static_cast<std::uint32_t>(object.number(tree, "DataBlockSize"));
    options.dscp = static_cast<std::uint8_t>(object.number(tree, "DSCP"));
    return options;
}

std::vector<Assignment> commonDefaults(const TestObject& object,
                                       std::uint64_t timeout,
                                       std::uint64_t dataBytes) {
    return {object.assign("Interface", ""),
            object.assign("ProtocolVersion", "Any"),
            object.assign("Host", ""),
            object.assign("Timeout", timeout),
            object.assign("DataBlockSize", dataBytes),
            object.assign("DSCP", 0U),
            object.assign("IPAddressUsed", "")};
}

class PingDiagnostic final : public Diagnostic {
  public:
    PingDiagnostic(const model::Schema& schema, diagnostics::Tools tools)
        : object_(schema, kPing), tools_(std::move(tools)) {}

    [[nodiscard]] const TestObject& object() const override { return object_; }

    [[nodiscard]] std::vector<Assignment> defaults() const override {
        auto values = commonDefaults(object_, 1000, 56);
        values.push_back(object_.assign("NumberOfRepetitions", 3U));
        for (auto& value : results({})) {
            values.push_back(std::move(value));
        }
        return values;
    }

    void start(model::Tree& tree, UniqueFunction<void(TestResults)> done) override {
        auto options = commonOptions<diagnostics::IpPingOptions>(object_, tree);
        options.repetitions =
            static_cast<std::uint32_t>(object_.number(tree, "NumberOfRepetitions"));
        run_ = std::make_unique<diagnostics::IpPing>(
            tools_, std::move(options),
            [this, done = std::move(done)](const diagnostics::IpPingResult& result) mutable {
                done({std::string(toString(result.outcome)), results(result)});
            });
        run_->start();
    }

    void stop() override { run_.reset(); }

  private:
    [[nodiscard]] std::vector<Assignment> results(const diagnostics::IpPingResult& result) const {
        const auto detailed = [](microseconds time) {
            return static_cast<std::uint64_t>(time.count());
        };
        return {object_.assign("IPAddressUsed", result.addressUsed),
                object_.assign("SuccessCount", std::uint64_t{result.successes}),
                object_.assign("FailureCount", std::uint64_t{result.failures}),
                object_.assign("AverageResponseTime", milliseconds(result.average)),
                object_.assign("MinimumResponseTime", milliseconds(result.minimum)),
                object_.assign("MaximumResponseTime", milliseconds(result.maximum)),
                object_.assign("AverageResponseTimeDetailed", detailed(result.average)),
                object_.assign("MinimumResponseTimeDetailed", detailed(result.minimum)),
                object_.assign("MaximumResponseTimeDetailed", detailed(result.maximum))};
    }

    TestObject object_;
    diagnostics::Tools tools_;
    std::unique_ptr<diagnostics::IpPing> run_;
};

class TraceDiagnostic final : public Diagnostic {
  public:
    TraceDiagnostic(const model::Schema& schema, diagnostics::Tools tools)
        : schema_(schema),
          object_(schema, kTrace),
          hops_(*schema.findObject(kHops)),
          tools_(std::move(tools)) {}

    [[nodiscard]] const TestObject& object() const override { return object_; }

    [[nodiscard]] std::vector<Assignment> defaults() const override {
        auto values = commonDefaults(object_, 5000, 38);
        values.push_back(object_.assign("NumberOfTries", 3U));
        values.push_back(object_.assign("MaxHopCount", 30U));
        values.push_back(object_.assign("ResponseTime", 0U));
        return values;
    }

    void start(model::Tree& tree, UniqueFunction<void(TestResults)> done) override {
        for (const auto number : tree.rows(hops_, {})) {
            tree.removeObject({hops_, model::Instances{{number, 0, 0}}});
        }
        auto options = commonOptions<diagnostics::TraceRouteOptions>(object_, tree);
        options.tries = static_cast<std::uint32_t>(object_.number(tree, "NumberOfTries"));
        options.maxHops = static_cast<std::uint32_t>(object_.number(tree, "MaxHopCount"));
        run_ = std::make_unique<diagnostics::TraceRoute>(
            tools_, std::move(options),
            [this, done = std::move(done)](const diagnostics::TraceRouteResult& result) mutable {
                done({std::string(toString(result.outcome)), results(result)});
            });
        run_->start();
    }

    void stop() override { run_.reset(); }

  private:
    [[nodiscard]] std::vector<Assignment> results(
        const diagnostics::TraceRouteResult& result) const {
        std::vector<Assignment> values{
            object_.assign("IPAddressUsed", result.addressUsed),
            object_.assign("ResponseTime", milliseconds(result.responseTime))};
        std::uint32_t number = 0;
        for (const auto& hop : result.hops) {
            const model::Instances row{{++number, 0, 0}};
            const auto param = [&](std::string_view name) {
                return model::ParamRef{*schema_.findParam(hops_, name), row};
            };
            std::string times;
            for (const auto time : hop.times) {
                times += (times.empty() ? "" : ",") + std::to_string(milliseconds(time));
            }
            values.push_back({param("Host"), model::Value::string(hop.address)});
            values.push_back({param("HostAddress"), model::Value::string(hop.address)});
            values.push_back(
                {param("ErrorCode"),
                 model::Value::unsignedInteger(model::ValueType::UnsignedInt, hop.errorCode)});
            values.push_back({param("RTTimes"), model::Value::string(times)});
        }
        return values;
    }

    const model::Schema& schema_;
    TestObject object_;
    model::ObjectIndex hops_;
    diagnostics::Tools tools_;
    std::unique_ptr<diagnostics::TraceRoute> run_;
};

}  // namespace

std::vector<std::unique_ptr<Diagnostic>> makeIpDiagnostics(const model::Schema& schema,
                                                           diagnostics::Tools tools) {
    std::vector<std::unique_ptr<Diagnostic>> tests;
    if (!schema.findObject(kPing)) {
        return tests;  // a root model without them (Device:1)
    }
    tests.push_back(std::make_unique<PingDiagnostic>(schema, tools));
    tests.push_back(std::make_unique<TraceDiagnostic>(schema, std::move(tools)));
    return tests;
}

}  // namespace platen::fleet
