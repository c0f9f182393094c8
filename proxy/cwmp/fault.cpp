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
        case FaultCode::DownloadFailed:
            return "File transfer failure";
        case FaultCode::UploadFailed:
            return "Upload failure";
        case FaultCode::FileServerAuthentication:
            return "File transfer server authentication failure";
        case FaultCode::UnsupportedProtocol:
            return "Unsupported protocol for file transfer";
        case FaultCode::CannotContactFileServer:
            return "File transfer failure: unable to contact file server";
        case FaultCode::CannotAccessFile:
            return "File transfer failure: unable to access file";
        case FaultCode::CannotCompleteDownload:
            return "File transfer failure: unable to complete download";
        case FaultCode::FileCorrupted:
            return "File transfer failure: file corrupted or otherwise unusable";
        case FaultCode::OutsideTimeWindows:
            return "File transfer failure: unable to complete download within specified time "
                   "windows";
        case FaultCode::CannotCancel:
            return "Cancellation of file transfer not permitted in current transfer state";
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
        case FaultCode::OutsideTimeWindows:
        case FaultCode::CannotCancel:
            return true;
        case FaultCode::MethodNotSupported:
        case FaultCode::RequestDenied:
        case FaultCode::InternalError:
        case FaultCode::ResourcesExceeded:
        case FaultCode::NotificationRejected:
        case FaultCode::DownloadFailed:
        case FaultCode::UploadFailed:
        case FaultCode::FileServerAuthentication:
        case FaultCode::UnsupportedProtocol:
        case FaultCode::CannotContactFileServer:
        case FaultCode::CannotAccessFile:
        case FaultCode::CannotCompleteDownload:
        case FaultCode::FileCorrupted:
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
