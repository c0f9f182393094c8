// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace platen {

/// What kind of failure crossed a border. Each border maps these once: CWMP fault code, SNMP retry
/// rule, exit code, HTTP status.
enum class ErrorCode {
    Timeout,      ///< No answer in time.
    Refused,      ///< The peer, or the operating system, said no.
    AuthFailed,   ///< Credentials were wrong.
    Malformed,    ///< Input broke its format.
    TooLarge,     ///< Input broke a named limit.
    Unsupported,  ///< Well-formed, but not something that we or the peer can do.
    NotFound,     ///< The named thing does not exist.
    Conflict,     ///< The thing exists in a state that forbids the action.
    Exhausted,    ///< A resource (disk, descriptors, queue) is used up.
    Internal,     ///< A bug of ours, or a failure with no better name.
};

[[nodiscard]] std::string_view toString(ErrorCode code);

/// A failure with a text for the operator. The text never holds a secret.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string text;
};

/// The value, or why there is none.
template <typename T>
using Result = tl::expected<T, Error>;

/// The failed side of a Result: `return fail(ErrorCode::Timeout, "no answer from " + host);`.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string text) {
    return tl::unexpected<Error>(Error{code, std::move(text)});
}

}  // namespace platen
