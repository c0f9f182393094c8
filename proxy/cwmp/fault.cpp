// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/fault.hpp"

#include "base/text.hpp"

namespace platen::cwmp {

std::string_view toString(FaultCode code) {
    switch (code) {
        case FaultCode::MethodNotSupported:
            return "Method not supported";
        case FaultCode::RequestDenied:
            return "Request denied";
        case FaultCode::InternalError:
            return "Internal error";
        case FaultCode::InvalidArguments:
            return "Invalid arguments";
        case FaultCode::ResourcesExceeded:
            return "Resources exceeded";
        case FaultCode::InvalidParameterName:
            return "Invalid parameter name";
        case FaultCode::InvalidParameterType:
            return "Invalid parameter type";
        case FaultCode::InvalidParameterValue:
            return "Invalid parameter value";
        case FaultCode::NotWritable:
            return "Attempt to set a non-writable parameter";
        case FaultCode::NotificationRejected:
            return "Notification request rejected";
    }
    return "Internal error";
}

bool isClientFault(FaultCode code) {
    switch (code) {
        case FaultCode::InvalidArguments:
        case FaultCode::InvalidParameterName:
        case FaultCode::InvalidParameterType:
        case FaultCode::InvalidParameterValue:
        case FaultCode::NotWritable:
            return true;
        case FaultCode::MethodNotSupported:
        case FaultCode::RequestDenied:
        case FaultCode::InternalError:
        case FaultCode::ResourcesExceeded:
        case FaultCode::NotificationRejected:
            return false;
    }
    return false;
}

Fault makeFault(FaultCode code, std::string_view detail) {
    Fault fault;
    fault.code = code;
    fault.text =
        detail.empty() ? std::string(toString(code)) : text::cat({toString(code), ": ", detail});
    return fault;
}

}  // namespace platen::cwmp
