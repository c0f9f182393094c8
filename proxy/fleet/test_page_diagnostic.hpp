// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "mibmap/plan.hpp"
#include "proxy/fleet/diagnostic.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace platen::fleet {

/// How sending a page ended.
enum class PageSent : std::uint8_t {
    Whole,       ///< The printer took all of it.
    NotReached,  ///< Nothing of it went out.
    BrokenOff,   ///< It may have some of it.
};

/// Sends octets to a TCP port of a printer and waits for its end of the connection. `done` comes
/// once, never inside the call.
using SendPage = std::function<void(
    const net::Endpoint& printer, std::string octets, UniqueFunction<void(PageSent)> done)>;

/// What the test of one printer works with; all must outlive it.
struct TestPagePorts {
    net::Loop& loop;
    /// Whether the site and the ACS allow writes to this printer: a page uses its paper.
    std::function<bool()> allowed;
    /// Its raw port; nothing while it is not connected.
    std::function<std::optional<net::Endpoint>()> rawPort;
    SendPage send;
    /// Reads status and counters. `done` once, never inside the call; the error is not looked at.
    std::function<void(std::vector<mibmap::Group>, UniqueFunction<void(std::optional<Error>)>)>
        poll;
    std::string gateway;  ///< Its name, for the page.
};

/// `MFP.1.Diagnostics.TestPage.`: prints one page in the best language that the printer says it
/// has, and looks whether its counter rises. Without a counter of impressions, a page that was
/// taken whole counts as printed.
[[nodiscard]] std::unique_ptr<Diagnostic> makeTestPageDiagnostic(const model::Schema& schema,
                                                                 TestPagePorts ports);

}  // namespace platen::fleet
