// SPDX-License-Identifier: Apache-2.0
// Cases of the Broadband Forum's test plan TP-181 as its procedures tell them, against the scripted
// ACS. Those that need real transfers, TLS or echo requests are cited where such tests are.
#include "rpc_fixture.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace platen::cwmp {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;
using namespace std::chrono_literals;

const std::string kCode = "Device.DeviceInfo.ProvisioningCode";

/// The text as an ACS writes it: markup and line ends escaped.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\r':
                out += "&#13;";
                break;
            case '\n':
                out += "&#10;";
                break;
            case '\t':
                out += "&#9;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

class Tp181Test : public test::RpcTest {
  protected:
    void set(const std::string& name,
             const std::string& value,
             const std::string& key = "k",
             const std::string& type = "xsd:string") {
        const auto reply = run(test::spv({{name, type, escaped(value)}}, escaped(key)));
        EXPECT_EQ(reply.method, "SetParameterValuesResponse") << reply.faultText;
        EXPECT_EQ(reply.status, "0");
    }
    std::string get(const std::string& name) { return run(test::gpv({name})).value(name); }
    /// CommandKey of `M Reboot` after a reboot asked with `key`.
    std::string keyAfterReboot(const std::string& key) {
        EXPECT_EQ(run(test::rebootRequest(escaped(key))).method, "RebootResponse");
        world.acs.informs.clear();
        world.manager->restarted(*device);
        auto done = std::move(device->reboots.back());
        device->reboots.clear();
        done({});
        world.settle();
        EXPECT_EQ(world.acs.informs.size(), 1U);
        const auto& events = world.last().events;
        const auto found = std::ranges::find(events, "M Reboot", &Events::value_type::first);
        return found == events.end() ? "(no M Reboot)" : found->second;
    }
};

// TP-181 5.1.1
TEST_F(Tp181Test, FactoryResetAnswersBootstrapsAndForgetsWhatTheAcsHadSet) {
    set(kCode, "TP181");
    EXPECT_EQ(run("<c:FactoryReset/>").method, "FactoryResetResponse");
    ASSERT_EQ(device->resets.size(), 1U);
    device->put(kCode, "");
    world.acs.informs.clear();
    auto done = std::move(device->resets.front());
    device->resets.clear();
    done({});
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_TRUE(world.last().has("0 BOOTSTRAP"));
    EXPECT_NE(world.last().parameters.at(kCode), "TP181");
}

// TP-181 5.1.5
TEST_F(Tp181Test, GetRpcMethodsNamesAllThatACpeMustHave) {
    const auto methods = run("<c:GetRPCMethods/>").strings;
    for (const auto* method :
         {"GetRPCMethods", "SetParameterValues", "GetParameterValues", "GetParameterNames",
          "SetParameterAttributes", "GetParameterAttributes", "AddObject", "DeleteObject", "Reboot",
          "Download"}) {
        EXPECT_NE(std::ranges::find(methods, method), methods.end()) << method;
    }
}

// TP-181 5.1.9
TEST_F(Tp181Test, ABooleanIsReadTurnedRoundAndReadBack) {
    const auto name = mfp("Enable");
    const auto before = get(name);
    const bool was = before == "1" || before == "true";
    set(name, was ? "0" : "1", "k", "xsd:boolean");
    const auto after = get(name);
    EXPECT_EQ(after == "1" || after == "true", !was) << before << " " << after;
}

// TP-181 5.1.11
TEST_F(Tp181Test, VendorSpecificParametersAreListedInTheWholeModel) {
    const auto names = run(test::gpn("Device.", false)).names();
    EXPECT_NE(std::ranges::find(names, "Device.Services.X_PLATEN_MFP.1."), names.end());
    EXPECT_NE(std::ranges::find(names, mfp("Location")), names.end());
    EXPECT_NE(std::ranges::find(names, "Device.Services.X_PLATEN_MFPNumberOfEntries"), names.end());
}

// TP-181 5.1.12
TEST_F(Tp181Test, AVendorSpecificParameterKeepsItsValueOverAReboot) {
    set(mfp("Location"), "Room 7");
    EXPECT_EQ(get(mfp("Location")), "Room 7");
    keyAfterReboot("k");
    EXPECT_EQ(get(mfp("Location")), "Room 7");
}

// TP-181 5.7.1. What XML 1.0 forbids cannot come in a message; what can are blanks and U+007F to
// U+009F.
TEST_F(Tp181Test, ControlCharactersInAValueComeBackInANewSession) {
    for (const auto& text :
         std::vector<std::string>{"a<b>&\"'", "\tx\r\ny", "z\x7F\xC2\x80\xC2\x9F]]>"}) {
        set(mfp("Location"), text);
        EXPECT_EQ(get(mfp("Location")), text);
    }
}

// TP-181 5.7.2
TEST_F(Tp181Test, SixtyFourCharactersOfManyBytesComeBackUnchanged) {
    const auto text = repeated("\xE6\xB0\xB4\xF0\x9F\x96\xA8", 32);
    set(kCode, text);
    EXPECT_EQ(get(kCode), text);
}

// TP-181 5.7.3, TP-181 5.7.4
TEST_F(Tp181Test, AParameterKeyOfOtherLettersComesBackInTheInform) {
    for (const std::string& key : {std::string("<k&\"\t\xC2\x85>"), repeated("\xE6\xB0\xB4", 32)}) {
        set(mfp("Location"), "x", key);
        world.acs.informs.clear();
        run(test::gpv({kCode}));
        EXPECT_EQ(world.last().parameters.at("Device.ManagementServer.ParameterKey"), key);
    }
}

// TP-181 5.7.5, TP-181 5.7.6
TEST_F(Tp181Test, ACommandKeyOfOtherLettersComesBackWithTheReboot) {
    for (const std::string& key : {std::string("<k&\"\t\xC2\x85>"), repeated("\xE6\xB0\xB4", 32)}) {
        EXPECT_EQ(keyAfterReboot(key), key);
    }
}

}  // namespace
}  // namespace platen::cwmp
