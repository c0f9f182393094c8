// SPDX-License-Identifier: Apache-2.0
// Arguments and answers of the RPCs for file transfers.
#include "transfer_fixture.hpp"

namespace platen::cwmp {
namespace {

using test::asDownload;
using test::asSchedule;
using test::asUpload;
using test::TransferTest;
using test::window;

class TransferRpcTest : public TransferTest {};

// C-XFER-03, C-XFER-05
TEST_F(TransferRpcTest, DownloadAndUploadAreQueuedWithStatusOneAndUnknownTimes) {
    for (const auto& request : {asDownload({}), asUpload({})}) {
        const auto reply = run(request);
        EXPECT_EQ(reply.status, "1") << request;
        EXPECT_NE(lastPost().find("<StartTime>0001-01-01T00:00:00Z</StartTime>"
                                  "<CompleteTime>0001-01-01T00:00:00Z"),
                  std::string::npos)
            << lastPost();
    }
    EXPECT_EQ(run(asSchedule({}, window("10", "20"))).method, "ScheduleDownloadResponse");
}

// C-ARG-01: one request for each argument that is missing, too long or of the wrong form.
TEST_F(TransferRpcTest, EveryArgumentIsChecked) {
    const std::string long33(33, 'k');
    const std::string long65(65, 't');
    const std::string long257 = "http://h/" + std::string(248, 'u');
    const std::vector<std::pair<std::string, std::string>> bad{
        {"CommandKey", long33},     {"FileType", long65},        {"URL", long257},
        {"Username", long257},      {"Password", long257},       {"FileSize", "-1"},
        {"FileSize", "4294967296"}, {"FileSize", "many"},        {"TargetFileName", long257},
        {"DelaySeconds", ""},       {"DelaySeconds", "1.5"},     {"SuccessURL", long257},
        {"FailureURL", long257},    {"URL", "not a URL"},        {"URL", ""},
        {"URL", "http://u:p@h/f"},  {"URL", "http://u@h.test/f"}};
    for (const auto& [name, value] : bad) {
        EXPECT_EQ(run(asDownload({{name, value}})).faultCode, "9003") << name << "=" << value;
    }
    for (const auto* name : {"CommandKey", "FileType", "URL", "Username", "Password", "FileSize",
                             "TargetFileName", "DelaySeconds", "SuccessURL", "FailureURL"}) {
        EXPECT_EQ(run(asDownload({{name, test::kAbsent}})).faultCode, "9003") << name;
    }
    for (const auto* name :
         {"CommandKey", "FileType", "URL", "Username", "Password", "DelaySeconds"}) {
        EXPECT_EQ(run(asUpload({{name, test::kAbsent}})).faultCode, "9003") << name;
    }
    EXPECT_TRUE(world.store.load()->transfers.empty()) << "C-RPC-02";
}

// At the limits, counted in characters (C-ARG-02).
TEST_F(TransferRpcTest, ArgumentsAtTheirLimitsAreTaken) {
    std::string key;
    for (int i = 0; i < 32; ++i) {
        key += "\xF0\x9F\x96\xA8";  // A printer of four bytes.
    }
    const auto reply = run(asDownload({{"CommandKey", key},
                                       {"URL", "http://h/" + std::string(247, 'u')},
                                       {"Username", std::string(256, 'n')},
                                       {"DelaySeconds", "4294967295"}}));
    EXPECT_EQ(reply.status, "1") << reply.faultText;
    EXPECT_EQ(world.store.load()->transfers.at(0).commandKey, key);
}

// C-XFER-02
TEST_F(TransferRpcTest, OtherSchemesAreNotSupported) {
    for (const auto* url : {"file:///etc/passwd", "sftp://h/f", "tftp://h/f", "gopher://h/f",
                            "dict://h:1/x", "scp://h/f"}) {
        EXPECT_EQ(run(asDownload({{"URL", url}})).faultCode, "9013") << url;
        EXPECT_EQ(run(asUpload({{"URL", url}})).faultCode, "9013") << url;
    }
    for (const auto* url : {"http://h/f", "HTTPS://h:8/f?x=1", "ftp://h/f"}) {
        EXPECT_EQ(run(asDownload({{"URL", url}})).status, "1") << url;
    }
}

TEST_F(TransferRpcTest, WhatTheDeviceCannotTakeIsRefusedWithTheReason) {
    world.depot.refusal = {transfer::FaultCode::Denied, "no channel to this printer"};
    const auto reply = run(asDownload({}));
    EXPECT_EQ(reply.faultCode, "9001");
    EXPECT_NE(reply.faultText.find("no channel to this printer"), std::string::npos);
    world.loop.advance(std::chrono::minutes(10));
    EXPECT_TRUE(world.fetcher.requests.empty());
    EXPECT_TRUE(world.acs.reports.empty()) << "C-XFER-07";
}

// C-XFER-15
TEST_F(TransferRpcTest, AFileThatIsTooBigIsRefusedBeforehand) {
    const auto most = world.transferLimits.maxDownloadBytes;
    EXPECT_EQ(run(asDownload({{"FileSize", std::to_string(most)}})).status, "1");
    EXPECT_EQ(run(asDownload({{"FileSize", std::to_string(most + 1)}})).faultCode, "9004");
}

// C-XFER-12
TEST_F(TransferRpcTest, SixteenTransfersWaitAtMost) {
    std::vector<std::string> requests(17, asDownload({{"DelaySeconds", "9999"}}));
    const auto replies = run(requests);
    ASSERT_EQ(replies.size(), 17U);
    EXPECT_EQ(replies[15].status, "1");
    EXPECT_EQ(replies[16].faultCode, "9004");
    run("<c:GetAllQueuedTransfers/>");
    EXPECT_NE(lastPost().find("AllQueuedTransferStruct[16]"), std::string::npos);
}

TEST_F(TransferRpcTest, ATransferThatCannotBeStoredIsNotPromised) {
    world.acs.onPost = [this](const std::string&) -> std::optional<Result<net::HttpReply>> {
        world.store.setDiskFull(true);
        return std::nullopt;
    };
    EXPECT_EQ(run(asDownload({})).faultCode, "9002");
    world.store.setDiskFull(false);
    world.loop.advance(std::chrono::minutes(10));
    EXPECT_TRUE(world.fetcher.requests.empty());
}

// C-XFER-21
TEST_F(TransferRpcTest, ListsShowWhatWaitsRunsAndHasEnded) {
    run({asUpload({{"CommandKey", "up"}, {"FileType", "2 Vendor Log File"}}),
         asDownload({{"CommandKey", "later"},
                     {"DelaySeconds", "9999"},
                     {"FileSize", "5"},
                     {"TargetFileName", "../../x"}}),
         asSchedule({{"CommandKey", "window"}}, window("9999", "99999"))});
    ASSERT_EQ(world.fetcher.running(), 1U);
    run("<c:GetQueuedTransfers/>");
    EXPECT_NE(lastPost().find("<QueuedTransferStruct><CommandKey>up</CommandKey><State>2</State>"),
              std::string::npos);
    EXPECT_NE(lastPost().find("QueuedTransferStruct[2]"), std::string::npos)
        << "without ScheduleDownload";
    run("<c:GetAllQueuedTransfers/>");
    EXPECT_NE(lastPost().find("<State>2</State><IsDownload>false</IsDownload>"
                              "<FileType>4 Vendor Log File</FileType>"),
              std::string::npos);
    EXPECT_NE(lastPost().find("<CommandKey>later</CommandKey><State>1</State>"
                              "<IsDownload>true</IsDownload>"
                              "<FileType>3 Vendor Configuration File</FileType>"
                              "<FileSize>5</FileSize><TargetFileName>../../x</TargetFileName>"),
              std::string::npos);
    EXPECT_NE(lastPost().find("<CommandKey>window</CommandKey>"), std::string::npos);
    world.acs.up = false;
    world.fetcher.finish();
    world.settle();
    EXPECT_EQ(world.transfers->queue(device->id())->all().front().state, transfer::State::Done);
}

// C-XFER-22
TEST_F(TransferRpcTest, CancelTakesWhatWaitsAndNothingElse) {
    run({asDownload({{"CommandKey", "a"}, {"DelaySeconds", "999"}}),
         asDownload({{"CommandKey", "a"}, {"DelaySeconds", "999"}}),
         asUpload({{"CommandKey", "b"}})});
    ASSERT_EQ(world.fetcher.running(), 1U);
    EXPECT_EQ(run(test::cancelTransfer("b")).faultCode, "9021") << "runs";
    EXPECT_EQ(run(test::cancelTransfer("none")).faultCode, "9021");
    EXPECT_EQ(run(test::cancelTransfer("none")).faultcode, "soap:Client");
    EXPECT_EQ(run(test::cancelTransfer(std::string(33, 'k'))).faultCode, "9003");
    EXPECT_EQ(run(test::cancelTransfer("a")).method, "CancelTransferResponse");
    EXPECT_EQ(world.store.load()->transfers.size(), 1U);
    world.loop.advance(std::chrono::hours(1));
    EXPECT_TRUE(world.acs.reports.empty()) << "no TransferComplete for the cancelled ones";
}

// C-RPC-02
TEST_F(TransferRpcTest, ACancellationThatCannotBeStoredChangesNothing) {
    run(asDownload({{"DelaySeconds", "600"}}));
    world.acs.onPost = [this](const std::string&) -> std::optional<Result<net::HttpReply>> {
        world.store.setDiskFull(true);
        return std::nullopt;
    };
    EXPECT_EQ(run(test::cancelTransfer("k1")).faultCode, "9001");
    world.store.setDiskFull(false);
    world.acs.onPost = {};
    world.loop.advance(std::chrono::minutes(10));
    ASSERT_EQ(world.fetcher.requests.size(), 1U);
    EXPECT_EQ(world.fetcher.requests[0].password.reveal(), "word");
}

// C-XFER-23
TEST_F(TransferRpcTest, WindowsAreChecked) {
    const std::vector<std::pair<std::string, std::string>> bad{
        {"", "9003"},
        {window("20", "10"), "9003"},
        {window("10", "10"), "9003"},
        {window("10", "20") + window("15", "30"), "9003"},
        {window("1", "2") + window("3", "4") + window("5", "6"), "9003"},
        {window("x", "20"), "9003"},
        {window("10", "4294967296"), "9003"},
        {window("10", "20", "5 Whenever"), "9003"},
        {window("10", "20", "4 Confirmation Needed"), "9001"},
        {window("10", "20", "1 At Any Time", "-2"), "9003"},
        {window("10", "20", "1 At Any Time", "often"), "9003"},
        {window("10", "20", "1 At Any Time", "2147483648"), "9003"}};
    for (const auto& [windows, fault] : bad) {
        EXPECT_EQ(run(asSchedule({}, windows)).faultCode, fault) << windows;
    }
    EXPECT_EQ(run(asSchedule({}, window("20", "30") + window("10", "20"))).method,
              "ScheduleDownloadResponse")
        << "in any order, one beginning where the other ends";
}

}  // namespace
}  // namespace platen::cwmp
