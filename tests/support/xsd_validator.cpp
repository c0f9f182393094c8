// SPDX-License-Identifier: Apache-2.0
#include "tests/support/xsd_validator.hpp"

#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include <map>

namespace platen::test {
namespace {

struct SchemaDeleter {
    void operator()(xmlSchemaPtr schema) const { xmlSchemaFree(schema); }
};
struct ParserDeleter {
    void operator()(xmlSchemaParserCtxtPtr parser) const { xmlSchemaFreeParserCtxt(parser); }
};
struct ValidDeleter {
    void operator()(xmlSchemaValidCtxtPtr valid) const { xmlSchemaFreeValidCtxt(valid); }
};
struct DocDeleter {
    void operator()(xmlDocPtr doc) const { xmlFreeDoc(doc); }
};
using Schema = std::unique_ptr<xmlSchema, SchemaDeleter>;

void collect(void* target, xmlErrorPtr error) {
    if (error != nullptr && error->level >= XML_ERR_ERROR && error->message != nullptr) {
        *static_cast<std::string*>(target) += error->message;
    }
}

std::string driverOf(std::string_view document) {
    if (document.find("urn:broadband-forum-org:cwmp:lwnotif-1-0") != std::string_view::npos) {
        return "cwmp-UDPLightweightNotification-1-0.xsd";
    }
    if (document.find("urn:dslforum-org:cwmp-1-0") != std::string_view::npos) {
        return "check-envelope-cwmp-1-0.xsd";
    }
    if (document.find("urn:dslforum-org:cwmp-1-1") != std::string_view::npos) {
        return "check-envelope-cwmp-1-1.xsd";
    }
    return "check-envelope-cwmp-1-4.xsd";
}

}  // namespace

struct XsdValidator::Impl {
    std::filesystem::path folder;
    bool there = false;
    std::map<std::string, Schema> schemas;

    xmlSchemaPtr load(const std::string& name) {
        auto& slot = schemas[name];
        if (!slot) {
            const auto file = (folder / name).string();
            const std::unique_ptr<xmlSchemaParserCtxt, ParserDeleter> parser(
                xmlSchemaNewParserCtxt(file.c_str()));
            std::string ignored;
            xmlSchemaSetParserStructuredErrors(parser.get(), collect, &ignored);
            slot.reset(xmlSchemaParse(parser.get()));
        }
        return slot.get();
    }
};

XsdValidator::XsdValidator(const std::filesystem::path& schemas) : impl_(std::make_unique<Impl>()) {
    impl_->folder = schemas;
    const auto catalog = schemas / "catalog.xml";
    impl_->there = std::filesystem::exists(catalog);
    if (impl_->there) {
        xmlInitParser();
        xmlCatalogSetDefaults(XML_CATA_ALLOW_ALL);
        xmlLoadCatalog(catalog.c_str());
    }
}

XsdValidator::~XsdValidator() = default;

bool XsdValidator::available() const {
    return impl_->there;
}

std::string XsdValidator::validate(std::string_view document) {
    if (!impl_->there) {
        return {};
    }
    const auto name = driverOf(document);
    auto* schema = impl_->load(name);
    if (schema == nullptr) {
        return "schema does not compile: " + name;
    }
    const std::unique_ptr<xmlDoc, DocDeleter> doc(
        xmlReadMemory(document.data(), static_cast<int>(document.size()), "message.xml", nullptr,
                      XML_PARSE_NONET | XML_PARSE_NOERROR));
    if (!doc) {
        return "not well-formed";
    }
    const std::unique_ptr<xmlSchemaValidCtxt, ValidDeleter> valid(xmlSchemaNewValidCtxt(schema));
    std::string problems;
    xmlSchemaSetValidStructuredErrors(valid.get(), collect, &problems);
    const int result = xmlSchemaValidateDoc(valid.get(), doc.get());
    if (result != 0 && problems.empty()) {
        problems = "not valid";
    }
    return result == 0 ? std::string() : problems;
}

}  // namespace platen::test
