// SPDX-License-Identifier: Apache-2.0
// Finds what depends on clocks, so that an answer in which only clocks moved needs only these
// rules.
#include "mibmap/compiler.hpp"
#include "mibmap/map_set.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace platen::mibmap {

namespace {

/// What expressions look at, through shared values and decision tables.
class Reach {
  public:
    explicit Reach(const Program& program) : program_(program) {
        for (const Source& source : program.sources) {
            if (source.table < 0 && isClock(source.prefix)) {
                clocks_.insert(source.slot);
            }
        }
    }

    bool timed = false;             ///< A clock, of the printer or ours.
    std::set<std::int32_t> tables;  ///< Whose rows are looked at.

    void look(const Node& node) {
        switch (node.op) {
            case Op::Now:
            case Op::DateAndTime:  // without a zone it is compared with our clock
                timed = true;
                break;
            case Op::Scalar:
                timed = timed || clocks_.count(node.a) != 0;
                break;
            case Op::Shared:
                if (seen_.insert(node.a).second) {
                    look(program_.shared[static_cast<std::size_t>(node.a)].node);
                }
                break;
            case Op::Decide:
                look(*node.decision);
                break;
            default:
                if (node.op >= Op::Count && node.op <= Op::Row) {
                    tables.insert(node.a);
                }
        }
        look(std::span<const Node>(node.args));
    }
    void look(std::span<const Node> nodes) {
        for (const Node& node : nodes) {
            look(node);
        }
    }
    void look(const std::optional<Node>& node) {
        if (node) {
            look(*node);
        }
    }
    void look(const Rule& rule) {
        look(rule.value);
        look(rule.when);
    }
    /// What tells and names the rows.
    void lookAtHead(const ObjectRules& object) {
        look(object.where);
        look(std::span<const Node>(object.key));
        look(std::span<const Node>(object.distinguish));
        look(object.index);
        if (object.parent) {
            look(std::span<const Node>(object.parent->key));
            look(object.parent->index);
        }
        if (object.table >= 0) {
            tables.insert(object.table);
        }
    }

  private:
    void look(const Decision& decision) {
        look(std::span<const Node>(decision.inputs));
        for (const Decision::Row& row : decision.rows) {
            look(std::span<const Node>(row.results));
        }
        look(std::span<const Node>(decision.otherwise));
    }

    const Program& program_;
    std::set<std::int32_t> clocks_;  // scalar slots
    std::set<std::int32_t> seen_;    // shared values
};

bool timedHead(const Program& program, const ObjectRules& object) {
    Reach reach(program);
    reach.lookAtHead(object);
    return reach.timed;
}

/// Charsets and error bits have a part in many rules.
bool timedCommon(const Program& program) {
    Reach reach(program);
    for (const auto& shared : {program.generalCharset, program.consoleCharset}) {
        if (shared) {
            reach.look(program.shared[static_cast<std::size_t>(*shared)].node);
        }
    }
    reach.look(program.errors.octets);
    for (const ErrorBit& bit : program.errors.bits) {
        reach.look(bit.severity);
    }
    return reach.timed;
}

}  // namespace

bool isClock(const Oid& oid) {
    if (oid.size() < 9 || oid.size() > 10) {
        return false;
    }
    static const Oid sysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
    static const Oid hrSystemUptime{1, 3, 6, 1, 2, 1, 25, 1, 1, 0};
    static const Oid hrSystemDate{1, 3, 6, 1, 2, 1, 25, 1, 2, 0};
    return oid == sysUpTime || oid == hrSystemUptime || oid == hrSystemDate;
}

/// Marks the parameters with a rule that depends on a clock, and the groups where more than values
/// does: there nothing is told apart.
void Compiler::markTimed() {
    Program& program = *program_;
    std::map<model::ParamIndex, bool> params;
    GroupMask restless = timedCommon(program) ? GroupMask{0xFF} : GroupMask{0};
    if (program.alerts) {
        restless = static_cast<GroupMask>(restless | program.alerts->groups);
    }
    for (const ObjectRules& object : program.objects) {
        const bool head = timedHead(program, object);
        restless = static_cast<GroupMask>(restless | (head ? object.groups : GroupMask{0}));
        for (const ParamRules& param : object.params) {
            for (const Rule& rule : param.rules) {
                Reach reach(program);
                reach.look(rule);
                if (!reach.timed) {
                    continue;
                }
                params[param.param] = true;
                // Counters and references have effects beyond their value; a row above is not
                // resolved without the rows beside it.
                if (rule.kind != Rule::Kind::Value || object.parent) {
                    restless = static_cast<GroupMask>(restless | param.groups);
                }
            }
        }
    }
    std::set<model::ObjectIndex> objects;
    for (ObjectRules& object : program.objects) {
        for (ParamRules& param : object.params) {
            param.timed = params.count(param.param) != 0;
            if (param.timed) {
                objects.insert(object.object);
            }
        }
    }
    // Equal keys of one object are told apart among all its rows, wherever they come from.
    for (ObjectRules& object : program.objects) {
        object.timed = objects.count(object.object) != 0;
    }
    program.restless = restless;
}

/// What is to be sorted into slots for these rules: whole tables, because a hole in a column must
/// not hide a row, and all scalars.
void Compiler::finishTimed(Group group, const std::vector<std::int32_t>& read) {
    Reach reach(*program_);
    for (const ObjectRules& object : program_->objects) {
        if (!object.timed || (object.groups & maskOf(group)) == 0) {
            continue;
        }
        reach.lookAtHead(object);
        for (const ParamRules& param : object.params) {
            for (const Rule& rule : param.rules) {
                if (param.timed) {
                    reach.look(rule);
                }
            }
        }
    }
    GroupProgram& made = program_->groups[static_cast<std::size_t>(group)];
    made.anyTimed = reach.timed;
    for (const std::int32_t index : read) {
        const Source& source = program_->sources[static_cast<std::size_t>(index)];
        if (source.keep && isClock(source.prefix)) {
            program_->restless = static_cast<GroupMask>(program_->restless | maskOf(group));
        }
    }
    std::vector<std::int32_t> needed;
    std::ranges::copy_if(read, std::back_inserter(needed), [&](std::int32_t index) {
        const auto table = program_->sources[static_cast<std::size_t>(index)].table;
        return table < 0 || reach.tables.count(table) != 0;
    });
    made.timed = dispatchOf(needed);
}

}  // namespace platen::mibmap
