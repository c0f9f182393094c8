// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "mibmap/compiler.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace platen::mibmap {

namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 23> kTopLevel{
    "format", "name",      "text",   "match",   "source", "quirks",   "oids",    "enums",
    "words",  "lists",     "trims",  "media",   "values", "scalars",  "tables",  "functions",
    "errors", "decisions", "alerts", "objects", "reset",  "charsets", "firmware"};

/// Keys and values of the quirks that the poller, not an expression, looks at.
constexpr std::array<std::string_view, 5> kAgentQuirks{"walkOnly", "noBulk", "maxVarbinds",
                                                       "maxRepetitions", "noDeviceIndex"};

template <typename Entries>
void sortEntries(Entries& entries) {
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
}

template <typename Entries, typename Key>
void putEntry(Entries& entries, Key key, const Constant* constant) {
    for (auto& entry : entries) {
        if (entry.first == key) {
            entry.second = constant;
            return;
        }
    }
    entries.emplace_back(std::move(key), constant);
}

}  // namespace

const Constant* Compiler::textConstant(std::string_view text) {
    const auto it = texts_.find(text);
    if (it != texts_.end()) {
        return it->second;
    }
    program_->constants.push_back({std::string(text), std::nullopt, model::Value::string(text)});
    const Constant* made = &program_->constants.back();
    texts_.emplace(std::string(text), made);
    return made;
}

const Constant* Compiler::constantOf(const Json& json) {
    if (json.is_string()) {
        return textConstant(json.get_ref<const std::string&>());
    }
    std::int64_t number = 0;
    if (json.is_boolean()) {
        number = json.get<bool>() ? 1 : 0;
    } else if (json.is_number_integer() &&
               !(json.is_number_unsigned() &&
                 json.get<std::uint64_t>() >
                     static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))) {
        number = json.get<std::int64_t>();
    } else {
        return nullptr;
    }
    const std::string text =
        json.is_boolean() ? (number != 0 ? "true" : "false") : std::to_string(number);
    program_->constants.push_back({text, number, model::Value::string(text)});
    return &program_->constants.back();
}

void Compiler::checkKeys(const Located& object, std::span<const std::string_view> known) {
    if (!object.json->is_object()) {
        problems_.add(object, "must be an object");
        return;
    }
    for (const auto& [key, value] : object.json->items()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            problems_.add(object.at(key), "unknown key" + didYouMean(key, known), true);
        }
    }
}

void Compiler::checkTopLevel() {
    for (const MapFile* file : files_) {
        checkKeys({file, "", &file->document.root()}, kTopLevel);
    }
}

void Compiler::note(std::string_view section, const Located& definitions) {
    if (!definitions) {
        return;
    }
    if (!definitions.json->is_object()) {
        problems_.add(definitions, "must be an object");
        return;
    }
    auto& names = named_[std::string(section)];
    for (const auto& [key, value] : definitions.json->items()) {
        const Located definition = definitions.at(key);
        if (section == "values" && !overlay_ && value.is_null()) {
            hooks_[key] = {};
        } else if (const auto hook = hooks_.find(key);
                   section == "values" && hook != hooks_.end()) {
            hook->second.push_back(definition);
        }
        names[key] = definition;
    }
}

const Located* Compiler::named(std::string_view section, const std::string& name) const {
    const auto names = named_.find(section);
    if (names == named_.end()) {
        return nullptr;
    }
    const auto it = names->second.find(name);
    return it == names->second.end() ? nullptr : &it->second;
}

std::string Compiler::suggestion(std::string_view section, std::string_view name) const {
    std::vector<std::string_view> candidates;
    if (const auto names = named_.find(section); names != named_.end()) {
        for (const auto& [key, value] : names->second) {
            candidates.push_back(key);
        }
    }
    return didYouMean(name, candidates);
}

void Compiler::readDefinitions() {
    for (const MapFile* file : files_) {
        overlay_ = file != files_.front();
        const Located root{file, "", &file->document.root()};
        for (const std::string_view section :
             {"enums", "words", "lists", "trims", "media", "functions", "values", "decisions"}) {
            note(section, root.at(section));
        }
        readEnums(root.at("enums"));
        readWords(root.at("words"));
        readLists(root.at("lists"));
        readTrims(root.at("trims"));
        readMedia(root.at("media"));
        readQuirks(root.at("quirks"));
        readOidNames(root.at("oids"));
    }
}

void Compiler::readEnums(const Located& section) {
    if (!section || !section.json->is_object()) {
        return;
    }
    for (const auto& [name, json] : section.json->items()) {
        const Located at = section.at(name);
        if (!json.is_object() || json.size() > kMaxEntries) {
            problems_.add(at, "an enum is an object: number or text to name");
            continue;
        }
        EnumTable& table = program_->enums[name];
        for (const auto& [key, value] : json.items()) {
            const Constant* constant = constantOf(value);
            if (constant == nullptr) {
                problems_.add(at.at(key), "must be a text or a whole number");
                continue;
            }
            if (const auto number = text::toInt(key)) {
                putEntry(table.numbers, *number, constant);
            } else {
                putEntry(table.texts, key, constant);
            }
        }
        sortEntries(table.numbers);
        sortEntries(table.texts);
    }
}

void Compiler::readWords(const Located& section) {
    if (!section || !section.json->is_object()) {
        return;
    }
    for (const auto& [name, json] : section.json->items()) {
        const Located at = section.at(name);
        if (!json.is_object() || json.size() > kMaxEntries) {
            problems_.add(at, "a word table is an object: result to list of words");
            continue;
        }
        WordTable& table = program_->words[name];
        for (const auto& [result, words] : json.items()) {
            const Constant* constant = textConstant(result);
            if (!words.is_array()) {
                problems_.add(at.at(result), "must be an array of words");
                continue;
            }
            for (std::size_t i = 0; i < words.size(); ++i) {
                if (!words[i].is_string() || words[i].get_ref<const std::string&>().empty()) {
                    problems_.add(at.at(result).at(i), "must be a word");
                    continue;
                }
                const std::string word = text::toLower(words[i].get_ref<const std::string&>());
                if (word.front() == '*') {
                    putEntry(table.parts, word.substr(1), constant);
                } else {
                    putEntry(table.words, word, constant);
                }
            }
        }
        sortEntries(table.words);
    }
}

void Compiler::readLists(const Located& section) {
    if (!section || !section.json->is_object()) {
        return;
    }
    for (const auto& [name, json] : section.json->items()) {
        const Located at = section.at(name);
        if (!json.is_array() || json.size() > kMaxEntries) {
            problems_.add(at, "must be an array of texts");
            continue;
        }
        NameList& list = program_->lists[name];
        list.names.clear();
        for (std::size_t i = 0; i < json.size(); ++i) {
            if (!json[i].is_string()) {
                problems_.add(at.at(i), "must be a text");
                continue;
            }
            list.names.push_back(textConstant(json[i].get_ref<const std::string&>()));
        }
    }
}

void Compiler::readTrims(const Located& section) {
    if (!section || !section.json->is_object()) {
        return;
    }
    for (const auto& [name, json] : section.json->items()) {
        const Located at = section.at(name);
        TrimList& list = program_->trims[name];
        list.steps.clear();
        if (!json.is_array() || json.size() > 200) {
            problems_.add(at, "must be an array of at most 200 [pattern, replacement]");
            continue;
        }
        for (std::size_t i = 0; i < json.size(); ++i) {
            const Json& step = json[i];
            const bool all = step.is_array() && step.size() == 3 && step[2] == "all";
            const bool good = step.is_array() && (step.size() == 2 || all) && step[0].is_string() &&
                              step[1].is_string();
            if (!good) {
                problems_.add(at.at(i), R"(must be [pattern, replacement] or with a third "all")");
                continue;
            }
            auto pattern = Pattern::compile(step[0].get_ref<const std::string&>());
            if (!pattern) {
                problems_.add(at.at(i).at(std::size_t{0}), pattern.error().text);
                continue;
            }
            list.steps.push_back({std::move(*pattern), step[1].get<std::string>(), all});
        }
    }
}

void Compiler::readMedia(const Located& section) {
    if (!section || !section.json->is_object()) {
        return;
    }
    for (const auto& [name, json] : section.json->items()) {
        const Located at = section.at(name);
        MediaTable& table = program_->media[name];
        table.sizes.clear();
        if (!json.is_array() || json.size() > kMaxEntries) {
            problems_.add(at, "must be an array of [name, width, length] in micrometres");
            continue;
        }
        for (std::size_t i = 0; i < json.size(); ++i) {
            const Json& row = json[i];
            const bool good = row.is_array() && row.size() == 3 && row[0].is_string() &&
                              row[1].is_number_unsigned() && row[2].is_number_unsigned();
            if (!good) {
                problems_.add(at.at(i), "must be [name, width, length] in micrometres");
                continue;
            }
            table.sizes.push_back({textConstant(row[0].get_ref<const std::string&>()),
                                   row[1].get<std::int64_t>(), row[2].get<std::int64_t>()});
        }
    }
}

void Compiler::readQuirks(const Located& section) {
    if (!section) {
        return;
    }
    if (!section.json->is_object()) {
        problems_.add(section, "must be an object");
        return;
    }
    for (const auto& [name, json] : section.json->items()) {
        if (name == "noDeviceIndex") {
            noDeviceIndex_ = section.at(name);
            continue;
        }
        const Constant* constant = constantOf(json);
        if (constant == nullptr || !constant->number || *constant->number < 0 ||
            *constant->number > 10'000) {
            problems_.add(section.at(name), "must be true, false or a number from 0 to 10000");
            continue;
        }
        const std::int64_t number = *constant->number;
        if (name == "walkOnly") {
            program_->agent.walkOnly = number != 0;
        } else if (name == "noBulk") {
            program_->agent.noBulk = number != 0;
        } else if (name == "maxVarbinds") {
            program_->agent.maxVarbinds = static_cast<std::uint32_t>(number);
        } else if (name == "maxRepetitions") {
            program_->agent.maxRepetitions = static_cast<std::uint32_t>(number);
        } else if (!overlay_ || quirks_.count(name) != 0) {
            quirks_[name] = number;
        } else {
            std::vector<std::string_view> known(kAgentQuirks.begin(), kAgentQuirks.end());
            for (const auto& [quirk, value] : quirks_) {
                known.push_back(quirk);
            }
            problems_.add(section.at(name), "unknown quirk" + didYouMean(name, known), true);
        }
    }
}

}  // namespace platen::mibmap
