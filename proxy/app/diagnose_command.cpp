// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/app.hpp"
#include "proxy/app/core.hpp"
#include "proxy/app/diagnoser.hpp"
#include "proxy/app/tools.hpp"

#include <cstdio>
#include <utility>

namespace platen::app {

int runDiagnose(const CommandLine& line, const config::Settings& settings) {
    auto core = Core::make(settings, {});
    if (!core) {
        std::fprintf(stderr, "platen: %s\n", core.error().text.c_str());
        return kExitFailed;
    }
    Diagnosis diagnosis;
    Diagnoser diagnoser(**core);
    diagnoser.start(line.arguments.front(), [&](Diagnosis found) {
        diagnosis = std::move(found);
        (*core)->loop.stop();
    });
    (*core)->loop.run();
    const auto text = line.json ? diagnosisJson(diagnosis) : diagnosisText(diagnosis);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return diagnosis.exit;
}

}  // namespace platen::app
