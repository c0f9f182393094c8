// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "proxy/firmware/push.hpp"

#include <string>
#include <utility>

namespace platen::firmware {
namespace {

class FtpPush final : public Push {
  public:
    FtpPush(transfer::Fetcher& fetcher, PushRequest request, PushDone done)
        : done_(std::move(done)) {
        transfer::FetchRequest upload;
        upload.kind = transfer::Kind::Upload;
        const net::Endpoint server{request.printer, request.channel.port};
        // The first slash of a URL's path is no part of it: a second one makes it absolute.
        upload.url = text::cat({"ftp://", server.toString(), "/", request.channel.path, "image"});
        upload.file = std::move(request.image);
        upload.bodyFromFile = true;
        upload.direct = true;
        upload.timeLimit = request.timeLimit;
        fetch_ = fetcher.start(std::move(upload), [this](transfer::FetchResult result) {
            auto outcome = std::move(result.outcome);
            if (!outcome.good()) {
                outcome = {transfer::FaultCode::DownloadFailed,
                           text::cat({"sending to the printer by FTP: ", outcome.text})};
            }
            auto tell = std::move(done_);
            tell({std::move(outcome), result.bytes > 0});
        });
    }

  private:
    PushDone done_;
    std::unique_ptr<transfer::Fetch> fetch_;
};

}  // namespace

std::unique_ptr<Push> startFtpPush(transfer::Fetcher& fetcher, PushRequest request, PushDone done) {
    return std::make_unique<FtpPush>(fetcher, std::move(request), std::move(done));
}

}  // namespace platen::firmware
