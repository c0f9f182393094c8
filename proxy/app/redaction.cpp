// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/redaction.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace platen::app {

namespace {

/// Subtrees about others than the printer, which no map reads: people's jobs, the machines that it
/// talks with, its SNMP users.
const std::vector<Oid>& leftOutTrees() {
    static const std::vector<Oid> kTrees{
        {1, 3, 6, 1, 2, 1, 3},                           // at
        {1, 3, 6, 1, 2, 1, 4, 21},                       // ipRouteTable
        {1, 3, 6, 1, 2, 1, 4, 22},                       // ipNetToMediaTable
        {1, 3, 6, 1, 2, 1, 4, 24},                       // ipForward
        {1, 3, 6, 1, 2, 1, 4, 32},                       // ipAddressPrefixTable
        {1, 3, 6, 1, 2, 1, 4, 35},                       // ipNetToPhysicalTable
        {1, 3, 6, 1, 2, 1, 4, 37},                       // ipDefaultRouterTable
        {1, 3, 6, 1, 2, 1, 6},                           // tcp
        {1, 3, 6, 1, 2, 1, 7},                           // udp
        {1, 3, 6, 1, 2, 1, 25, 4},                       // hrSWRun
        {1, 3, 6, 1, 2, 1, 25, 5},                       // hrSWRunPerf
        {1, 3, 6, 1, 2, 1, 25, 6},                       // hrSWInstalled
        {1, 3, 6, 1, 2, 1, 55},                          // ipv6MIB
        {1, 3, 6, 1, 4, 1, 2699, 1, 1},                  // PWG Job Monitoring MIB
        {1, 3, 6, 1, 4, 1, 11, 2, 3, 9, 4, 2, 1, 1, 6},  // HP: jobs
        {1, 3, 6, 1, 6, 3},                              // SNMP's own users and views
    };
    return kTrees;
}

struct PrivateObject {
    Oid column;
    Private kind;
};

/// Objects that hold nothing but one private text.
const std::vector<PrivateObject>& privateObjects() {
    static const std::vector<PrivateObject> kObjects{
        {{1, 3, 6, 1, 2, 1, 1, 4}, Private::Contact},   // sysContact
        {{1, 3, 6, 1, 2, 1, 1, 5}, Private::HostName},  // sysName
        {{1, 3, 6, 1, 2, 1, 1, 6}, Private::Location},  // sysLocation
        {{1, 3, 6, 1, 2, 1, 2, 2, 1, 6}, Private::MacAddress},
        {{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18}, Private::HostName},  // ifAlias
        {{1, 3, 6, 1, 2, 1, 25, 3, 8, 1, 3}, Private::HostName},   // hrFSRemoteMountPoint
        {{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 4}, Private::Person},     // prtGeneralCurrentOperator
        {{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 5}, Private::Person},     // prtGeneralServicePerson
        {{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 16}, Private::HostName},  // prtGeneralPrinterName
        {{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 17}, Private::SerialNumber},
        {{1, 3, 6, 1, 2, 1, 43, 8, 2, 1, 17}, Private::SerialNumber},  // prtInputSerialNumber
        {{1, 3, 6, 1, 2, 1, 43, 9, 2, 1, 11}, Private::SerialNumber},  // prtOutputSerialNumber
        {{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11}, Private::SerialNumber},
        {{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 14}, Private::HostName},  // entPhysicalAlias
        {{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 15}, Private::AssetTag},
        {{1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 2, 1, 1, 2}, Private::HostName},  // ppmPrinterName
        {{1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 2, 1, 1, 7}, Private::Secret},    // …SnmpCommunityName
        {{1, 3, 6, 1, 4, 1, 1347, 43, 5, 1, 1, 28}, Private::SerialNumber},
        {{1, 3, 6, 1, 4, 1, 367, 3, 2, 1, 2, 1, 4}, Private::SerialNumber},
        {{1, 3, 6, 1, 4, 1, 2435, 2, 3, 9, 4, 2, 1, 5, 5, 1}, Private::SerialNumber},
        {{1, 3, 6, 1, 4, 1, 11, 2, 3, 9, 4, 2, 1, 1, 3, 3}, Private::SerialNumber},
        {{1, 3, 6, 1, 4, 1, 253, 8, 53, 3, 2, 1, 3}, Private::SerialNumber},
        {{1, 3, 6, 1, 4, 1, 10642, 200, 19, 5}, Private::SerialNumber},
    };
    return kObjects;
}

std::optional<Private> kindOf(const Oid& oid) {
    for (const auto& object : privateObjects()) {
        if (oid.startsWith(object.column)) {
            return object.kind;
        }
    }
    return std::nullopt;
}

/// Without the octets before the text: HP puts two of them in front of its serial numbers.
std::string_view textOf(std::string_view octets) {
    while (!octets.empty() && static_cast<unsigned char>(octets.front()) <= ' ' + 0U) {
        octets.remove_prefix(1);
    }
    return text::trim(octets);
}

bool isText(std::string_view octets) {
    return std::none_of(octets.begin(), octets.end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' + 0U && c != '\n' && c != '\r' && c != '\t' &&
               c != '\0';
    });
}

/// Of a name with a domain, the host alone is told too, and so is the domain.
void addHost(std::string_view name, StandIns& standIns) {
    const auto dot = name.find('.');
    if (dot != std::string_view::npos && name.find(' ') == std::string_view::npos) {
        standIns.add(Private::HostName, name.substr(0, dot), true);
        standIns.add(Private::HostName, name.substr(dot + 1), true);
    }
}

class Redaction {
  public:
    explicit Redaction(const mibmap::Recording& recording) : recording_(recording) {
        // What a model is called is no secret, even where a name was never set and repeats it.
        const Oid descriptions{1, 3, 6, 1, 2, 1, 25, 3, 2, 1, 3};
        for (const auto& row : recording_.rows()) {
            if (row.oid.startsWith(descriptions)) {
                models_.push_back(text::toLower(row.value.octets));
            } else {
                addModelOf(text::toLower(row.value.octets));
            }
        }
    }

    Redacted run(const std::vector<PrivateText>& known) {
        for (const auto& text : known) {
            learn(text.kind, text.text);
        }
        for (const auto& row : recording_.rows()) {
            collect(row);
        }
        std::vector<VarBind> rows;
        Redacted out;
        for (const auto& row : recording_.rows()) {
            const auto& trees = leftOutTrees();
            if (std::any_of(trees.begin(), trees.end(),
                            [&row](const Oid& tree) { return row.oid.startsWith(tree); })) {
                ++out.leftOut;
            } else {
                rows.push_back(replaced(row));
            }
        }
        out.recording = mibmap::Recording::of(std::move(rows));
        out.replaced = standIns_.counts();
        return out;
    }

  private:
    /// The model in an IEEE 1284 device id.
    void addModelOf(std::string_view lower) {
        for (const std::string_view key : {"mdl:", "model:"}) {
            if (const auto at = lower.find(key); at != std::string_view::npos) {
                const auto value = lower.substr(at + key.size());
                models_.emplace_back(value.substr(0, value.find(';')));
            }
        }
    }
    [[nodiscard]] bool isModel(std::string_view text) const {
        const auto lower = text::toLower(text);
        return std::any_of(models_.begin(), models_.end(), [&lower](const std::string& model) {
            return model.find(lower) != std::string::npos;
        });
    }

    void learn(Private kind, std::string_view octets) {
        const auto text = textOf(octets);
        if (kind == Private::MacAddress) {
            findPrivateForms(text, standIns_);
            return;
        }
        const bool named =
            kind == Private::SerialNumber || kind == Private::AssetTag || kind == Private::Secret;
        if (!named && isModel(text)) {
            return;
        }
        standIns_.add(kind, text, !named);
        if (kind == Private::HostName) {
            addHost(text, standIns_);
        }
    }

    void collect(const VarBind& row) {
        const auto& octets = row.value.octets;
        if (row.value.type == SnmpType::IpAddress) {
            standIns_.addIpv4(octets);
            return;
        }
        if (row.value.type != SnmpType::OctetString || octets.empty()) {
            return;
        }
        const auto kind = kindOf(row.oid);
        if (kind == Private::MacAddress) {
            standIns_.addMac(octets);
        } else if (kind) {
            learn(*kind, octets);
        }
        if (isText(octets)) {
            findPrivateForms(octets, standIns_);
        }
    }

    VarBind replaced(const VarBind& row) {
        VarBind out{standIns_.apply(row.oid), row.value};
        // ipAddressTable: the last octets of an IPv6 address in its index.
        const Oid inetAddresses{1, 3, 6, 1, 2, 1, 4, 34};
        if (out.oid.startsWith(inetAddresses)) {
            out.oid = hideIpv6(out.oid);
        }
        auto& value = out.value;
        if (value.type == SnmpType::IpAddress) {
            value.octets = standIns_.ipv4(value.octets);
        } else if (value.type == SnmpType::ObjectId) {
            value = SnmpValue::objectId(standIns_.apply(*value.oid));
        } else if (value.type == SnmpType::OctetString && !value.octets.empty()) {
            const auto kind = kindOf(row.oid);
            const bool whole = kind && *kind != Private::MacAddress;
            const auto text = textOf(value.octets);
            const auto begin = value.octets.find(text);
            if (whole && !text.empty() && begin != std::string::npos) {
                value.octets.replace(begin, text.size(), standIns_.whole(*kind, text));
            } else {
                value.octets = standIns_.apply(standIns_.ipv4(value.octets));
            }
        }
        return out;
    }

    /// `4.34.1.C.2.16.…`: type 2 and 16 octets. The first two, which say what kind of address it
    /// is, stay; so do the loopback address and numbers that came before.
    Oid hideIpv6(const Oid& oid) {
        constexpr std::size_t kType = 10;
        constexpr std::size_t kBytes = 16;
        std::vector<std::uint32_t> ids(oid.ids().begin(), oid.ids().end());
        if (ids.size() < kType + 2 + kBytes || (ids[kType] != 2 && ids[kType] != 4) ||
            ids[kType + 1] < kBytes) {
            return oid;
        }
        const std::vector<std::uint32_t> address(ids.begin() + kType + 2,
                                                 ids.begin() + kType + 2 + kBytes);
        if (std::all_of(address.begin(), address.end() - 1, [](auto id) { return id == 0; })) {
            return oid;  // loopback
        }
        const auto number =
            ipv6_.emplace(address, static_cast<std::uint32_t>(ipv6_.size() + 1)).first->second;
        for (std::size_t i = 2; i < kBytes; ++i) {
            ids[kType + 2 + i] = 0;
        }
        constexpr std::uint32_t kOctet = 256;
        ids[kType + kBytes] = number / kOctet % kOctet;
        ids[kType + 1 + kBytes] = number % kOctet;
        return Oid(std::span<const std::uint32_t>(ids));
    }

    const mibmap::Recording& recording_;
    StandIns standIns_;
    std::vector<std::string> models_;
    std::map<std::vector<std::uint32_t>, std::uint32_t> ipv6_;
};

}  // namespace

Redacted redact(const mibmap::Recording& recording, const std::vector<PrivateText>& known) {
    return Redaction(recording).run(known);
}

}  // namespace platen::app
