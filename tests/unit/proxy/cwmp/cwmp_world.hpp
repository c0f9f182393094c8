// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/schema.hpp"
#include "proxy/cwmp/manager.hpp"
#include "proxy/store/store.hpp"
#include "seeded_random.hpp"
#include "soap_text.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_device.hpp"
#include "tests/support/fake_http.hpp"
#include "tests/support/fake_loop.hpp"
#include "tests/unit/proxy/transfer/fake_transfer.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace platen::test {

/// The small model of tests/data/soap/model, read once.
[[nodiscard]] const model::Schema& testSchema();

/// A scripted ACS on a FakeHttpClient. It checks each envelope against the schemas.
class AcsDouble {
  public:
    explicit AcsDouble(FakeHttpClient& http);

    /// Request bodies for the sessions of a device, in order.
    void ask(const std::string& serial, std::string request) {
        requests_[serial].push_back(std::move(request));
    }
    /// Instead of the InformResponse; nothing: the usual one.
    std::function<std::optional<Result<net::HttpReply>>(const SeenInform&)> onInform;
    /// Instead of the usual answer to any later POST.
    std::function<std::optional<Result<net::HttpReply>>(const std::string& body)> onPost;
    /// Reached at all; false: the connection is refused.
    bool up = true;
    bool validate = true;

    std::vector<SeenInform> informs;    ///< All, also those that were refused.
    std::vector<SeenInform> confirmed;  ///< Those that got an InformResponse.
    std::vector<std::string> urls;      ///< Of each Inform.
    std::vector<SeenReply> replies;     ///< Responses and faults of the CPE.
    std::vector<std::string> posts;     ///< All bodies.
    std::vector<std::string> reports;   ///< TransferComplete envelopes; answered.
    std::size_t attempts = 0;           ///< Connections, also the refused.

    [[nodiscard]] std::size_t count(std::string_view event) const;  ///< In confirmed Informs.

  private:
    std::optional<Result<net::HttpReply>> answer(const FakeHttpClient::Exchange& exchange);
    Result<net::HttpReply> next(const std::string& serial);

    std::map<std::string, std::deque<std::string>> requests_;
    std::map<std::size_t, std::string> serials_;  ///< Of each HTTP session.
};

/// Everything that a Manager needs, in memory.
struct World {
    World();

    /// Makes the Manager; call once, and again after restart().
    void start();
    /// The process ends and starts again: the store stays, devices lose what is not stored.
    void restart();
    FakeDevice& addPrinter(const std::string& serial, bool isNew = true);
    FakeDevice& addGateway();
    FakeDevice& present(DeviceId id, fleet::Identity identity, bool isNew);
    [[nodiscard]] cwmp::ManagerPorts ports();
    /// Runs what is due, without letting time pass.
    void settle() { loop.advance(Millis{0}); }
    [[nodiscard]] const SeenInform& last() const { return acs.informs.back(); }

    FakeClock clock;
    FakeLoop loop{clock};
    SeededRandom random;
    model::PathCodec codec;
    model::TextPool pool;
    FailingStore store;
    FakeHttpClient http{loop};
    AcsDouble acs{http};
    config::Acs settings;
    cwmp::ManagerOptions options;
    FakeFetcher fetcher;
    FakeDepot depot;
    transfer::Limits transferLimits;
    TemporaryFolder folder;
    std::unique_ptr<transfer::Transfers> transfers;
    std::map<DeviceId, std::unique_ptr<FakeDevice>> devices;
    std::unique_ptr<cwmp::Manager> manager;
    std::uint32_t nextId = 1;
    std::string softwareVersion = "1.2.3";  ///< Of devices that are presented from now on.
};

}  // namespace platen::test
