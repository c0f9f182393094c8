// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/soap_reader.hpp"

#include "base/text.hpp"
#include "proxy/cwmp/soap_requests.hpp"
#include "proxy/cwmp/xml_names.hpp"

#include <array>
#include <limits>
#include <utility>

namespace platen::cwmp {
namespace {

constexpr std::string_view kNextActor = "http://schemas.xmlsoap.org/soap/actor/next";

tl::unexpected<Error> malformed(std::string_view what) {
    return fail(ErrorCode::Malformed, text::cat({"SOAP: ", what}));
}

bool isTrue(std::string_view text) {
    const auto word = text::trim(text);
    return word == "1" || word == "true";
}

bool isCwmp(pugi::xml_node element) {
    const auto uri = namespaceOf(element);
    return uri && dialectOfNamespace(*uri).has_value();
}

/// Headers that we know; NoMoreRequests is known and ignored (C-SOAP-09).
bool isKnownHeader(pugi::xml_node header) {
    constexpr std::array<std::string_view, 6> kKnown{"ID",
                                                     "HoldRequests",
                                                     "NoMoreRequests",
                                                     "UseCWMPVersion",
                                                     "SupportedCWMPVersions",
                                                     "SessionTimeout"};
    if (!isCwmp(header)) {
        return false;
    }
    for (const auto name : kKnown) {
        if (localName(header.name()) == name) {
            return true;
        }
    }
    return false;
}

/// A header with an actor of its own is for somebody else (SOAP 1.1 section 4.2.2).
bool isForUs(pugi::xml_node header) {
    const auto actor = soapAttribute(header, "actor");
    return actor.empty() || actor == kNextActor;
}

void readHeader(pugi::xml_node header, Envelope& envelope) {
    for (auto entry = firstElement(header); entry; entry = nextElement(entry)) {
        const auto name = localName(entry.name());
        if (!isKnownHeader(entry)) {
            if (isForUs(entry) && isTrue(soapAttribute(entry, "mustUnderstand"))) {
                envelope.notUnderstood = std::string(name);
            }
        } else if (name == "ID") {
            envelope.id = textOf(entry);
        } else if (name == "HoldRequests") {
            envelope.holdRequests = isTrue(textOf(entry));
        } else if (name == "UseCWMPVersion") {
            envelope.useVersion = std::string(text::trim(textOf(entry)));
        }
    }
}

FaultMessage readFault(pugi::xml_node fault) {
    FaultMessage message;
    message.text = text::cutUtf8(textOf(childNamed(fault, "faultstring")), kMaxFaultString);
    auto detail = childNamed(fault, "detail");
    if (auto inner = childNamed(detail, "Fault")) {
        detail = inner;
    }
    const auto code = text::toUnsigned(text::trim(textOf(childNamed(detail, "FaultCode"))));
    if (code && *code <= std::numeric_limits<std::uint32_t>::max()) {
        message.code = static_cast<std::uint32_t>(*code);
    }
    const auto detailText = textOf(childNamed(detail, "FaultString"));
    if (!detailText.empty()) {
        message.text = text::cutUtf8(detailText, kMaxFaultString);
    }
    return message;
}

Result<Message> readBody(pugi::xml_node element, Envelope& envelope) {
    const std::string_view name = element.name();
    if (isNamed(element, kSoapNamespace, "Fault") || name.find(':') != name.rfind(':')) {
        // A name with two colons is GenieACS's fault to an unknown method (C-FLT-04).
        if (localName(name) != "Fault") {
            return malformed("bad element name in Body");
        }
        return Message(readFault(element));
    }
    const auto uri = namespaceOf(element);
    envelope.dialect = uri ? dialectOfNamespace(*uri) : std::nullopt;
    const auto method = localName(name);
    constexpr std::string_view kResponse = "Response";
    if (method.size() > kResponse.size() && method.ends_with(kResponse)) {
        if (!envelope.dialect) {
            return malformed("response in an unknown namespace");
        }
        if (method == "InformResponse") {
            return Message(InformResponseMessage{});
        }
        return Message(
            ResponseMessage{std::string(method.substr(0, method.size() - kResponse.size()))});
    }
    RequestMessage request;
    request.method = std::string(method);
    if (envelope.dialect) {
        request.request = readRequest(element, method);
    } else {
        request.request = makeFault(FaultCode::MethodNotSupported, "unknown namespace");
    }
    return Message(std::move(request));
}

struct Parts {
    pugi::xml_node header;
    pugi::xml_node bodyElement;
};

Result<Parts> splitEnvelope(pugi::xml_node root) {
    if (!isNamed(root, kSoapNamespace, "Envelope")) {
        return malformed("no SOAP 1.1 Envelope");
    }
    Parts parts;
    pugi::xml_node body;
    for (auto part = firstElement(root); part; part = nextElement(part)) {
        if (isNamed(part, kSoapNamespace, "Header")) {
            if (!parts.header.empty() || !body.empty()) {
                return malformed("Header out of place");
            }
            parts.header = part;
        } else if (isNamed(part, kSoapNamespace, "Body")) {
            if (body) {
                return malformed("more than one Body");
            }
            body = part;
        } else if (!body) {
            return malformed("unknown element before Body");
        }
    }
    parts.bodyElement = firstElement(body);
    if (parts.bodyElement.empty() || !nextElement(parts.bodyElement).empty()) {
        return malformed("Body must hold one element");
    }
    return parts;
}

}  // namespace

Result<Envelope> readEnvelope(std::string_view body) {
    if (auto checked = checkXml(body, kSoapLimits); !checked) {
        return tl::unexpected<Error>(checked.error());
    }
    pugi::xml_document document;
    constexpr unsigned kFlags =
        pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_ws_pcdata_single;
    const auto parsed = document.load_buffer(body.data(), body.size(), kFlags, pugi::encoding_utf8);
    if (!parsed) {
        return malformed(parsed.description());
    }
    const auto root = document.document_element();
    if (auto checked = checkNames(root); !checked) {
        return tl::unexpected<Error>(checked.error());
    }
    const auto parts = splitEnvelope(root);
    if (!parts) {
        return tl::unexpected<Error>(parts.error());
    }
    Envelope envelope;
    readHeader(parts->header, envelope);
    auto message = readBody(parts->bodyElement, envelope);
    if (!message) {
        return tl::unexpected<Error>(message.error());
    }
    envelope.message = std::move(*message);
    return envelope;
}

}  // namespace platen::cwmp
