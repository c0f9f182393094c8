// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/misbehaviour.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace platen::acs {

namespace {

struct Name {
    Misbehaviour mode;
    std::string_view name;
};

constexpr std::array<Name, 21> kNames{{{Misbehaviour::None, "none"},
                                       {Misbehaviour::Status500, "status500"},
                                       {Misbehaviour::Status503, "status503"},
                                       {Misbehaviour::Malformed, "malformed"},
                                       {Misbehaviour::Html, "html"},
                                       {Misbehaviour::Huge, "huge"},
                                       {Misbehaviour::Stall, "stall"},
                                       {Misbehaviour::Redirect, "redirect"},
                                       {Misbehaviour::HoldRequests, "holdrequests"},
                                       {Misbehaviour::Fault8005, "fault8005"},
                                       {Misbehaviour::Close, "close"},
                                       {Misbehaviour::CloseAfter, "closeafter"},
                                       {Misbehaviour::UnknownRpc, "unknownrpc"},
                                       {Misbehaviour::WrongId, "wrongid"},
                                       {Misbehaviour::NoId, "noid"},
                                       {Misbehaviour::Bom, "bom"},
                                       {Misbehaviour::Chunked, "chunked"},
                                       {Misbehaviour::NoLength, "nolength"},
                                       {Misbehaviour::EmptyInform, "emptyinform"},
                                       {Misbehaviour::Empty200, "empty200"},
                                       {Misbehaviour::Doctype, "doctype"}}};

constexpr std::string_view kBom = "\xEF\xBB\xBF";

HttpReply statusOnly(int status, std::string text) {
    HttpReply out;
    out.status = status;
    out.body = std::move(text);
    out.contentType = "text/plain";
    return out;
}

/// Well-formed as far as it goes: a reader that trusts the length would take it all.
std::string hugeEnvelope(int megabytes) {
    std::string out =
        R"(<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"><soap-env:Header>)";
    const auto wanted = static_cast<std::size_t>(megabytes) << 20U;
    out.reserve(wanted + 256);
    while (out.size() < wanted) {
        out += "<X>padding padding padding padding</X>\n";
    }
    return out + "</soap-env:Header><soap-env:Body/></soap-env:Envelope>";
}

std::string withDoctype(const std::string& body) {
    constexpr std::string_view kDoctype =
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>";
    const auto end = body.find("?>");
    if (end == std::string::npos) {
        return text::cat({kDoctype, body});
    }
    return text::cat({std::string_view(body).substr(0, end + 2), kDoctype,
                      std::string_view(body).substr(end + 2)});
}

}  // namespace

std::string_view toString(Misbehaviour mode) {
    const auto* const found = std::ranges::find(kNames, mode, &Name::mode);
    return found == kNames.end() ? "none" : found->name;
}

Result<Misbehaviour> parseMisbehaviour(std::string_view name) {
    const auto* const found = std::ranges::find(kNames, name, &Name::name);
    if (found != kNames.end()) {
        return found->mode;
    }
    std::string known;
    for (const Name& one : kNames) {
        known += known.empty() ? "" : ", ";
        known += one.name;
    }
    return fail(ErrorCode::Malformed,
                text::cat({"no misbehaviour \"", name, "\"; known: ", known}));
}

bool MisbehaviourState::take(Misbehaviour wanted) {
    if (mode != wanted || left == 0) {
        return false;
    }
    left -= left > 0 ? 1 : 0;
    return true;
}

bool spoilsReply(Misbehaviour mode) {
    switch (mode) {
        case Misbehaviour::Status500:
        case Misbehaviour::Status503:
        case Misbehaviour::Malformed:
        case Misbehaviour::Html:
        case Misbehaviour::Huge:
        case Misbehaviour::Stall:
        case Misbehaviour::Close:
        case Misbehaviour::CloseAfter:
        case Misbehaviour::Bom:
        case Misbehaviour::Chunked:
        case Misbehaviour::NoLength:
        case Misbehaviour::Empty200:
        case Misbehaviour::Doctype:
            return true;
        case Misbehaviour::None:
        case Misbehaviour::Redirect:
        case Misbehaviour::HoldRequests:
        case Misbehaviour::Fault8005:
        case Misbehaviour::UnknownRpc:
        case Misbehaviour::WrongId:
        case Misbehaviour::NoId:
        case Misbehaviour::EmptyInform:
            return false;
    }
    return false;
}

bool endsSession(Misbehaviour mode) {
    constexpr std::array kModes{Misbehaviour::Status500, Misbehaviour::Status503,
                                Misbehaviour::Malformed, Misbehaviour::Html,
                                Misbehaviour::Huge,      Misbehaviour::Stall,
                                Misbehaviour::Close};
    return std::ranges::find(kModes, mode) != kModes.end();
}

HttpReply spoilReply(HttpReply reply, Misbehaviour mode, const MisbehaviourState& state) {
    if (mode == Misbehaviour::Status500) {
        return statusOnly(500, "broken on purpose");
    }
    if (mode == Misbehaviour::Status503) {
        HttpReply out = statusOnly(503, "busy on purpose");
        out.headers.emplace_back("Retry-After", std::to_string(state.retryAfterSeconds));
        return out;
    }
    if (mode == Misbehaviour::Malformed) {
        reply.status = 200;
        reply.body =
            reply.body.empty() ? "<soap-env:Envelope" : reply.body.substr(0, reply.body.size() / 2);
    } else if (mode == Misbehaviour::Html) {
        return {.status = 200,
                .body = "<html><body>Welcome</body>",
                .contentType = "text/html",
                .headers = {}};
    } else if (mode == Misbehaviour::Huge) {
        reply.status = 200;
        reply.body = hugeEnvelope(state.megabytes);
    } else if (mode == Misbehaviour::Bom && !reply.body.empty()) {
        reply.body.insert(0, kBom);
    } else if (mode == Misbehaviour::Doctype && !reply.body.empty()) {
        reply.body = withDoctype(reply.body);
    } else if (mode == Misbehaviour::Empty200 && reply.status == 204) {
        reply.status = 200;
    }
    reply.stall = mode == Misbehaviour::Stall;
    reply.drop = mode == Misbehaviour::Close;
    reply.close = reply.close || mode == Misbehaviour::CloseAfter;
    reply.chunked = mode == Misbehaviour::Chunked;
    reply.noLength = mode == Misbehaviour::NoLength && reply.status != 204;
    return reply;
}

}  // namespace platen::acs
