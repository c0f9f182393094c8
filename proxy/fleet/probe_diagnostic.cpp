// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/probe_diagnostic.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace platen::fleet {

namespace {

constexpr std::string_view kObject = "MFP.{i}.Diagnostics.Probe.";
constexpr std::size_t kMaxItems = 32;
constexpr std::size_t kMaxRows = 200;  ///< Of all walks of one probe.
constexpr std::size_t kMaxResult = 16'384;
constexpr std::string_view kCut = "(more was left out)\n";

/// Text that a person can read as it is: UTF-8 without control characters but line ends and tabs.
bool isText(std::string_view octets) {
    while (!octets.empty()) {
        const auto point = utf8::decode(octets);
        const char c = octets.front();
        const bool blank = c == '\n' || c == '\r' || c == '\t';
        if (!point.valid || (utf8::isControl(point.value) && !blank)) {
            return false;
        }
        octets.remove_prefix(point.length);
    }
    return true;
}

std::string inQuotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            case '"':
            case '\\':
                out += '\\';
                out += c;
                break;
            default:
                out += c;
        }
    }
    return out + '"';
}

std::string valueText(const SnmpValue& value) {
    switch (value.type) {
        case SnmpType::OctetString:
        case SnmpType::Opaque:
        case SnmpType::IpAddress:
            if (value.type == SnmpType::OctetString && isText(value.octets)) {
                return inQuotes(value.octets);
            }
            return "0x" +
                   text::toHex(std::span(reinterpret_cast<const std::uint8_t*>(value.octets.data()),
                                         value.octets.size()),
                               true);
        case SnmpType::ObjectId:
            return value.oid->toString();
        case SnmpType::Counter64:
            return std::to_string(static_cast<std::uint64_t>(value.number));
        default:
            return std::to_string(value.number);
    }
}

std::string resultText(const std::vector<VarBind>& varbinds) {
    std::string out;
    for (const auto& varbind : varbinds) {
        const auto line = probeLine(varbind);
        if (out.size() + line.size() + kCut.size() > kMaxResult) {
            return out += kCut;
        }
        out += line;
    }
    return out;
}

class ProbeDiagnostic final : public Diagnostic {
  public:
    ProbeDiagnostic(const model::Schema& schema, ProbeNow probe)
        : object_(schema, kObject),
          allowed_(schema.findParam("MFP.{i}.Connection.AllowProbe").value()),
          probe_(std::move(probe)) {}

    [[nodiscard]] const TestObject& object() const override { return object_; }

    [[nodiscard]] std::vector<Assignment> defaults() const override {
        return {object_.assign("OIDList", ""), object_.assign("Result", "")};
    }

    void start(model::Tree& tree, UniqueFunction<void(TestResults)> done) override {
        snmp::ReadRequest request;
        const auto allowed = tree.get({allowed_, object_.ref().instances});
        auto refusal = allowed && allowed->asBool() ? std::string() : "Error_NotAllowed";
        if (refusal.empty()) {
            if (auto asked = probeRequest(object_.text(tree, "OIDList"))) {
                request = std::move(*asked);
            } else {
                refusal = "Error_Internal";
            }
        }
        if (!refusal.empty()) {
            request = {};  // Nothing is sent; the answer comes as any other.
        }
        probe_(std::move(request),
               [this, refusal = std::move(refusal), weak = std::weak_ptr<int>(alive_),
                done = std::move(done)](const Result<snmp::ReadResult>& result) mutable {
                   if (!weak.expired()) {
                       done(resultsOf(refusal, result));
                   }
               });
    }

    // A read under way is not taken back; the runner drops its result.
    void stop() override {}

  private:
    [[nodiscard]] TestResults resultsOf(const std::string& refusal,
                                        const Result<snmp::ReadResult>& result) const {
        if (!refusal.empty()) {
            return {refusal, {object_.assign("Result", "")}};
        }
        if (!result) {
            return {result.error().code == ErrorCode::Timeout ? "Error_Timeout" : "Error_Internal",
                    {object_.assign("Result", "")}};
        }
        return {"Complete", {object_.assign("Result", resultText(result->varbinds))}};
    }

    TestObject object_;
    model::ParamIndex allowed_;
    ProbeNow probe_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

std::string probeLine(const VarBind& varbind) {
    return text::cat({varbind.oid.toString(), " ", toString(varbind.value.type), " ",
                      valueText(varbind.value), "\n"});
}

Result<snmp::ReadRequest> probeRequest(std::string_view oidList) {
    snmp::ReadRequest request;
    request.maxVarbinds = kMaxRows;
    request.forgetAbsent = true;
    std::size_t items = 0;
    for (const auto part : text::split(oidList, ',')) {
        auto item = text::trim(part);
        if (item.empty()) {
            continue;
        }
        if (++items > kMaxItems) {
            return fail(ErrorCode::TooLarge, "more than 32 OIDs");
        }
        const bool walk = item.ends_with(".*");
        if (walk) {
            item.remove_suffix(2);
        }
        auto oid = Oid::parse(item);
        constexpr std::size_t kShortest = 2;
        if (!oid || oid->size() < kShortest) {
            return fail(ErrorCode::Malformed, text::cat({"not an OID: ", part}));
        }
        if (walk) {
            request.tables.push_back({std::move(*oid)});
        } else {
            request.scalars.push_back(std::move(*oid));
        }
    }
    return request;
}

std::unique_ptr<Diagnostic> makeProbeDiagnostic(const model::Schema& schema, ProbeNow probe) {
    return std::make_unique<ProbeDiagnostic>(schema, std::move(probe));
}

}  // namespace platen::fleet
