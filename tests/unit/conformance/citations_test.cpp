// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/conformance/citations.hpp"

#include <gtest/gtest.h>

namespace platen::conformance {
namespace {

using Items = std::set<std::string>;

// The items below belong to no requirement list ("ZZ"), so that this file cites nothing.
TEST(Citations, UnderstandsListsAndRanges) {
    EXPECT_EQ(itemsIn("after C-ZZ-02"), (Items{"C-ZZ-02"}));
    EXPECT_EQ(itemsIn("C-ZZ-02, -05 and -07"), (Items{"C-ZZ-02", "C-ZZ-05", "C-ZZ-07"}));
    EXPECT_EQ(itemsIn("C-ZZ-08 to -11"), (Items{"C-ZZ-08", "C-ZZ-09", "C-ZZ-10", "C-ZZ-11"}));
    EXPECT_EQ(itemsIn("C-ZZ-01, C-ZY-01"), (Items{"C-ZZ-01", "C-ZY-01"}));
    EXPECT_EQ(itemsIn("TR-069 A.3.2.1, C-Z-1"), Items{});
    EXPECT_EQ(itemsIn("C-ZZ-02, TP-181 9.1.10. TP-181 9.8"),
              (Items{"C-ZZ-02", "TP-181 9.1.10", "TP-181 9.8"}));
}

TEST(Citations, BelongToTheTestBelowBesideOrAroundTheComment) {
    Citations found;
    addCitations(
        "// Helpers, C-ZZ-09\n"
        "int helper();\n"
        "// C-ZZ-01\n"
        "TEST(One, First) {\n"
        "    check();  // C-ZZ-02\n"
        "}\n"
        "\n"
        "int other();  // C-ZZ-03\n"
        "TEST_F(Two, Second) {  // C-ZZ-04\n"
        "}\n",
        found);
    EXPECT_EQ(found.at("C-ZZ-01"), (Items{"One.First"}));
    EXPECT_EQ(found.at("C-ZZ-02"), (Items{"One.First"}));
    EXPECT_EQ(found.at("C-ZZ-04"), (Items{"Two.Second"}));
    EXPECT_FALSE(found.contains("C-ZZ-03"));
    EXPECT_FALSE(found.contains("C-ZZ-09"));
}

}  // namespace
}  // namespace platen::conformance
