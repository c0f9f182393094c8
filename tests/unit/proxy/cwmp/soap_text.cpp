// SPDX-License-Identifier: Apache-2.0
#include "soap_text.hpp"

#include "tests/support/xsd_validator.hpp"

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace platen::test {
namespace {

std::string strings(const std::vector<std::string>& items) {
    std::string all;
    for (const auto& item : items) {
        all += "<string>" + item + "</string>";
    }
    return all;
}

pugi::xml_node bodyOf(pugi::xml_document& document, const std::string& envelope) {
    const auto parsed = document.load_buffer(envelope.data(), envelope.size(),
                                             pugi::parse_default | pugi::parse_ws_pcdata_single);
    if (!parsed) {
        throw std::runtime_error("not XML: " + envelope);
    }
    return document.child("soap:Envelope").child("soap:Body").first_child();
}

std::string withoutPrefix(const std::string& name) {
    const auto colon = name.find(':');
    return colon == std::string::npos ? name : name.substr(colon + 1);
}

void readFault(pugi::xml_node fault, SeenReply& reply) {
    reply.faultcode = fault.child_value("faultcode");
    reply.faultstring = fault.child_value("faultstring");
    const auto detail = fault.child("detail").child("cwmp:Fault");
    reply.faultCode = detail.child_value("FaultCode");
    reply.faultText = detail.child_value("FaultString");
    for (const auto one : detail.children("SetParameterValuesFault")) {
        reply.faults[one.child_value("ParameterName")] = one.child_value("FaultCode");
    }
}

}  // namespace

std::string acsEnvelope(std::string_view header,
                        std::string_view body,
                        std::string_view cwmpNamespace) {
    std::string out =
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:c=\"";
    out += cwmpNamespace;
    out += "\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">";
    if (!header.empty()) {
        out += "<s:Header>" + std::string(header) + "</s:Header>";
    }
    return out + "<s:Body>" + std::string(body) + "</s:Body></s:Envelope>";
}

std::string acsRequest(std::string_view body) {
    return acsEnvelope("<c:ID s:mustUnderstand=\"1\">7</c:ID>", body);
}

std::string informResponse(std::string_view cwmpNamespace, std::string_view header) {
    return acsEnvelope(header,
                       "<c:InformResponse><MaxEnvelopes>1</MaxEnvelopes></c:InformResponse>",
                       cwmpNamespace);
}

std::string acsFault(unsigned code) {
    return acsEnvelope(
        {},
        "<s:Fault><faultcode>Server</faultcode><faultstring>CWMP fault</faultstring>"
        "<detail><c:Fault><FaultCode>" +
            std::to_string(code) +
            "</FaultCode><FaultString>no</FaultString></c:Fault></detail></s:Fault>");
}

std::string gpv(const std::vector<std::string>& names) {
    return "<c:GetParameterValues><ParameterNames>" + strings(names) +
           "</ParameterNames></c:GetParameterValues>";
}

std::string gpn(std::string_view path, bool nextLevel) {
    return "<c:GetParameterNames><ParameterPath>" + std::string(path) +
           "</ParameterPath><NextLevel>" + (nextLevel ? "1" : "0") +
           "</NextLevel></c:GetParameterNames>";
}

std::string gpa(const std::vector<std::string>& names) {
    return "<c:GetParameterAttributes><ParameterNames>" + strings(names) +
           "</ParameterNames></c:GetParameterAttributes>";
}

std::string spv(const std::vector<Setting>& settings, std::string_view key) {
    std::string list;
    for (const auto& setting : settings) {
        list += "<ParameterValueStruct><Name>" + setting.name + "</Name><Value";
        if (!setting.type.empty()) {
            list += " xsi:type=\"" + setting.type + "\"";
        }
        list += ">" + setting.value + "</Value></ParameterValueStruct>";
    }
    return "<c:SetParameterValues><ParameterList>" + list + "</ParameterList><ParameterKey>" +
           std::string(key) + "</ParameterKey></c:SetParameterValues>";
}

std::string spa(std::string_view name, std::string_view notification, std::string_view access) {
    const bool change = !notification.empty();
    const bool accessChange = !access.empty();
    return "<c:SetParameterAttributes><ParameterList><SetParameterAttributesStruct><Name>" +
           std::string(name) + "</Name><NotificationChange>" + (change ? "1" : "0") +
           "</NotificationChange><Notification>" + std::string(notification) +
           "</Notification><AccessListChange>" + (accessChange ? "1" : "0") +
           "</AccessListChange><AccessList>" +
           (accessChange ? "<string>" + std::string(access) + "</string>" : std::string()) +
           "</AccessList></SetParameterAttributesStruct></ParameterList>"
           "</c:SetParameterAttributes>";
}

std::string rebootRequest(std::string_view key) {
    return "<c:Reboot><CommandKey>" + std::string(key) + "</CommandKey></c:Reboot>";
}

std::string scheduleInform(std::string_view delay, std::string_view key) {
    return "<c:ScheduleInform><DelaySeconds>" + std::string(delay) + "</DelaySeconds><CommandKey>" +
           std::string(key) + "</CommandKey></c:ScheduleInform>";
}

namespace {

std::string objectRequest(const std::string& method, std::string_view path, std::string_view key) {
    return "<c:" + method + "><ObjectName>" + std::string(path) + "</ObjectName><ParameterKey>" +
           std::string(key) + "</ParameterKey></c:" + method + ">";
}

}  // namespace

std::string addObject(std::string_view path, std::string_view key) {
    return objectRequest("AddObject", path, key);
}

std::string deleteObject(std::string_view path, std::string_view key) {
    return objectRequest("DeleteObject", path, key);
}

std::vector<std::string> SeenInform::codes() const {
    std::vector<std::string> all;
    all.reserve(events.size());
    for (const auto& event : events) {
        all.push_back(event.first);
    }
    return all;
}

bool SeenInform::has(std::string_view code) const {
    return std::any_of(events.begin(), events.end(),
                       [&](const auto& event) { return event.first == code; });
}

bool isInform(const std::string& envelope) {
    return envelope.find("<cwmp:Inform>") != std::string::npos;
}

SeenInform readInform(const std::string& envelope) {
    pugi::xml_document document;
    const auto inform = bodyOf(document, envelope);
    if (std::string_view(inform.name()) != "cwmp:Inform") {
        throw std::runtime_error("no Inform: " + envelope);
    }
    SeenInform seen;
    const auto root = document.child("soap:Envelope");
    seen.cwmpNamespace = root.attribute("xmlns:cwmp").value();
    seen.id = root.child("soap:Header").child_value("cwmp:ID");
    seen.supportedVersions = root.child("soap:Header").child_value("cwmp:SupportedCWMPVersions");
    seen.serial = inform.child("DeviceId").child_value("SerialNumber");
    seen.currentTime = inform.child_value("CurrentTime");
    seen.retryCount = inform.child("RetryCount").text().as_uint();
    for (const auto event : inform.child("Event").children()) {
        seen.events.emplace_back(event.child_value("EventCode"), event.child_value("CommandKey"));
    }
    for (const auto parameter : inform.child("ParameterList").children()) {
        const std::string name = parameter.child_value("Name");
        seen.order.push_back(name);
        seen.parameters[name] = parameter.child_value("Value");
        seen.types[name] = parameter.child("Value").attribute("xsi:type").value();
    }
    return seen;
}

SeenReply readReply(const std::string& envelope) {
    pugi::xml_document document;
    const auto message = bodyOf(document, envelope);
    SeenReply reply;
    const auto header = document.child("soap:Envelope").child("soap:Header").child("cwmp:ID");
    reply.id = header.child_value();
    reply.idMustUnderstand = header.attribute("soap:mustUnderstand").value();
    reply.method = withoutPrefix(message.name());
    if (reply.method == "Fault") {
        readFault(message, reply);
        return reply;
    }
    reply.status = message.child_value("Status");
    reply.instanceNumber = message.child_value("InstanceNumber");
    reply.arrayType = message.child("ParameterList").attribute("soap-enc:arrayType").value();
    for (const auto entry : message.child("ParameterList").children()) {
        const std::string name = entry.child_value("Name");
        std::string value = entry.child_value("Value");
        if (const auto writable = entry.child("Writable")) {
            value = writable.child_value();
        }
        if (const auto notification = entry.child("Notification")) {
            value = notification.child_value();
        }
        for (const auto access : entry.child("AccessList").children()) {
            reply.access[name].emplace_back(access.child_value());
        }
        reply.types[name] = entry.child("Value").attribute("xsi:type").value();
        reply.values.emplace_back(name, value);
    }
    for (const auto one : message.child("MethodList").children()) {
        reply.strings.emplace_back(one.child_value());
    }
    return reply;
}

std::string SeenReply::value(std::string_view name) const {
    for (const auto& [known, text] : values) {
        if (known == name) {
            return text;
        }
    }
    return "(absent)";
}

std::vector<std::string> SeenReply::names() const {
    std::vector<std::string> all;
    all.reserve(values.size());
    for (const auto& entry : values) {
        all.push_back(entry.first);
    }
    return all;
}

void expectValid(const std::string& envelope) {
    static XsdValidator validator(std::filesystem::path(PLATEN_SHARED) / "standards" / "schemas");
    EXPECT_EQ(validator.validate(envelope), "") << envelope;
}

}  // namespace platen::test
