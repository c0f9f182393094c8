// SPDX-License-Identifier: Apache-2.0
// Files that the gateway took or gave though no ACS had asked: AutonomousTransferComplete.
#include "proxy/cwmp/rpc_transfer.hpp"
#include "transfer_fixture.hpp"

#include <tuple>

namespace platen::cwmp {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;
using namespace std::chrono_literals;
using test::textIn;
using transfer::FaultCode;
using transfer::Kind;

constexpr const char* kPolicy = "Device.ManagementServer.AutonomousTransferCompletePolicy.";
constexpr const char* kConfiguration = "3 Vendor Configuration File";

class AutonomousTest : public test::TransferTest {
  protected:
    void SetUp() override {
        TransferTest::SetUp();
        gateway_ = &world.addGateway();
        world.settle();
        world.acs.informs.clear();
        world.acs.onPost = [this](const std::string& body) {
            if (body.find("<cwmp:AutonomousTransferComplete>") == std::string::npos) {
                return std::optional<Result<net::HttpReply>>();
            }
            reports.push_back(body);
            return std::optional<Result<net::HttpReply>>(test::FakeHttpClient::reply(200, answer));
        };
    }
    void set(const std::string& name, const std::string& text) {
        gateway_->put(kPolicy + name, text, model::Source::Acs);
    }
    void wantAll() {
        set("Enable", "true");
        set("FileTypeFilter", "1 Firmware Upgrade Image,3 Vendor Configuration File");
    }
    static transfer::Transfer imported(Kind kind = Kind::OwnDownload,
                                       transfer::Outcome outcome = {}) {
        transfer::Transfer done;
        done.kind = kind;
        done.fileType = kConfiguration;
        done.fileSize = 1234;
        done.targetName = "platen.json";
        done.started = WallTime{Millis{1'700'000'000'000}};
        done.completed = done.started + 2s;
        done.outcome = std::move(outcome);
        return done;
    }
    void happens(transfer::Transfer done) {
        store::Batch more;
        more.emplace_back(store::FactRow{"seen", "x"});
        world.manager->transferredByItself(DeviceId{0}, std::move(done), std::move(more));
        world.settle();
    }

    test::FakeDevice* gateway_ = nullptr;
    std::string answer = test::acsRequest("<c:AutonomousTransferCompleteResponse/>");
    std::vector<std::string> reports;
};

// C-XFER-24, C-EVT-10
TEST_F(AutonomousTest, IsReportedWithItsEventAndAllItsArguments) {
    wantAll();
    happens(imported());
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"10 AUTONOMOUS TRANSFER COMPLETE", ""}}));
    ASSERT_EQ(reports.size(), 1U);
    for (const auto& [name, text] :
         {std::tuple{"AnnounceURL", ""}, std::tuple{"TransferURL", ""},
          std::tuple{"IsDownload", "true"}, std::tuple{"FileType", kConfiguration},
          std::tuple{"FileSize", "1234"}, std::tuple{"TargetFileName", "platen.json"},
          std::tuple{"FaultCode", "0"}, std::tuple{"FaultString", ""},
          std::tuple{"StartTime", "2023-11-14T22:13:20Z"},
          std::tuple{"CompleteTime", "2023-11-14T22:13:22Z"}}) {
        EXPECT_EQ(textIn(reports[0], name), text) << name;
    }
    EXPECT_EQ(textIn(reports[0], "CommandKey"), "(none)");
    EXPECT_TRUE(world.store.load()->transfers.empty());
    world.loop.advance(1h);
    EXPECT_EQ(reports.size(), 1U) << "once";
}

// C-XFER-24: the policy matrix.
TEST_F(AutonomousTest, ThePolicyDecidesWhatIsReported) {
    struct Case {
        const char* enable;
        const char* direction;
        const char* result;
        const char* types;
        Kind kind;
        FaultCode fault;
        bool wanted;
    };
    const char* const all = "1 Firmware Upgrade Image,3 Vendor Configuration File";
    const auto down = Kind::OwnDownload;
    const auto up = Kind::OwnUpload;
    for (const auto& one : std::vector<Case>{
             {"true", "Both", "Both", all, down, FaultCode::None, true},
             {"false", "Both", "Both", all, down, FaultCode::None, false},
             {"true", "Both", "Both", "", down, FaultCode::None, false},
             {"true", "Both", "Both", "4 Vendor Log File", down, FaultCode::None, false},
             {"true", "Both", "Both", kConfiguration, up, FaultCode::None, true},
             {"true", "Both", "Both", "4%20Vendor%20Log%20File, 3%20Vendor%20Configuration%20File",
              up, FaultCode::None, true},
             {"true", "Upload", "Both", all, down, FaultCode::None, false},
             {"true", "Upload", "Both", all, up, FaultCode::None, true},
             {"true", "Download", "Both", all, up, FaultCode::None, false},
             {"true", "Download", "Both", all, down, FaultCode::Corrupted, true},
             {"true", "Both", "Success", all, down, FaultCode::Corrupted, false},
             {"true", "Both", "Failure", all, down, FaultCode::Corrupted, true},
             {"true", "Both", "Failure", all, down, FaultCode::None, false},
             {"true", "Both", "Success", all, up, FaultCode::None, true}}) {
        set("Enable", one.enable);
        set("TransferTypeFilter", one.direction);
        set("ResultTypeFilter", one.result);
        set("FileTypeFilter", one.types);
        reports.clear();
        happens(imported(one.kind, {one.fault, "text"}));
        EXPECT_EQ(reports.size(), one.wanted ? 1U : 0U)
            << one.enable << one.direction << one.result << one.types;
        if (!reports.empty()) {
            EXPECT_EQ(textIn(reports[0], "IsDownload"), one.kind == down ? "true" : "false");
            EXPECT_EQ(textIn(reports[0], "FaultCode"), std::to_string(static_cast<int>(one.fault)));
        }
    }
    EXPECT_EQ(world.store.load()->facts.empty(), false) << "what comes along is stored anyway";
}

// C-EVT-10: not discarded, not by failures and not by a restart.
TEST_F(AutonomousTest, OutlivesFailedSessionsAndARestart) {
    wantAll();
    world.acs.up = false;
    happens(imported());
    EXPECT_EQ(world.store.load()->transfers.size(), 1U);
    world.acs.up = true;
    world.restart();
    gateway_ = world.devices.at(DeviceId{0}).get();
    world.settle();
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(world.last().events.back().first, "10 AUTONOMOUS TRANSFER COMPLETE");
    EXPECT_EQ(textIn(reports[0], "TargetFileName"), "platen.json");
}

// C-XFER-25
TEST_F(AutonomousTest, AnAcsThatDoesNotKnowTheMethodIsAskedOnce) {
    wantAll();
    answer = test::acsFault(8000);
    happens(imported());
    EXPECT_EQ(reports.size(), 1U);
    EXPECT_TRUE(world.store.load()->transfers.empty()) << "dropped";
    happens(imported());
    world.loop.advance(1h);
    EXPECT_EQ(reports.size(), 1U) << "remembered";
    world.restart();
    gateway_ = world.devices.at(DeviceId{0}).get();
    wantAll();
    world.settle();
    happens(imported());
    EXPECT_EQ(reports.size(), 1U) << "also over a restart";
}

// C-XFER-21: it waits for its report in state 3; only GetAllQueuedTransfers lists it.
TEST_F(AutonomousTest, IsListedAmongAllTransfersUntilItIsReported) {
    transfer::Queue queue(DeviceId{0});
    store::Batch batch;
    ASSERT_TRUE(queue.record(imported(), batch));
    const auto all = std::get<RpcResponse>(getAllQueuedTransfers(&queue)).content;
    EXPECT_EQ(textIn(all, "State"), "3");
    EXPECT_EQ(textIn(all, "IsDownload"), "true");
    EXPECT_EQ(textIn(all, "FileType"), kConfiguration);
    EXPECT_EQ(std::get<RpcResponse>(getQueuedTransfers(&queue)).content.find("State"),
              std::string::npos);
    EXPECT_FALSE(queue.cancel("", batch).good()) << "nothing to cancel";
    EXPECT_EQ(queue.all().size(), 1U);
}

}  // namespace
}  // namespace platen::cwmp
