// SPDX-License-Identifier: Apache-2.0
// Broken and hostile DM documents: a clear error, never a crash.
#include "mfp-datamodel/dm_document.hpp"
#include "mfp-datamodel/schema.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace platen::model {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kHead =
    "<?xml version=\"1.0\"?>\n"
    "<dm:document xmlns:dm=\"urn:broadband-forum-org:cwmp:datamodel-1-9\" spec=\"urn:x:y\" "
    "file=\"f.xml\">\n";

std::string model(const std::string& content, const std::string& attributes = "") {
    return std::string(kHead) + R"(<model name="Device:2.15")" + attributes + ">" + content +
           "</model></dm:document>";
}

std::string object(const std::string& name,
                   const std::string& content = "",
                   const std::string& attributes = "") {
    return "\n<object name=\"" + name + R"(" access="readOnly")" + attributes + ">" + content +
           "</object>";
}

std::string param(const std::string& name,
                  const std::string& syntax = "<string/>",
                  const std::string& attributes = "") {
    return "\n<parameter name=\"" + name + R"(" access="readOnly")" + attributes + "><syntax>" +
           syntax + "</syntax></parameter>";
}

class HostileModel : public testing::Test {
  protected:
    Result<Schema> load(const std::vector<std::string>& documents) const {
        std::vector<std::filesystem::path> files;
        files.reserve(documents.size());
        for (const std::string& text : documents) {
            files.push_back(folder_.write("doc" + std::to_string(files.size()) + ".xml", text));
        }
        return Schema::load(files);
    }
    /// The error text of a document that must be refused as malformed.
    std::string refuse(const std::string& document) const {
        const auto loaded = load({document});
        if (loaded) {
            return "accepted";
        }
        EXPECT_EQ(loaded.error().code, ErrorCode::Malformed) << loaded.error().text;
        return loaded.error().text;
    }
    test::TemporaryFolder folder_;
};

TEST_F(HostileModel, SmallGoodModelLoads) {
    const auto loaded =
        load({model(object("Device.", param("Name") + param("XNumberOfEntries", "<unsignedInt/>")) +
                    object("Device.X.{i}.", param("Level", "<int/>"),
                           " numEntriesParameter=\"XNumberOfEntries\""))});
    ASSERT_TRUE(loaded) << loaded.error().text;
    EXPECT_EQ(loaded->objectCount(), 2U);
    EXPECT_EQ(loaded->paramCount(), 3U);
    EXPECT_EQ(loaded->templatePath(*loaded->findParam("Device.X.{i}.Level")), "Device.X.{i}.Level");
}

TEST_F(HostileModel, MissingFileIsNotFound) {
    const std::vector<std::filesystem::path> files{folder_ / "absent.xml"};
    const auto loaded = Schema::load(files);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::NotFound);
    EXPECT_THAT(loaded.error().text, HasSubstr("absent.xml"));
    EXPECT_EQ(Schema::load({}).error().code, ErrorCode::NotFound);
}

TEST_F(HostileModel, FolderIsNotFound) {
    const std::vector<std::filesystem::path> files{folder_.path()};
    EXPECT_EQ(Schema::load(files).error().code, ErrorCode::NotFound);
}

TEST_F(HostileModel, BillionLaughsIsRefusedBeforeAnyEntityMatters) {
    std::string dtd = "<!DOCTYPE lolz [<!ENTITY lol \"lol\">";
    for (int i = 1; i < 10; ++i) {
        dtd += "<!ENTITY lol" + std::to_string(i) + " \"&lol;&lol;&lol;&lol;&lol;\">";
    }
    dtd += "]>";
    EXPECT_THAT(refuse("<?xml version=\"1.0\"?>" + dtd + "<lolz>&lol9;</lolz>"),
                HasSubstr("document type declaration"));
}

TEST_F(HostileModel, DocumentsThatAreNotWellFormedAreRefusedWithTheirLine) {
    EXPECT_THAT(refuse(std::string(kHead) + "<model>\n</modle></dm:document>"),
                AllOf(HasSubstr("doc0.xml:"), HasSubstr("tag")));
    EXPECT_THAT(refuse(""), HasSubstr("doc0.xml:1"));
    EXPECT_THAT(refuse("no xml"), HasSubstr("doc0.xml:1"));
    EXPECT_THAT(refuse(model(object("Device.", "", " access=\"readWrite\""))),
                HasSubstr("attribute stands twice"));
    EXPECT_THAT(refuse(model(object("Device.")) + "<more/>"), HasSubstr("more than one root"));
    EXPECT_THAT(refuse(model(object("Device.", param("A\xC3\x28")))), HasSubstr("not UTF-8"));
}

TEST_F(HostileModel, TruncationAtAnyPlaceIsRefused) {
    const std::string good =
        model(object("Device.", param("Name")) + object("Device.X.{i}.", param("Level", "<int/>")));
    ASSERT_TRUE(load({good}));
    for (std::size_t length = 0; length < good.size(); length += 3) {
        EXPECT_FALSE(load({good.substr(0, length)})) << length;
    }
}

TEST_F(HostileModel, DepthAndSizeAreLimited) {
    std::string deep;
    for (std::size_t i = 0; i < 200'000; ++i) {
        deep += "<a>";
    }
    EXPECT_FALSE(load({std::string(kHead) + deep}));
    for (std::size_t i = 0; i < 200'000; ++i) {
        deep += "</a>";
    }
    EXPECT_THAT(refuse(std::string(kHead) + deep + "</dm:document>"), HasSubstr("nested"));
    const auto big = load({std::string(kMaxDocumentBytes + 1, ' ')});
    EXPECT_EQ(big.error().code, ErrorCode::TooLarge);
}

TEST_F(HostileModel, OtherNamespacesAreRefused) {
    EXPECT_THAT(refuse("<document spec=\"a\"/>"), HasSubstr("cwmp-datamodel-1-x"));
    EXPECT_THAT(refuse("<dm:document xmlns:dm=\"urn:broadband-forum-org:cwmp:devicetype-1-1\"/>"),
                HasSubstr("cwmp-datamodel-1-x"));
    EXPECT_THAT(refuse("<dm:document xmlns:dm=\"urn:broadband-forum-org:cwmp:datamodel-1-\"/>"),
                HasSubstr("cwmp-datamodel-1-x"));
}

TEST_F(HostileModel, UnknownTypeNamesTheTypeAndTheLine) {
    const std::string text = refuse(model(object("Device.", param("Weight", "<float/>"))));
    EXPECT_THAT(text, AllOf(HasSubstr("doc0.xml:5"), HasSubstr("unknown type \"float\"")));
    EXPECT_THAT(refuse(model(object("Device.", param("A", "<dataType ref=\"Colour\"/>")))),
                HasSubstr("unknown data type \"Colour\""));
    EXPECT_THAT(refuse(model(object("Device.", param("A", "")))), HasSubstr("has no type"));
}

TEST_F(HostileModel, DoubleNamesAreRefused) {
    EXPECT_THAT(refuse(model(object("Device.", param("Name") + param("Name")))),
                HasSubstr("\"Name\" stands twice"));
    EXPECT_THAT(refuse(model(object("Device.") + object("Device.X.") + object("Device.X."))),
                HasSubstr("\"Device.X.\" stands twice"));
    EXPECT_THAT(
        refuse(model(object("Device.", param("A",
                                             "<string><enumeration value=\"x\"/><enumeration "
                                             "value=\"x\"/></string>")))),
        HasSubstr("stands twice"));
}

TEST_F(HostileModel, MissingParentIsRefused) {
    EXPECT_THAT(refuse(model(object("Device.") + object("Device.A.B."))),
                HasSubstr("\"Device.A.\" is not defined"));
    EXPECT_THAT(refuse(model(object("Device.") + object("Other.B."))), HasSubstr("outside"));
    EXPECT_THAT(refuse(model(object("Device.A."))), HasSubstr("root of the model"));
    EXPECT_THAT(refuse(model("")), HasSubstr("root model"));
}

// C-DT-09
TEST_F(HostileModel, BadNamesAreRefused) {
    for (const char* name : {"Device", "{i}.", "Device.{i}.{i}.", "Device..", ".", "Device.a b.",
                             "Device.1X.", "Device.{j}."}) {
        EXPECT_THAT(refuse(model(object("Device.") + object(name))), HasSubstr("object name"))
            << name;
    }
    EXPECT_THAT(refuse(model(object("Device.", param("a.b")))), HasSubstr("parameter name"));
    EXPECT_THAT(refuse(model(object("Device.") + object("Device." + std::string(300, 'x') + "."))),
                HasSubstr("too long"));
    EXPECT_THAT(refuse(model(object("Device.A.{i}.B.{i}.C.{i}.D.{i}."))), HasSubstr("deeply"));
}

TEST_F(HostileModel, BadFacetsAreRefused) {
    const auto reject = [this](const std::string& syntax) {
        return refuse(model(object("Device.", param("A", syntax))));
    };
    EXPECT_THAT(reject("<string><size maxLength=\"many\"/></string>"), HasSubstr("maxLength"));
    EXPECT_THAT(reject("<int><range minInclusive=\"x\"/></int>"), HasSubstr("minInclusive"));
    EXPECT_THAT(reject("<int><range minInclusive=\"5\" maxInclusive=\"4\"/></int>"),
                HasSubstr("range is empty"));
    EXPECT_THAT(reject("<string><enumeration/></string>"), HasSubstr("value"));
    EXPECT_THAT(reject("<boolean/><default type=\"object\" value=\"maybe\"/>"),
                HasSubstr("default"));
    EXPECT_THAT(refuse(model(object("Device.", param("A", "<string/>", " activeNotify=\"no\"")))),
                HasSubstr("activeNotify"));
    EXPECT_THAT(refuse(model(object("Device.", param("A", "<string/>", " forcedInform=\"x\"")))),
                HasSubstr("forcedInform"));
}

TEST_F(HostileModel, LooseReferencesAreRefused) {
    EXPECT_THAT(refuse(model(object("Device.") +
                             object("Device.X.{i}.", "", " numEntriesParameter=\"Gone\""))),
                HasSubstr("\"Gone\""));
    EXPECT_THAT(
        refuse(model(object("Device.") +
                     object("Device.X.{i}.", "<uniqueKey><parameter ref=\"Gone\"/></uniqueKey>"))),
        HasSubstr("unique key"));
    EXPECT_THAT(refuse(model(object("Device.") + "<profile name=\"P:1\"><object ref=\"Device.\" "
                                                 "requirement=\"present\"><parameter ref=\"Gone\" "
                                                 "requirement=\"readOnly\"/></object></profile>")),
                HasSubstr("Device.Gone"));
    EXPECT_THAT(refuse(model(object("Device.") + "<profile name=\"P:1\" extends=\"Q:1\"/>")),
                HasSubstr("\"Q:1\" is not defined"));
}

TEST_F(HostileModel, ServicesNeedTheirPlace) {
    const std::string service = model(object("MFP.{i}."), R"( isService="true")");
    const auto refused = load({model(object("Device.")), service});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr("Device.Services."));
    EXPECT_THAT(load({service}).error().text, HasSubstr("root model"));
    const std::string root = model(object("Device.") + object("Device.Services."));
    EXPECT_THAT(load({root, root}).error().text, HasSubstr("service model"));
    ASSERT_TRUE(load({root, service}));
    EXPECT_THAT(load({root, service, service}).error().text, HasSubstr("stands twice"));
}

TEST_F(HostileModel, NumbersOfThingsAreLimited) {
    std::string values;
    for (std::size_t i = 0; i <= kMaxEnumeration; ++i) {
        values += "<enumeration value=\"v" + std::to_string(i) + "\"/>";
    }
    EXPECT_THAT(refuse(model(object("Device.", param("A", "<string>" + values + "</string>")))),
                HasSubstr("too many enumeration"));
    std::string params;
    for (std::size_t i = 0; i <= kMaxObjectParams; ++i) {
        params += param("p" + std::to_string(i));
    }
    EXPECT_THAT(refuse(model(object("Device.", params))), HasSubstr("too many parameters"));
    std::string objects = object("Device.");
    for (std::size_t i = 0; i <= kMaxObjects; ++i) {
        objects += object("Device.o" + std::to_string(i) + ".");
    }
    EXPECT_THAT(refuse(model(objects)), HasSubstr("too many objects"));
}

}  // namespace
}  // namespace platen::model
