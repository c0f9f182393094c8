// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/http_message.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace platen::acs {

namespace {

constexpr std::size_t kMaxHeaders = 100;
constexpr std::size_t kMaxChunkLine = 1024;

std::vector<std::string_view> splitWords(std::string_view line) {
    std::vector<std::string_view> out;
    for (const std::string_view word : text::split(line, ' ')) {
        if (!word.empty()) {
            out.push_back(word);
        }
    }
    return out;
}

bool isUnreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~").find(c) != std::string_view::npos;
}

}  // namespace

std::string_view HttpMessage::header(std::string_view name) const {
    const auto found = std::ranges::find(headers, name, &Header::first);
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

bool HttpMessage::hasHeader(std::string_view name) const {
    return std::ranges::find(headers, name, &Header::first) != headers.end();
}

std::string_view HttpRequest::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string HttpRequest::query(std::string_view name) const {
    const auto mark = target.find('?');
    if (mark == std::string::npos) {
        return {};
    }
    for (const std::string_view pair :
         text::split(std::string_view(target).substr(mark + 1), '&')) {
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
            return percentDecode(pair.substr(equals + 1));
        }
    }
    return {};
}

HttpReader::State HttpReader::read(std::string& input) {
    bool progress = true;
    while (progress && !bad_ && step_ != Step::Done) {
        switch (step_) {
            case Step::Head:
                progress = readHead(input);
                break;
            case Step::Length: {
                const std::size_t take = std::min(wanted_, input.size());
                message_->body.append(input, 0, take);
                input.erase(0, take);
                wanted_ -= take;
                progress = wanted_ == 0;
                step_ = progress ? Step::Done : Step::Length;
                break;
            }
            case Step::ChunkSize:
            case Step::Trailer:
                progress = readChunkSize(input);
                break;
            case Step::ChunkData:
                progress = input.size() >= wanted_ + 2;
                if (progress) {
                    readChunkData(input);
                }
                break;
            case Step::UntilClose:
                message_->body += input;
                input.clear();
                progress = false;
                bad_ = message_->body.size() > kMaxBodyBytes;
                break;
            case Step::Done:
                break;
        }
    }
    if (bad_) {
        return State::Bad;
    }
    return step_ == Step::Done ? State::Done : State::NeedMore;
}

HttpReader::State HttpReader::end() {
    if (step_ == Step::UntilClose) {
        step_ = Step::Done;
    }
    return step_ == Step::Done ? State::Done : State::Bad;
}

bool HttpReader::readHead(std::string& input) {
    const auto end = input.find("\r\n\r\n");
    if (end == std::string::npos) {
        bad_ = input.size() > kMaxHeadBytes;
        return false;
    }
    bad_ =
        end > kMaxHeadBytes || !parseHead(std::string_view(input).substr(0, end)) || !chooseBody();
    input.erase(0, end + 4);
    return true;
}

bool HttpReader::parseHead(std::string_view head) {
    message_ = kind_ == Kind::Request ? static_cast<HttpMessage*>(&request_) : &answer_;
    bool first = true;
    for (std::string_view line : text::split(head, '\n')) {
        line = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
        if (first) {
            const auto words = splitWords(line);
            if (words.size() < 2 || (kind_ == Kind::Request && words.size() != 3)) {
                return false;
            }
            if (kind_ == Kind::Request) {
                request_.method = words[0];
                request_.target = words[1];
            } else {
                answer_.status = static_cast<int>(text::toInt(words[1]).value_or(0));
            }
            first = false;
            continue;
        }
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0 ||
            message_->headers.size() >= kMaxHeaders) {
            return false;
        }
        message_->headers.emplace_back(text::toLower(line.substr(0, colon)),
                                       std::string(text::trim(line.substr(colon + 1))));
    }
    return true;
}

bool HttpReader::chooseBody() {
    wantsContinue_ = text::toLower(message_->header("expect")) == "100-continue";
    if (text::toLower(message_->header("transfer-encoding")) == "chunked") {
        message_->chunked = true;
        step_ = Step::ChunkSize;
        return true;
    }
    if (message_->hasHeader("content-length")) {
        const auto length = text::toUnsigned(message_->header("content-length"));
        if (!length || *length > kMaxBodyBytes) {
            return false;
        }
        wanted_ = static_cast<std::size_t>(*length);
        step_ = wanted_ == 0 ? Step::Done : Step::Length;
        return true;
    }
    const bool noBody = kind_ == Kind::Request || answer_.status == 204 || answer_.status == 304;
    step_ = noBody ? Step::Done : Step::UntilClose;
    return true;
}

bool HttpReader::readChunkSize(std::string& input) {
    const auto end = input.find("\r\n");
    if (end == std::string::npos) {
        bad_ = input.size() > kMaxChunkLine;
        return false;
    }
    const std::string line = input.substr(0, end);
    input.erase(0, end + 2);
    if (step_ == Step::Trailer) {
        step_ = line.empty() ? Step::Done : Step::Trailer;
        return true;
    }
    std::size_t size = 0;
    const auto [last, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    const bool whole = last == line.data() + line.size() || *last == ';' || *last == ' ';
    bad_ = error != std::errc{} || !whole || size > kMaxBodyBytes - message_->body.size();
    wanted_ = size;
    step_ = size == 0 ? Step::Trailer : Step::ChunkData;
    return true;
}

void HttpReader::readChunkData(std::string& input) {
    message_->body.append(input, 0, wanted_);
    bad_ = input.compare(wanted_, 2, "\r\n") != 0;
    input.erase(0, wanted_ + 2);
    step_ = Step::ChunkSize;
}

HttpRequest HttpReader::takeRequest() {
    HttpRequest out = std::move(request_);
    *this = HttpReader(kind_);
    return out;
}

HttpAnswer HttpReader::takeAnswer() {
    HttpAnswer out = std::move(answer_);
    *this = HttpReader(kind_);
    return out;
}

std::string percentDecode(std::string_view encoded) {
    std::string out;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        const auto octet =
            encoded[i] == '%' ? text::fromHex(encoded.substr(i + 1, 2)) : std::nullopt;
        if (octet && octet->size() == 1) {
            out.push_back(static_cast<char>(octet->front()));
            i += 2;
        } else {
            out.push_back(encoded[i]);
        }
    }
    return out;
}

std::string percentEncode(std::string_view plain) {
    std::string out;
    for (const char c : plain) {
        if (isUnreserved(c)) {
            out.push_back(c);
        } else {
            const std::array<std::uint8_t, 1> octet{static_cast<std::uint8_t>(c)};
            out += "%" + text::toHex(octet, true);
        }
    }
    return out;
}

std::string_view reasonPhrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 307:
            return "Temporary Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        default:
            return "Status";
    }
}

Result<Url> Url::parse(std::string_view text) {
    constexpr std::string_view kScheme = "http://";
    if (!text.starts_with(kScheme)) {
        return fail(ErrorCode::Unsupported, text::cat({text, ": only http is known here"}));
    }
    text.remove_prefix(kScheme.size());
    const auto slash = text.find('/');
    const std::string_view authority = text.substr(0, slash);
    const auto colon = authority.rfind(':');
    Url out;
    out.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) {
        const auto port = text::toUnsigned(authority.substr(colon + 1));
        if (!port || *port == 0 || *port > UINT16_MAX) {
            return fail(ErrorCode::Malformed, text::cat({text, ": no port"}));
        }
        out.port = static_cast<std::uint16_t>(*port);
    }
    if (slash != std::string_view::npos) {
        out.target = text.substr(slash);
    }
    if (out.host.empty()) {
        return fail(ErrorCode::Malformed, text::cat({text, ": no host"}));
    }
    return out;
}

Result<std::map<std::string, std::string, std::less<>>> parseDigestFields(std::string_view header) {
    constexpr std::string_view kScheme = "digest ";
    if (text::toLower(header.substr(0, kScheme.size())) != kScheme) {
        return fail(ErrorCode::Malformed, "no Digest header");
    }
    header.remove_prefix(kScheme.size());
    std::map<std::string, std::string, std::less<>> out;
    while (!header.empty()) {
        const auto equals = header.find('=');
        if (equals == std::string_view::npos) {
            break;
        }
        const std::string key = text::toLower(text::trim(header.substr(0, equals)));
        header.remove_prefix(equals + 1);
        const bool quoted = header.starts_with('"');
        header.remove_prefix(quoted ? 1 : 0);
        const auto end = header.find(quoted ? '"' : ',');
        const std::string_view value = header.substr(0, end);
        out[key] = quoted ? std::string(value) : std::string(text::trim(value));
        header.remove_prefix(std::min(header.size(), value.size()));
        const auto comma = header.find(',');
        header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
    }
    return out;
}

std::string digestResponse(const DigestInput& in) {
    const std::string a1 =
        crypto::md5Hex(text::cat({in.username, ":", in.realm, ":", in.password}));
    const std::string a2 = crypto::md5Hex(text::cat({in.method, ":", in.uri}));
    if (in.qop.empty()) {
        return crypto::md5Hex(text::cat({a1, ":", in.nonce, ":", a2}));
    }
    return crypto::md5Hex(
        text::cat({a1, ":", in.nonce, ":", in.nc, ":", in.cnonce, ":", in.qop, ":", a2}));
}

}  // namespace platen::acs
