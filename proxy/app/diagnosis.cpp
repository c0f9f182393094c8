// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/diagnosis.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

namespace platen::app {

std::string_view toString(StepResult result) {
    switch (result) {
        case StepResult::Ok:
            return "ok";
        case StepResult::Warning:
            return "warning";
        case StepResult::Failed:
            return "failed";
        case StepResult::Skipped:
            break;
    }
    return "skipped";
}

std::string diagnosisText(const Diagnosis& diagnosis) {
    constexpr std::size_t kResult = 9;
    constexpr std::size_t kMaxText = 2000;
    std::string out = diagnosis.host + "\n";
    for (const auto& step : diagnosis.steps) {
        std::string result(toString(step.result));
        result.resize(kResult, ' ');
        out += text::cat({"  ", result, step.step, ": ", text::oneLine(step.text, kMaxText), "\n"});
        if (!step.advice.empty()) {
            out += text::cat({"           -> ", text::oneLine(step.advice, kMaxText), "\n"});
        }
    }
    return out + text::oneLine(diagnosis.verdict, kMaxText) + "\n";
}

std::string diagnosisJson(const Diagnosis& diagnosis) {
    using Json = nlohmann::ordered_json;
    Json out{{"host", text::cleanForXml(diagnosis.host)}, {"steps", Json::array()}};
    for (const auto& step : diagnosis.steps) {
        Json facts = Json::object();
        for (const auto& [name, value] : step.facts) {
            facts[name] = text::cleanForXml(value);
        }
        out["steps"].push_back(Json{{"step", step.step},
                                    {"result", std::string(toString(step.result))},
                                    {"text", text::cleanForXml(step.text)},
                                    {"advice", text::cleanForXml(step.advice)},
                                    {"facts", std::move(facts)}});
    }
    out["verdict"] = text::cleanForXml(diagnosis.verdict);
    return out.dump(2) + "\n";
}

}  // namespace platen::app
