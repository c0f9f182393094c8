// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/dm_document.hpp"
#include "mfp-datamodel/schema.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace platen::model {

/// Joins DM documents into one numbered Schema. Throws DocumentError.
class SchemaBuilder {
  public:
    /// The first document added is the root model, the others are services.
    void add(DmDocument document);
    [[nodiscard]] Schema build();

  private:
    struct Node {
        DmObject* object = nullptr;
        std::vector<Node*> children;  ///< In file order.
    };

    Node& node(const std::string& path, const std::string& where);
    void addObjects(DmDocument& document);
    void attach(DmObject& object, std::string_view parentPath);
    void mountService(DmObject& root);
    void number(const Node& node, std::optional<ObjectIndex> parent);
    void linkCounts();
    void checkUniqueKeys() const;
    void checkDefaults() const;
    void addProfiles(const DmDocument& document);
    [[nodiscard]] ParamIndex profileParam(const DmProfile& profile,
                                          const std::string& object,
                                          const std::string& name) const;

    std::vector<DmDocument> documents_;
    std::map<std::string, Node, std::less<>> nodes_;
    Schema schema_;
};

}  // namespace platen::model
