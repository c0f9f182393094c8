// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/rpc_objects.hpp"

#include "proxy/cwmp/rpc_read.hpp"
#include "proxy/cwmp/xml_writer.hpp"

namespace platen::cwmp {
namespace {

Fault unknownObject(std::string_view path) {
    return makeFault(FaultCode::InvalidParameterName, path);
}

Fault faultOf(const Error& error) {
    switch (error.code) {
        case ErrorCode::NotFound:
            return makeFault(FaultCode::InvalidParameterName, error.text);
        case ErrorCode::TooLarge:
            return makeFault(FaultCode::ResourcesExceeded, error.text);
        case ErrorCode::Refused:
            return makeFault(FaultCode::RequestDenied, error.text);
        default:
            return makeFault(FaultCode::InternalError, error.text);
    }
}

}  // namespace

std::variant<model::ObjectRef, Fault> checkAddObject(const fleet::ManagedDevice& device,
                                                     const model::PathCodec& codec,
                                                     std::string_view path) {
    const auto found = findPath(device.tree(), codec, path);
    if (!found || found->kind != model::Path::Kind::Table || !device.rowsWritable(found->object)) {
        return unknownObject(path);
    }
    return found->objectRef();
}

std::variant<model::ObjectRef, Fault> checkDeleteObject(const fleet::ManagedDevice& device,
                                                        const model::PathCodec& codec,
                                                        std::string_view path) {
    const auto found = findPath(device.tree(), codec, path);
    if (!found || found->kind != model::Path::Kind::Object ||
        !codec.schema().object(found->object).table || !device.rowsWritable(found->object)) {
        return unknownObject(path);
    }
    return found->objectRef();
}

RpcResult addObjectResult(const Result<std::uint32_t>& number) {
    if (!number) {
        return faultOf(number.error());
    }
    XmlWriter content;
    content.element("InstanceNumber", std::uint64_t{*number});
    content.element("Status", std::uint64_t{0});
    return RpcResponse{"AddObject", content.take()};
}

RpcResult deleteObjectResult(const Result<void>& done) {
    if (!done) {
        return faultOf(done.error());
    }
    return RpcResponse{"DeleteObject", "<Status>0</Status>"};
}

}  // namespace platen::cwmp
