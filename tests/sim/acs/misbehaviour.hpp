// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::acs {

/// What goes back over HTTP, with the ways of going wrong that a body alone cannot show.
struct HttpReply {
    int status = 200;
    std::string body;
    std::string contentType = "text/xml; charset=\"utf-8\"";
    std::vector<std::pair<std::string, std::string>> headers;
    bool close = false;     ///< `Connection: close`, and closed after it.
    bool drop = false;      ///< Closed without an answer.
    bool stall = false;     ///< Never answered; the connection stays.
    bool chunked = false;   ///< `Transfer-Encoding: chunked`, in small pieces.
    bool noLength = false;  ///< No length: the end is the close.
};

/// How the ACS goes wrong on purpose. The names are those of `--misbehave` and of the API.
enum class Misbehaviour : std::uint8_t {
    None,
    Status500,
    Status503,     ///< With Retry-After.
    Malformed,     ///< XML that ends in the middle.
    Html,          ///< A page instead of SOAP.
    Huge,          ///< A SOAP envelope of many megabytes.
    Stall,         ///< No answer.
    Redirect,      ///< 307 to another path of the same ACS.
    HoldRequests,  ///< InformResponse with HoldRequests 1, lifted by the next request.
    Fault8005,     ///< SOAP fault 8005 (retry request) for an Inform.
    Close,         ///< Closed without an answer.
    CloseAfter,    ///< Each answer closes the connection; the session goes on by its cookie.
    UnknownRpc,    ///< A method that no CPE knows, before the tasks.
    WrongId,       ///< An ID header that the CPE never sent.
    NoId,          ///< No ID header.
    Bom,           ///< A byte order mark before the XML.
    Chunked,       ///< Chunked transfer coding.
    NoLength,      ///< Neither length nor chunks.
    EmptyInform,   ///< 204 for an Inform.
    Empty200,      ///< 200 without a body where 204 would stand.
    Doctype,       ///< A document type definition with an entity that grows.
};

[[nodiscard]] std::string_view toString(Misbehaviour mode);
/// Errors: Malformed, with the known names.
[[nodiscard]] Result<Misbehaviour> parseMisbehaviour(std::string_view name);

/// A mode and how often it still happens.
struct MisbehaviourState {
    Misbehaviour mode = Misbehaviour::None;
    int left = -1;  ///< -1: until changed.
    int retryAfterSeconds = 5;
    int megabytes = 16;

    /// The mode if it is one of these moments and is not used up; counts it.
    [[nodiscard]] bool take(Misbehaviour wanted);
};

/// What stands for the answer when the whole reply goes wrong; `reply` is what a good ACS would
/// send. Modes that are about SOAP contents leave it as it is.
[[nodiscard]] HttpReply spoilReply(HttpReply reply,
                                   Misbehaviour mode,
                                   const MisbehaviourState& state);
/// True for the modes of spoilReply, which hit every answer.
[[nodiscard]] bool spoilsReply(Misbehaviour mode);

/// True for the modes after which no CPE can go on with its session.
[[nodiscard]] bool endsSession(Misbehaviour mode);

}  // namespace platen::acs
