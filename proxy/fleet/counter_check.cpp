// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/counter_check.hpp"

#include <optional>

namespace platen::fleet {

namespace {

/// Counters of one read are asked one after the other, while pages may come out.
constexpr std::uint64_t kFewPages = 20;
constexpr std::uint64_t kHalfPercent = 200;  // the two-hundredth part

std::uint64_t slackOf(std::uint64_t total) {
    return total / kHalfPercent + kFewPages;
}

bool differs(std::uint64_t total, std::uint64_t other) {
    const auto difference = total > other ? total - other : other - total;
    return difference > slackOf(total);
}

/// Reports, test and cleaning pages belong to no function that everybody counts.
bool functionsDiffer(std::uint64_t total, std::uint64_t sum, bool complete) {
    if (sum > total) {
        return differs(total, sum);
    }
    constexpr std::uint64_t kOwnPages = 200;
    constexpr std::uint64_t kOwnPart = 50;  // two percent
    return complete && total - sum > total / kOwnPart + kOwnPages;
}

class Siblings {
  public:
    Siblings(const model::Tree& tree, std::uint64_t total) : tree_(tree), total_(total) {}

    [[nodiscard]] std::optional<std::uint64_t> count(model::ParamIndex param) const {
        const auto value = tree_.get(inService(param));
        return value ? std::optional(value->asUnsigned()) : std::nullopt;
    }
    void fail(std::string_view check, std::uint64_t other, bool lowers = true) {
        failed.push_back(
            {.check = check, .total = total_, .other = other, .lowersQuality = lowers});
    }

    std::vector<CounterDisagreement> failed;

  private:
    const model::Tree& tree_;
    std::uint64_t total_;
};

/// The one marker counts impressions: only then its life count can be compared.
bool markerCountsImpressions(const model::Tree& tree, const WellKnown& n) {
    const auto markers = tree.rows(n.markerTable, serviceInstance());
    if (markers.size() != 1) {
        return false;
    }
    const auto unit = tree.get(inRow(n.markerCounterUnit, markers.front()));
    return unit && unit->stringView() == "Impressions";
}

}  // namespace

std::vector<CounterDisagreement> checkCounters(const model::Tree& tree,
                                               const WellKnown& n,
                                               std::string_view totalSource) {
    const auto value = tree.get(inService(n.totalImpressions));
    if (!value) {
        return {};
    }
    const auto total = value->asUnsigned();
    Siblings all(tree, total);
    const auto mono = all.count(n.totalMonochrome);
    const auto color = all.count(n.totalFullColor);
    if (mono && color) {
        const auto sum = *mono + *color + all.count(n.totalHighlight).value_or(0);
        if (differs(total, sum)) {
            all.fail("ColorSum", sum);
        }
    }
    const auto print = all.count(n.printImpressions);
    const auto copy = all.count(n.copyImpressions);
    if (print || copy) {
        const auto sum = print.value_or(0) + copy.value_or(0) +
                         all.count(n.faxInImpressions).value_or(0) +
                         all.count(n.reportImpressions).value_or(0);
        if (functionsDiffer(total, sum, print && copy)) {
            all.fail("FunctionSum", sum);
        }
    }
    if (const auto sheets = all.count(n.totalSheets); sheets && *sheets > total + slackOf(total)) {
        all.fail("SheetCount", *sheets);
    }
    if (const auto duplex = all.count(n.totalDuplexSheets);
        duplex && *duplex > (total + slackOf(total)) / 2) {
        all.fail("DuplexCount", *duplex);
    }
    const auto life = all.count(n.totalEngineCycles);
    if (life && !totalSource.starts_with("standard/") && markerCountsImpressions(tree, n) &&
        differs(total, *life)) {
        all.fail("MarkerLifeCount", *life, false);
    }
    return std::move(all.failed);
}

std::string checkList(const std::vector<CounterDisagreement>& failed) {
    std::string out;
    for (const auto& one : failed) {
        out += (out.empty() ? "" : ",") + std::string(one.check);
    }
    return out;
}

}  // namespace platen::fleet
