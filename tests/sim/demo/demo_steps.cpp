// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "tests/sim/demo/demo_run.hpp"
#include "tests/sim/demo/printer_view.hpp"
#include "tests/sim/demo/snmp_get.hpp"

#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

namespace platen::demo {

namespace {

constexpr std::string_view kEventConnectionRequest = "6 CONNECTION REQUEST";
/// TR-069 gives a CPE 30 s from an accepted connection request to its Inform (C-CR-07).
constexpr Millis kConnectionRequestLimit{30'000};

}  // namespace

std::string Demo::idOfSerial(const std::string& serial) const {
    const auto found = std::ranges::find(devices_, serial, &AcsClient::Device::serialNumber);
    return found == devices_.end() ? "" : found->id;
}

bool Demo::waitForDevices() {
    std::set<std::string> seen;
    const bool all = waitFor(kStepLimit, [this, &seen] {
        devices_ = client_->devices().value_or(std::vector<AcsClient::Device>{});
        bool gateway = false;
        for (const auto& device : devices_) {
            gateway = gateway || (device.productClass == kGatewayClass && device.sessions > 0);
            if (device.sessions > 0 && seen.insert(device.id).second) {
                say(text::cat({"registered: ", device.id, " (", device.manufacturer, ")"}));
            }
        }
        return gateway && std::ranges::all_of(printers_, [this, &seen](const SimPrinter& printer) {
                   return seen.contains(idOfSerial(printer.serial));
               });
    });
    if (all) {
        say(text::cat({"the gateway and all ", std::to_string(printers_.size()),
                       " printers are registered"}));
        return true;
    }
    std::string missing;
    for (const SimPrinter& printer : printers_) {
        if (!seen.contains(idOfSerial(printer.serial))) {
            missing += text::cat({" ", printer.serial, " (", printer.address, ")"});
        }
    }
    return failStep(missing.empty() ? "the gateway itself did not register"
                                    : "not registered:" + missing);
}

AcsClient::Task Demo::stateOf(std::uint64_t task) const {
    return task == 0 ? AcsClient::Task{} : client_->task(task).value_or(AcsClient::Task{});
}

bool Demo::runTask(const Result<AcsClient::Queued>& queued, std::string_view what) {
    if (!queued) {
        return failStep(text::cat({what, ": ", queued.error().text}));
    }
    AcsClient::Task state;
    AcsClient::Task knock;
    const bool ended = waitFor(kStepLimit, [this, &queued, &state, &knock] {
        state = stateOf(queued->task);
        knock = stateOf(queued->knock);
        return state.state != AcsClient::TaskState::Running ||
               knock.state == AcsClient::TaskState::Failed;
    });
    if (state.state == AcsClient::TaskState::Done) {
        return true;
    }
    if (knock.state == AcsClient::TaskState::Failed) {
        return failStep(text::cat({what, ": the connection request failed: ", knock.text}));
    }
    return failStep(text::cat({what, ": ", ended ? state.text : "no answer in time"}));
}

bool Demo::readPrinters() {
    const std::string state = text::cat({kService, "Status"});
    for (const SimPrinter& printer : printers_) {
        const std::string id = idOfSerial(printer.serial);
        std::string status;
        do {  // Initializing until the first full poll is done
            if (!status.empty()) {
                ::poll(nullptr, 0, kPollMillis * 5);
            }
            if (!runTask(client_->get(id, {"Device.DeviceInfo.", "Device.Services."}),
                         "reading " + id)) {
                return false;
            }
            const auto values = client_->parameters(id, state);
            status = values && values->contains(state) ? values->at(state) : "absent";
        } while (status == "Initializing" && !timeIsUp() && !interrupted_);
        if (status != "Enabled") {
            return failStep(text::cat({id, ": ", state, " is ", status}));
        }
    }
    return true;
}

bool Demo::showTable() {
    std::vector<PrinterView> views;
    std::size_t parameters = 0;
    for (const SimPrinter& printer : printers_) {
        const auto values = client_->parameters(idOfSerial(printer.serial), "Device.");
        if (!values) {
            return failStep(values.error().text);
        }
        parameters += values->size();
        views.push_back(makeView(*values));
        if (views.back().serial != printer.serial || views.back().supplies.empty()) {
            return failStep(
                text::cat({"the model of ", printer.serial, " has no serial number or no supply"}));
        }
    }
    say(text::cat({"what the ACS has read (", std::to_string(parameters), " parameters):"}));
    const std::string table = "\n" + formatTable(views) + "\n";
    std::fwrite(table.data(), 1, table.size(), stdout);
    return true;
}

std::size_t Demo::countEvents(const std::string& device, std::string_view code) const {
    std::size_t count = 0;
    for (const auto& record :
         client_->history(device).value_or(std::vector<AcsClient::InformRecord>{})) {
        count += static_cast<std::size_t>(std::ranges::count(record.events, code));
    }
    return count;
}

bool Demo::showConnectionRequest() {
    const std::string id = idOfSerial(printers_.front().serial);
    const std::size_t before = countEvents(id, kEventConnectionRequest);
    const Millis from = elapsed();
    if (!runTask(client_->connectionRequest(id), "connection request to " + id)) {
        return false;
    }
    const bool came = waitFor(kConnectionRequestLimit, [this, &id, before] {
        return countEvents(id, kEventConnectionRequest) > before;
    });
    if (!came) {
        return failStep("no Inform with event \"6 CONNECTION REQUEST\" came");
    }
    say(text::cat({"connection request to ", id, " accepted; Inform with \"",
                   kEventConnectionRequest, "\" after ", std::to_string((elapsed() - from).count()),
                   " ms"}));
    return true;
}

std::string Demo::readBack(const std::string& device, const std::string& name) {
    if (!runTask(client_->get(device, {name}), "reading " + name)) {
        return {};
    }
    const auto values = client_->parameters(device, name);
    return values && values->contains(name) ? values->at(name) : "";
}

bool Demo::showGatewayValue() {
    const std::string id = idOfSerial(printers_.front().serial);
    const std::string name = text::cat({kService, "Identification.AssetTag"});
    const std::string value = "DEMO-0001";
    if (!runTask(client_->set(id, name, value), "setting " + name)) {
        return false;
    }
    const std::string read = readBack(id, name);
    if (read != value) {
        return failStep(text::cat({name, " was set to ", value, " and reads ", read}));
    }
    say(text::cat({"set and read back over CWMP: ", id, " Identification.AssetTag = ", read,
                   " (kept by the gateway)"}));
    return true;
}

bool Demo::showPrinterValue() {
    const SimPrinter& printer = printers_.front();
    const std::string id = idOfSerial(printer.serial);
    const std::string name = text::cat({kService, "Identification.Location"});
    const std::string value = "Demo room 101";
    if (!runTask(client_->set(id, name, value), "setting " + name)) {
        return false;
    }
    const std::string read = readBack(id, name);
    if (read != value) {
        return failStep(text::cat({name, " was set to ", value, " and reads ", read}));
    }
    const Oid sysLocation{1, 3, 6, 1, 2, 1, 1, 6, 0};
    const auto direct = snmpGet(printer.address, snmpPort_, sysLocation);
    if (!direct || direct->octets != value) {
        return failStep(text::cat({"the printer itself says sysLocation = ",
                                   direct ? direct->octets : direct.error().text}));
    }
    say(text::cat({"set and read back over CWMP: ", id, " Identification.Location = ", read,
                   "; the printer at ", printer.address,
                   " answers sysLocation = ", direct->octets}));
    return true;
}

void Demo::watchUntilEnd() {
    std::map<std::string, std::size_t> shown;
    for (const auto& device : devices_) {
        shown[device.id] =
            client_->history(device.id).value_or(std::vector<AcsClient::InformRecord>{}).size();
    }
    say(options_.runFor.count() == 0 ? "all steps worked; Informs follow, Ctrl-C ends"
                                     : "all steps worked; Informs follow until the time is up");
    (void)waitFor(
        options_.runFor.count() == 0 ? Millis{INT32_MAX} : options_.runFor, [this, &shown] {
            for (const auto& device : devices_) {
                const auto history =
                    client_->history(device.id).value_or(std::vector<AcsClient::InformRecord>{});
                for (std::size_t& i = shown[device.id]; i < history.size(); ++i) {
                    std::string codes;
                    for (const std::string& code : history[i].events) {
                        codes += (codes.empty() ? "" : ", ") + code;
                    }
                    say(text::cat({"Inform of ", device.id, ": ", codes}));
                }
            }
            return interrupted_ || timeIsUp();
        });
}

}  // namespace platen::demo
