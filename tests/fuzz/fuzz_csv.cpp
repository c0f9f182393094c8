// SPDX-License-Identifier: Apache-2.0
// Devices files as spreadsheets, editors and accidents make them.
#include "base/text.hpp"
#include "proxy/discovery/csv.hpp"
#include "proxy/discovery/devices_file.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace platen::discovery {
namespace {

void require(bool good) {
    if (!good) {
        std::abort();
    }
}

}  // namespace
}  // namespace platen::discovery

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace platen::discovery;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto text = csv::toUtf8(bytes);
    if (text) {
        require(platen::text::isUtf8(*text));
        std::size_t line = 0;
        for (const auto& record : csv::parse(*text).records) {
            require(record.line > line && record.fields.size() <= csv::kMaxFields);
            line = record.line;
            for (const auto& field : record.fields) {
                require(field.text.size() <= csv::kMaxFieldBytes && field.column >= 1);
            }
        }
    }
    const auto file = parseDevicesFile(bytes);
    require(file.devices.size() <= kMaxListedDevices &&
            file.problems.size() <= kMaxFileProblems + 1);
    return 0;
}
