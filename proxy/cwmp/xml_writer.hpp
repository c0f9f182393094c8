// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace platen::cwmp {

/// Appends XML to one string. The caller keeps the tags balanced; text and attribute values are
/// escaped here and cleaned of characters that XML 1.0 forbids (C-SOAP-05). thread: any
class XmlWriter {
  public:
    explicit XmlWriter(std::size_t reserve = 0) { out_.reserve(reserve); }

    /// Markup as it is; for literals of ours and pieces that a writer made.
    void raw(std::string_view markup) { out_.append(markup); }
    /// Escaped character data.
    void text(std::string_view text);
    void number(std::uint64_t value);
    /// `<name>text</name>`, an empty element if the text is empty. `name` is a literal of ours.
    void element(std::string_view name, std::string_view value);
    void element(std::string_view name, std::uint64_t value);

    [[nodiscard]] std::size_t size() const { return out_.size(); }
    [[nodiscard]] const std::string& str() const { return out_; }
    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

}  // namespace platen::cwmp
