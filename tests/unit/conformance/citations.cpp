// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/conformance/citations.hpp"

#include "base/text.hpp"

#include <cctype>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <vector>

namespace platen::conformance {

namespace {

/// `Suite.Name` if the line opens a test; parameterised suites keep their own name.
std::string testNamed(const std::string& text) {
    static const std::regex kTest(R"(^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))");
    std::smatch match;
    return std::regex_search(text, match, kTest) ? match[1].str() + "." + match[2].str()
                                                 : std::string();
}

}  // namespace

std::set<std::string> itemsIn(std::string_view text) {
    static const std::regex kItem(R"(C-([A-Z]+)-(\d\d)((?:\s*(?:,|and|to|…|\.\.\.)\s*-\d\d)*))");
    static const std::regex kMore(R"((,|and|to|…|\.\.\.)\s*-(\d\d))");
    std::set<std::string> items;
    const std::string subject(text);
    for (std::sregex_iterator it(subject.begin(), subject.end(), kItem), end; it != end; ++it) {
        const std::string family = "C-" + (*it)[1].str() + "-";
        items.insert(family + (*it)[2].str());
        int last = std::stoi((*it)[2].str());
        const std::string tail = (*it)[3].str();
        for (std::sregex_iterator more(tail.begin(), tail.end(), kMore); more != end; ++more) {
            const bool single = (*more)[1] == "," || (*more)[1] == "and";
            const int next = std::stoi((*more)[2].str());
            for (int number = single ? next : last + 1; number <= next; ++number) {
                items.insert(family + (number < 10 ? "0" : "") + std::to_string(number));
            }
            last = next;
        }
    }
    static const std::regex kCase(R"(TP-181 \d+(\.\d+)+)");
    for (std::sregex_iterator it(subject.begin(), subject.end(), kCase), end; it != end; ++it) {
        items.insert(it->str());
    }
    return items;
}

void addCitations(std::string_view source, Citations& citations) {
    std::string test;             // whose body the lines belong to
    std::set<std::string> above;  // cited by the comment lines just read
    for (const std::string_view view : text::split(source, '\n')) {
        const std::string line(view);
        if (const auto name = testNamed(line); !name.empty()) {
            test = name;
            above.merge(itemsIn(line));
            for (const auto& item : above) {
                citations[item].insert(test);
            }
            above.clear();
            continue;
        }
        const auto items = itemsIn(line);
        if (line.starts_with("//")) {
            above.insert(items.begin(), items.end());
            test.clear();
            continue;
        }
        above.clear();
        if (line.starts_with("}")) {
            test.clear();
        }
        for (const auto& item : items) {
            if (!test.empty()) {
                citations[item].insert(test);
            }
        }
    }
}

Citations citationsUnder(const std::filesystem::path& folder) {
    Citations citations;
    std::filesystem::recursive_directory_iterator files(folder);
    for (auto it = begin(files); it != end(files); ++it) {
        const auto& entry = *it;
        if (entry.is_directory() && entry.path().filename() == "sim") {
            it.disable_recursion_pending();  // about the simulated ACS and printers, not about us
        } else if (entry.path().extension() == ".cpp") {
            std::ifstream in(entry.path());
            std::stringstream whole;
            whole << in.rdbuf();
            addCitations(whole.str(), citations);
        }
    }
    return citations;
}

}  // namespace platen::conformance
