// SPDX-License-Identifier: Apache-2.0
#include "mibmap/pattern.hpp"

#include <algorithm>

namespace platen::mibmap {

namespace {

bool isWordOctet(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

unsigned char lowerOctet(unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<unsigned char>(c + 32) : c;
}

}  // namespace

std::string_view Pattern::Match::group(std::string_view text, std::size_t number) const {
    if (number >= spans.size()) {
        return {};
    }
    const auto [begin, end] = spans[number];
    return begin <= end && end <= text.size() ? text.substr(begin, end - begin)
                                              : std::string_view{};
}

bool Pattern::accepts(const Instruction& instruction, std::string_view text, std::size_t at) const {
    if (at >= text.size()) {
        return false;
    }
    auto c = static_cast<unsigned char>(text[at]);
    if (ignoreCase_) {
        c = lowerOctet(c);
    }
    switch (instruction.code) {
        case Code::Char:
            return c == instruction.octet;
        case Code::Any:
            return c != '\n';
        case Code::Class:
            return classes_[instruction.x][c];
        default:
            return false;
    }
}

namespace {

constexpr std::uint32_t kUnset = 0xFFFFFFFFU;

using Saved = std::array<std::uint32_t, 2 * (Pattern::kMaxGroups + 1)>;

bool atWordEdge(std::string_view text, std::size_t at) {
    const bool before = at > 0 && isWordOctet(static_cast<unsigned char>(text[at - 1]));
    const bool after = at < text.size() && isWordOctet(static_cast<unsigned char>(text[at]));
    return before != after;
}

void tell(const Saved& saved, Pattern::Match& match) {
    for (std::size_t g = 0; g < match.spans.size(); ++g) {
        const bool set = saved[2 * g] != kUnset && saved[2 * g + 1] != kUnset;
        match.spans[g] = set ? std::pair<std::size_t, std::size_t>(saved[2 * g], saved[2 * g + 1])
                             : std::pair<std::size_t, std::size_t>(1, 0);
    }
}

}  // namespace

// Backtracking with an explicit stack: no recursion, a counted number of steps.
bool Pattern::runAt(std::string_view text,
                    std::size_t start,
                    Match& match,
                    std::size_t& steps) const {
    struct Frame {
        std::uint16_t pc;
        std::uint16_t slot;  // kNoSlot: a branch; else a capture to restore
        std::uint32_t at;
    };
    constexpr std::uint16_t kNoSlot = 0xFFFF;
    constexpr std::size_t kStack = 2048;
    std::array<Frame, kStack> stack;  // NOLINT(cppcoreguidelines-pro-type-member-init): hot
    Saved saved{};
    saved.fill(kUnset);
    std::size_t depth = 0;
    std::size_t pc = 0;
    std::size_t at = start;
    for (;;) {
        if (++steps > kMaxSteps) {
            return false;
        }
        const Instruction& in = program_[pc];
        bool alive = true;
        switch (in.code) {
            case Code::Char:
            case Code::Any:
            case Code::Class:
                alive = accepts(in, text, at);
                ++at;
                ++pc;
                break;
            case Code::Split:
                if (depth == kStack) {
                    return false;
                }
                stack[depth++] = {in.y, kNoSlot, static_cast<std::uint32_t>(at)};
                pc = in.x;
                break;
            case Code::Jump:
                pc = in.x;
                break;
            case Code::Save:
                if (depth == kStack) {
                    return false;
                }
                stack[depth++] = {0, in.x, saved[in.x]};
                saved[in.x] = static_cast<std::uint32_t>(at);
                ++pc;
                break;
            case Code::Begin:
                alive = at == 0;
                ++pc;
                break;
            case Code::End:
                alive = at == text.size();
                ++pc;
                break;
            case Code::Word:
                alive = atWordEdge(text, at);
                ++pc;
                break;
            case Code::Match:
                tell(saved, match);
                return true;
        }
        while (!alive) {
            if (depth == 0) {
                return false;
            }
            const Frame frame = stack[--depth];
            if (frame.slot != kNoSlot) {
                saved[frame.slot] = frame.at;
                continue;
            }
            pc = frame.pc;
            at = frame.at;
            alive = true;
        }
    }
}

std::optional<Pattern::Match> Pattern::find(std::string_view text) const {
    text = text.substr(0, kMaxTextBytes);
    Match match;
    std::size_t steps = 0;
    const std::size_t last = anchored_ ? 0 : text.size();
    for (std::size_t start = 0; start <= last; ++start) {
        if (start < text.size()) {
            auto c = static_cast<unsigned char>(text[start]);
            if (!first_[ignoreCase_ ? lowerOctet(c) : c]) {
                continue;
            }
        } else if (!first_.all()) {
            break;  // needs at least one octet
        }
        if (runAt(text, start, match, steps)) {
            return match;
        }
        if (steps > kMaxSteps) {
            break;
        }
    }
    return std::nullopt;
}

// Which octets can begin a match: walks everything that is reached without taking an octet.
void Pattern::findFirstOctets() {
    std::vector<std::size_t> open{0};
    std::vector<bool> seen(program_.size(), false);
    anchored_ = program_.size() > 1 && program_[1].code == Code::Begin;
    while (!open.empty()) {
        const std::size_t pc = open.back();
        open.pop_back();
        if (seen[pc]) {
            continue;
        }
        seen[pc] = true;
        const Instruction& in = program_[pc];
        switch (in.code) {
            case Code::Char:
                first_.set(in.octet);
                break;
            case Code::Class:
                first_ |= classes_[in.x];
                break;
            case Code::Split:
                open.push_back(in.x);
                open.push_back(in.y);
                break;
            case Code::Jump:
                open.push_back(in.x);
                break;
            case Code::Save:
            case Code::Begin:
            case Code::Word:
                open.push_back(pc + 1);
                break;
            case Code::Any:
            case Code::End:
            case Code::Match:
                first_.set();
                return;
        }
    }
}

/// Recursive descent over the pattern; each rule appends its code to the program.
class PatternParser {
  public:
    PatternParser(std::string_view text, Pattern& out) : text_(text), out_(out) {}

    Result<void> run() {
        if (text_.size() > Pattern::kMaxPatternBytes) {
            return fail(ErrorCode::TooLarge, "pattern is longer than 256 octets");
        }
        if (text_.substr(0, 4) == "(?i)") {
            out_.ignoreCase_ = true;
            at_ = 4;
        }
        emit({Pattern::Code::Save, 0, 0, 0});
        // Save must be followed by the anchor, so that findFirstOctets sees it.
        alternatives(0);
        if (error_.empty() && at_ < text_.size()) {
            error_ = "unexpected )";
        }
        emit({Pattern::Code::Save, 0, 1, 0});
        emit({Pattern::Code::Match, 0, 0, 0});
        if (!error_.empty()) {
            return fail(ErrorCode::Malformed,
                        "pattern: " + error_ + " at " + std::to_string(at_ + 1));
        }
        if (out_.program_.size() > Pattern::kMaxInstructions) {
            return fail(ErrorCode::TooLarge, "pattern is too large");
        }
        out_.findFirstOctets();
        return {};
    }

  private:
    using Code = Pattern::Code;
    using Instruction = Pattern::Instruction;

    [[nodiscard]] bool more() const { return error_.empty() && at_ < text_.size(); }
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool take(char c) {
        if (more() && text_[at_] == c) {
            ++at_;
            return true;
        }
        return false;
    }
    void emit(Instruction in) {
        if (out_.program_.size() > Pattern::kMaxInstructions) {
            error_ = "too large";
            return;
        }
        out_.program_.push_back(in);
    }
    [[nodiscard]] std::uint16_t here() const {
        return static_cast<std::uint16_t>(out_.program_.size());
    }

    void alternatives(int depth) {
        if (depth > Pattern::kMaxDepth) {
            error_ = "nested too deeply";
            return;
        }
        const std::size_t begin = out_.program_.size();
        sequence(depth);
        while (take('|')) {
            insert(begin, {Code::Split, 0, static_cast<std::uint16_t>(begin + 1), 0});
            const std::size_t jump = out_.program_.size();
            emit({Code::Jump, 0, 0, 0});
            out_.program_[begin].y = here();
            // The right side is a list of alternatives again; at most 256 octets, so at most 128
            // deep.
            alternatives(depth);
            if (jump < out_.program_.size()) {
                out_.program_[jump].x = here();
            }
        }
    }

    void sequence(int depth) {
        while (more() && peek() != '|' && peek() != ')') {
            const std::size_t begin = out_.program_.size();
            if (!atom(depth)) {
                return;
            }
            quantifier(begin);
        }
    }

    bool atom(int depth) {
        const char c = text_[at_++];
        switch (c) {
            case '(':
                return group(depth);
            case '[':
                return characterClass();
            case '.':
                emit({Code::Any, 0, 0, 0});
                return true;
            case '^':
                emit({Code::Begin, 0, 0, 0});
                return true;
            case '$':
                emit({Code::End, 0, 0, 0});
                return true;
            case '\\':
                return escape();
            case '*':
            case '+':
            case '?':
            case '{':
                error_ = "nothing to repeat";
                return false;
            default:
                emitOctet(static_cast<unsigned char>(c));
                return true;
        }
    }

    void emitOctet(unsigned char c) {
        emit({Code::Char, out_.ignoreCase_ ? lowerOctet(c) : c, 0, 0});
    }

    bool group(int depth) {
        std::size_t number = 0;
        if (text_.substr(at_, 2) == "?:") {
            at_ += 2;
        } else {
            number = ++out_.groups_;
            if (number > Pattern::kMaxGroups) {
                error_ = "more than 8 groups";
                return false;
            }
            emit({Code::Save, 0, static_cast<std::uint16_t>(2 * number), 0});
        }
        alternatives(depth + 1);
        if (!take(')')) {
            if (error_.empty()) {
                error_ = "missing )";
            }
            return false;
        }
        if (number != 0) {
            emit({Code::Save, 0, static_cast<std::uint16_t>(2 * number + 1), 0});
        }
        return true;
    }

    static bool namedClass(char name, Pattern::Octets& set) {
        Pattern::Octets found;
        for (std::size_t i = 0; i < 256; ++i) {
            const auto c = static_cast<unsigned char>(i);
            const bool digit = c >= '0' && c <= '9';
            const bool space = c == ' ' || (c >= 9 && c <= 13);
            switch (name | 0x20) {
                case 'd':
                    found[i] = digit;
                    break;
                case 's':
                    found[i] = space;
                    break;
                case 'w':
                    found[i] = isWordOctet(c);
                    break;
                default:
                    return false;
            }
        }
        set |= name >= 'a' ? found : ~found;
        return true;
    }

    bool escape() {
        if (at_ >= text_.size()) {
            error_ = "nothing after \\";
            return false;
        }
        const char c = text_[at_++];
        if (c == 'b') {
            emit({Code::Word, 0, 0, 0});
            return true;
        }
        Pattern::Octets set;
        if (namedClass(c, set)) {
            return emitClass(set);
        }
        if (isWordOctet(static_cast<unsigned char>(c)) && c != 'n' && c != 't') {
            error_ = "unknown escape";
            return false;
        }
        emitOctet(escapedOctet(c));
        return true;
    }

    static unsigned char escapedOctet(char c) {
        return static_cast<unsigned char>(c == 'n' ? '\n' : (c == 't' ? '\t' : c));
    }

    bool emitClass(const Pattern::Octets& set) {
        out_.classes_.push_back(set);
        emit({Code::Class, 0, static_cast<std::uint16_t>(out_.classes_.size() - 1), 0});
        return true;
    }

    bool characterClass() {
        Pattern::Octets set;
        const bool negated = take('^');
        bool first = true;
        while (more() && (first || peek() != ']')) {
            first = false;
            auto low = static_cast<unsigned char>(text_[at_++]);
            if (low == '\\' && at_ < text_.size()) {
                const char c = text_[at_++];
                if (namedClass(c, set)) {
                    continue;
                }
                low = escapedOctet(c);
            }
            unsigned char high = low;
            if (peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
                high = static_cast<unsigned char>(text_[at_ + 1]);
                at_ += 2;
            }
            for (std::size_t c = low; c <= high; ++c) {
                set.set(c);
                if (out_.ignoreCase_) {
                    set.set(lowerOctet(static_cast<unsigned char>(c)));
                }
            }
        }
        if (!take(']')) {
            error_ = "missing ]";
            return false;
        }
        return emitClass(negated ? ~set : set);
    }

    // Copies the code of the repeated atom as often as the count asks.
    void quantifier(std::size_t begin) {
        std::size_t low = 1;
        std::size_t high = 1;
        constexpr std::size_t kMany = 1000;
        if (take('*')) {
            low = 0;
            high = kMany;
        } else if (take('+')) {
            high = kMany;
        } else if (take('?')) {
            low = 0;
        } else if (take('{')) {
            low = count();
            high = low;
            if (take(',')) {
                high = peek() == '}' ? kMany : count();
            }
            if (!take('}') || low > 64 || (high != kMany && (high > 64 || high < low))) {
                error_ = "bad count";
                return;
            }
        } else {
            return;
        }
        const bool lazy = take('?');
        const std::vector<Instruction> atomCode(
            out_.program_.begin() + static_cast<std::ptrdiff_t>(begin), out_.program_.end());
        out_.program_.resize(begin);
        for (std::size_t i = 0; i < low; ++i) {
            append(atomCode, begin);
        }
        if (high == kMany) {
            const std::uint16_t split = here();
            emit({Code::Split, 0, 0, 0});
            append(atomCode, begin);
            emit({Code::Jump, 0, split, 0});
            branch(split, lazy);
            return;
        }
        for (std::size_t i = low; i < high && error_.empty(); ++i) {
            const std::uint16_t split = here();
            emit({Code::Split, 0, 0, 0});
            append(atomCode, begin);
            branch(split, lazy);
        }
    }

    void branch(std::uint16_t split, bool lazy) {
        if (split >= out_.program_.size()) {
            return;
        }
        const auto inside = static_cast<std::uint16_t>(split + 1);
        out_.program_[split].x = lazy ? here() : inside;
        out_.program_[split].y = lazy ? inside : here();
    }

    std::size_t count() {
        std::size_t n = 0;
        bool any = false;
        while (more() && peek() >= '0' && peek() <= '9' && n < 1000) {
            n = n * 10 + static_cast<std::size_t>(text_[at_++] - '0');
            any = true;
        }
        if (!any) {
            error_ = "bad count";
        }
        return n;
    }

    // Code that was made at `origin`, again at the end: targets move along.
    void append(const std::vector<Instruction>& code, std::size_t origin) {
        const std::size_t shift = out_.program_.size() - origin;
        for (Instruction in : code) {
            if (in.code == Code::Split || in.code == Code::Jump) {
                in.x = static_cast<std::uint16_t>(in.x + shift);
                in.y = static_cast<std::uint16_t>(in.y + shift);
            }
            emit(in);
        }
    }

    void insert(std::size_t where, Instruction in) {
        if (out_.program_.size() > Pattern::kMaxInstructions) {
            error_ = "too large";
            return;
        }
        for (std::size_t i = where; i < out_.program_.size(); ++i) {
            Instruction& moved = out_.program_[i];
            if (moved.code == Code::Split || moved.code == Code::Jump) {
                ++moved.x;
                ++moved.y;
            }
        }
        out_.program_.insert(out_.program_.begin() + static_cast<std::ptrdiff_t>(where), in);
    }

    std::string_view text_;
    Pattern& out_;
    std::size_t at_ = 0;
    std::string error_;
};

Result<Pattern> Pattern::compile(std::string_view text) {
    Pattern pattern;
    PatternParser parser(text, pattern);
    if (auto done = parser.run(); !done) {
        return tl::unexpected<Error>(done.error());
    }
    return pattern;
}

}  // namespace platen::mibmap
