// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/wsd.hpp"

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include <string>

namespace platen::discovery {
namespace {

const net::Address kSender = net::Address::parse("192.0.2.99").value();
const std::string kId = "urn:uuid:0a6dc791-2be6-4991-9af1-454778a1917a";

std::string match(const std::string& types, const std::string& urls) {
    return "<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:1</a:Address>"
           "</a:EndpointReference><d:Types>" +
           types + "</d:Types><d:XAddrs>" + urls +
           "</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>";
}

std::string answer(const std::string& matches, const std::string& id = kId) {
    return R"(<?xml version="1.0" encoding="UTF-8"?>)"
           R"(<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope")"
           R"( xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing")"
           R"( xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header><a:RelatesTo>)" +
           id + "</a:RelatesTo></s:Header><s:Body><d:ProbeMatches>" + matches +
           "</d:ProbeMatches></s:Body></s:Envelope>";
}

std::vector<std::string> addresses(const std::string& document) {
    std::vector<std::string> out;
    const auto heard = wsd::readMatches(document, kId, kSender);
    EXPECT_TRUE(heard.has_value()) << heard.error().text;
    for (const auto& one : heard.value()) {
        out.push_back(one.address.toString());
    }
    return out;
}

using Texts = std::vector<std::string>;

TEST(Wsd, ProbeAsksForPrintDevices) {
    const auto probe = wsd::makeProbe(kId);
    ASSERT_TRUE(checkXml(probe, wsd::kLimits));
    pugi::xml_document tree;
    ASSERT_TRUE(tree.load_string(probe.c_str()));
    EXPECT_STREQ(tree.select_node("//wsd:Probe/wsd:Types").node().text().get(),
                 "wprt:PrintDeviceType");
    EXPECT_EQ(tree.select_node("//wsa:MessageID").node().text().get(), kId);
    EXPECT_EQ(wsd::group(false).toString(), "239.255.255.250:3702");
    EXPECT_EQ(wsd::group(true).toString(), "[ff02::c]:3702");
}

TEST(Wsd, CandidatesAreTheNumericAddressesOfPrinters) {
    EXPECT_EQ(addresses(answer(match(
                  " wsdp:Device\n wprt:PrintDeviceType wscn:ScanDeviceType ",
                  "http://192.0.2.7:80/wsd http://[2001:db8::7]:3911/ http://192.0.2.7/other"))),
              (Texts{"192.0.2.7", "2001:db8::7"}));
}

TEST(Wsd, SenderStandsInForNamesAndLinkAddresses) {
    for (const char* urls : {"", "http://printer.example.net/", "http://[fe80::1]/", "nonsense",
                             "http://[2001:db8::7", "http://"}) {
        EXPECT_EQ(addresses(answer(match("PrintDeviceType", urls))), Texts{"192.0.2.99"}) << urls;
    }
}

TEST(Wsd, WhatDoesNotPrintIsNoCandidate) {
    EXPECT_TRUE(addresses(answer(match("wsdp:Device wscn:ScanDeviceType", ""))).empty());
    EXPECT_TRUE(addresses(answer(match("", ""))).empty());
    EXPECT_TRUE(addresses(answer("")).empty());
}

TEST(Wsd, TrailingNulIsForgiven) {
    EXPECT_EQ(addresses(answer(match("p:PrintDeviceType", "")) + std::string(2, '\0')).size(), 1U);
}

TEST(Wsd, AnswersToOthersAreRefused) {
    EXPECT_FALSE(wsd::readMatches(answer("", "urn:uuid:other"), kId, kSender));
    EXPECT_FALSE(wsd::readMatches("<a/>", kId, kSender));
    EXPECT_FALSE(wsd::readMatches("", kId, kSender));
}

TEST(Wsd, HostileXmlIsRefused) {
    const auto good = answer(match("p:PrintDeviceType", ""));
    const auto withDoctype = "<!DOCTYPE a [<!ENTITY x \"y\">]>" + good.substr(good.find("<s:"));
    EXPECT_FALSE(wsd::readMatches(withDoctype, kId, kSender));
    EXPECT_FALSE(wsd::readMatches(good.substr(0, good.size() - 5), kId, kSender));
    std::string deep;
    for (int i = 0; i < 20; ++i) {
        deep += "<x>";
    }
    EXPECT_EQ(wsd::readMatches(deep, kId, kSender).error().code, ErrorCode::TooLarge);
    const auto sized = [](std::size_t size) {
        const auto empty = answer("");
        return answer("<!--" + std::string(size - empty.size() - 7, 'x') + "-->");
    };
    EXPECT_TRUE(wsd::readMatches(sized(wsd::kLimits.maxBytes), kId, kSender));
    EXPECT_EQ(wsd::readMatches(sized(wsd::kLimits.maxBytes + 1), kId, kSender).error().code,
              ErrorCode::TooLarge);
}

TEST(Wsd, MatchesHaveALimit) {
    std::string matches;
    for (std::size_t i = 0; i <= wsd::kMaxMatches; ++i) {
        matches += match("PrintDeviceType", "http://10.0.0." + std::to_string(i) + "/");
    }
    EXPECT_EQ(addresses(answer(matches)).size(), wsd::kMaxMatches);
}

}  // namespace
}  // namespace platen::discovery
