// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "config/problems.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace platen::config {

/// The profile that holds if the configuration names none: the defaults of the settings.
inline constexpr std::string_view kDefaultAcsProfile = "strict";

/// Settings that a profile of an ACS may hold, by their names in `acs`: what ACSs differ in, none
/// of what a site has.
[[nodiscard]] std::span<const std::string_view> acsProfileSettings();

/// The file that `acs.profile` means: a path (with a slash, or ending in `.json`; relative to
/// `folder`), else the delivered profile of that name. Errors: NotFound, with the names that there
/// are. thread: any
[[nodiscard]] Result<std::filesystem::path> findAcsProfile(std::string_view name,
                                                           const std::filesystem::path& folder);

/// What is wrong with a profile's frame (docs/formats/acs-profile.md) goes to `problems`, by the
/// number that its file has there; the values in `acs` are checked with the settings. False if
/// nothing can be taken from it.
bool checkAcsProfile(const JsonDocument& document, std::size_t source, Problems& problems);

}  // namespace platen::config
