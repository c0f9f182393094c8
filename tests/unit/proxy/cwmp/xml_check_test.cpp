// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/xml_check.hpp"

#include "proxy/cwmp/xml_writer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace platen::cwmp {
namespace {

struct Case {
    const char* name;
    std::string text;
    ErrorCode expected;
};

std::string nested(std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) {
        text += "<a>";
    }
    for (std::size_t i = 0; i < depth; ++i) {
        text += "</a>";
    }
    return text;
}

class XmlCheckRefuses : public testing::TestWithParam<Case> {};

// C-SOAP-14: no DTD, no entities of its own, bounded depth and size.
// C-HTTP-02
TEST_P(XmlCheckRefuses, HostileText) {
    const auto checked = checkXml(GetParam().text, {});
    ASSERT_FALSE(checked) << GetParam().text.substr(0, 200);
    EXPECT_EQ(checked.error().code, GetParam().expected);
}

const std::string kBillionLaughs =
    R"(<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><x>&b;</x>)";

INSTANTIATE_TEST_SUITE_P(
    Table,
    XmlCheckRefuses,
    testing::Values(Case{"Empty", "", ErrorCode::Malformed},
                    Case{"Text", "hello", ErrorCode::Malformed},
                    Case{"BillionLaughs", kBillionLaughs, ErrorCode::Malformed},
                    Case{"Doctype", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>",
                         ErrorCode::Malformed},
                    Case{"ProcessingInstruction", "<x><?php evil ?></x>", ErrorCode::Malformed},
                    Case{"UnknownEntity", "<x>&nbsp;</x>", ErrorCode::Malformed},
                    Case{"BareAmpersand", "<x>a & b</x>", ErrorCode::Malformed},
                    Case{"AmpersandInAttribute", "<x a=\"b&c\"/>", ErrorCode::Malformed},
                    Case{"ReferenceToNul", "<x>&#0;</x>", ErrorCode::Malformed},
                    Case{"ReferenceToControl", "<x>&#x1B;</x>", ErrorCode::Malformed},
                    Case{"ReferenceToSurrogate", "<x>&#xD800;</x>", ErrorCode::Malformed},
                    Case{"ReferenceTooLarge", "<x>&#x110000;</x>", ErrorCode::Malformed},
                    Case{"ReferenceEmpty", "<x>&#;</x>", ErrorCode::Malformed},
                    Case{"ReferenceSigned", "<x>&#-65;</x>", ErrorCode::Malformed},
                    Case{"BadUtf8", "<x>\xC3(</x>", ErrorCode::Malformed},
                    Case{"Overlong", "<x>\xC0\xAF</x>", ErrorCode::Malformed},
                    Case{"EncodedSurrogate", "<x>\xED\xA0\x80</x>", ErrorCode::Malformed},
                    Case{"NonCharacter", "<x>\xEF\xBF\xBE</x>", ErrorCode::Malformed},
                    Case{"Nul", std::string("<x>\0</x>", 8), ErrorCode::Malformed},
                    Case{"ControlCharacter", "<x>\x07</x>", ErrorCode::Malformed},
                    Case{"TwoRoots", "<x/><y/>", ErrorCode::Malformed},
                    Case{"TextAfterRoot", "<x/>tail", ErrorCode::Malformed},
                    Case{"TextBeforeRoot", "head<x/>", ErrorCode::Malformed},
                    Case{"CdataOutside", "<![CDATA[x]]><x/>", ErrorCode::Malformed},
                    Case{"Unclosed", "<x><y>", ErrorCode::Malformed},
                    Case{"CloseFirst", "</x><x/>", ErrorCode::Malformed},
                    Case{"OpenComment", "<x><!-- </x>", ErrorCode::Malformed},
                    Case{"OpenCdata", "<x><![CDATA[ </x>", ErrorCode::Malformed},
                    Case{"CdataEndInText", "<x>]]></x>", ErrorCode::Malformed},
                    Case{"LessThanInAttribute", "<x a=\"<\"/>", ErrorCode::Malformed},
                    Case{"AttributesGlued", "<x a=\"1\"b=\"2\"/>", ErrorCode::Malformed},
                    Case{"AttributeUnquoted", "<x a=1/>", ErrorCode::Malformed},
                    Case{"AttributeNoValue", "<x a/>", ErrorCode::Malformed},
                    Case{"AttributeOpen", "<x a=\"1", ErrorCode::Malformed},
                    Case{"NoName", "< x/>", ErrorCode::Malformed},
                    Case{"DigitName", "<1/>", ErrorCode::Malformed},
                    Case{"DeclarationOpen", "<?xml version=\"1.0\"", ErrorCode::Malformed},
                    Case{"TooDeep", nested(33), ErrorCode::TooLarge}),
    [](const auto& given) { return given.param.name; });

TEST(XmlCheck, TakesWhatSoapMayHold) {
    // C-VER-09: BOM, declaration, comments, CDATA, single quotes, references.
    EXPECT_TRUE(
        checkXml("\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?>\r\n<!-- a --><x y='1' "
                 "z = \"&lt;\" >&amp;&#233;&#x20AC;<![CDATA[<&]]><y\n/></x >\n<!-- b -->\n",
                 {}));
    EXPECT_TRUE(checkXml(nested(32), {}));
}

// Not in the table: that is made at the start of each process.
TEST(XmlCheck, RefusesWhatIsTooLarge) {
    const auto checked = checkXml("<x>" + std::string(64U << 20U, 'a') + "</x>", {});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::TooLarge);
}

TEST(XmlCheck, HoldsTheLimitsOnElementsAndAttributes) {
    XmlLimits limits;
    limits.maxElements = 3;
    limits.maxAttributes = 2;
    EXPECT_TRUE(checkXml("<x><a/><b/></x>", limits));
    EXPECT_EQ(checkXml("<x><a/><b/><c/></x>", limits).error().code, ErrorCode::TooLarge);
    EXPECT_TRUE(checkXml("<x a='1' b='2'/>", limits));
    EXPECT_EQ(checkXml("<x a='1' b='2' c='3'/>", limits).error().code, ErrorCode::TooLarge);
}

// C-SOAP-05
TEST(XmlWriter, EscapesMarkupAndReplacesWhatXmlForbids) {
    XmlWriter out;
    out.element("a", "1 < 2 & \"x\" > y\r\n");
    out.element("b", std::string_view("bell\x07, broken \xC3(, \xEF\xBF\xBF", 21));
    out.element("c", "");
    out.element("d", std::uint64_t{18446744073709551615U});
    EXPECT_TRUE(out.str().starts_with("<a>1 &lt; 2 &amp; &quot;x&quot; &gt; y&#13;\n</a><b>bell"))
        << out.str();
    EXPECT_TRUE(checkXml("<r>" + out.str() + "</r>", {})) << out.str();
    EXPECT_NE(out.str().find("<c/><d>18446744073709551615</d>"), std::string::npos);
}

}  // namespace
}  // namespace platen::cwmp
