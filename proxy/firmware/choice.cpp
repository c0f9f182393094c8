// SPDX-License-Identifier: Apache-2.0
#include "proxy/firmware/choice.hpp"

#include "base/text.hpp"
#include "proxy/firmware/version_order.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace platen::firmware {
namespace {

using transfer::FaultCode;

bool matches(std::string_view pattern, std::string_view text) {
    if (!pattern.empty() && pattern.back() == '*') {
        pattern.remove_suffix(1);
        text = text.substr(0, std::min(pattern.size(), text.size()));
    }
    return text::equalsIgnoreCase(pattern, text);
}

bool matchesAny(const std::vector<std::string>& patterns, std::string_view text) {
    return std::ranges::any_of(
        patterns, [text](const std::string& pattern) { return matches(pattern, text); });
}

}  // namespace

Choice choose(const std::vector<Entry>& catalogue,
              const PrinterFacts& printer,
              const Stopped& stopped) {
    Choice choice;
    if (printer.channels.empty()) {
        choice.why = {FaultCode::Denied, "there is no channel for firmware to this model"};
        return choice;
    }
    std::string reason = "the firmware catalogue has no image for this model";
    int nearest = 0;
    const auto refuse = [&](int distance, std::string text) {
        if (distance > nearest) {
            nearest = distance;
            reason = std::move(text);
        }
    };
    for (const auto& entry : catalogue) {
        if (!text::equalsIgnoreCase(entry.vendor, printer.vendor) ||
            !matchesAny(entry.models, printer.model)) {
            continue;
        }
        if (text::equalsIgnoreCase(entry.version, printer.version)) {
            refuse(1, "the printer has this version");
        } else if (!matchesAny(entry.fromVersions, printer.version)) {
            refuse(2, text::cat({"the catalogue has no image for a printer with version ",
                                 text::oneLine(printer.version, 64)}));
        } else if (!entry.downgrade && compareVersions(entry.version, printer.version) < 0) {
            refuse(3, "the image is older than what the printer has");
        } else if (entry.irreversible && entry.approval.empty()) {
            refuse(4, "the image is irreversible and has no approval");
        } else if (auto stop = stopped(entry); !stop.empty()) {
            refuse(5, text::cat({"the image is stopped at this site: ", stop}));
        } else {
            choice.entries.push_back(&entry);
        }
    }
    if (choice.entries.empty()) {
        choice.why = {FaultCode::Denied, std::move(reason)};
    }
    return choice;
}

}  // namespace platen::firmware
