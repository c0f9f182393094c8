// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/throughput_diagnostics.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace platen::fleet {

namespace {

using diagnostics::Direction;
using diagnostics::ThroughputOptions;
using diagnostics::ThroughputOutcome;
using diagnostics::ThroughputResult;

/// What the two objects name differently.
struct Names {
    Direction direction;
    std::string_view object, url, transports, testBytes, failed;
};

constexpr Names kDownload{Direction::Download, "Device.IP.Diagnostics.DownloadDiagnostics.",
                          "DownloadURL",       "DownloadTransports",
                          "TestBytesReceived", "Error_TransferFailed"};
constexpr Names kUpload{Direction::Upload, "Device.IP.Diagnostics.UploadDiagnostics.",
                        "UploadURL",       "UploadTransports",
                        "TestBytesSent",   "Error_NoTransferComplete"};

std::string_view stateOf(ThroughputOutcome outcome, const Names& names) {
    switch (outcome) {
        case ThroughputOutcome::Complete:
            return "Complete";
        case ThroughputOutcome::CannotResolveHostName:
            return "Error_CannotResolveHostName";
        case ThroughputOutcome::InitConnectionFailed:
            return "Error_InitConnectionFailed";
        case ThroughputOutcome::NoResponse:
            return "Error_NoResponse";
        case ThroughputOutcome::TransferFailed:
            return names.failed;
        case ThroughputOutcome::TooLarge:
            return "Error_IncorrectSize";
        case ThroughputOutcome::Timeout:
            return "Error_Timeout";
    }
    return "Error_Other";
}

/// Whose turn it is; the others wait in order.
class Turn {
  public:
    /// `begin` is called now or when those before have left.
    void enter(const void* who, UniqueFunction<void()> begin) {
        waiting_.push_back({who, std::move(begin)});
        next();
    }
    void leave(const void* who) {
        if (present_ == who) {
            present_ = nullptr;
        }
        std::erase_if(waiting_, [who](const Waiting& one) { return one.who == who; });
        next();
    }

  private:
    struct Waiting {
        const void* who;
        UniqueFunction<void()> begin;
    };
    void next() {
        if (present_ != nullptr || waiting_.empty()) {
            return;
        }
        auto first = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
        present_ = first.who;
        first.begin();
    }

    const void* present_ = nullptr;
    std::vector<Waiting> waiting_;
};

class ThroughputDiagnostic final : public Diagnostic {
  public:
    ThroughputDiagnostic(const model::Schema& schema,
                         const Names& names,
                         diagnostics::ThroughputStart start,
                         std::shared_ptr<Turn> turn)
        : names_(names),
          object_(schema, names.object),
          start_(std::move(start)),
          turn_(std::move(turn)) {}
    ThroughputDiagnostic(const ThroughputDiagnostic&) = delete;
    ThroughputDiagnostic& operator=(const ThroughputDiagnostic&) = delete;
    ~ThroughputDiagnostic() override {
        run_.reset();
        turn_->leave(this);
    }

    [[nodiscard]] const TestObject& object() const override { return object_; }

    [[nodiscard]] std::vector<Assignment> defaults() const override {
        std::vector<Assignment> values{
            object_.assign("Interface", ""),           object_.assign(names_.url, ""),
            object_.assign(names_.transports, "HTTP"), object_.assign("DSCP", 0U),
            object_.assign("EthernetPriority", 0U),    object_.assign("ProtocolVersion", "Any")};
        if (isUpload()) {
            values.push_back(object_.assign("TestFileLength", 0U));
        }
        for (auto& value : results({})) {
            values.push_back(std::move(value));
        }
        return values;
    }

    [[nodiscard]] std::optional<std::string> refusal(const Assignment& option) const override {
        const auto value = option.value.stringView();
        if (option.ref == object_.param("Interface") && !value.empty()) {
            return "the gateway has no interfaces to choose from";
        }
        if (option.ref == object_.param(names_.url) && !value.empty()) {
            if (const auto good = diagnostics::checkTestUrl(std::string(value)); !good) {
                return good.error().text;
            }
        }
        return std::nullopt;
    }

    void start(model::Tree& tree, UniqueFunction<void(TestResults)> done) override {
        ThroughputOptions options;
        options.direction = names_.direction;
        options.url = object_.text(tree, names_.url);
        options.protocol = protocol(object_.text(tree, "ProtocolVersion"));
        options.dscp = static_cast<std::uint8_t>(object_.number(tree, "DSCP"));
        options.ethernetPriority =
            static_cast<std::uint8_t>(object_.number(tree, "EthernetPriority"));
        if (isUpload()) {
            options.uploadBytes =
                std::min(object_.number(tree, "TestFileLength"), diagnostics::kMaxTestBytes);
        }
        turn_->enter(this, [this, options = std::move(options), done = std::move(done)]() mutable {
            run_ = start_(std::move(options),
                          [this, done = std::move(done)](const ThroughputResult& result) mutable {
                              onDone(result, std::move(done));
                          });
        });
    }

    void stop() override {
        run_.reset();
        turn_->leave(this);
    }

  private:
    [[nodiscard]] bool isUpload() const { return names_.direction == Direction::Upload; }

    static diagnostics::Protocol protocol(std::string_view text) {
        return text == "IPv4"   ? diagnostics::Protocol::IPv4
               : text == "IPv6" ? diagnostics::Protocol::IPv6
                                : diagnostics::Protocol::Any;
    }

    void onDone(const ThroughputResult& result, UniqueFunction<void(TestResults)> done) {
        if (result.outcome != ThroughputOutcome::Complete) {
            LOG_INFO("fleet", "throughput.failed", {"object", names_.object},
                     {"reason", result.text});
        }
        TestResults told{std::string(stateOf(result.outcome, names_)), results(result)};
        const auto finished = std::move(run_);  // whose callback this is
        turn_->leave(this);
        done(std::move(told));
    }

    [[nodiscard]] std::vector<Assignment> results(const ThroughputResult& result) const {
        return {object_.assignTime("ROMTime", result.request),
                object_.assignTime("BOMTime", result.begin),
                object_.assignTime("EOMTime", result.end),
                object_.assign(names_.testBytes, result.testBytes),
                object_.assign("TotalBytesReceived", result.ipBytesReceived),
                object_.assign("TotalBytesSent", result.ipBytesSent),
                object_.assignTime("TCPOpenRequestTime", result.tcpOpenRequest),
                object_.assignTime("TCPOpenResponseTime", result.tcpOpenResponse)};
    }

    const Names& names_;
    TestObject object_;
    diagnostics::ThroughputStart start_;
    std::shared_ptr<Turn> turn_;
    std::unique_ptr<diagnostics::ThroughputRun> run_;
};

}  // namespace

std::vector<std::unique_ptr<Diagnostic>> makeThroughputDiagnostics(
    const model::Schema& schema, const diagnostics::ThroughputStart& start) {
    std::vector<std::unique_ptr<Diagnostic>> tests;
    if (!schema.findObject(kDownload.object)) {
        return tests;  // a root model without them (Device:1)
    }
    const auto turn = std::make_shared<Turn>();
    for (const auto* names : {&kDownload, &kUpload}) {
        tests.push_back(std::make_unique<ThroughputDiagnostic>(schema, *names, start, turn));
    }
    return tests;
}

}  // namespace platen::fleet
