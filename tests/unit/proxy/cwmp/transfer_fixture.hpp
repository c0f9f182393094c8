// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rpc_fixture.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::test {

inline constexpr const char* kAbsent = "(absent)";  ///< Leaves the argument out.
using Changed = std::map<std::string, std::string>;

inline std::string withArguments(std::string_view method,
                                 const std::vector<std::pair<std::string, std::string>>& arguments,
                                 const Changed& changed,
                                 const std::string& more = {}) {
    std::string body;
    for (const auto& [name, usual] : arguments) {
        const auto other = changed.find(name);
        const auto& value = other == changed.end() ? usual : other->second;
        if (value != kAbsent) {
            body += "<" + name + ">" + value + "</" + name + ">";
        }
    }
    return "<c:" + std::string(method) + ">" + body + more + "</c:" + std::string(method) + ">";
}

/// Requests with usual arguments, some of them changed.
inline std::string asDownload(const Changed& changed) {
    return withArguments("Download",
                         {{"CommandKey", "k1"},
                          {"FileType", "3 Vendor Configuration File"},
                          {"URL", "http://files.test/platen.json"},
                          {"Username", "user"},
                          {"Password", "word"},
                          {"FileSize", "0"},
                          {"TargetFileName", ""},
                          {"DelaySeconds", "0"},
                          {"SuccessURL", ""},
                          {"FailureURL", ""}},
                         changed);
}
inline std::string asUpload(const Changed& changed) {
    return withArguments("Upload",
                         {{"CommandKey", "k1"},
                          {"FileType", "4 Vendor Log File"},
                          {"URL", "http://files.test/log"},
                          {"Username", ""},
                          {"Password", ""},
                          {"DelaySeconds", "0"}},
                         changed);
}
inline std::string asSchedule(const Changed& changed, const std::string& windows) {
    return withArguments("ScheduleDownload",
                         {{"CommandKey", "k1"},
                          {"FileType", "3 Vendor Configuration File"},
                          {"URL", "http://files.test/platen.json"},
                          {"Username", ""},
                          {"Password", ""},
                          {"FileSize", "0"},
                          {"TargetFileName", ""}},
                         changed, "<TimeWindowList>" + windows + "</TimeWindowList>");
}
inline std::string window(const std::string& start,
                          const std::string& end,
                          const std::string& mode = "1 At Any Time",
                          const std::string& retries = "0") {
    return "<TimeWindowStruct><WindowStart>" + start + "</WindowStart><WindowEnd>" + end +
           "</WindowEnd><WindowMode>" + mode +
           "</WindowMode><UserMessage></UserMessage><MaxRetries>" + retries +
           "</MaxRetries></TimeWindowStruct>";
}
inline std::string cancelTransfer(const std::string& key) {
    return "<c:CancelTransfer><CommandKey>" + key + "</CommandKey></c:CancelTransfer>";
}

/// Text of the first element of that name; "(none)" if there is none.
inline std::string textIn(const std::string& envelope, const std::string& name) {
    const auto open = "<" + name + ">";
    const auto from = envelope.find(open);
    const auto to = envelope.find("</" + name + ">");
    if (from == std::string::npos || to == std::string::npos) {
        return envelope.find("<" + name + "/>") != std::string::npos ? "" : "(none)";
    }
    return envelope.substr(from + open.size(), to - from - open.size());
}

class TransferTest : public RpcTest {
  protected:
    /// The last POST that was not empty.
    [[nodiscard]] std::string lastPost() const {
        for (auto post = world.acs.posts.rbegin(); post != world.acs.posts.rend(); ++post) {
            if (!post->empty()) {
                return *post;
            }
        }
        return {};
    }
    void finish(transfer::Outcome outcome = {}) {
        world.fetcher.finish(std::move(outcome));
        world.settle();
    }
};

}  // namespace platen::test
