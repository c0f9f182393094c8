// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <random>
#include <string>

namespace platen {
namespace {

Result<JsonDocument> parse(std::string text) {
    return JsonDocument::parse(std::move(text), JsonLimits{});
}

std::string errorOf(std::string text) {
    auto result = parse(std::move(text));
    return result ? "accepted" : result.error().text;
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonDocument, KeepsEveryKindOfValue) {
    const auto document = parse(R"({"a": [1, -2, 2.5, true, null, "x"], "b": {"c": {}}})");
    ASSERT_TRUE(document);
    const nlohmann::json expected{{"a", {1, -2, 2.5, true, nullptr, "x"}},
                                  {"b", {{"c", nlohmann::json::object()}}}};
    EXPECT_EQ(document->root(), expected);
    EXPECT_EQ(parse("7")->root(), 7);
}

TEST(JsonDocument, AllowsCommentsIfWanted) {
    const std::string text = "// top\n{ /* in */ \"a\": 1 } // end";
    EXPECT_TRUE(parse(text));
    EXPECT_FALSE(JsonDocument::parse(text, JsonLimits{.allowComments = false}));
}

TEST(JsonDocument, RefusesDuplicateKeysWithPosition) {
    const auto result = parse("{\n  \"a\": 1,\n  \"b\": 2,\n    \"a\": 3\n}");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Malformed);
    EXPECT_EQ(result.error().text, "4:5: the name \"a\" stands here a second time");
}

TEST(JsonDocument, FindsDuplicateKeysBehindEscapes) {
    EXPECT_EQ(errorOf(R"({"a\"b": 1, "a\u0022b": 2})").substr(0, 6), "1:13: ");
    EXPECT_EQ(errorOf(R"({"a": {"x": 1}, "b": {"x": 1}})"), "accepted");
}

TEST(JsonDocument, DepthHoldsAtLimitAndBreaksAtLimitPlusOne) {
    EXPECT_TRUE(parse(nested(32)));
    const auto result = parse(nested(33));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::TooLarge);
    EXPECT_EQ(result.error().text, "1:33: nested more than 32 deep");
    EXPECT_FALSE(parse(nested(200'000)));
}

TEST(JsonDocument, SizeHoldsAtLimitAndBreaksAtLimitPlusOne) {
    const JsonLimits limits{.maxBytes = 10};
    EXPECT_TRUE(JsonDocument::parse("\"12345678\"", limits));
    const auto result = JsonDocument::parse("\"123456789\"", limits);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::TooLarge);
    EXPECT_EQ(result.error().text, "1:1: larger than 10 bytes");
}

TEST(JsonDocument, SyntaxErrorsNameLineAndColumn) {
    EXPECT_EQ(errorOf("{\n  \"a\": 1\n  \"b\": 2\n}").substr(0, 5), "3:5: ");
    EXPECT_EQ(errorOf("").substr(0, 5), "1:1: ");
    EXPECT_EQ(errorOf("{\"a\": }").substr(0, 5), "1:7: ");
    EXPECT_EQ(errorOf("[1] x").substr(0, 5), "1:5: ");
    EXPECT_EQ(errorOf("[1e999]"), "1:6: the number is too large");
    EXPECT_NE(errorOf("\"\xFF\"").find("UTF-8"), std::string::npos);
}

TEST(JsonDocument, SyntaxErrorsDoNotQuoteTheInput) {
    EXPECT_EQ(errorOf("{\"password\": \"hunter2\n\"}").find("hunter2"), std::string::npos);
    EXPECT_EQ(errorOf("{\"password\": hunter2}").find("hunter2"), std::string::npos);
}

TEST(JsonDocument, LoadNamesTheFile) {
    const test::TemporaryFolder folder;
    const auto missing = JsonDocument::load(folder / "no-such.json", JsonLimits{});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_TRUE(missing.error().text.starts_with((folder / "no-such.json").string() + ": "));

    const auto path = folder.write("broken.json", "{]");
    const auto broken = JsonDocument::load(path, JsonLimits{});
    ASSERT_FALSE(broken);
    EXPECT_TRUE(broken.error().text.starts_with(path.string() + ":1:2: ")) << broken.error().text;

    const auto aFolder = JsonDocument::load(folder.path(), JsonLimits{});
    ASSERT_FALSE(aFolder);
    EXPECT_EQ(aFolder.error().code, ErrorCode::Refused);
}

TEST(JsonDocument, LoadReadsAtMostTheLimit) {
    const test::TemporaryFolder folder;
    const auto path = folder.write("limit.json", "\"12345678\"");
    EXPECT_TRUE(JsonDocument::load(path, JsonLimits{.maxBytes = 10}));
    EXPECT_EQ(JsonDocument::load(path, JsonLimits{.maxBytes = 9}).error().code,
              ErrorCode::TooLarge);
}

void expectAt(const JsonDocument& document,
              std::string_view pointer,
              bool ofKey,
              std::size_t line,
              std::size_t column) {
    const TextPosition position = document.positionOf(pointer, ofKey);
    EXPECT_EQ(position.line, line) << pointer;
    EXPECT_EQ(position.column, column) << pointer;
}

TEST(JsonDocument, LocatesValuesAndKeys) {
    const auto document = parse(
        "{ // \"b\": in a comment\n"
        "  \"a\": [1, {\"x\": \"}\"}, /* , */ 3],\n"
        "  \"b\": {\"c/d\": 1, \"e~f\": 2, \"\\u0067\": 3}\n"
        "}");
    ASSERT_TRUE(document);
    expectAt(*document, "", false, 1, 1);
    expectAt(*document, "/a", false, 2, 8);
    expectAt(*document, "/a", true, 2, 3);
    expectAt(*document, "/a/0", false, 2, 9);
    expectAt(*document, "/a/1/x", false, 2, 18);
    expectAt(*document, "/a/1/x", true, 2, 13);
    expectAt(*document, "/a/2", false, 2, 32);
    expectAt(*document, "/b/c~1d", false, 3, 16);
    expectAt(*document, "/b/e~0f", true, 3, 19);
    expectAt(*document, "/b/g", false, 3, 39);
}

TEST(JsonDocument, UnknownPointersGiveTheNearestParent) {
    const auto document = parse("{\n \"a\": {\"b\": [1]}\n}");
    ASSERT_TRUE(document);
    expectAt(*document, "/a/x/y", false, 2, 7);
    expectAt(*document, "/a/b/7", false, 2, 13);
    expectAt(*document, "/a/b/x", false, 2, 13);
    expectAt(*document, "/nothing", false, 1, 1);
}

TEST(JsonDocument, ColumnsCountCharacters) {
    const auto document = parse("\xEF\xBB\xBF{\"größe\": 1}");
    ASSERT_TRUE(document);
    expectAt(*document, "/größe", false, 1, 11);
}

TEST(JsonDocument, RendersLineAndCaret) {
    const auto document = parse("{\n      \"timeout_ms\": 50\n}");
    ASSERT_TRUE(document);
    const JsonProblem problem{document->positionOf("/timeout_ms", false), "/timeout_ms",
                              "50 is below the minimum 100"};
    EXPECT_EQ(document->render("platen.json", problem),
              "platen.json:2:21: error: /timeout_ms: 50 is below the minimum 100\n"
              "     2 |       \"timeout_ms\": 50\n"
              "       |                     ^\n");
}

TEST(JsonDocument, RendersTabsAndLongLines) {
    const auto document = parse("{\n\t\"a\":\t1\n}");
    EXPECT_EQ(document->render("f", {document->positionOf("/a", false), "", "no"}),
              "f:2:7: error: no\n"
              "     2 | \t\"a\":\t1\n"
              "       | \t    \t^\n");
    std::string text = "[";
    for (int i = 0; i < 500; ++i) {
        text += "1,";
    }
    const auto longLine = parse(text + "2]");
    const std::string out =
        longLine->render("f", {longLine->positionOf("/500", false), "/500", "no"});
    EXPECT_LT(out.size(), 400U);
    const auto first = out.find('\n');
    const auto second = out.find('\n', first + 1);
    const auto caret = out.find('^') - second - 1;
    EXPECT_EQ(out[first + 1 + caret], '2');
}

TEST(JsonDocument, SurvivesMutatedInput) {
    const std::string seed =
        R"({"a": [1, -2.5e3, true, null, "x\u00e9\n"], /* c */ "b": {"c": {"d": []}}} // e)";
    std::mt19937 generator(7);  // NOLINT(bugprone-random-generator-seed): repeatable
    for (int round = 0; round < 5000; ++round) {
        std::string text = seed;
        for (int change = 0; change < 3; ++change) {
            text[generator() % text.size()] = static_cast<char>(generator() % 256);
        }
        const auto document = parse(text);
        if (document) {
            for (const char* pointer : {"", "/a/3", "/b/c/d", "/b/c/d/0", "/zz", "/a/~1/~0"}) {
                const TextPosition position = document->positionOf(pointer, true);
                ASSERT_GE(position.column, 1U);
                ASSERT_FALSE(document->render("f", {position, pointer, "x"}).empty());
            }
        } else {
            ASSERT_NE(document.error().text.find(": "), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace platen
