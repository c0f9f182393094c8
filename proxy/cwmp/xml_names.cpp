// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/xml_names.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace platen::cwmp {
namespace {

constexpr std::string_view kXsiNamespace = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";

std::string_view prefixOf(std::string_view qualified) {
    const auto colon = qualified.find(':');
    return colon == std::string_view::npos ? std::string_view{} : qualified.substr(0, colon);
}

/// What `prefix` is bound to at `element`; the empty prefix is the default namespace.
std::optional<std::string_view> lookup(pugi::xml_node element, std::string_view prefix) {
    if (prefix == "xml") {
        return kXmlNamespace;
    }
    for (auto node = element; node; node = node.parent()) {
        for (const auto attribute : node.attributes()) {
            const std::string_view name = attribute.name();
            const bool binds = prefix.empty()
                                   ? name == "xmlns"
                                   : name.size() == prefix.size() + 6 &&
                                         name.starts_with("xmlns:") && name.substr(6) == prefix;
            if (binds) {
                return std::string_view(attribute.value());
            }
        }
    }
    if (prefix.empty()) {
        return std::string_view{};
    }
    return std::nullopt;
}

tl::unexpected<Error> malformed(std::string_view what, std::string_view name) {
    return fail(ErrorCode::Malformed, text::cat({"XML: ", what, " ", name.substr(0, 64)}));
}

bool badColons(std::string_view name) {
    return name.starts_with(':') || name.ends_with(':');
}

struct AttributeName {
    std::string_view uri;
    std::string_view local;
    friend auto operator<=>(const AttributeName&, const AttributeName&) = default;
};

/// Walks the tree with the prefixes that are bound on the way, so that each name costs at most
/// kMaxBindings comparisons however the document is built.
class NameChecker {
  public:
    Result<void> enter(pugi::xml_node element) {
        ++depth_;
        if (auto bound = bind(element); !bound) {
            return bound;
        }
        const std::string_view name = element.name();
        if (badColons(name)) {
            return malformed("bad name", name);
        }
        if (const auto prefix = prefixOf(name); !prefix.empty() && !find(prefix)) {
            return malformed("prefix is not declared:", name);
        }
        return checkAttributes(element);
    }

    void leave() {
        while (!bindings_.empty() && bindings_.back().depth == depth_) {
            bindings_.pop_back();
        }
        --depth_;
    }

  private:
    static constexpr std::size_t kMaxBindings = 64;
    struct Binding {
        std::string_view prefix;
        std::string_view uri;
        std::size_t depth;
    };

    Result<void> bind(pugi::xml_node element) {
        for (const auto attribute : element.attributes()) {
            const std::string_view name = attribute.name();
            if (prefixOf(name) != "xmlns") {
                continue;
            }
            if (*attribute.value() == '\0') {
                return malformed("prefix bound to nothing:", name);
            }
            if (bindings_.size() >= kMaxBindings) {
                return fail(ErrorCode::TooLarge, "XML: too many namespaces");
            }
            bindings_.push_back({localName(name), attribute.value(), depth_});
        }
        return {};
    }

    [[nodiscard]] std::optional<std::string_view> find(std::string_view prefix) const {
        if (prefix == "xml") {
            return kXmlNamespace;
        }
        const auto found =
            std::find_if(bindings_.rbegin(), bindings_.rend(),
                         [prefix](const Binding& binding) { return binding.prefix == prefix; });
        if (found == bindings_.rend()) {
            return std::nullopt;
        }
        return found->uri;
    }

    Result<void> checkAttributes(pugi::xml_node element) {
        names_.clear();
        for (const auto attribute : element.attributes()) {
            const std::string_view name = attribute.name();
            const auto prefix = prefixOf(name);
            if (badColons(name)) {
                return malformed("bad name", name);
            }
            if (prefix.empty() || prefix == "xmlns") {
                names_.push_back({prefix, localName(name)});
                continue;
            }
            const auto uri = find(prefix);
            if (!uri) {
                return malformed("prefix is not declared:", name);
            }
            names_.push_back({*uri, localName(name)});
        }
        std::sort(names_.begin(), names_.end());
        if (std::adjacent_find(names_.begin(), names_.end()) != names_.end()) {
            return malformed("attribute given twice in", element.name());
        }
        return {};
    }

    std::vector<Binding> bindings_;
    std::vector<AttributeName> names_;  // of one element; kept for its memory
    std::size_t depth_ = 0;
};

bool isElement(pugi::xml_node node) {
    return node.type() == pugi::node_element;
}

}  // namespace

std::string_view localName(std::string_view qualified) {
    const auto colon = qualified.rfind(':');
    return colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
}

std::optional<std::string_view> namespaceOf(pugi::xml_node element) {
    return lookup(element, prefixOf(element.name()));
}

bool isNamed(pugi::xml_node element, std::string_view uri, std::string_view local) {
    return localName(element.name()) == local && namespaceOf(element) == uri;
}

std::string_view soapAttribute(pugi::xml_node element, std::string_view local) {
    for (const auto attribute : element.attributes()) {
        const std::string_view name = attribute.name();
        if (localName(name) == local && !prefixOf(name).empty() &&
            lookup(element, prefixOf(name)) == kSoapNamespace) {
            return attribute.value();
        }
    }
    return {};
}

std::string_view xsiType(pugi::xml_node element) {
    for (const auto attribute : element.attributes()) {
        const std::string_view name = attribute.name();
        if (localName(name) == "type" && !prefixOf(name).empty() &&
            lookup(element, prefixOf(name)) == kXsiNamespace) {
            return text::trim(localName(attribute.value()));
        }
    }
    return {};
}

pugi::xml_node childNamed(pugi::xml_node parent, std::string_view local) {
    for (auto child = firstElement(parent); child; child = nextElement(child)) {
        if (localName(child.name()) == local) {
            return child;
        }
    }
    return {};
}

pugi::xml_node firstElement(pugi::xml_node parent) {
    auto child = parent.first_child();
    while (child && !isElement(child)) {
        child = child.next_sibling();
    }
    return child;
}

pugi::xml_node nextElement(pugi::xml_node element) {
    auto next = element.next_sibling();
    while (next && !isElement(next)) {
        next = next.next_sibling();
    }
    return next;
}

std::string textOf(pugi::xml_node element) {
    std::string all;
    for (const auto child : element.children()) {
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
            all += child.value();
        }
    }
    return all;
}

Result<void> checkNames(pugi::xml_node root) {
    NameChecker checker;
    auto element = root;
    while (element) {
        if (auto checked = checker.enter(element); !checked) {
            return checked;
        }
        auto next = firstElement(element);
        while (!next) {
            checker.leave();
            if (element == root) {
                return {};
            }
            next = nextElement(element);
            if (!next) {
                element = element.parent();
            }
        }
        element = next;
    }
    return {};
}

}  // namespace platen::cwmp
