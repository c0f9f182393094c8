// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/dns_message.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace platen::discovery::dns {

namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::uint16_t kCacheFlush = 0x8000;

tl::unexpected<Error> malformed(std::string_view what) {
    return fail(ErrorCode::Malformed, text::cat({"DNS: ", what}));
}

/// Reads forward over a datagram; every step checks what is left.
class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] bool atEnd() const { return at_ == bytes_.size(); }
    [[nodiscard]] bool has(std::size_t count) const { return bytes_.size() - at_ >= count; }
    void skipTo(std::size_t position) { at_ = position; }

    [[nodiscard]] std::uint8_t octet(std::size_t position) const {
        return std::to_integer<std::uint8_t>(bytes_[position]);
    }
    /// Precondition: has(count). Big-endian.
    std::uint32_t number(std::size_t count) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            value = (value << 8U) | octet(at_++);
        }
        return value;
    }
    std::uint16_t number16() { return static_cast<std::uint16_t>(number(2)); }
    /// Precondition: has(count).
    std::string text(std::size_t count) {
        std::string out(count, '\0');
        for (auto& c : out) {
            c = static_cast<char>(octet(at_++));
        }
        return out;
    }

    Result<Name> name() {
        Name out;
        std::size_t position = at_;
        std::size_t start = at_;  // of the part that is being read; pointers go before it
        std::size_t length = 1;
        std::size_t pointers = 0;
        while (true) {
            if (position >= bytes_.size()) {
                return malformed("name is cut off");
            }
            const std::size_t head = octet(position);
            if (head == 0) {
                break;
            }
            if ((head & 0xC0U) == 0xC0U) {
                if (bytes_.size() - position < 2) {
                    return malformed("pointer is cut off");
                }
                const std::size_t target = ((head & 0x3FU) << 8U) | octet(position + 1);
                if (target >= start || ++pointers > kMaxPointers) {
                    return malformed("pointer does not go back, or there are too many");
                }
                if (pointers == 1) {
                    at_ = position + 2;
                }
                position = start = target;
                continue;
            }
            length += head + 1;
            if (head > kMaxLabelBytes || length > kMaxNameBytes) {
                return malformed("name is too long");
            }
            if (bytes_.size() - position - 1 < head) {
                return malformed("label is cut off");
            }
            std::string label(head, '\0');
            for (std::size_t i = 0; i < head; ++i) {
                label[i] = static_cast<char>(octet(position + 1 + i));
            }
            out.labels.push_back(std::move(label));
            position += head + 1;
        }
        if (pointers == 0) {
            at_ = position + 1;
        }
        return out;
    }

  private:
    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
};

Result<Texts> readTexts(Reader& reader, std::size_t end) {
    Texts texts;
    while (reader.at() < end) {
        const std::size_t length = reader.number(1);
        if (end - reader.at() < length || texts.size() >= kMaxTxtStrings) {
            return malformed("TXT string is cut off, or there are too many");
        }
        texts.push_back(reader.text(length));
    }
    return texts;
}

Result<net::Address> readAddress(Reader& reader, std::size_t length, bool ipv6) {
    const std::size_t wanted = ipv6 ? 16 : 4;
    if (length != wanted) {
        return malformed("address has the wrong length");
    }
    net::Address address;
    address.ipv6 = ipv6;
    for (std::size_t i = 0; i < wanted; ++i) {
        address.bytes.at(i) = static_cast<std::uint8_t>(reader.number(1));
    }
    return address;
}

/// The data of a record that ends at `end`; leaves the reader anywhere.
Result<void> readData(Reader& reader, Record& record, std::size_t length, std::size_t end) {
    const auto take = [&](auto value) -> Result<void> {
        if (!value) {
            return tl::unexpected<Error>(std::move(value.error()));
        }
        record.data = std::move(*value);
        return {};
    };
    switch (Type{record.type}) {
        case Type::A:
            return take(readAddress(reader, length, false));
        case Type::Aaaa:
            return take(readAddress(reader, length, true));
        case Type::Ptr:
            if (auto read = take(reader.name()); !read) {
                return read;
            }
            break;
        case Type::Srv: {
            constexpr std::size_t kFixed = 6;
            if (length < kFixed) {
                return malformed("SRV is cut off");
            }
            Srv srv;
            srv.priority = reader.number16();
            srv.weight = reader.number16();
            srv.port = reader.number16();
            auto target = reader.name();
            if (!target) {
                return tl::unexpected<Error>(std::move(target.error()));
            }
            srv.target = std::move(*target);
            record.data = std::move(srv);
            break;
        }
        case Type::Txt:
            return take(readTexts(reader, end));
        default:
            return {};
    }
    return reader.at() == end ? Result<void>{} : malformed("name does not fill its record");
}

Result<Record> readRecord(Reader& reader) {
    constexpr std::size_t kFixed = 10;
    auto name = reader.name();
    if (!name) {
        return tl::unexpected<Error>(std::move(name.error()));
    }
    if (!reader.has(kFixed)) {
        return malformed("record is cut off");
    }
    Record record;
    record.name = std::move(*name);
    record.type = reader.number16();
    const auto cls = reader.number16();
    record.cacheFlush = (cls & kCacheFlush) != 0;
    record.cls = static_cast<std::uint16_t>(cls & ~kCacheFlush);
    record.ttl = reader.number(4);
    const std::size_t length = reader.number(2);
    if (!reader.has(length)) {
        return malformed("record is cut off");
    }
    const auto end = reader.at() + length;
    if (auto read = readData(reader, record, length, end); !read) {
        return tl::unexpected<Error>(std::move(read.error()));
    }
    reader.skipTo(end);
    return record;
}

class Writer {
  public:
    void number(std::uint32_t value, std::size_t count) {
        for (std::size_t i = count; i-- > 0;) {
            bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
        }
    }
    void text(std::string_view text) {
        for (const char c : text) {
            bytes_.push_back(static_cast<std::byte>(c));
        }
    }
    bool name(const Name& name) {
        std::size_t length = 1;
        for (const auto& label : name.labels) {
            length += label.size() + 1;
            if (label.empty() || label.size() > kMaxLabelBytes || length > kMaxNameBytes) {
                return false;
            }
            number(static_cast<std::uint32_t>(label.size()), 1);
            text(label);
        }
        number(0, 1);
        return true;
    }
    bool data(const Record& record) {
        const auto place = bytes_.size();
        number(0, 2);
        if (!fill(record)) {
            return false;
        }
        const auto length = bytes_.size() - place - 2;
        bytes_[place] = static_cast<std::byte>(length >> 8U);
        bytes_[place + 1] = static_cast<std::byte>(length);
        return length <= kMaxMessageBytes;
    }
    [[nodiscard]] std::vector<std::byte> take() { return std::move(bytes_); }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  private:
    bool fill(const Record& record) {
        if (const auto* address = std::get_if<net::Address>(&record.data)) {
            const std::size_t count = address->ipv6 ? 16 : 4;
            for (std::size_t i = 0; i < count; ++i) {
                number(address->bytes.at(i), 1);
            }
            return Type{record.type} == (address->ipv6 ? Type::Aaaa : Type::A);
        }
        if (const auto* target = std::get_if<Name>(&record.data)) {
            return Type{record.type} == Type::Ptr && name(*target);
        }
        if (const auto* srv = std::get_if<Srv>(&record.data)) {
            number(srv->priority, 2);
            number(srv->weight, 2);
            number(srv->port, 2);
            return Type{record.type} == Type::Srv && name(srv->target);
        }
        if (const auto* texts = std::get_if<Texts>(&record.data)) {
            constexpr std::size_t kMaxText = 255;
            for (const auto& one : *texts) {
                if (one.size() > kMaxText) {
                    return false;
                }
                number(static_cast<std::uint32_t>(one.size()), 1);
                text(one);
            }
            return Type{record.type} == Type::Txt && texts->size() <= kMaxTxtStrings;
        }
        return true;
    }

    std::vector<std::byte> bytes_;
};

}  // namespace

Name Name::of(std::string_view dotted) {
    Name name;
    for (const auto label : text::split(dotted, '.')) {
        name.labels.emplace_back(label);
    }
    return name;
}

std::string Name::toString() const {
    std::string out;
    for (const auto& label : labels) {
        out += (out.empty() ? "" : ".") + label;
    }
    return out;
}

bool Name::endsWith(const Name& other) const {
    return labels.size() >= other.labels.size() &&
           std::equal(other.labels.rbegin(), other.labels.rend(), labels.rbegin(),
                      [](const std::string& a, const std::string& b) {
                          return text::equalsIgnoreCase(a, b);
                      });
}

Result<Message> decode(std::span<const std::byte> bytes) {
    if (bytes.size() > kMaxMessageBytes) {
        return fail(ErrorCode::TooLarge, "DNS: message is too large");
    }
    Reader reader(bytes);
    if (!reader.has(kHeaderBytes)) {
        return malformed("header is cut off");
    }
    Message message;
    message.id = reader.number16();
    message.flags = reader.number16();
    const std::size_t questions = reader.number(2);
    std::size_t records = 0;
    for (int section = 0; section < 3; ++section) {
        records += reader.number(2);
    }
    if (questions > kMaxQuestions || records > kMaxRecords) {
        return fail(ErrorCode::TooLarge, "DNS: too many questions or records");
    }
    for (std::size_t i = 0; i < questions; ++i) {
        auto name = reader.name();
        if (!name) {
            return tl::unexpected<Error>(std::move(name.error()));
        }
        if (!reader.has(4)) {
            return malformed("question is cut off");
        }
        const auto type = reader.number16();
        message.questions.push_back({std::move(*name), type, reader.number16()});
    }
    for (std::size_t i = 0; i < records; ++i) {
        auto record = readRecord(reader);
        if (!record) {
            return tl::unexpected<Error>(std::move(record.error()));
        }
        message.records.push_back(std::move(*record));
    }
    if (!reader.atEnd()) {
        return malformed("octets after the last record");
    }
    return message;
}

Result<std::vector<std::byte>> encode(const Message& message) {
    if (message.questions.size() > kMaxQuestions || message.records.size() > kMaxRecords) {
        return fail(ErrorCode::TooLarge, "DNS: too many questions or records");
    }
    Writer writer;
    writer.number(message.id, 2);
    writer.number(message.flags, 2);
    writer.number(static_cast<std::uint32_t>(message.questions.size()), 2);
    writer.number(static_cast<std::uint32_t>(message.records.size()), 2);
    writer.number(0, 4);
    for (const auto& question : message.questions) {
        if (!writer.name(question.name)) {
            return malformed("a name that cannot be written");
        }
        writer.number(question.type, 2);
        writer.number(question.cls, 2);
    }
    for (const auto& record : message.records) {
        if (!writer.name(record.name)) {
            return malformed("a name that cannot be written");
        }
        writer.number(record.type, 2);
        writer.number(record.cls | (record.cacheFlush ? kCacheFlush : 0U), 2);
        writer.number(record.ttl, 4);
        if (!writer.data(record)) {
            return malformed("data does not fit its type");
        }
        if (writer.size() > kMaxMessageBytes) {
            return fail(ErrorCode::TooLarge, "DNS: message is too large");
        }
    }
    return writer.take();
}

}  // namespace platen::discovery::dns
