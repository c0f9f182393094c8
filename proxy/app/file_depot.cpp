// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/file_depot.hpp"

#include "base/file.hpp"
#include "base/log_recent.hpp"
#include "base/text.hpp"
#include "proxy/app/settings_backup.hpp"

#include <array>
#include <memory>
#include <optional>
#include <utility>

namespace platen::app {
namespace {

using transfer::FaultCode;
using transfer::FileType;
using transfer::Kind;
using transfer::Outcome;

constexpr DeviceId kGateway{0};
constexpr std::size_t kMaxConfigBytes = 32U << 10U;  ///< A hostile one takes 5 ms to check.
constexpr std::size_t kMaxReason = 200;

bool isLog(const FileType& type) {
    return type.content == FileType::Content::Log;
}

/// The first problem of a report, in one line.
std::string firstLine(std::string_view report) {
    return text::oneLine(report.substr(0, report.find('\n')), kMaxReason);
}

}  // namespace

namespace {

/// Settings on their way into a device.
class Restoring final : public transfer::Application {
  public:
    [[nodiscard]] std::weak_ptr<int> alive() const { return alive_; }

  private:
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

std::string configurationForUpload(const config::Settings& settings) {
    auto text = config::printConfig(settings);
    // `scheme://user:password@host` in any value, of which each has a line of its own: rather more
    // than less of what stands before the @ goes.
    for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at)) {
        at += 3;
        const auto mark = text.rfind('@', text.find('\n', at));
        if (mark != std::string::npos && mark > at) {
            text.replace(at, mark - at, "(secret)");
        }
    }
    return text;
}

bool FileDepot::hasInstance(DeviceId device, std::string_view table, std::uint32_t number) const {
    const auto* found = sources_.device(device);
    const auto path = sources_.codec.parseInternal(
        text::cat({"Device.DeviceInfo.", table, ".", std::to_string(number), "."}));
    return found != nullptr && path && found->tree().has(path->objectRef());
}

Outcome FileDepot::check(DeviceId device, Kind kind, std::string_view fileType) const {
    const auto type = transfer::readFileType(kind, fileType);
    if (!type) {
        return {FaultCode::InvalidArguments, "FileType is not supported"};
    }
    if (auto* firmware = firmwareFor(device, fileType)) {
        return firmware->check(device);
    }
    if (type->content == FileType::Content::Firmware) {
        return {FaultCode::Denied, device == kGateway ? "the gateway is updated by its package"
                                                      : "this site has no firmware catalogue"};
    }
    if (type->instance && !hasInstance(device, isLog(*type) ? "VendorLogFile" : "VendorConfigFile",
                                       *type->instance)) {
        return {FaultCode::InvalidArguments, "FileType names an instance that does not exist"};
    }
    return {};
}

Outcome FileDepot::read(DeviceId device, std::string_view fileType, std::string& content) {
    const auto type = transfer::readFileType(Kind::Upload, fileType);
    if (!type) {
        return {FaultCode::UploadFailed, "FileType is not supported"};
    }
    const auto* found = sources_.device(device);
    if (found == nullptr) {
        return {FaultCode::UploadFailed, "the printer is not there"};
    }
    if (!isLog(*type)) {
        content = configurationOf(*found, *type);
    } else {
        content = device == kGateway ? log::recent() : alertsOf(found->tree());
    }
    return {};
}

std::string FileDepot::configurationOf(const fleet::ManagedDevice& device,
                                       const FileType& type) const {
    const bool ownFile = device.id() == kGateway && type.instance != kGatewaySettings;
    return ownFile ? configurationForUpload(sources_.settings())
                   : writeBackup(device, sources_.codec);
}

firmware::Firmware* FileDepot::firmwareFor(DeviceId device, std::string_view fileType) const {
    const auto type = transfer::readFileType(Kind::Download, fileType);
    return device != kGateway && type && type->content == FileType::Content::Firmware
               ? sources_.firmware
               : nullptr;
}

std::uint64_t FileDepot::maxBytes(DeviceId device, std::string_view fileType) const {
    auto* firmware = firmwareFor(device, fileType);
    return firmware == nullptr ? 0 : firmware->maxBytes(device);
}

bool FileDepot::mayStart(DeviceId device, const transfer::Transfer& transfer) const {
    auto* firmware = firmwareFor(device, transfer.fileType);
    return firmware == nullptr || firmware->mayStart(device, transfer);
}

Outcome FileDepot::beforeFetch(DeviceId device, const transfer::Transfer& transfer) const {
    auto* firmware = firmwareFor(device, transfer.fileType);
    return firmware == nullptr ? Outcome{} : firmware->beforeFetch(device);
}

bool FileDepot::begun(DeviceId device, const transfer::Transfer& transfer) const {
    auto* firmware = firmwareFor(device, transfer.fileType);
    return firmware != nullptr && firmware->begun(device, transfer);
}

std::unique_ptr<transfer::Application> FileDepot::startApply(
    DeviceId device,
    const transfer::Transfer& transfer,
    const transfer::Received& received,
    UniqueFunction<void(transfer::Applied)> done) {
    auto* firmware = firmwareFor(device, transfer.fileType);
    return firmware == nullptr ? restore(device, received, std::move(done))
                               : firmware->startApply(device, transfer, received, std::move(done));
}

/// Null for files that are no good settings of this device: apply() says why.
std::unique_ptr<transfer::Application> FileDepot::restore(
    DeviceId device,
    const transfer::Received& received,
    UniqueFunction<void(transfer::Applied)> done) {
    auto* found = sources_.device(device);
    auto text = readFile(received.file, kMaxConfigBytes);
    if (found == nullptr || !text || !isBackup(*text)) {
        return nullptr;
    }
    auto assignments = readBackup(std::move(*text), *found, sources_.codec);
    if (!assignments) {
        return nullptr;
    }
    auto application = std::make_unique<Restoring>();
    found->write(std::move(*assignments), {},
                 [done = std::move(done),
                  alive = application->alive()](const fleet::WriteFaults& faults) mutable {
                     if (alive.expired()) {
                         return;
                     }
                     Outcome outcome;
                     if (!faults.empty()) {
                         outcome = {FaultCode::DownloadFailed, faults.front().text};
                     }
                     done({std::move(outcome), {}});
                 });
    return application;
}

std::string FileDepot::alertsOf(const model::Tree& tree) const {
    constexpr std::array<std::string_view, 3> kTables{"Alert", "AlertHistory", "SupplyHistory"};
    std::string text;
    for (const auto table : kTables) {
        text += text::cat({"# ", table, "\n"});
        const auto path = sources_.codec.parseInternal(text::cat({"MFP.1.", table, "."}));
        if (!path) {
            continue;  // A model without it.
        }
        tree.forEachParam(*path, [&](const model::ParamRef& ref, const model::Value& value) {
            text +=
                text::cat({sources_.codec.name(ref), "=",
                           text::oneLine(sources_.codec.valueText(ref.param, value), 1024), "\n"});
        });
    }
    return text;
}

Outcome FileDepot::apply(DeviceId device,
                         std::string_view fileType,
                         const std::filesystem::path& file) {
    const auto type = transfer::readFileType(Kind::Download, fileType);
    const auto* found = sources_.device(device);
    if (found == nullptr || !type || type->content != FileType::Content::Configuration) {
        return {FaultCode::DownloadFailed, "FileType is not supported"};
    }
    auto text = readFile(file, kMaxConfigBytes);
    if (!text) {
        return {FaultCode::DownloadFailed, text.error().text};
    }
    if (device != kGateway || isBackup(*text)) {
        const auto settings = readBackup(std::move(*text), *found, sources_.codec);
        return {FaultCode::Corrupted,
                settings ? "the device is not there" : firstLine(settings.error().text)};
    }
    config::LoadContext context;
    context.folder = sources_.configFile.parent_path();
    context.readFiles = false;  // What the ACS names is not opened.
    const auto outcome = config::loadSettingsFromText("platen.json", std::move(*text), context);
    if (!outcome.ok) {
        return {FaultCode::Corrupted, firstLine(outcome.report)};
    }
    return {FaultCode::Denied,
            "the configuration has no errors, but this gateway takes its configuration only from "
            "its own file"};
}

}  // namespace platen::app
