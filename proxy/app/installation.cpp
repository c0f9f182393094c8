// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/installation.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "proxy/app/app.hpp"
#include "proxy/net/epoll_loop.hpp"

#include <algorithm>
#include <cstdio>

namespace platen::app {
namespace {

constexpr const char* kMachineFact = "gateway.machine";
constexpr std::size_t kMarkLength = 32;

}  // namespace

std::string machineMark(const std::filesystem::path& file) {
    constexpr std::size_t kMaxBytes = 256;
    const auto id = readFile(file, kMaxBytes);
    const auto text = id ? text::trim(*id) : std::string_view{};
    if (text.empty() || text == "uninitialized") {
        return {};
    }
    return crypto::sha256Hex(text::cat({"platen gateway ", text})).substr(0, kMarkLength);
}

Result<std::optional<store::FactRow>> checkMachine(const store::Snapshot& snapshot,
                                                   const std::string& mark) {
    if (mark.empty()) {
        return std::nullopt;
    }
    const auto known =
        std::ranges::find(snapshot.facts, std::string(kMachineFact), &store::FactRow::key);
    if (known == snapshot.facts.end()) {
        return store::FactRow{.key = kMachineFact, .text = mark};
    }
    if (known->text != mark) {
        return fail(ErrorCode::Conflict,
                    "this state was copied from another machine, and two gateways with the same "
                    "devices confuse the ACS; if the other one is stopped for good, run: platen "
                    "take-over --config FILE");
    }
    return std::nullopt;
}

int runTakeOver(const config::Settings& settings) {
    const SystemClock clock;
    net::EpollLoop loop{clock};
    const auto file = settings.gateway.stateDir / "platen.db";
    const auto mark = machineMark();
    auto store = std::filesystem::exists(file) ? store::openSqlite(file, loop)
                                               : fail(ErrorCode::NotFound, "no such file");
    if (!store || mark.empty()) {
        std::fprintf(stderr, "platen: %s: %s\n", file.c_str(),
                     store ? "this machine has no machine-id; nothing to take over"
                           : store.error().text.c_str());
        return kExitFailed;
    }
    store::Batch batch;
    batch.emplace_back(store::FactRow{.key = kMachineFact, .text = mark});
    bool stored = false;
    (*store)->commit(std::move(batch), store::Durability::Durable, [&](const Result<void>& result) {
        stored = result.has_value();
        loop.stop();
    });
    loop.run();
    std::printf(stored ? "%s belongs to this machine now\n" : "%s could not be written\n",
                file.c_str());
    return stored ? kExitOk : kExitFailed;
}

}  // namespace platen::app
