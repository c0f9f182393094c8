// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.hpp"
#include "base/time.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace platen::log {

/// By consequence: Critical = cannot serve; Error = someone must act; Warning = unusual, handled;
/// Info = life cycle; Debug = for developers.
enum class Level : std::uint8_t { Debug, Info, Warning, Error, Critical };

/// How a line is written: journald priority prefix, or one JSON object a line.
enum class Format : std::uint8_t { Journal, Json };

/// `{"device", id}`: a key (a literal) and a value. Values are cleaned of control characters and
/// cut at kMaxValueBytes. Never pass a secret; class Secret does not convert.
class Field {
  public:
    Field(std::string_view key, std::string_view value) : key_(key), value_(value) {}
    Field(std::string_view key, const char* value) : key_(key), value_(value) {}
    Field(std::string_view key, std::string value) : key_(key), value_(std::move(value)) {}
    Field(std::string_view key, std::integral auto value)
        : key_(key), value_(std::to_string(value)) {}
    Field(std::string_view key, Millis value) : key_(key), value_(formatDuration(value)) {}
    template <typename Tag, typename Rep>
    Field(std::string_view key, StrongId<Tag, Rep> id)
        : key_(key), value_(std::to_string(id.value())) {}

    [[nodiscard]] std::string_view key() const { return key_; }
    [[nodiscard]] const std::string& value() const { return value_; }

  private:
    std::string_view key_;
    std::string value_;
};

inline constexpr std::size_t kMaxValueBytes = 256;

/// Set once at start, before threads. Default: Info, Journal, standard error.
void configure(Level threshold, Format format);
/// thread: any
[[nodiscard]] bool enabled(Level level);
/// Writes one line in one write(2). `event` is a constant id listed in docs/messages.md. Of one
/// event about one device (or address) at most 10 lines are written in 10 s; the rest is counted
/// and told in one line with `suppressed`. Critical is always written. thread: any
void write(Level level,
           std::string_view area,
           std::string_view event,
           std::initializer_list<Field> fields);

/// Tests: lines go to `sink` (called under a lock) instead of standard error; nullptr restores it.
using Sink = void (*)(void* context, Level level, std::string_view line);
void setSink(Sink sink, void* context);
/// Tests: the time of the limit on repeats and of JSON lines (must outlive its use); nullptr
/// restores the system's.
void setClock(const Clock* clock);

}  // namespace platen::log

// Macros, so that fields are built only when the level is on.
#define PLATEN_LOG(level, area, event, ...)                          \
    do {                                                             \
        if (::platen::log::enabled(level)) {                         \
            ::platen::log::write(level, area, event, {__VA_ARGS__}); \
        }                                                            \
    } while (false)
#define LOG_DEBUG(area, event, ...) \
    PLATEN_LOG(::platen::log::Level::Debug, area, event, __VA_ARGS__)
#define LOG_INFO(area, event, ...) PLATEN_LOG(::platen::log::Level::Info, area, event, __VA_ARGS__)
#define LOG_WARNING(area, event, ...) \
    PLATEN_LOG(::platen::log::Level::Warning, area, event, __VA_ARGS__)
#define LOG_ERROR(area, event, ...) \
    PLATEN_LOG(::platen::log::Level::Error, area, event, __VA_ARGS__)
#define LOG_CRITICAL(area, event, ...) \
    PLATEN_LOG(::platen::log::Level::Critical, area, event, __VA_ARGS__)
