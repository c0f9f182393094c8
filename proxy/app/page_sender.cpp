// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/page_sender.hpp"

#include <utility>

namespace platen::app {

void PageSender::send(const net::Endpoint& printer,
                      std::string octets,
                      UniqueFunction<void(fleet::PageSent)> done) {
    constexpr std::chrono::minutes kStall{1};
    firmware::PushRequest request;
    request.printer = printer.address;
    request.channel.port = printer.port;
    request.octets = std::move(octets);
    request.stallTimeout = kStall;
    const auto id = ++last_;
    pushes_[id] = firmware::startRawPush(
        loop_, std::move(request),
        [this, id, done = std::move(done)](const firmware::PushResult& result) mutable {
            const auto finished = pushes_.extract(id);  // whose callback this is
            auto call = std::move(done);
            call(result.outcome.good() ? fleet::PageSent::Whole
                 : result.begun        ? fleet::PageSent::BrokenOff
                                       : fleet::PageSent::NotReached);
        });
}

}  // namespace platen::app
