// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::snmp {

/// What went wrong in a read without ending it; for the operator.
class Problems {
  public:
    static constexpr std::size_t kMax = 32;  ///< Later ones are dropped.

    /// `walk of 1.3.6.1.2.1.43.11.1.1.6 stopped: OID did not grow`
    void add(std::string_view subject, const Oid& oid, std::string_view what) {
        if (texts_.size() < kMax) {
            texts_.push_back(std::string(subject) + ' ' + oid.toString() + ' ' + std::string(what));
        }
    }
    [[nodiscard]] std::vector<std::string> take() { return std::exchange(texts_, {}); }

  private:
    std::vector<std::string> texts_;
};

}  // namespace platen::snmp
