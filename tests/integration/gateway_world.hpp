// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/integration/process.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace platen::test {

/// Simulated printers, the test ACS and the gateway as real programs on loopback.
class GatewayWorld {
  public:
    explicit GatewayWorld(std::string network = "127.11.0");

    /// Our own six recordings, or other files.
    void startPrinters(const std::vector<std::string>& recordings = {});
    void startAcs(const std::vector<std::string>& more = {});
    void startGateway();
    [[nodiscard]] std::string configFile() const { return config_; }
    /// Writes the configuration; `extra` is JSON text with more top-level members (`, "writes":
    /// {…}`), `credential` the one of SNMP.
    void configure(const std::string& extra = "",
                   const std::string& credential = R"({"version": "2c", "community": "public"})");
    /// SIGTERM; its exit code, or nothing after 10 s.
    std::optional<int> stopGateway();

    Process& gateway() { return *gateway_; }
    Process& printers() { return *printers_; }
    /// GET or POST on the ACS's control API; null if it failed.
    nlohmann::json api(const std::string& path,
                       const std::optional<nlohmann::json>& body = std::nullopt) const;
    [[nodiscard]] nlohmann::json devices() const { return api("/devices"); }
    /// All devices of the ACS but the gateway itself.
    [[nodiscard]] std::size_t printerCount() const;
    [[nodiscard]] std::string deviceId(const std::string& serial) const;
    /// Events of all Informs of a device.
    [[nodiscard]] nlohmann::json events(const std::string& deviceId) const;
    /// Queues a task and calls the device until it hears; the task as it is then, or after 20 s.
    nlohmann::json runTask(const std::string& deviceId, const nlohmann::json& task) const;
    /// Value of one parameter as the device gives it now.
    std::string value(const std::string& deviceId, const std::string& name) const;
    [[nodiscard]] std::uint16_t snmpPort() const { return snmpPort_; }
    [[nodiscard]] const std::string& network() const { return network_; }
    [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

  private:
    std::string network_;
    TemporaryFolder folder_;
    std::uint16_t snmpPort_, acsPort_, apiPort_, requestPort_;
    std::string config_;
    std::unique_ptr<Process> printers_, acs_, gateway_;
};

}  // namespace platen::test
