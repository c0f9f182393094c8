// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/schema.hpp"
#include "mibmap/map_file.hpp"
#include "mibmap/program.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::mibmap {

/// Makes one Program of the standard map and the overlays over it. All problems are collected, so
/// that a map author sees them at once. Used once.
class Compiler {
  public:
    /// `files`: standard first, then overlays, general before special. All must outlive the
    /// Program.
    Compiler(const model::Schema& schema, std::span<const MapFile* const> files, Problems& problems)
        : schema_(schema), files_(files), problems_(problems) {}

    /// The program; only to be used if no problems were added.
    [[nodiscard]] std::unique_ptr<Program> run();

    static constexpr std::size_t kMaxNodes = 100'000;
    static constexpr int kMaxExpansion = 16;
    static constexpr std::size_t kMaxSources = 2000;
    static constexpr std::size_t kMaxEntries = 5000;  ///< Of one enum, word table, list.

  private:
    /// What expressions stand in: the table whose row is current, and the arguments of a function.
    struct Scope {
        std::int32_t table = -1;
        bool allowNew = false;
        int depth = 0;
        const std::map<std::string, Located>* arguments = nullptr;
        const Scope* caller = nullptr;
    };
    /// What an expression needs to be read.
    struct Uses {
        std::set<std::int32_t> sources;
        bool alerts = false;
    };

    // compile_definitions.cpp
    void checkKeys(const Located& object, std::span<const std::string_view> known);
    void checkTopLevel();
    void readDefinitions();
    void readEnums(const Located& section);
    void readWords(const Located& section);
    void readLists(const Located& section);
    void readTrims(const Located& section);
    void readMedia(const Located& section);
    void readQuirks(const Located& section);
    const Constant* constantOf(const nlohmann::json& json);
    const Constant* textConstant(std::string_view text);
    void note(std::string_view section, const Located& definitions);
    [[nodiscard]] const Located* named(std::string_view section, const std::string& name) const;
    [[nodiscard]] std::string suggestion(std::string_view section, std::string_view name) const;

    // compile_sources.cpp
    void readOidNames(const Located& section);
    void readScalars(const Located& section);
    void readTables(const Located& section);
    void readColumns(const Located& table, std::int32_t index, const Source& entry);
    bool parseObject(const Located& where, std::string_view text, Source& source);
    bool parseParts(const Located& where, std::string_view text, std::vector<IndexPart>& parts);
    GroupMask groupsOf(const Located& where, GroupMask otherwise);
    std::int32_t addSource(const Located& where, Source source);
    void dropDeviceIndexes();
    void finishSources();
    DispatchTable dispatchOf(const std::vector<std::int32_t>& sources) const;

    // compile_expression.cpp
    Node expression(const Located& at, const Scope& scope);
    Node optionalExpression(const Located& at, const Scope& scope);
    Node textExpression(const Located& at, const Scope& scope, const std::string& text);
    Node call(const Located& at, const Scope& scope);
    Node builtIn(const Located& at, const Scope& scope, std::string_view name);
    Node expand(const Located& at, const Scope& scope, const Located& function);
    Node decide(const Located& at, const Scope& scope, bool inlined);
    Node source(const Located& at, const Scope& scope, const std::string& name);
    Node shared(const Located& at, const std::string& name);
    Node definitionOf(const std::string& name, const Located& latest);
    CellTest cellTest(const Located& at);
    bool argument(const Located& at, const Scope& scope, char kind, bool repeated, Node& node);
    bool nameArgument(const Located& at, char kind, Node& node);
    Node nothing() const { return {}; }
    Node constantNode(const Constant* constant) const;
    void useSource(std::int32_t source);
    void useTable(std::int32_t table);

    // compile_objects.cpp
    void readObjects(const Located& section);
    bool isForRoot(const Located& root);
    void readObject(const Located& at);
    void readObjectHead(const Located& at, ObjectRules& object);
    std::vector<Node> expressions(const Located& at, const Scope& scope);
    void readParam(const Located& at, ObjectRules& object, const std::string& name);
    void readRule(const Located& at, ObjectRules& object, ParamRules& param);
    bool readReference(const Located& at, const Scope& scope, Rule& rule);
    bool readCounter(const Located& at, const Scope& scope, Rule& rule);
    void readSet(const Located& at, const ObjectRules& object, model::ParamIndex param);
    void checkResults(const Located& at, const Rule& rule);
    void addUses(const Located& at, const Uses& uses, GroupMask groups);
    void markUses();

    // compile_timed.cpp
    void markTimed();
    void finishTimed(Group group, const std::vector<std::int32_t>& read);

    // compile_objects.cpp
    void finishObjects();

    // compile_alerts.cpp
    void readErrors(const Located& at);
    void readAlerts(const Located& at);
    void readReset(const Located& at);
    void readCharsets(const Located& at);

    // compile_firmware.cpp
    void readFirmware(const Located& at);
    std::optional<FirmwareChannel> readFirmwareChannel(const Located& item);

    template <typename Function>
    Uses collect(Function&& function) {
        Uses uses;
        Uses* const outer = uses_;
        uses_ = &uses;
        std::forward<Function>(function)();
        uses_ = outer;
        return uses;
    }

    const model::Schema& schema_;
    std::span<const MapFile* const> files_;
    Problems& problems_;
    std::unique_ptr<Program> program_;
    Uses* uses_ = nullptr;
    std::size_t nodes_ = 0;
    bool overlay_ = false;  ///< The file being read is not the standard map.
    std::map<std::string, std::map<std::string, Located>, std::less<>> named_;
    /// Values that the standard map leaves null: what each overlay says of them, in their order.
    std::map<std::string, std::vector<Located>, std::less<>> hooks_;
    std::map<std::string, Oid, std::less<>> oidNames_;
    std::map<std::string, std::int32_t> scalars_;               ///< → source
    std::map<std::string, std::int32_t> tables_;                ///< → table
    std::vector<std::map<std::string, std::int32_t>> columns_;  ///< By table → source
    std::vector<std::vector<IndexPart>> tableIndexes_;
    std::map<std::string, std::int32_t> shared_;
    std::set<std::string> sharedOpen_;  ///< Being compiled: to see circles.
    std::map<std::string, std::int64_t> quirks_;
    std::map<std::string, const Constant*, std::less<>> texts_;
    std::vector<std::pair<Located, std::pair<Uses, GroupMask>>> needs_;
    /// What tells and names the rows of an object's entry.
    struct Head {
        Located at;
        Uses uses;
        model::ObjectIndex object;
        std::int32_t table = -1;
    };
    std::vector<Head> heads_;
    std::set<std::int32_t> setSources_;  ///< Needed to make SETs.
    Uses alertUses_, errorUses_;
    Located noDeviceIndex_;  ///< The quirk of the last file that has it.
};

}  // namespace platen::mibmap
