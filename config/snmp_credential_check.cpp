// SPDX-License-Identifier: Apache-2.0
#include "config/snmp_credential_check.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string_view>

namespace platen::config {

namespace {

constexpr std::array kCommunityMembers{"community", "write_community"};
constexpr std::array kUserMembers{"user",          "security_level", "auth_protocol",
                                  "auth_password", "priv_protocol",  "priv_password",
                                  "context"};

class Check {
  public:
    Check(const nlohmann::json& written,
          const SnmpCredential& read,
          const std::string& pointer,
          Problems& problems)
        : written_(written), read_(read), pointer_(pointer), problems_(problems) {}

    void communities() {
        if (!has("community")) {
            problems_.add(pointer_, "\"community\" is missing");
        }
        refuse(kUserMembers, "belongs to version 3");
    }

    void user() {
        if (!has("user")) {
            problems_.add(pointer_, "\"user\" is missing; version 3 needs it");
        }
        refuse(kCommunityMembers, "has no use in version 3");
        for (const auto& [name, value] :
             {std::pair{"user", &read_.user}, {"context", &read_.context}}) {
            if (value->size() > kMaxUserBytes) {
                at(name, "longer than 32 octets (RFC 3414, RFC 3411)");
            }
        }
        protocols();
        password("auth_password", read_.authPassword);
        password("priv_password", read_.privPassword);
        level();
    }

  private:
    [[nodiscard]] bool has(std::string_view name) const {
        return written_.contains(std::string(name));
    }
    void at(std::string_view name, std::string text) {
        problems_.add(has(name) ? text::cat({pointer_, "/", name}) : pointer_, std::move(text));
    }

    template <std::size_t N>
    void refuse(const std::array<const char*, N>& names, std::string_view why) {
        for (const std::string_view name : names) {
            if (has(name)) {
                at(name, text::cat({name, " ", why}));
            }
        }
    }

    void protocols() {
        const bool authentic = read_.authProtocol != "none";
        const bool secret = read_.privProtocol != "none";
        if (secret && !authentic) {
            at("priv_protocol", "encryption needs an auth_protocol too (RFC 3414)");
        }
        if (authentic && !has("auth_password")) {
            at("auth_protocol", "auth_protocol needs an auth_password");
        }
        if (!authentic && has("auth_password")) {
            at("auth_password", "auth_password has no use without auth_protocol");
        }
        if (!secret && has("priv_password")) {
            at("priv_password", "priv_password has no use without priv_protocol");
        }
    }

    // One from a file that is not read now is empty.
    void password(std::string_view name, const Secret& value) {
        if (!value.empty() && value.reveal().size() < kMinUsmPassword) {
            at(name, "shorter than 8 characters (RFC 3414 section 11.2)");
        }
    }

    void level() {
        const auto& level = read_.securityLevel;
        if (level.starts_with("auth") && level != "auto" && read_.authProtocol == "none") {
            at("security_level", text::cat({level, " needs an auth_protocol"}));
        } else if (level == "authPriv" && read_.privProtocol == "none") {
            at("security_level", "authPriv needs a priv_protocol");
        }
    }

    const nlohmann::json& written_;
    const SnmpCredential& read_;
    const std::string& pointer_;
    Problems& problems_;
};

}  // namespace

void checkSnmpCredential(const nlohmann::json& written,
                         const SnmpCredential& read,
                         const std::string& pointer,
                         Problems& problems) {
    Check check(written, read, pointer, problems);
    read.version == "3" ? check.user() : check.communities();
}

}  // namespace platen::config
