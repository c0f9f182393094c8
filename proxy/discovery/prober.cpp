// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/prober.hpp"

#include "base/text.hpp"
#include "proxy/discovery/printer_evidence.hpp"
#include "proxy/discovery/read_request.hpp"

#include <algorithm>
#include <utility>

namespace platen::discovery {

namespace {

const Oid& sysUpTime() {
    static const Oid kOid{1, 3, 6, 1, 2, 1, 1, 3, 0};
    return kOid;
}

}  // namespace

struct Prober::Job {
    net::Endpoint endpoint;
    std::vector<SnmpAccess> candidates;
    std::size_t next = 0;
    Millis timeout{0};
    std::uint32_t retries = 0;
    std::optional<snmp::TargetId> target;
    Contact contact;
    Finding finding;
    UniqueFunction<void(Finding)> done;
};

void Prober::probe(const net::Endpoint& endpoint,
                   std::vector<SnmpAccess> candidates,
                   Millis timeout,
                   std::uint32_t retries,
                   UniqueFunction<void(Finding)> done) {
    auto job = std::make_shared<Job>();
    job->endpoint = endpoint;
    job->candidates = std::move(candidates);
    job->timeout = timeout;
    job->retries = retries;
    job->done = std::move(done);
    job->finding.address = endpoint.address;
    job->finding.reason = "no answer to SNMP";
    if (job->candidates.empty()) {
        job->finding.reason = "no SNMP credential is configured for this address";
    }
    tryNext(job);
}

void Prober::tryNext(const std::shared_ptr<Job>& job) {
    if (job->next >= job->candidates.size()) {
        finish(*job);
        return;
    }
    auto& access = job->candidates[job->next++];
    job->contact.endpoint = job->endpoint;
    job->contact.access = access.clone();
    snmp::TargetOptions options;
    options.endpoint = job->endpoint;
    options.version = access.version;
    options.community = access.community.clone();
    options.user = access.user;
    options.timeout = job->timeout;
    options.retries = job->retries;
    job->target = engine_.addTarget(std::move(options));
    auto request = toRequest(maps_.identifyPlan());
    if (std::find(request.scalars.begin(), request.scalars.end(), sysUpTime()) ==
        request.scalars.end()) {
        request.scalars.push_back(sysUpTime());
    }
    if (access.version != snmp::Version::V1) {  // there each missing one would cost a request
        request.scalars.insert(request.scalars.end(), deviceIdScalars().begin(),
                               deviceIdScalars().end());
    }
    engine_.read(*job->target, std::move(request), [this, job](Result<snmp::ReadResult> result) {
        onIdentified(job, std::move(result));
    });
}

void Prober::onIdentified(const std::shared_ptr<Job>& job, Result<snmp::ReadResult> result) {
    if (!result) {
        engine_.removeTarget(*job->target);
        job->target.reset();
        if (result.error().code != ErrorCode::Timeout) {
            job->finding.reason = result.error().text;
            job->finding.verdict = Verdict::Refused;
        }
        tryNext(job);
        return;
    }
    auto& contact = job->contact;
    contact.identification = std::move(result->varbinds);
    maps_.identify(contact.identification, contact.context);
    job->finding.systemDescription = contact.context.sysDescr;
    for (const auto& varbind : contact.identification) {
        if (varbind.oid == sysUpTime()) {
            constexpr std::int64_t kTicks = 100;
            contact.upTimeSeconds =
                static_cast<std::uint64_t>(varbind.value.asInteger().value_or(0) / kTicks);
        }
    }
    auto evidence = judge(contact.identification, contact.context);
    if (!evidence.printer && !readsAnything_) {
        job->finding.reason = std::move(evidence.reason);
        job->finding.verdict = Verdict::NotPrinter;
        finish(*job);
        return;
    }
    (evidence.printer ? job->finding.reason : job->finding.doubt) = std::move(evidence.reason);
    maps_.choose(contact.context, [this, job](std::shared_ptr<const mibmap::CompiledMap> map) {
        job->contact.map = std::move(map);
        readConfiguration(job);
    });
}

void Prober::readConfiguration(const std::shared_ptr<Job>& job) {
    const auto& contact = job->contact;
    engine_.read(
        *job->target, toRequest(contact.map->plan(mibmap::Group::Configuration, contact.context)),
        [this, job](Result<snmp::ReadResult> reply) { onConfiguration(job, std::move(reply)); });
}

void Prober::onConfiguration(const std::shared_ptr<Job>& job, Result<snmp::ReadResult> result) {
    if (!result) {
        job->finding.verdict = Verdict::Silent;
        job->finding.reason =
            "stopped answering while its configuration was read: " + result.error().text;
        finish(*job);
        return;
    }
    auto& contact = job->contact;
    contact.configuration = std::move(result->varbinds);
    contact.configurationPdus = result->pdus;
    contact.configurationTook = result->took;
    contact.evaluation = contact.map->evaluate(mibmap::Group::Configuration, contact.configuration,
                                               contact.context, loop_.clock().wallNow(), false);
    job->finding.verdict = Verdict::Printer;
    job->finding.contact = std::move(contact);
    finish(*job);
}

void Prober::finish(Job& job) {
    if (job.target) {
        engine_.removeTarget(*job.target);
        job.target.reset();
    }
    auto done = std::exchange(job.done, {});
    if (done) {
        done(std::move(job.finding));
    }
}

}  // namespace platen::discovery
