// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen {

/// Named limits of every JSON file or body from outside.
struct JsonLimits {
    std::size_t maxBytes = 1U << 20U;
    std::size_t maxDepth = 32;
    bool allowComments = true;
};

/// Where something stands in a text; both from 1.
struct TextPosition {
    std::size_t line = 1;
    std::size_t column = 1;
};

/// A finding in a JSON text: where, and what.
struct JsonProblem {
    TextPosition position;
    std::string pointer;  ///< JSON pointer (RFC 6901), empty for the whole text.
    std::string text;     ///< What is wrong, what is allowed, nearest name.
};

/// A parsed document that remembers its text, so that a pointer can be turned into a position.
class JsonDocument {
  public:
    /// Parses with duplicate keys, depth and size refused. Errors (Malformed, TooLarge) begin with
    /// `line:column: `.
    static Result<JsonDocument> parse(std::string text, const JsonLimits& limits);
    /// Errors: also NotFound, Refused for the file. Error texts begin with the path.
    static Result<JsonDocument> load(const std::filesystem::path& path, const JsonLimits& limits);

    JsonDocument(JsonDocument&&) noexcept;
    JsonDocument& operator=(JsonDocument&&) noexcept;
    JsonDocument(const JsonDocument&) = delete;
    JsonDocument& operator=(const JsonDocument&) = delete;
    ~JsonDocument();

    [[nodiscard]] const nlohmann::json& root() const;
    [[nodiscard]] std::string_view text() const;
    /// Position of the value at a JSON pointer (of its key, with `ofKey`). Rescans the text: for
    /// errors only. An unknown pointer gives the position of its nearest existing parent.
    [[nodiscard]] TextPosition positionOf(std::string_view pointer, bool ofKey) const;
    /// `FILE:LINE:COL: error: /pointer: text`, the source line, and a caret under the column.
    [[nodiscard]] std::string render(std::string_view fileName, const JsonProblem& problem) const;

  private:
    struct Impl;
    explicit JsonDocument(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace platen
