// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "tests/sim/acs/acs_server.hpp"
#include "tests/sim/demo/acs_client.hpp"
#include "tests/sim/demo/child_process.hpp"
#include "tests/sim/demo/demo.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::demo {

/// Longest wait of one step.
inline constexpr Millis kStepLimit{60'000};
inline constexpr int kPollMillis = 100;
/// ProductClass of the gateway itself.
inline constexpr std::string_view kGatewayClass = "Platen";

/// A simulated printer as platen-sim lists it.
struct SimPrinter {
    std::string address, recording, serial;
};

/// Working folder, removed at the end.
class WorkFolder {
  public:
    explicit WorkFolder(bool keep);
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    ~WorkFolder();
    /// Empty if it could not be made.
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    bool keep_;
};

/// One run of the demonstration; each step prints what it saw and says whether it worked.
class Demo {
  public:
    Demo(const DemoOptions& options, const std::atomic<bool>& interrupted)
        : options_(options),
          interrupted_(interrupted),
          folder_(options.keepFiles),
          start_(clock_.steadyNow()) {}

    int run();

  private:
    using Check = std::function<bool()>;

    [[nodiscard]] Millis elapsed() const {
        return std::chrono::duration_cast<Millis>(clock_.steadyNow() - start_);
    }
    void say(std::string_view text) const;
    /// Repeats until `check` is true; false if time is up, a child died, or it was interrupted.
    bool waitFor(Millis limit, const Check& check);
    bool failStep(std::string_view text);
    [[nodiscard]] bool timeIsUp() const {
        return options_.runFor.count() != 0 && elapsed() >= options_.runFor;
    }

    bool startPrinters();
    bool startAcs();
    bool startGateway();
    bool writeConfiguration(const std::filesystem::path& file) const;
    bool waitForDevices();
    bool readPrinters();
    bool showTable();
    bool showConnectionRequest();
    bool showGatewayValue();
    bool showPrinterValue();
    void watchUntilEnd();
    bool stopAll();
    [[nodiscard]] bool runTask(const Result<AcsClient::Queued>& queued, std::string_view what);
    [[nodiscard]] AcsClient::Task stateOf(std::uint64_t task) const;
    [[nodiscard]] std::string idOfSerial(const std::string& serial) const;
    [[nodiscard]] std::string readBack(const std::string& device, const std::string& name);
    [[nodiscard]] std::size_t countEvents(const std::string& device, std::string_view code) const;

    const DemoOptions& options_;
    const std::atomic<bool>& interrupted_;
    SystemClock clock_;
    WorkFolder folder_;
    SteadyTime start_;
    std::unique_ptr<acs::AcsThread> acs_;
    std::optional<AcsClient> client_;
    std::optional<ChildProcess> sim_;
    std::optional<ChildProcess> gateway_;
    std::uint16_t snmpPort_ = 0;
    std::vector<SimPrinter> printers_;
    std::vector<AcsClient::Device> devices_;
    std::string failure_;
};

}  // namespace platen::demo
