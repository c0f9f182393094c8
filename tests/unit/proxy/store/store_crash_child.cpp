// SPDX-License-Identifier: Apache-2.0
// store_crash_child FILE FIRST: commits the durable batches FIRST, FIRST + 1, … to FILE without end
// and writes each acknowledged number to standard output, until it is killed or nobody reads.
#include "base/text.hpp"
#include "proxy/store/store.hpp"
#include "tests/unit/proxy/store/post_loop.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <string>

namespace {

constexpr std::uint64_t kInFlight = 8;

platen::store::Batch numbered(std::uint64_t number) {
    const auto text = std::to_string(number);
    // Two tables and one row that all batches share: a torn batch shows as a difference.
    return {platen::store::ReadingRow{platen::DeviceId{1}, "first." + text, text, 1},
            platen::store::FactRow{"last", text},
            platen::store::ValueRow{platen::DeviceId{1}, "second." + text, text}};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    platen::test::PostLoop loop;
    auto store = platen::store::openSqlite(argv[1], loop);
    const auto first = platen::text::toUnsigned(argv[2]);
    if (!store || !first) {
        return 3;
    }
    auto next = *first;
    auto acknowledged = *first;
    bool reading = true;
    while (reading) {
        while (next < acknowledged + kInFlight) {
            const auto number = next++;
            (*store)->commit(numbered(number), platen::store::Durability::Durable,
                             [number, &acknowledged, &reading](const platen::Result<void>& result) {
                                 ++acknowledged;
                                 reading = reading && result &&
                                           ::write(STDOUT_FILENO, &number, sizeof number) ==
                                               static_cast<ssize_t>(sizeof number);
                             });
        }
        const auto before = acknowledged;
        if (!loop.runUntil([&acknowledged, before] { return acknowledged > before; })) {
            return 4;
        }
    }
    return 0;
}
