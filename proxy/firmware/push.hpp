// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "base/unique_function.hpp"
#include "mibmap/firmware_channel.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/transfer/fetcher.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace platen::firmware {

/// How sending an image ended.
struct PushResult {
    transfer::Outcome outcome;
    bool begun = false;  ///< The printer may have some of it.
};

/// An image on its way; its end breaks that off without the callback.
class Push {
  public:
    Push() = default;
    Push(const Push&) = delete;
    Push& operator=(const Push&) = delete;
    virtual ~Push() = default;
};

struct PushRequest {
    net::Address printer;
    mibmap::FirmwareChannel channel;
    std::filesystem::path image;
    std::string octets;  ///< Of startRawPush: sent instead of the image if not empty.
    Millis connectTimeout{15'000};
    Millis stallTimeout{std::chrono::minutes{5}};  ///< A printer that erases its memory pauses.
    Millis closeWait{10'000};                      ///< For the printer's end of the connection.
    Millis timeLimit{std::chrono::hours{1}};
};

using PushDone = UniqueFunction<void(PushResult)>;

/// Sends the octets of the image to a TCP port, and waits for the printer to close. A connection
/// that breaks after the last octet counts as sent: many printers restart at once. `done` comes
/// once, never inside the call, and may destroy the Push. thread: loop
[[nodiscard]] std::unique_ptr<Push> startRawPush(net::Loop& loop,
                                                 PushRequest request,
                                                 PushDone done);
/// As a file: by FTP, passive, anonymous, or in a form by HTTP. The rest as for startRawPush.
[[nodiscard]] std::unique_ptr<Push> startFilePush(transfer::Fetcher& fetcher,
                                                  PushRequest request,
                                                  PushDone done);

}  // namespace platen::firmware
