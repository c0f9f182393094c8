// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::stun {

/// A UDP connection request (C-UDP-02), unchecked.
struct UdpRequest {
    /// The fields that the signature covers, beside the time.
    struct Fields {
        std::string id, un, cn;
    };
    std::string ts;          ///< As it stands in the request; decimal digits.
    std::uint64_t time = 0;  ///< Its number.
    Fields plain;            ///< With %XX decoded.
    Fields raw;              ///< As they stand in the request: some ACSs do not encode.
    std::string signature;   ///< 40 lower-case hexadecimal digits.
};

inline constexpr std::size_t kMaxUdpRequestBytes = 2048;
inline constexpr std::size_t kMaxIdBytes = 64;
inline constexpr std::size_t kMaxCnonceBytes = 256;
inline constexpr std::size_t kMaxUnBytes = 1024;

/// Reads the request line of `GET http://HOST:PORT?ts=T&id=I&un=U&cn=C&sig=S HTTP/1.1`; what
/// follows it is ignored, and so are other query fields. A field that is missing, empty or there
/// twice makes it Malformed. Pure; safe for any input. Errors: Malformed, TooLarge.
[[nodiscard]] Result<UdpRequest> parseUdpRequest(std::span<const std::byte> bytes);

/// What a device remembers of the requests it has accepted (C-UDP-03).
class ReplayGuard {
  public:
    /// Newer than the last valid request, or equally old with an id that was not used in that
    /// second; never with the last id.
    [[nodiscard]] bool isFresh(const UdpRequest& request) const;
    void accept(const UdpRequest& request);

    /// For the store; restore() takes what save() gave, and ignores anything else.
    [[nodiscard]] std::string save() const;
    void restore(std::string_view text);

    /// Requests with one and the same time; more are refused until the next second.
    static constexpr std::size_t kMaxIds = 16;

  private:
    bool used_ = false;
    std::uint64_t time_ = 0;
    std::vector<std::string> ids_;  ///< Of requests with that time, the last one at the end.
};

enum class UdpVerdict : std::uint8_t {
    Valid,
    WrongUser,
    WrongSignature,
    Replayed,
    NoCredentials,  ///< The device has no user name or password yet (as C-CR-08).
};

/// Checks against one device; does not remember anything.
[[nodiscard]] UdpVerdict checkUdpRequest(const UdpRequest& request,
                                         std::string_view username,
                                         std::string_view password,
                                         const ReplayGuard& guard);

}  // namespace platen::stun
