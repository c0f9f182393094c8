// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::demo {

/// The REST API of platen-acs, seen by a program that uses it. Blocking, on loopback.
class AcsClient {
  public:
    explicit AcsClient(std::string apiUrl) : api_(std::move(apiUrl)) {}

    struct Device {
        std::string id;
        std::string manufacturer, productClass, serialNumber;
        std::uint64_t informs = 0;
        std::uint64_t sessions = 0;
    };
    [[nodiscard]] Result<std::vector<Device>> devices() const;
    /// Names and values below a prefix.
    using Parameters = std::map<std::string, std::string, std::less<>>;
    [[nodiscard]] Result<Parameters> parameters(const std::string& device,
                                                const std::string& prefix) const;
    struct InformRecord {
        std::string time;
        std::vector<std::string> events;
    };
    [[nodiscard]] Result<std::vector<InformRecord>> history(const std::string& device) const;

    /// A queued task, and the connection request that was made so that it runs now (0: none).
    struct Queued {
        std::uint64_t task = 0;
        std::uint64_t knock = 0;
    };
    [[nodiscard]] Result<Queued> get(const std::string& device,
                                     const std::vector<std::string>& names) const;
    [[nodiscard]] Result<Queued> set(const std::string& device,
                                     const std::string& name,
                                     const std::string& value) const;
    [[nodiscard]] Result<Queued> connectionRequest(const std::string& device) const;

    enum class TaskState : std::uint8_t { Running, Done, Failed };
    struct Task {
        TaskState state = TaskState::Running;
        std::string text;  ///< The fault, in words.
    };
    [[nodiscard]] Result<Task> task(std::uint64_t id) const;

    struct Summary {
        std::uint64_t informs = 0;
        std::uint64_t sessions = 0;
        std::uint64_t maxConcurrent = 0;
        std::uint64_t schemaChecked = 0;
        std::uint64_t schemaFailures = 0;
        std::uint64_t protocolErrors = 0;
        std::vector<std::string> problems;
    };
    [[nodiscard]] Result<Summary> summary() const;

  private:
    [[nodiscard]] Result<nlohmann::json> call(std::string_view method,
                                              const std::string& target,
                                              const std::string& body) const;
    [[nodiscard]] Result<Queued> post(const std::string& device,
                                      std::string_view what,
                                      const nlohmann::json& spec) const;
    std::string api_;
};

}  // namespace platen::demo
