// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/rpc.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace platen::acs {

namespace {

using nlohmann::json;

/// Text of a field; numbers and booleans as they are written in JSON.
std::string field(const json& task, const char* key, std::string_view fallback = "") {
    const auto found = task.find(key);
    if (found == task.end() || found->is_null()) {
        return std::string(fallback);
    }
    return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string element(std::string_view name, std::string_view text) {
    return text::cat({"<", name, ">", escapeXml(text), "</", name, ">"});
}

tl::unexpected<Error> missing(const char* key) {
    return fail(ErrorCode::Malformed, text::cat({"the task needs \"", key, "\""}));
}

Result<std::string> nameList(const json& task, const char* method) {
    const auto names = task.find("names");
    if (names == task.end() || !names->is_array()) {
        return missing("names");
    }
    std::string list;
    for (const json& name : *names) {
        list += element("string", name.is_string() ? name.get<std::string>() : name.dump());
    }
    return text::cat({"<cwmp:", method, "><ParameterNames soap-enc:arrayType=\"xsd:string[",
                      std::to_string(names->size()), "]\">", list,
                      "</ParameterNames></cwmp:", method, ">"});
}

Result<std::string> setValues(const json& task, const TypeLookup& types) {
    const auto values = task.find("values");
    if (values == task.end() || !values->is_array()) {
        return missing("values");
    }
    std::string list;
    for (const json& entry : *values) {
        if (!entry.is_object() || !entry.contains("name")) {
            return missing("values/name");
        }
        const std::string name = field(entry, "name");
        std::string type = field(entry, "type");
        if (type.empty() && types.function != nullptr) {
            type = types.function(types.context, name);
        }
        list += text::cat({"<ParameterValueStruct>", element("Name", name), "<Value xsi:type=\"",
                           escapeXml(type.empty() ? "xsd:string" : type), "\">",
                           escapeXml(field(entry, "value")), "</Value></ParameterValueStruct>"});
    }
    return text::cat({"<cwmp:SetParameterValues><ParameterList ",
                      "soap-enc:arrayType=\"cwmp:ParameterValueStruct[",
                      std::to_string(values->size()), "]\">", list, "</ParameterList>",
                      element("ParameterKey", field(task, "parameterKey")),
                      "</cwmp:SetParameterValues>"});
}

Result<std::string> setAttributes(const json& task) {
    const auto attributes = task.find("attributes");
    if (attributes == task.end() || !attributes->is_array()) {
        return missing("attributes");
    }
    std::string list;
    for (const json& entry : *attributes) {
        if (!entry.is_object() || !entry.contains("name")) {
            return missing("attributes/name");
        }
        const auto access = entry.find("accessList");
        const bool changesAccess = access != entry.end() && access->is_array();
        std::string accessList;
        for (const json& who : changesAccess ? *access : json::array()) {
            accessList += element("string", who.is_string() ? who.get<std::string>() : who.dump());
        }
        const bool changesNotification = entry.contains("notification");
        list += text::cat({"<SetParameterAttributesStruct>", element("Name", field(entry, "name")),
                           element("NotificationChange", changesNotification ? "true" : "false"),
                           element("Notification", field(entry, "notification", "0")),
                           element("AccessListChange", changesAccess ? "true" : "false"),
                           "<AccessList soap-enc:arrayType=\"xsd:string[",
                           std::to_string(changesAccess ? access->size() : 0), "]\">", accessList,
                           "</AccessList></SetParameterAttributesStruct>"});
    }
    return text::cat({"<cwmp:SetParameterAttributes><ParameterList ",
                      "soap-enc:arrayType=\"cwmp:SetParameterAttributesStruct[",
                      std::to_string(attributes->size()), "]\">", list,
                      "</ParameterList></cwmp:SetParameterAttributes>"});
}

/// Requests that are a row of plain elements, in the order of the schema.
struct PlainField {
    const char* key;
    const char* element;
    const char* fallback;
};
struct PlainRpc {
    std::string_view type;
    std::string_view method;
    std::array<PlainField, 10> fields;
};

constexpr std::array<PlainRpc, 14> kPlainRpcs{{
    {"getrpcmethods", "GetRPCMethods", {}},
    {"getnames",
     "GetParameterNames",
     {{{"path", "ParameterPath", ""}, {"nextLevel", "NextLevel", "false"}}}},
    {"reboot", "Reboot", {{{"commandKey", "CommandKey", ""}}}},
    {"factoryreset", "FactoryReset", {}},
    {"addobject",
     "AddObject",
     {{{"object", "ObjectName", ""}, {"parameterKey", "ParameterKey", ""}}}},
    {"deleteobject",
     "DeleteObject",
     {{{"object", "ObjectName", ""}, {"parameterKey", "ParameterKey", ""}}}},
    {"scheduleinform",
     "ScheduleInform",
     {{{"delay", "DelaySeconds", "1"}, {"commandKey", "CommandKey", ""}}}},
    {"canceltransfer", "CancelTransfer", {{{"commandKey", "CommandKey", ""}}}},
    {"getqueuedtransfers", "GetQueuedTransfers", {}},
    {"getallqueuedtransfers", "GetAllQueuedTransfers", {}},
    {"getoptions", "GetOptions", {{{"optionName", "OptionName", ""}}}},
    {"download",
     "Download",
     {{{"commandKey", "CommandKey", ""},
       {"fileType", "FileType", "1 Firmware Upgrade Image"},
       {"url", "URL", ""},
       {"username", "Username", ""},
       {"password", "Password", ""},
       {"fileSize", "FileSize", "0"},
       {"targetFileName", "TargetFileName", ""},
       {"delay", "DelaySeconds", "0"},
       {"successUrl", "SuccessURL", ""},
       {"failureUrl", "FailureURL", ""}}}},
    {"upload",
     "Upload",
     {{{"commandKey", "CommandKey", ""},
       {"fileType", "FileType", "2 Vendor Log File"},
       {"url", "URL", ""},
       {"username", "Username", ""},
       {"password", "Password", ""},
       {"delay", "DelaySeconds", "0"}}}},
    {"unknownrpc", "X_TEST_NoSuchMethod", {}},
}};

std::string plainRpc(const PlainRpc& rpc, const json& task) {
    std::string out = text::cat({"<cwmp:", rpc.method, ">"});
    for (const PlainField& one : rpc.fields) {
        if (one.key != nullptr) {
            out += element(one.element, field(task, one.key, one.fallback));
        }
    }
    return out + text::cat({"</cwmp:", rpc.method, ">"});
}

json readNames(pugi::xml_node method) {
    json out = json::array();
    for (const pugi::xml_node entry : childOf(method, "ParameterList").children()) {
        const std::string writable = textOf(entry, "Writable");
        out.push_back(
            {{"name", textOf(entry, "Name")}, {"writable", writable == "1" || writable == "true"}});
    }
    return out;
}

json readAttributes(pugi::xml_node method) {
    json out = json::array();
    for (const pugi::xml_node entry : childOf(method, "ParameterList").children()) {
        json access = json::array();
        for (const pugi::xml_node who : childOf(entry, "AccessList").children()) {
            access.push_back(who.text().get());
        }
        out.push_back({{"name", textOf(entry, "Name")},
                       {"notification", text::toInt(textOf(entry, "Notification")).value_or(-1)},
                       {"accessList", std::move(access)}});
    }
    return out;
}

/// Any element as JSON: objects of children, lists where a name repeats.
json readTree(pugi::xml_node node, int depth) {
    constexpr int kMaxDepth = 8;
    json out = json::object();
    bool any = false;
    for (const pugi::xml_node child : node.children()) {
        if (child.type() != pugi::node_element || depth >= kMaxDepth) {
            continue;
        }
        any = true;
        const std::string name(localName(child.name()));
        json value = readTree(child, depth + 1);
        if (!out.contains(name)) {
            out[name] = std::move(value);
        } else if (out[name].is_array()) {
            out[name].push_back(std::move(value));
        } else {
            out[name] = json::array({out[name], std::move(value)});
        }
    }
    return any ? out : json(node.text().get());
}

}  // namespace

bool isRpcTask(std::string_view type) {
    constexpr std::array<std::string_view, 5> kOthers{"get", "set", "getattributes",
                                                      "setattributes", "raw"};
    return std::ranges::find(kOthers, type) != kOthers.end() ||
           std::ranges::find(kPlainRpcs, type, &PlainRpc::type) != kPlainRpcs.end();
}

Result<std::string> makeRpc(const json& task, const TypeLookup& types) {
    const std::string type = task.is_object() ? field(task, "type") : "";
    if (type == "get") {
        return nameList(task, "GetParameterValues");
    }
    if (type == "getattributes") {
        return nameList(task, "GetParameterAttributes");
    }
    if (type == "set") {
        return setValues(task, types);
    }
    if (type == "setattributes") {
        return setAttributes(task);
    }
    if (type == "raw") {  // a body of the test's own, for what no ACS would send
        return task.contains("body") ? Result<std::string>(field(task, "body")) : missing("body");
    }
    const auto* const plain = std::ranges::find(kPlainRpcs, type, &PlainRpc::type);
    if (plain == kPlainRpcs.end()) {
        return fail(ErrorCode::Unsupported, text::cat({"no task type \"", type, "\""}));
    }
    return plainRpc(*plain, task);
}

std::vector<KnownParameter> readParameterValues(pugi::xml_node parent) {
    std::vector<KnownParameter> out;
    for (const pugi::xml_node entry : childOf(parent, "ParameterList").children()) {
        const pugi::xml_node value = childOf(entry, "Value");
        KnownParameter one{.name = textOf(entry, "Name"), .value = value.text().get(), .type = {}};
        for (const pugi::xml_attribute attribute : value.attributes()) {
            if (localName(attribute.name()) == "type") {
                one.type = attribute.value();
            }
        }
        out.push_back(std::move(one));
    }
    return out;
}

json readRpcResult(const Envelope& response) {
    if (response.name == "GetParameterValuesResponse") {
        json out = json::array();
        for (const KnownParameter& one : readParameterValues(response.method)) {
            out.push_back({{"name", one.name}, {"value", one.value}, {"type", one.type}});
        }
        return {{"parameters", std::move(out)}};
    }
    if (response.name == "GetParameterNamesResponse") {
        return {{"names", readNames(response.method)}};
    }
    if (response.name == "GetParameterAttributesResponse") {
        return {{"attributes", readAttributes(response.method)}};
    }
    return {{"response", response.name}, {"fields", readTree(response.method, 0)}};
}

json readFault(const Envelope& fault) {
    const pugi::xml_node detail = childOf(childOf(fault.method, "detail"), "Fault");
    json parameters = json::array();
    for (const pugi::xml_node entry : detail.children()) {
        if (localName(entry.name()) == "SetParameterValuesFault") {
            parameters.push_back({{"name", textOf(entry, "ParameterName")},
                                  {"code", text::toInt(textOf(entry, "FaultCode")).value_or(0)},
                                  {"text", textOf(entry, "FaultString")}});
        }
    }
    return {{"code", text::toInt(textOf(detail, "FaultCode")).value_or(0)},
            {"text", textOf(detail, "FaultString")},
            {"parameters", std::move(parameters)}};
}

std::string makeCpeResponse(std::string_view method) {
    if (method == "Inform") {
        return "<cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes></cwmp:InformResponse>";
    }
    if (method == "GetRPCMethods") {
        return "<cwmp:GetRPCMethodsResponse><MethodList soap-enc:arrayType=\"xsd:string[4]\">"
               "<string>Inform</string><string>GetRPCMethods</string>"
               "<string>TransferComplete</string><string>AutonomousTransferComplete</string>"
               "</MethodList></cwmp:GetRPCMethodsResponse>";
    }
    for (const std::string_view known :
         {"TransferComplete", "AutonomousTransferComplete", "RequestDownload", "Kicked",
          "DUStateChangeComplete", "AutonomousDUStateChangeComplete"}) {
        if (method == known) {
            const std::string_view next = known == "Kicked" ? "<NextURL></NextURL>" : "";
            return text::cat({"<cwmp:", known, "Response>", next, "</cwmp:", known, "Response>"});
        }
    }
    return {};
}

}  // namespace platen::acs
