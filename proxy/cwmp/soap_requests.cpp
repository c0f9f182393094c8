// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/soap_requests.hpp"

#include "base/text.hpp"
#include "proxy/cwmp/soap_reader.hpp"
#include "proxy/cwmp/xml_names.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace platen::cwmp {
namespace {

/// Reads arguments one by one; the first problem is kept and ends in a fault.
class Arguments {
  public:
    explicit Arguments(pugi::xml_node element) : element_(element) {}

    /// Text as it is, white space included (C-KEY-04).
    std::string text(const char* name, std::size_t maxCharacters) {
        const auto node = required(element_, name);
        auto value = textOf(node);
        checkLength(name, value, maxCharacters);
        return value;
    }

    /// A parameter name or path; white space around it is not part of it (C-SOAP-15).
    std::string path(pugi::xml_node parent, const char* name) {
        const auto node = required(parent, name);
        std::string value(text::trim(textOf(node)));
        checkLength(name, value, kMaxNameLength);
        return value;
    }

    bool boolean(pugi::xml_node parent, const char* name) {
        const auto node = required(parent, name);
        const auto value = textOf(node);
        const auto word = text::trim(value);
        if (word == "1" || word == "true") {
            return true;
        }
        if (word != "0" && word != "false") {
            refuse(FaultCode::InvalidArguments, text::cat({name, " is not a boolean"}));
        }
        return false;
    }

    std::uint8_t notification(pugi::xml_node parent) {
        constexpr std::uint64_t kHighest = 6;
        const auto value = textOf(required(parent, "Notification"));
        const auto number = text::toUnsigned(text::trim(value));
        if (!number || *number > kHighest) {
            refuse(FaultCode::InvalidArguments, "Notification is not a number from 0 to 6");
            return 0;
        }
        return static_cast<std::uint8_t>(*number);
    }

    pugi::xml_node required(pugi::xml_node parent, const char* name) {
        const auto node = childNamed(parent, name);
        if (!node) {
            refuse(FaultCode::InvalidArguments, text::cat({name, " is missing"}));
        }
        return node;
    }

    /// Counts one entry of a list; false when the list is longer than we take.
    bool count() {
        if (++entries_ > kMaxListEntries) {
            refuse(FaultCode::ResourcesExceeded, "too many entries");
            return false;
        }
        return true;
    }

    void checkLength(std::string_view name, std::string_view value, std::size_t maxCharacters) {
        if (value.size() > maxCharacters && text::utf8Length(value) > maxCharacters) {
            refuse(FaultCode::InvalidArguments, text::cat({name, " is too long"}));
        }
    }

    void refuse(FaultCode code, std::string_view detail) {
        if (!fault_) {
            fault_ = makeFault(code, detail);
        }
    }

    [[nodiscard]] pugi::xml_node element() const { return element_; }
    [[nodiscard]] bool failed() const { return fault_.has_value(); }

    std::variant<RpcRequest, Fault> finish(RpcRequest request) {
        if (fault_) {
            return std::move(*fault_);
        }
        return request;
    }

  private:
    pugi::xml_node element_;
    std::optional<Fault> fault_;
    std::size_t entries_ = 0;
};

std::vector<std::string> readNames(Arguments& arguments) {
    std::vector<std::string> names;
    const auto list = arguments.required(arguments.element(), "ParameterNames");
    for (auto entry = firstElement(list); !entry.empty() && arguments.count();
         entry = nextElement(entry)) {
        std::string name(text::trim(textOf(entry)));
        arguments.checkLength("ParameterNames", name, kMaxNameLength);
        names.push_back(std::move(name));
    }
    if (names.empty()) {
        arguments.refuse(FaultCode::InvalidArguments, "ParameterNames is empty");
    }
    return names;
}

SetParameterValues readSetValues(Arguments& arguments) {
    SetParameterValues request;
    const auto list = arguments.required(arguments.element(), "ParameterList");
    for (auto entry = firstElement(list);
         !entry.empty() && arguments.count() && !arguments.failed(); entry = nextElement(entry)) {
        SetParameterValues::Entry read;
        read.name = arguments.path(entry, "Name");
        const auto value = arguments.required(entry, "Value");
        if (!firstElement(value).empty()) {
            arguments.refuse(FaultCode::InvalidArguments, "Value holds elements");
        }
        read.type = std::string(xsiType(value));
        read.text = textOf(value);
        request.entries.push_back(std::move(read));
    }
    request.parameterKey = arguments.text("ParameterKey", kMaxKeyLength);
    return request;
}

SetParameterAttributes readSetAttributes(Arguments& arguments) {
    constexpr std::size_t kMaxAccessList = 64;
    SetParameterAttributes request;
    const auto list = arguments.required(arguments.element(), "ParameterList");
    for (auto entry = firstElement(list);
         !entry.empty() && arguments.count() && !arguments.failed(); entry = nextElement(entry)) {
        SetParameterAttributes::Entry read;
        read.name = arguments.path(entry, "Name");
        // The value beside a false flag is not looked at (C-ATT-02); GenieACS leaves it empty.
        if (arguments.boolean(entry, "NotificationChange")) {
            read.notification = arguments.notification(entry);
        }
        if (arguments.boolean(entry, "AccessListChange")) {
            std::vector<std::string> access;
            const auto items = arguments.required(entry, "AccessList");
            for (auto item = firstElement(items); !item.empty() && arguments.count();
                 item = nextElement(item)) {
                access.emplace_back(text::trim(textOf(item)));
                arguments.checkLength("AccessList", access.back(), kMaxAccessList);
            }
            read.accessList = std::move(access);
        }
        request.entries.push_back(std::move(read));
    }
    if (request.entries.empty()) {
        arguments.refuse(FaultCode::InvalidArguments, "ParameterList is empty");
    }
    return request;
}

RpcRequest readGetRpcMethods(Arguments& /*arguments*/) {
    return GetRpcMethods{};
}
RpcRequest readGetParameterValues(Arguments& arguments) {
    return GetParameterValues{readNames(arguments)};
}
RpcRequest readGetParameterNames(Arguments& arguments) {
    GetParameterNames request;
    request.path = arguments.path(arguments.element(), "ParameterPath");
    request.nextLevel = arguments.boolean(arguments.element(), "NextLevel");
    return request;
}
RpcRequest readSetParameterValues(Arguments& arguments) {
    return readSetValues(arguments);
}
RpcRequest readGetParameterAttributes(Arguments& arguments) {
    return GetParameterAttributes{readNames(arguments)};
}
RpcRequest readSetParameterAttributes(Arguments& arguments) {
    return readSetAttributes(arguments);
}
RpcRequest readReboot(Arguments& arguments) {
    return Reboot{arguments.text("CommandKey", kMaxKeyLength)};
}
RpcRequest readFactoryReset(Arguments& /*arguments*/) {
    return FactoryReset{};
}

struct Method {
    std::string_view name;
    RpcRequest (*read)(Arguments&);
};

constexpr std::array<Method, 8> kMethods{{
    {"GetRPCMethods", readGetRpcMethods},
    {"SetParameterValues", readSetParameterValues},
    {"GetParameterValues", readGetParameterValues},
    {"GetParameterNames", readGetParameterNames},
    {"SetParameterAttributes", readSetParameterAttributes},
    {"GetParameterAttributes", readGetParameterAttributes},
    {"Reboot", readReboot},
    {"FactoryReset", readFactoryReset},
}};

constexpr auto kMethodNames = [] {
    std::array<std::string_view, kMethods.size()> names{};
    for (std::size_t i = 0; i < names.size(); ++i) {
        names[i] = kMethods[i].name;
    }
    return names;
}();

}  // namespace

std::span<const std::string_view> supportedMethods() {
    return kMethodNames;
}

std::variant<RpcRequest, Fault> readRequest(pugi::xml_node element, std::string_view method) {
    for (const auto& known : kMethods) {
        if (known.name == method) {
            Arguments arguments(element);
            auto request = known.read(arguments);
            return arguments.finish(std::move(request));
        }
    }
    return makeFault(FaultCode::MethodNotSupported, text::cutUtf8(method, 64));
}

}  // namespace platen::cwmp
