// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "mibmap/compiler.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace platen::mibmap {

namespace {

using Json = nlohmann::json;

constexpr std::int16_t kOverlayRank = 10;

/// Constants that an expression can give; `open` if it can give anything else as well.
void resultsOf(const Node& node, std::vector<const Constant*>& found, bool& open) {
    switch (node.op) {
        case Op::Constant:
            if (node.constant != nullptr) {
                found.push_back(node.constant);
            }
            return;
        case Op::Enum:
            for (const auto& [key, constant] : node.enumeration->numbers) {
                found.push_back(constant);
            }
            for (const auto& [key, constant] : node.enumeration->texts) {
                found.push_back(constant);
            }
            for (std::size_t i = 1; i < node.args.size(); ++i) {
                resultsOf(node.args[i], found, open);
            }
            return;
        case Op::Word:
            for (const auto& [word, constant] : node.words->words) {
                found.push_back(constant);
            }
            for (const auto& [word, constant] : node.words->parts) {
                found.push_back(constant);
            }
            return;
        case Op::Bits:
            for (const Constant* constant : node.names->names) {
                found.push_back(constant);
            }
            return;
        case Op::First:
        case Op::ListOf:
            for (const Node& arg : node.args) {
                resultsOf(arg, found, open);
            }
            return;
        case Op::Worst:
            for (const Constant* constant : node.names->names) {
                found.push_back(constant);
            }
            return;
        case Op::If:
            for (std::size_t i = 1; i < node.args.size(); ++i) {
                resultsOf(node.args[i], found, open);
            }
            return;
        case Op::Decide:
            for (const Decision::Row& row : node.decision->rows) {
                resultsOf(row.results[static_cast<std::size_t>(node.a)], found, open);
            }
            for (const Node& otherwise : node.decision->otherwise) {
                resultsOf(otherwise, found, open);
            }
            return;
        case Op::List:
        case Op::FirstRow:
        case Op::Row:
            resultsOf(node.args.back(), found, open);
            return;
        default:
            open = true;
    }
}

}  // namespace

void Compiler::readObjects(const Located& section) {
    if (!section) {
        return;
    }
    if (!section.json->is_array()) {
        problems_.add(section, "must be an array");
        return;
    }
    for (std::size_t i = 0; i < section.json->size(); ++i) {
        readObject(section.at(i));
    }
}

/// Without `root` an entry is for all root models.
bool Compiler::isForRoot(const Located& root) {
    if (!root) {
        return true;
    }
    if (!root.json->is_string()) {
        problems_.add(root, R"("root" is the name of a root model, "Device:2")");
        return false;
    }
    // `Device:2.15` is a version of `Device:2`.
    const std::string_view model = schema_.models().front().name;
    return model.substr(0, model.find('.')) == root.json->get_ref<const std::string&>();
}

void Compiler::readObject(const Located& at) {
    static constexpr std::array<std::string_view, 12> kKeys{
        "object",      "root",  "table",  "group",   "where",  "key",
        "distinguish", "index", "parent", "partial", "params", "text"};
    checkKeys(at, kKeys);
    if (!isForRoot(at.at("root"))) {
        return;
    }
    const Located path = at.at("object");
    if (!path || !path.json->is_string()) {
        problems_.add(at, R"(an entry needs "object")");
        return;
    }
    const auto& text = path.json->get_ref<const std::string&>();
    const auto object = schema_.findObject(text);
    if (!object) {
        std::vector<std::string> paths;
        for (std::size_t i = 0; i < schema_.objectCount(); ++i) {
            paths.push_back(schema_.object(model::ObjectIndex(static_cast<std::uint16_t>(i))).path);
        }
        const std::vector<std::string_view> known(paths.begin(), paths.end());
        problems_.add(path, "the model has no object " + inQuotes(text) + didYouMean(text, known));
        return;
    }
    std::int32_t table = -1;
    if (const Located name = at.at("table")) {
        Node node;
        if (!argument(name, Scope{}, 't', false, node)) {
            return;
        }
        table = node.a;
    }
    auto found = std::find_if(
        program_->objects.begin(), program_->objects.end(),
        [&](const ObjectRules& rules) { return rules.object == *object && rules.table == table; });
    if (found == program_->objects.end()) {
        ObjectRules made;
        made.object = *object;
        made.table = table;
        made.rows = schema_.object(*object).depth > 0 && text.substr(0, 4) != "MFP.";
        // `MFP.{i}.` itself is not a row; what lies in its sub-tables is.
        if (text.substr(0, 4) == "MFP.") {
            made.rows = schema_.object(*object).depth > 1;
        }
        program_->objects.push_back(std::move(made));
        found = program_->objects.end() - 1;
    }
    readObjectHead(at, *found);
    const Located params = at.at("params");
    if (!params) {
        return;
    }
    if (!params.json->is_object()) {
        problems_.add(params, "must be an object");
        return;
    }
    for (const auto& [name, json] : params.json->items()) {
        readParam(params.at(name), *found, name);
    }
}

void Compiler::readObjectHead(const Located& at, ObjectRules& object) {
    const Scope scope{object.table, false, 0, nullptr, nullptr};
    object.groups =
        groupsOf(at.at("group"), object.groups != 0 ? object.groups : maskOf(Group::Configuration));
    const Uses uses = collect([&] {
        if (const Located where = at.at("where")) {
            object.where = expression(where, scope);
        }
        if (const Located key = at.at("key")) {
            object.key = expressions(key, scope);
        }
        if (const Located distinguish = at.at("distinguish")) {
            object.distinguish = expressions(distinguish, scope);
        }
        if (const Located index = at.at("index")) {
            object.index = expression(index, scope);
        }
        if (const Located parent = at.at("parent")) {
            static constexpr std::array<std::string_view, 3> kKeys{"object", "key", "index"};
            checkKeys(parent, kKeys);
            const Located path = parent.at("object");
            const auto above = path && path.json->is_string()
                                   ? schema_.findObject(path.json->get_ref<const std::string&>())
                                   : std::nullopt;
            if (!above || !parent.at("key")) {
                problems_.add(parent, R"(needs "object" of the model and "key")");
            } else {
                ParentRow row{*above, expressions(parent.at("key"), scope), std::nullopt};
                if (const Located index = parent.at("index")) {
                    row.index = expression(index, scope);
                }
                object.parent = std::move(row);
            }
        }
    });
    if (const Located partial = at.at("partial")) {
        object.partial = partial.json->is_boolean() && partial.json->get<bool>();
    }
    if (object.rows && object.key.empty()) {
        problems_.add(at, R"(rows need "key")");
    }
    if (!object.rows && object.table >= 0) {
        problems_.add(at, R"(a single object has no "table")");
    }
    // Where a row is and what it is called is asked in each group that has a value for it.
    heads_.push_back({at, uses, object.object, object.table});
}

std::vector<Node> Compiler::expressions(const Located& at, const Scope& scope) {
    std::vector<Node> nodes;
    if (!at.json->is_array()) {
        problems_.add(at, "must be an array of expressions");
        return nodes;
    }
    for (std::size_t i = 0; i < at.json->size(); ++i) {
        nodes.push_back(expression(at.at(i), scope));
    }
    return nodes;
}

void Compiler::readParam(const Located& at, ObjectRules& object, const std::string& name) {
    const model::ObjectDef& definition = schema_.object(object.object);
    const auto param = schema_.findParam(definition.path + name);
    if (!param) {
        std::vector<std::string_view> known;
        for (const model::ParamIndex index : definition.params) {
            known.push_back(schema_.param(index).name);
        }
        problems_.add(at,
                      text::cat({inQuotes(definition.path), " has no parameter ", inQuotes(name),
                                 didYouMean(name, known)}),
                      true);
        return;
    }
    auto rules = std::find_if(object.params.begin(), object.params.end(),
                              [&](const ParamRules& known) { return known.param == *param; });
    if (at.json->is_null()) {
        if (rules != object.params.end()) {
            object.params.erase(rules);
        }
        program_->sets.erase(*param);
        return;
    }
    if (rules == object.params.end()) {
        object.params.push_back({*param, 0, false, {}});
        rules = object.params.end() - 1;
    }
    const Located list = at.json->is_object() ? at.at("rules") : Located{};
    if (!list) {
        readRule(at, object, *rules);
        return;
    }
    if (!list.json->is_array() || at.json->size() != 1) {
        problems_.add(at, R"("rules" is an array and stands alone)");
        return;
    }
    for (std::size_t i = 0; i < list.json->size(); ++i) {
        readRule(list.at(i), object, *rules);
    }
}

void Compiler::readRule(const Located& at, ObjectRules& object, ParamRules& param) {
    Rule rule;
    rule.param = param.param;
    rule.groups = object.groups;
    rule.rank = overlay_ ? kOverlayRank : std::int16_t{0};
    rule.place = {at.file->name, at.pointer};
    const Scope scope{object.table, false, 0, nullptr, nullptr};
    const bool detailed = at.json->is_object() && !at.json->contains("match");
    bool gives = true;
    const Uses uses = collect([&] {
        if (!detailed) {
            rule.value = expression(at, scope);
            return;
        }
        static constexpr std::array<std::string_view, 14> kKeys{
            "value",       "reference", "index", "counter", "name",    "when", "modulus",
            "persistence", "quality",   "rank",  "group",   "replace", "set",  "source"};
        checkKeys(at, kKeys);
        rule.groups = groupsOf(at.at("group"), object.groups);
        if (const Located rank = at.at("rank")) {
            const bool good = rank.json->is_number_integer() &&
                              rank.json->get<std::int64_t>() >= -1000 &&
                              rank.json->get<std::int64_t>() <= 1000;
            if (good) {
                rule.rank = rank.json->get<std::int16_t>();
            } else {
                problems_.add(rank, "must be a number from -1000 to 1000");
            }
        }
        if (at.at("reference")) {
            gives = readReference(at, scope, rule);
        } else if (at.at("counter")) {
            gives = readCounter(at, scope, rule);
        } else if (const Located value = at.at("value")) {
            rule.value = expression(value, scope);
        } else {
            gives = false;
            if (!at.at("set")) {
                problems_.add(at, R"(a rule needs "value", "reference", "counter" or "set")");
            }
        }
    });
    if (detailed) {
        const Located replace = at.at("replace");
        if (replace && replace.json->is_boolean() && replace.json->get<bool>()) {
            param.rules.clear();
        }
        if (at.at("set")) {
            readSet(at.at("set"), object, param.param);
        }
    }
    if (!gives) {
        return;
    }
    checkResults(at, rule);
    addUses(at, uses, rule.groups);
    // Highest rank first; of equal ranks the later one (the overlay's) wins.
    const auto before = std::find_if(param.rules.begin(), param.rules.end(),
                                     [&](const Rule& r) { return r.rank <= rule.rank; });
    param.rules.insert(before, std::move(rule));
}

bool Compiler::readReference(const Located& at, const Scope& scope, Rule& rule) {
    rule.kind = Rule::Kind::Reference;
    const Located path = at.at("reference");
    const Located index = at.at("index");
    const auto target = path.json->is_string()
                            ? schema_.findObject(path.json->get_ref<const std::string&>())
                            : std::nullopt;
    if (!target || !schema_.object(*target).table) {
        problems_.add(path, R"(must be a table of the model, for example "MFP.{i}.Marker.{i}.")");
        return false;
    }
    if (!index) {
        problems_.add(at, R"(a reference needs "index")");
        return false;
    }
    if (!schema_.param(rule.param).pathReference) {
        problems_.add(path, "the parameter is no path reference");
    }
    rule.target = *target;
    rule.value = expression(index, scope);
    return true;
}

bool Compiler::readCounter(const Located& at, const Scope& scope, Rule& rule) {
    rule.kind = Rule::Kind::Counter;
    rule.value = expression(at.at("counter"), scope);
    const Located name = at.at("name");
    if (!name || !name.json->is_string() || name.json->get_ref<const std::string&>().empty()) {
        problems_.add(at, R"(a counter needs "name", the stable name of its source)");
        return false;
    }
    rule.counterName = name.json->get<std::string>();
    if (const Located when = at.at("when")) {
        rule.when = expression(when, scope);
    }
    if (const Located modulus = at.at("modulus")) {
        if (modulus.json->is_number_unsigned()) {
            rule.modulus = modulus.json->get<std::uint64_t>();
        } else {
            problems_.add(modulus, "must be a number");
        }
    }
    static constexpr std::array<std::string_view, 2> kPersistence{"Lifetime", "PowerOn"};
    static constexpr std::array<std::string_view, 5> kQuality{"Exact", "Derived", "Estimated",
                                                              "Suspect", "Stale"};
    const auto choose = [&](std::string_view key, std::span<const std::string_view> names) {
        const Located item = at.at(key);
        if (!item) {
            return std::size_t{0};
        }
        const std::string text = item.json->is_string() ? item.json->get<std::string>() : "";
        const auto it = std::find(names.begin(), names.end(), text);
        if (it == names.end()) {
            problems_.add(item, "unknown name " + inQuotes(text) + didYouMean(text, names));
            return std::size_t{0};
        }
        return static_cast<std::size_t>(it - names.begin());
    };
    rule.persistence = static_cast<Persistence>(choose("persistence", kPersistence));
    rule.quality = static_cast<Quality>(choose("quality", kQuality));
    return true;
}

void Compiler::readSet(const Located& at, const ObjectRules& object, model::ParamIndex param) {
    static constexpr std::array<std::string_view, 6> kKeys{"to",  "value", "as",
                                                           "min", "max",   "maxBytes"};
    checkKeys(at, kKeys);
    if (!schema_.param(param).readWrite) {
        problems_.add(at, "the model says that this parameter is read-only", true);
    }
    const Located to = at.at("to");
    const Scope scope{object.table, true, 0, nullptr, nullptr};
    SetRule rule;
    const Uses target = collect([&] {
        if (!to || !to.json->is_string() || to.json->get_ref<const std::string&>().size() < 2 ||
            to.json->get_ref<const std::string&>().front() != '$') {
            problems_.add(at, R"(a set rule needs "to", the object to write: "$name")");
            return;
        }
        source(to, scope, to.json->get_ref<const std::string&>().substr(1));
    });
    if (target.sources.empty()) {
        return;
    }
    rule.source = *target.sources.begin();
    if (program_->sources[static_cast<std::size_t>(rule.source)].record != Source::Record::None) {
        problems_.add(to, "a field of a record cannot be written");
    }
    const Uses uses = collect([&] {
        if (const Located value = at.at("value")) {
            rule.value = expression(value, scope);
        } else {
            rule.value.op = Op::New;
        }
    });
    setSources_.insert(uses.sources.begin(), uses.sources.end());
    static constexpr std::array<std::string_view, 5> kEncodings{"integer", "plain", "general",
                                                                "console", "octets"};
    const Located as = at.at("as");
    const std::string encoding = as && as.json->is_string() ? as.json->get<std::string>() : "";
    const auto it = std::find(kEncodings.begin(), kEncodings.end(), encoding);
    if (it == kEncodings.end()) {
        problems_.add(as ? as : at, R"("as" must be integer, plain, general, console or octets)" +
                                        didYouMean(encoding, kEncodings));
        return;
    }
    rule.encoding = static_cast<SetRule::Encoding>(it - kEncodings.begin());
    for (const std::string_view key : {"min", "max", "maxBytes"}) {
        const Located limit = at.at(key);
        if (!limit) {
            continue;
        }
        if (!limit.json->is_number_integer()) {
            problems_.add(limit, "must be a whole number");
            continue;
        }
        const auto number = limit.json->get<std::int64_t>();
        if (key == "maxBytes") {
            rule.maxBytes = static_cast<std::size_t>(std::max<std::int64_t>(number, 0));
        } else {
            (key == "min" ? rule.minimum : rule.maximum) = number;
        }
    }
    program_->sets[param] = std::move(rule);
}

/// Literals that can come out of a rule must be values of the parameter.
void Compiler::checkResults(const Located& at, const Rule& rule) {
    if (rule.kind != Rule::Kind::Value) {
        return;
    }
    const model::ParamDef& param = schema_.param(rule.param);
    std::vector<const Constant*> found;
    bool open = false;
    resultsOf(rule.value, found, open);
    const bool text = param.type == model::ValueType::String;
    for (const Constant* constant : found) {
        if (!param.enumeration.empty()) {
            const auto& names = param.enumeration;
            if (std::find(names.begin(), names.end(), constant->text) == names.end()) {
                const std::vector<std::string_view> known(names.begin(), names.end());
                problems_.add(at, text::cat({inQuotes(constant->text), " is no value of ",
                                             schema_.templatePath(rule.param),
                                             didYouMean(constant->text, known)}));
                return;
            }
        } else if (!text && !constant->number) {
            problems_.add(at, text::cat({inQuotes(constant->text), " is no number, as ",
                                         schema_.templatePath(rule.param), " wants"}));
            return;
        }
    }
}

void Compiler::addUses(const Located& at, const Uses& uses, GroupMask groups) {
    needs_.push_back({at, {uses, groups}});
}

void Compiler::markUses() {
    Program& program = *program_;
    for (const Head& head : heads_) {
        const auto rules = std::ranges::find_if(program.objects, [&](const ObjectRules& known) {
            return known.object == head.object && known.table == head.table;
        });
        addUses(head.at, head.uses, rules->groups);
    }
    for (const auto& [at, need] : needs_) {
        const auto& [uses, groups] = need;
        for (const std::int32_t index : uses.sources) {
            Source& source = program.sources[static_cast<std::size_t>(index)];
            source.used = static_cast<GroupMask>(source.used | groups);
        }
        const GroupMask alerts = program.alerts ? program.alerts->groups : GroupMask{0};
        if (uses.alerts && (groups & ~alerts) != 0) {
            problems_.add(at, R"(alerts are known only in the groups of "alerts")");
        }
    }
}

void Compiler::finishObjects() {
    Program& program = *program_;
    std::map<model::ObjectIndex, std::pair<GroupMask, GroupMask>> complete;  // any, all
    std::map<model::ParamIndex, GroupMask> givenBy;
    for (ObjectRules& object : program.objects) {
        GroupMask all = 0;
        for (ParamRules& param : object.params) {
            for (const Rule& rule : param.rules) {
                param.groups = static_cast<GroupMask>(param.groups | rule.groups);
            }
            all = static_cast<GroupMask>(all | param.groups);
            GroupMask& by = givenBy[param.param];
            by = static_cast<GroupMask>(by | param.groups);
        }
        object.groups = all;
        // Readings then come as the tree holds them, and rows above come before rows below.
        std::ranges::stable_sort(object.params, {}, &ParamRules::param);
        if (!object.rows || object.table < 0) {
            continue;
        }
        auto [it, isNew] =
            complete.emplace(object.object, std::pair(GroupMask{0}, GroupMask{0xFF}));
        it->second.first = static_cast<GroupMask>(it->second.first | all);
        it->second.second =
            static_cast<GroupMask>(it->second.second & (object.partial ? GroupMask{0} : all));
    }
    for (const auto& [param, groups] : givenBy) {
        if (std::popcount(groups) > 1) {
            program.sharedParams.push_back(param);
        }
    }
    markUses();
    std::ranges::stable_sort(program.objects, {}, &ObjectRules::object);
    for (const auto& [object, masks] : complete) {
        for (const Group group : kPollGroups) {
            if ((masks.second & maskOf(group)) != 0) {
                program.completeTables[group].push_back(object);
            }
        }
    }
}

}  // namespace platen::mibmap
