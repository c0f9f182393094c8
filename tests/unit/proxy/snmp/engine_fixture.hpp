// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/snmp/agent_memory.hpp"
#include "proxy/snmp/engine.hpp"
#include "proxy/snmp/read_exchange.hpp"
#include "proxy/snmp/scalar_reader.hpp"
#include "tests/support/fake_agent.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_loop.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace platen::snmp {

inline const Oid kMib2{1, 3, 6, 1, 2, 1};
/// Column `c` of the test table with entry number `table`.
inline Oid column(std::uint32_t table, std::uint32_t c) {
    return Oid{1, 3, 6, 1, 2, 1, 43, table, 1, c};
}
inline Oid scalar(std::uint32_t n) {
    return Oid{1, 3, 6, 1, 2, 1, 1, n, 0};
}
inline ReadRequest scalars(std::uint32_t first, std::uint32_t last) {
    ReadRequest request;
    for (auto n = first; n <= last; ++n) {
        request.scalars.push_back(scalar(n));
    }
    return request;
}

/// The columns 1 to `columns` of a table, with `rows` rows indexed 1.1 to 1.rows.
inline void addTable(std::vector<VarBind>& to,
                     std::uint32_t table,
                     std::uint32_t columns,
                     std::uint32_t rows) {
    for (std::uint32_t c = 1; c <= columns; ++c) {
        for (std::uint32_t r = 1; r <= rows; ++r) {
            to.push_back(
                {column(table, c).child({1, r}), SnmpValue::integer(std::int64_t{c} * 1000 + r)});
        }
    }
}
inline std::vector<Oid> columnsOf(std::uint32_t table, std::uint32_t columns) {
    std::vector<Oid> oids;
    for (std::uint32_t c = 1; c <= columns; ++c) {
        oids.push_back(column(table, c));
    }
    return oids;
}
inline void addScalars(std::vector<VarBind>& to, std::uint32_t count) {
    for (std::uint32_t n = 1; n <= count; ++n) {
        to.push_back({scalar(n), SnmpValue::string("value " + std::to_string(n))});
    }
}

/// An engine, one agent at 192.0.2.1:161, and time that the test moves.
class EngineTest : public ::testing::Test {
  protected:
    static net::Endpoint at(std::uint32_t host) {
        return {net::Address::fromIpv4(0xC0000200U + host), 161};
    }
    static TargetOptions options(const net::Endpoint& endpoint) {
        TargetOptions result;
        result.endpoint = endpoint;
        result.community = Secret("public");
        return result;
    }
    void SetUp() override {
        std::vector<VarBind> mib;
        addScalars(mib, 60);
        addTable(mib, 8, 4, 6);
        addTable(mib, 11, 9, 22);
        mib.push_back({Oid{1, 3, 6, 1, 9, 1, 0}, SnmpValue::integer(9)});
        agent_.setVarbinds(std::move(mib));
        net_.add(at(1), agent_);
        engine_ = makeEngine(loop_, net_);
    }
    TargetId addTarget() { return engine_->addTarget(options(at(1))); }

    /// Reads to the end; time passes as needed.
    Result<ReadResult> read(TargetId target, ReadRequest request) {
        std::optional<Result<ReadResult>> outcome;
        engine_->read(target, std::move(request), [&outcome](Result<ReadResult> result) {
            EXPECT_FALSE(outcome) << "called twice";
            outcome.emplace(std::move(result));
        });
        EXPECT_FALSE(outcome) << "called inside read";
        loop_.runUntilIdle();
        for (int i = 0; i < 600 && !outcome; ++i) {
            loop_.advance(Millis{100});
        }
        if (!outcome) {
            ADD_FAILURE() << "no outcome";
            return fail(ErrorCode::Internal, "no outcome");
        }
        return std::move(*outcome);
    }
    ReadResult readWell(TargetId target, ReadRequest request) {
        auto outcome = read(target, std::move(request));
        if (!outcome) {
            ADD_FAILURE() << outcome.error().text;
            return {};
        }
        return std::move(*outcome);
    }
    Result<SetRefusal> set(TargetId target, std::vector<VarBind> varbinds) {
        std::optional<Result<SetRefusal>> outcome;
        engine_->set(target, std::move(varbinds), [&outcome](Result<SetRefusal> result) {
            EXPECT_FALSE(outcome) << "called twice";
            outcome.emplace(std::move(result));
        });
        EXPECT_FALSE(outcome) << "called inside set";
        loop_.runUntilIdle();
        for (int i = 0; i < 600 && !outcome; ++i) {
            loop_.advance(Millis{100});
        }
        if (!outcome) {
            ADD_FAILURE() << "no outcome";
            return fail(ErrorCode::Internal, "no outcome");
        }
        return std::move(*outcome);
    }
    std::size_t requestsOf(PduType type) const {
        return static_cast<std::size_t>(std::ranges::count(agent_.requests, type, &Message::type));
    }
    /// What the agent holds below these, sorted.
    std::vector<VarBind> held(const std::vector<Oid>& prefixes) const {
        std::vector<VarBind> result;
        for (const auto& varbind : agent_.varbinds()) {
            for (const auto& prefix : prefixes) {
                if (varbind.oid.startsWith(prefix)) {
                    result.push_back(varbind);
                    break;
                }
            }
        }
        return result;
    }

    test::FakeClock clock_;
    test::FakeLoop loop_{clock_};
    test::FakeDatagrams net_{loop_};
    test::FakeAgent agent_{{}};
    std::unique_ptr<Engine> engine_;
};

}  // namespace platen::snmp
