// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "tests/sim/acs/acs_state.hpp"

namespace platen::acs {

namespace {

constexpr std::string_view kRealm = "platen-acs";

}  // namespace

/// What TR-069 asks of every POST (C-HTTP-04, -05, -08); counted, not refused.
void Acs::checkHead(const HttpRequest& request) {
    if (request.chunked) {
        noteProtocolError("chunked request (C-HTTP-08)");
    }
    if (request.hasHeader("expect")) {
        noteProtocolError("Expect header (C-HTTP-08)");
    }
    if (request.body.empty()) {
        if (request.hasHeader("soapaction") || request.hasHeader("content-type")) {
            noteProtocolError("SOAPAction or Content-Type on an empty POST (C-HTTP-05)");
        }
        return;
    }
    if (!request.hasHeader("soapaction") || !request.header("soapaction").empty()) {
        noteProtocolError("SOAPAction is not present and empty (C-HTTP-04)");
    }
    const std::string type = text::toLower(request.header("content-type"));
    if (!type.starts_with("text/xml") || type.find("utf-8") == std::string::npos) {
        noteProtocolError(text::cat({"Content-Type \"", type, "\" (C-HTTP-04)"}));
    }
}

void Acs::checkSchema(const HttpRequest& request, const Envelope& envelope) {
    if (!schemas_) {
        return;
    }
    ++stats_->schemaChecked;
    if (const auto problem = schemas_->findProblem(request.body, envelope.version)) {
        ++stats_->schemaFailures;
        keepText(stats_->schemaProblems, text::cat({envelope.name, ": ", *problem}));
    }
}

bool Acs::isAuthorized(Connection& connection, const HttpRequest& request) {
    if (options_.username.empty() || connection.authorized) {
        return true;
    }
    const auto fields = parseDigestFields(request.header("authorization"));
    if (!fields || connection.nonce.empty()) {
        return false;
    }
    const auto field = [&fields](std::string_view key) {
        const auto found = fields->find(key);
        return found == fields->end() ? std::string{} : found->second;
    };
    const std::string username = field("username");
    const DigestInput in{.username = username,
                         .password = options_.password,
                         .realm = std::string(kRealm),
                         .nonce = connection.nonce,
                         .method = request.method,
                         .uri = request.target,
                         .qop = field("qop"),
                         .nc = field("nc"),
                         .cnonce = field("cnonce")};
    connection.authorized = (options_.username == "*" || username == options_.username) &&
                            field("nonce") == connection.nonce && field("qop") == "auth" &&
                            field("uri") == request.target &&
                            field("response") == digestResponse(in);
    return connection.authorized;
}

HttpReply Acs::challenge(Connection& connection) {
    ++stats_->unauthorized;
    connection.nonce = random_.hex(16);
    HttpReply out;
    out.status = 401;
    out.contentType = "text/plain";
    out.headers.emplace_back("WWW-Authenticate", text::cat({"Digest realm=\"", kRealm,
                                                            "\", qop=\"auth,auth-int\", nonce=\"",
                                                            connection.nonce, "\""}));
    return out;
}

}  // namespace platen::acs
