// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/printer_device.hpp"

#include <memory>
#include <vector>

namespace platen::fleet {

/// One SetParameterValues on a printer: SNMP settings one after the other, each read before,
/// written and read back; if one fails, those before it are undone and nothing is kept. Then the
/// gateway's own values and the caller's rows are stored in one transaction (design: a write).
/// Lives until its end through the callbacks that hold it.
class PrinterWrite final : public std::enable_shared_from_this<PrinterWrite> {
  public:
    PrinterWrite(PrinterDevice& device,
                 std::vector<Assignment> assignments,
                 store::Batch more,
                 UniqueFunction<void(WriteFaults)> done);

    void start();

  private:
    struct Step {
        std::size_t assignment = 0;
        mibmap::SetPlan plan;
        std::vector<VarBind> before;  ///< For undo.
        bool written = false;
    };

    /// Errors become a fault of that assignment.
    [[nodiscard]] Result<mibmap::SetPlan> planFor(const Assignment& assignment) const;
    void readBefore();
    void onBefore(Result<snmp::ReadResult> result);
    void writeNext();
    void onWritten(Result<snmp::SetRefusal> result);
    void readBack();
    void onReadBack(Result<snmp::ReadResult> result);
    void failAt(std::size_t assignment, AssignmentFault::Kind kind, std::string text);
    void undo();
    void undoNext();
    void commit();
    void finish(WriteFaults faults);
    void readAll(void (PrinterWrite::*then)(Result<snmp::ReadResult>));
    [[nodiscard]] snmp::TargetId writeTarget() const;

    /// True if the device was removed or lost its connection meanwhile.
    [[nodiscard]] bool gone() const;

    FleetContext& context_;
    PrinterDevice& device_;  ///< Only while exists_ has not expired.
    std::weak_ptr<int> exists_;
    std::vector<Assignment> assignments_;
    store::Batch more_;
    UniqueFunction<void(WriteFaults)> done_;
    std::vector<Step> steps_;
    std::size_t next_ = 0;
    WriteFaults faults_;
};

}  // namespace platen::fleet
