// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/gateway_world.hpp"

#include <curl/curl.h>

#include <csignal>

namespace platen::test {

namespace {

using nlohmann::json;

std::size_t append(char* data, std::size_t size, std::size_t count, void* out) {
    static_cast<std::string*>(out)->append(data, size * count);
    return size * count;
}

std::string escape(const std::string& text) {
    char* escaped = curl_easy_escape(nullptr, text.c_str(), static_cast<int>(text.size()));
    std::string out = escaped;
    curl_free(escaped);
    return out;
}

std::string stateOf(const json& task) {
    return task.is_object() ? task.value("state", "") : std::string();
}

std::string taskPath(const json& queued) {
    return "/tasks/" + (queued.is_object() ? queued.value("id", json()).dump() : "");
}

}  // namespace

GatewayWorld::GatewayWorld(std::string network)
    : network_(std::move(network)),
      snmpPort_(freePort()),
      acsPort_(freePort()),
      apiPort_(freePort()),
      requestPort_(freePort()) {
    configure();
}

void GatewayWorld::configure(const std::string& extra, const std::string& credential) {
    const auto port = [](std::uint16_t number) { return std::to_string(number); };
    config_ =
        folder_.write("platen.json", R"({ "acs": {"url": "http://127.0.0.1:)" + port(acsPort_) +
                                         R"(/", "periodic_inform": "1h"},
  "gateway": {"state_dir": "state", "serial": "GW-TEST"},
  "connection_requests": {"listen": "127.0.0.1:)" +
                                         port(requestPort_) +
                                         R"(", "public_url": "http://127.0.0.1:)" +
                                         port(requestPort_) +
                                         R"(/"},
  "discovery": {"ranges": [")" + network_ +
                                         R"(.0/28"], "packets_per_second": 500},
  "polling": {"status": "1s", "supplies": "1s", "counters": "1s"},
  "snmp": {"port": )" + port(snmpPort_) + R"(, "timeout": "500ms", "credentials": [)" +
                                         credential + "]}" + extra + "}\n");
}

void GatewayWorld::startPrinters(const std::vector<std::string>& recordings) {
    std::vector<std::string> words{program("platen-sim")};
    words.emplace_back("--recordings");
    if (recordings.empty()) {
        words.push_back(std::string(PLATEN_SOURCE) + "/tests/data/recordings");
    }
    words.insert(words.end(), recordings.begin(), recordings.end());
    for (const auto& word : {std::string("--listen"), network_ + ".1", std::string("--port"),
                             std::to_string(snmpPort_)}) {
        words.push_back(word);
    }
    printers_ = std::make_unique<Process>(std::move(words));
    eventually(std::chrono::seconds{10},
               [this] { return printers_->output().find("ready") != std::string::npos; });
}

void GatewayWorld::startAcs(const std::vector<std::string>& more) {
    std::vector<std::string> words{program("platen-acs"), "--listen",
                                   "127.0.0.1:" + std::to_string(acsPort_), "--api",
                                   "127.0.0.1:" + std::to_string(apiPort_)};
    words.insert(words.end(), more.begin(), more.end());
    const auto schemas = std::string(PLATEN_SHARED) + "/standards/schemas";
    if (std::filesystem::exists(schemas + "/catalog.xml")) {
        words.insert(words.end(), {"--schemas", schemas});
    }
    acs_ = std::make_unique<Process>(std::move(words));
    eventually(std::chrono::seconds{10},
               [this] { return acs_->output().find("ready") != std::string::npos; });
}

void GatewayWorld::startGateway() {
    gateway_ = std::make_unique<Process>(
        std::vector<std::string>{program("platen"), "run", "--config", config_});
}

std::optional<int> GatewayWorld::stopGateway() {
    gateway_->signal(SIGTERM);
    return gateway_->wait(std::chrono::seconds{10});
}

json GatewayWorld::api(const std::string& path, const std::optional<json>& body) const {
    CURL* curl = curl_easy_init();
    std::string reply;
    const auto text = body ? body->dump() : std::string();
    curl_easy_setopt(curl, CURLOPT_URL,
                     ("http://127.0.0.1:" + std::to_string(apiPort_) + path).c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, text.c_str());
    }
    const auto code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return code == CURLE_OK ? json::parse(reply, nullptr, false) : json();
}

std::size_t GatewayWorld::printerCount() const {
    std::size_t count = 0;
    for (const auto& device : devices()) {
        count += device.value("serialNumber", "") != "GW-TEST" ? 1U : 0U;
    }
    return count;
}

std::string GatewayWorld::deviceId(const std::string& serial) const {
    for (const auto& device : devices()) {
        if (device.value("serialNumber", "") == serial) {
            return device.value("id", "");
        }
    }
    return {};
}

json GatewayWorld::events(const std::string& deviceId) const {
    return api("/devices/" + escape(deviceId) + "/events");
}

json GatewayWorld::runTask(const std::string& deviceId, const json& task) const {
    const auto base = "/devices/" + escape(deviceId);
    const auto queued = api(base + "/tasks", task);
    if (!queued.is_object() || !queued.contains("id")) {
        return {};
    }
    // As an ACS does: knock again, not too often, at a gateway that does not listen yet or a
    // printer that is off. A request that was accepted must bring a session.
    json out;
    json knock;
    auto nextKnock = std::chrono::steady_clock::now();
    eventually(std::chrono::seconds{20}, [&] {
        const auto now = std::chrono::steady_clock::now();
        if (now >= nextKnock && (knock.is_null() || stateOf(api(taskPath(knock))) == "failed")) {
            knock = api(base + "/connection-request", json::object());
            nextKnock = now + std::chrono::seconds{1};
        }
        out = api(taskPath(queued));
        const auto state = stateOf(out);
        return !state.empty() && state != "queued" && state != "sent";
    });
    return out;
}

std::string GatewayWorld::value(const std::string& deviceId, const std::string& name) const {
    const auto task = runTask(deviceId, json{{"type", "get"}, {"names", {name}}});
    if (!task.is_object() || !task.contains("result") || !task["result"].contains("parameters") ||
        task["result"]["parameters"].empty()) {
        return "(no answer) " + task.dump();
    }
    return task["result"]["parameters"][0].value("value", "");
}

}  // namespace platen::test
