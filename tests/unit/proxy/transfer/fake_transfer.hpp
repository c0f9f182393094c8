// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/transfer/transfers.hpp"
#include "tests/support/temporary_folder.hpp"

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::test {

/// Transfers end when the test says so.
class FakeFetcher final : public transfer::Fetcher {
  public:
    std::unique_ptr<transfer::Fetch> start(
        transfer::FetchRequest request, UniqueFunction<void(transfer::FetchResult)> done) override {
        requests.push_back(std::move(request));
        const auto number = requests.size() - 1;
        open_.emplace(number, std::move(done));
        return std::make_unique<Handle>(*this, number);
    }
    /// Ends the one that was started first of those that run.
    void finish(transfer::Outcome outcome = {}) {
        if (open_.empty()) {
            throw std::runtime_error("nothing runs");
        }
        auto first = open_.extract(open_.begin());
        transfer::FetchResult result;
        result.outcome = std::move(outcome);
        first.mapped()(std::move(result));
    }
    [[nodiscard]] std::size_t running() const { return open_.size(); }

    std::vector<transfer::FetchRequest> requests;

  private:
    struct Handle final : transfer::Fetch {
        Handle(FakeFetcher& f, std::size_t n) : fetcher(f), number(n) {}
        Handle(const Handle&) = delete;
        Handle& operator=(const Handle&) = delete;
        ~Handle() override { fetcher.open_.erase(number); }
        FakeFetcher& fetcher;
        std::size_t number;
    };
    std::map<std::size_t, UniqueFunction<void(transfer::FetchResult)>> open_;
};

/// Takes every file and gives the same content, unless told otherwise.
class FakeDepot final : public transfer::Depot {
  public:
    transfer::Outcome refusal, readOutcome, applyOutcome;
    std::string content = "a log\n";
    std::vector<std::filesystem::path> applied;

    [[nodiscard]] transfer::Outcome check(DeviceId,
                                          transfer::Kind,
                                          std::string_view) const override {
        return refusal;
    }
    [[nodiscard]] transfer::Outcome read(DeviceId, std::string_view, std::string& into) override {
        into = content;
        return readOutcome;
    }
    [[nodiscard]] transfer::Outcome apply(DeviceId,
                                          std::string_view,
                                          const std::filesystem::path& file) override {
        applied.push_back(file);
        return applyOutcome;
    }
};

}  // namespace platen::test
