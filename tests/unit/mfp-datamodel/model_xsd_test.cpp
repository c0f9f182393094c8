// SPDX-License-Identifier: Apache-2.0
// The model documents against the Broadband Forum's own schema (C-DM-13).
#include "mfp-datamodel/device_type.hpp"
#include "model_fixture.hpp"

#include <gtest/gtest.h>
#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace platen::model {
namespace {

/// Collects libxml2's messages in a std::string.
void collect(void* target, xmlErrorPtr error) {
    auto& messages = *static_cast<std::string*>(target);
    messages += "line " + std::to_string(error->line) + ": ";
    messages += error->message == nullptr ? "?" : error->message;
}

template <typename T, void (*Free)(T*)>
struct Freer {
    void operator()(T* object) const { Free(object); }
};
using Parser =
    std::unique_ptr<xmlSchemaParserCtxt, Freer<xmlSchemaParserCtxt, xmlSchemaFreeParserCtxt>>;
using XsdSchema = std::unique_ptr<xmlSchema, Freer<xmlSchema, xmlSchemaFree>>;
using Validator =
    std::unique_ptr<xmlSchemaValidCtxt, Freer<xmlSchemaValidCtxt, xmlSchemaFreeValidCtxt>>;

/// Messages of the validator; empty if the document is valid.
std::string complaints(const std::filesystem::path& schemas,
                       const char* xsdName,
                       const std::string& document) {
    xmlInitParser();
    xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
    xmlLoadCatalog((schemas / "catalog.xml").c_str());

    std::string messages;
    const auto xsd = schemas / xsdName;
    const Parser parser(xmlSchemaNewParserCtxt(xsd.c_str()));
    xmlSchemaSetParserStructuredErrors(parser.get(), collect, &messages);
    const XsdSchema schema(xmlSchemaParse(parser.get()));
    if (!schema) {
        return "schema: " + messages;
    }
    const Validator validator(xmlSchemaNewValidCtxt(schema.get()));
    xmlSchemaSetValidStructuredErrors(validator.get(), collect, &messages);
    const std::unique_ptr<xmlDoc, Freer<xmlDoc, xmlFreeDoc>> parsed(xmlReadMemory(
        document.data(), static_cast<int>(document.size()), nullptr, nullptr, XML_PARSE_NONET));
    if (!parsed) {
        return "not well-formed";
    }
    const bool valid = xmlSchemaValidateDoc(validator.get(), parsed.get()) == 0;
    return valid ? "" : messages + " (invalid)";
}

std::filesystem::path schemaFolder() {
    return std::filesystem::path(PLATEN_SHARED) / "standards" / "schemas";
}

class ModelXsd : public testing::TestWithParam<const char*> {};

// C-DM-13
TEST_P(ModelXsd, DocumentIsValid) {
    if (!std::filesystem::exists(schemaFolder() / "cwmp-datamodel-1-9.xsd")) {
        GTEST_SKIP() << "the shared folder with cwmp-datamodel-1-9.xsd is not here";
    }
    std::ifstream file(modelFile(GetParam()));
    const std::string document{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(complaints(schemaFolder(), "cwmp-datamodel-1-9.xsd", document), "");
}

// C-DM-06
TEST(DeviceTypeXsd, DocumentsAreValid) {
    if (!std::filesystem::exists(schemaFolder() / "cwmp-devicetype-1-3.xsd")) {
        GTEST_SKIP() << "the shared folder with cwmp-devicetype-1-3.xsd is not here";
    }
    for (const auto& type : deviceTypes(PathCodec(realSchema(), "X_PLATEN"))) {
        EXPECT_EQ(complaints(schemaFolder(), "cwmp-devicetype-1-3.xsd", type.document), "")
            << type.fileName;
    }
    EXPECT_NE(complaints(schemaFolder(), "cwmp-devicetype-1-3.xsd", "<document/>"), "");
}

INSTANTIATE_TEST_SUITE_P(All,
                         ModelXsd,
                         testing::Values("device-1.xml", "device-2.xml", "mfp-1.0.xml"));

}  // namespace
}  // namespace platen::model
