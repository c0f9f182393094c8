// SPDX-License-Identifier: Apache-2.0
// What the panel says of toner, in the panel's language (features C6), and rows that one group
// tells and another counts.
#include "tests/unit/mibmap/map_fixture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace platen::mibmap::testing {
namespace {

std::string reasonOf(std::string_view panel) {
    Recording recording;
    recording.set(oid("1.3.6.1.2.1.25.3.2.1.2.1"),
                  SnmpValue::objectId(oid("1.3.6.1.2.1.25.3.1.5")));
    recording.set(oid("1.3.6.1.2.1.43.16.5.1.2.1.1"), SnmpValue::string(std::string(panel)));
    const auto reasons = poll(recording, sourceMaps()).text("MFP.{i}.Status.StateReasons");
    return reasons.value_or("");
}

TEST(PanelWords, LowTonerIsUnderstoodInManyLanguages) {
    for (const auto* text : {"Toner low",
                             "Low toner",
                             "TONER LOW (K)",
                             "Black toner is very low",
                             "Toner near empty",
                             "Tinte fast leer",
                             "Toner niedrig",
                             "Toner faible",
                             "Encre bas",
                             "Tóner bajo",
                             "Toner baixo",
                             "Toner in esaurimento",
                             "Toner quasi esaurito",
                             "Inchiostro scarso",
                             "Toner bijna op",
                             "Toner laag",
                             "Toner nästan slut",
                             "Toner lav",
                             "Toner næsten tom",
                             "Mało toneru",
                             "Toner dochází",
                             "Toner azaldı",
                             "Мало тонера",
                             "Тонер заканчивается",
                             "トナーが少なくなりました",
                             "トナー残量が少なくなっています",
                             "インク残りわずか",
                             "碳粉不足",
                             "墨粉量低",
                             "토너 부족"}) {
        EXPECT_EQ(reasonOf(text), "toner-low-report") << text;
    }
}

TEST(PanelWords, EmptyTonerIsUnderstoodInManyLanguages) {
    for (const auto* text : {"Toner empty",
                             "Toner out",
                             "Replace toner",
                             "Replace black toner cartridge",
                             "Toner leer",
                             "Toner ersetzen",
                             "Tonerkartusche austauschen",
                             "Remplacer toner",
                             "Encre épuisée",
                             "Sustituya el tóner",
                             "Tinta agotada",
                             "Substituir o toner",
                             "Toner esaurito",
                             "Sostituire il toner",
                             "Toner leeg",
                             "Vervang de toner",
                             "Toner op",
                             "Byt toner",
                             "Toneren er tom",
                             "Skift toner",
                             "Wymień toner",
                             "Brak tonera",
                             "Vyměňte toner",
                             "Toner bitti",
                             "Замените тонер",
                             "Замените картридж",
                             "Нет тонера",
                             "トナーを交換してください",
                             "トナーがなくなりました",
                             "インク切れ",
                             "更换墨粉盒",
                             "碳粉用尽",
                             "토너 교체"}) {
        EXPECT_EQ(reasonOf(text), "toner-empty-report") << text;
    }
}

TEST(PanelWords, OtherTextsSayNothingOfToner) {
    for (const auto* text : {"Ready",
                             "Bereit",
                             "Sleep mode on",
                             "Toner OK",
                             "Printing",
                             "Load tray 2 with A4",
                             "Replace drum unit",
                             "Tray 1 empty",
                             "Toner cartridge recognised",
                             "Toner save on",
                             "Drink break",
                             "Linkup lost",
                             "Bitte warten",
                             "Готов",
                             "印刷できます",
                             "准备就绪",
                             "Papierfach leer",
                             "Low memory",
                             "Toner azul instalado",
                             ""}) {
        EXPECT_EQ(reasonOf(text), "") << text;
    }
}

// Device.Ethernet.Interface.{i}.Stats: which row of ifTable it is, is known by its MAC address, and
// that is read with the configuration only.
TEST(RowsOfTwoGroups, WhatTellsARowIsKeptForTheGroupThatCountsInIt) {
    Recording recording;
    const std::string column = "1.3.6.1.2.1.2.2.1.";
    for (const int index : {1, 2}) {
        const auto put = [&](int number, SnmpValue value) {
            recording.set(oid(column + std::to_string(number) + "." + std::to_string(index)),
                          std::move(value));
        };
        put(3, SnmpValue::integer(index == 1 ? 24 : 6));
        put(6, SnmpValue::string(index == 1 ? std::string()
                                            : std::string("\x00\x00\x5e\x00\x53\x1a", 6)));
        put(10, SnmpValue::integer(1000 + index, SnmpType::Counter32));
        put(16, SnmpValue::integer(2000 + index, SnmpType::Counter32));
    }
    const auto polled = poll(recording, sourceMaps());
    EXPECT_EQ(polled.text("Device.Ethernet.Interface.{i}.MACAddress", 1), "00:00:5E:00:53:1A");
    const auto* received = polled.counter("Device.Ethernet.Interface.{i}.Stats.BytesReceived");
    const auto* sent = polled.counter("Device.Ethernet.Interface.{i}.Stats.BytesSent");
    ASSERT_NE(received, nullptr);
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(received->raw, 1002U);
    EXPECT_EQ(sent->raw, 2002U);
    const auto& plan = polled.map->plan(Group::Counters, polled.device);
    for (const auto& table : plan.tables) {
        for (const auto& prefix : table) {
            EXPECT_NE(prefix, oid(column + "6")) << "not asked again";
        }
    }
}

TEST(RowsOfTwoGroups, AKeyIsMadeOfKeptColumnsToo) {
    const auto map = compileTexts({R"j({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
        "tables": {"tab": {"entry": "t.10.1", "index": "{n}",
                           "columns": {"name": {"column": 1, "read": "configuration"}, "count": 2}}},
        "objects": [{"object": "MFP.{i}.Counters.MediaSize.{i}.", "table": "tab",
                     "where": ["present", "$name"], "key": [["text", "plain", "$name"]],
                     "params": {"MediaName": ["text", "plain", "$name"],
                                "Impressions": {"counter": "$count", "name": "x/y", "group": "counters"}}}]})j"});
    ASSERT_TRUE(map) << map.error().text;
    Recording recording;
    recording.set(oid("1.3.6.1.4.1.99999.10.1.1.4"), SnmpValue::string("a4"));
    recording.set(oid("1.3.6.1.4.1.99999.10.1.2.4"), SnmpValue::integer(77));
    DeviceContext device;
    for (const auto group : {Group::Configuration, Group::Counters}) {
        const auto out = (*map)->evaluate(group, recording.answer((*map)->plan(group, device)),
                                          device, kNow, false);
        ASSERT_EQ(out.rows.size(), 1U) << toString(group);
        EXPECT_EQ(out.rows.front().key, "a4") << toString(group);
    }
}

}  // namespace
}  // namespace platen::mibmap::testing
