// SPDX-License-Identifier: Apache-2.0
// Both model documents against the Broadband Forum's own schema (C-DM-13).
#include "model_fixture.hpp"

#include <gtest/gtest.h>
#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

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

class ModelXsd : public testing::TestWithParam<const char*> {};

// C-DM-13
TEST_P(ModelXsd, DocumentIsValid) {
    const auto schemas = std::filesystem::path(PLATEN_SHARED) / "standards" / "schemas";
    const auto xsd = schemas / "cwmp-datamodel-1-9.xsd";
    if (!std::filesystem::exists(xsd)) {
        GTEST_SKIP() << "the shared folder with cwmp-datamodel-1-9.xsd is not here";
    }
    xmlInitParser();
    xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
    xmlLoadCatalog((schemas / "catalog.xml").c_str());

    std::string messages;
    const Parser parser(xmlSchemaNewParserCtxt(xsd.c_str()));
    ASSERT_TRUE(parser);
    xmlSchemaSetParserStructuredErrors(parser.get(), collect, &messages);
    const XsdSchema schema(xmlSchemaParse(parser.get()));
    ASSERT_TRUE(schema) << messages;
    const Validator validator(xmlSchemaNewValidCtxt(schema.get()));
    xmlSchemaSetValidStructuredErrors(validator.get(), collect, &messages);
    const int result = xmlSchemaValidateFile(validator.get(), modelFile(GetParam()).c_str(), 0);
    EXPECT_EQ(result, 0) << messages;
}

INSTANTIATE_TEST_SUITE_P(Both, ModelXsd, testing::Values("device-2.xml", "mfp-1.0.xml"));

}  // namespace
}  // namespace platen::model
