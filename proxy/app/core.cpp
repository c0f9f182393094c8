// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/core.hpp"

#include "proxy/app/paced_datagrams.hpp"
#include "proxy/app/recording_engine.hpp"

#include <utility>

namespace platen::app {

Result<std::unique_ptr<Core>> Core::make(const config::Settings& settings,
                                         const std::filesystem::path& stateFile) {
    return make(settings, stateFile, {});
}

Result<std::unique_ptr<Core>> Core::make(const config::Settings& settings,
                                         const std::filesystem::path& stateFile,
                                         const CoreOptions& options) {
    std::unique_ptr<Core> core(new Core());
    auto knowledge = loadKnowledge(settings, options.extraMap);
    if (!knowledge) {
        return tl::unexpected<Error>(knowledge.error());
    }
    core->knowledge = std::move(*knowledge);
    core->resolver = net::makeSystemResolver(core->loop);
    core->lan = net::makeSystemLan(core->loop);
    auto datagrams = net::openUdp(core->loop);
    if (!datagrams) {
        return tl::unexpected<Error>(datagrams.error());
    }
    core->datagrams = std::move(*datagrams);
    if (options.packetPause > Millis{0}) {
        core->datagrams = std::make_unique<PacedDatagrams>(core->loop, std::move(core->datagrams),
                                                           options.packetPause);
    }
    core->background = net::makeBackgroundThread(core->loop);
    core->knowledge.maps->compileBeside([&background = *core->background](auto work, auto done) {
        background.run(std::move(work), std::move(done));
    });
    if (options.recording != nullptr) {
        auto playing = std::make_unique<RecordingEngine>(core->loop, *options.recording);
        core->playing = playing.get();
        core->engine = std::move(playing);
    } else {
        core->engine = snmp::makeEngine(core->loop, *core->datagrams, *core->background);
    }
    if (stateFile.empty()) {
        core->store = store::makeMemoryStore(core->loop);
    } else {
        auto store = store::openSqlite(stateFile, core->loop);
        if (!store) {
            return tl::unexpected<Error>(store.error());
        }
        core->store = std::move(*store);
    }
    core->context = std::make_unique<fleet::FleetContext>(
        fleet::FleetContext{.loop = core->loop,
                            .store = *core->store,
                            .engine = *core->engine,
                            .resolver = *core->resolver,
                            .maps = *core->knowledge.maps,
                            .codec = *core->knowledge.codec,
                            .pool = core->pool,
                            .names = *core->knowledge.names,
                            .random = core->random,
                            .settings = &settings,
                            .findMaker = core->knowledge.findMaker,
                            .gateway = {.manufacturer = "Platen",
                                        .oui = settings.gateway.oui,
                                        .productClass = settings.gateway.productClass,
                                        .serial = settings.gateway.serial}});
    core->context->lan = core->lan.get();
    if (options.recording == nullptr) {
        core->context->neighbourMac = [core = core.get()](const net::Address& address) {
            return core->neighbours.macOf(address, core->clock.steadyNow());
        };
    }
    core->prober =
        std::make_unique<discovery::Prober>(*core->engine, *core->knowledge.maps, core->loop);
    if (options.recording != nullptr) {
        core->prober->readAnything();
    }
    return core;
}

}  // namespace platen::app
