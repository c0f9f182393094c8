// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/core.hpp"

#include <utility>

namespace platen::app {

Result<std::unique_ptr<Core>> Core::make(const config::Settings& settings,
                                         const std::filesystem::path& stateFile) {
    std::unique_ptr<Core> core(new Core());
    auto knowledge = loadKnowledge(settings);
    if (!knowledge) {
        return tl::unexpected<Error>(knowledge.error());
    }
    core->knowledge = std::move(*knowledge);
    core->resolver = net::makeSystemResolver(core->loop);
    auto datagrams = net::openUdp(core->loop);
    if (!datagrams) {
        return tl::unexpected<Error>(datagrams.error());
    }
    core->datagrams = std::move(*datagrams);
    core->engine = snmp::makeEngine(core->loop, *core->datagrams);
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
    core->prober =
        std::make_unique<discovery::Prober>(*core->engine, *core->knowledge.maps, core->loop);
    return core;
}

}  // namespace platen::app
