// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/diagnostic.hpp"

#include "proxy/fleet/well_known.hpp"

#include <stdexcept>

namespace platen::fleet {

TestObject::TestObject(const model::Schema& schema, std::string_view path) : schema_(schema) {
    const auto object = schema.findObject(path);
    if (!object) {
        throw std::runtime_error("the data model lacks " + std::string(path));
    }
    // Tests stand in single objects: of the device, or of its one service.
    const bool ofDevice = schema.object(*object).depth == 0;
    ref_ = model::ObjectRef{*object, ofDevice ? model::Instances{} : serviceInstance()};
}

model::ParamRef TestObject::param(std::string_view name) const {
    const auto param = schema_.findParam(ref_.object, name);
    if (!param) {
        throw std::runtime_error("the data model lacks " + schema_.object(ref_.object).path +
                                 std::string(name));
    }
    return {*param, ref_.instances};
}

std::string TestObject::text(const model::Tree& tree, std::string_view name) const {
    const auto value = tree.get(param(name));
    return value ? value->text() : std::string();
}

std::uint64_t TestObject::number(const model::Tree& tree, std::string_view name) const {
    const auto value = tree.get(param(name));
    return value ? value->asUnsigned() : 0;
}

Assignment TestObject::assign(std::string_view name, std::string_view text) const {
    return {param(name), model::Value::string(text)};
}

Assignment TestObject::assign(std::string_view name, std::uint64_t number) const {
    const auto ref = param(name);
    return {ref, model::Value::unsignedInteger(schema_.param(ref.param).type, number)};
}

Assignment TestObject::assignTime(
    std::string_view name,
    std::optional<std::chrono::sys_time<std::chrono::microseconds>> time) const {
    return {param(name), model::Value::preciseDateTime(time.value_or(kUnknownTime))};
}

}  // namespace platen::fleet
