// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/rpc_read.hpp"

#include "proxy/cwmp/soap_reader.hpp"
#include "proxy/cwmp/soap_writer.hpp"
#include "proxy/cwmp/xml_writer.hpp"

#include <string>

namespace platen::cwmp {
namespace {

Fault tooBig() {
    return makeFault(FaultCode::ResourcesExceeded, "the answer would be too large");
}

Fault unknownName(std::string_view name) {
    return makeFault(FaultCode::InvalidParameterName, name);
}

}  // namespace

Result<model::Path> findPath(const model::Tree& tree,
                             const model::PathCodec& codec,
                             std::string_view name) {
    auto path = codec.parse(name);
    if (!path || name.empty()) {
        return path;
    }
    bool exists = false;
    switch (path->kind) {
        case model::Path::Kind::Parameter:
            exists = tree.get(path->paramRef()).has_value();
            break;
        case model::Path::Kind::Object:
        case model::Path::Kind::Table:  // With the own number 0 (C-GPV-03).
            exists = tree.has(path->objectRef());
            break;
    }
    if (!exists) {
        return fail(ErrorCode::NotFound, std::string(name));
    }
    return path;
}

RpcResult getRpcMethods() {
    XmlWriter entries;
    const auto methods = supportedMethods();
    for (const auto method : methods) {
        entries.element("string", method);
    }
    return RpcResponse{"GetRPCMethods",
                       arrayOf("MethodList", "xsd:string", methods.size(), entries.str())};
}

RpcResult getParameterValues(fleet::ManagedDevice& device,
                             const model::PathCodec& codec,
                             const GetParameterValues& request,
                             LongTypes longTypes) {
    const auto& tree = device.tree();
    ParameterListWriter list(longTypes);
    const auto add = [&](const model::ParamRef& ref, const model::Value& value) {
        if (list.size() > kMaxResponseBytes) {
            return;  // The rest of this object only costs time.
        }
        const auto& def = codec.schema().param(ref.param);
        list.add(codec.name(ref), def.type, def.list, codec.valueText(ref.param, value));
    };
    for (const auto& name : request.names) {
        const auto path = findPath(tree, codec, name);
        if (!path) {
            return unknownName(name);
        }
        tree.forEachParam(*path, add);
        if (list.size() > kMaxResponseBytes) {
            return tooBig();
        }
    }
    return RpcResponse{"GetParameterValues", list.take()};
}

namespace {

/// Walks the objects of one device for GetParameterNames.
class NameLister {
  public:
    NameLister(fleet::ManagedDevice& device, const model::PathCodec& codec)
        : device_(device), tree_(device.tree()), codec_(codec) {}

    void parameter(const model::ParamRef& ref) { entry(codec_.name(ref), device_.writable(ref)); }

    /// A table: AddObject is possible; a row: DeleteObject is (C-GPN-07).
    void object(const model::Path& path) {
        entry(path.kind == model::Path::Kind::Table ? codec_.tableName(path.object, path.instances)
                                                    : codec_.name(path.objectRef()),
              codec_.schema().object(path.object).table && device_.rowsWritable(path.object));
    }

    /// What lies directly under the path, or all below it. Ends at the depth of the schema.
    void below(const model::Path& path, bool nextLevel) {
        if (path.kind == model::Path::Kind::Object) {
            tree_.forEachOwnParam(path.objectRef(),
                                  [this](const model::ParamRef& ref, const model::Value&) {
                                      if (!full()) {
                                          parameter(ref);
                                      }
                                  });
        }
        tree_.forEachChild(path, [this, nextLevel](const model::Path& child) {
            if (full()) {
                return;
            }
            object(child);
            if (!nextLevel) {
                below(child, false);
            }
        });
    }

    [[nodiscard]] bool full() const { return entries_.size() > kMaxResponseBytes; }

    [[nodiscard]] RpcResult finish() {
        if (full()) {
            return tooBig();
        }
        return RpcResponse{"GetParameterNames", arrayOf("ParameterList", "cwmp:ParameterInfoStruct",
                                                        count_, entries_.str())};
    }

  private:
    void entry(std::string_view name, bool writable) {
        entries_.raw("<ParameterInfoStruct><Name>");
        entries_.text(name);
        entries_.raw(writable ? "</Name><Writable>true</Writable></ParameterInfoStruct>"
                              : "</Name><Writable>false</Writable></ParameterInfoStruct>");
        ++count_;
    }

    fleet::ManagedDevice& device_;
    const model::Tree& tree_;
    const model::PathCodec& codec_;
    XmlWriter entries_;
    std::size_t count_ = 0;
};

}  // namespace

RpcResult getParameterNames(fleet::ManagedDevice& device,
                            const model::PathCodec& codec,
                            const GetParameterNames& request) {
    const auto path = findPath(device.tree(), codec, request.path);
    if (!path) {
        return unknownName(request.path);
    }
    NameLister lister(device, codec);
    if (path->kind == model::Path::Kind::Parameter) {
        if (request.nextLevel) {
            return makeFault(FaultCode::InvalidArguments,
                             "NextLevel must be false for a full parameter name");
        }
        lister.parameter(path->paramRef());
        return lister.finish();
    }
    const bool root = request.path.empty();
    if (root || !request.nextLevel) {
        lister.object(*path);
    }
    if (!root || !request.nextLevel) {
        lister.below(*path, request.nextLevel);
    }
    return lister.finish();
}

RpcResult getParameterAttributes(fleet::ManagedDevice& device,
                                 const model::PathCodec& codec,
                                 const GetParameterAttributes& request) {
    XmlWriter entries;
    std::size_t count = 0;
    const auto& attributes = device.attributes();
    const auto add = [&](const model::ParamRef& ref, const model::Value& /*value*/) {
        if (entries.size() > kMaxResponseBytes) {
            return;
        }
        const auto found = attributes.get(ref);
        entries.raw("<ParameterAttributeStruct>");
        entries.element("Name", codec.name(ref));
        entries.element("Notification", static_cast<std::uint64_t>(found.notification));
        XmlWriter access;
        for (const auto& item : found.accessList) {
            access.element("string", item);
        }
        entries.raw(arrayOf("AccessList", "xsd:string", found.accessList.size(), access.str()));
        entries.raw("</ParameterAttributeStruct>");
        ++count;
    };
    for (const auto& name : request.names) {
        const auto path = findPath(device.tree(), codec, name);
        if (!path) {
            return unknownName(name);
        }
        device.tree().forEachParam(*path, add);
        if (entries.size() > kMaxResponseBytes) {
            return tooBig();
        }
    }
    return RpcResponse{
        "GetParameterAttributes",
        arrayOf("ParameterList", "cwmp:ParameterAttributeStruct", count, entries.str())};
}

}  // namespace platen::cwmp
