// SPDX-License-Identifier: Apache-2.0
#include "proxy/xmpp/jid.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace platen::xmpp {
namespace {

constexpr unsigned char kDelete = 0x7F;

bool isClean(std::string_view text) {
    return text::isUtf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte < ' ' || byte == kDelete;
           });
}

bool isPart(std::string_view text) {
    return !text.empty() && text.size() <= kMaxJidPartBytes && isClean(text);
}

bool isStrictPart(std::string_view text) {
    return isPart(text) && text.find_first_of(" \"&'<>@") == std::string_view::npos;
}

}  // namespace

std::string Jid::toString() const {
    return text::cat(
        {local, local.empty() ? "" : "@", domain, resource.empty() ? "" : "/", resource});
}

std::optional<Jid> parseJid(std::string_view text) {
    Jid jid;
    const auto slash = text.find('/');
    auto bare = text.substr(0, slash);
    if (slash != std::string_view::npos) {
        const auto resource = text.substr(slash + 1);
        if (!isPart(resource)) {
            return std::nullopt;
        }
        jid.resource = resource;
    }
    if (const auto at = bare.find('@'); at != std::string_view::npos) {
        if (!isStrictPart(bare.substr(0, at))) {
            return std::nullopt;
        }
        jid.local = text::toLower(bare.substr(0, at));
        bare = bare.substr(at + 1);
    }
    if (!isStrictPart(bare)) {
        return std::nullopt;
    }
    jid.domain = text::toLower(bare);
    return jid;
}

AllowedJids::AllowedJids(std::string_view list) {
    if (text::trim(list).empty()) {
        return;
    }
    anyone_ = false;
    for (const auto item : text::split(list, ',')) {
        auto jid = parseJid(text::trim(item));
        if (jid && entries_.size() < kMaxEntries) {
            entries_.push_back(std::move(*jid));
        }
    }
}

bool AllowedJids::allow(const Jid& from) const {
    return anyone_ || std::any_of(entries_.begin(), entries_.end(), [&from](const Jid& entry) {
               return entry.local == from.local && entry.domain == from.domain &&
                      (entry.resource.empty() || entry.resource == from.resource);
           });
}

}  // namespace platen::xmpp
