// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace platen {

template <typename Signature>
class UniqueFunction;

/// A move-only callable, so that a callback may own what it captures (std::function must be
/// copyable; std::move_only_function is not in C++20). Calling an empty one is undefined.
template <typename R, typename... Args>
class UniqueFunction<R(Args...)> {
  public:
    UniqueFunction() = default;

    template <typename F>
    requires(!std::same_as<std::decay_t<F>, UniqueFunction> && std::invocable<F&, Args...>)
        // Constrained above, and lambdas must convert, as for std::function.
        // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload)
        UniqueFunction(F&& f)
        : call_(std::make_unique<Model<std::decay_t<F>>>(std::forward<F>(f))) {}

    R operator()(Args... args) { return call_->invoke(std::forward<Args>(args)...); }
    [[nodiscard]] explicit operator bool() const { return call_ != nullptr; }

  private:
    struct Concept {
        Concept() = default;
        Concept(const Concept&) = delete;
        Concept& operator=(const Concept&) = delete;
        virtual ~Concept() = default;
        virtual R invoke(Args... args) = 0;
    };
    template <typename F>
    struct Model final : Concept {
        explicit Model(F f) : f_(std::move(f)) {}
        R invoke(Args... args) override { return f_(std::forward<Args>(args)...); }
        F f_;
    };
    std::unique_ptr<Concept> call_;
};

}  // namespace platen
