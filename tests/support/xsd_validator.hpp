// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace platen::test {

/// Validates SOAP envelopes of the CPE against the published schemas of CWMP 1.0, 1.1 and 1.4 and
/// SOAP 1.1, chosen by the CWMP namespace of the document (C-SOAP-01), and lightweight
/// notifications against theirs (C-LWN-02).
class XsdValidator {
  public:
    /// `schemas`: folder with the drivers `check-envelope-cwmp-1-N.xsd` and catalog.xml.
    explicit XsdValidator(const std::filesystem::path& schemas);
    XsdValidator(const XsdValidator&) = delete;
    XsdValidator& operator=(const XsdValidator&) = delete;
    ~XsdValidator();

    /// False where the folder is absent; validate() then says nothing.
    [[nodiscard]] bool available() const;
    /// Empty if the document is valid, else what is wrong.
    [[nodiscard]] std::string validate(std::string_view document);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platen::test
