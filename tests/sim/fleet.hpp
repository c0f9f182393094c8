// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "tests/sim/printer.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace platen::sim {

/// IPv4 in host order.
using Ipv4 = std::uint32_t;

[[nodiscard]] Result<Ipv4> parseIpv4(std::string_view text);
[[nodiscard]] std::string formatIpv4(Ipv4 address);

/// Which printers to make.
struct FleetOptions {
    std::vector<std::filesystem::path> recordings;  ///< Files, or folders of files.
    Ipv4 firstAddress = 0x7F010001;                 ///< 127.1.0.1; .0 and .255 are left out.
    std::size_t count = 0;                          ///< 0: each recording once.
    bool serials = false;  ///< The first copy gets a serial of its own too.
    std::string community = "public";
    std::string writeCommunity;
    Millis restartSilence{2000};
    std::filesystem::path script;                             ///< Empty: none.
    std::vector<std::pair<std::string, std::string>> faults;  ///< Address and `key=value`.
};

/// Most printers of one simulator.
inline constexpr std::size_t kMaxPrinters = 60'000;

/// All printers of a simulator and the addresses they stand at. Not thread-safe.
class Fleet {
  public:
    /// Errors: those of Recording::load and of the script; Malformed for faults.
    static Result<Fleet> make(const FleetOptions& options, SteadyTime now);

    /// The printer at an address, or nullptr.
    [[nodiscard]] Printer* at(Ipv4 address);
    [[nodiscard]] std::size_t size() const { return printers_.size(); }
    /// One line a printer: address, recording, serial number, faults.
    [[nodiscard]] std::string table() const;

    /// One line of the control protocol (README.md). The answer begins with `ok` or `error`; never
    /// throws, whatever the line is.
    [[nodiscard]] std::string command(std::string_view line, SteadyTime now);

  private:
    using Words = std::vector<std::string_view>;
    Result<void> addPrinter(std::shared_ptr<const Recording> recording,
                            PrinterOptions options,
                            Ipv4 address,
                            SteadyTime now);
    Result<void> applyScript(const std::filesystem::path& file, SteadyTime now);
    /// The printers that an address, or `*`, names.
    [[nodiscard]] Result<std::vector<Printer*>> named(std::string_view address);
    [[nodiscard]] Result<std::string> run(const Words& words,
                                          std::string_view line,
                                          SteadyTime now);
    [[nodiscard]] Result<std::string> swapAddresses(std::string_view a, std::string_view b);
    [[nodiscard]] Result<std::string> moveAddress(std::string_view from, std::string_view to);
    [[nodiscard]] Result<std::string> runOnPrinters(const Words& words,
                                                    std::string_view line,
                                                    SteadyTime now);
    [[nodiscard]] std::string stats() const;

    std::deque<Printer> printers_;  ///< Addresses stay valid as it grows.
    std::unordered_map<Ipv4, Printer*> addresses_;
    std::vector<Ipv4> order_;  ///< Addresses as they were given out.
};

/// One line about what a printer was asked and did.
[[nodiscard]] std::string formatCounts(const PrinterCounts& counts);

}  // namespace platen::sim
