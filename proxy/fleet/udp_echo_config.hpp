// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/diagnostics/udp_echo.hpp"
#include "proxy/fleet/diagnostic.hpp"
#include "proxy/net/loop.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace platen::fleet {

/// `Device.IP.Diagnostics.UDPEchoConfig.` of the gateway's own device (TR-143): the port is open
/// while Enable is true and SourceIPAddress and UDPPort are set. Counters start at 0 with Enable
/// and with each start of the gateway. thread: loop
class UdpEchoConfig {
  public:
    /// What it works with; all must outlive it.
    struct Device {
        net::Loop& loop;
        model::Tree& tree;
        /// Puts values of the gateway into the tree, not stored; observers are told.
        std::function<void(std::vector<Assignment>)> set;
        diagnostics::OpenUdpEcho open;
    };

    /// Null if the root model has no such object (Device:1).
    static std::unique_ptr<UdpEchoConfig> make(const model::Schema& schema, Device device);
    UdpEchoConfig(const UdpEchoConfig&) = delete;
    UdpEchoConfig& operator=(const UdpEchoConfig&) = delete;
    ~UdpEchoConfig();

    /// Defaults where the tree has no value; opens the port if the values say so.
    void prepare();
    /// Why these values cannot be set, all or none; nothing if they can. A port that they need is
    /// open from then on: written() or notWritten() follows.
    [[nodiscard]] std::optional<AssignmentFault> refusal(std::span<const Assignment> assignments);
    /// After the ACS wrote values and the tree has them.
    void written(std::span<const Assignment> assignments);
    void notWritten() { pending_.reset(); }
    /// Brings the counters in the tree up to date.
    void showCounts();

  private:
    /// Where to listen; nothing while something is missing.
    using Wish = std::optional<diagnostics::UdpEchoOptions>;
    struct Server {
        diagnostics::UdpEchoOptions options;
        std::unique_ptr<diagnostics::UdpEcho> echo;
    };

    UdpEchoConfig(const model::Schema& schema, Device device);
    [[nodiscard]] bool isMine(const model::ParamRef& ref) const;
    [[nodiscard]] std::optional<AssignmentFault> badValue(
        std::span<const Assignment> assignments) const;
    /// What the tree will say after these assignments.
    [[nodiscard]] model::Value value(std::string_view name,
                                     std::span<const Assignment> assignments) const;
    [[nodiscard]] bool enabled(std::span<const Assignment> assignments) const;
    [[nodiscard]] Wish wish(std::span<const Assignment> assignments) const;
    [[nodiscard]] Result<Server> open(const diagnostics::UdpEchoOptions& options);
    void apply();
    void watchCounts();
    [[nodiscard]] std::vector<Assignment> counts() const;

    Device device_;
    TestObject object_;
    std::shared_ptr<diagnostics::UdpEchoCounts> counts_ =
        std::make_shared<diagnostics::UdpEchoCounts>();
    diagnostics::UdpEchoCounts shown_;
    bool wasEnabled_ = false;
    std::optional<Server> server_;
    std::optional<Server> pending_;  ///< Opened for values that are being stored.
    std::optional<net::TimerId> timer_;
};

}  // namespace platen::fleet
