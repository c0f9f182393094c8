// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/path.hpp"

#include "base/local_time.hpp"
#include "base/text.hpp"
#include "mfp-datamodel/list.hpp"

#include <limits>
#include <utility>

namespace platen::model {

namespace {

constexpr std::string_view kPlaceholder = "{i}";
/// The one dateTime of the model that is local and carries its offset (C-DT-03); the DM schema has
/// no facet that would say so.
constexpr std::string_view kLocalTimeName = "CurrentLocalTime";

/// The template with its placeholders replaced in order; the first `levels` of them at most, the
/// text from the next one on is left out.
std::string expand(std::string_view pathTemplate, const Instances& instances, std::size_t levels) {
    std::string out;
    out.reserve(pathTemplate.size() + 16);
    for (std::size_t level = 0;; ++level) {
        const std::size_t at = pathTemplate.find(kPlaceholder);
        out += pathTemplate.substr(0, at);
        if (at == std::string_view::npos || level == levels || level == kMaxDepth) {
            return out;
        }
        out += std::to_string(instances.numbers[level]);
        pathTemplate.remove_prefix(at + kPlaceholder.size());
    }
}

/// 1..2^32-1 without sign or leading zeros.
std::optional<std::uint32_t> instanceNumber(std::string_view segment) {
    constexpr std::size_t kMaxDigits = 10;
    if (segment.empty() || segment.size() > kMaxDigits || segment.front() < '1' ||
        segment.front() > '9') {
        return std::nullopt;
    }
    const auto number = text::toUnsigned(segment);
    if (!number || *number > std::numeric_limits<std::uint32_t>::max()) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*number);
}

}  // namespace

Instances Instances::with(std::size_t level, std::uint32_t number) const {
    Instances changed = *this;
    if (level < kMaxDepth) {
        changed.numbers[level] = number;
    }
    return changed;
}

Instances Instances::upTo(std::size_t depth) const {
    Instances kept;
    for (std::size_t level = 0; level < depth && level < kMaxDepth; ++level) {
        kept.numbers[level] = numbers[level];
    }
    return kept;
}

/// Follows a name segment by segment.
class PathCodec::Walker {
  public:
    Walker(const PathCodec& codec, Side side)
        : schema_(*codec.schema_), prefix_(codec.prefix_), side_(side) {}

    /// Takes the first segment; false if no root has that name.
    bool start(std::string_view segment) {
        for (const Schema::Model& model : schema_.models()) {
            if ((!model.service || side_ == Side::Inside) &&
                schema_.object(model.root).name == segment) {
                enter(model.root);
                return true;
            }
        }
        return false;
    }
    /// Takes a segment that a dot follows.
    bool descend(std::string_view segment) {
        if (awaitsNumber_) {
            const auto number = instanceNumber(segment);
            if (!number) {
                return false;
            }
            path_.instances = path_.instances.with(object().depth - std::size_t{1}, *number);
            awaitsNumber_ = false;
            return true;
        }
        for (const ObjectIndex child : object().children) {
            const ObjectDef& def = schema_.object(child);
            if (matches(segment, def.name, def.serviceRoot)) {
                enter(child);
                // Inside, the service's own name begins the path.
                return !def.serviceRoot || side_ == Side::Outside;
            }
        }
        return false;
    }
    /// Takes the last segment of a parameter name.
    bool finish(std::string_view segment) {
        if (awaitsNumber_) {
            return false;
        }
        for (const ParamIndex param : object().params) {
            const ParamDef& def = schema_.param(param);
            const bool prefixed = side_ == Side::Outside && schema_.countsService(param);
            if (matches(segment, def.name, prefixed)) {
                path_.kind = Path::Kind::Parameter;
                path_.param = param;
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] Path path() const {
        Path path = path_;
        if (path.kind != Path::Kind::Parameter) {
            path.kind = awaitsNumber_ ? Path::Kind::Table : Path::Kind::Object;
        }
        return path;
    }

  private:
    [[nodiscard]] const ObjectDef& object() const { return schema_.object(path_.object); }
    void enter(ObjectIndex object) {
        path_.object = object;
        awaitsNumber_ = schema_.object(object).table;
    }
    [[nodiscard]] bool matches(std::string_view segment,
                               std::string_view name,
                               bool prefixed) const {
        if (!prefixed) {
            return segment == name;
        }
        return segment.size() == prefix_.size() + name.size() && segment.starts_with(prefix_) &&
               segment.ends_with(name);
    }

    const Schema& schema_;
    std::string_view prefix_;
    Side side_;
    Path path_;
    bool awaitsNumber_ = false;
};

PathCodec::PathCodec(const Schema& schema, std::string vendorPrefix)
    : schema_(&schema), prefix_(std::move(vendorPrefix)) {
    if (!prefix_.empty()) {
        prefix_ += '_';
    }
    outsideTemplates_.resize(schema.objectCount());
    for (std::size_t i = 0; i < schema.objectCount(); ++i) {
        const ObjectDef& def = schema.object(ObjectIndex(static_cast<std::uint16_t>(i)));
        if (!def.parent) {
            outsideTemplates_[i] = def.path;
            continue;
        }
        // Parents come first in the numbering, so theirs is ready.
        const std::string& parentInside = schema.object(*def.parent).path;
        const std::string& parentOutside = outsideTemplates_[def.parent->value()];
        outsideTemplates_[i] =
            def.serviceRoot ? text::cat({parentOutside, prefix_, def.path})
                            : text::cat({parentOutside,
                                         std::string_view(def.path).substr(parentInside.size())});
    }
}

Result<Path> PathCodec::parse(std::string_view name) const {
    return walk(name, Side::Outside);
}

Result<Path> PathCodec::parseInternal(std::string_view name) const {
    return walk(name, Side::Inside);
}

Result<Path> PathCodec::walk(std::string_view name, Side side) const {
    if (name.size() > kMaxPathBytes) {
        return fail(ErrorCode::TooLarge, "the name is longer than 256 characters");
    }
    const auto unknown = [name] {
        return fail(ErrorCode::NotFound, text::cat({"\"", name, "\" is not in the data model"}));
    };
    Walker walker(*this, side);
    if (name.empty()) {
        Path whole;
        whole.object = schema_->root();
        return whole;
    }
    bool first = true;
    std::string_view rest = name;
    for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
        const std::string_view segment = rest.substr(0, dot);
        const bool known = first ? walker.start(segment) : walker.descend(segment);
        if (!known) {
            return unknown();
        }
        first = false;
        rest.remove_prefix(dot + 1);
    }
    if (!rest.empty() && (first || !walker.finish(rest))) {
        return unknown();
    }
    return walker.path();
}

std::string PathCodec::name(const ParamRef& ref) const {
    const ParamDef& def = schema_->param(ref.param);
    std::string out = name(ObjectRef{def.object, ref.instances});
    if (schema_->countsService(ref.param)) {
        out += prefix_;
    }
    return out += def.name;
}

std::string PathCodec::name(const ObjectRef& ref) const {
    return expand(outsideTemplates_[ref.object.value()], ref.instances, kMaxDepth);
}

std::string PathCodec::tableName(ObjectIndex table, const Instances& parents) const {
    const std::size_t depth = schema_->object(table).depth;
    return expand(outsideTemplates_[table.value()], parents, depth == 0 ? 0 : depth - 1);
}

std::string PathCodec::internalName(const ParamRef& ref) const {
    const ParamDef& def = schema_->param(ref.param);
    return internalName(ObjectRef{def.object, ref.instances}) += def.name;
}

std::string PathCodec::internalName(const ObjectRef& ref) const {
    return expand(schema_->object(ref.object).path, ref.instances, kMaxDepth);
}

namespace {

/// Applies `change` to each item of a reference value; a value that is no list has one item.
template <typename Change>
Result<std::string> changeItems(bool list, std::string_view text, const Change& change) {
    if (text.empty()) {
        return std::string{};
    }
    std::string out;
    for (const std::string_view piece : list ? text::split(text, ',') : std::vector{text}) {
        Result<std::string> item = change(text::trim(piece));
        if (!item) {
            return item;
        }
        if (!out.empty()) {
            out += ',';
        }
        out += *item;
    }
    return out;
}

}  // namespace

std::string PathCodec::valueText(ParamIndex param, const Value& value) const {
    const ParamDef& def = schema_->param(param);
    if (def.hidden) {
        return {};
    }
    if (def.type == ValueType::DateTime && def.name == kLocalTimeName) {
        return formatLocalTime(value.asTime());
    }
    if (!def.pathReference) {
        return value.text();
    }
    const auto outside = [this](std::string_view item) -> Result<std::string> {
        auto path = walk(text::cat({item, "."}), Side::Inside);
        if (!path) {
            path = walk(item, Side::Inside);
        }
        if (!path || item.empty()) {
            return std::string(item);  // a stale reference is shown as it is
        }
        if (path->kind == Path::Kind::Parameter) {
            return name(path->paramRef());
        }
        std::string full = path->kind == Path::Kind::Table
                               ? tableName(path->object, path->instances)
                               : name(path->objectRef());
        full.pop_back();
        return full;
    };
    return changeItems(def.list, value.stringView(), outside).value_or(std::string{});
}

Result<std::string> PathCodec::internalReference(std::string_view text) const {
    const auto object = walk(text::cat({text, "."}), Side::Outside);
    if (object && object->kind == Path::Kind::Object) {
        std::string inside = internalName(object->objectRef());
        inside.pop_back();
        return inside;
    }
    const auto param = walk(text, Side::Outside);
    if (param && param->kind == Path::Kind::Parameter) {
        return internalName(param->paramRef());
    }
    return fail(ErrorCode::NotFound,
                text::cat({"\"", text::cutUtf8(text, kMaxPathBytes), "\" names nothing"}));
}

Result<std::string> PathCodec::internalText(ParamIndex param, std::string_view text) const {
    const ParamDef& def = schema_->param(param);
    if (!def.pathReference) {
        return std::string(text);
    }
    return changeItems(def.list, text,
                       [this](std::string_view item) { return internalReference(item); });
}

}  // namespace platen::model
