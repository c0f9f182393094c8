// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/strong_id.hpp"
#include "mfp-datamodel/text_format.hpp"
#include "mfp-datamodel/value.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace platen::model {

using ParamIndex = StrongId<struct ParamIndexTag, std::uint16_t>;
using ObjectIndex = StrongId<struct ObjectIndexTag, std::uint16_t>;

/// How the model treats active notification of a parameter (TR-106 activeNotify).
enum class ActiveNotify : std::uint8_t {
    Normal,               ///< Off by default, the ACS may turn it on.
    ForceEnabled,         ///< Always active; the ACS cannot change it (DeviceInfo.SoftwareVersion).
    ForceDefaultEnabled,  ///< Active by default, the ACS may turn it off.
    CanDeny,              ///< Active is refused with 9009; passive is allowed.
};

/// A parameter of the model. Immutable.
struct ParamDef {
    ParamIndex index;
    ObjectIndex object;
    std::string name;         ///< Last component: `Level`.
    std::string description;  ///< With the unit.
    ValueType type = ValueType::String;
    bool readWrite = false;  ///< The widest access; the device may narrow it.
    bool list = false;       ///< Comma-separated list of `type` (TR-106 3.2.3); string on the wire.
    bool hidden = false;     ///< Reads as an empty string (C-AUTH-11).
    bool pathReference = false;
    bool forcedInform = false;  ///< In every Inform (C-INF-09).
    ActiveNotify activeNotify = ActiveNotify::Normal;
    std::optional<std::size_t> minLength;
    std::optional<std::size_t> maxLength;  ///< Characters; of one item for a list.
    std::optional<std::int64_t> minimum;
    std::optional<std::uint64_t> maximum;
    std::vector<std::string> enumeration;  ///< Empty: any value.
    std::optional<std::string> defaultText;
    std::optional<ObjectIndex>
        countedTable;     ///< This is the NumberOfEntries parameter of that table.
    std::string profile;  ///< First profile that asks for it: `Baseline:1`; empty if none.
    TextFormat format = TextFormat::Any;       ///< Of one item for a list; checked on writes only.
    std::optional<std::size_t> maxItems;       ///< Of a list.
    std::optional<std::size_t> maxListLength;  ///< Characters of the whole text of a list.

    /// The type on the wire and of the stored Value: string for a list.
    [[nodiscard]] ValueType wireType() const { return list ? ValueType::String : type; }
};

/// An object of the model; a table when its template path ends in `{i}.`.
struct ObjectDef {
    ObjectIndex index;
    std::string path;  ///< Template: `MFP.{i}.Supply.{i}.`, `Device.DeviceInfo.`
    std::string name;  ///< Last component without `{i}`: `Supply`.
    std::string description;
    std::optional<ObjectIndex>
        parent;  ///< None for `Device.`; `MFP.{i}.` is a child of `Device.Services.`.
    bool table = false;
    bool readWrite = false;  ///< AddObject and DeleteObject are allowed by the model.
    std::uint8_t depth = 0;  ///< Number of `{i}` in the path, its own included; at most kMaxDepth.
    std::vector<ParamIndex> params;
    std::vector<ObjectIndex> children;
    std::vector<std::vector<std::string>> uniqueKeys;
    std::optional<ParamIndex> numberOfEntries;  ///< Of a table: its count, in the parent object.
    bool serviceRoot = false;  ///< `MFP.{i}.`: its path does not begin with its parent's.
    /// Objects are numbered so that all below this one lie in [index, subtreeEnd).
    ObjectIndex subtreeEnd;
};

inline constexpr std::size_t kMaxDepth = 3;

/// The whole data model: Device:2 and the MFP service, read once at start and shared by all
/// devices. Inside the program the service's root is `MFP.`, whatever prefix the ACS sees (design
/// decision 8). Objects and parameters are numbered depth first in file order, so that rising
/// indexes are schema order; the numbers change with the files and are never stored. thread: any,
/// immutable
class Schema {
  public:
    /// Reads DM documents (cwmp-datamodel-1-x). The first is the root model, the others are service
    /// models mounted under `Device.Services.`, each with a `…NumberOfEntries` parameter there.
    /// Errors: NotFound, TooLarge, Malformed with file, line and offending name.
    static Result<Schema> load(std::span<const std::filesystem::path> files);

    [[nodiscard]] const ParamDef& param(ParamIndex index) const { return params_[index.value()]; }
    [[nodiscard]] const ObjectDef& object(ObjectIndex index) const {
        return objects_[index.value()];
    }
    [[nodiscard]] std::size_t paramCount() const { return params_.size(); }
    [[nodiscard]] std::size_t objectCount() const { return objects_.size(); }
    /// By template path: `MFP.{i}.Supply.{i}.Level`, `Device.DeviceInfo.SerialNumber`.
    [[nodiscard]] std::optional<ParamIndex> findParam(std::string_view templatePath) const;
    /// By template path with the final dot: `MFP.{i}.Supply.{i}.`
    [[nodiscard]] std::optional<ObjectIndex> findObject(std::string_view templatePath) const;
    [[nodiscard]] std::string templatePath(ParamIndex index) const;
    [[nodiscard]] std::optional<ObjectIndex> findChild(ObjectIndex parent,
                                                       std::string_view name) const;
    [[nodiscard]] std::optional<ParamIndex> findParam(ObjectIndex object,
                                                      std::string_view name) const;

    /// True for `Device.Services.MFPNumberOfEntries`, which carries the vendor prefix like the
    /// service itself.
    [[nodiscard]] bool countsService(ParamIndex index) const {
        const auto& table = param(index).countedTable;
        return table && object(*table).serviceRoot;
    }

    /// Text from the ACS or a file as a value of this parameter: type, range, length, enumeration
    /// and list items are checked (C-DT; 9006 = wrong type gives Malformed, 9007 = not allowed
    /// gives Unsupported).
    [[nodiscard]] Result<Value> parseValue(ParamIndex index, std::string_view text) const;
    /// A value of ours fitted to the parameter: strings cut to the length in characters, list items
    /// cut and surplus items dropped, numbers clamped into the type's and the parameter's range,
    /// other types converted (a text that is no number counts as 0). Enumerations are not checked.
    [[nodiscard]] Value fit(ParamIndex index, const Value& value) const;

    /// Profiles of the service models in file order: name and the parameters each asks for, those
    /// of the profiles that it extends included.
    struct Profile {
        std::string name;
        std::vector<ParamIndex> params;
    };
    [[nodiscard]] const std::vector<Profile>& profiles() const { return profiles_; }
    /// The same of the root model.
    [[nodiscard]] const std::vector<Profile>& rootProfiles() const { return rootProfiles_; }

    /// The documents that were read, the root model first.
    struct Model {
        std::string name;  ///< `MFP:1.0`
        std::string spec;  ///< URN of the document, for SupportedDataModel.URN.
        ObjectIndex root;
        bool service = false;
    };
    [[nodiscard]] const std::vector<Model>& models() const { return models_; }
    /// `Device.`
    [[nodiscard]] ObjectIndex root() const { return models_.front().root; }

  private:
    friend class SchemaBuilder;
    struct PathHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::vector<ParamDef> params_;
    std::vector<ObjectDef> objects_;
    std::vector<Profile> profiles_;
    std::vector<Profile> rootProfiles_;
    std::vector<Model> models_;
    std::unordered_map<std::string, ObjectIndex, PathHash, std::equal_to<>> objectsByPath_;
};

}  // namespace platen::model
