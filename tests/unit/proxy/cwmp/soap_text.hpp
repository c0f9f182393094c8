// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::test {

/// Envelope of an ACS: `header` and `body` are markup with the prefixes s (SOAP) and c (CWMP).
[[nodiscard]] std::string acsEnvelope(std::string_view header,
                                      std::string_view body,
                                      std::string_view cwmpNamespace = "urn:dslforum-org:cwmp-1-2");
/// The same with a cwmp:ID of 7.
[[nodiscard]] std::string acsRequest(std::string_view body);
[[nodiscard]] std::string informResponse(
    std::string_view cwmpNamespace = "urn:dslforum-org:cwmp-1-2", std::string_view header = {});
[[nodiscard]] std::string acsFault(unsigned code);

// Requests.
[[nodiscard]] std::string gpv(const std::vector<std::string>& names);
[[nodiscard]] std::string gpn(std::string_view path, bool nextLevel);
[[nodiscard]] std::string gpa(const std::vector<std::string>& names);
struct Setting {
    std::string name, type, value;
};
[[nodiscard]] std::string spv(const std::vector<Setting>& settings, std::string_view key);
[[nodiscard]] std::string spa(std::string_view name,
                              std::string_view notification,
                              std::string_view access = {});
[[nodiscard]] std::string rebootRequest(std::string_view key);
[[nodiscard]] std::string scheduleInform(std::string_view delay, std::string_view key);
[[nodiscard]] std::string addObject(std::string_view path, std::string_view key);
[[nodiscard]] std::string deleteObject(std::string_view path, std::string_view key);

/// What an Inform of ours said.
struct SeenInform {
    std::string serial, cwmpNamespace, id, currentTime, supportedVersions;
    std::vector<std::pair<std::string, std::string>> events;  ///< Code, CommandKey.
    std::map<std::string, std::string> parameters;
    std::map<std::string, std::string> types;
    std::vector<std::string> order;  ///< Parameter names.
    std::size_t retryCount = 0;

    [[nodiscard]] std::vector<std::string> codes() const;
    [[nodiscard]] bool has(std::string_view code) const;
};
/// Throws std::runtime_error if the envelope is no Inform.
[[nodiscard]] SeenInform readInform(const std::string& envelope);
[[nodiscard]] bool isInform(const std::string& envelope);

/// What a response or fault of ours said.
struct SeenReply {
    std::string method;  ///< `GetParameterValuesResponse`, `Fault`.
    std::string id, idMustUnderstand, faultcode, faultstring, faultCode, faultText;
    std::string arrayType;
    std::vector<std::pair<std::string, std::string>> values;  ///< Name, Value or Writable.
    std::map<std::string, std::string> types;                 ///< xsi:type by name.
    std::map<std::string, std::vector<std::string>> access;   ///< AccessList by name.
    std::map<std::string, std::string> faults;                ///< Parameter, code.
    std::string status;
    std::string instanceNumber;
    std::vector<std::string> strings;  ///< MethodList.

    [[nodiscard]] std::string value(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;
};
[[nodiscard]] SeenReply readReply(const std::string& envelope);

/// Adds a test failure if the schemas are at hand and the envelope breaks them.
void expectValid(const std::string& envelope);

}  // namespace platen::test
