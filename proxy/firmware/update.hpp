// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/firmware/firmware.hpp"
#include "proxy/firmware/push.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace platen::firmware {

/// One image for one printer, from the file on disk to the version that the printer reports
/// afterwards: waits until the printer has been idle for long enough (FW3), nothing holds updates
/// (FW4) and no other printer has its turn (FW10); notes on disk that the image goes out; sends it;
/// reads the version until it is the new one or time is up (FW5, FW6). thread: loop
class Update final : public transfer::Application {
  public:
    Update(Firmware& firmware,
           DeviceId device,
           const transfer::Transfer& transfer,
           transfer::Received received,
           UniqueFunction<void(transfer::Applied)> done);
    Update(const Update&) = delete;
    Update& operator=(const Update&) = delete;
    ~Update() override;

    [[nodiscard]] bool mustFinish() const override { return phase_ != Phase::Waiting; }
    [[nodiscard]] bool handedOver() const override { return phase_ == Phase::Verifying; }

  private:
    enum class Phase : std::uint8_t { Waiting, Storing, Sending, Verifying };

    void look(Millis delay);
    void onLooked(bool answered);
    void wait(bool answered);
    /// Why it cannot begin now; empty: it can.
    [[nodiscard]] std::string obstacle(bool answered);
    void begin(const Entry& entry);
    void send();
    void onSent(PushResult result);
    void verify(bool answered);
    /// `stops`: no other printer gets this image.
    void end(transfer::Outcome outcome, bool stops);
    [[nodiscard]] SteadyTime now() const;
    [[nodiscard]] Millis interval() const;

    Firmware& firmware_;
    DeviceId device_;
    std::uint64_t transfer_;
    std::string url_;
    WallTime windowEnd_ = kUnknownTime;
    transfer::Received received_;
    UniqueFunction<void(transfer::Applied)> done_;
    Phase phase_ = Phase::Waiting;
    SteadyTime deadline_;
    std::optional<SteadyTime> idleSince_, restartedAt_;
    std::optional<std::uint64_t> upTime_;
    std::size_t channel_ = 0;
    std::unique_ptr<Push> push_;
    std::optional<net::TimerId> timer_;
    std::uint64_t looks_ = 0;  ///< An answer to an earlier look is not waited for any more.
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::firmware
