// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/command_line.hpp"

#include <gtest/gtest.h>

namespace platen::app {
namespace {

Result<CommandLine> parse(std::vector<std::string_view> words) {
    return parseCommandLine(words);
}

TEST(CommandLine, TakesOptionsBeforeAndAfterWords) {
    const auto line = parse({"poll", "--json", "192.0.2.1", "--config", "platen.json"});
    ASSERT_TRUE(line);
    EXPECT_EQ(line->command, "poll");
    EXPECT_EQ(line->arguments, std::vector<std::string>{"192.0.2.1"});
    EXPECT_EQ(line->config, "platen.json");
    EXPECT_TRUE(line->json);
    EXPECT_EQ(parse({"run", "--config=a.json"})->config, "a.json");
}

TEST(CommandLine, NamesTheNearestCommandAndOption) {
    EXPECT_NE(parse({"discovr", "--config", "x"}).error().text.find("did you mean \"discover\""),
              std::string::npos);
    EXPECT_NE(parse({"run", "--confg", "x"}).error().text.find("did you mean \"--config\""),
              std::string::npos);
}

TEST(CommandLine, RefusesWhatIsIncomplete) {
    EXPECT_FALSE(parse({}));
    EXPECT_FALSE(parse({"run"}));
    EXPECT_FALSE(parse({"poll", "--config", "x"}));
    EXPECT_FALSE(parse({"run", "--config"}));
    EXPECT_FALSE(parse({"check-config"}));
}

TEST(CommandLine, MapHasTwoCommands) {
    const auto check = parse({"map", "check", "acme.json"});
    ASSERT_TRUE(check);
    EXPECT_EQ(check->command, "map check");
    EXPECT_EQ(check->arguments, std::vector<std::string>{"acme.json"});
    const auto attempt = parse({"map", "try", "-", "acme.snmprec", "--json"});
    ASSERT_TRUE(attempt);
    EXPECT_EQ(attempt->command, "map try");
    EXPECT_EQ(attempt->arguments, (std::vector<std::string>{"-", "acme.snmprec"}));
    EXPECT_FALSE(parse({"map"}));
    EXPECT_FALSE(parse({"map", "try", "acme.json"}));
    EXPECT_NE(parse({"map", "chek", "x"}).error().text.find("did you mean \"map check\""),
              std::string::npos);
}

TEST(CommandLine, RecordMayNameItsFile) {
    EXPECT_EQ(parse({"record", "h", "--config", "x", "--output", "f"})->output, "f");
    EXPECT_EQ(parse({"record", "h", "--config", "x"})->output, "");
    EXPECT_FALSE(parse({"record", "h", "--config", "x", "--output"}));
}

TEST(CommandLine, UsageNamesEveryCommand) {
    for (const auto* command :
         {"run", "check-config", "discover", "poll", "explain", "print-config", "diagnose",
          "record", "map check", "map try", "version"}) {
        EXPECT_NE(usage().find(std::string("platen ") + command), std::string::npos) << command;
    }
}

}  // namespace
}  // namespace platen::app
