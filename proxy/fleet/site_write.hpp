// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/fleet/managed_device.hpp"
#include "proxy/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace platen::fleet {

/// One write to several devices, all or nothing: the printers one after the other, the gateway
/// last, because ParameterKey must hold only when all else does (C-KEY-01). If one fails, those
/// before it get their old values back. Lives until `done` was called. thread: loop
class SiteWrite final : public std::enable_shared_from_this<SiteWrite> {
  public:
    /// The share of one device.
    struct Part {
        std::uint32_t row = 0;                ///< Of the printer in the site; 0: the gateway.
        std::vector<Assignment> assignments;  ///< With the device's own names.
        std::vector<std::size_t> places;      ///< Of these in the whole write.
    };
    struct Hooks {
        /// Null if it is gone.
        std::function<ManagedDevice*(std::uint32_t row)> device;
        /// A printer's part begins, or has ended with these faults.
        std::function<void(std::uint32_t row)> begins;
        std::function<void(std::uint32_t row, const WriteFaults& faults)> ended;
    };

    /// `gateway` may be empty of assignments.
    static void start(Hooks hooks,
                      std::vector<Part> printers,
                      Part gateway,
                      store::Batch more,
                      UniqueFunction<void(WriteFaults)> done);

  private:
    struct Undo {
        std::uint32_t row = 0;
        std::vector<Assignment> before;
    };

    SiteWrite(Hooks hooks,
              std::vector<Part> printers,
              Part gateway,
              store::Batch more,
              UniqueFunction<void(WriteFaults)> done);
    void next();
    void writePrinter(Part& part);
    void writeGateway();
    void fail(const Part& part, WriteFaults faults);
    void undoNext();

    Hooks hooks_;
    std::vector<Part> printers_;
    Part gateway_;
    store::Batch more_;
    UniqueFunction<void(WriteFaults)> done_;
    std::size_t at_ = 0;
    std::vector<Undo> written_;
    WriteFaults faults_;
};

}  // namespace platen::fleet
