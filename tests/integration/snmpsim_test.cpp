// SPDX-License-Identifier: Apache-2.0
// An agent that we did not write must give the same tree: Debian's snmpsim serves the same
// recordings as platen-sim.
#include "tests/integration/gateway_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>

namespace platen::test {
namespace {

using nlohmann::json;

/// What does not depend on the moment of the read.
std::map<std::string, std::string> stableValues(const std::string& output) {
    std::map<std::string, std::string> out;
    const auto parsed = json::parse(output, nullptr, false);
    if (!parsed.is_object()) {
        return out;
    }
    for (const auto& parameter : parsed["parameters"]) {
        const auto name = parameter.value("name", "");
        const bool moving = name.find("Time") != std::string::npos ||
                            name.find("Connection.") != std::string::npos ||
                            name.find("ProxierInfo.") != std::string::npos ||
                            name.find(".LastChange") != std::string::npos;
        if (!moving) {
            out[name] = parameter.value("value", "");
        }
    }
    return out;
}

/// snmpsimd over a folder of its own with copies of some recordings; the community names the
/// recording.
class Snmpsimd {
  public:
    Snmpsimd(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& files)
        : port_(freePort()) {
        const auto data = folder / "data";
        const auto cache = folder / "cache";
        std::filesystem::create_directories(data);
        std::filesystem::create_directories(cache);
        for (const auto& file : files) {
            std::filesystem::copy_file(file, data / file.filename());
            ::chmod((data / file.filename()).c_str(), 0644);
        }
        // As root it drops to nobody, who must be able to read the data and write the index.
        ::chmod(folder.c_str(), 0755);
        ::chmod(data.c_str(), 0755);
        ::chmod(cache.c_str(), 0777);
        std::vector<std::string> words{"/usr/bin/snmpsimd",
                                       "--v2c-arch",
                                       "--data-dir=" + data.string(),
                                       "--cache-dir=" + cache.string(),
                                       "--agent-udpv4-endpoint=127.16.1.1:" + std::to_string(port_),
                                       "--logging-method=stderr"};
        if (::geteuid() == 0) {
            words.insert(words.end(), {"--process-user=nobody", "--process-group=nogroup"});
        }
        process_ = std::make_unique<Process>(words);
        ready_ = eventually(std::chrono::seconds{60}, [this] {
            return process_->errors().find("Listening at") != std::string::npos;
        });
    }
    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    std::uint16_t port_;
    std::unique_ptr<Process> process_;
    bool ready_ = false;
};

std::vector<std::filesystem::path> recordingsIn(const std::filesystem::path& folder,
                                                std::size_t step) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".snmprec") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<std::filesystem::path> out;
    for (std::size_t i = 0; i < files.size(); i += step) {
        out.push_back(files[i]);
    }
    return out;
}

void comparePolls(const std::vector<std::filesystem::path>& files) {
    GatewayWorld world("127.16.0");
    const Snmpsimd agent(world.folder().path(), files);
    ASSERT_TRUE(agent.ready());
    std::vector<std::string> names;
    for (const auto& file : files) {
        names.push_back(file.string());
    }
    world.startPrinters(names);
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto name = files[i].stem().string();
        const auto ours =
            runToEnd({program("platen"), "poll", world.network() + "." + std::to_string(i + 1),
                      "--config", world.configFile(), "--json"});
        const auto config = world.folder().write(
            "snmpsim.json",
            R"({"snmp": {"port": )" + std::to_string(agent.port()) +
                R"(, "timeout": "5s", "credentials": [{"version": "2c", "community": ")" + name +
                "\"}]}}");
        const auto theirs =
            runToEnd({program("platen"), "poll", "127.16.1.1", "--config", config, "--json"});
        ASSERT_EQ(ours.exit, theirs.exit) << name << ours.errors << theirs.errors;
        const auto expected = stableValues(ours.output);
        const auto found = stableValues(theirs.output);
        EXPECT_EQ(found.size(), expected.size()) << name;
        for (const auto& [parameter, value] : expected) {
            if (value.starts_with("IP-")) {
                continue;  // a serial made from the address, because the printer has neither serial
                           // nor MAC
            }
            const auto it = found.find(parameter);
            EXPECT_EQ(it != found.end() ? it->second : "(absent)", value)
                << name << " " << parameter;
        }
    }
}

class Snmpsim : public testing::Test {
  public:
    void SetUp() override {
        if (::access("/usr/bin/snmpsimd", X_OK) != 0) {
            GTEST_SKIP() << "snmpsimd is not installed (Debian package snmpsim)";
        }
    }
};

TEST_F(Snmpsim, OurRecordingsGiveTheSameTree) {
    comparePolls(recordingsIn(std::string(PLATEN_SOURCE) + "/tests/data/recordings", 1));
}

TEST_F(Snmpsim, RealPrintersGiveTheSameTree) {
    const std::filesystem::path corpus = std::string(PLATEN_SHARED) + "/corpus/snmp";
    if (!std::filesystem::exists(corpus)) {
        GTEST_SKIP() << "no recordings of real printers at " << corpus;
    }
    comparePolls(recordingsIn(corpus, 5));
}

}  // namespace
}  // namespace platen::test
