// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

namespace platen {

/// A value that is mostly empty, in the space of a pointer: memory is taken once a value that is
/// not the default one is put in. Copies are deep. thread: any, as T
template <typename T>
class Boxed {
  public:
    Boxed() = default;
    Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT(*-explicit-*)
    Boxed(const Boxed& other)
        : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
    Boxed(Boxed&&) noexcept = default;
    Boxed& operator=(const Boxed& other) {
        if (this != &other) {
            *this = Boxed(other);
        }
        return *this;
    }
    Boxed& operator=(Boxed&&) noexcept = default;
    ~Boxed() = default;

    [[nodiscard]] const T& operator*() const { return value_ ? *value_ : nothing(); }
    [[nodiscard]] const T* operator->() const { return &**this; }

    friend bool operator==(const Boxed& a, const Boxed& b) { return *a == *b; }

  private:
    static const T& nothing() {
        static const T value{};
        return value;
    }
    std::unique_ptr<T> value_;
};

}  // namespace platen
