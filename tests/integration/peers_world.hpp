// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/integration/gateway_world.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace platen::test {

/// Path of a program of the system, those for administrators too; empty if it is not installed.
[[nodiscard]] std::string systemProgram(const std::string& name);

/// Settings that are read over those of the world (a file in conf.d).
void overlay(const GatewayWorld& world, const nlohmann::json& settings);

/// Of the ACS itself, without anything in front of it; ends in `/`.
[[nodiscard]] std::string acsUrl(const GatewayWorld& world);

/// Whether somebody takes TCP connections on this port of loopback.
[[nodiscard]] bool listens(std::uint16_t port);

[[nodiscard]] std::string readFile(const std::filesystem::path& file);

/// A device, or something of it, in the ACS's API.
[[nodiscard]] std::string devicePath(const std::string& id, const std::string& what = {});

/// What the ACS knows of a parameter; empty if nothing.
[[nodiscard]] std::string knownValue(const GatewayWorld& world,
                                     const std::string& id,
                                     const std::string& name);

/// Informs of a device that carried this event.
[[nodiscard]] int countEvents(const GatewayWorld& world,
                              const std::string& id,
                              const std::string& event);

/// The ACS has nothing left to ask this device, and no session runs.
[[nodiscard]] bool isQuiet(const GatewayWorld& world, const std::string& id);

[[nodiscard]] std::string recording(const std::string& name);

/// Starts the gateway, and waits until the ACS knows it and so many printers, and all about them.
[[nodiscard]] bool registers(GatewayWorld& world, std::size_t printers);

/// Everything that the ACS saw was valid and by the rules.
[[nodiscard]] bool isClean(const GatewayWorld& world);

constexpr const char* kGatewaySerial = "GW-TEST";
constexpr const char* kPrinterSerial = "VQ55407731";
/// Of the one printer of most of these tests.
[[nodiscard]] inline std::string onePrinter() {
    return recording("kyocera-style-m5540");
}

}  // namespace platen::test
