// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/scan_keeper.hpp"

#include "proxy/fleet/keep.hpp"

namespace platen::fleet {

void ScanKeeper::restore(const store::Snapshot& snapshot) {
    for (const auto& fact : snapshot.facts) {
        if (fact.key == kFact) {
            resume_ = kept_ = fact.text;
        }
    }
}

void ScanKeeper::begun() {
    stopTimer();
    later();
}

void ScanKeeper::later() {
    timer_ = loop_.after(kEvery, "discovery.keep", [this] {
        timer_.reset();
        keep(scanner_.mark());
        if (scanner_.running()) {
            later();
        }
    });
}

void ScanKeeper::ended() {
    stopTimer();
    keep({});
}

void ScanKeeper::interrupted() {
    stopTimer();
    if (scanner_.running()) {
        resume_ = scanner_.mark();
        keep(resume_);
    }
}

void ScanKeeper::stopTimer() {
    if (timer_) {
        loop_.cancel(*timer_);
        timer_.reset();
    }
}

void ScanKeeper::keep(std::string mark) {
    if (mark == kept_) {
        return;
    }
    kept_ = mark;
    store::Batch batch;
    batch.emplace_back(store::FactRow{.key = kFact, .text = std::move(mark)});
    commitAndLog(store_, std::move(batch), store::Durability::Relaxed, DeviceId{0});
}

}  // namespace platen::fleet
