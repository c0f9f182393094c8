// SPDX-License-Identifier: Apache-2.0
// The largest answer that an ACS usually asks for: all values of a big device, about 2 MB.
#include "proxy/cwmp/soap_reader.hpp"
#include "proxy/cwmp/soap_writer.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

namespace platen::bench {
namespace {

constexpr std::size_t kParameters = 10'500;

std::string encodeValues() {
    cwmp::ParameterListWriter list;
    for (std::size_t i = 0; i < kParameters; ++i) {
        const std::string row = std::to_string(i / 20 + 1);
        list.add("Device.Services.X_PLATEN_MFP.1.Supply." + row + ".Description" +
                     std::to_string(i % 20),
                 model::ValueType::String, false, "Toner <black> & \"more\" of supply " + row);
    }
    return cwmp::writeResponse({"GetParameterValues", list.take()}, cwmp::Dialect::Cwmp12,
                               std::string("42"));
}

void encodeTwoMegabytes(benchmark::State& state) {
    std::size_t bytes = 0;
    for (auto _ : state) {
        const std::string document = encodeValues();
        bytes = document.size();
        benchmark::DoNotOptimize(document.data());
    }
    state.counters["document_bytes"] = static_cast<double>(bytes);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

/// The mirror of it: an ACS that writes many values at once.
void parseSetParameterValues(benchmark::State& state) {
    std::string document =
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" "
        "xmlns:enc=\"http://schemas.xmlsoap.org/soap/encoding/\" "
        "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
        "xmlns:cwmp=\"urn:dslforum-org:cwmp-1-0\"><soap:Body><cwmp:SetParameterValues>"
        "<ParameterList enc:arrayType=\"cwmp:ParameterValueStruct[500]\">";
    for (std::size_t i = 0; i < 500; ++i) {
        document += "<ParameterValueStruct><Name>Device.Services.X_PLATEN_MFP.1.Supply." +
                    std::to_string(i) +
                    ".Note</Name><Value xsi:type=\"xsd:string\">a &amp; b</Value>"
                    "</ParameterValueStruct>";
    }
    document +=
        "</ParameterList><ParameterKey/></cwmp:SetParameterValues></soap:Body></soap:Envelope>";
    for (auto _ : state) {
        auto parsed = cwmp::readEnvelope(document);
        if (!parsed) {
            state.SkipWithError(parsed.error().text.c_str());
            break;
        }
        benchmark::DoNotOptimize(parsed);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(document.size()));
}

BENCHMARK(encodeTwoMegabytes)->Unit(benchmark::kMillisecond);
BENCHMARK(parseSetParameterValues);

}  // namespace
}  // namespace platen::bench
