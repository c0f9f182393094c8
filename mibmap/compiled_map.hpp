// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/evaluator.hpp"
#include "mibmap/map_file.hpp"
#include "mibmap/map_set.hpp"
#include "mibmap/program.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace platen::mibmap {

/// A Program and the files that it came from.
class ProgramMap final : public CompiledMap {
  public:
    /// `files` are kept because rules name them. The schema must outlive this.
    ProgramMap(const model::Schema& schema,
               std::unique_ptr<const Program> program,
               std::vector<std::shared_ptr<const MapFile>> files);

    [[nodiscard]] const std::vector<std::string>& files() const override { return program_->files; }
    [[nodiscard]] const PollPlan& plan(Group group, const DeviceContext& device) const override;
    [[nodiscard]] Evaluation evaluate(Group group,
                                      std::span<const VarBind> varbinds,
                                      DeviceContext& device,
                                      WallTime now,
                                      bool trace) const override;
    [[nodiscard]] bool timeApart(Group group) const override {
        return (program_->restless & maskOf(group)) == 0;
    }
    [[nodiscard]] Evaluation evaluateTimed(Group group,
                                           std::span<const VarBind> varbinds,
                                           DeviceContext& device,
                                           WallTime now) const override;
    [[nodiscard]] bool inSeveralGroups(model::ParamIndex param) const override;
    [[nodiscard]] bool writable(model::ParamIndex param) const override;
    [[nodiscard]] Result<SetPlan> planSet(model::ParamIndex param,
                                          std::span<const std::uint32_t> rowIndexes,
                                          const model::Value& value,
                                          const DeviceContext& device) const override;
    [[nodiscard]] std::span<const FirmwareChannel> firmwareChannels() const override {
        return program_->firmware;
    }
    [[nodiscard]] Result<SetPlan> planReset(bool factoryDefaults,
                                            const DeviceContext& device) const override;

  private:
    [[nodiscard]] Oid instance(const Source& source,
                               std::span<const std::uint32_t> rowIndexes,
                               const DeviceContext& device) const;
    void readCharsets(State& state, Evaluator& evaluator, Group group) const;
    void keep(Group group, const std::vector<const VarBind*>& read, DeviceContext& device) const;

    struct KnownPlan {
        std::uint32_t printerIndex = 0;
        std::optional<PollPlan> plan;
    };
    [[nodiscard]] PollPlan makePlan(Group group, const DeviceContext& device) const;

    const model::Schema& schema_;
    std::unique_ptr<const Program> program_;
    std::vector<std::shared_ptr<const MapFile>> files_;
    mutable std::array<KnownPlan, kPollGroups.size() + 1> plans_;  // by group; the last one made
};

/// Compiles the files as one map. Errors: Malformed with all problems, rendered.
[[nodiscard]] Result<std::shared_ptr<const CompiledMap>> compileMap(
    const model::Schema& schema, std::vector<std::shared_ptr<const MapFile>> files);

}  // namespace platen::mibmap
