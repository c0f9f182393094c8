// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/recording_engine.hpp"

#include <utility>

namespace platen::app {

snmp::TargetId RecordingEngine::addTarget(snmp::TargetOptions /*options*/) {
    using Number = decltype(snmp::TargetId{}.value());
    return snmp::TargetId{static_cast<Number>(++next_)};
}

void RecordingEngine::read(snmp::TargetId /*target*/,
                           snmp::ReadRequest request,
                           UniqueFunction<void(Result<snmp::ReadResult>)> done) {
    asked_.insert(request.scalars.begin(), request.scalars.end());
    for (const auto& table : request.tables) {
        asked_.insert(table.begin(), table.end());
    }
    mibmap::PollPlan plan;
    plan.scalars = std::move(request.scalars);
    plan.tables = std::move(request.tables);
    snmp::ReadResult result;
    result.varbinds = recording_.answer(plan);
    loop_.post([result = std::move(result), done = std::move(done)]() mutable {
        done(std::move(result));
    });
}

void RecordingEngine::set(snmp::TargetId /*target*/,
                          std::vector<VarBind> /*varbinds*/,
                          UniqueFunction<void(Result<snmp::SetRefusal>)> done) {
    constexpr int kNotWritable = 17;
    loop_.post([done = std::move(done)]() mutable {
        done(snmp::SetRefusal{.errorStatus = kNotWritable, .errorIndex = 1});
    });
}

std::vector<Oid> RecordingEngine::unread(const Oid& under) const {
    std::vector<Oid> out;
    for (const auto& row : recording_.rows()) {
        if (!row.oid.startsWith(under)) {
            continue;
        }
        bool asked = false;
        for (auto size = row.oid.size(); size > under.size() && !asked; --size) {
            asked = asked_.contains(Oid(row.oid.ids().first(size)));
        }
        if (!asked) {
            out.push_back(row.oid);
        }
    }
    return out;
}

}  // namespace platen::app
