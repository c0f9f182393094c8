// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace platen::acs {

/// Validates whole SOAP envelopes against the XML schemas of CWMP 1-0, 1-1 and 1-2 (with what 1-3
/// and 1-4 add). Never goes to the network. Not thread-safe.
class SchemaCheck {
  public:
    /// `folder` holds `catalog.xml` and `check-envelope-cwmp-1-*.xsd`. Errors: NotFound, Malformed.
    static Result<SchemaCheck> load(const std::filesystem::path& folder);
    SchemaCheck(SchemaCheck&&) noexcept;
    SchemaCheck& operator=(SchemaCheck&&) noexcept;
    SchemaCheck(const SchemaCheck&) = delete;
    SchemaCheck& operator=(const SchemaCheck&) = delete;
    ~SchemaCheck();

    /// What is wrong with a message in this namespace of CWMP, or nothing. An unknown namespace is
    /// wrong.
    [[nodiscard]] std::optional<std::string> findProblem(std::string_view message,
                                                         std::string_view cwmpNamespace);

  private:
    struct Impl;
    explicit SchemaCheck(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace platen::acs
