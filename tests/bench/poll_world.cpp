// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/poll_world.hpp"

#include "proxy/fleet/contact_facts.hpp"

#include <malloc.h>

#include <cstdio>
#include <utility>

namespace platen::bench {

namespace {

constexpr std::size_t kProbesAtOnce = 64;

}  // namespace

std::size_t heapInUse() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

std::size_t PollWorld::meet() {
    for (std::size_t i = 0; i < kProbesAtOnce; ++i) {
        probeNext();
    }
    core_.loop.run();
    return devices_.size();
}

std::size_t PollWorld::values() const {
    std::size_t sum = 0;
    for (const auto& device : devices_) {
        sum += device->tree().cellCount();
    }
    return sum;
}

void PollWorld::probeNext() {
    if (probes_ == count_) {
        return;
    }
    ++probes_;
    // The simulator leaves .0 and .255 out.
    while ((next_ & 0xFFU) == 0 || (next_ & 0xFFU) == 0xFFU) {
        ++next_;
    }
    const net::Endpoint endpoint{net::Address::fromIpv4(next_++), port_};
    const auto& snmp = core_.context->settings->snmp;
    core_.prober->probe(endpoint, discovery::candidatesFor(snmp, endpoint.address), snmp.timeout,
                        snmp.retries, [this](discovery::Finding finding) {
                            adopt(std::move(finding));
                            probeNext();
                            if (++finished_ == count_) {
                                core_.loop.stop();
                            }
                        });
}

void PollWorld::adopt(discovery::Finding finding) {
    if (!finding.contact) {
        return;
    }
    const auto facts = fleet::contactFacts(*core_.context, *finding.contact);
    auto record = fleet::newRecord(*core_.context, *finding.contact, facts, true);
    record.id = DeviceId{static_cast<std::uint32_t>(devices_.size() + 1)};
    auto device =
        std::make_unique<fleet::PrinterDevice>(*core_.context, events_, std::move(record));
    auto configuration = std::move(finding.contact->configuration);
    device->connect(std::move(*finding.contact));
    device->prepare();
    device->applyGroup(mibmap::Group::Configuration, std::move(configuration));
    devices_.push_back(std::move(device));
}

}  // namespace platen::bench
