// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/refresh_diagnostic.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace platen::fleet {

namespace {

using mibmap::Group;

constexpr std::string_view kObject = "MFP.{i}.Diagnostics.Refresh.";
constexpr std::string_view kUsualScope = "Status,Supplies,Counters";

/// ScopeList as groups; `All` and an empty list mean all.
std::vector<Group> groupsOf(std::string_view scope) {
    static constexpr std::array kNames{
        std::pair{std::string_view("Status"), Group::Status},
        std::pair{std::string_view("Supplies"), Group::Supplies},
        std::pair{std::string_view("Counters"), Group::Counters},
        std::pair{std::string_view("Configuration"), Group::Configuration}};
    std::vector<Group> groups;
    for (const auto item : text::split(scope, ',')) {
        for (const auto& [name, group] : kNames) {
            const bool wanted = text::trim(item) == name || text::trim(item) == "All";
            if (wanted && std::find(groups.begin(), groups.end(), group) == groups.end()) {
                groups.push_back(group);
            }
        }
    }
    return groups.empty()
               ? std::vector<Group>(mibmap::kPollGroups.begin(), mibmap::kPollGroups.end())
               : groups;
}

std::string stateOf(const std::optional<Error>& error) {
    if (!error) {
        return "Complete";
    }
    switch (error->code) {
        case ErrorCode::Timeout:
            return "Error_Timeout";
        case ErrorCode::Refused:
        case ErrorCode::NotFound:
            return "Error_Unreachable";
        case ErrorCode::AuthFailed:
            return "Error_Authentication";
        default:
            return "Error_Internal";
    }
}

class RefreshDiagnostic final : public Diagnostic {
  public:
    RefreshDiagnostic(const model::Schema& schema, const Clock& clock, PollNow poll)
        : object_(schema, kObject), clock_(clock), poll_(std::move(poll)) {}

    [[nodiscard]] const TestObject& object() const override { return object_; }

    [[nodiscard]] std::vector<Assignment> defaults() const override {
        return {object_.assign("ScopeList", kUsualScope), object_.assign("Duration", 0U)};
    }

    void start(model::Tree& tree, UniqueFunction<void(TestResults)> done) override {
        const auto started = clock_.steadyNow();
        poll_(groupsOf(object_.text(tree, "ScopeList")),
              [this, started, weak = std::weak_ptr<int>(alive_),
               done = std::move(done)](const std::optional<Error>& error) mutable {
                  if (weak.expired()) {
                      return;
                  }
                  const auto took =
                      std::chrono::duration_cast<Millis>(clock_.steadyNow() - started);
                  done({stateOf(error),
                        {object_.assign("Duration", static_cast<std::uint64_t>(took.count()))}});
              });
    }

    // A poll under way is not taken back; the runner drops its result.
    void stop() override {}

  private:
    TestObject object_;
    const Clock& clock_;
    PollNow poll_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

std::unique_ptr<Diagnostic> makeRefreshDiagnostic(const model::Schema& schema,
                                                  const Clock& clock,
                                                  PollNow poll) {
    return std::make_unique<RefreshDiagnostic>(schema, clock, std::move(poll));
}

}  // namespace platen::fleet
