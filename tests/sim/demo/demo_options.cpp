// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "tests/sim/demo/demo.hpp"

namespace platen::demo {

Result<DemoOptions> parseCommandLine(const std::vector<std::string_view>& args,
                                     const std::filesystem::path& self) {
    constexpr std::uint64_t kMaxSeconds = 86'400;
    DemoOptions options;
    options.programs = self;
    // programs are built in build/PRESET/bin
    options.recordings = self / "../../../tests/data/recordings";
    for (std::size_t i = 0; i < args.size(); ++i) {
        const std::string_view option = args[i];
        if (option == "--keep") {
            options.keepFiles = true;
            continue;
        }
        if (i + 1 == args.size()) {
            return fail(ErrorCode::Malformed, text::cat({option, " needs a value, or is unknown"}));
        }
        const std::string_view value = args[++i];
        if (option == "--seconds") {
            const auto seconds = text::toUnsigned(value);
            if (!seconds || *seconds == 0 || *seconds > kMaxSeconds) {
                return fail(ErrorCode::Malformed, "--seconds: a number from 1 to 86400 is wanted");
            }
            options.runFor = std::chrono::seconds(*seconds);
        } else if (option == "--programs") {
            options.programs = value;
        } else if (option == "--recordings") {
            options.recordings = value;
        } else if (option == "--schemas") {
            options.schemas = value;
        } else {
            return fail(ErrorCode::Malformed, text::cat({"unknown option ", option}));
        }
    }
    return options;
}

}  // namespace platen::demo
