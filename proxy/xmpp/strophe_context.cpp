// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "proxy/xmpp/strophe_stream.hpp"

#include <strophe.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace platen::xmpp {
namespace {

/// The size of a block stands before it.
constexpr std::size_t kHeader = alignof(std::max_align_t);

void* blockOf(void* memory) {
    return static_cast<std::byte*>(memory) - kHeader;
}

std::size_t sizeOf(void* memory) {
    std::size_t size = 0;
    std::memcpy(&size, blockOf(memory), sizeof(size));
    return size;
}

}  // namespace

/// The library keeps pointers to these.
struct StropheContext::Tables {
    xmpp_mem_t memory{};
    xmpp_log_t log{};
    /// What the library holds. An exception from its log leaves a little behind, which goes with
    /// the context.
    std::unordered_set<void*> live{};
};

/// The library's callbacks.
struct ContextHooks {
    static StropheContext& context(void* data) { return *static_cast<StropheContext*>(data); }

    // The library wants blocks of malloc's kind.
    // NOLINTBEGIN(cppcoreguidelines-no-malloc)
    static void* allocate(std::size_t size, void* data) {
        if (size > SIZE_MAX - kHeader) {
            return nullptr;
        }
        void* block = std::malloc(size + kHeader);
        if (block == nullptr) {
            return nullptr;
        }
        std::memcpy(block, &size, sizeof(size));
        auto* memory = static_cast<std::byte*>(block) + kHeader;
        context(data).tables_->live.insert(memory);
        context(data).heldBytes_ += size;
        return memory;
    }
    static void release(void* memory, void* data) {
        if (memory != nullptr) {
            context(data).tables_->live.erase(memory);
            context(data).heldBytes_ -= sizeOf(memory);
            std::free(blockOf(memory));
        }
    }
    // NOLINTEND(cppcoreguidelines-no-malloc)
    static void* reallocate(void* memory, std::size_t size, void* data) {
        void* grown = allocate(size, data);
        if (grown != nullptr && memory != nullptr) {
            std::memcpy(grown, memory, std::min(sizeOf(memory), size));
            release(memory, data);
        }
        return grown;
    }
    /// Keeps only what went wrong: the rest holds passwords.
    ///
    /// libstrophe 0.12 follows a null pointer when a stream error has no children, and before TLS
    /// anybody on the way can send one. It logs each stanza before it handles it, which is the only
    /// place to stop it: the exception leaves the library's C functions by their unwind tables, and
    /// the connection is then only released.
    static void log(void* data, xmpp_log_level_t level, const char* area, const char* message) {
        const std::string_view line(message);
        if (line.starts_with(kReceivedError) && line.find('>') == line.size() - 1) {
            throw EmptyStreamError();
        }
        context(data).stanzas_ += line.starts_with(kReceived) ? 1U : 0U;
        context(data).broken_ = context(data).broken_ || line.starts_with(kParseError);
        if (level == XMPP_LEVEL_ERROR) {
            context(data).lastError_ = text::oneLine(text::cat({area, ": ", message}), kMaxError);
        }
    }

    static constexpr std::string_view kReceived = "RECV: ";
    static constexpr std::string_view kParseError = "parse error";
    static constexpr std::string_view kReceivedError = "RECV: <error";
    static constexpr std::size_t kMaxError = 200;
};

StropheContext::StropheContext() : tables_(std::make_unique<Tables>()) {
    tables_->memory = {.alloc = ContextHooks::allocate,
                       .free = ContextHooks::release,
                       .realloc = ContextHooks::reallocate,
                       .userdata = this};
    tables_->log = {.handler = ContextHooks::log, .userdata = this};
    context_ = xmpp_ctx_new(&tables_->memory, &tables_->log);
}

StropheContext::~StropheContext() {
    if (context_ != nullptr) {
        xmpp_ctx_free(context_);
    }
    const auto left = std::exchange(tables_->live, {});
    for (void* memory : left) {
        std::free(blockOf(memory));  // NOLINT(cppcoreguidelines-no-malloc)
    }
}

}  // namespace platen::xmpp
