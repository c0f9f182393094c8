// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/demo/demo.hpp"

#include "base/text.hpp"
#include "tests/sim/demo/demo_run.hpp"
#include "tests/sim/demo/snmp_get.hpp"

#include <nlohmann/json.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace platen::demo {

namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t kSnmpPort = 1161;
constexpr Millis kStartLimit{10'000};
constexpr Millis kStopGrace{5000};
constexpr std::size_t kShownLines = 10;  ///< Of a log, when its program failed.

std::string readFile(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string lastLines(const std::string& text, std::size_t count) {
    std::size_t at = text.size();
    for (std::size_t i = 0; i <= count && at != std::string::npos && at > 0; ++i) {
        at = text.rfind('\n', at - 1);
    }
    return at == std::string::npos || at == 0 ? text : text.substr(at + 1);
}

}  // namespace

WorkFolder::WorkFolder(bool keep) : keep_(keep) {
    std::string pattern = (fs::temp_directory_path() / "platen-demo-XXXXXX").string();
    if (const char* made = ::mkdtemp(pattern.data())) {
        path_ = made;
    }
}

WorkFolder::~WorkFolder() {
    std::error_code ignored;
    if (!keep_ && !path_.empty()) {
        fs::remove_all(path_, ignored);
    }
}

void Demo::say(std::string_view text) const {
    std::array<char, 32> stamp{};
    std::snprintf(stamp.data(), stamp.size(), "[%6.2f s] ",
                  static_cast<double>(elapsed().count()) / 1000.0);
    const std::string line = text::cat({stamp.data(), text, "\n"});
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

bool Demo::failStep(std::string_view text) {
    if (failure_.empty()) {
        failure_ = text;
    }
    say(text::cat({"FAILED: ", text}));
    return false;
}

bool Demo::waitFor(Millis limit, const Check& check) {
    const Millis end = elapsed() + limit;
    while (!check()) {
        if (interrupted_) {
            return failStep("interrupted");
        }
        if (gateway_ && gateway_->exitStatus()) {
            return failStep("the gateway ended, its last lines:\n" +
                            lastLines(readFile(folder_.path() / "gateway.log"), kShownLines));
        }
        if (elapsed() >= end || timeIsUp()) {
            return false;
        }
        ::poll(nullptr, 0, kPollMillis);
    }
    return true;
}

bool Demo::startPrinters() {
    const fs::path log = folder_.path() / "printers.log";
    snmpPort_ = freePort(SOCK_DGRAM, kSnmpPort);
    auto child = ChildProcess::start(options_.programs / "platen-sim",
                                     {"--recordings", options_.recordings.string(), "--listen",
                                      "127.1.0.1", "--port", std::to_string(snmpPort_)},
                                     log);
    if (!child) {
        return failStep(child.error().text);
    }
    sim_.emplace(*std::move(child));
    const bool ready = waitFor(kStartLimit, [&log, this] {
        return readFile(log).find("\nready,") != std::string::npos ||
               sim_->exitStatus().has_value();
    });
    if (!ready || sim_->exitStatus()) {
        return failStep("the simulated printers did not start: " + readFile(log));
    }
    const std::string table = readFile(log);
    for (const std::string_view line : text::split(table, '\n')) {
        std::vector<std::string> words;
        for (const std::string_view word : text::split(line, ' ')) {
            if (!word.empty()) {
                words.emplace_back(word);
            }
        }
        if (words.size() >= 3 && words[0].starts_with("127.")) {
            printers_.push_back({words[0], words[1], words[2]});
        }
    }
    say(text::cat({std::to_string(printers_.size()), " recorded printers answer SNMP at ",
                   printers_.front().address, " to ", printers_.back().address, ", UDP port ",
                   std::to_string(snmpPort_)}));
    return true;
}

bool Demo::startAcs() {
    acs::AcsServerOptions options;
    options.listen = "127.0.0.1:0";
    options.api = "127.0.0.1:0";
    options.acs.schemas = options_.schemas;
    options.log = options_.keepFiles ? folder_.path() / "acs.jsonl" : fs::path{};
    auto acs = acs::AcsThread::start(options);
    if (!acs) {
        return failStep("the ACS did not start: " + acs.error().text);
    }
    acs_ = *std::move(acs);
    client_.emplace(acs_->server().apiUrl());
    say(text::cat({"demonstration ACS at ", acs_->server().url(), ", its REST API at ",
                   acs_->server().apiUrl(), "/devices"}));
    return true;
}

bool Demo::writeConfiguration(const fs::path& file) const {
    using nlohmann::json;
    const std::string requests =
        text::cat({"127.0.0.1:", std::to_string(freePort(SOCK_STREAM, 0))});
    const json settings{
        {"gateway",
         {{"oui", "02A1B2"},
          {"product_class", kGatewayClass},
          {"serial", "auto"},
          {"site", "demo"},
          {"customer", "demo"},
          {"state_dir", (folder_.path() / "state").string()}}},
        {"acs", {{"url", acs_->server().url()}, {"periodic_inform", "1m"}, {"max_sessions", 8}}},
        {"connection_requests", {{"listen", requests}, {"public_url", "http://" + requests + "/"}}},
        {"discovery", {{"ranges", {"127.1.0.0/28"}}, {"interval", "1h"}}},
        {"snmp",
         {{"port", snmpPort_},
          {"timeout", "1s"},
          {"retries", 1},
          {"credentials",
           {{{"ranges", {"127.1.0.0/28"}}, {"version", "2c"}, {"community", "public"}}}}}},
        {"ews", {{"enabled", false}}},
        {"polling",
         {{"status", "5s"}, {"supplies", "10s"}, {"counters", "10s"}, {"configuration", "60s"}}},
        {"writes", {{"snmp", true}}},
        {"api", {{"listen", text::cat({"127.0.0.1:", std::to_string(freePort(SOCK_STREAM, 0))})}}}};
    std::ofstream stream(file);
    stream << settings.dump(2) << '\n';
    return static_cast<bool>(stream.flush());
}

bool Demo::startGateway() {
    const fs::path config = folder_.path() / "platen.json";
    std::error_code error;
    fs::create_directory(folder_.path() / "state", error);
    if (!writeConfiguration(config)) {
        return failStep("cannot write " + config.string());
    }
    const fs::path program = options_.programs / "platen";
    const fs::path checkLog = folder_.path() / "check-config.log";
    auto check = ChildProcess::start(program, {"check-config", config.string()}, checkLog);
    if (!check) {
        return failStep(check.error().text);
    }
    if (check->wait(kStopGrace).value_or(-1) != 0) {
        return failStep("platen check-config refuses the configuration: " + readFile(checkLog));
    }
    auto child = ChildProcess::start(program, {"run", "--config", config.string()},
                                     folder_.path() / "gateway.log");
    if (!child) {
        return failStep(child.error().text);
    }
    gateway_.emplace(*std::move(child));
    say(text::cat({"gateway started: platen run --config ", config.string()}));
    return true;
}

bool Demo::stopAll() {
    bool clean = true;
    if (gateway_) {
        const auto end = gateway_->stop(kStopGrace);
        clean = end.status == 0 && !end.killed;
        if (!clean) {
            failStep(text::cat({"the gateway ended with status ", std::to_string(end.status),
                                end.killed ? " after SIGKILL" : "", ", its last lines:\n",
                                lastLines(readFile(folder_.path() / "gateway.log"), kShownLines)}));
        }
        gateway_.reset();
    }
    if (client_) {
        const auto summary = client_->summary();
        if (summary) {
            say(text::cat({"ACS: ", std::to_string(summary->informs), " Informs, ",
                           std::to_string(summary->sessions), " sessions completed, at most ",
                           std::to_string(summary->maxConcurrent), " at once, ",
                           std::to_string(summary->protocolErrors), " protocol errors",
                           summary->schemaChecked == 0
                               ? std::string()
                               : text::cat({", ", std::to_string(summary->schemaFailures), " of ",
                                            std::to_string(summary->schemaChecked),
                                            " messages against the schema"})}));
            for (const std::string& problem : summary->problems) {
                say("  " + problem);
            }
            if (summary->protocolErrors != 0 || summary->schemaFailures != 0) {
                clean = failStep("the ACS saw protocol errors");
            }
        }
    }
    sim_.reset();
    acs_.reset();
    return clean;
}

int Demo::run() {
    if (folder_.path().empty()) {
        failStep("no temporary folder");
        return 1;
    }
    const bool worked = startPrinters() && startAcs() && startGateway() && waitForDevices() &&
                        readPrinters() && showTable() && showConnectionRequest() &&
                        showGatewayValue() && showPrinterValue();
    if (worked) {
        watchUntilEnd();
    }
    stopAll();
    if (options_.keepFiles) {
        say("files: " + folder_.path().string());
    }
    say(failure_.empty() ? "demonstration ended well" : "demonstration FAILED: " + failure_);
    return failure_.empty() ? 0 : 1;
}

int runDemo(const DemoOptions& options, const std::atomic<bool>& interrupted) {
    return Demo(options, interrupted).run();
}

}  // namespace platen::demo
