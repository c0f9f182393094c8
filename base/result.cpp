// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

namespace platen {

std::string_view toString(ErrorCode code) {
    switch (code) {
        case ErrorCode::Timeout:
            return "Timeout";
        case ErrorCode::Refused:
            return "Refused";
        case ErrorCode::AuthFailed:
            return "AuthFailed";
        case ErrorCode::Malformed:
            return "Malformed";
        case ErrorCode::TooLarge:
            return "TooLarge";
        case ErrorCode::Unsupported:
            return "Unsupported";
        case ErrorCode::NotFound:
            return "NotFound";
        case ErrorCode::Conflict:
            return "Conflict";
        case ErrorCode::Exhausted:
            return "Exhausted";
        case ErrorCode::Internal:
            return "Internal";
    }
    return "Internal";
}

}  // namespace platen
