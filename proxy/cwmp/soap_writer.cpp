// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/soap_writer.hpp"

#include "base/text.hpp"
#include "base/time.hpp"

#include <utility>

namespace platen::cwmp {
namespace {

// Prefixes that known ACSs look for literally (C-SOAP-03, C-ACS-04).
constexpr std::string_view kEnvelopeOpen =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\""
    " xmlns:soap-enc=\"http://schemas.xmlsoap.org/soap/encoding/\""
    " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
    " xmlns:cwmp=\"";
constexpr std::string_view kBodyOpen = "<soap:Body>";
constexpr std::string_view kEnvelopeClose = "</soap:Body></soap:Envelope>";
constexpr std::size_t kEnvelopeOverhead = 640;

void openEnvelope(XmlWriter& out, Dialect dialect) {
    out.raw(kEnvelopeOpen);
    out.raw(namespaceUri(dialect));
    out.raw("\">");
}

void writeId(XmlWriter& out, std::string_view id) {
    out.raw("<cwmp:ID soap:mustUnderstand=\"1\">");
    out.text(id);
    out.raw("</cwmp:ID>");
}

/// Everything up to the start of the body for a message that answers one.
void openReply(XmlWriter& out, Dialect dialect, const std::optional<std::string>& id) {
    openEnvelope(out, dialect);
    if (id) {
        out.raw("<soap:Header>");
        writeId(out, *id);
        out.raw("</soap:Header>");
    }
    out.raw(kBodyOpen);
}

std::string_view wireType(model::ValueType type, bool list) {
    if (list) {
        return "xsd:string";
    }
    switch (type) {
        case model::ValueType::String:
            return "xsd:string";
        case model::ValueType::Int:
            return "xsd:int";
        case model::ValueType::UnsignedInt:
            return "xsd:unsignedInt";
        case model::ValueType::Long:
            return "xsd:long";
        case model::ValueType::UnsignedLong:
            return "xsd:unsignedLong";
        case model::ValueType::Boolean:
            return "xsd:boolean";
        case model::ValueType::DateTime:
            return "xsd:dateTime";
        case model::ValueType::Base64:
            return "soap-enc:base64";
        case model::ValueType::HexBinary:
            return "xsd:hexBinary";
    }
    return "xsd:string";
}

void writeIdentity(XmlWriter& out, const fleet::Identity& identity) {
    out.raw("<DeviceId>");
    out.element("Manufacturer", identity.manufacturer);
    out.element("OUI", identity.oui);
    out.element("ProductClass", identity.productClass);
    out.element("SerialNumber", identity.serial);
    out.raw("</DeviceId>");
}

void writeEvents(XmlWriter& out, std::span<const EventStruct> events) {
    out.raw("<Event soap-enc:arrayType=\"cwmp:EventStruct[");
    out.number(events.size());
    out.raw("]\">");
    for (const auto& event : events) {
        out.raw("<EventStruct>");
        out.element("EventCode", event.code);
        out.element("CommandKey", event.commandKey);
        out.raw("</EventStruct>");
    }
    out.raw("</Event>");
}

/// Codes above 9013 came with CWMP 1.1 and 1.2.
std::uint64_t faultCodeFor(const TransferReport& report, Dialect dialect) {
    const auto general = static_cast<std::uint16_t>(report.upload ? FaultCode::UploadFailed
                                                                  : FaultCode::DownloadFailed);
    const auto last =
        static_cast<std::uint16_t>(dialect == Dialect::Cwmp10   ? FaultCode::UnsupportedProtocol
                                   : dialect == Dialect::Cwmp11 ? FaultCode::FileCorrupted
                                                                : FaultCode::OutsideTimeWindows);
    return report.faultCode > last ? general : report.faultCode;
}

void writeReport(XmlWriter& out, const TransferReport& report, Dialect dialect) {
    if (const auto& file = report.autonomous) {
        constexpr std::uint64_t kMostSize = 0xFFFFFFFFU;  // unsignedInt on the wire.
        out.element("AnnounceURL", "");
        out.element("TransferURL", file->url);
        out.element("IsDownload", report.upload ? "false" : "true");
        out.element("FileType", file->fileType);
        out.element("FileSize", std::min(file->fileSize, kMostSize));
        out.element("TargetFileName", file->targetName);
    } else {
        out.element("CommandKey", report.commandKey);
    }
    out.raw("<FaultStruct>");
    out.element("FaultCode", faultCodeFor(report, dialect));
    out.element("FaultString", text::cutUtf8(report.faultText, kMaxFaultString));
    out.raw("</FaultStruct>");
    out.element("StartTime", formatDateTime(report.started));
    out.element("CompleteTime", formatDateTime(report.completed));
}

}  // namespace

void ParameterListWriter::add(std::string_view name,
                              model::ValueType type,
                              bool list,
                              std::string_view text) {
    body_.raw("<ParameterValueStruct><Name>");
    body_.text(name);
    body_.raw("</Name><Value xsi:type=\"");
    body_.raw(wireType(shownType(longTypes_, type, text), list));
    body_.raw("\">");
    body_.text(text);
    body_.raw("</Value></ParameterValueStruct>");
    ++count_;
}

std::string ParameterListWriter::take() {
    return arrayOf("ParameterList", "cwmp:ParameterValueStruct", count_, body_.str());
}

std::string arrayOf(std::string_view element,
                    std::string_view type,
                    std::size_t count,
                    std::string_view entries) {
    XmlWriter out(entries.size() + 128);
    out.raw("<");
    out.raw(element);
    out.raw(" soap-enc:arrayType=\"");
    out.raw(type);
    out.raw("[");
    out.number(count);
    out.raw("]\">");
    out.raw(entries);
    out.raw("</");
    out.raw(element);
    out.raw(">");
    return out.take();
}

std::string writeInform(const InformMessage& inform, Dialect dialect, std::string_view id) {
    XmlWriter out(kEnvelopeOverhead * 2 + inform.parameterList.size());
    openEnvelope(out, dialect);
    out.raw("<soap:Header>");
    writeId(out, id);
    if (dialect == Dialect::Cwmp12) {
        // The older namespaces have no such header, and an old ACS may choke on it.
        out.raw("<cwmp:SupportedCWMPVersions soap:mustUnderstand=\"0\">");
        out.raw(inform.offeredVersions);
        out.raw("</cwmp:SupportedCWMPVersions>");
    }
    out.raw("</soap:Header>");
    out.raw(kBodyOpen);
    out.raw("<cwmp:Inform>");
    writeIdentity(out, inform.identity);
    writeEvents(out, inform.events);
    out.raw("<MaxEnvelopes>1</MaxEnvelopes>");
    out.element("CurrentTime", inform.currentTime);
    out.element("RetryCount", std::uint64_t{inform.retryCount});
    out.raw(inform.parameterList);
    out.raw("</cwmp:Inform>");
    out.raw(kEnvelopeClose);
    return out.take();
}

std::string writeRequest(const OwnRequest& request, Dialect dialect, std::string_view id) {
    XmlWriter out(kEnvelopeOverhead);
    openEnvelope(out, dialect);
    out.raw("<soap:Header>");
    writeId(out, id);
    out.raw("</soap:Header>");
    out.raw(kBodyOpen);
    out.raw("<cwmp:");
    out.raw(request.method);
    if (request.report) {
        out.raw(">");
        writeReport(out, *request.report, dialect);
        out.raw("</cwmp:");
        out.raw(request.method);
        out.raw(">");
    } else {
        out.raw("/>");
    }
    out.raw(kEnvelopeClose);
    return out.take();
}

std::string writeResponse(const RpcResponse& response,
                          Dialect dialect,
                          const std::optional<std::string>& id) {
    XmlWriter out(kEnvelopeOverhead + response.content.size());
    openReply(out, dialect, id);
    out.raw("<cwmp:");
    out.raw(response.method);
    out.raw("Response>");
    out.raw(response.content);
    out.raw("</cwmp:");
    out.raw(response.method);
    out.raw("Response>");
    out.raw(kEnvelopeClose);
    return out.take();
}

std::string writeFault(const Fault& fault, Dialect dialect, const std::optional<std::string>& id) {
    XmlWriter out(kEnvelopeOverhead);
    openReply(out, dialect, id);
    out.raw("<soap:Fault><faultcode>soap:");
    out.raw(isClientFault(fault.code) ? "Client" : "Server");
    out.raw(
        "</faultcode><faultstring>CWMP fault</faultstring>"
        "<detail><cwmp:Fault>");
    out.element("FaultCode", std::uint64_t{static_cast<std::uint16_t>(fault.code)});
    out.element("FaultString", text::cutUtf8(fault.text, kMaxFaultString));
    for (const auto& parameter : fault.parameters) {
        out.raw("<SetParameterValuesFault>");
        out.element("ParameterName", parameter.name);
        out.element("FaultCode", std::uint64_t{static_cast<std::uint16_t>(parameter.code)});
        out.element("FaultString", text::cutUtf8(parameter.text, kMaxFaultString));
        out.raw("</SetParameterValuesFault>");
    }
    out.raw("</cwmp:Fault></detail></soap:Fault>");
    out.raw(kEnvelopeClose);
    return out.take();
}

std::string writeMustUnderstandFault(std::string_view header,
                                     Dialect dialect,
                                     const std::optional<std::string>& id) {
    XmlWriter out(kEnvelopeOverhead);
    openReply(out, dialect, id);
    out.raw("<soap:Fault><faultcode>soap:MustUnderstand</faultcode>");
    out.element("faultstring",
                text::cat({"header not understood: ", text::cutUtf8(header, kMaxNameLength)}));
    out.raw("</soap:Fault>");
    out.raw(kEnvelopeClose);
    return out.take();
}

}  // namespace platen::cwmp
