// SPDX-License-Identifier: Apache-2.0
#include "mibmap/pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::mibmap {
namespace {

std::string firstMatch(std::string_view pattern, std::string_view text, std::size_t group = 0) {
    const auto compiled = Pattern::compile(pattern);
    if (!compiled) {
        return "error: " + compiled.error().text;
    }
    const auto match = compiled->find(text);
    return match ? "<" + std::string(match->group(text, group)) + ">" : "none";
}

TEST(Pattern, FindsWhatRegularExpressionsFind) {
    struct Case {
        const char* pattern;
        const char* text;
        const char* expected;
    };
    const Case cases[] = {
        {"abc", "xxabcxx", "<abc>"},
        {"a.c", "abc", "<abc>"},
        {"a.c", "a\nc", "none"},
        {"^abc", "xabc", "none"},
        {"abc$", "abcx", "none"},
        {"^$", "", "<>"},
        {"a*", "aaa", "<aaa>"},
        {"a*?b", "aaab", "<aaab>"},
        {"a+", "baaa", "<aaa>"},
        {"colou?r", "color", "<color>"},
        {"\\d{3}", "12 345", "<345>"},
        {"\\d{2,3}", "12345", "<123>"},
        {"\\d{2,}", "12345", "<12345>"},
        {"\\d{2,4}?", "12345", "<12>"},
        {"[a-c]+", "xabcabd", "<abcab>"},
        {"[^a-c]+", "abxyc", "<xy>"},
        {"[]x]+", "a]x]", "<]x]>"},
        {"[\\d.]+", "v1.22b", "<1.22>"},
        {"\\bcat\\b", "concat cat", "<cat>"},
        {"cat|dog|bird", "a bird", "<bird>"},
        {"(?:ab)+", "ababx", "<abab>"},
        {"(a|ab)(c|bcd)(d*)", "abcd", "<abcd>"},
        {"(?i)hp|brother", "BROTHER MFC", "<BROTHER>"},
        {"(?i)[a-z]+", "ABC", "<ABC>"},
        {"\\.\\*\\\\", "x.*\\", "<.*\\>"},
        {"\\s+v\\s", "Xerox v 40", "< v >"},
        {"(?:a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t)z", "tz", "<tz>"},
        {"x{0,2}y", "xxxy", "<xxy>"},
        {"[^\\n]+", "\nab\ncd", "<ab>"},
        {"a\\tb", "a\tb", "<a\tb>"},
        {"(ab|cd){2}", "abcdab", "<abcd>"},
    };
    for (const Case& test : cases) {
        EXPECT_EQ(firstMatch(test.pattern, test.text), test.expected) << test.pattern;
    }
}

TEST(Pattern, CapturesGroups) {
    EXPECT_EQ(firstMatch("PN:? ?([0-9A-Z]+);SN(\\w+)", "Toner, PN 006R01509;SN4817", 1),
              "<006R01509>");
    EXPECT_EQ(firstMatch("PN:? ?([0-9A-Z]+);SN(\\w+)", "Toner, PN 006R01509;SN4817", 2), "<4817>");
    EXPECT_EQ(firstMatch("(a)|(b)", "b", 1), "<>");
    EXPECT_EQ(firstMatch("(a)|(b)", "b", 2), "<b>");
    EXPECT_EQ(firstMatch("^(?:(\\d+)|x)+$", "12x", 1), "<12>");
}

TEST(Pattern, RefusesWhatItDoesNotKnow) {
    for (const char* bad :
         {"(", ")", "a)", "[a", "*a", "a{", "a{2", "a{3,2}", "a{100}", "\\", "\\q", "(?=a)"}) {
        EXPECT_FALSE(Pattern::compile(bad)) << bad;
    }
    EXPECT_FALSE(Pattern::compile(std::string(Pattern::kMaxPatternBytes + 1, 'a')));
    EXPECT_TRUE(Pattern::compile(std::string(Pattern::kMaxPatternBytes, 'a')));
    EXPECT_FALSE(Pattern::compile("(a)(b)(c)(d)(e)(f)(g)(h)(i)"));
    EXPECT_FALSE(Pattern::compile("((((((((((((((((((a))))))))))))))))))"));
    EXPECT_FALSE(Pattern::compile("((a{60}){60}){60}"));
}

TEST(Pattern, CostIsBoundedForHostilePatternsAndTexts) {
    // Each of these takes exponential time in a backtracking matcher without a limit.
    const std::string text(Pattern::kMaxTextBytes * 4, 'a');
    for (const char* pattern : {"(a*)*b", "(a|a)*b", "(a|aa)+$x", "(?:a?){30}a{30}b", "(.*)*z"}) {
        const auto compiled = Pattern::compile(pattern);
        ASSERT_TRUE(compiled) << pattern;
        EXPECT_FALSE(compiled->find(text)) << pattern;
    }
}

TEST(Pattern, LooksOnlyAtTheFirstOctetsOfALongText) {
    const std::string text = std::string(Pattern::kMaxTextBytes, ' ') + "needle";
    EXPECT_FALSE(Pattern::compile("needle")->find(text));
}

}  // namespace
}  // namespace platen::mibmap
