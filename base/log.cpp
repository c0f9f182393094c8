// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include "base/log_limit.hpp"
#include "base/log_recent.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

namespace platen::log {

namespace {

/// The logger's only state. It is one a process, as standard error is.
struct State {
    std::atomic<Level> threshold{Level::Info};
    std::atomic<Format> format{Format::Journal};
    std::mutex mutex;  // Guards all below, and keeps lines whole.
    Sink sink = nullptr;
    void* sinkContext = nullptr;
    SystemClock systemClock;
    const Clock* clock = &systemClock;
    RepeatLimiter limiter;
    std::deque<std::string> recent;  // For recent(); together at most recentMax bytes.
    std::size_t recentBytes = 0;
    std::size_t recentMax = 0;
};

State& state() {
    static State instance;
    return instance;
}

std::string_view levelName(Level level) {
    switch (level) {
        case Level::Debug:
            return "debug";
        case Level::Info:
            return "info";
        case Level::Warning:
            return "warning";
        case Level::Error:
            return "error";
        case Level::Critical:
            return "critical";
    }
    return "error";
}

/// sd-daemon(3) priorities.
std::string_view journalPrefix(Level level) {
    switch (level) {
        case Level::Debug:
            return "<7>";
        case Level::Info:
            return "<6>";
        case Level::Warning:
            return "<4>";
        case Level::Error:
            return "<3>";
        case Level::Critical:
            return "<2>";
    }
    return "<3>";
}

/// Valid UTF-8 of at most kMaxValueBytes; control characters become blanks, so that one event
/// stays one line.
std::string cleanValue(std::string_view raw) {
    std::string out;
    while (!raw.empty()) {
        const utf8::CodePoint next = utf8::decode(raw);
        std::string_view piece = raw.substr(0, next.length);
        if (!next.valid) {
            piece = utf8::kReplacement;
        } else if (utf8::isControl(next.value) || next.value == 0x2028 || next.value == 0x2029) {
            piece = " ";
        }
        if (out.size() + piece.size() > kMaxValueBytes) {
            break;
        }
        out.append(piece);
        raw.remove_prefix(next.length);
    }
    return out;
}

void appendEscaped(std::string& out, std::string_view value) {
    out.push_back('"');
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
        }
        out.push_back(c);
    }
    out.push_back('"');
}

std::string journalLine(Level level,
                        std::string_view area,
                        std::string_view event,
                        std::span<const Field> fields) {
    std::string line = text::cat({journalPrefix(level), area, " ", event});
    for (const Field& field : fields) {
        const std::string value = cleanValue(field.value());
        line.append(text::cat({" ", field.key(), "="}));
        if (value.empty() || value.find_first_of(" \"=\\") != std::string::npos) {
            appendEscaped(line, value);
        } else {
            line.append(value);
        }
    }
    return line;
}

/// RFC 3339 with milliseconds.
std::string timestamp(WallTime time) {
    std::string text = formatDateTime(time);
    const auto millis = time - std::chrono::floor<std::chrono::seconds>(time);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03d", static_cast<int>(millis.count()));
    text.insert(text.size() - 1, fraction.data());
    return text;
}

std::string jsonLine(Level level,
                     std::string_view area,
                     std::string_view event,
                     std::span<const Field> fields,
                     WallTime now) {
    std::string line = text::cat({R"({"time":")", timestamp(now), R"(","level":")"});
    line.append(text::cat({levelName(level), R"(","area":)"}));
    appendEscaped(line, area);
    line.append(R"(,"event":)");
    appendEscaped(line, event);
    for (const Field& field : fields) {
        line.push_back(',');
        appendEscaped(line, field.key());
        line.push_back(':');
        appendEscaped(line, cleanValue(field.value()));
    }
    line.push_back('}');
    return line;
}

/// Keeps a line for recent(). JSON lines have their time; the journal adds it to the others.
void keep(State& s, std::string_view line) {
    if (s.recentMax == 0) {
        return;
    }
    constexpr std::string_view kPriority = "<0>";
    std::string kept =
        s.format.load() == Format::Json
            ? text::cat({line, "\n"})
            : text::cat({timestamp(s.clock->wallNow()), " ", line.substr(kPriority.size()), "\n"});
    s.recentBytes += kept.size();
    s.recent.push_back(std::move(kept));
    while (s.recentBytes > s.recentMax) {
        s.recentBytes -= s.recent.front().size();
        s.recent.pop_front();
    }
}

/// One write(2) for a line; the loop is for signals and for a pipe that takes only part.
void writeStandardError(std::string line) {
    line.push_back('\n');
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
        if (written < 0 && errno != EINTR) {
            return;  // Nobody left to tell.
        }
        if (written > 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
    }
}

void emit(State& s,
          Level level,
          std::string_view area,
          std::string_view event,
          std::span<const Field> fields) {
    std::string line = s.format.load() == Format::Json
                           ? jsonLine(level, area, event, fields, s.clock->wallNow())
                           : journalLine(level, area, event, fields);
    keep(s, line);
    if (s.sink != nullptr) {
        s.sink(s.sinkContext, level, line);
    } else {
        writeStandardError(std::move(line));
    }
}

/// Whom a line is about, for the limit on repeats.
const Field* subjectOf(std::span<const Field> fields) {
    for (const std::string_view name : {"device", "address", "host", "peer"}) {
        for (const Field& field : fields) {
            if (field.key() == name) {
                return &field;
            }
        }
    }
    return nullptr;
}

void emitSummaries(State& s, SteadyTime now) {
    for (const RepeatLimiter::Summary& summary : s.limiter.takeExpired(now)) {
        std::vector<Field> fields;
        if (!summary.subjectKey.empty()) {
            fields.emplace_back(summary.subjectKey, summary.subject);
        }
        fields.emplace_back("suppressed", summary.suppressed);
        emit(s, summary.level, summary.area, summary.event, fields);
    }
}

}  // namespace

void configure(Level threshold, Format format) {
    state().threshold.store(threshold);
    state().format.store(format);
}

bool enabled(Level level) {
    return level >= state().threshold.load(std::memory_order_relaxed);
}

void write(Level level,
           std::string_view area,
           std::string_view event,
           std::initializer_list<Field> fields) {
    State& s = state();
    const std::span<const Field> all(fields.begin(), fields.size());
    const std::lock_guard lock(s.mutex);
    const SteadyTime now = s.clock->steadyNow();
    emitSummaries(s, now);
    const Field* const subject = subjectOf(all);
    const std::string subjectValue = subject == nullptr ? "" : cleanValue(subject->value());
    const RepeatLimiter::Line line{level, area, event, subject == nullptr ? "" : subject->key(),
                                   subjectValue};
    // What stops the service is always said.
    if (level == Level::Critical || s.limiter.admit(line, now)) {
        emit(s, level, area, event, all);
    }
}

void setSink(Sink sink, void* context) {
    State& s = state();
    const std::lock_guard lock(s.mutex);
    s.sink = sink;
    s.sinkContext = context;
    s.limiter = RepeatLimiter();
}

void keepRecent(std::size_t maxBytes) {
    State& s = state();
    const std::lock_guard lock(s.mutex);
    s.recentMax = maxBytes;
    s.recentBytes = 0;
    s.recent.clear();
}

std::string recent() {
    State& s = state();
    const std::lock_guard lock(s.mutex);
    std::string lines;
    lines.reserve(s.recentBytes);
    for (const std::string& line : s.recent) {
        lines += line;
    }
    return lines;
}

void setClock(const Clock* clock) {
    State& s = state();
    const std::lock_guard lock(s.mutex);
    s.clock = clock == nullptr ? &s.systemClock : clock;
    s.limiter = RepeatLimiter();
}

}  // namespace platen::log
