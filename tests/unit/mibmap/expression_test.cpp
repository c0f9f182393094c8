// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/mibmap/map_fixture.hpp"

namespace platen::mibmap::testing {
namespace {

struct Case {
    std::string expression;
    std::string expected;
};

Recording sample() {
    Recording r;
    r.set(oid("1.3.6.1.4.1.99999.1.0"), SnmpValue::integer(250));
    r.set(oid("1.3.6.1.4.1.99999.2.0"), SnmpValue::string("Black Toner, PN 006R1;SN48"));
    r.set(oid("1.3.6.1.4.1.99999.3.0"), SnmpValue::objectId(oid("1.3.6.1.4.1.1347.41")));
    r.set(oid("1.3.6.1.4.1.99999.4.0"),
          SnmpValue::objectId(
              oid("1.3.6.1.4.1.1248.1.2.1.12.76.51.49.49.48.32.83.101.114.105.101.115")));
    for (std::uint32_t row : {1U, 2U, 5U}) {
        r.set(oid("1.3.6.1.4.1.99999.10.1.1").child({row}),
              SnmpValue::integer(std::int64_t{row} * 10));
    }
    r.set(oid("1.3.6.1.4.1.99999.10.1.2.1"), SnmpValue::string("one, two"));
    r.set(oid("1.3.6.1.4.1.99999.10.1.2.2"), SnmpValue::string("  "));
    r.set(oid("1.3.6.1.4.1.99999.10.1.2.5"), SnmpValue::string("five"));
    return r;
}

const char* const kDefinitions = R"j(
    "enums": {"e": {"1": "eins", "250": "many", "x": "letter"}, "o": {"1.3.6.1.4.1.1347.41": "km"}},
    "words": {"w": {"Black": ["black", "schwarz"], "LightCyan": ["light cyan"], "Cyan": ["cyan"], "CJK": ["*黑"]}},
    "lists": {"l": ["good", "bad", "worse"], "bits": ["b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"]},
    "trims": {"t": [["^Black\\s+", ""], [",.*$", ""]], "digits": [["\\d", "#", "all"]], "swap": [["(\\w+) (\\w+)", "$2 $1"]]},
    "media": {"m": [["iso_a4_210x297mm", 210000, 297000], ["na_letter_8.5x11in", 215900, 279400]]},
    "functions": {"twice": {"args": ["x"], "is": ["add", "%x", "%x"]}, "four": {"args": ["x"], "is": ["twice", ["twice", "%x"]]}},
    "values": {"v": ["add", "$a", 1], "w": ["add", "@v", "@v"]},
    "decisions": {"d": {"match": ["$a"], "results": 2, "rows": [[250, "left", "right"]], "else": ["l", "r"]}},
    "quirks": {"up": true},
)j";

void check(const std::vector<Case>& cases) {
    const Recording recording = sample();
    for (const Case& test : cases) {
        EXPECT_EQ(evaluateExpression(test.expression, recording, kDefinitions), test.expected)
            << test.expression;
    }
}

TEST(Expression, Numbers) {
    check({
        {R"j("$a")j", "250"},
        {R"j(["add", "$a", 1, 2])j", "253"},
        {R"j(["sub", 1, "$a"])j", "-249"},
        {R"j(["mul", "$a", 4])j", "1000"},
        {R"j(["mul", 9223372036854775807, 2])j", "none"},
        {R"j(["add", 9223372036854775807, 1])j", "none"},
        {R"j(["div", "$a", 100])j", "2"},
        {R"j(["scale", 116900, 254, 100])j", "296926"},
        {R"j(["scale", 5, 1, 2])j", "3"},
        {R"j(["scale", -2, 254, 100])j", "-2"},
        {R"j(["scale", 9223372036854775807, 254, 100])j", "none"},
        {R"j(["clamp", "$a", 0, 100])j", "100"},
        {R"j(["clamp", -5, 0, 100])j", "0"},
        {R"j(["percent", 1, 1000])j", "1"},
        {R"j(["percent", 999, 1000])j", "99"},
        {R"j(["percent", 0, 1000])j", "0"},
        {R"j(["percent", 2000, 1000])j", "100"},
        {R"j(["percent", 1, 0])j", "none"},
        {R"j(["percent", 9000000000000000000, 9223372036854775807])j", "97"},
        {R"j(["mask", 27, 7])j", "3"},
        {R"j(["bit", 32, 5])j", "1"},
        {R"j(["bit", 32, 4])j", "0"},
        {R"j(["number", "$b"])j", "none"},
        {R"j(["number", ["literal", "42"]])j", "42"},
    });
}

TEST(Expression, Choices) {
    check({
        {R"j(["first", null, ["literal", ""], "$a"])j", "250"},
        {R"j(["if", ["lt", "$a", 251], "less", "more"])j", "less"},
        {R"j(["if", ["le", "$a", 249], "less"])j", "none"},
        {R"j(["if", ["and", true, ["not", false]], "yes", "no"])j", "yes"},
        {R"j(["if", ["or", false, ["eq", "$a", 250]], "yes", "no"])j", "yes"},
        {R"j(["if", ["in", "$a", 1, 250], "yes", "no"])j", "yes"},
        {R"j(["if", ["present", "$c"], "yes", "no"])j", "yes"},
        {R"j(["if", ["eq", "$c", "1.3.6.1.4.1.1347.41"], "yes", "no"])j", "yes"},
        {R"j({"match": ["$a"], "rows": [[1, "one"], [{"min": 200, "max": 300}, "some"]], "else": "other"})j",
         "some"},
        {R"j({"match": ["$a", null], "rows": [["*", null, "absent"]]})j", "absent"},
        {R"j({"match": ["$a"], "rows": [[null, "absent"], ["?", "there"]]})j", "there"},
        {R"j({"match": [["eq", 1, 1]], "rows": [[false, "no"], [true, "yes"]]})j", "yes"},
        {R"j({"match": ["$a"], "rows": [[[1, 2], "few"]]})j", "none"},
        {R"j({"match": ["x"], "rows": [[["y", "x"], "found"]]})j", "found"},
        {R"j(["decide", "d", 1])j", "left"},
        {R"j(["decide", "d", 2])j", "right"},
        {R"j(["if", ["quirk", "up"], "on", "off"])j", "on"},
        {R"j("@w")j", "502"},
        {R"j(["four", 3])j", "12"},
    });
}

TEST(Expression, Texts) {
    check({
        {R"j(["text", "plain", "$b"])j", "Black Toner, PN 006R1;SN48"},
        {R"j(["lower", ["text", "plain", "$b"]])j", "black toner, pn 006r1;sn48"},
        {R"j(["trim", ["literal", "  x  "]])j", "x"},
        {R"j(["concat", "a", "-", "$a"])j", "a-250"},
        {R"j(["find", "PN (\\w+)", "$b"])j", "006R1"},
        {R"j(["find", "PN (\\w+);(\\w+)", "$b", "$2/$1"])j", "SN48/006R1"},
        {R"j(["find", "nothing", "$b"])j", "none"},
        {R"j(["if", ["test", "(?i)toner", "$b"], "yes", "no"])j", "yes"},
        {R"j(["trims", "t", "$b"])j", "Toner"},
        {R"j(["trims", "digits", ["literal", "a1b22"]])j", "a#b##"},
        {R"j(["trims", "swap", ["literal", "hello world"]])j", "world hello"},
        {R"j(["word", "w", "$b"])j", "Black"},
        {R"j(["word", "w", ["literal", "Light-Cyan ink"]])j", "LightCyan"},
        {R"j(["word", "w", ["literal", "Blackish"]])j", "none"},
        {R"j(["word", "w", ["literal", "碳粉黑色"]])j", "CJK"},
        {R"j(["deviceId", ["literal", "MFG:Brother;CMD:PJL;MDL:HL-1;"], "MODEL", "MDL"])j", "HL-1"},
        {R"j(["deviceId", ["literal", "MFG:Brother"], "MDL"])j", "none"},
        {R"j(["enum", "e", "$a"])j", "many"},
        {R"j(["enum", "e", 7])j", "none"},
        {R"j(["enum", "e", 7, "else"])j", "else"},
        {R"j(["enum", "e", "x"])j", "letter"},
        {R"j(["enum", "o", ["oid", "$c"]])j", "km"},
        {R"j(["unenum", "e", "eins"])j", "1"},
        {R"j(["listOf", "a", null, "b", "a"])j", "a,b"},
        {R"j(["worst", "l", "good", null, "worse", "bad", "unknown"])j", "worse"},
        {R"j(["oid", "$c"])j", "1.3.6.1.4.1.1347.41"},
        {R"j(["subId", "$c", 7])j", "1347"},
        {R"j(["subId", "$c", 99])j", "none"},
        {R"j(["subText", "$d", 11])j", "L3110 Series"},
        {R"j(["subText", "$d", 10])j", "none"},
        {R"j(["subText", "$d", 12])j", "none"},
        {R"j(["subText", "$d", 23])j", "none"},
        {R"j(["subText", "$d", 24])j", "none"},
        {R"j(["subText", "$d", 0])j", "none"},
        {R"j(["subText", "$b", 1])j", "none"},
        {R"j(["mediaName", "m", 297000, 210000])j", "iso_a4_210x297mm"},
        {R"j(["mediaName", "m", 209000, 296000])j", "iso_a4_210x297mm"},
        {R"j(["mediaName", "m", 216000, 279000])j", "na_letter_8.5x11in"},
        {R"j(["mediaName", "m", 100000, 150000])j", "custom_100x150mm"},
        {R"j(["mediaName", "m", -2, 150000])j", "none"},
    });
}

TEST(Expression, Tables) {
    check({
        {R"j(["count", "tab", ["lt", 10, "$x"]])j", "2"},
        {R"j(["sum", "tab", "$x"])j", "80"},
        {R"j(["max", "tab", "$x"])j", "50"},
        {R"j(["min", "tab", "$x"])j", "10"},
        {R"j(["list", "tab", ["text", "plain", "$y"]])j", "one%2C%20two,five"},
        {R"j(["lines", "tab", ["text", "plain", "$y"]])j", "one, two\n\nfive"},
        {R"j(["firstRow", "tab", ["lt", 10, "$x"], ["index"]])j", "2"},
        {R"j(["row", "tab", 5, ["text", "plain", "$y"]])j", "five"},
        {R"j(["row", "tab", 3, "$x"])j", "none"},
        {R"j(["row", "tab", 0, "$x"])j", "none"},
        {R"j(["sum", "tab", ["number", "$y"]])j", "none"},
    });
}

TEST(Expression, Octets) {
    Recording r;
    const auto set = [&](std::string_view octets) {
        r.set(oid("1.3.6.1.4.1.99999.1.0"), SnmpValue::string(std::string(octets)));
    };
    const auto run = [&](const std::string& expression) {
        return evaluateExpression(expression, r, kDefinitions);
    };
    set(std::string_view("\xA1\x80", 2));
    EXPECT_EQ(run(R"(["hex", "$a"])"), "A180");
    EXPECT_EQ(run(R"(["bits", "bits", "$a"])"), "b0,b2,b7,b8");
    EXPECT_EQ(run(R"(["if", ["hasBit", "$a", 8], "yes", "no"])"), "yes");
    EXPECT_EQ(run(R"(["if", ["hasBit", "$a", 9], "yes", "no"])"), "no");
    EXPECT_EQ(run(R"(["if", ["hasBit", "$a", 99], "yes", "no"])"), "no");
    EXPECT_EQ(run(R"(["mac", "$a"])"), "none");
    set(std::string_view("\x00\x21\xB7\x1D\xCA\xFC", 6));
    EXPECT_EQ(run(R"(["mac", "$a"])"), "00:21:B7:1D:CA:FC");
    set(std::string_view("\0\0\0\0\0\0", 6));
    EXPECT_EQ(run(R"(["mac", "$a"])"), "none");
    set(std::string_view("\x0A\x01\x02\xFE", 4));
    EXPECT_EQ(run(R"(["ip", "$a"])"), "10.1.2.254");
    EXPECT_EQ(run(R"(["ip", ["literal", "2.16.254.128.0.0.0.0.0.0.2.0.0.0.0.0.0.1"]])"),
              "fe80::200:0:0:1");
    EXPECT_EQ(run(R"(["ip", ["literal", "1.4.10.0.0.1"]])"), "10.0.0.1");
    EXPECT_EQ(run(R"(["ip", ["literal", "1.4.10.0.0"]])"), "none");
    EXPECT_EQ(run(R"(["ip", ["literal", "2.16.1.2.3.4"]])"), "none");
}

TEST(Expression, DateAndTime) {
    Recording r;
    const auto run = [&](std::string_view octets) {
        r.set(oid("1.3.6.1.4.1.99999.1.0"), SnmpValue::string(std::string(octets)));
        return evaluateExpression(R"(["concat", ["dateAndTime", "$a"]])", r);
    };
    // 2031 = 0x07EF; our clock says 2031-02-03T00:00:00Z.
    EXPECT_EQ(run(std::string_view("\x07\xEF\x02\x03\x04\x05\x06\x00+\x02\x1E", 11)),
              "2031-02-03T01:35:06Z");
    EXPECT_EQ(run(std::string_view("\x07\xEF\x02\x02\x12\x05\x06\x00-\x05\x00", 11)),
              "2031-02-02T23:05:06Z");
    // Without a zone: local time 02:00:20 at our 00:00:00 is a printer in UTC+2, 20 s ahead.
    EXPECT_EQ(run(std::string_view("\x07\xEF\x02\x03\x02\x00\x14\x00", 8)), "2031-02-03T00:00:20Z");
    EXPECT_EQ(run(std::string_view("\x07\xEF\x02\x02\x0E\x2D\x00\x00", 8)), "2031-02-03T00:00:00Z");
    // Farther away than any zone: the clock is wrong, and shown as it is.
    EXPECT_EQ(run(std::string_view("\x07\xDA\x01\x01\x00\x00\x00\x00", 8)), "2010-01-01T00:00:00Z");
    for (const std::string_view bad :
         {std::string_view("\x07\xEF\x0D\x03\x04\x05\x06\x00", 8),
          std::string_view("\x07\xEF\x02\x1F\x04\x05\x06\x00", 8),
          std::string_view("\x07\xEF\x02\x03\x18\x05\x06\x00", 8),
          std::string_view("\x00\x00\x02\x03\x04\x05\x06\x00", 8),
          std::string_view("\x07\xEF\x02\x03\x04\x05\x06\x00x\x02\x00", 11),
          std::string_view("\x07\xEF", 2), std::string_view()}) {
        EXPECT_EQ(run(bad), "");
    }
}

TEST(Expression, OuterRowIsSeenFromInside) {
    const auto map = compileTexts({R"({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
        "tables": {"a": {"entry": "t.1", "index": "{n}", "columns": {"x": 1}},
                   "b": {"entry": "t.2", "index": "{n}.{n}", "columns": {"y": 1}}},
        "objects": [{"object": "MFP.{i}.Cover.{i}.", "table": "a", "key": [["index"]], "group": "status",
                     "params": {"Index": "$x", "Description": ["concat", ["count", "b", ["eq", ["index", 1], ["outerIndex"]]]]}}]})"});
    ASSERT_TRUE(map) << map.error().text;
    Recording r;
    for (const char* row : {"1.1.1", "1.1.2", "2.1.1.1", "2.1.1.7", "2.1.2.1", "2.1.9.9"}) {
        r.set(oid("1.3.6.1.4.1.99999." + std::string(row)), SnmpValue::integer(3));
    }
    DeviceContext device;
    const auto out = (*map)->evaluate(Group::Status, r.answer((*map)->plan(Group::Status, device)),
                                      device, kNow, false);
    ASSERT_EQ(out.readings.size(), 4U);
    EXPECT_EQ(out.readings[1].value.text(), "2");
    EXPECT_EQ(out.readings[3].value.text(), "1");
}

TEST(Expression, ACellGoesToEveryTableThatHoldsIt) {
    const auto map = compileTexts({R"({"format": 1, "oids": {"t": "1.3.6.1.4.1.99999"},
        "tables": {"wide": {"entry": "t.2", "index": "{*}", "columns": {"x": 1}},
                   "deep": {"entry": "t.2.1.5", "index": "{n}", "columns": {"y": 2}}},
        "objects": [{"object": "MFP.{i}.Status.", "group": "status",
            "params": {"StateMessage": ["concat", ["sum", "wide", "$x"], "/",
                                                  ["sum", "deep", "$y"]]}}]})"});
    ASSERT_TRUE(map) << map.error().text;
    Recording r;
    std::int64_t value = 1;
    for (const char* cell : {"1.3", "1.5.1.7", "1.5.2.7", "1.5.2.9", "1.6"}) {
        r.set(oid("1.3.6.1.4.1.99999.2." + std::string(cell)), SnmpValue::integer(value));
        value *= 10;
    }
    DeviceContext device;
    const auto out = (*map)->evaluate(Group::Status, r.answer((*map)->plan(Group::Status, device)),
                                      device, kNow, false);
    ASSERT_EQ(out.readings.size(), 1U);
    EXPECT_EQ(out.readings[0].value.text(), "11111/1100");
}

TEST(Expression, RealReadsFourOctetsAndRoundsDown) {
    const auto real = [](const std::string& octets) {
        Recording recording;
        recording.set(oid("1.3.6.1.4.1.99999.1.0"), SnmpValue::string(octets));
        return evaluateExpression(R"(["real", "$a"])", recording);
    };
    EXPECT_EQ(real(std::string("\x45\x9c\x44\x00", 4)), "5000");
    EXPECT_EQ(real(std::string("\x00\x00\x00\x00", 4)), "0");
    EXPECT_EQ(real(std::string("\xbf\x80\x00\x00", 4)), "none") << "minus one";
    EXPECT_EQ(real(std::string("\x7f\xc0\x00\x00", 4)), "none") << "no number";
    EXPECT_EQ(real(std::string("\x7f\x80\x00\x00", 4)), "none") << "infinite";
    EXPECT_EQ(real("15232"), "none");
}

}  // namespace
}  // namespace platen::mibmap::testing
