// SPDX-License-Identifier: Apache-2.0
// `platen record`: a printer as a file that can be passed on.
#include "base/text.hpp"
#include "proxy/app/app.hpp"
#include "proxy/app/core.hpp"
#include "proxy/app/credential_search.hpp"
#include "proxy/app/host_address.hpp"
#include "proxy/app/recorder.hpp"
#include "proxy/app/recording_reader.hpp"
#include "proxy/app/redaction.hpp"
#include "proxy/app/tools.hpp"
#include "proxy/discovery/credentials.hpp"
#include "proxy/fleet/version.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

namespace platen::app {

namespace {

constexpr Millis kPacketPause{20};

void complain(const std::string& text) {
    std::fprintf(stderr, "platen: %s\n", text.c_str());
}

/// The subtrees that are walked: those of every printer, and of the makers whose objects maps look
/// for at first contact.
std::vector<Oid> subtreesFor(const mibmap::MapSet& maps) {
    static const Oid kEnterprises{1, 3, 6, 1, 4, 1};
    auto out = recordedSubtrees();
    for (const auto& oid : maps.identifyPlan().scalars) {
        if (!oid.startsWith(kEnterprises) || oid.size() <= kEnterprises.size()) {
            continue;
        }
        auto maker = kEnterprises.child({oid[kEnterprises.size()]});
        constexpr std::uint32_t kPwg = 2699;  // what it has for printers is in the list already
        if (maker[kEnterprises.size()] != kPwg &&
            std::find(out.begin(), out.end(), maker) == out.end()) {
            out.push_back(std::move(maker));
        }
    }
    return out;
}

/// What the configuration knows to be secret.
std::vector<PrivateText> secretsOf(const config::Settings& settings) {
    std::vector<PrivateText> out;
    const auto add = [&out](std::string_view text) {
        // Everybody's community: it would hide the word wherever it stands.
        if (!text.empty() && text != "public") {
            out.push_back({Private::Secret, std::string(text)});
        }
    };
    for (const auto& credential : settings.snmp.credentials) {
        for (const auto* secret : {&credential.community, &credential.writeCommunity,
                                   &credential.authPassword, &credential.privPassword}) {
            add(secret->reveal());
        }
        add(credential.user);
    }
    return out;
}

std::string headerOf(const Redacted& redacted, const RecordedObjects& recorded) {
    std::string out = text::cat({"# A printer recorded by platen ", fleet::kVersion,
                                 ".\n# Replaced by stand-ins of the same length: "});
    bool any = false;
    for (const auto& [kind, count] : redacted.replaced) {
        out += text::cat({any ? ", " : "", toString(kind), " (", std::to_string(count), ")"});
        any = true;
    }
    out += any ? ".\n" : "nothing.\n";
    if (redacted.leftOut > 0) {
        out += text::cat({"# Left out: ", std::to_string(redacted.leftOut),
                          " objects about jobs, connections, routes and neighbours.\n"});
    }
    for (const auto& note : recorded.notes) {
        out += "# Not complete: " + text::oneLine(note, 200) + "\n";
    }
    out +=
        "# Look it through before you pass it on: a name in a maker's own object can look like "
        "any text.\n";
    return out;
}

/// Finds the credential and walks; the rows, or the exit code.
class Recording {
  public:
    Recording(Core& core, const config::Settings& settings)
        : core_(core),
          settings_(settings),
          search_(*core.prober, settings.snmp.timeout, settings.snmp.retries),
          recorder_(core.loop, *core.engine, {}) {}

    int run(const net::Address& address) {
        endpoint_ = {address, settings_.snmp.port};
        auto candidates = discovery::candidatesFor(settings_.snmp, address);
        if (candidates.empty()) {
            complain("no SNMP credential is configured for " + address.toString());
            return kExitNoAnswer;
        }
        search_.start(endpoint_, std::move(candidates),
                      [this](SearchResult found) { onFound(std::move(found)); });
        core_.loop.run();
        return exit_;
    }
    [[nodiscard]] RecordedObjects& objects() { return objects_; }

  private:
    void onFound(SearchResult found) {
        if (!found.working) {
            const auto* refused = found.refused();
            complain(endpoint_.address.toString() + ": " +
                     (refused != nullptr ? refused->reason : found.finding.reason));
            exit_ = kExitNoAnswer;
            core_.loop.stop();
            return;
        }
        if (found.finding.verdict != discovery::Verdict::Printer) {
            complain("note: " + found.finding.reason + "; recorded all the same");
        }
        snmp::TargetOptions options;
        options.endpoint = endpoint_;
        options.version = found.working->version;
        options.community = found.working->community.clone();
        options.user = found.working->user;
        options.timeout = settings_.snmp.timeout;
        options.retries = settings_.snmp.retries;
        recorder_.start(std::move(options), subtreesFor(*core_.knowledge.maps),
                        [this](Result<RecordedObjects> recorded) {
                            if (recorded) {
                                objects_ = std::move(*recorded);
                            } else {
                                complain(recorded.error().text);
                                exit_ = kExitNoAnswer;
                            }
                            core_.loop.stop();
                        });
    }

    Core& core_;
    const config::Settings& settings_;
    CredentialSearch search_;
    Recorder recorder_;
    net::Endpoint endpoint_;
    RecordedObjects objects_;
    int exit_ = kExitOk;
};

bool write(const std::string& file, const std::string& text) {
    if (file.empty()) {
        return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
               std::fflush(stdout) == 0;
    }
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    return out.good();
}

}  // namespace

int runRecord(const CommandLine& line, const config::Settings& settings) {
    auto core = Core::make(settings, {},
                           {.recording = nullptr, .extraMap = {}, .packetPause = kPacketPause});
    if (!core) {
        complain(core.error().text);
        return kExitFailed;
    }
    const auto address = findAddress(line.arguments.front());
    if (!address) {
        complain(address.error().text);
        return kExitNoAnswer;
    }
    Recording run(**core, settings);
    if (const int exit = run.run(*address); exit != kExitOk) {
        return exit;
    }
    const auto recording = mibmap::Recording::of(std::move(run.objects().rows));
    auto known = secretsOf(settings);
    if (auto read = privateTextsOf(settings, recording)) {
        known.insert(known.end(), std::make_move_iterator(read->begin()),
                     std::make_move_iterator(read->end()));
    }
    const auto redacted = redact(recording, known);
    if (!write(line.output, headerOf(redacted, run.objects()) + redacted.recording.text())) {
        complain((line.output.empty() ? "standard output" : line.output) + ": " +
                 std::generic_category().message(errno));
        return kExitFailed;
    }
    if (!line.output.empty()) {
        std::printf("%s: %zu objects, %u PDUs\n", line.output.c_str(),
                    redacted.recording.rows().size(), run.objects().pdus);
    }
    return kExitOk;
}

}  // namespace platen::app
