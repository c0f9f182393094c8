// SPDX-License-Identifier: Apache-2.0
// File transfers from and to an FTP server of others.
#include "tests/integration/peers_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <memory>
#include <string>

namespace platen::test {
namespace {

using nlohmann::json;

/// vsftpd with a folder for everybody. It knows anonymous visitors without a system account of the
/// test; `deny_email` makes it refuse one password.
class Vsftpd : public testing::Test {
  protected:
    void SetUp() override {
        const auto command = systemProgram("vsftpd");
        if (command.empty()) {
            GTEST_SKIP() << "vsftpd is not installed";
        }
        if (::geteuid() != 0) {
            GTEST_SKIP() << "vsftpd needs root to serve a folder of the test's own";
        }
        const auto root = world.folder().path() / "ftp";
        std::filesystem::create_directories(root / "in");
        for (const auto& folder : {world.folder().path(), root}) {
            std::filesystem::permissions(folder, std::filesystem::perms(0755));
        }
        std::filesystem::permissions(root / "in", std::filesystem::perms(0777));
        world.folder().write("ftp/broken.json", R"({"acs": {"urll": 5}})");
        world.folder().write("ftp/good.json", R"({"acs": {"url": "https://other.test/"}})");
        std::filesystem::create_directories(world.folder().path() / "empty");
        const auto banned = world.folder().write("banned", "wrong-word\n");
        const auto file = world.folder().write(
            "vsftpd.conf",
            "listen=YES\nlisten_address=127.0.0.1\nlisten_port=" + std::to_string(port) +
                "\nbackground=NO\nanonymous_enable=YES\nlocal_enable=NO\nwrite_enable=YES\n"
                "anon_upload_enable=YES\nanon_umask=022\nanon_root=" +
                root.string() + "\nftp_username=ftp\nnopriv_user=nobody\nsecure_chroot_dir=" +
                (world.folder().path() / "empty").string() +
                "\ndeny_email_enable=YES\nbanned_email_file=" + banned.string() +
                "\nseccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\nxferlog_enable=YES\n"
                "xferlog_file=" +
                log.string() + "\nvsftpd_log_file=" + log.string() + "\n");
        server = std::make_unique<Process>(std::vector<std::string>{command, file.string()});
        if (!eventually(std::chrono::seconds{5}, [this] { return listens(port); })) {
            GTEST_SKIP() << "vsftpd does not run here: " << server->output() << server->errors();
        }
        world.startPrinters({onePrinter()});
        world.startAcs();
        ASSERT_TRUE(registers(world, 1)) << world.gateway().errors();
        id = world.deviceId(kGatewaySerial);
    }
    [[nodiscard]] std::string url(const std::string& path) const {
        return "ftp://127.0.0.1:" + std::to_string(port) + path;
    }
    /// Lets the gateway move a file; its TransferComplete, null if none comes.
    json transfer(const std::string& type, const std::string& path, const std::string& password) {
        const auto key = type + path + password;
        const auto task = world.runTask(
            id,
            {{"type", type},
             {"commandKey", key.substr(0, 32)},
             {"fileType", type == "download" ? "3 Vendor Configuration File" : "4 Vendor Log File"},
             {"url", url(path)},
             {"username", "anonymous"},
             {"password", password}});
        EXPECT_EQ(task.value("state", ""), "done") << task.dump();
        json found;
        eventually(std::chrono::seconds{15}, [&] {
            for (const auto& one : world.api(devicePath(id, "/transfers"))) {
                if (one.value("commandKey", "") == key.substr(0, 32)) {
                    found = one;
                }
            }
            return found.is_object();
        });
        return found;
    }

    GatewayWorld world{"127.31.4"};
    std::uint16_t port = freePort();
    std::filesystem::path log = world.folder().path() / "vsftpd.log";
    std::unique_ptr<Process> server;
    std::string id;
};

// C-XFER-01, C-XFER-02, C-XFER-06, C-XFER-10, C-XFER-18, C-XFER-19
TEST_F(Vsftpd, TakesTheLogAndGivesConfigurationsAndEachRefusalHasItsFault) {
    const auto sent = transfer("upload", "/in/platen.log", "site");
    ASSERT_TRUE(sent.is_object()) << world.gateway().errors();
    EXPECT_EQ(sent["faultCode"], 0) << sent.dump();
    EXPECT_NE(readFile(world.folder().path() / "ftp/in/platen.log").find("app started"),
              std::string::npos)
        << readFile(log);

    struct Case {
        const char* type;
        const char* path;
        const char* password;
        int fault;
        const char* text;
    };
    for (const auto& one :
         {Case{"download", "/broken.json", "site", 9018, "urll"},  // It was fetched and read.
          Case{"download", "/good.json", "site", 9001, "only from its own file"},
          Case{"download", "/none.json", "site", 9016, ""},
          Case{"download", "/good.json", "wrong-word", 9012, ""},
          Case{"upload", "/in/2.log", "wrong-word", 9012, ""},
          Case{"upload", "/2.log", "site", 9011, ""}}) {
        const auto done = transfer(one.type, one.path, one.password);
        ASSERT_TRUE(done.is_object()) << one.path << world.gateway().errors();
        EXPECT_EQ(done["faultCode"], one.fault) << one.type << one.path << done.dump();
        EXPECT_NE(done["faultString"].get<std::string>().find(one.text), std::string::npos)
            << done.dump();
        EXPECT_EQ(done["faultString"].get<std::string>().find("wrong-word"), std::string::npos);
    }
    EXPECT_FALSE(std::filesystem::exists(world.folder().path() / "ftp/in/2.log"));
    EXPECT_EQ(world.api(devicePath(id, "/transfers")).size(), 7U);
    EXPECT_TRUE(isClean(world)) << world.api("/stats").dump(2);
}

}  // namespace
}  // namespace platen::test
