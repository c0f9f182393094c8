// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/neighbour_table.hpp"

#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

namespace platen::net {

namespace {

constexpr std::size_t kMacOctets = 6;
constexpr std::size_t kAlign = 4;

constexpr std::size_t aligned(std::size_t size) {
    return (size + kAlign - 1) / kAlign * kAlign;
}

/// A structure of the kernel at the beginning of the octets; nothing if they are too few.
template <typename T>
std::optional<T> readHead(std::span<const std::byte> bytes) {
    if (bytes.size() < sizeof(T)) {
        return std::nullopt;
    }
    T head{};
    std::memcpy(&head, bytes.data(), sizeof head);
    return head;
}

/// Upper case with colons; nothing for zeros, group addresses and other lengths.
std::optional<std::string> macOf(std::span<const std::byte> octets) {
    if (octets.size() != kMacOctets || (octets[0] & std::byte{1}) != std::byte{0} ||
        std::ranges::all_of(octets, [](std::byte b) { return b == std::byte{0}; })) {
        return std::nullopt;
    }
    constexpr std::array<char, 16> kDigits{'0', '1', '2', '3', '4', '5', '6', '7',
                                           '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};
    std::string mac;
    for (const auto octet : octets) {
        const auto number = std::to_integer<unsigned>(octet);
        mac += mac.empty() ? "" : ":";
        mac += kDigits.at(number >> 4U);
        mac += kDigits.at(number & 15U);
    }
    return mac;
}

/// The attributes of an entry that are wanted; what does not fit into its length ends them.
struct Attributes {
    std::span<const std::byte> destination, linkLayer;
};
Attributes attributesOf(std::span<const std::byte> bytes) {
    Attributes out;
    while (const auto head = readHead<rtattr>(bytes)) {
        const std::size_t size = head->rta_len;
        if (size < sizeof(rtattr) || size > bytes.size()) {
            break;
        }
        const auto content = bytes.subspan(sizeof(rtattr), size - sizeof(rtattr));
        if (head->rta_type == NDA_DST) {
            out.destination = content;
        } else if (head->rta_type == NDA_LLADDR) {
            out.linkLayer = content;
        }
        bytes = bytes.subspan(std::min(aligned(size), bytes.size()));
    }
    return out;
}

void addEntry(std::span<const std::byte> message, Neighbours& table) {
    const auto entry = readHead<ndmsg>(message);
    constexpr unsigned kUseless = NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP;
    constexpr unsigned kNobodysOwn = NTF_ROUTER | NTF_PROXY;
    if (!entry || entry->ndm_family != AF_INET6 || (entry->ndm_state & kUseless) != 0 ||
        entry->ndm_state == NUD_NONE || (entry->ndm_flags & kNobodysOwn) != 0) {
        return;
    }
    const auto attributes =
        attributesOf(message.subspan(std::min(aligned(sizeof(ndmsg)), message.size())));
    auto mac = macOf(attributes.linkLayer);
    Address address;
    address.ipv6 = true;
    if (!mac || attributes.destination.size() != address.bytes.size()) {
        return;
    }
    std::memcpy(address.bytes.data(), attributes.destination.data(), address.bytes.size());
    const auto known = table.find(address);
    if (known != table.end()) {
        if (known->second != *mac) {
            known->second.clear();  // two links; it stays as a mark until all is read
        }
    } else if (table.size() < kMaxNeighbours) {
        table.emplace(address, std::move(*mac));
    }
}

/// A netlink socket that does not wait for long.
class Netlink {
  public:
    Netlink() : fd_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
        constexpr timeval kPatience{0, 100'000};
        if (fd_ >= 0 &&
            ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience) != 0) {
            close();
        }
    }
    Netlink(const Netlink&) = delete;
    Netlink& operator=(const Netlink&) = delete;
    ~Netlink() { close(); }

    [[nodiscard]] bool send(std::span<const std::byte> bytes) const {
        sockaddr_nl kernel{};
        kernel.nl_family = AF_NETLINK;
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as the socket interface is
        const auto* const to = reinterpret_cast<const sockaddr*>(&kernel);
        return fd_ >= 0 && ::sendto(fd_, bytes.data(), bytes.size(), 0, to, sizeof kernel) ==
                               static_cast<ssize_t>(bytes.size());
    }
    /// Of the kernel only; empty if nothing came.
    [[nodiscard]] std::span<const std::byte> receive(std::span<std::byte> buffer) const {
        sockaddr_nl from{};
        socklen_t size = sizeof from;
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as the socket interface is
        auto* const sender = reinterpret_cast<sockaddr*>(&from);
        const auto got = ::recvfrom(fd_, buffer.data(), buffer.size(), 0, sender, &size);
        return got > 0 && from.nl_pid == 0 ? buffer.first(static_cast<std::size_t>(got))
                                           : std::span<std::byte>();
    }

  private:
    void close() {
        if (fd_ >= 0) {
            ::close(fd_);
            fd_ = -1;
        }
    }
    int fd_;
};

}  // namespace

std::vector<std::byte> neighbourRequest(std::uint32_t sequence) {
    struct {
        nlmsghdr head;
        ndmsg body;
    } request{};
    static_assert(sizeof request == NLMSG_LENGTH(sizeof(ndmsg)));
    request.head.nlmsg_len = sizeof request;
    request.head.nlmsg_type = RTM_GETNEIGH;
    request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.head.nlmsg_seq = sequence;
    request.body.ndm_family = AF_INET6;
    std::vector<std::byte> bytes(sizeof request);
    std::memcpy(bytes.data(), &request, sizeof request);
    return bytes;
}

NeighbourPart addNeighbours(std::span<const std::byte> datagram,
                            std::uint32_t sequence,
                            Neighbours& table) {
    while (!datagram.empty()) {
        const auto head = readHead<nlmsghdr>(datagram);
        if (!head || head->nlmsg_len < sizeof(nlmsghdr) || head->nlmsg_len > datagram.size()) {
            return NeighbourPart::Broken;
        }
        const std::size_t size = head->nlmsg_len;
        if (head->nlmsg_seq == sequence) {
            if (head->nlmsg_type == NLMSG_DONE) {
                std::erase_if(table, [](const auto& entry) { return entry.second.empty(); });
                return NeighbourPart::Done;
            }
            if (head->nlmsg_type == NLMSG_ERROR) {
                return NeighbourPart::Broken;
            }
            if (head->nlmsg_type == RTM_NEWNEIGH) {
                addEntry(datagram.subspan(sizeof(nlmsghdr), size - sizeof(nlmsghdr)), table);
            }
        }
        datagram = datagram.subspan(std::min(aligned(size), datagram.size()));
    }
    return NeighbourPart::More;
}

Neighbours readIpv6Neighbours() {
    constexpr std::uint32_t kSequence = 1;
    constexpr std::size_t kBuffer = 32'768;
    // Each holds some hundred entries; the last line of defence against an endless answer.
    constexpr int kMostParts = 4'096;
    const Netlink socket;
    Neighbours table;
    if (!socket.send(neighbourRequest(kSequence))) {
        return table;
    }
    std::vector<std::byte> buffer(kBuffer);
    for (int i = 0; i < kMostParts; ++i) {
        const auto datagram = socket.receive(buffer);
        if (datagram.empty()) {
            break;
        }
        const auto part = addNeighbours(datagram, kSequence, table);
        if (part == NeighbourPart::Done) {
            return table;
        }
        if (part == NeighbourPart::Broken) {
            break;
        }
    }
    return {};  // half a table would tell two printers with one address apart wrongly
}

Neighbours readNeighbours() {
    auto table = readArpTable();
    table.merge(readIpv6Neighbours());
    return table;
}

}  // namespace platen::net
