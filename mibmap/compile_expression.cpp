// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "mibmap/compiler.hpp"
#include "mibmap/functions.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace platen::mibmap {

namespace {

using Json = nlohmann::json;

/// True if the tree looks at the current row.
bool usesRow(const Node& node) {
    if (node.op == Op::Cell || node.op == Op::Index || node.op == Op::IndexText ||
        node.op == Op::OuterIndex) {
        return true;
    }
    return std::any_of(node.args.begin(), node.args.end(), usesRow);
}

}  // namespace

Node Compiler::constantNode(const Constant* constant) const {
    Node node;
    node.constant = constant;
    return node;
}

void Compiler::useSource(std::int32_t source) {
    if (source >= 0 && uses_ != nullptr) {
        uses_->sources.insert(source);
    }
}

/// Rows are only known if some column is read: without one, the table's first.
void Compiler::useTable(std::int32_t table) {
    std::int32_t first = -1;
    for (const auto& [name, index] : columns_[static_cast<std::size_t>(table)]) {
        if (uses_->sources.count(index) != 0) {
            return;
        }
        if (first < 0 || program_->sources[static_cast<std::size_t>(index)].slot == 0) {
            first = index;
        }
    }
    useSource(first);
}

Node Compiler::optionalExpression(const Located& at, const Scope& scope) {
    return at ? expression(at, scope) : nothing();
}

Node Compiler::expression(const Located& at, const Scope& scope) {
    if (++nodes_ > kMaxNodes) {
        if (nodes_ == kMaxNodes + 1) {
            problems_.add(at, "the map has more than 100000 expression parts");
        }
        return nothing();
    }
    const Json& json = *at.json;
    if (json.is_string()) {
        return textExpression(at, scope, json.get_ref<const std::string&>());
    }
    if (json.is_array()) {
        return call(at, scope);
    }
    if (json.is_object()) {
        return decide(at, scope, true);
    }
    if (json.is_null()) {
        return nothing();
    }
    const Constant* constant = constantOf(json);
    if (constant == nullptr) {
        problems_.add(at, "only whole numbers are allowed");
        return nothing();
    }
    return constantNode(constant);
}

Node Compiler::textExpression(const Located& at, const Scope& scope, const std::string& text) {
    if (text.size() > 1 && text.front() == '$') {
        return source(at, scope, text.substr(1));
    }
    if (text.size() > 1 && text.front() == '@') {
        return shared(at, text.substr(1));
    }
    if (text.size() > 1 && text.front() == '%') {
        const std::string name = text.substr(1);
        if (name == "new" && scope.allowNew) {
            Node node;
            node.op = Op::New;
            return node;
        }
        if (scope.arguments == nullptr || scope.arguments->count(name) == 0) {
            problems_.add(at, "unknown argument " + inQuotes("%" + name));
            return nothing();
        }
        Node node = expression(scope.arguments->at(name), *scope.caller);
        if (scope.table != scope.caller->table && usesRow(node)) {
            problems_.add(at, "an argument that uses a column stands in another table's row");
        }
        return node;
    }
    return constantNode(textConstant(text));
}

Node Compiler::source(const Located& at, const Scope& scope, const std::string& name) {
    Node node;
    std::vector<std::string_view> known;
    if (scope.table >= 0) {
        const auto& columns = columns_[static_cast<std::size_t>(scope.table)];
        const auto column = columns.find(name);
        if (column != columns.end()) {
            node.op = Op::Cell;
            node.a = program_->sources[static_cast<std::size_t>(column->second)].slot;
            useSource(column->second);
            return node;
        }
        for (const auto& [key, value] : columns) {
            known.push_back(key);
        }
    }
    const auto scalar = scalars_.find(name);
    if (scalar != scalars_.end()) {
        node.op = Op::Scalar;
        node.a = program_->sources[static_cast<std::size_t>(scalar->second)].slot;
        useSource(scalar->second);
        return node;
    }
    for (const auto& [key, value] : scalars_) {
        known.push_back(key);
    }
    problems_.add(at, "unknown object " + inQuotes("$" + name) + didYouMean(name, known));
    return nothing();
}

Node Compiler::shared(const Located& at, const std::string& name) {
    auto known = shared_.find(name);
    if (known == shared_.end()) {
        const Located* definition = named("values", name);
        if (definition == nullptr) {
            problems_.add(at, "unknown value " + inQuotes("@" + name) + suggestion("values", name));
            return nothing();
        }
        if (!sharedOpen_.insert(name).second) {
            problems_.add(at, "value " + inQuotes("@" + name) + " needs itself");
            return nothing();
        }
        Node node;
        const Uses uses = collect([&] { node = definitionOf(name, *definition); });
        sharedOpen_.erase(name);
        const auto index = static_cast<std::int32_t>(program_->shared.size());
        program_->shared.push_back(
            {name, std::move(node), {uses.sources.begin(), uses.sources.end()}});
        if (uses.alerts) {
            problems_.add(*definition, "a shared value cannot look at alerts");
        }
        known = shared_.emplace(name, index).first;
    }
    for (const std::int32_t index :
         program_->shared[static_cast<std::size_t>(known->second)].sources) {
        useSource(index);
    }
    Node node;
    node.op = Op::Shared;
    node.a = known->second;
    return node;
}

Node Compiler::definitionOf(const std::string& name, const Located& latest) {
    const auto hook = hooks_.find(name);
    if (hook == hooks_.end() || hook->second.size() < 2) {
        return expression(latest, Scope{});
    }
    // Two makers' maps fit: the one that speaks last and has a value gives it.
    Node node;
    node.op = Op::First;
    for (auto one = hook->second.rbegin(); one != hook->second.rend(); ++one) {
        node.args.push_back(expression(*one, Scope{}));
    }
    return node;
}

Node Compiler::call(const Located& at, const Scope& scope) {
    const Json& json = *at.json;
    if (json.empty() || !json[0].is_string()) {
        problems_.add(at, "a call begins with the function's name");
        return nothing();
    }
    const auto& name = json[0].get_ref<const std::string&>();
    if (name == "literal" || name == "quirk") {
        const bool good = json.size() == 2 && json[1].is_string();
        if (!good) {
            problems_.add(at, inQuotes(name) + " takes one text");
            return nothing();
        }
        const auto& text = json[1].get_ref<const std::string&>();
        if (name == "literal") {
            return constantNode(textConstant(text));
        }
        const auto quirk = quirks_.find(text);
        if (quirk == quirks_.end()) {
            problems_.add(at, "unknown quirk " + inQuotes(text));
            return nothing();
        }
        return constantNode(constantOf(Json(quirk->second)));
    }
    if (name == "decide") {
        return decide(at, scope, false);
    }
    if (const Located* function = named("functions", name)) {
        return expand(at, scope, *function);
    }
    return builtIn(at, scope, name);
}

Node Compiler::expand(const Located& at, const Scope& scope, const Located& function) {
    static constexpr std::array<std::string_view, 3> kKeys{"args", "is", "text"};
    checkKeys(function, kKeys);
    const Located names = function.at("args");
    const Located body = function.at("is");
    const std::size_t given = at.json->size() - 1;
    const std::size_t wanted = names && names.json->is_array() ? names.json->size() : 0;
    if (!body || given != wanted) {
        problems_.add(at, "the function takes " + std::to_string(wanted) + " arguments, not " +
                              std::to_string(given));
        return nothing();
    }
    if (scope.depth >= kMaxExpansion) {
        problems_.add(at, "functions are nested too deeply");
        return nothing();
    }
    std::map<std::string, Located> arguments;
    for (std::size_t i = 0; i < wanted; ++i) {
        const Located name = names.at(i);
        if (!name.json->is_string()) {
            problems_.add(name, "must be a name");
            return nothing();
        }
        arguments[name.json->get<std::string>()] = at.at(i + 1);
    }
    const Scope inside{scope.table, scope.allowNew, scope.depth + 1, &arguments, &scope};
    return expression(body, inside);
}

Node Compiler::builtIn(const Located& at, const Scope& scope, std::string_view name) {
    const FunctionInfo* info = findFunction(name);
    if (info == nullptr) {
        std::vector<std::string_view> known = functionNames();
        if (const auto own = named_.find("functions"); own != named_.end()) {
            for (const auto& [key, value] : own->second) {
                known.push_back(key);
            }
        }
        problems_.add(at.at(std::size_t{0}),
                      "unknown function " + inQuotes(name) + didYouMean(name, known));
        return nothing();
    }
    Node node;
    node.op = info->op;
    node.number = info->op == Op::Index ? 1 : 0;
    if (uses_ != nullptr && info->usesAlerts) {
        uses_->alerts = true;
    }
    if (info->usesErrors) {
        for (const std::int32_t index : errorUses_.sources) {
            useSource(index);
        }
    }
    Scope inner = scope;
    std::size_t position = 1;
    const std::size_t count = at.json->size();
    for (std::size_t i = 0; i < info->arguments.size(); ++i) {
        const char kind = info->arguments[i];
        const char next = i + 1 < info->arguments.size() ? info->arguments[i + 1] : '\0';
        if (next == '*') {
            while (position < count) {
                if (!argument(at.at(position++), inner, kind, true, node)) {
                    return nothing();
                }
            }
            ++i;
            continue;
        }
        if (position >= count) {
            if (next == '?') {
                break;
            }
            problems_.add(at, inQuotes(name) + " needs more arguments");
            return nothing();
        }
        const Located item = at.at(position++);
        // `x` stands in the named table's row, `e` in the row around the call.
        if (!argument(item, kind == 'x' ? inner : scope, kind, false, node)) {
            return nothing();
        }
        if (kind == 't') {
            inner.table = node.a;
        }
        if (next == '?') {
            ++i;
        }
    }
    if (!info->arguments.empty() && info->arguments.front() == 't' && uses_ != nullptr) {
        useTable(inner.table);
    }
    if (position < count) {
        problems_.add(at.at(position), inQuotes(name) + " takes fewer arguments");
        return nothing();
    }
    return node;
}

bool Compiler::argument(
    const Located& at, const Scope& scope, char kind, bool repeated, Node& node) {
    const Json& json = *at.json;
    switch (kind) {
        case 'e':
        case 'x':
            node.args.push_back(expression(at, scope));
            return true;
        case 'I':
        case 'S': {
            const Constant* constant = constantOf(json);
            const bool good = constant != nullptr &&
                              (kind == 'I' ? constant->number.has_value() : json.is_string());
            if (!good) {
                problems_.add(at, kind == 'I' ? "must be a whole number" : "must be a text");
                return false;
            }
            if (repeated) {
                node.args.push_back(constantNode(constant));
            } else if (kind == 'S') {
                node.constant = constant;
            } else if (node.a == 0) {
                node.number = *constant->number;
                node.a = 1;  // the next number is the divisor or upper limit
            } else {
                node.divisor = *constant->number;
                if (node.op == Op::Scale && node.divisor <= 0) {
                    problems_.add(at, "must be above 0");
                    return false;
                }
            }
            return true;
        }
        case 't': {
            const auto table =
                json.is_string() ? tables_.find(json.get_ref<const std::string&>()) : tables_.end();
            if (table == tables_.end()) {
                std::vector<std::string_view> known;
                for (const auto& [key, value] : tables_) {
                    known.push_back(key);
                }
                problems_.add(at, "unknown table" +
                                      (json.is_string()
                                           ? didYouMean(json.get_ref<const std::string&>(), known)
                                           : std::string()));
                return false;
            }
            node.a = table->second;
            return true;
        }
        default:
            return nameArgument(at, kind, node);
    }
}

bool Compiler::nameArgument(const Located& at, char kind, Node& node) {
    if (!at.json->is_string()) {
        problems_.add(at, "must be a name or a pattern");
        return false;
    }
    const auto& name = at.json->get_ref<const std::string&>();
    const auto pick = [&](const auto& table, std::string_view section, auto& out) {
        const auto it = table.find(name);
        if (it == table.end()) {
            problems_.add(at, text::cat({"unknown name ", inQuotes(name), " in ", inQuotes(section),
                                         suggestion(section, name)}));
            return false;
        }
        out = &it->second;
        return true;
    };
    switch (kind) {
        case 'E':
            return pick(program_->enums, "enums", node.enumeration);
        case 'W':
            return pick(program_->words, "words", node.words);
        case 'L':
            return pick(program_->lists, "lists", node.names);
        case 'T':
            return pick(program_->trims, "trims", node.trims);
        case 'M':
            return pick(program_->media, "media", node.media);
        case 'C':
            if (name != "plain" && name != "general" && name != "console") {
                problems_.add(at, "must be plain, general or console");
                return false;
            }
            node.a = name == "plain" ? 0 : (name == "general" ? 1 : 2);
            return true;
        case 'P': {
            auto pattern = Pattern::compile(name);
            if (!pattern) {
                problems_.add(at, pattern.error().text);
                return false;
            }
            program_->patterns.push_back(std::move(*pattern));
            node.pattern = &program_->patterns.back();
            return true;
        }
        default:
            problems_.add(at, "bad argument");
            return false;
    }
}

CellTest Compiler::cellTest(const Located& at) {
    const Json& json = *at.json;
    CellTest test;
    const auto value = [&](const Located& item) {
        const Constant* constant = constantOf(*item.json);
        if (constant == nullptr) {
            problems_.add(item, "must be a text or a whole number");
            return;
        }
        test.oneOf.push_back(constant);
    };
    if (json.is_null()) {
        test.kind = CellTest::Kind::Absent;
    } else if (json.is_boolean()) {
        test.kind = json.get<bool>() ? CellTest::Kind::True : CellTest::Kind::False;
    } else if (json.is_string() && json.get_ref<const std::string&>() == "*") {
        test.kind = CellTest::Kind::Any;
    } else if (json.is_string() && json.get_ref<const std::string&>() == "?") {
        test.kind = CellTest::Kind::Present;
    } else if (json.is_object()) {
        static constexpr std::array<std::string_view, 2> kKeys{"min", "max"};
        checkKeys(at, kKeys);
        test.kind = CellTest::Kind::Range;
        for (const std::string_view key : kKeys) {
            const Located limit = at.at(key);
            if (!limit) {
                continue;
            }
            const Constant* constant = constantOf(*limit.json);
            if (constant == nullptr || !constant->number) {
                problems_.add(limit, "must be a whole number");
            } else {
                (key == "min" ? test.minimum : test.maximum) = constant->number;
            }
        }
    } else {
        test.kind = CellTest::Kind::OneOf;
        if (json.is_array()) {
            for (std::size_t i = 0; i < json.size(); ++i) {
                value(at.at(i));
            }
        } else {
            value(at);
        }
    }
    return test;
}

// {"match": [inputs], "rows": [[tests…, result]], "else": result}, or ["decide", name, column].
Node Compiler::decide(const Located& at, const Scope& scope, bool inlined) {
    Located table = at;
    Node node;
    node.op = Op::Decide;
    std::size_t results = 1;
    if (!inlined) {
        const Json& json = *at.json;
        const bool good = json.size() == 3 && json[1].is_string() && json[2].is_number_unsigned();
        const Located* definition =
            good ? named("decisions", json[1].get_ref<const std::string&>()) : nullptr;
        if (definition == nullptr) {
            problems_.add(at, R"(must be ["decide", name of a decision table, column from 1])" +
                                  (good ? suggestion("decisions", json[1].get<std::string>())
                                        : std::string()));
            return nothing();
        }
        table = *definition;
        const Located count = table.at("results");
        results = count && count.json->is_number_unsigned() ? count.json->get<std::size_t>() : 1;
        const auto column = json[2].get<std::uint64_t>();
        if (column < 1 || column > results || results > 8) {
            problems_.add(at.at(std::size_t{2}), "the table has no such result column");
            return nothing();
        }
        node.a = static_cast<std::int32_t>(column - 1);
    }
    static constexpr std::array<std::string_view, 5> kKeys{"match", "rows", "else", "results",
                                                           "text"};
    checkKeys(table, kKeys);
    const Located inputs = table.at("match");
    const Located rows = table.at("rows");
    if (!inputs || !inputs.json->is_array() || inputs.json->size() > Decision::kMaxInputs ||
        !rows || !rows.json->is_array()) {
        problems_.add(table, R"(a decision table needs "match" (at most 8) and "rows")");
        return nothing();
    }
    program_->decisions.emplace_back();
    Decision& decision = program_->decisions.back();
    node.decision = &decision;
    for (std::size_t i = 0; i < inputs.json->size(); ++i) {
        decision.inputs.push_back(expression(inputs.at(i), scope));
    }
    const std::size_t width = decision.inputs.size();
    for (std::size_t r = 0; r < rows.json->size(); ++r) {
        const Located row = rows.at(r);
        if (!row.json->is_array() || row.json->size() != width + results) {
            problems_.add(row, "must have " + std::to_string(width) + " tests and " +
                                   std::to_string(results) + " results");
            return nothing();
        }
        Decision::Row made;
        for (std::size_t i = 0; i < width; ++i) {
            made.tests.push_back(cellTest(row.at(i)));
        }
        for (std::size_t i = 0; i < results; ++i) {
            made.results.push_back(expression(row.at(width + i), scope));
        }
        decision.rows.push_back(std::move(made));
    }
    if (const Located otherwise = table.at("else")) {
        if (results == 1) {
            decision.otherwise.push_back(expression(otherwise, scope));
        } else {
            for (std::size_t i = 0; i < results && otherwise.at(i); ++i) {
                decision.otherwise.push_back(expression(otherwise.at(i), scope));
            }
        }
    }
    return node;
}

}  // namespace platen::mibmap
