// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/test_page_diagnostic.hpp"

#include "base/log.hpp"
#include "proxy/fleet/test_page.hpp"
#include "proxy/fleet/well_known.hpp"

#include <utility>

namespace platen::fleet {

namespace {

constexpr std::string_view kObject = "MFP.{i}.Diagnostics.TestPage.";
constexpr std::string_view kUsualPage = "TestPattern";
constexpr Millis kLookInterval{5'000};
constexpr int kMaxLooks = 24;  // Two minutes, for a printer that has to warm up.

class TestPageDiagnostic final : public Diagnostic {
  public:
    TestPageDiagnostic(const model::Schema& schema, TestPagePorts ports)
        : schema_(schema), object_(schema, kObject), ports_(std::move(ports)) {}
    TestPageDiagnostic(const TestPageDiagnostic&) = delete;
    TestPageDiagnostic& operator=(const TestPageDiagnostic&) = delete;
    ~TestPageDiagnostic() override { cancelTimer(); }

    [[nodiscard]] const TestObject& object() const override { return object_; }

    [[nodiscard]] std::vector<Assignment> defaults() const override {
        return {object_.assign("PageType", kUsualPage)};
    }

    [[nodiscard]] std::optional<std::string> refusal(const Assignment& option) const override {
        return option.ref == object_.param("PageType") && option.value.stringView() != kUsualPage
                   ? std::optional<std::string>("the gateway prints only a TestPattern")
                   : std::nullopt;
    }

    void start(model::Tree& tree, UniqueFunction<void(TestResults)> done) override {
        stop();
        tree_ = &tree;
        done_ = std::move(done);
        const auto printer = ports_.rawPort();
        const auto language = pageLanguage(families());
        const auto state = text("MFP.{i}.Status.State");
        if (!ports_.allowed() || !language) {
            endLater("Error_NotSupported");
        } else if (!printer) {
            endLater("Error_Unreachable");
        } else if (state == "Stopped" || state == "Offline") {
            endLater("Error_PrinterNotReady");
        } else {
            before_ = impressions();
            LOG_INFO("fleet", "test_page.sent", {"printer", printer->toString()});
            ports_.send(*printer, testPage(*language, facts()),
                        [this, run = run_, weak = std::weak_ptr<int>(alive_)](PageSent sent) {
                            if (!weak.expired() && run == run_) {
                                onSent(sent);
                            }
                        });
        }
    }

    // What the printer has of the page is printed all the same.
    void stop() override {
        ++run_;
        cancelTimer();
        done_ = {};
        before_.reset();
        looks_ = 0;
    }

  private:
    void onSent(PageSent sent) {
        switch (sent) {
            case PageSent::NotReached:
                end("Error_Unreachable");
                return;
            case PageSent::BrokenOff:
                end("Error_PrinterNotReady");
                return;
            case PageSent::Whole:
                break;
        }
        if (before_) {
            lookLater();
        } else {
            end("Complete");
        }
    }

    void lookLater() {
        timer_ = ports_.loop.after(kLookInterval, "fleet.test_page", [this] {
            timer_.reset();
            ports_.poll(
                {mibmap::Group::Status, mibmap::Group::Counters},
                [this, run = run_, weak = std::weak_ptr<int>(alive_)](const std::optional<Error>&) {
                    if (!weak.expired() && run == run_) {
                        onLooked();
                    }
                });
        });
    }

    void onLooked() {
        const auto now = impressions();
        if (now && *now > *before_) {
            end("Complete");
        } else if (++looks_ == kMaxLooks) {
            end("Error_PrinterNotReady");  // It has the page, and has not printed it.
        } else {
            lookLater();
        }
    }

    void endLater(std::string_view state) {
        timer_ = ports_.loop.after(Millis{0}, "fleet.test_page", [this, state] {
            timer_.reset();
            end(state);
        });
    }

    void end(std::string_view state) {
        TestResults results{std::string(state), {}};
        if (const auto now = impressions(); before_ && now) {
            results.values.push_back(
                object_.assign("CountDelta", *now > *before_ ? *now - *before_ : 0));
        }
        auto done = std::move(done_);
        stop();
        done(std::move(results));
    }

    void cancelTimer() {
        if (timer_) {
            ports_.loop.cancel(*timer_);
            timer_.reset();
        }
    }

    [[nodiscard]] std::optional<model::Value> value(std::string_view name) const {
        const auto param = schema_.findParam(name);
        if (!param) {
            return std::nullopt;
        }
        return tree_->get(schema_.object(schema_.param(*param).object).depth == 0
                              ? model::ParamRef{*param, {}}
                              : inService(*param));
    }
    [[nodiscard]] std::string text(std::string_view name) const {
        const auto found = value(name);
        return found ? found->text() : std::string();
    }
    [[nodiscard]] std::optional<std::uint64_t> impressions() const {
        const auto found = value("MFP.{i}.Counters.Total.Impressions");
        return found ? std::optional(found->asUnsigned()) : std::nullopt;
    }

    [[nodiscard]] std::vector<std::string> families() const {
        std::vector<std::string> out;
        const auto table = schema_.findObject("MFP.{i}.Interpreter.{i}.");
        const auto family = schema_.findParam("MFP.{i}.Interpreter.{i}.LanguageFamily");
        if (!table || !family) {
            return out;
        }
        for (const auto row : tree_->rows(*table, serviceInstance())) {
            if (const auto found = tree_->get({*family, model::Instances{{1, row, 0}}})) {
                out.push_back(found->text());
            }
        }
        return out;
    }

    [[nodiscard]] PageFacts facts() const {
        return {text("Device.DeviceInfo.ModelName"), text("Device.DeviceInfo.SerialNumber"),
                formatDateTime(ports_.loop.clock().wallNow()), ports_.gateway};
    }

    const model::Schema& schema_;
    TestObject object_;
    TestPagePorts ports_;
    model::Tree* tree_ = nullptr;  ///< Of the device; set at start.
    UniqueFunction<void(TestResults)> done_;
    std::optional<std::uint64_t> before_;
    std::optional<net::TimerId> timer_;
    std::uint64_t run_ = 0;  ///< Answers of an older one are dropped.
    int looks_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

std::unique_ptr<Diagnostic> makeTestPageDiagnostic(const model::Schema& schema,
                                                   TestPagePorts ports) {
    return std::make_unique<TestPageDiagnostic>(schema, std::move(ports));
}

}  // namespace platen::fleet
