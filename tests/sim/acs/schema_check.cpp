// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/schema_check.hpp"

#include "base/text.hpp"

#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include <algorithm>
#include <array>
#include <vector>

namespace platen::acs {

namespace {

constexpr std::size_t kMaxProblemBytes = 2000;

struct Driver {
    std::string_view cwmpNamespace;
    const char* file;
};
/// CWMP 1-3 and 1-4 add to the namespace of 1-2.
constexpr std::array<Driver, 3> kDrivers{
    {{"urn:dslforum-org:cwmp-1-0", "check-envelope-cwmp-1-0.xsd"},
     {"urn:dslforum-org:cwmp-1-1", "check-envelope-cwmp-1-1.xsd"},
     {"urn:dslforum-org:cwmp-1-2", "check-envelope-cwmp-1-4.xsd"}}};

struct SchemaFree {
    void operator()(xmlSchema* schema) const { xmlSchemaFree(schema); }
};
struct ParserFree {
    void operator()(xmlSchemaParserCtxt* parser) const { xmlSchemaFreeParserCtxt(parser); }
};
struct ValidFree {
    void operator()(xmlSchemaValidCtxt* valid) const { xmlSchemaFreeValidCtxt(valid); }
};
struct DocumentFree {
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};

void addError(std::string& out, const xmlError* error) {
    if (error == nullptr || error->message == nullptr || out.size() > kMaxProblemBytes) {
        return;
    }
    out +=
        text::cat({"line ", std::to_string(error->line), ": ", text::trim(error->message), "; "});
}

// libxml2 2.9 hands the error over without const, newer ones with it; a template takes both.
template <typename E>
void collectError(void* context, E* error) {
    addError(*static_cast<std::string*>(context), error);
}

template <typename E>
void ignoreError(void* /*context*/, E* /*error*/) {}

}  // namespace

struct SchemaCheck::Impl {
    std::vector<std::pair<std::string_view, std::unique_ptr<xmlSchema, SchemaFree>>> schemas;
};

SchemaCheck::SchemaCheck(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SchemaCheck::SchemaCheck(SchemaCheck&&) noexcept = default;
SchemaCheck& SchemaCheck::operator=(SchemaCheck&&) noexcept = default;
SchemaCheck::~SchemaCheck() = default;

Result<SchemaCheck> SchemaCheck::load(const std::filesystem::path& folder) {
    const std::filesystem::path catalog = folder / "catalog.xml";
    xmlInitParser();
    xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
    std::error_code error;
    if (!std::filesystem::exists(catalog, error) || xmlLoadCatalog(catalog.c_str()) != 0) {
        return fail(ErrorCode::NotFound, catalog.string() + " cannot be read");
    }
    auto impl = std::make_unique<Impl>();
    for (const Driver& driver : kDrivers) {
        const std::string file = (folder / driver.file).string();
        const std::unique_ptr<xmlSchemaParserCtxt, ParserFree> parser(
            xmlSchemaNewParserCtxt(file.c_str()));
        if (!parser) {
            return fail(ErrorCode::NotFound, file + " cannot be read");
        }
        // the SOAP schemas are imported twice, and libxml2 says so on standard error
        xmlSchemaSetParserStructuredErrors(parser.get(), ignoreError, nullptr);
        std::unique_ptr<xmlSchema, SchemaFree> schema(xmlSchemaParse(parser.get()));
        if (!schema) {
            return fail(ErrorCode::Malformed, file + " is no usable schema");
        }
        impl->schemas.emplace_back(driver.cwmpNamespace, std::move(schema));
    }
    return SchemaCheck(std::move(impl));
}

std::optional<std::string> SchemaCheck::findProblem(std::string_view message,
                                                    std::string_view cwmpNamespace) {
    const auto found = std::ranges::find_if(impl_->schemas, [cwmpNamespace](const auto& entry) {
        return entry.first == cwmpNamespace;
    });
    if (found == impl_->schemas.end()) {
        return text::cat({"no schema for \"", cwmpNamespace, "\""});
    }
    const std::unique_ptr<xmlDoc, DocumentFree> document(xmlReadMemory(
        message.data(), static_cast<int>(std::min<std::size_t>(message.size(), INT32_MAX)),
        "message.xml", nullptr, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
    if (!document) {
        return "not well-formed";
    }
    const std::unique_ptr<xmlSchemaValidCtxt, ValidFree> valid(
        xmlSchemaNewValidCtxt(found->second.get()));
    std::string problems;
    xmlSchemaSetValidStructuredErrors(valid.get(), collectError, &problems);
    if (xmlSchemaValidateDoc(valid.get(), document.get()) == 0) {
        return std::nullopt;
    }
    return problems.empty() ? "not valid" : problems;
}

}  // namespace platen::acs
