// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/epoll_loop.hpp"

#include <sys/resource.h>

#include <cstdio>

namespace platen::bench {

/// User and system time of this process so far, all threads.
inline double cpuSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

inline double peakMegabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// The loop's callbacks by duration, and the slow ones by name. By the wall clock: on a busy
/// machine a callback also waits for the processor.
inline void printCallbackTimes(const net::CallbackTimes& times) {
    std::printf(
        "callbacks: under_1ms=%llu under_5ms=%llu under_10ms=%llu under_20ms=%llu "
        "under_50ms=%llu longer=%llu longest_ms=%.1f longest_name=%s\n",
        static_cast<unsigned long long>(times.counts[0]),
        static_cast<unsigned long long>(times.counts[1]),
        static_cast<unsigned long long>(times.counts[2]),
        static_cast<unsigned long long>(times.counts[3]),
        static_cast<unsigned long long>(times.counts[4]),
        static_cast<unsigned long long>(times.counts[5]),
        static_cast<double>(times.longest.count()) / 1000, times.longestName);
    for (const auto& slow : times.slow) {
        if (slow.name != nullptr) {
            std::printf("slow callback: name=%s count=%llu longest_ms=%.1f\n", slow.name,
                        static_cast<unsigned long long>(slow.count),
                        static_cast<double>(slow.longest.count()) / 1000);
        }
    }
}

}  // namespace platen::bench
