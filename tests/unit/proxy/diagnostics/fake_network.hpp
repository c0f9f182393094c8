// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/diagnostics/tools.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_loop.hpp"

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace platen::diagnostics::testing {

/// Answers echo requests by a script and names by a table.
class FakeNetwork final : public net::Icmp {
  public:
    using Kind = net::EchoResult::Kind;

    static net::Address address(const char* text) { return net::Address::parse(text).value(); }

    void answer(Kind kind, const char* from, int microseconds, std::uint8_t type = 0) {
        net::EchoResult result;
        result.kind = kind;
        result.from = address(from);
        result.icmpType = type;
        result.roundTrip = std::chrono::microseconds(microseconds);
        script.push_back(result);
    }

    void echo(const net::EchoRequest& request,
              UniqueFunction<void(net::EchoResult)> done) override {
        sent.push_back(request);
        net::EchoResult result;  // a script that is used up: silence
        result.from = request.target;
        if (!script.empty()) {
            result = script.front();
            script.pop_front();
        }
        loop.post([done = std::move(done), result]() mutable { done(result); });
    }

    Tools tools() {
        return {loop, *this, [this](const std::string& host, auto done) {
                    Result<std::vector<net::Address>> found =
                        fail(ErrorCode::NotFound, "no such host");
                    if (const auto known = names.find(host); known != names.end()) {
                        found = known->second;
                    }
                    loop.post([done = std::move(done), found = std::move(found)]() mutable {
                        done(std::move(found));
                    });
                }};
    }

    test::FakeClock clock;
    test::FakeLoop loop{clock};
    std::map<std::string, std::vector<net::Address>> names;
    std::deque<net::EchoResult> script;
    std::vector<net::EchoRequest> sent;
};

}  // namespace platen::diagnostics::testing
