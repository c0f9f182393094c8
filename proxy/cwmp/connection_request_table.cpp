// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/connection_request_table.hpp"

#include <utility>

namespace platen::cwmp {

void ConnectionRequestTable::set(const std::string& path, Entry entry) {
    const std::lock_guard lock(mutex_);
    entries_[path] = std::move(entry);
}

void ConnectionRequestTable::erase(const std::string& path) {
    const std::lock_guard lock(mutex_);
    entries_.erase(path);
}

std::optional<ConnectionRequestTable::Entry> ConnectionRequestTable::find(
    const std::string& path) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(path);
    if (found == entries_.end()) {
        return std::nullopt;
    }
    return found->second;
}

}  // namespace platen::cwmp
