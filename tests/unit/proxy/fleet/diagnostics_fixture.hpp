// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <span>
#include <string>
#include <vector>

namespace platen::fleet {

/// A fleet with writes as an ACS makes them, that remembers which tests were reported.
class DiagnosticsFixture : public FleetFixture {
  protected:
    class Completions final : public FleetObserver {
      public:
        std::vector<DeviceId> devices;
        void deviceAdded(ManagedDevice& /*device*/, bool /*isNew*/) override {}
        void deviceRemoved(DeviceId /*device*/) override {}
        void valuesChanged(ManagedDevice& /*device*/,
                           std::span<const Change> /*changes*/) override {}
        void restarted(ManagedDevice& /*device*/) override {}
        void diagnosticsComplete(ManagedDevice& device) override { devices.push_back(device.id()); }
    };

    /// Starts the gateway again over the store, with what `context` offers now.
    void restartFleet() {
        fleet.reset();
        fleet = std::make_unique<Fleet>(*context, *prober);
        fleet->addObserver(completions_);
        fleet->restore(store->load().value());
        fleet->start();
        settle();
    }

    [[nodiscard]] Assignment assignment(const std::string& name, const std::string& value) const {
        const auto path = codec.parseInternal(name).value();
        const auto type = codec.schema().param(path.paramRef().param).type;
        switch (type) {
            case model::ValueType::UnsignedInt:
            case model::ValueType::UnsignedLong:
                return {path.paramRef(), model::Value::unsignedInteger(type, std::stoull(value))};
            case model::ValueType::Boolean:
                return {path.paramRef(), model::Value::boolean(value == "1")};
            default:
                return {path.paramRef(), model::Value::string(value)};
        }
    }
    WriteFaults write(ManagedDevice& device, std::vector<Assignment> assignments) {
        WriteFaults faults;
        device.write(std::move(assignments), {}, [&](WriteFaults got) { faults = std::move(got); });
        loop.runUntilIdle();
        return faults;
    }
    WriteFaults write(ManagedDevice& device, const std::string& name, const std::string& value) {
        return write(device, {assignment(name, value)});
    }
    std::string get(const ManagedDevice& device, const std::string& name) const {
        const auto value = device.tree().get(codec.parseInternal(name).value().paramRef());
        return value ? value->text() : "(absent)";
    }

    Completions completions_;
};

}  // namespace platen::fleet
