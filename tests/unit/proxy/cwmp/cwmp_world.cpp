// SPDX-License-Identifier: Apache-2.0
#include "cwmp_world.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

namespace platen::test {

const model::Schema& testSchema() {
    static const model::Schema schema = [] {
        const auto folder = std::filesystem::path(PLATEN_SOURCE) / "tests/data/soap/model";
        const std::array files{folder / "device.xml", folder / "service.xml"};
        auto loaded = model::Schema::load(files);
        if (!loaded) {
            throw std::runtime_error(loaded.error().text);
        }
        return std::move(*loaded);
    }();
    return schema;
}

AcsDouble::AcsDouble(FakeHttpClient& http) {
    http.onPost([this](const FakeHttpClient::Exchange& exchange) { return answer(exchange); });
}

std::size_t AcsDouble::count(std::string_view event) const {
    return static_cast<std::size_t>(
        std::count_if(confirmed.begin(), confirmed.end(),
                      [&](const SeenInform& inform) { return inform.has(event); }));
}

std::optional<Result<net::HttpReply>> AcsDouble::answer(const FakeHttpClient::Exchange& exchange) {
    if (exchange.post == 0) {
        ++attempts;
    }
    if (!up) {
        return fail(ErrorCode::Refused, "connection refused");
    }
    posts.push_back(exchange.body);
    if (validate && !exchange.body.empty()) {
        expectValid(exchange.body);
    }
    if (isInform(exchange.body)) {
        informs.push_back(readInform(exchange.body));
        urls.push_back(exchange.options.url);
        serials_[exchange.session] = informs.back().serial;
        if (onInform) {
            if (auto special = onInform(informs.back())) {
                return special;
            }
        }
        confirmed.push_back(informs.back());
        return FakeHttpClient::reply(200, informResponse(informs.back().cwmpNamespace));
    }
    const bool report = exchange.body.find("<cwmp:TransferComplete>") != std::string::npos;
    if (report) {
        reports.push_back(exchange.body);
    } else if (!exchange.body.empty()) {
        replies.push_back(readReply(exchange.body));
    }
    if (onPost) {
        if (auto special = onPost(exchange.body)) {
            return special;
        }
    }
    if (report) {
        return FakeHttpClient::reply(200, acsRequest("<c:TransferCompleteResponse/>"));
    }
    return next(serials_[exchange.session]);
}

Result<net::HttpReply> AcsDouble::next(const std::string& serial) {
    auto& queue = requests_[serial];
    if (queue.empty()) {
        return FakeHttpClient::reply(204, {});
    }
    auto request = acsRequest(queue.front());
    queue.pop_front();
    return FakeHttpClient::reply(200, std::move(request));
}

World::World() : codec(testSchema(), "X_PLATEN"), store(store::makeMemoryStore(loop), loop) {
    settings.url = "http://acs.example.net:7547/";
    settings.username = "cpe";
    settings.password = Secret("secret-of-the-cpe");
    settings.periodicInform = Millis{3'600'000};
    options.publicUrl = "http://gateway.example.net:7548/";
}

cwmp::ManagerPorts World::ports() {
    return {loop, store, http, random, codec, *transfers};
}

void World::start() {
    transfers = std::make_unique<transfer::Transfers>(
        transfer::Transfers::Ports{loop, store, fetcher, depot}, folder.path(), transferLimits);
    manager = std::make_unique<cwmp::Manager>(ports(), settings, options);
    auto snapshot = store.load();
    if (!snapshot) {
        throw std::runtime_error(snapshot.error().text);
    }
    transfers->restore(*snapshot);
    manager->restore(*snapshot);
}

void World::restart() {
    std::vector<std::pair<DeviceId, fleet::Identity>> known;
    for (const auto& [id, device] : devices) {
        known.emplace_back(id, device->identity());
    }
    manager.reset();
    transfers.reset();
    devices.clear();
    start();
    for (auto& [id, identity] : known) {
        present(id, std::move(identity), false);
    }
}

FakeDevice& World::addPrinter(const std::string& serial, bool isNew) {
    return present(DeviceId(nextId++), {"Example", "00AB12", "MFP-1", serial}, isNew);
}

FakeDevice& World::addGateway() {
    return present(DeviceId(0), {"Platen", "02A1B2", "Platen", "GW1"}, false);
}

FakeDevice& World::present(DeviceId id, fleet::Identity identity, bool isNew) {
    auto& slot = devices[id];
    slot = std::make_unique<FakeDevice>(id, std::move(identity),
                                        FakeDevice::Ports{codec, pool, loop, store});
    auto& device = *slot;
    device.put("Device.RootDataModelVersion", "2.15");
    device.put("Device.DeviceInfo.Manufacturer", device.identity().manufacturer);
    device.put("Device.DeviceInfo.ManufacturerOUI", device.identity().oui);
    device.put("Device.DeviceInfo.ProductClass", device.identity().productClass);
    device.put("Device.DeviceInfo.SerialNumber", device.identity().serial);
    device.put("Device.DeviceInfo.HardwareVersion", "H1");
    device.put("Device.DeviceInfo.SoftwareVersion", softwareVersion);
    device.put("Device.DeviceInfo.ProvisioningCode", "");
    device.put("Device.DeviceInfo.UpTime", "4711");
    device.put("MFP.1.Enable", "true");
    device.put("MFP.1.Status", "Up");
    device.put("MFP.1.Mode", "Fast");
    device.put("MFP.1.Location", "Room 1");
    device.put("MFP.1.Offset", "-3");
    device.put("MFP.1.Delay", "30");
    device.put("MFP.1.Balance", "-5000000000");
    device.put("MFP.1.Pages", "12345678901");
    device.put("MFP.1.LastSeen", "2031-02-03T04:05:06Z");
    device.put("MFP.1.Blob", "QUJD");
    device.put("MFP.1.Raw", "00ff");
    device.put("MFP.1.Colors", "Black,Cyan");
    device.put("MFP.1.Supply.1.Description", "Black <Toner> & \"more\"");
    device.put("MFP.1.Supply.1.Level", "80");
    device.put("MFP.1.Supply.1.Threshold", "10");
    device.put("MFP.1.Supply.4.Description", "Cyan");
    device.put("MFP.1.Supply.4.Level", "20");
    device.put("MFP.1.Supply.4.Threshold", "10");
    // What was kept comes back as a value of the ACS.
    const auto snapshot = store.load();
    for (const auto& row : snapshot->values) {
        if (row.device == id) {
            device.put(row.name, row.text, model::Source::Acs);
        }
    }
    for (const auto& row : snapshot->attributes) {
        if (row.device == id) {
            const auto ref = device.ref(row.name);
            auto attributes = device.attributes().get(ref);
            attributes.notification = static_cast<model::Notification>(row.notification);
            static_cast<void>(device.attributes().set(ref, attributes));
        }
    }
    device.observe(manager.get());
    manager->deviceAdded(device, isNew);
    return device;
}

}  // namespace platen::test
