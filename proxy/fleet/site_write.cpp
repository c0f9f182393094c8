// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/site_write.hpp"

#include "base/log.hpp"

#include <utility>

namespace platen::fleet {

SiteWrite::SiteWrite(Hooks hooks,
                     std::vector<Part> printers,
                     Part gateway,
                     store::Batch more,
                     UniqueFunction<void(WriteFaults)> done)
    : hooks_(std::move(hooks)),
      printers_(std::move(printers)),
      gateway_(std::move(gateway)),
      more_(std::move(more)),
      done_(std::move(done)) {}

void SiteWrite::start(Hooks hooks,
                      std::vector<Part> printers,
                      Part gateway,
                      store::Batch more,
                      UniqueFunction<void(WriteFaults)> done) {
    const std::shared_ptr<SiteWrite> run(new SiteWrite(std::move(hooks), std::move(printers),
                                                       std::move(gateway), std::move(more),
                                                       std::move(done)));
    run->next();
}

void SiteWrite::next() {
    if (at_ < printers_.size()) {
        writePrinter(printers_[at_]);
    } else {
        writeGateway();
    }
}

void SiteWrite::writePrinter(Part& part) {
    auto* device = hooks_.device(part.row);
    if (device == nullptr) {
        fail(part, {{.index = 0,
                     .kind = AssignmentFault::Kind::Failed,
                     .text = "gateway: the printer is gone"}});
        return;
    }
    Undo undo{part.row, {}};
    for (const auto& assignment : part.assignments) {
        if (const auto before = device->tree().get(assignment.ref)) {
            undo.before.push_back({assignment.ref, *before});
        }
    }
    hooks_.begins(part.row);
    device->write(part.assignments, {},
                  [self = shared_from_this(), undo = std::move(undo)](WriteFaults faults) mutable {
                      const auto& written = self->printers_[self->at_];
                      self->hooks_.ended(written.row, faults);
                      if (!faults.empty()) {
                          self->fail(written, std::move(faults));
                          return;
                      }
                      self->written_.push_back(std::move(undo));
                      ++self->at_;
                      self->next();
                  });
}

void SiteWrite::writeGateway() {
    auto* gateway = hooks_.device(0);
    if (gateway == nullptr) {
        return;  // The program ends; nobody waits any more.
    }
    gateway->write(gateway_.assignments, std::move(more_),
                   [self = shared_from_this()](WriteFaults faults) {
                       if (faults.empty()) {
                           self->done_({});
                       } else {
                           self->fail(self->gateway_, std::move(faults));
                       }
                   });
}

/// The faults with the places that the caller knows; then what was written goes back.
void SiteWrite::fail(const Part& part, WriteFaults faults) {
    for (auto& fault : faults) {
        if (fault.index < part.places.size()) {
            fault.index = part.places[fault.index];
        }
    }
    faults_ = std::move(faults);
    undoNext();
}

void SiteWrite::undoNext() {
    if (written_.empty()) {
        done_(std::move(faults_));
        return;
    }
    auto undo = std::move(written_.back());
    written_.pop_back();
    auto* device = hooks_.device(undo.row);
    if (device == nullptr) {
        undoNext();
        return;
    }
    device->write(std::move(undo.before), {},
                  [self = shared_from_this(), row = undo.row](const WriteFaults& faults) {
                      self->hooks_.ended(row, faults);
                      if (!faults.empty()) {
                          LOG_WARNING("fleet", "site.undo_failed", {"row", row},
                                      {"reason", faults.front().text});
                      }
                      self->undoNext();
                  });
}

}  // namespace platen::fleet
