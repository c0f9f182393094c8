// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/value.hpp"
#include "proxy/cwmp/long_types.hpp"
#include "proxy/cwmp/messages.hpp"
#include "proxy/cwmp/xml_writer.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::cwmp {

/// One entry of the Event list as it goes out (C-INF-04).
struct EventStruct {
    std::string code;
    std::string commandKey;
};

/// What an Inform says (C-INF). The parameter list is markup that a ParameterListWriter made.
struct InformMessage {
    fleet::Identity identity;
    std::vector<EventStruct> events;  ///< 1 to 64.
    std::string currentTime;          ///< Local time with offset (C-INF-06).
    std::uint32_t retryCount = 0;
    std::string offeredVersions{kOfferedVersions};  ///< C-VER-03
    std::string parameterList;
};

/// A `<ParameterList soap-enc:arrayType="cwmp:ParameterValueStruct[n]">` built entry by entry.
class ParameterListWriter {
  public:
    explicit ParameterListWriter(LongTypes longTypes = LongTypes::Long) : longTypes_(longTypes) {}

    /// `list`: the value is a comma-separated list, a string on the wire.
    void add(std::string_view name, model::ValueType type, bool list, std::string_view text);
    [[nodiscard]] std::size_t size() const { return body_.size(); }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::string take();

  private:
    LongTypes longTypes_;
    XmlWriter body_;
    std::size_t count_ = 0;
};

/// `soap-enc:arrayType` list around `count` entries: `arrayOf("ParameterList",
/// "cwmp:ParameterInfoStruct", 2, entries)`.
[[nodiscard]] std::string arrayOf(std::string_view element,
                                  std::string_view type,
                                  std::size_t count,
                                  std::string_view entries);

/// Envelopes of the CPE. Only the method element is namespace-qualified (C-SOAP-01).
[[nodiscard]] std::string writeInform(const InformMessage& inform,
                                      Dialect dialect,
                                      std::string_view id);
/// GetRPCMethods, TransferComplete, AutonomousTransferComplete. Fault codes that an old dialect
/// lacks become the general one.
[[nodiscard]] std::string writeRequest(const OwnRequest& request,
                                       Dialect dialect,
                                       std::string_view id);
/// `id` is the request's, if it had one (C-SOAP-06).
[[nodiscard]] std::string writeResponse(const RpcResponse& response,
                                        Dialect dialect,
                                        const std::optional<std::string>& id);
[[nodiscard]] std::string writeFault(const Fault& fault,
                                     Dialect dialect,
                                     const std::optional<std::string>& id);
/// SOAP fault for a header that must be understood (C-VER-10).
[[nodiscard]] std::string writeMustUnderstandFault(std::string_view header,
                                                   Dialect dialect,
                                                   const std::optional<std::string>& id);

}  // namespace platen::cwmp
