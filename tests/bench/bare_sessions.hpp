// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace platen::bench {

/// The peer: what libcurl alone needs for the same exchanges. No SOAP, no loop, no store; one
/// session after the other, each with a fresh handle and connection, the anchors of `caFile`
/// (empty: none, for http) parsed once. Returns the number of sessions that failed.
std::size_t runBareSessions(const std::string& url, const std::string& caFile, std::size_t count);

/// What the null ACS has counted so far, without those who asked.
struct AcsCounts {
    std::uint64_t connections = 0, sessions = 0, odd = 0;
};
/// Asks it by `GET /stats`, until it has seen the end of every connection. Throws
/// std::runtime_error.
AcsCounts askNullAcs(const std::string& url, const std::string& caFile);

}  // namespace platen::bench
