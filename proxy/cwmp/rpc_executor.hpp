// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "proxy/cwmp/context.hpp"
#include "proxy/cwmp/event_queue.hpp"
#include "proxy/cwmp/messages.hpp"
#include "proxy/cwmp/rpc_write.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <memory>
#include <string>
#include <vector>

namespace platen::cwmp {

/// Runs the requests of one session on its device, one at a time. thread: loop
class RpcExecutor {
  public:
    using Done = UniqueFunction<void(RpcResult)>;

    /// All must outlive this.
    RpcExecutor(Context& context, fleet::ManagedDevice& device, EventQueue& events)
        : context_(context), device_(device), events_(events) {}

    /// `done` comes once, never inside the call, after what the answer promises is on disk; not at
    /// all if the executor dies before.
    void execute(RpcRequest request, Done done);

    /// Asked for in this session; to be done after it (C-SES-14).
    [[nodiscard]] bool rebootRequested() const { return reboot_; }
    [[nodiscard]] bool factoryResetRequested() const { return factoryReset_; }

  private:
    void answer(RpcResult result, Done done);
    void executeTransfer(RpcRequest request, Done done);
    void setValues(SetParameterValues request, Done done);
    void setAttributes(const SetParameterAttributes& request, Done done);
    void reboot(const Reboot& request, Done done);
    void scheduleInform(const ScheduleInform& request, Done done);
    void addObject(const AddObject& request, Done done);
    void deleteObject(const DeleteObject& request, Done done);
    /// ParameterKey, to be set together with what the request does (C-KEY-01).
    [[nodiscard]] std::vector<fleet::Assignment> keyAssignment(const std::string& key) const;

    Context& context_;
    fleet::ManagedDevice& device_;
    EventQueue& events_;
    bool reboot_ = false;
    bool factoryReset_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::cwmp
