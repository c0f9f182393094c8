// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "mfp-datamodel/schema.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::model {

/// Instance numbers of a path from the outermost table inwards; unused places are 0.
struct Instances {
    std::array<std::uint32_t, kMaxDepth> numbers{};

    [[nodiscard]] Instances with(std::size_t level, std::uint32_t number) const;  ///< level from 0.
    /// The numbers of the first `depth` levels, the others 0.
    [[nodiscard]] Instances upTo(std::size_t depth) const;
    friend auto operator<=>(const Instances&, const Instances&) = default;
};

/// One parameter of one device: `MFP.1.Supply.2.Level`.
struct ParamRef {
    ParamIndex param;
    Instances instances;
    friend auto operator<=>(const ParamRef&, const ParamRef&) = default;
};

/// One object of one device: a single object, or a row of a table with its instance number.
struct ObjectRef {
    ObjectIndex object;
    Instances instances;
    friend auto operator<=>(const ObjectRef&, const ObjectRef&) = default;
};

/// What a path given by the ACS names.
struct Path {
    enum class Kind : std::uint8_t {
        Parameter,  ///< Full parameter name.
        Object,     ///< Partial path of a single object or of one row: `…Supply.2.`
        Table,      ///< Partial path of a table without its instance number: `…Supply.`
    };
    Kind kind = Kind::Object;
    ParamIndex param;    ///< Kind::Parameter only.
    ObjectIndex object;  ///< The object, the table, or the parameter's object.
    Instances instances;

    [[nodiscard]] ParamRef paramRef() const { return {param, instances}; }
    [[nodiscard]] ObjectRef objectRef() const { return {object, instances}; }
};

/// The edge to the ACS: reads and writes full names with the configured vendor prefix, so that
/// nothing inside knows of it: `MFP.1.` inside is `Device.Services.X_PLATEN_MFP.1.` outside (design
/// decision 8). Immutable.
class PathCodec {
  public:
    /// `vendorPrefix` as data_model.vendor_prefix: `X_PLATEN`, or empty for the plain name. The
    /// schema must outlive this.
    PathCodec(const Schema& schema, std::string vendorPrefix);

    /// A name from the ACS: full parameter name, partial path with final dot, or empty for the
    /// whole tree (C-GPV, C-GPN). Checks only against the schema, not whether the device has it. At
    /// most kMaxPathBytes; instance numbers 1..2^32-1 without leading zeros. Errors: NotFound
    /// (9005), TooLarge.
    [[nodiscard]] Result<Path> parse(std::string_view name) const;
    /// An internal name: `MFP.1.Supply.2.Level`, `Device.DeviceInfo.SerialNumber`; empty for the
    /// whole tree. Errors: NotFound, TooLarge.
    [[nodiscard]] Result<Path> parseInternal(std::string_view name) const;

    [[nodiscard]] std::string name(const ParamRef& ref) const;
    [[nodiscard]] std::string name(const ObjectRef& ref) const;  ///< With final dot.
    [[nodiscard]] std::string tableName(ObjectIndex table,
                                        const Instances& parents) const;  ///< `…Supply.`
    [[nodiscard]] std::string internalName(const ParamRef& ref) const;
    [[nodiscard]] std::string internalName(const ObjectRef& ref) const;

    /// The value's text as the ACS sees it: path references (of lists, too) get the prefix, hidden
    /// parameters are empty.
    [[nodiscard]] std::string valueText(ParamIndex param, const Value& value) const;
    /// The inverse for path references that the ACS writes, without final dot (C-DT-08); other text
    /// passes. Checks only against the schema. Errors: NotFound.
    [[nodiscard]] Result<std::string> internalText(ParamIndex param, std::string_view text) const;

    [[nodiscard]] const Schema& schema() const { return *schema_; }
    /// What stands before the names of services: `X_PLATEN_`, or nothing.
    [[nodiscard]] std::string_view prefix() const { return prefix_; }

    static constexpr std::size_t kMaxPathBytes = 256;

  private:
    /// Which names the service models have.
    enum class Side : std::uint8_t { Inside, Outside };
    class Walker;

    [[nodiscard]] Result<Path> walk(std::string_view name, Side side) const;
    [[nodiscard]] Result<std::string> internalReference(std::string_view text) const;

    const Schema* schema_;
    std::string prefix_;                         ///< With its underscore: `X_PLATEN_`, or empty.
    std::vector<std::string> outsideTemplates_;  ///< By object index, with prefix and `{i}`.
};

}  // namespace platen::model
