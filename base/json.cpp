// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include "base/file.hpp"
#include "base/json_locate.hpp"
#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace platen {

// NOLINTNEXTLINE(bugprone-exception-escape): an empty text and a null value allocate nothing
struct JsonDocument::Impl {
    std::string text;
    nlohmann::json root;
};

namespace {

using Json = nlohmann::json;

constexpr std::size_t kShownName = 60;
constexpr std::size_t kShownReason = 300;

/// Reads the text and tells how far the parser has come: SAX callbacks carry no position.
class CountingIterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, const char** consumed) : at_(at), consumed_(consumed) {}
    reference operator*() const { return *at_; }
    CountingIterator& operator++() {
        *consumed_ = ++at_;
        return *this;
    }
    CountingIterator operator++(int) {
        CountingIterator old = *this;
        ++*this;
        return old;
    }
    friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
        return a.at_ == b.at_;
    }
    friend bool operator!=(const CountingIterator& a, const CountingIterator& b) {
        return !(a == b);
    }

  private:
    const char* at_;
    const char** consumed_;
};

/// Builds the document and refuses duplicate keys and too much depth on the way.
class GuardedBuilder final : public nlohmann::json_sax<Json> {
  public:
    GuardedBuilder(std::string_view text, const JsonLimits& limits)
        : text_(text), limits_(limits), consumed_(text.data()) {}

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(std::int64_t value) override { return add(value); }
    bool number_unsigned(std::uint64_t value) override { return add(value); }
    bool number_float(double value, const std::string& /*raw*/) override { return add(value); }
    bool string(std::string& value) override { return add(std::move(value)); }
    bool binary(Json::binary_t& /*value*/) override { return false; }
    bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
    bool start_array(std::size_t /*size*/) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(std::string& name) override {
        if (open_.back()->contains(name)) {
            return refuse(ErrorCode::Malformed, keyStart(),
                          text::cat({"the name \"", text::oneLine(name, kShownName),
                                     "\" stands here a second time"}));
        }
        key_ = name;
        return true;
    }

    bool parse_error(std::size_t position,
                     const std::string& /*token*/,
                     const nlohmann::detail::exception& exception) override {
        return refuse(ErrorCode::Malformed, position == 0 ? 0 : position - 1,
                      reason(exception.what()));
    }

    Json& root() { return root_; }
    const char** consumed() { return &consumed_; }
    [[nodiscard]] const Error& error() const { return error_; }

  private:
    template <typename T>
    bool add(T&& value) {
        place(Json(std::forward<T>(value)));
        return true;
    }

    /// Puts a value where the text has it and returns its address.
    Json* place(Json&& value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        Json& slot = parent[key_];
        slot = std::move(value);
        return &slot;
    }

    bool open(Json&& container) {
        if (open_.size() == limits_.maxDepth) {
            return refuse(
                ErrorCode::TooLarge, offset() - 1,
                text::cat({"nested more than ", std::to_string(limits_.maxDepth), " deep"}));
        }
        open_.push_back(place(std::move(container)));
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    [[nodiscard]] std::size_t offset() const {
        return static_cast<std::size_t>(consumed_ - text_.data());
    }

    /// Start of the key whose closing quote was read last: the nearest quote that no odd number of
    /// backslashes stands before.
    [[nodiscard]] std::size_t keyStart() const {
        std::size_t at = offset() - 1;
        while (at > 0) {
            --at;
            std::size_t slashes = 0;
            while (slashes < at && text_[at - 1 - slashes] == '\\') {
                ++slashes;
            }
            if (text_[at] == '"' && slashes % 2 == 0) {
                return at;
            }
        }
        return 0;
    }

    /// The library's text without its prefix and without the piece of input that it quotes, which
    /// can hold a password.
    static std::string reason(std::string_view what) {
        if (what.find("number overflow") != std::string_view::npos) {
            return "the number is too large";
        }
        what = what.substr(0, what.find("; last read:"));
        const auto colon = what.find(": ");
        std::string text(colon == std::string_view::npos ? what : what.substr(colon + 2));
        // What is missing there is mostly a comma.
        for (const std::string_view bracket : {"expected '}'", "expected ']'"}) {
            if (text.ends_with(bracket)) {
                text.insert(text.size() - 3, "',' or ");
            }
        }
        return text;
    }

    bool refuse(ErrorCode code, std::size_t at, std::string_view why) {
        const TextPosition position = json_text::positionAt(text_, at);
        error_.code = code;
        error_.text =
            text::cat({std::to_string(position.line), ":", std::to_string(position.column), ": ",
                       text::oneLine(why, kShownReason)});
        return false;
    }

    std::string_view text_;
    const JsonLimits& limits_;
    const char* consumed_;
    Json root_;
    std::vector<Json*> open_;
    std::string key_;
    Error error_;
};

}  // namespace

JsonDocument::JsonDocument(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<JsonDocument> JsonDocument::parse(std::string text, const JsonLimits& limits) {
    if (text.size() > limits.maxBytes) {
        return fail(ErrorCode::TooLarge,
                    text::cat({"1:1: larger than ", std::to_string(limits.maxBytes), " bytes"}));
    }
    auto impl = std::make_unique<Impl>();
    impl->text = std::move(text);
    const std::string_view all = impl->text;
    GuardedBuilder builder(all, limits);
    const bool good =
        Json::sax_parse(CountingIterator(all.data(), builder.consumed()),
                        CountingIterator(all.data() + all.size(), builder.consumed()), &builder,
                        Json::input_format_t::json, true, limits.allowComments);
    if (!good) {
        return tl::unexpected<Error>(builder.error());
    }
    impl->root = std::move(builder.root());
    return JsonDocument(std::move(impl));
}

Result<JsonDocument> JsonDocument::load(const std::filesystem::path& path,
                                        const JsonLimits& limits) {
    auto content = readFile(path, limits.maxBytes);
    if (!content) {
        return fail(content.error().code, text::cat({path.string(), ": ", content.error().text}));
    }
    auto document = parse(std::move(*content), limits);
    if (!document) {
        return fail(document.error().code, text::cat({path.string(), ":", document.error().text}));
    }
    return document;
}

const Json& JsonDocument::root() const {
    return impl_->root;
}

std::string_view JsonDocument::text() const {
    return impl_->text;
}

TextPosition JsonDocument::positionOf(std::string_view pointer, bool ofKey) const {
    return json_text::positionAt(impl_->text, json_text::offsetOf(impl_->text, pointer, ofKey));
}

std::string JsonDocument::render(std::string_view fileName, const JsonProblem& problem) const {
    return json_text::render(fileName, impl_->text, problem);
}

}  // namespace platen
