// SPDX-License-Identifier: Apache-2.0
// Lightweight notifications (TR-069 Annex M).
#include "base/text.hpp"
#include "proxy/cwmp/lightweight_notifier.hpp"
#include "proxy/stun/hmac_sha1.hpp"
#include "rpc_fixture.hpp"
#include "tests/support/fake_resolver.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace platen::cwmp {
namespace {

using namespace std::chrono_literals;

/// Keeps what is sent.
class SentDatagrams final : public net::Datagrams {
  public:
    struct Sent {
        net::Endpoint to;
        std::string text;
    };
    struct Record {
        std::vector<Sent> sent;
        bool full = false;
    };
    explicit SentDatagrams(Record& record) : record_(record) {}
    Result<void> send(const net::Endpoint& to, std::span<const std::byte> bytes) override {
        if (record_.full) {
            return fail(ErrorCode::Exhausted, "socket buffer is full");
        }
        std::string text(bytes.size(), '\0');
        std::memcpy(text.data(), bytes.data(), bytes.size());
        record_.sent.push_back({to, std::move(text)});
        return {};
    }
    void onReceive(
        UniqueFunction<void(const net::Endpoint&, std::span<const std::byte>)>) override {}

  private:
    Record& record_;
};

std::string bodyOf(const std::string& datagram) {
    const auto end = datagram.find("\r\n\r\n");
    return end == std::string::npos ? std::string() : datagram.substr(end + 4);
}

std::string hexMac(const std::string& key, const std::string& data) {
    const auto mac = stun::hmacSha1(key, data);
    std::array<std::uint8_t, 20> octets{};
    std::memcpy(octets.data(), mac.data(), octets.size());
    return text::toHex(octets, true);
}

std::string param(const std::string& name, const std::string& value) {
    return "<Param><Name>" + name + "</Name><Value>" + value + "</Value></Param>";
}

LightweightSender sender() {
    return {"acs.example.net:7547", "cpe & co", "secret", {"Example", "00AB12", "MFP-1", "X<1>"}};
}

// C-LWN-01, C-LWN-02: the whole datagram, byte for byte.
TEST(LightweightMessage, IsAnHttpHeadWithASignedXmlBody) {
    const auto body = lightweightBody(sender(), {1'700'000'000, "nonce"}, {{"Device.A", "1 < 2"}});
    EXPECT_EQ(body,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
              "<Notification xmlns=\"urn:broadband-forum-org:cwmp:lwnotif-1-0\">"
              "<TS>1700000000</TS><UN>cpe &amp; co</UN><CN>nonce</CN><OUI>00AB12</OUI>"
              "<ProductClass>MFP-1</ProductClass><SerialNumber>X&lt;1&gt;</SerialNumber>"
              "<Param><Name>Device.A</Name><Value>1 &lt; 2</Value></Param></Notification>");
    test::expectValid(body);
    EXPECT_EQ(lightweightDatagram(sender(), body),
              "POST / HTTP/1.1\r\nHOST: acs.example.net:7547\r\n"
              "Content-Type: text/xml; charset=utf-8\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\nSignature: " + hexMac("secret", body) +
                  "\r\n\r\n" + body);
}

// RFC 2202, test case 2: the signature is upper-case hexadecimal of HMAC-SHA1.
TEST(LightweightMessage, SignsAsTheRfcSays) {
    auto jefe = sender();
    jefe.password = "Jefe";
    const auto text = lightweightDatagram(jefe, "what do ya want for nothing?");
    EXPECT_NE(text.find("\r\nSignature: EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79\r\n"),
              std::string::npos)
        << text;
}

// The schema's seconds end in 2038.
TEST(LightweightMessage, KeepsTheTimeWithinTheSchema) {
    test::expectValid(lightweightBody(sender(), {5'000'000'000, "n"}, {{"Device.A", ""}}));
    test::expectValid(lightweightBody(sender(), {-5, "n"}, {{"Device.A", ""}}));
}

TEST(LightweightMessage, SpreadsManyParametersOverSmallDatagrams) {
    constexpr int kParams = 60;
    std::vector<LightweightParam> params;
    params.reserve(kParams);
    for (int i = 0; i < kParams; ++i) {
        params.push_back({"Device.Table." + std::to_string(i), std::string(40, 'v')});
    }
    int nonce = 0;
    const auto made = lightweightDatagrams(sender(), params, [&] {
        return LightweightStamp{1, std::to_string(++nonce)};
    });
    EXPECT_GT(made.datagrams.size(), 3U);
    std::size_t found = 0;
    for (const auto& datagram : made.datagrams) {
        EXPECT_LE(datagram.size(), kLightweightDatagramBytes);
        const auto body = bodyOf(datagram);
        test::expectValid(body);
        for (auto at = body.find("<Param>"); at != std::string::npos;
             at = body.find("<Param>", at + 1)) {
            ++found;
        }
    }
    EXPECT_EQ(found, params.size());
    EXPECT_EQ(made.tooLarge, 0U);
}

TEST(LightweightMessage, LeavesOutWhatFitsIntoNoDatagram) {
    const auto made = lightweightDatagrams(sender(),
                                           {{"Device.A", std::string(70'000, 'v')},
                                            {"Device.B", std::string(5'000, 'v')},
                                            {"Device.C", "1"}},
                                           [] {
                                               return LightweightStamp{1, "n"};
                                           });
    EXPECT_EQ(made.tooLarge, 1U);
    ASSERT_EQ(made.datagrams.size(), 2U);
    EXPECT_NE(made.datagrams[0].find("Device.B"), std::string::npos);
    EXPECT_NE(made.datagrams[1].find("Device.C"), std::string::npos);
    EXPECT_TRUE(
        lightweightDatagrams(sender(), {}, [] { return LightweightStamp{}; }).datagrams.empty());
}

/// Passes on to the Manager and the notifier, as the fleet does.
class Both final : public fleet::FleetObserver {
  public:
    std::vector<fleet::FleetObserver*> to;
    void deviceAdded(fleet::ManagedDevice& device, bool isNew) override {
        for (auto* one : to) {
            one->deviceAdded(device, isNew);
        }
    }
    void deviceRemoved(DeviceId device) override {
        for (auto* one : to) {
            one->deviceRemoved(device);
        }
    }
    void valuesChanged(fleet::ManagedDevice& device,
                       std::span<const fleet::Change> changes) override {
        for (auto* one : to) {
            one->valuesChanged(device, changes);
        }
    }
    void restarted(fleet::ManagedDevice&) override {}
};

class LightweightTest : public test::RpcTest {
  protected:
    void SetUp() override {
        world.options.lightweight = true;
        RpcTest::SetUp();
        resolver.hosts["acs.example.net"] = {*net::Address::parse("192.0.2.80")};
        resolver.hosts["notify.example.net"] = {*net::Address::parse("192.0.2.81")};
        notifier.deviceAdded(*device, false);
        both.to = {world.manager.get(), &notifier};
        device->observe(&both);
    }
    void use(const std::string& protocols) {
        EXPECT_EQ(
            run(test::spv({{kManagement + "LightweightNotificationProtocolsUsed", "", protocols}},
                          ""))
                .method,
            "SetParameterValuesResponse");
    }
    void notify(const std::string& name, const std::string& value) {
        EXPECT_EQ(run(test::spa(name, value)).method, "SetParameterAttributesResponse");
        world.acs.informs.clear();
    }
    [[nodiscard]] const std::vector<SentDatagrams::Sent>& sent() const { return record.sent; }

    SentDatagrams::Record record;
    test::FakeResolver resolver{world.loop};
    LightweightNotifier notifier{{world.loop, world.random, resolver, world.codec,
                                  [this]() -> Result<std::unique_ptr<net::Datagrams>> {
                                      return std::make_unique<SentDatagrams>(record);
                                  }}};
    Both both;
    static inline const std::string kManagement = "Device.ManagementServer.";
};

// C-LWN-01, C-LWN-03, C-ATT-03: kind 5.
TEST_F(LightweightTest, AnActiveChangeIsOneSignedDatagramToTheHostOfTheAcs) {
    use("UDP");
    notify(mfp("Supply.1.Level"), "5");
    device->change("MFP.1.Supply.1.Level", "79");
    world.loop.advance(2s);
    ASSERT_EQ(sent().size(), 1U);
    EXPECT_EQ(sent()[0].to.toString(), "192.0.2.80:7547");
    const auto body = bodyOf(sent()[0].text);
    test::expectValid(body);
    EXPECT_NE(body.find(param(mfp("Supply.1.Level"), "79")), std::string::npos) << body;
    EXPECT_NE(body.find("<UN>cpe</UN>"), std::string::npos);
    EXPECT_NE(body.find("<SerialNumber>X1</SerialNumber>"), std::string::npos);
    EXPECT_NE(sent()[0].text.find("HOST: acs.example.net:7547\r\n"), std::string::npos);
    EXPECT_NE(sent()[0].text.find("Signature: " + hexMac("secret-of-the-cpe", body)),
              std::string::npos)
        << "the ACS password signs";
    world.loop.advance(10min);
    EXPECT_EQ(sent().size(), 1U) << "told once";
    EXPECT_TRUE(world.acs.informs.empty()) << "kinds 3 and 5 make no session";
}

// C-LWN-03, C-NOT-10
TEST_F(LightweightTest, NothingIsSentWhileNoProtocolIsUsed) {
    notify(mfp("Supply.1.Level"), "5");
    device->change("MFP.1.Supply.1.Level", "79");
    world.loop.advance(1h);
    EXPECT_TRUE(sent().empty());
    use("UDP");
    world.loop.advance(1h);
    EXPECT_TRUE(sent().empty()) << "what was before is not told later";
    device->change("MFP.1.Supply.1.Level", "78");
    world.loop.advance(2s);
    EXPECT_EQ(sent().size(), 1U);
    device->change("MFP.1.Supply.1.Level", "77");
    use("");  // Within the second in which changes are gathered.
    device->change("MFP.1.Supply.1.Level", "76");
    world.loop.advance(1h);
    EXPECT_EQ(sent().size(), 1U) << "off means off at once";
}

// C-LWN-03: kind 3 rides along with kind 5.
TEST_F(LightweightTest, APassiveChangeGoesWithTheNextDatagram) {
    use("UDP");
    notify(mfp("Mode"), "3");
    notify(mfp("Supply.1.Level"), "5");
    device->change("MFP.1.Mode", "Quiet");
    world.loop.advance(24h);
    EXPECT_TRUE(sent().empty()) << "the interval is 0";
    device->change("MFP.1.Supply.1.Level", "79");
    world.loop.advance(2s);
    ASSERT_EQ(sent().size(), 1U);
    const auto body = bodyOf(sent()[0].text);
    EXPECT_NE(body.find(param(mfp("Mode"), "Quiet")), std::string::npos);
    EXPECT_NE(body.find(param(mfp("Supply.1.Level"), "79")), std::string::npos);
}

// C-LWN-03: the interval counts from the time that the ACS gave, and only what waits is sent.
TEST_F(LightweightTest, TheTriggerSendsWhatWaits) {
    use("UDP");
    run(test::spv({{kManagement + "LightweightNotificationTriggerTime", "", "2020-01-01T00:00:10Z"},
                   {kManagement + "LightweightNotificationTriggerInterval", "", "60"}},
                  ""));
    notify(mfp("Mode"), "3");
    world.loop.advance(5min);
    EXPECT_TRUE(sent().empty()) << "nothing waits";
    device->change("MFP.1.Mode", "Quiet");
    while (sent().empty()) {
        const auto before = world.clock.wallNow();
        world.loop.advance(1s);
        ASSERT_LT(world.clock.wallNow() - before, 2s);
        if (!sent().empty()) {
            const auto now = std::chrono::floor<std::chrono::seconds>(world.clock.wallNow());
            EXPECT_EQ(now.time_since_epoch().count() % 60, 10);
        }
    }
    world.loop.advance(10min);
    EXPECT_EQ(sent().size(), 1U);
    device->change("MFP.1.Mode", "Fast");
    run(test::spv({{kManagement + "LightweightNotificationTriggerInterval", "", "0"}}, ""));
    const auto before = sent().size();
    device->change("MFP.1.Mode", "Quiet");
    world.loop.advance(10min);
    EXPECT_EQ(sent().size(), before) << "0 is off";
}

// C-ATT-03: 4 is 1 and 3, 6 is 1 and 5; the session is not started for them.
TEST_F(LightweightTest, CombinedKindsAreToldBothWays) {
    use("UDP");
    notify(mfp("Supply.1.Level"), "6");
    notify(mfp("Mode"), "4");
    device->change("MFP.1.Supply.1.Level", "79");
    device->change("MFP.1.Mode", "Quiet");
    world.loop.advance(1h);
    ASSERT_EQ(sent().size(), 1U);
    EXPECT_NE(bodyOf(sent()[0].text).find(param(mfp("Mode"), "Quiet")), std::string::npos);
    EXPECT_TRUE(world.acs.informs.empty());
    world.manager->connectionRequested(device->id(), [](ConnectionRequestVerdict) {});
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().parameters.at(mfp("Supply.1.Level")), "79");
    EXPECT_EQ(world.last().parameters.at(mfp("Mode")), "Quiet");
}

// C-LWN-01
TEST_F(LightweightTest, GoesToTheHostAndPortOfTheAcssChoice) {
    use("UDP");
    run(test::spv({{kManagement + "UDPLightweightNotificationHost", "", "notify.example.net"},
                   {kManagement + "UDPLightweightNotificationPort", "", "9000"}},
                  ""));
    notify(mfp("Mode"), "5");
    device->change("MFP.1.Mode", "Quiet");
    world.loop.advance(2s);
    ASSERT_EQ(sent().size(), 1U);
    EXPECT_EQ(sent()[0].to.toString(), "192.0.2.81:9000");
    EXPECT_NE(sent()[0].text.find("HOST: notify.example.net:9000\r\n"), std::string::npos);
    run(test::spv({{kManagement + "UDPLightweightNotificationPort", "", "0"}}, ""));
    device->change("MFP.1.Mode", "Fast");
    world.loop.advance(10min);
    EXPECT_EQ(sent().size(), 1U) << "no port";
}

// C-NOT-06
TEST_F(LightweightTest, TheAcssOwnChangesAreNotTold) {
    use("UDP");
    notify(mfp("Mode"), "5");
    run(test::spv({{mfp("Mode"), "", "Quiet"}}, ""));
    world.loop.advance(10min);
    EXPECT_TRUE(sent().empty());
}

TEST_F(LightweightTest, ABurstIsOneDatagramWithTheLastValue) {
    use("UDP");
    notify(mfp("Supply.1.Level"), "5");
    for (int i = 0; i < 50; ++i) {
        device->change("MFP.1.Supply.1.Level", std::to_string(i));
    }
    world.loop.advance(10s);
    ASSERT_EQ(sent().size(), 1U);
    EXPECT_NE(bodyOf(sent()[0].text).find(param(mfp("Supply.1.Level"), "49")), std::string::npos);
}

TEST_F(LightweightTest, WhatCannotBeSentNowWaits) {
    use("UDP");
    notify(mfp("Mode"), "5");
    resolver.hosts.erase("acs.example.net");
    device->change("MFP.1.Mode", "Quiet");
    world.loop.advance(10s);
    EXPECT_TRUE(sent().empty());
    resolver.hosts["acs.example.net"] = {*net::Address::parse("192.0.2.80")};
    notify(mfp("Supply.1.Level"), "5");
    device->change("MFP.1.Supply.1.Level", "79");
    world.loop.advance(10s);
    ASSERT_EQ(sent().size(), 1U);
    EXPECT_NE(bodyOf(sent()[0].text).find(param(mfp("Mode"), "Quiet")), std::string::npos);
}

TEST_F(LightweightTest, ADeviceThatGoesTakesItsTimersAlong) {
    use("UDP");
    notify(mfp("Mode"), "5");
    device->change("MFP.1.Mode", "Quiet");
    both.deviceRemoved(device->id());
    world.loop.advance(10min);
    EXPECT_TRUE(sent().empty());
}

// C-LWN-03, C-NOT-10, C-ATT-05: what the feature shows, and that it cannot weaken what is forced.
TEST_F(LightweightTest, ShowsItsParametersOnlyWhereItIsOffered) {
    EXPECT_EQ(run(test::gpv({kManagement + "LightweightNotificationProtocolsSupported"}))
                  .values.begin()
                  ->second,
              "UDP");
    EXPECT_EQ(
        run(test::gpv({kManagement + "UDPLightweightNotificationPort"})).values.begin()->second,
        "7547");
    EXPECT_EQ(run(test::spa("Device.DeviceInfo.SoftwareVersion", "6")).faultCode, "9009");
    EXPECT_EQ(run(test::spa(mfp("Mode"), "7")).faultCode, "9003");
}

}  // namespace
}  // namespace platen::cwmp
