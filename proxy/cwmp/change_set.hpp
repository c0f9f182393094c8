// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.hpp"
#include "mfp-datamodel/path.hpp"
#include "proxy/store/store.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace platen::cwmp {

/// Parameters of one device whose change the ACS has not been told (C-NOT). Small and sorted; told
/// to the store by mutations that the caller commits. thread: loop
class ChangeSet {
  public:
    /// The codec must outlive this.
    ChangeSet(DeviceId device, const model::PathCodec& codec) : device_(device), codec_(&codec) {}

    /// Takes a stored row; names that the model no longer has are dropped.
    void restore(std::string_view internalName);
    void add(const model::ParamRef& ref, store::Batch& batch);
    void erase(const model::ParamRef& ref, store::Batch& batch);
    void clear(store::Batch& batch);

    /// The changes so far belong to the session that starts.
    [[nodiscard]] std::vector<model::ParamRef> startDelivery();
    /// They were delivered; what changed again since startDelivery() stays (C-INF-11).
    void delivered(store::Batch& batch);

    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] std::vector<model::ParamRef> refs() const;

  private:
    struct Entry {
        model::ParamRef ref;
        bool inFlight = false;
    };
    [[nodiscard]] std::vector<Entry>::iterator find(const model::ParamRef& ref);
    void rowErased(const model::ParamRef& ref, store::Batch& batch) const;

    DeviceId device_;
    const model::PathCodec* codec_;
    std::vector<Entry> entries_;
};

}  // namespace platen::cwmp
