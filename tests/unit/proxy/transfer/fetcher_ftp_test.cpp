// SPDX-License-Identifier: Apache-2.0
#include "base/crypto.hpp"
#include "tests/unit/proxy/transfer/fetcher_fixture.hpp"
#include "tests/unit/proxy/transfer/ftp_double.hpp"

#include <algorithm>

namespace platen::transfer {
namespace {

using test::FtpDouble;

class FetcherFtpTest : public test::FetcherFixture {};

TEST_F(FetcherFtpTest, DownloadsAndUploads) {
    FtpDouble server("ftp file", "word");
    const auto result = run(withLogin(download(server.url("/file"))));
    ASSERT_TRUE(result.outcome.good()) << result.outcome.text;
    EXPECT_EQ(received(), "ftp file");
    EXPECT_EQ(result.sha256, crypto::sha256Hex("ftp file"));
    const std::string log(50'000, 'l');
    EXPECT_TRUE(run(withLogin(upload(server.url("/log"), log))).outcome.good());
    EXPECT_EQ(server.uploaded(), log);
}

TEST_F(FetcherFtpTest, WithoutAUserNameItIsAnonymous) {
    FtpDouble server("public", "");
    EXPECT_TRUE(run(download(server.url("/file"))).outcome.good());
}

TEST_F(FetcherFtpTest, EachRefusalHasItsFault) {
    FtpDouble server("ftp file", "other");
    expectFailed(run(withLogin(download(server.url("/file")))), FaultCode::Authentication);
    FtpDouble open("ftp file", "word");
    expectFailed(run(withLogin(download(open.url("/none")))), FaultCode::CannotAccess);
}

TEST_F(FetcherFtpTest, AFileLargerThanTheLimitIsCutOff) {
    FtpDouble server(std::string(1001, 'x'), "word");
    expectFailed(run(withLogin(download(server.url("/file")))), FaultCode::DownloadFailed);
}

// A line end in the path would be a command of the ACS's choice to the FTP server.
TEST_F(FetcherFtpTest, APathCannotHoldCommands) {
    FtpDouble server("ftp file", "word");
    EXPECT_FALSE(run(withLogin(download(server.url("/file%0d%0aDELE%20file")))).outcome.good());
    EXPECT_TRUE(std::ranges::none_of(
        server.commands(), [](const std::string& command) { return command.starts_with("DELE"); }));
}

}  // namespace
}  // namespace platen::transfer
