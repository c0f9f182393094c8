// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sim/acs/acs.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::acs {

/// Randomness that counts, so that cookies and passwords are known.
class CountingRandom final : public Random {
  public:
    std::uint64_t below(std::uint64_t bound) override { return ++count_ % bound; }
    std::string hex(std::size_t bytes) override {
        std::string out = std::to_string(++count_);
        out.resize(bytes * 2, '0');
        return out;
    }

  private:
    std::uint64_t count_ = 0;
};

/// The messages of a well-behaved CPE.
struct CpeMessages {
    std::string version = "urn:dslforum-org:cwmp-1-2";
    std::string oui = "02A1B2";
    std::string productClass = "LaserPoint";
    std::string serial = "S1";

    [[nodiscard]] std::string envelope(std::string_view id, std::string_view body) const {
        return makeEnvelope({.version = version, .id = id}, body);
    }
    [[nodiscard]] std::string inform(std::string_view event = "0 BOOTSTRAP") const {
        return envelope(
            "7",
            "<cwmp:Inform><DeviceId><Manufacturer>Acme</Manufacturer><OUI>" + oui +
                "</OUI><ProductClass>" + productClass + "</ProductClass><SerialNumber>" + serial +
                "</SerialNumber></DeviceId><Event "
                "soap-enc:arrayType=\"cwmp:EventStruct[1]\"><EventStruct><EventCode>" +
                std::string(event) +
                "</EventCode><CommandKey></CommandKey></EventStruct></Event><MaxEnvelopes>1</"
                "MaxEnvelopes>"
                "<CurrentTime>2031-02-03T04:05:06+01:00</CurrentTime><RetryCount>0</RetryCount>"
                "<ParameterList soap-enc:arrayType=\"cwmp:ParameterValueStruct[2]\">" +
                value("Device.DeviceInfo.HardwareVersion", "1", "string") +
                value("Device.ManagementServer.ConnectionRequestURL", url, "string") +
                "</ParameterList></cwmp:Inform>");
    }
    static std::string value(std::string_view name, std::string_view text, std::string_view type) {
        return "<ParameterValueStruct><Name>" + std::string(name) +
               "</Name><Value xsi:type=\"xsd:" + std::string(type) + "\">" + escapeXml(text) +
               "</Value></ParameterValueStruct>";
    }
    [[nodiscard]] std::string values(std::string_view id,
                                     const std::string& list,
                                     int count) const {
        return envelope(id,
                        "<cwmp:GetParameterValuesResponse><ParameterList "
                        "soap-enc:arrayType=\"cwmp:ParameterValueStruct[" +
                            std::to_string(count) + "]\">" + list +
                            "</ParameterList></cwmp:GetParameterValuesResponse>");
    }
    [[nodiscard]] std::string setDone(std::string_view id) const {
        return envelope(id,
                        "<cwmp:SetParameterValuesResponse><Status>0</Status></"
                        "cwmp:SetParameterValuesResponse>");
    }
    std::string url = "http://127.0.0.1:9/x";
};

/// An Acs without sockets, and a CPE that speaks to it.
class AcsFixture : public ::testing::Test {
  protected:
    void start(AcsOptions options) {
        auto made = Acs::make(std::move(options), clock_, random_);
        ASSERT_TRUE(made) << made.error().text;
        acs_ = *std::move(made);
    }
    static AcsOptions quiet() {
        AcsOptions out;
        out.provision = false;
        out.learn.clear();
        return out;
    }
    static HttpRequest post(const std::string& body, const std::string& cookie = "") {
        HttpRequest request;
        request.method = "POST";
        request.target = "/";
        request.body = body;
        request.headers = {{"host", "127.0.0.1:7547"}};
        if (!body.empty()) {
            request.headers.emplace_back("content-type", "text/xml; charset=\"utf-8\"");
            request.headers.emplace_back("soapaction", "");
        }
        if (!cookie.empty()) {
            request.headers.emplace_back("cookie", "other=1; session=" + cookie);
        }
        return request;
    }
    HttpReply send(const std::string& body) { return send(body, connection_); }
    HttpReply send(const std::string& body, std::uint64_t connection) {
        HttpReply reply = acs_->onCpeRequest(connection, post(body, cookie_));
        for (const auto& [name, value] : reply.headers) {
            if (name == "Set-Cookie") {
                cookie_ = value.substr(8, value.find(';') - 8);
            }
        }
        if (reply.close || reply.drop) {
            acs_->onCpeConnectionClosed(connection);
        }
        return reply;
    }
    void newSession() {
        cookie_.clear();
        ++connection_;
    }
    /// The method that a reply carries, and its ID.
    static std::pair<std::string, std::string> method(const HttpReply& reply) {
        const auto envelope = parseEnvelope(reply.body);
        return envelope ? std::pair{envelope->name, envelope->id}
                        : std::pair{std::string("status ") + std::to_string(reply.status),
                                    std::string()};
    }
    nlohmann::json api(const std::string& verb,
                       const std::string& target,
                       const nlohmann::json& body = nullptr,
                       int status = 200) {
        HttpRequest request;
        request.method = verb;
        request.target = target;
        request.body = body.is_null() ? "" : body.dump();
        const HttpReply reply = acs_->onApiRequest(request);
        EXPECT_EQ(reply.status, status) << verb << " " << target << ": " << reply.body;
        return nlohmann::json::parse(reply.body);
    }
    nlohmann::json stats() { return api("GET", "/stats"); }
    /// Inform and empty POST; the reply to the latter.
    HttpReply open(const std::string& event = "2 PERIODIC") {
        newSession();
        EXPECT_EQ(method(send(cpe_.inform(event))).first, "InformResponse");
        return send("");
    }

    test::FakeClock clock_;
    CountingRandom random_;
    CpeMessages cpe_;
    std::unique_ptr<Acs> acs_;
    std::uint64_t connection_ = 1;
    std::string cookie_;
    const std::string device_ = "02A1B2-LaserPoint-S1";
};

}  // namespace platen::acs
