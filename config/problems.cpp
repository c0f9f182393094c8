// SPDX-License-Identifier: Apache-2.0
#include "config/problems.hpp"

#include "base/json_locate.hpp"
#include "base/text.hpp"
#include "config/mask.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace platen::config {

namespace {

/// `line:column: text` as the JSON reader writes it.
JsonProblem splitPosition(std::string_view text) {
    JsonProblem problem;
    problem.text = text;
    const auto first = text.find(':');
    const auto second = first == std::string_view::npos ? first : text.find(": ", first + 1);
    if (second == std::string_view::npos) {
        return problem;
    }
    const auto line = text::toUnsigned(text.substr(0, first));
    const auto column = text::toUnsigned(text.substr(first + 1, second - first - 1));
    if (line && column) {
        problem.position = {static_cast<std::size_t>(*line), static_cast<std::size_t>(*column)};
        problem.text = text.substr(second + 2);
    }
    return problem;
}

}  // namespace

std::size_t Problems::addSource(Source source) {
    sources_.push_back(std::move(source));
    return sources_.size() - 1;
}

std::size_t Problems::addBelow(Source source) {
    below_ = addSource(std::move(source));
    return below_;
}

bool Problems::admit() {
    ++count_;
    return !full();
}

std::size_t Problems::sourceOf(std::string_view pointer) const {
    // Files merge object by object and the last one wins, so the last file that has the pointer
    // is where its value comes from. A missing member is told at the nearest parent.
    const nlohmann::json::json_pointer parsed{std::string(pointer)};
    for (auto at = parsed;; at = at.parent_pointer()) {
        const auto holds = [&](std::size_t i) {
            const JsonDocument* const document = sources_[i].document;
            return document != nullptr && document->root().contains(at);
        };
        for (std::size_t i = sources_.size(); i-- > 0;) {
            if (i != below_ && holds(i)) {
                return i;
            }
        }
        if (below_ != kNoSource && holds(below_)) {
            return below_;
        }
        if (at.empty()) {
            return kNoSource;
        }
    }
}

void Problems::add(std::string_view pointer, std::string text, bool ofKey) {
    if (!admit()) {
        return;
    }
    const std::size_t source = sourceOf(pointer);
    Entry entry{source, {{}, std::string(pointer), std::move(text)}, {}};
    if (source != kNoSource) {
        entry.problem.position = sources_[source].document->positionOf(pointer, ofKey);
    }
    entries_.push_back(std::move(entry));
}

void Problems::addSyntax(std::size_t source, std::string_view text) {
    if (admit()) {
        entries_.push_back({source, splitPosition(text), {}});
    }
}

void Problems::addFile(std::string_view name, std::string_view text) {
    if (admit()) {
        entries_.push_back({kNoSource, {}, text::cat({name, ": error: ", text, "\n"})});
    }
}

std::string Problems::render() const {
    std::vector<const Entry*> sorted;
    sorted.reserve(entries_.size());
    for (const Entry& entry : entries_) {
        sorted.push_back(&entry);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) {
        const auto key = [](const Entry& e) {
            return std::tuple(e.source, e.problem.position.line, e.problem.position.column);
        };
        return key(*a) < key(*b);
    });
    std::vector<std::optional<std::string>> masked(sources_.size());
    std::string out;
    for (const Entry* const entry : sorted) {
        if (entry->source == kNoSource) {
            out.append(entry->rendered);
            continue;
        }
        const Source& source = sources_[entry->source];
        auto& text = masked[entry->source];
        if (!text) {
            text = maskSecrets(source.text);
        }
        out.append(json_text::render(source.name, *text, entry->problem));
    }
    if (count_ > entries_.size()) {
        out.append(text::cat({"and ", std::to_string(count_ - entries_.size()), " more errors\n"}));
    }
    return out;
}

}  // namespace platen::config
