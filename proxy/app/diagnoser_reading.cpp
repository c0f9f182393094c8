// SPDX-License-Identifier: Apache-2.0
// From the credential to the values.
#include "base/text.hpp"
#include "proxy/app/app.hpp"
#include "proxy/app/diagnoser.hpp"
#include "proxy/app/reading_steps.hpp"
#include "proxy/discovery/credentials.hpp"

#include <algorithm>
#include <utility>

namespace platen::app {

namespace {

const Oid& sysDescr() {
    static const Oid kOid{1, 3, 6, 1, 2, 1, 1, 1, 0};
    return kOid;
}
const Oid& sysObjectId() {
    static const Oid kOid{1, 3, 6, 1, 2, 1, 1, 2, 0};
    return kOid;
}

std::uint32_t enterpriseOf(const Oid& oid) {
    static const Oid kEnterprises{1, 3, 6, 1, 4, 1};
    return oid.startsWith(kEnterprises) && oid.size() > kEnterprises.size()
               ? oid[kEnterprises.size()]
               : 0;
}

/// What each tried credential said, in one text.
std::string triedText(const std::vector<TriedCredential>& tried) {
    std::string out;
    for (const auto& one : tried) {
        out += text::cat({out.empty() ? "" : "; ", one.name, ": ",
                          one.answered ? "works" : std::string_view(one.reason)});
    }
    return out;
}

}  // namespace

void Diagnoser::tryCredentials() {
    auto list = candidates();
    if (list.empty()) {
        add("credential", StepResult::Failed,
            "no entry of snmp.credentials is for this address (ranges)",
            "add one, or widen the ranges of one");
        skip({"view", "printer", "map", "reading", "complete"}, "there is no credential");
        finish("Not read: no SNMP credential is configured for this address.", kExitNoAnswer);
        return;
    }
    search_.start({address_, core_.context->settings->snmp.port}, std::move(list),
                  guarded([this](SearchResult result) { onCredentials(std::move(result)); }));
}

void Diagnoser::onCredentials(SearchResult result) {
    std::vector<std::pair<std::string, std::string>> facts;
    for (std::size_t i = 0; i < result.tried.size(); ++i) {
        const auto& one = result.tried[i];
        facts.emplace_back("tried_" + std::to_string(i + 1),
                           text::cat({one.name, ": ", one.answered ? "works" : one.reason}));
    }
    if (!result.working) {
        const auto* refused = result.refused();
        std::string advice =
            "a wrong community looks like silence: compare it with the printer's "
            "(upper and lower case count), and look whether the printer answers "
            "only some addresses (access list) or only SNMPv3";
        if (refused != nullptr) {
            advice = text::cat({"correct ", refused->name, ", or the user in the printer"});
        } else if (!agentThere_ && !alwaysThere_) {
            advice = "nothing of this host answers: first make it reachable; then " + advice;
        }
        add("credential", StepResult::Failed, triedText(result.tried), std::move(advice)).facts =
            std::move(facts);
        skip({"view", "printer", "map", "reading", "complete"}, "no credential works");
        finish(
            agentThere_ || refused != nullptr
                ? "Not read: an SNMP agent is there, but no configured credential is right."
            : alwaysThere_
                ? "Not read: the host is there, but does not answer SNMP with these credentials: "
                  "a wrong community, an access list, or SNMP is filtered."
                : "Not read: nothing at this address answers.",
            kExitNoAnswer);
        return;
    }
    auto text = triedText(result.tried);
    if (result.notTried > 0) {
        text += text::cat({"; not tried: ", std::to_string(result.notTried), " more"});
    }
    add("credential", StepResult::Ok, std::move(text), {}).facts = std::move(facts);
    access_ = std::move(result.working);
    auto& finding = result.finding;
    descr_ = finding.systemDescription;
    if (finding.verdict == discovery::Verdict::Silent) {
        add("view", StepResult::Failed, finding.reason,
            "the printer is overloaded or restarts, or large answers are lost on the way: try "
            "again, then raise snmp.timeout");
        skip({"printer", "map", "reading", "complete"}, "it stopped answering");
        finish("Not read: the printer stopped answering in the middle.", kExitNoAnswer);
        return;
    }
    if (finding.verdict == discovery::Verdict::Printer) {
        addViewOf(*finding.contact, out_.steps);
        add("printer", StepResult::Ok, "is a printer: " + finding.reason, {})
            .facts.emplace_back("description", descr_);
        addMap(*finding.contact, *core_.knowledge.maps, out_.steps);
        readAll(std::move(*finding.contact));
        return;
    }
    out_.verdict = finding.reason;  // until the view is known
    readView();
}

void Diagnoser::readView() {
    snmp::TargetOptions options;
    const auto& settings = core_.context->settings->snmp;
    options.endpoint = {address_, settings.port};
    options.version = access_->version;
    options.community = access_->community.clone();
    options.user = access_->user;
    options.timeout = settings.timeout;
    options.retries = settings.retries;
    target_ = core_.engine->addTarget(std::move(options));
    snmp::ReadRequest request;
    request.scalars = {sysDescr(), sysObjectId()};
    core_.engine->read(
        *target_, std::move(request),
        guarded([this](Result<snmp::ReadResult> result) { onView(std::move(result)); }));
}

void Diagnoser::onView(Result<snmp::ReadResult> result) {
    core_.engine->removeTarget(*target_);
    fleet::IdentityFacts facts;
    facts.systemDescription = descr_;
    if (result) {
        for (const auto& varbind : result->varbinds) {
            if (varbind.oid == sysObjectId() && varbind.value.type == SnmpType::ObjectId) {
                facts.enterprise = enterpriseOf(*varbind.value.oid);
            }
        }
    }
    const auto reason = std::exchange(out_.verdict, {});
    const auto maker = core_.knowledge.findMaker(facts);
    if (descr_.empty() || maker) {
        add("view", StepResult::Failed,
            descr_.empty() ? "the agent answers, but shows not even sysDescr"
                           : "sysDescr is readable (\"" + descr_ +
                                 "\"), but hrDeviceType and the Printer-MIB are not: noSuchObject",
            "the community or user sees only a part of the MIB: give it a view with "
            "1.3.6.1.2.1 and 1.3.6.1.4.1 in the printer; some makers have a switch \"Printer MIB\" "
            "or \"Standard MIBs\"");
        add("printer", StepResult::Failed,
            maker ? reason + "; by its description it is made by " + maker->brand : reason, {});
        skip({"map", "reading", "complete"}, "the Printer-MIB cannot be read");
        finish("Not read: the credential works, but the printer hides its Printer-MIB from it.",
               kExitNoPrinter);
        return;
    }
    add("view", StepResult::Ok, "sysDescr is readable: \"" + descr_ + "\"", {});
    add("printer", StepResult::Failed, reason,
        "a device that is no printer is left out; if it is one, make a map with match.present: "
        "docs/adding-a-printer.md")
        .facts.emplace_back("description", descr_);
    skip({"map", "reading", "complete"}, "it is no printer");
    finish("Not read: it answers SNMP, but is no printer.", kExitNoPrinter);
}

void Diagnoser::readAll(discovery::Contact contact) {
    poll_.readOn(std::move(contact), guarded([this] { onRead(); }));
}

void Diagnoser::onRead() {
    const bool good = addGroups(poll_.reports(), out_.steps);
    addAgent(poll_.device().learnedLimits(), out_.steps);
    const bool complete = addMissing(poll_.device(), *core_.knowledge.names, out_.steps);
    if (poll_.exit() != kExitOk) {
        finish("Read in part: the printer stopped answering.", poll_.exit());
        return;
    }
    std::string verdict = good && complete ? "Reads well."
                          : good           ? "Reads, but the printer does not tell everything."
                                           : "Reads, with problems.";
    if (leftOut_) {
        verdict += " But the gateway does not ask it by itself: see the step ranges.";
    }
    finish(std::move(verdict), kExitOk);
}

}  // namespace platen::app
