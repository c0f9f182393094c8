// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sim/printer.hpp"

#include <optional>

namespace platen::sim {

/// The SNMP v1 and v2c agent of one printer at a time: a pure step from a decoded request to the
/// octets of its reply. Keeps its buffers, so one Agent serves any number of printers. Faults that
/// concern what is in the reply are made here; those of the network (delay, loss, source address)
/// by the caller.
class Agent {
  public:
    /// The reply, or nothing where an agent stays silent (wrong community, GETBULK in v1, a
    /// printer that is switched off). Valid until the next call.
    [[nodiscard]] std::optional<ByteView> respond(Printer& printer,
                                                  const Request& request,
                                                  SteadyTime now);

  private:
    struct Problem {
        ErrorStatus status = ErrorStatus::NoError;
        std::size_t index = 0;
    };
    [[nodiscard]] bool mayAnswer(const Printer& printer,
                                 const Request& request,
                                 SteadyTime now) const;
    [[nodiscard]] Problem get(const Printer& printer, const Request& request, SteadyTime now);
    [[nodiscard]] Problem getNext(const Printer& printer, const Request& request, SteadyTime now);
    void getBulk(const Printer& printer, const Request& request, SteadyTime now);
    [[nodiscard]] Problem set(Printer& printer, const Request& request, SteadyTime now);
    [[nodiscard]] bool addObject(const Printer& printer, const Printer::Object& object);
    /// Adds the next object of a column, or what stands for the end; false if it does not fit.
    [[nodiscard]] bool addNext(const Printer& printer, std::size_t column, SteadyTime now);
    void startColumns(const Printer& printer, const Request& request);
    [[nodiscard]] ByteView fail(const Request& request, Problem problem);
    [[nodiscard]] ByteView spoil(ByteView reply, const Faults& faults);

    Reply reply_;
    bool muted_ = false;  ///< The reply has an object of the fault `mute`.
    Bytes spoilt_;
    /// One for each name of a GETNEXT or GETBULK.
    struct Column {
        Printer::Cursor cursor;
        OidView name;  ///< The last one given.
        bool moved = false;
        std::vector<std::uint32_t> invented;  ///< Names of a walk without end.
    };
    std::vector<Column> columns_;
};

}  // namespace platen::sim
