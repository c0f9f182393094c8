// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/config_import.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "config/settings.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

namespace platen::app {
namespace {

constexpr std::size_t kMaxBytes = 4U << 20U;
constexpr std::size_t kMaxName = 64;  // VendorConfigFile.Name.

WallTime changeTime(const std::filesystem::path& file) {
    std::error_code error;
    const auto time = std::filesystem::last_write_time(file, error);
    return error ? kUnknownTime
                 : WallTime{std::chrono::duration_cast<Millis>(
                       std::chrono::file_clock::to_sys(time).time_since_epoch())};
}

/// `conf.d/*.json` in the order in which they are read.
std::vector<std::filesystem::path> partsOf(const std::filesystem::path& file) {
    std::vector<std::filesystem::path> parts;
    std::error_code error;
    for (std::filesystem::directory_iterator it(file.parent_path() / "conf.d", error), end;
         !error && it != end && parts.size() < config::kMaxConfigFiles; it.increment(error)) {
        if (it->path().extension() == ".json") {
            parts.push_back(it->path());
        }
    }
    std::sort(parts.begin(), parts.end());
    return parts;
}

}  // namespace

Result<ConfigFile> readConfigFile(const std::filesystem::path& file) {
    const auto text = readFile(file, kMaxBytes);
    if (!text) {
        return tl::unexpected<Error>(text.error());
    }
    ConfigFile out;
    out.name = file.filename().string().substr(0, kMaxName);
    out.bytes = text->size();
    out.changed = changeTime(file);
    auto digests = crypto::sha256Hex(*text);
    for (const auto& part : partsOf(file)) {
        if (const auto more = readFile(part, kMaxBytes)) {
            digests += crypto::sha256Hex(*more);
            out.bytes += more->size();
            out.changed = std::max(out.changed, changeTime(part));
        }
    }
    out.sha256 = crypto::sha256Hex(digests);
    return out;
}

transfer::Transfer importOf(const ConfigFile& file, WallTime now, transfer::Outcome outcome) {
    transfer::Transfer done;
    done.kind = transfer::Kind::OwnDownload;
    done.state = transfer::State::Done;
    done.fileType = "3 Vendor Configuration File";
    done.fileSize = file.bytes;
    done.targetName = file.name;
    done.started = now;
    done.completed = now;
    done.outcome = std::move(outcome);
    return done;
}

}  // namespace platen::app
