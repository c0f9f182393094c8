// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sim/agent.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::sim {

/// A small printer, an agent and a clock that stands still.
class SimFixture : public ::testing::Test {
  protected:
    static constexpr std::string_view kRows =
        "1.3.6.1.2.1.1.1.0|4|Test printer\n"
        "1.3.6.1.2.1.1.3.0|67|5000\n"
        "1.3.6.1.2.1.1.5.0|4|host\n"
        "1.3.6.1.2.1.1.6.0|4|room\n"
        "1.3.6.1.2.1.2.2.1.6.1|4x|00005e0053fe\n"
        "1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615\n"
        "1.3.6.1.2.1.43.5.1.1.3.1|2|3\n"
        "1.3.6.1.2.1.43.5.1.1.17.1|4|SERIAL1\n"
        "1.3.6.1.2.1.43.10.2.1.4.1.1|65|1000\n"
        "1.3.6.1.2.1.43.10.2.1.5.1.1|65|77\n";
    static constexpr std::size_t kRowCount = 10;

    static std::shared_ptr<const Recording> recording() {
        return Recording::parse(kRows, "test").value_or(nullptr);
    }
    SimFixture() : printer_(recording(), PrinterOptions{}, clock_.steadyNow()) {}

    std::optional<ResponseText> ask(const RequestText& head, const std::vector<VarBind>& binds) {
        const Bytes text = encodeRequest(head, binds);
        Request request;
        EXPECT_TRUE(request.decode(text));
        const auto reply = agent_.respond(printer_, request, clock_.steadyNow());
        if (!reply) {
            return std::nullopt;
        }
        replyBytes_ = reply->size();
        return decodeResponse(*reply);
    }
    std::optional<ResponseText> get(const std::vector<Oid>& oids, Version version = Version::V2c) {
        return ask({.version = version, .pdu = kTagGet}, nulls(oids));
    }
    std::optional<ResponseText> getNext(const std::vector<Oid>& oids,
                                        Version version = Version::V2c) {
        return ask({.version = version, .pdu = kTagGetNext}, nulls(oids));
    }
    std::optional<ResponseText> getBulk(const std::vector<Oid>& oids,
                                        int nonRepeaters,
                                        int repetitions) {
        return ask(
            {.pdu = kTagGetBulk, .nonRepeaters = nonRepeaters, .maxRepetitions = repetitions},
            nulls(oids));
    }
    std::optional<ResponseText> set(const std::vector<VarBind>& binds,
                                    Version version = Version::V2c) {
        return ask({.version = version, .pdu = kTagSet}, binds);
    }
    static std::vector<VarBind> nulls(const std::vector<Oid>& oids) {
        std::vector<VarBind> out;
        out.reserve(oids.size());
        for (const Oid& oid : oids) {
            out.push_back({oid, SnmpValue{}});
        }
        return out;
    }
    void fault(std::string_view text) {
        const auto done = printer_.applyFault(text, clock_.steadyNow());
        EXPECT_TRUE(done) << (done ? "" : done.error().text);
    }
    SnmpValue valueOf(const Oid& oid) {
        const auto object = printer_.find(oid.ids(), clock_.steadyNow());
        return object ? object->value() : SnmpValue{};
    }

    static inline const Oid kMib2{1, 3, 6, 1, 2, 1};
    static inline const Oid kDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
    static inline const Oid kUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
    static inline const Oid kName{1, 3, 6, 1, 2, 1, 1, 5, 0};
    static inline const Oid kLocation{1, 3, 6, 1, 2, 1, 1, 6, 0};
    static inline const Oid kMac{1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 1};
    static inline const Oid kCounter64{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1};
    static inline const Oid kReset{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 3, 1};
    static inline const Oid kSerial{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 17, 1};
    static inline const Oid kLife{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4, 1, 1};
    static inline const Oid kPowerOn{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 5, 1, 1};

    test::FakeClock clock_;
    Agent agent_;
    Printer printer_;
    std::size_t replyBytes_ = 0;
};

}  // namespace platen::sim
