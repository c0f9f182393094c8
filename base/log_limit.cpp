// SPDX-License-Identifier: Apache-2.0
#include "base/log_limit.hpp"

#include "base/text.hpp"

#include <utility>

namespace platen::log {

bool RepeatLimiter::admit(const Line& line, SteadyTime now) {
    // A unit separator cannot stand in an event id, so pairs never meet in one key.
    std::string key = text::cat({line.area, "\x1F", line.event, "\x1F", line.subject});
    const auto found = byKey_.find(key);
    if (found != byKey_.end()) {
        Window& window = *found->second;
        if (window.written < kLinesPerWindow) {
            ++window.written;
            return true;
        }
        ++window.summary.suppressed;
        return false;
    }
    if (windows_.size() == kMaxWindows) {
        closeOldest(evicted_);
    }
    windows_.push_back({now,
                        1,
                        key,
                        {line.level, std::string(line.area), std::string(line.event),
                         std::string(line.subjectKey), std::string(line.subject), 0}});
    byKey_.emplace(std::move(key), std::prev(windows_.end()));
    return true;
}

std::vector<RepeatLimiter::Summary> RepeatLimiter::takeExpired(SteadyTime now) {
    std::vector<Summary> out = std::exchange(evicted_, {});
    while (!windows_.empty() && now - windows_.front().start >= kWindow) {
        closeOldest(out);
    }
    return out;
}

void RepeatLimiter::closeOldest(std::vector<Summary>& into) {
    Window& oldest = windows_.front();
    byKey_.erase(oldest.key);
    if (oldest.summary.suppressed > 0) {
        into.push_back(std::move(oldest.summary));
    }
    windows_.pop_front();
}

}  // namespace platen::log
