// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/mibmap/corpus.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

namespace platen::mibmap::testing {

namespace {

using Json = nlohmann::json;

/// A difference that is explained, for all facts of a recording that begin with `fact`.
struct Explained {
    std::string_view recording;  ///< Beginning of its name.
    std::string_view fact;
    std::string_view reason;
};

constexpr std::string_view kNoIdentityRows =
    "the recording holds no identity rows; the name comes from its source";

constexpr std::array kExplained = std::to_array<Explained>({
    {"konica-bizhub-284e", "vendor", kNoIdentityRows},
    {"konica-bizhub-284e", "model", kNoIdentityRows},
    {"lexmark-x748", "vendor", kNoIdentityRows},
    {"lexmark-x748", "model", kNoIdentityRows},
    {"lexmark-xc2235", "vendor", kNoIdentityRows},
    {"lexmark-xc2235", "model", kNoIdentityRows},
    {"xerox-workcentre-22supplies", "vendor", kNoIdentityRows},
    {"xerox-workcentre-22supplies", "model", kNoIdentityRows},
    {"hp-lj1022n", "model", "the agent answers no model; known from the file name only"},
    {"hp-sysobjectid-only", "model", "sysObjectID is all there is"},
    {"develop-ineo-280", "model", "sysDescr says `ineo  280`; the plus sign is only on the device"},
    {"gestetner-mpc2500", "model",
     "sysDescr and the private MIB write `MPC2500`, without the blank"},
    {"sharp-mx-3570n", "supply 5 percent",
     "waste level 100 without capacity: two Sharp models mean opposite things, so it is Unknown "
     "(mfp-model 7.1.3)"},
    {"sharp-mx-3100n", "supply 5 percent",
     "waste level 0 without capacity: two Sharp models mean opposite things, so it is Unknown "
     "(mfp-model 7.1.3)"},
});

std::string reasonFor(std::string_view recording, std::string_view fact) {
    for (const Explained& known : kExplained) {
        if (recording.starts_with(known.recording) && fact.starts_with(known.fact)) {
            return std::string(known.reason);
        }
    }
    return {};
}

class Comparison {
  public:
    Comparison(CorpusResult& result, const Polled& polled) : result_(result), polled_(polled) {}

    void run(const Json& facts) {
        identity(facts);
        meters(facts);
        for (const char* list : {"supplies", "trays"}) {
            if (!facts.contains(list)) {
                continue;
            }
            for (const Json& row : facts.at(list)) {
                if (std::string_view(list) == "supplies") {
                    supply(row);
                } else {
                    tray(row);
                }
            }
        }
    }

  private:
    void add(std::string name, std::string expected, std::string got, bool right) {
        Fact fact{std::move(name), std::move(expected), std::move(got), right, {}};
        if (!right) {
            fact.reason = reasonFor(result_.recording, fact.name);
        }
        result_.facts.push_back(std::move(fact));
    }
    void same(const std::string& name, const std::string& expected, const std::string& got) {
        add(name, expected, got, expected == got);
    }
    void sameLetters(const std::string& name, const std::string& expected, const std::string& got) {
        add(name, expected, got, text::equalsIgnoreCase(expected, got));
    }

    void identity(const Json& facts) {
        same("vendor", facts.at("vendor").get<std::string>(),
             polled_.text("MFP.{i}.Identification.Manufacturer").value_or(""));
        // Remarks of the list stand in brackets behind the name.
        std::string model = facts.at("model").get<std::string>();
        model = std::string(text::trim(model.substr(0, model.find(" ("))));
        sameLetters("model", model, polled_.text("MFP.{i}.Identification.ModelName").value_or(""));
        if (facts.contains("serial")) {
            const char* key = facts.contains("serial_short") ? "serial_short" : "serial";
            same("serial", facts.at(key).get<std::string>(),
                 polled_.text("MFP.{i}.Identification.SerialNumber").value_or(""));
        }
        const std::string colour = facts.value("colour", "?");
        const auto mode = polled_.text("MFP.{i}.Capabilities.ColorMode");
        if (colour != "?" && mode && *mode != "Unknown") {
            same("colour", colour == "mono" ? "Monochrome" : "FullColor", *mode);
        }
    }

    void meters(const Json& facts) {
        const auto* cycles = polled_.counter("MFP.{i}.Counters.Total.EngineCycles");
        const auto* total = polled_.counter("MFP.{i}.Counters.Total.Impressions");
        if (!facts.contains("life_count")) {
            // The list knows standard meters only; a maker's own is checked in meters_test.
            const bool vendors = total != nullptr && total->source != "standard/prtMarkerLifeCount";
            same("no meter", "none",
                 total == nullptr || vendors ? "none" : std::to_string(total->raw));
            return;
        }
        const auto life = std::to_string(facts.at("life_count").get<std::uint64_t>());
        same("life count", life, cycles != nullptr ? std::to_string(cycles->raw) : "none");
        // Only impressions may become a total (mfp-model 7.4.11); a vendor's meter may differ.
        const bool impressions = facts.value("life_count_unit", "") == "impressions";
        if (total == nullptr || total->source == "standard/prtMarkerLifeCount") {
            same("total", impressions ? life : "none",
                 total != nullptr ? std::to_string(total->raw) : "none");
        }
    }

    static std::uint32_t rowIndex(const Json& row) {
        const auto text = row.at("index").get<std::string>();
        return static_cast<std::uint32_t>(
            text::toInt(std::string_view(text).substr(text.rfind('.') + 1)).value_or(0));
    }

    void supply(const Json& row) {
        const std::uint32_t index = rowIndex(row);
        const std::string name = "supply " + std::to_string(index) + " ";
        const auto got = [&](std::string_view param) {
            return polled_.text(text::cat({"MFP.{i}.Supply.{i}.", param}), index).value_or("");
        };
        // Part and serial number have moved to parameters of their own.
        const std::string described = row.value("description", "");
        const std::string ours = got("Description");
        const std::size_t tail = described.find_first_of(",;");
        const bool cut = tail != std::string::npos && described.substr(0, tail) == ours;
        add(name + "description", described, ours, described == ours || cut);
        if (row.contains("type")) {
            sameLetters(name + "type", row.at("type").get<std::string>(), got("Type"));
        }
        if (row.contains("colorant")) {
            std::string colour = row.at("colorant").get<std::string>();
            colour = colour.substr(0, colour.find(' '));
            sameLetters(name + "colour", colour == "tri-color" ? "TriColor" : colour, got("Color"));
        }
        if (row.contains("level")) {
            same(name + "level", std::to_string(row.at("level").get<std::int64_t>()), got("Level"));
        }
        const std::string state = row.value("state", "");
        // The list rounds to nearest, the model down (7.1.4).
        const auto level = row.value("level", std::int64_t{-2});
        const auto capacity = row.value("max", std::int64_t{-2});
        const bool ratio = level > 0 && capacity > 0;
        const std::string expected =
            ratio ? std::to_string(std::max<std::int64_t>(level * 100 / capacity, 1))
            : row.contains("percent") ? std::to_string(row.at("percent").get<int>())
            : state == "some"         ? "SomeRemaining"
            : state == "unknown"      ? "Unknown"
                                      : state;
        const std::string percent = got("LevelPercent");
        same(name + "percent", expected, percent == "-1" ? got("LevelState") : percent);
        if (row.value("receptacle", false)) {
            same(name + "category", "Receptacle", got("Category"));
        }
    }

    void tray(const Json& row) {
        const std::uint32_t index = rowIndex(row);
        const std::string name = "tray " + std::to_string(index) + " ";
        const auto got = [&](std::string_view param) {
            return polled_.text(text::cat({"MFP.{i}.InputTray.{i}.", param}), index).value_or("");
        };
        const std::string called = row.value("name", "");
        const std::string ours = got("Name").empty() ? got("Description") : got("Name");
        if (!called.empty()) {
            same(name + "name", called, ours);
        }
        if (row.contains("capacity")) {
            same(name + "capacity", std::to_string(row.at("capacity").get<std::int64_t>()),
                 got("MaxCapacity"));
        }
        if (row.contains("level")) {
            same(name + "level", std::to_string(row.at("level").get<std::int64_t>()), got("Level"));
        }
    }

    CorpusResult& result_;
    const Polled& polled_;
};

}  // namespace

std::size_t CorpusResult::right() const {
    return static_cast<std::size_t>(
        std::count_if(facts.begin(), facts.end(), [](const Fact& fact) { return fact.right; }));
}

Result<CorpusResult> compareRecording(const std::filesystem::path& path, MapSet& maps) {
    auto recording = Recording::load(path);
    if (!recording) {
        return tl::unexpected<Error>(recording.error());
    }
    std::filesystem::path beside = path;
    beside.replace_extension(".expected.json");
    std::ifstream file(beside);
    const Json expected = Json::parse(file, nullptr, false);
    if (expected.is_discarded() || !expected.contains("facts_here")) {
        return fail(ErrorCode::NotFound, beside.string());
    }
    CorpusResult result;
    result.recording = path.stem().string();
    const Polled polled = poll(*recording, maps);
    result.map = polled.map->files().size() > 1 ? polled.map->files().back() : "standard.json";
    Comparison(result, polled).run(expected.at("facts_here"));
    return result;
}

Result<std::vector<CorpusResult>> compareCorpus(const std::filesystem::path& folder, MapSet& maps) {
    std::set<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".snmprec") {
            paths.insert(entry.path());
        }
    }
    std::vector<CorpusResult> results;
    for (const std::filesystem::path& path : paths) {
        auto result = compareRecording(path, maps);
        if (!result) {
            return tl::unexpected<Error>(result.error());
        }
        results.push_back(std::move(*result));
    }
    return results;
}

std::string corpusPage(const std::vector<CorpusResult>& results) {
    std::string table;
    std::string wrong;
    std::size_t right = 0;
    std::size_t all = 0;
    for (const CorpusResult& result : results) {
        right += result.right();
        all += result.facts.size();
        table += text::cat({"| ", result.recording, " | ", result.map, " | ",
                            std::to_string(result.right()), " | ",
                            std::to_string(result.facts.size()), " |\n"});
        for (const Fact& fact : result.facts) {
            if (!fact.right) {
                wrong += text::cat({"| ", result.recording, " | ", fact.name, " | ",
                                    fact.reason.empty() ? "not explained" : fact.reason, " |\n"});
            }
        }
    }
    return text::cat(
        {"# What the maps make of the recordings\n\n",
         "Made by `mibmap_tests` (`Corpus.*`) with `PLATEN_UPDATE_GOLDEN=1`; do not edit.\n\n",
         "Each recording of a real printer's SNMP agent is polled with the maps of `mibmap/maps` "
         "and\n"
         "compared with the facts that a careful reader of the MIBs wrote down for it: vendor, "
         "model,\n"
         "serial number, colour, meters, every supply and every tray.\n\n",
         std::to_string(results.size()), " recordings, ", std::to_string(right), " of ",
         std::to_string(all), " facts right.\n\n",
         "| recording | map | right | facts |\n|---|---|---|---|\n", table,
         "\n## Facts that differ\n\n| recording | fact | reason |\n|---|---|---|\n", wrong});
}

}  // namespace platen::mibmap::testing
