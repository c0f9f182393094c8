// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "mfp-datamodel/schema.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::model {

/// Limits of one DM document; a file beyond them is refused as a whole.
inline constexpr std::size_t kMaxDocumentBytes = std::size_t{4} << 20U;
inline constexpr std::size_t kMaxDocumentDepth = 16;
inline constexpr std::size_t kMaxDocumentNodes = 300'000;
inline constexpr std::size_t kMaxObjects = 4096;
inline constexpr std::size_t kMaxObjectParams = 1000;
inline constexpr std::size_t kMaxEnumeration = 1000;
inline constexpr std::size_t kMaxPathSegments = 16;
inline constexpr std::size_t kMaxTemplateBytes = 200;

/// What is wrong with a document, as `file:line: text`. Thrown inside Schema::load only, which
/// turns it into a Result.
class DocumentError : public std::runtime_error {
  public:
    DocumentError(ErrorCode code, const std::string& text)
        : std::runtime_error(text), code_(code) {}
    [[nodiscard]] ErrorCode code() const { return code_; }

  private:
    ErrorCode code_;
};

/// An object as the document has it: definitions without indexes.
struct DmObject {
    ObjectDef def;
    std::vector<ParamDef> params;
    std::string countParameter;  ///< numEntriesParameter, or empty.
    std::string where;           ///< `file:line`, for messages about it.
};

/// A profile as the document has it.
struct DmProfile {
    std::string name;
    std::vector<std::string> extends;
    std::vector<std::pair<std::string, std::string>> params;  ///< Object path, parameter name.
    std::string where;
};

/// One DM document (cwmp-datamodel-1-x, TR-106 Annex A) with exactly one model.
struct DmDocument {
    std::string spec;
    std::string modelName;
    bool service = false;
    std::vector<DmObject> objects;  ///< In file order.
    std::vector<DmProfile> profiles;
    std::string file;
};

/// Reads a file. Throws DocumentError: NotFound, TooLarge, Malformed.
[[nodiscard]] DmDocument readDmDocument(const std::filesystem::path& path);

/// Reads a document from memory; `name` stands in messages. Throws DocumentError.
[[nodiscard]] DmDocument parseDmDocument(std::string_view xml, const std::string& name);

}  // namespace platen::model
