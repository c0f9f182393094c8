// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sim/acs/acs.hpp"

namespace platen::acs {

/// One TCP connection of a CPE.
struct Acs::Connection {
    ConnectionId id = 0;
    std::string cookie;  ///< Of the session that uses it now.
    std::string nonce;   ///< Bound to the connection, as some ACSs do.
    bool authorized = false;
    std::string device;  ///< The only device that may speak here.
};

/// From an Inform to the empty answer.
struct Acs::Session {
    std::string cookie;
    std::string device;
    ConnectionId connection = 0;  ///< 0: lost, may come back by its cookie.
    std::string version;
    SteadyTime lastSeen{};
    bool cpeDone = false;        ///< The CPE has sent its empty POST.
    bool holding = false;        ///< HoldRequests is 1.
    std::uint64_t task = 0;      ///< Waiting for the answer to this one.
    bool waitsForOther = false;  ///< Waiting for the answer to a request that is no task.
    bool mayEnd = false;         ///< Nothing is left to say unless the CPE has something.
};

struct Acs::Statistics {
    std::uint64_t posts = 0;
    std::uint64_t informs = 0;
    std::uint64_t sessionsStarted = 0;
    std::uint64_t sessionsCompleted = 0;
    std::uint64_t sessionsLost = 0;
    std::size_t maxConcurrent = 0;
    std::uint64_t unauthorized = 0;
    std::uint64_t schemaChecked = 0;
    std::uint64_t schemaFailures = 0;
    std::deque<std::string> schemaProblems;
    std::uint64_t protocolErrors = 0;
    std::deque<std::string> protocolProblems;
    std::uint64_t reconnects = 0;  ///< Sessions that went on over another connection.
    std::map<std::string, std::uint64_t, std::less<>> methods;
    std::map<std::string, std::uint64_t, std::less<>> faults;  ///< Codes sent by CPEs.
};

inline constexpr std::size_t kMaxProblemTexts = 50;
inline constexpr std::string_view kCookieName = "session";

/// Adds to a list that stops growing at kMaxProblemTexts.
inline void keepText(std::deque<std::string>& texts, std::string text) {
    if (texts.size() < kMaxProblemTexts) {
        texts.push_back(std::move(text));
    }
}

/// 204.
[[nodiscard]] inline HttpReply emptyReply() {
    HttpReply out;
    out.status = 204;
    return out;
}

}  // namespace platen::acs
