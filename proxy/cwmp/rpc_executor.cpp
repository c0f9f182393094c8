// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/rpc_executor.hpp"

#include "proxy/cwmp/rpc_objects.hpp"
#include "proxy/cwmp/rpc_read.hpp"
#include "proxy/cwmp/rpc_transfer.hpp"

#include <chrono>
#include <utility>

namespace platen::cwmp {
namespace {

RpcResponse statusZero() {
    return {"SetParameterValues", "<Status>0</Status>"};
}

Fault notStored(const Error& error) {
    return makeFault(FaultCode::InternalError, error.code == ErrorCode::Exhausted
                                                   ? "the gateway's disk is full"
                                                   : "the gateway could not store it");
}

}  // namespace

void RpcExecutor::answer(RpcResult result, Done done) {
    context_.loop.post([alive = std::weak_ptr<int>(alive_), result = std::move(result),
                        done = std::move(done)]() mutable {
        if (!alive.expired()) {
            done(std::move(result));
        }
    });
}

void RpcExecutor::execute(RpcRequest request, Done done) {
    const auto& codec = context_.codec;
    if (std::holds_alternative<GetRpcMethods>(request)) {
        answer(getRpcMethods(), std::move(done));
    } else if (const auto* values = std::get_if<GetParameterValues>(&request)) {
        answer(getParameterValues(device_, codec, *values, context_.acs.behaviour.longTypes),
               std::move(done));
    } else if (const auto* names = std::get_if<GetParameterNames>(&request)) {
        answer(getParameterNames(device_, codec, *names), std::move(done));
    } else if (const auto* read = std::get_if<GetParameterAttributes>(&request)) {
        answer(getParameterAttributes(device_, codec, *read), std::move(done));
    } else if (auto* set = std::get_if<SetParameterValues>(&request)) {
        setValues(std::move(*set), std::move(done));
    } else if (const auto* attributes = std::get_if<SetParameterAttributes>(&request)) {
        setAttributes(*attributes, std::move(done));
    } else if (const auto* restart = std::get_if<Reboot>(&request)) {
        reboot(*restart, std::move(done));
    } else if (std::holds_alternative<FactoryReset>(request)) {
        factoryReset_ = true;
        answer(RpcResponse{"FactoryReset", {}}, std::move(done));
    } else if (const auto* inform = std::get_if<ScheduleInform>(&request)) {
        scheduleInform(*inform, std::move(done));
    } else if (const auto* row = std::get_if<AddObject>(&request)) {
        addObject(*row, std::move(done));
    } else if (const auto* gone = std::get_if<DeleteObject>(&request)) {
        deleteObject(*gone, std::move(done));
    } else {
        executeTransfer(std::move(request), std::move(done));
    }
}

void RpcExecutor::executeTransfer(RpcRequest request, Done done) {
    const auto* queue = context_.transfers.queue(device_.id());
    if (std::holds_alternative<GetQueuedTransfers>(request)) {
        answer(getQueuedTransfers(queue), std::move(done));
        return;
    }
    if (std::holds_alternative<GetAllQueuedTransfers>(request)) {
        answer(getAllQueuedTransfers(queue), std::move(done));
        return;
    }
    const auto finisher = [this, &done](const char* method) {
        return [alive = std::weak_ptr<int>(alive_), method,
                done = std::move(done)](const transfer::Outcome& outcome) mutable {
            if (!alive.expired()) {
                done(transferResult(method, outcome));
            }
        };
    };
    if (const auto* cancel = std::get_if<CancelTransfer>(&request)) {
        context_.transfers.cancel(device_.id(), cancel->commandKey, finisher("CancelTransfer"));
        return;
    }
    const char* method = std::holds_alternative<Download>(request) ? "Download"
                         : std::holds_alternative<Upload>(request) ? "Upload"
                                                                   : "ScheduleDownload";
    auto wanted = wantedTransfer(std::move(request), context_.transfers.now());
    if (auto* fault = std::get_if<Fault>(&wanted)) {
        answer(std::move(*fault), std::move(done));
        return;
    }
    context_.transfers.add(device_.id(), std::get<transfer::Transfer>(std::move(wanted)),
                           finisher(method));
}

void RpcExecutor::setValues(SetParameterValues request, Done done) {
    acceptShownTypes(context_.acs.behaviour.longTypes, context_.codec, request);
    auto checked =
        checkSetValues(device_, context_.codec, context_.params, context_.informParams, request);
    if (auto* fault = std::get_if<Fault>(&checked)) {
        answer(std::move(*fault), std::move(done));
        return;
    }
    auto assignments = std::get<std::vector<fleet::Assignment>>(std::move(checked));
    if (assignments.empty()) {
        answer(statusZero(), std::move(done));
        return;
    }
    device_.write(std::move(assignments), {},
                  [alive = std::weak_ptr<int>(alive_), request = std::move(request),
                   done = std::move(done)](const fleet::WriteFaults& faults) mutable {
                      if (alive.expired()) {
                          return;
                      }
                      if (faults.empty()) {
                          done(statusZero());
                      } else {
                          done(faultOfWrite(request, faults));
                      }
                  });
}

void RpcExecutor::setAttributes(const SetParameterAttributes& request, Done done) {
    auto checked =
        checkSetAttributes(device_, context_.codec, request, context_.options.lightweight);
    if (auto* fault = std::get_if<Fault>(&checked)) {
        answer(std::move(*fault), std::move(done));
        return;
    }
    auto change = std::get<AttributeChange>(std::move(checked));
    auto before = std::move(device_.attributes());
    device_.attributes() = std::move(change.table);
    context_.store.commit(std::move(change.rows), store::Durability::Durable,
                          [this, alive = std::weak_ptr<int>(alive_), before = std::move(before),
                           done = std::move(done)](const Result<void>& stored) mutable {
                              if (alive.expired()) {
                                  return;
                              }
                              if (!stored) {
                                  device_.attributes() = std::move(before);
                                  done(notStored(stored.error()));
                                  return;
                              }
                              done(RpcResponse{"SetParameterAttributes", {}});
                          });
}

void RpcExecutor::reboot(const Reboot& request, Done done) {
    if (const auto refusal = device_.rebootRefusal()) {
        answer(makeFault(FaultCode::RequestDenied, *refusal), std::move(done));
        return;
    }
    // The CommandKey is on disk before the ACS hears yes (C-KEY-05, C-EVT-34).
    store::Batch batch;
    if (!events_.add(EventCode::PendingReboot, request.commandKey, batch) &&
        !events_.has(EventCode::PendingReboot, request.commandKey)) {
        answer(makeFault(FaultCode::ResourcesExceeded, "too many events wait"), std::move(done));
        return;
    }
    // With the uptime of before: after a crash the restart is seen by it.
    device_.keepTold(batch);
    context_.store.commit(std::move(batch), store::Durability::Durable,
                          [this, alive = std::weak_ptr<int>(alive_), key = request.commandKey,
                           done = std::move(done)](const Result<void>& stored) mutable {
                              if (alive.expired()) {
                                  return;
                              }
                              if (!stored) {
                                  store::Batch undo;
                                  events_.erase(EventCode::PendingReboot, key, undo);
                                  context_.commit(device_.id(), std::move(undo));
                                  done(notStored(stored.error()));
                                  return;
                              }
                              reboot_ = true;
                              done(RpcResponse{"Reboot", {}});
                          });
}

void RpcExecutor::scheduleInform(const ScheduleInform& request, Done done) {
    // The delay counts from the request; key and time are on disk before the ACS hears yes
    // (C-CMD-05, C-EVT-34).
    const auto due = context_.loop.clock().wallNow() + std::chrono::seconds{request.delaySeconds};
    store::Batch batch;
    const auto sequence = events_.schedule(due, request.commandKey, batch);
    if (!sequence) {
        answer(makeFault(FaultCode::ResourcesExceeded, "too many informs are scheduled"),
               std::move(done));
        return;
    }
    context_.store.commit(std::move(batch), store::Durability::Durable,
                          [this, alive = std::weak_ptr<int>(alive_), sequence = *sequence,
                           done = std::move(done)](const Result<void>& stored) mutable {
                              if (alive.expired()) {
                                  return;
                              }
                              if (!stored) {
                                  store::Batch undo;
                                  events_.unschedule(sequence, undo);
                                  context_.commit(device_.id(), std::move(undo));
                                  done(notStored(stored.error()));
                                  return;
                              }
                              done(RpcResponse{"ScheduleInform", {}});
                          });
}

std::vector<fleet::Assignment> RpcExecutor::keyAssignment(const std::string& key) const {
    std::vector<fleet::Assignment> assignments;
    if (context_.params.parameterKey) {
        assignments.push_back({{*context_.params.parameterKey, {}}, model::Value::string(key)});
    }
    return assignments;
}

void RpcExecutor::addObject(const AddObject& request, Done done) {
    auto table = checkAddObject(device_, context_.codec, request.path);
    if (auto* fault = std::get_if<Fault>(&table)) {
        answer(std::move(*fault), std::move(done));
        return;
    }
    device_.addObject(std::get<model::ObjectRef>(table), keyAssignment(request.parameterKey),
                      [this, alive = std::weak_ptr<int>(alive_),
                       done = std::move(done)](const Result<std::uint32_t>& number) mutable {
                          if (!alive.expired()) {
                              answer(addObjectResult(number), std::move(done));
                          }
                      });
}

void RpcExecutor::deleteObject(const DeleteObject& request, Done done) {
    auto row = checkDeleteObject(device_, context_.codec, request.path);
    if (auto* fault = std::get_if<Fault>(&row)) {
        answer(std::move(*fault), std::move(done));
        return;
    }
    device_.deleteObject(std::get<model::ObjectRef>(row), keyAssignment(request.parameterKey),
                         [this, alive = std::weak_ptr<int>(alive_),
                          done = std::move(done)](const Result<void>& deleted) mutable {
                             if (!alive.expired()) {
                                 answer(deleteObjectResult(deleted), std::move(done));
                             }
                         });
}

}  // namespace platen::cwmp
