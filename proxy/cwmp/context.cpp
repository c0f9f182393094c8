// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/context.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <utility>

namespace platen::cwmp {

AcsSettings AcsSettings::from(const config::Acs& acs) {
    AcsSettings settings;
    settings.url = acs.url;
    settings.username = acs.username;
    settings.password = acs.password.clone();
    settings.caFile = acs.caFile.string();
    settings.clientCertificate = acs.clientCertificate.string();
    settings.clientKey = acs.clientKey.string();
    settings.proxy = acs.proxy;
    settings.periodicInform = acs.periodicInform;
    settings.behaviour = AcsBehaviour::from(acs);
    return settings;
}

Context::Context(const ManagerPorts& ports, ManagerOptions optionsIn)
    : loop(ports.loop),
      store(ports.store),
      http(ports.http),
      random(ports.random),
      codec(ports.codec),
      transfers(ports.transfers),
      options(std::move(optionsIn)),
      params(ManagementParams::find(ports.codec.schema())),
      informParams(InformParams::find(ports.codec.schema())) {
    const auto& schema = codec.schema();
    for (std::size_t i = 0; i < schema.paramCount(); ++i) {
        const model::ParamIndex index(static_cast<model::ParamIndex::RepType>(i));
        if (schema.param(index).forcedInform) {
            forced.push_back({index, codec.name(model::ParamRef{index, {}})});
        }
    }
}

void Context::use(const config::Acs& settings) {
    acs = AcsSettings::from(settings);
    extraInform.clear();
    for (const auto& name : acs.behaviour.informParameters) {
        const auto path = codec.parseInternal(name);
        if (!path || path->kind != model::Path::Kind::Parameter) {
            LOG_WARNING("cwmp", "acs.parameter_unknown", {"parameter", name});
        } else if (!codec.schema().param(path->param).forcedInform &&
                   std::ranges::find(extraInform, path->paramRef()) == extraInform.end()) {
            extraInform.push_back(path->paramRef());
        }
    }
}

void logStoreFailure(DeviceId device, const Result<void>& result) {
    if (!result) {
        LOG_ERROR("cwmp", "store.failed", {"device", device}, {"error", result.error().text});
    }
}

void Context::commit(DeviceId device, store::Batch batch) {
    if (!batch.empty()) {
        store.commit(std::move(batch), store::Durability::Relaxed,
                     [device](const Result<void>& result) { logStoreFailure(device, result); });
    }
}

}  // namespace platen::cwmp
