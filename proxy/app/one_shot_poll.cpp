// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/one_shot_poll.hpp"

#include "proxy/app/app.hpp"
#include "proxy/discovery/credentials.hpp"
#include "proxy/fleet/contact_facts.hpp"

#include <algorithm>
#include <utility>

namespace platen::app {

int OneShotPoll::read(const net::Endpoint& endpoint) {
    const auto& settings = *core_.context->settings;
    core_.prober->probe(endpoint, discovery::candidatesFor(settings.snmp, endpoint.address),
                        settings.snmp.timeout, settings.snmp.retries,
                        [this](discovery::Finding finding) { onFinding(std::move(finding)); });
    core_.loop.run();
    return exit_;
}

void OneShotPoll::onFinding(discovery::Finding finding) {
    if (finding.verdict != discovery::Verdict::Printer) {
        exit_ = finding.verdict == discovery::Verdict::NotPrinter ? kExitNoPrinter : kExitNoAnswer;
        complaint_ = finding.address.toString() + ": " + finding.reason;
        core_.loop.stop();
        return;
    }
    doubt_ = std::move(finding.doubt);
    readOn(std::move(*finding.contact), [this] { core_.loop.stop(); });
}

void OneShotPoll::readOn(discovery::Contact contact, UniqueFunction<void()> done) {
    done_ = std::move(done);
    const auto facts = fleet::contactFacts(*core_.context, contact);
    auto record = fleet::newRecord(*core_.context, contact, facts, true);
    record.id = DeviceId{1};
    device_ = std::make_unique<fleet::PrinterDevice>(*core_.context, events_, std::move(record));
    device_->setTracing(tracing_);
    reports_.push_back({.group = mibmap::Group::Configuration,
                        .error = {},
                        .pdus = contact.configurationPdus,
                        .bytes = 0,
                        .took = contact.configurationTook,
                        .problems = contact.evaluation.problems,
                        .objects = contact.configuration.size()});
    auto configuration = std::move(contact.configuration);
    device_->connect(std::move(contact));
    device_->prepare();
    device_->applyGroup(mibmap::Group::Configuration, std::move(configuration));
    device_->pollGroups({mibmap::Group::Status, mibmap::Group::Supplies, mibmap::Group::Counters},
                        [this](const std::vector<fleet::GroupReport>& reports) {
                            reports_.insert(reports_.end(), reports.begin(), reports.end());
                            if (std::any_of(reports.begin(), reports.end(), [](const auto& report) {
                                    return report.error && report.error->code == ErrorCode::Timeout;
                                })) {
                                complaint_ = "the printer stopped answering while it was read";
                                exit_ = kExitNoAnswer;
                            }
                            auto finished = std::exchange(done_, {});
                            finished();
                        });
}

}  // namespace platen::app
