// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/soap.hpp"

#include "base/text.hpp"

namespace platen::acs {

namespace {

constexpr std::string_view kSoapNamespace = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view kCwmpNamespaces = "urn:dslforum-org:cwmp-1-";

/// The namespace that a qualified name has, by the declarations on it and its parents.
std::string_view namespaceOf(pugi::xml_node node) {
    const std::string_view name = node.name();
    const auto colon = name.find(':');
    const std::string attribute =
        colon == std::string_view::npos ? "xmlns" : text::cat({"xmlns:", name.substr(0, colon)});
    for (pugi::xml_node at = node; at; at = at.parent()) {
        if (const auto found = at.attribute(attribute.c_str())) {
            return found.value();
        }
    }
    return {};
}

}  // namespace

std::string_view localName(std::string_view qualified) {
    return qualified.substr(qualified.rfind(':') + 1);
}

pugi::xml_node childOf(pugi::xml_node parent, std::string_view name) {
    for (const pugi::xml_node child : parent.children()) {
        if (child.type() == pugi::node_element && localName(child.name()) == name) {
            return child;
        }
    }
    return {};
}

std::string textOf(pugi::xml_node parent, std::string_view name) {
    return childOf(parent, name).text().get();
}

Result<Envelope> parseEnvelope(std::string_view text) {
    Envelope out;
    const auto parsed = out.document.load_buffer(text.data(), text.size(),
                                                 pugi::parse_default | pugi::parse_ws_pcdata_single,
                                                 pugi::encoding_utf8);
    if (!parsed) {
        return fail(ErrorCode::Malformed, text::cat({"not well-formed: ", parsed.description()}));
    }
    if (!text::isUtf8(text)) {
        return fail(ErrorCode::Malformed, "not UTF-8");
    }
    const pugi::xml_node envelope = out.document.document_element();
    if (localName(envelope.name()) != "Envelope" || namespaceOf(envelope) != kSoapNamespace) {
        return fail(ErrorCode::Malformed, "no SOAP envelope");
    }
    out.id = textOf(childOf(envelope, "Header"), "ID");
    const pugi::xml_node body = childOf(envelope, "Body");
    for (const pugi::xml_node child : body.children()) {
        if (child.type() == pugi::node_element) {
            out.method = child;
            break;
        }
    }
    if (!out.method) {
        return fail(ErrorCode::Malformed, "the body is empty");
    }
    out.name = localName(out.method.name());
    const pugi::xml_node versioned =
        out.name == "Fault" ? childOf(childOf(out.method, "detail"), "Fault") : out.method;
    out.version = namespaceOf(versioned);
    if (!out.version.starts_with(kCwmpNamespaces)) {
        return fail(ErrorCode::Malformed, text::cat({out.name, ": not in a namespace of CWMP"}));
    }
    return out;
}

std::string escapeXml(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out.push_back(c);
        }
    }
    return out;
}

std::string makeEnvelope(const EnvelopeHead& head, std::string_view body) {
    std::string out = text::cat(
        {R"(<?xml version="1.0" encoding="UTF-8"?>)",
         R"(<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/" )",
         R"(xmlns:soap-enc="http://schemas.xmlsoap.org/soap/encoding/" )",
         R"(xmlns:xsd="http://www.w3.org/2001/XMLSchema" )",
         R"(xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cwmp=")", head.version,
         "\"><soap-env:Header>"});
    if (!head.id.empty()) {
        out += text::cat({"<cwmp:ID soap-env:mustUnderstand=\"", head.mustUnderstandId ? "1" : "0",
                          "\">", escapeXml(head.id), "</cwmp:ID>"});
    }
    if (head.holdRequests >= 0) {
        out += text::cat({"<cwmp:HoldRequests soap-env:mustUnderstand=\"1\">",
                          std::to_string(head.holdRequests), "</cwmp:HoldRequests>"});
    }
    out += text::cat(
        {"</soap-env:Header><soap-env:Body>", body, "</soap-env:Body></soap-env:Envelope>"});
    return out;
}

std::string makeFaultBody(int code, std::string_view text) {
    return text::cat({"<soap-env:Fault><faultcode>soap-env:Server</faultcode>",
                      "<faultstring>CWMP fault</faultstring>", "<detail><cwmp:Fault><FaultCode>",
                      std::to_string(code), "</FaultCode><FaultString>", escapeXml(text),
                      "</FaultString></cwmp:Fault></detail></soap-env:Fault>"});
}

}  // namespace platen::acs
