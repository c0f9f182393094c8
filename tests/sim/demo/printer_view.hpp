// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sim/demo/acs_client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace platen::demo {

/// The service object of the printer in each device's tree.
inline constexpr std::string_view kService = "Device.Services.X_PLATEN_MFP.1.";

/// A printer as an ACS operator sees it: texts as the data model has them, `-` where the device has
/// no such parameter.
struct PrinterView {
    std::string serial, manufacturer, model, impressions, state;
    std::vector<std::string>
        supplies;  ///< `Black toner 71 %`, or the state instead of a percentage.
};

[[nodiscard]] PrinterView makeView(const AcsClient::Parameters& parameters);

/// Lines of a table, supplies wrapped under their printer.
[[nodiscard]] std::string formatTable(const std::vector<PrinterView>& printers);

/// `1234567` as `1,234,567`; other texts as they are.
[[nodiscard]] std::string groupDigits(std::string_view number);

}  // namespace platen::demo
