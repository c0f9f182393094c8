// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/message.hpp"

#include <algorithm>

namespace platen::sim {

namespace {

constexpr std::uint8_t kTagInteger = static_cast<std::uint8_t>(SnmpType::Integer);
constexpr std::uint8_t kTagOctets = static_cast<std::uint8_t>(SnmpType::OctetString);
constexpr std::uint8_t kTagOid = static_cast<std::uint8_t>(SnmpType::ObjectId);
/// Headers, version, request id, status and index, without the community.
constexpr std::size_t kHeadBytes = 48;

std::optional<std::int64_t> nextInteger(BerReader& reader) {
    const auto content = reader.next(kTagInteger);
    return content ? readInteger(*content) : std::nullopt;
}

bool isRequest(std::uint8_t tag) {
    return tag == kTagGet || tag == kTagGetNext || tag == kTagSet || tag == kTagGetBulk;
}

ByteView asBytes(std::string_view text) {
    // Octets of a message are text here and bytes there; both are 8-bit types.
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

bool Request::decode(ByteView datagram) {
    binds.clear();
    ids_.clear();
    BerReader outer(datagram);
    const auto message = outer.next(kTagSequence);
    if (!message || !outer.atEnd()) {
        return false;
    }
    BerReader reader(*message);
    const auto number = nextInteger(reader);
    const auto name = reader.next(kTagOctets);
    const auto body = reader.next();
    if (!number || !name || !body || !reader.atEnd() || (*number != 0 && *number != 1) ||
        !isRequest(body->tag)) {
        return false;
    }
    version = static_cast<Version>(*number);
    community = {reinterpret_cast<const char*>(name->data()), name->size()};
    pdu = body->tag;
    return decodePdu(body->content);
}

bool Request::decodePdu(ByteView content) {
    BerReader reader(content);
    const auto id = nextInteger(reader);
    const auto first = nextInteger(reader);
    const auto second = nextInteger(reader);
    const auto list = reader.next(kTagSequence);
    if (!id || !first || !second || !list || !reader.atEnd()) {
        return false;
    }
    requestId = *id;
    nonRepeaters = *first;
    maxRepetitions = *second;
    ByteView rest = *list;
    while (!rest.empty()) {
        BerReader binder(rest);
        const auto bind = binder.next(kTagSequence);
        if (!bind || binds.size() >= kMaxRequestBinds) {
            return false;
        }
        const auto used = static_cast<std::size_t>(bind->data() + bind->size() - rest.data());
        if (!decodeBind(rest.first(used), *bind)) {
            return false;
        }
        rest = rest.subspan(used);
    }
    return true;
}

bool Request::decodeBind(ByteView whole, ByteView content) {
    BerReader reader(content);
    const auto name = reader.next(kTagOid);
    const auto value = reader.next();
    const std::size_t offset = ids_.size();
    if (!name || !value || !reader.atEnd() || !readOid(*name, ids_)) {
        return false;
    }
    binds.push_back(
        {.offset = offset, .length = ids_.size() - offset, .whole = whole, .value = *value});
    return true;
}

void Reply::start(const Request& request, std::size_t maxBytes) {
    request_ = &request;
    headroom_ = kHeadBytes + request.community.size();
    limit_ = std::max(maxBytes, headroom_);
    clear();
}

void Reply::clear() {
    buffer_.resize(headroom_);
    count_ = 0;
}

bool Reply::add(ByteView varbind) {
    if (buffer_.size() + varbind.size() > limit_) {
        return false;
    }
    buffer_.insert(buffer_.end(), varbind.begin(), varbind.end());
    ++count_;
    return true;
}

bool Reply::add(OidView oid, const SnmpValue& value) {
    return add(encodeVarbind(oid, value));
}

bool Reply::addEncoded(OidView oid, ByteView value) {
    scratch_.clear();
    appendOid(scratch_, oid);
    scratch_.insert(scratch_.end(), value.begin(), value.end());
    Bytes whole;
    appendOctets(whole, kTagSequence, scratch_);
    return add(whole);
}

ByteView Reply::finish(ErrorStatus status, std::size_t index) {
    Bytes& head = scratch_;
    const std::size_t listBytes = buffer_.size() - headroom_;
    Bytes pduHead;
    appendInteger(pduHead, kTagInteger, request_->requestId);
    appendInteger(pduHead, kTagInteger, static_cast<std::int64_t>(status));
    appendInteger(pduHead, kTagInteger, static_cast<std::int64_t>(index));
    appendHeader(pduHead, kTagSequence, listBytes);
    Bytes inner;
    appendInteger(inner, kTagInteger, static_cast<std::int64_t>(request_->version));
    appendOctets(inner, kTagOctets, asBytes(request_->community));
    appendHeader(inner, kTagResponse, pduHead.size() + listBytes);
    head.clear();
    appendHeader(head, kTagSequence, inner.size() + pduHead.size() + listBytes);
    head.insert(head.end(), inner.begin(), inner.end());
    head.insert(head.end(), pduHead.begin(), pduHead.end());
    const std::size_t start = headroom_ - head.size();
    std::copy(head.begin(), head.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(start));
    return ByteView(buffer_).subspan(start);
}

Bytes encodeRequest(const RequestText& head, const std::vector<VarBind>& binds) {
    Bytes list;
    for (const VarBind& bind : binds) {
        const Bytes one = encodeVarbind(bind.oid.ids(), bind.value);
        list.insert(list.end(), one.begin(), one.end());
    }
    Bytes pdu;
    appendInteger(pdu, kTagInteger, head.requestId);
    appendInteger(pdu, kTagInteger, head.nonRepeaters);
    appendInteger(pdu, kTagInteger, head.maxRepetitions);
    appendOctets(pdu, kTagSequence, list);
    Bytes inner;
    appendInteger(inner, kTagInteger, static_cast<std::int64_t>(head.version));
    appendOctets(inner, kTagOctets, asBytes(head.community));
    appendOctets(inner, head.pdu, pdu);
    Bytes out;
    appendOctets(out, kTagSequence, inner);
    return out;
}

std::optional<ResponseText> decodeResponse(ByteView datagram) {
    BerReader outer(datagram);
    const auto message = outer.next(kTagSequence);
    if (!message || !outer.atEnd()) {
        return std::nullopt;
    }
    BerReader reader(*message);
    const auto version = nextInteger(reader);
    const auto community = reader.next(kTagOctets);
    const auto body = reader.next(kTagResponse);
    if (!version || (*version != 0 && *version != 1) || !community || !body || !reader.atEnd()) {
        return std::nullopt;
    }
    BerReader pdu(*body);
    const auto id = nextInteger(pdu);
    const auto status = nextInteger(pdu);
    const auto index = nextInteger(pdu);
    const auto list = pdu.next(kTagSequence);
    if (!id || !status || !index || !list || !pdu.atEnd()) {
        return std::nullopt;
    }
    ResponseText out{.version = static_cast<Version>(*version),
                     .requestId = *id,
                     .errorStatus = *status,
                     .errorIndex = *index,
                     .binds = {}};
    BerReader binder(*list);
    std::vector<std::uint32_t> ids;
    while (!binder.atEnd()) {
        const auto bind = binder.next(kTagSequence);
        BerReader parts(bind.value_or(ByteView{}));
        const auto name = parts.next(kTagOid);
        const auto element = parts.next();
        ids.clear();
        if (!bind || !name || !element || !parts.atEnd() || !readOid(*name, ids)) {
            return std::nullopt;
        }
        auto value = readValue(*element);
        if (!value) {
            return std::nullopt;
        }
        out.binds.push_back({Oid(OidView(ids)), *std::move(value)});
    }
    return out;
}

}  // namespace platen::sim
