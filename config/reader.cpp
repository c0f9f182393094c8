// SPDX-License-Identifier: Apache-2.0
#include "config/reader.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/address_range.hpp"
#include "config/setting_table.hpp"
#include "config/snmp_credential_check.hpp"
#include "config/value_checks.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

namespace platen::config {

namespace {

using Json = nlohmann::json;

/// A text of the file in a message.
std::string quotedText(std::string_view value) {
    constexpr std::size_t kShown = 40;
    return text::cat({"\"", text::oneLine(value, kShown), "\""});
}

std::string_view typeName(const Json& value) {
    if (value.is_null()) {
        return "null";
    }
    if (value.is_boolean()) {
        return "true or false";
    }
    if (value.is_string()) {
        return "a string";
    }
    if (value.is_object()) {
        return "an object";
    }
    return value.is_array() ? "an array" : "a number";
}

std::string wrongType(std::string_view expected, const Json& found) {
    return text::cat({expected, " is expected, not ", typeName(found)});
}

/// RFC 6901.
std::string escapeToken(std::string_view name) {
    std::string out;
    for (const char c : name) {
        c == '~' ? out.append("~0") : c == '/' ? out.append("~1") : out.append(1, c);
    }
    return out;
}

bool hasControls(std::string_view value) {
    return std::any_of(value.begin(), value.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet < 0x20 || octet == 0x7F;
    });
}

/// Names that may stand directly below an object.
std::vector<std::string_view> namesBelow(std::string_view pattern) {
    std::vector<std::string_view> names;
    for (const Row& row : settingTable()) {
        if (row.pointer.size() > pattern.size() + 1 && row.pointer.starts_with(pattern) &&
            row.pointer[pattern.size()] == '/') {
            const std::string_view rest = row.pointer.substr(pattern.size() + 1);
            const std::string_view name = rest.substr(0, rest.find('/'));
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(name);
            }
        }
    }
    return names;
}

const Row* findRow(std::string_view pattern) {
    const auto table = settingTable();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const Row& row) { return row.pointer == pattern; });
    return found == table.end() ? nullptr : &*found;
}

template <typename T>
void store(const Row& row, Target& target, T value) {
    const Slot slot = row.slot(target);
    if (auto* const* const place = std::get_if<T*>(&slot)) {
        **place = std::move(value);
    }
}

class Reader {
  public:
    Reader(const LoadContext& context, Settings& settings, Problems& problems)
        : context_(context), problems_(problems), target_{settings, nullptr, nullptr} {}

    /// `pattern` is the pointer with `*` for each index.
    void object(const Json& value, const std::string& pointer, const std::string& pattern) {
        for (const auto& [name, member] : value.items()) {
            const std::string below = text::cat({pointer, "/", escapeToken(name)});
            const std::string belowPattern = text::cat({pattern, "/", escapeToken(name)});
            if (const Row* const row = findRow(belowPattern)) {
                row->kind == Kind::List ? list(*row, member, below) : leaf(*row, member, below);
            } else if (namesBelow(belowPattern).empty()) {
                unknown(name, below, pattern);
            } else if (!member.is_object()) {
                problems_.add(below, wrongType("an object", member));
            } else {
                object(member, below, belowPattern);
            }
        }
        for (const Row& row : settingTable()) {
            const auto slash = row.pointer.rfind('/');
            const std::string name(row.pointer.substr(slash + 1));
            if (row.required && row.pointer.substr(0, slash) == pattern && !value.contains(name)) {
                problems_.add(pointer, text::cat({"\"", name, "\" is missing"}));
            }
        }
    }

  private:
    void unknown(const std::string& name, const std::string& pointer, std::string_view pattern) {
        if (problems_.full()) {
            problems_.add(pointer, {}, true);
            return;
        }
        const auto known = namesBelow(pattern);
        std::string text = "unknown setting";
        if (const auto near = text::nearest(name, known)) {
            text.append(text::cat({" (did you mean \"", *near, "\"?)"}));
        } else {
            text.append(" (known here:");
            for (const std::string_view candidate : known) {
                text.append(text::cat({candidate == known.front() ? " " : ", ", candidate}));
            }
            text.push_back(')');
        }
        problems_.add(pointer, std::move(text), true);
    }

    void list(const Row& row, const Json& value, const std::string& pointer) {
        if (!value.is_array()) {
            problems_.add(pointer, wrongType("an array of objects", value));
            return;
        }
        if (value.size() > kMaxCredentials) {
            problems_.add(pointer, "more than 256 entries");
            return;
        }
        const bool isSnmp = row.pointer == "/snmp/credentials";
        auto& snmp = target_.settings.snmp.credentials;
        auto& ews = target_.settings.ews.credentials;
        isSnmp ? snmp.clear() : ews.clear();
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string below = text::cat({pointer, "/", std::to_string(i)});
            target_.snmp = isSnmp ? &snmp.emplace_back() : nullptr;
            target_.ews = isSnmp ? nullptr : &ews.emplace_back();
            if (value[i].is_object()) {
                object(value[i], below, text::cat({row.pointer, "/*"}));
                if (isSnmp) {
                    checkSnmpCredential(value[i], snmp.back(), below, problems_);
                }
            } else {
                problems_.add(below, wrongType("an object", value[i]));
            }
        }
    }

    void leaf(const Row& row, const Json& value, const std::string& pointer) {
        switch (row.kind) {
            case Kind::Boolean:
                boolean(row, value, pointer);
                return;
            case Kind::Integer:
                integer(row, value, pointer);
                return;
            case Kind::Duration:
                duration(row, value, pointer);
                return;
            case Kind::Ranges:
            case Kind::Targets:
                ranges(row, value, pointer);
                return;
            case Kind::Names:
                names(row, value, pointer);
                return;
            case Kind::File:
            case Kind::FilePattern:
            case Kind::Folder:
            case Kind::Path:
                path(row, value, pointer);
                return;
            case Kind::Secret:
                secret(row, value, pointer);
                return;
            case Kind::String:
            case Kind::Identity:
            case Kind::Enumeration:
            case Kind::Oui:
            case Kind::VendorPrefix:
            case Kind::Url:
            case Kind::ProxyUrl:
            case Kind::Listen:
                string(row, value, pointer);
                return;
            case Kind::List:
                return;  // Has a function of its own.
        }
    }

    void boolean(const Row& row, const Json& value, const std::string& pointer) {
        if (!value.is_boolean()) {
            problems_.add(pointer, wrongType("true or false", value));
            return;
        }
        store(row, target_, value.get<bool>());
    }

    void integer(const Row& row, const Json& value, const std::string& pointer) {
        if (!value.is_number_integer()) {
            problems_.add(pointer, value.is_number() ? std::string("a whole number is expected")
                                                     : wrongType("a number", value));
            return;
        }
        const bool beyond =
            value.is_number_unsigned() &&
            value.get<std::uint64_t>() >
                static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        const std::int64_t number =
            beyond ? std::numeric_limits<std::int64_t>::max() : value.get<std::int64_t>();
        const auto show = [](std::int64_t bound) { return std::to_string(bound); };
        if (!inRange(row, number, pointer, value.dump(), show)) {
            return;
        }
        store(row, target_, static_cast<std::uint32_t>(number));
        store(row, target_, static_cast<std::uint16_t>(number));
    }

    void duration(const Row& row, const Json& value, const std::string& pointer) {
        if (!value.is_string()) {
            problems_.add(pointer, wrongType("a duration such as \"60s\"", value));
            return;
        }
        const auto& written = value.get_ref<const std::string&>();
        const auto parsed = parseDuration(written);
        if (!parsed) {
            problems_.add(pointer, text::cat({quotedText(written), " is ", parsed.error().text}));
            return;
        }
        const auto show = [](std::int64_t millis) { return formatDuration(Millis{millis}); };
        if (inRange(row, parsed->count(), pointer, written, show)) {
            store(row, target_, *parsed);
        }
    }

    template <typename Show>
    bool inRange(const Row& row,
                 std::int64_t number,
                 const std::string& pointer,
                 std::string_view found,
                 Show show) {
        if (number < row.minimum) {
            problems_.add(pointer, text::cat({found, " is below the minimum ", show(row.minimum)}));
            return false;
        }
        if (number > row.maximum) {
            problems_.add(pointer, text::cat({found, " is above the maximum ", show(row.maximum)}));
            return false;
        }
        return true;
    }

    /// The text of a value, if it is one and may be what it is.
    std::optional<std::string> plainText(const Row& row,
                                         const Json& value,
                                         const std::string& pointer,
                                         std::string_view expected) {
        if (!value.is_string()) {
            problems_.add(pointer, wrongType(expected, value));
            return std::nullopt;
        }
        auto written = value.get<std::string>();
        if (written.empty() && !row.mayBeEmpty) {
            problems_.add(pointer, "must not be empty");
            return std::nullopt;
        }
        if (const Complaint complaint = checkText(written)) {
            problems_.add(pointer, *complaint);
            return std::nullopt;
        }
        return written;
    }

    void string(const Row& row, const Json& value, const std::string& pointer) {
        auto written = plainText(row, value, pointer, "a string");
        if (!written) {
            return;
        }
        if (!written->empty()) {
            if (const Complaint complaint = checkString(row, *written)) {
                problems_.add(pointer, *complaint);
                return;
            }
        }
        if (row.kind == Kind::Oui) {
            for (char& c : *written) {
                c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
            }
        }
        store(row, target_, std::move(*written));
    }

    static Complaint checkString(const Row& row, std::string_view written) {
        switch (row.kind) {
            case Kind::Identity:
                return checkIdentity(written);
            case Kind::Enumeration:
                return checkEnumeration(row, written);
            case Kind::Oui:
                return checkOui(written);
            case Kind::VendorPrefix:
                return checkVendorPrefix(written);
            case Kind::Url:
                return checkUrl(written);
            case Kind::ProxyUrl:
                return checkProxyUrl(written);
            case Kind::Listen:
                return checkListen(written);
            case Kind::Boolean:
            case Kind::Integer:
            case Kind::Duration:
            case Kind::String:
            case Kind::Ranges:
            case Kind::Targets:
            case Kind::Names:
            case Kind::File:
            case Kind::FilePattern:
            case Kind::Folder:
            case Kind::Path:
            case Kind::Secret:
            case Kind::List:
                return std::nullopt;
        }
        return std::nullopt;
    }

    static Complaint checkEnumeration(const Row& row, std::string_view written) {
        const auto allowed = text::split(row.allowed, ',');
        if (std::find(allowed.begin(), allowed.end(), written) != allowed.end()) {
            return std::nullopt;
        }
        std::string text = text::cat({quotedText(written), " is not allowed; allowed:"});
        for (const std::string_view value : allowed) {
            text.append(text::cat({value == allowed.front() ? " \"" : ", \"", value, "\""}));
        }
        return text;
    }

    void ranges(const Row& row, const Json& value, const std::string& pointer) {
        if (!value.is_array()) {
            problems_.add(pointer, wrongType("an array of ranges", value));
            return;
        }
        if (value.size() > kMaxRanges) {
            problems_.add(pointer, "more than 1024 ranges");
            return;
        }
        std::vector<std::string> read;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string below = text::cat({pointer, "/", std::to_string(i)});
            // Bad ones are kept, so that the places of the others in the list stay right.
            auto& written = read.emplace_back();
            if (!value[i].is_string()) {
                problems_.add(below, wrongType("a range", value[i]));
                continue;
            }
            written = value[i].get<std::string>();
            if (row.kind == Kind::Targets && isHostName(written)) {
                continue;
            }
            if (const auto range = parseAddressRange(written); !range) {
                problems_.add(below, text::cat({quotedText(written), " is ", range.error().text}));
            }
        }
        store(row, target_, std::move(read));
    }

    void names(const Row& row, const Json& value, const std::string& pointer) {
        if (!value.is_array()) {
            problems_.add(pointer, wrongType("an array of names", value));
            return;
        }
        if (value.size() > kMaxNames) {
            problems_.add(pointer, "more than 64 names");
            return;
        }
        std::vector<std::string> read;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string below = text::cat({pointer, "/", std::to_string(i)});
            auto name = plainText(notEmpty(row), value[i], below, "a name");
            if (name) {
                read.push_back(std::move(*name));
            }
        }
        store(row, target_, std::move(read));
    }

    static Row notEmpty(Row row) {
        row.mayBeEmpty = false;
        return row;
    }

    /// `{"file": "name"}`: the name; tells what is wrong otherwise.
    std::optional<std::string> fileName(const Json& value, const std::string& pointer) {
        const auto found = value.find("file");
        if (value.size() != 1 || found == value.end()) {
            problems_.add(pointer, R"(an object here has one member, {"file": "NAME"})");
            return std::nullopt;
        }
        const std::string below = pointer + "/file";
        if (!found->is_string()) {
            problems_.add(below, wrongType("a file name", *found));
            return std::nullopt;
        }
        auto name = found->get<std::string>();
        if (hasControls(name)) {
            problems_.add(below, "must not hold control characters");
            return std::nullopt;
        }
        return name;
    }

    void path(const Row& row, const Json& value, const std::string& pointer) {
        const bool isFile = row.kind == Kind::File || row.kind == Kind::FilePattern;
        const bool asObject = isFile && value.is_object();
        const auto name =
            asObject ? fileName(value, pointer) : plainText(row, value, pointer, "a path");
        if (!name) {
            return;
        }
        if (name->empty()) {
            store(row, target_, std::filesystem::path());
            return;
        }
        auto full = absolute(*name);
        if (row.kind == Kind::FilePattern && name->find('{') != std::string::npos) {
            if (const auto complaint = checkFilePattern(*name)) {
                problems_.add(pointer, *complaint);
            }
        } else if (context_.readFiles) {
            checkExists(row, full, asObject ? pointer + "/file" : pointer);
        }
        store(row, target_, std::move(full));
    }

    [[nodiscard]] std::filesystem::path absolute(const std::string& name) const {
        return (context_.folder / name).lexically_normal();
    }

    void checkExists(const Row& row,
                     const std::filesystem::path& full,
                     const std::string& pointer) {
        std::error_code ignored;
        const bool isFolder = std::filesystem::is_directory(full, ignored);
        if (row.kind == Kind::Folder && !isFolder) {
            problems_.add(pointer, text::cat({full.string(), " is no folder"}));
        }
        if (row.kind != Kind::Folder && row.kind != Kind::Path &&
            (isFolder || !std::ifstream(full))) {
            problems_.add(pointer, text::cat({full.string(), " is no file that can be read"}));
        }
    }

    void secret(const Row& row, const Json& value, const std::string& pointer) {
        if (value.is_object()) {
            secretFile(row, value, pointer);
            return;
        }
        // No message here shows the value.
        const auto written = plainText(row, value, pointer, R"(a string or {"file": "NAME"})");
        if (written) {
            store(row, target_, Secret(*written));
        }
    }

    void secretFile(const Row& row, const Json& value, const std::string& pointer) {
        const auto name = fileName(value, pointer);
        if (!name) {
            return;
        }
        const std::string below = pointer + "/file";
        if (name->empty()) {
            if (!row.mayBeEmpty) {
                problems_.add(below, "must not be empty");
            }
            store(row, target_, Secret());
            return;
        }
        if (!context_.readFiles) {
            return;
        }
        const std::filesystem::path full = secretPath(*name);
        auto content = readFile(full, kMaxSecretBytes);
        if (!content) {
            problems_.add(below, text::cat({full.string(), ": ", content.error().text}));
            return;
        }
        // Editors end a file with a line feed.
        if (content->ends_with('\n')) {
            content->pop_back();
        }
        if (content->ends_with('\r')) {
            content->pop_back();
        }
        if (content->empty() || hasControls(*content)) {
            problems_.add(
                below,
                text::cat({full.string(), content->empty() ? " is empty"
                                                           : " must hold one line without control "
                                                             "characters"}));
            return;
        }
        store(row, target_, Secret(std::move(*content)));
    }

    [[nodiscard]] std::filesystem::path secretPath(const std::string& name) const {
        if (!context_.credentialsFolder.empty()) {
            auto candidate = context_.credentialsFolder / name;
            std::error_code ignored;
            if (std::filesystem::exists(candidate, ignored)) {
                return candidate;
            }
        }
        return absolute(name);
    }

    const LoadContext& context_;
    Problems& problems_;
    Target target_;
};

}  // namespace

void readSettings(const Json& root,
                  const LoadContext& context,
                  Settings& settings,
                  Problems& problems) {
    Reader(context, settings, problems).object(root, "", "");
}

}  // namespace platen::config
