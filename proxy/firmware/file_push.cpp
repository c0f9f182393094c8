// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "proxy/firmware/push.hpp"

#include <string>
#include <utility>

namespace platen::firmware {
namespace {

class FilePush final : public Push {
  public:
    FilePush(transfer::Fetcher& fetcher, PushRequest request, PushDone done)
        : done_(std::move(done)) {
        transfer::FetchRequest upload;
        upload.kind = transfer::Kind::Upload;
        const net::Endpoint server{request.printer, request.channel.port};
        const bool ftp = request.channel.kind == mibmap::FirmwareChannel::Kind::Ftp;
        // The first slash of an FTP URL's path is no part of it: a second one makes it absolute.
        upload.url =
            ftp ? text::cat({"ftp://", server.toString(), "/", request.channel.path, "image"})
                : text::cat({"http://", server.toString(), request.channel.path});
        upload.formField = request.channel.field;
        upload.file = std::move(request.image);
        upload.bodyFromFile = true;
        upload.direct = true;
        upload.timeLimit = request.timeLimit;
        fetch_ = fetcher.start(std::move(upload), [this, ftp](transfer::FetchResult result) {
            auto outcome = std::move(result.outcome);
            if (!outcome.good()) {
                outcome = {transfer::FaultCode::DownloadFailed,
                           text::cat({"sending to the printer by ",
                                      ftp ? "FTP: " : "HTTP: ", outcome.text})};
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

std::unique_ptr<Push> startFilePush(transfer::Fetcher& fetcher,
                                    PushRequest request,
                                    PushDone done) {
    return std::make_unique<FilePush>(fetcher, std::move(request), std::move(done));
}

}  // namespace platen::firmware
