// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/lightweight_message.hpp"

#include "base/text.hpp"
#include "proxy/cwmp/xml_writer.hpp"
#include "proxy/stun/hmac_sha1.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

namespace platen::cwmp {
namespace {

std::string paramXml(const LightweightParam& param) {
    XmlWriter xml;
    xml.raw("<Param>");
    xml.element("Name", param.name);
    xml.element("Value", param.value);
    xml.raw("</Param>");
    return xml.take();
}

std::string bodyOf(const LightweightSender& sender,
                   const LightweightStamp& stamp,
                   std::string_view params) {
    constexpr std::int64_t kLast = std::numeric_limits<std::int32_t>::max();  // xs:int
    XmlWriter xml(kLightweightDatagramBytes);
    xml.raw(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        "<Notification xmlns=\"urn:broadband-forum-org:cwmp:lwnotif-1-0\">");
    xml.element("TS", static_cast<std::uint64_t>(
                          std::clamp<std::int64_t>(stamp.seconds, std::int64_t{0}, kLast)));
    xml.element("UN", sender.username);
    xml.element("CN", stamp.nonce);
    xml.element("OUI", sender.identity.oui);
    xml.element("ProductClass", sender.identity.productClass);
    xml.element("SerialNumber", sender.identity.serial);
    xml.raw(params);
    xml.raw("</Notification>");
    return xml.take();
}

std::string signatureOf(const LightweightSender& sender, std::string_view body) {
    const auto mac = stun::hmacSha1(sender.password, body);
    std::array<std::uint8_t, std::tuple_size_v<stun::Sha1Mac>> octets{};
    std::memcpy(octets.data(), mac.data(), octets.size());
    return text::toHex(octets, true);
}

}  // namespace

std::string lightweightBody(const LightweightSender& sender,
                            const LightweightStamp& stamp,
                            const std::vector<LightweightParam>& params) {
    std::string list;
    for (const auto& param : params) {
        list += paramXml(param);
    }
    return bodyOf(sender, stamp, list);
}

std::string lightweightDatagram(const LightweightSender& sender, std::string_view body) {
    return text::cat({"POST / HTTP/1.1\r\nHOST: ", sender.host,
                      "\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: ",
                      std::to_string(body.size()), "\r\nSignature: ", signatureOf(sender, body),
                      "\r\n\r\n", body});
}

LightweightDatagrams lightweightDatagrams(const LightweightSender& sender,
                                          const std::vector<LightweightParam>& params,
                                          const std::function<LightweightStamp()>& stamp) {
    LightweightDatagrams out;
    const auto frame = lightweightDatagram(sender, bodyOf(sender, stamp(), {})).size();
    std::string list;
    const auto flush = [&] {
        if (!list.empty()) {
            out.datagrams.push_back(
                lightweightDatagram(sender, bodyOf(sender, stamp(), std::exchange(list, {}))));
        }
    };
    for (const auto& param : params) {
        auto xml = paramXml(param);
        if (frame + xml.size() > kLargestLightweightBytes) {
            ++out.tooLarge;
            continue;
        }
        if (frame + list.size() + xml.size() > kLightweightDatagramBytes) {
            flush();
        }
        list += xml;
    }
    flush();
    return out;
}

}  // namespace platen::cwmp
