// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/soap_requests.hpp"

#include "base/text.hpp"
#include "proxy/cwmp/soap_reader.hpp"
#include "proxy/cwmp/xml_names.hpp"
#include "proxy/transfer/transfer.hpp"

#include <array>
#include <limits>
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
        return text(element_, name, maxCharacters);
    }
    std::string text(pugi::xml_node parent, const char* name, std::size_t maxCharacters) {
        const auto node = required(parent, name);
        auto value = textOf(node);
        checkLength(name, value, maxCharacters);
        return value;
    }

    /// The same without white space around it.
    std::string word(pugi::xml_node parent, const char* name, std::size_t maxCharacters) {
        return std::string(text::trim(text(parent, name, maxCharacters)));
    }

    std::uint32_t unsignedInt(pugi::xml_node parent, const char* name) {
        const auto value = textOf(required(parent, name));
        const auto number = text::toUnsigned(text::trim(value));
        if (!number || *number > std::numeric_limits<std::uint32_t>::max()) {
            refuse(FaultCode::InvalidArguments, text::cat({name, " is not an unsigned integer"}));
            return 0;
        }
        return static_cast<std::uint32_t>(*number);
    }

    std::int32_t integer(pugi::xml_node parent, const char* name) {
        using Limits = std::numeric_limits<std::int32_t>;
        const auto value = textOf(required(parent, name));
        const auto number = text::toInt(text::trim(value));
        if (!number || *number < Limits::min() || *number > Limits::max()) {
            refuse(FaultCode::InvalidArguments, text::cat({name, " is not an integer"}));
            return 0;
        }
        return static_cast<std::int32_t>(*number);
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

RpcRequest readScheduleInform(Arguments& arguments) {
    ScheduleInform request;
    request.delaySeconds = arguments.unsignedInt(arguments.element(), "DelaySeconds");
    if (request.delaySeconds == 0) {
        arguments.refuse(FaultCode::InvalidArguments, "DelaySeconds is 0");
    }
    request.commandKey = arguments.text("CommandKey", kMaxKeyLength);
    return request;
}

/// Name and key of AddObject and DeleteObject; a name that is no partial path is malformed
/// (C-OBJ-01).
template <typename Request>
Request readObject(Arguments& arguments) {
    Request request;
    request.path = arguments.path(arguments.element(), "ObjectName");
    if (!request.path.ends_with('.')) {
        arguments.refuse(FaultCode::InvalidArguments, "ObjectName does not end with a dot");
    }
    request.parameterKey = arguments.text("ParameterKey", kMaxKeyLength);
    return request;
}
RpcRequest readAddObject(Arguments& arguments) {
    return readObject<AddObject>(arguments);
}
RpcRequest readDeleteObject(Arguments& arguments) {
    return readObject<DeleteObject>(arguments);
}

constexpr std::size_t kMaxFileArgument = 256;  ///< URL, user name, password, file name.

FileRequest readFile(Arguments& arguments) {
    FileRequest file;
    const auto element = arguments.element();
    file.commandKey = arguments.text("CommandKey", kMaxKeyLength);
    file.fileType = arguments.word(element, "FileType", kMaxFileTypeLength);
    file.url = arguments.word(element, "URL", kMaxFileArgument);
    file.username = arguments.text("Username", kMaxFileArgument);
    file.password = Secret(arguments.text("Password", kMaxFileArgument));
    return file;
}

void readTarget(Arguments& arguments, FileRequest& file) {
    file.fileSize = arguments.unsignedInt(arguments.element(), "FileSize");
    file.targetFileName = arguments.text("TargetFileName", kMaxFileArgument);
}

RpcRequest readDownload(Arguments& arguments) {
    Download request;
    request.file = readFile(arguments);
    readTarget(arguments, request.file);
    request.delaySeconds = arguments.unsignedInt(arguments.element(), "DelaySeconds");
    // For the browser of a user, whom we do not have (C-XFER-17).
    static_cast<void>(arguments.text("SuccessURL", kMaxFileArgument));
    static_cast<void>(arguments.text("FailureURL", kMaxFileArgument));
    return request;
}
RpcRequest readUpload(Arguments& arguments) {
    Upload request;
    request.file = readFile(arguments);
    request.delaySeconds = arguments.unsignedInt(arguments.element(), "DelaySeconds");
    return request;
}
RpcRequest readScheduleDownload(Arguments& arguments) {
    constexpr std::size_t kMaxMode = 64;
    ScheduleDownload request;
    request.file = readFile(arguments);
    readTarget(arguments, request.file);
    const auto list = arguments.required(arguments.element(), "TimeWindowList");
    for (auto entry = firstElement(list); !entry.empty() && !arguments.failed();
         entry = nextElement(entry)) {
        if (request.windows.size() == transfer::kMaxWindows) {
            arguments.refuse(FaultCode::InvalidArguments, "TimeWindowList has too many entries");
            break;
        }
        ScheduleDownload::Window window;
        window.start = arguments.unsignedInt(entry, "WindowStart");
        window.end = arguments.unsignedInt(entry, "WindowEnd");
        window.mode = arguments.word(entry, "WindowMode", kMaxMode);
        static_cast<void>(arguments.text(entry, "UserMessage", kMaxFileArgument));
        window.maxRetries = arguments.integer(entry, "MaxRetries");
        request.windows.push_back(std::move(window));
    }
    if (request.windows.empty()) {
        arguments.refuse(FaultCode::InvalidArguments, "TimeWindowList is empty");
    }
    return request;
}
RpcRequest readCancelTransfer(Arguments& arguments) {
    return CancelTransfer{arguments.text("CommandKey", kMaxKeyLength)};
}
RpcRequest readGetQueuedTransfers(Arguments& /*arguments*/) {
    return GetQueuedTransfers{};
}
RpcRequest readGetAllQueuedTransfers(Arguments& /*arguments*/) {
    return GetAllQueuedTransfers{};
}

struct Method {
    std::string_view name;
    RpcRequest (*read)(Arguments&);
};

constexpr std::array<Method, 17> kMethods{{
    {"GetRPCMethods", readGetRpcMethods},
    {"SetParameterValues", readSetParameterValues},
    {"GetParameterValues", readGetParameterValues},
    {"GetParameterNames", readGetParameterNames},
    {"SetParameterAttributes", readSetParameterAttributes},
    {"GetParameterAttributes", readGetParameterAttributes},
    {"AddObject", readAddObject},
    {"DeleteObject", readDeleteObject},
    {"Reboot", readReboot},
    {"FactoryReset", readFactoryReset},
    {"ScheduleInform", readScheduleInform},
    {"Download", readDownload},
    {"Upload", readUpload},
    {"ScheduleDownload", readScheduleDownload},
    {"CancelTransfer", readCancelTransfer},
    {"GetQueuedTransfers", readGetQueuedTransfers},
    {"GetAllQueuedTransfers", readGetAllQueuedTransfers},
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
