// Small makers of definitions for the tests of the catalog.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "catalog/catalog.h"
#include "wire/json.h"

namespace doorward::catalog::test {

// Keeps its text alive for the views into it.
class Json {
 public:
  explicit Json(std::string text) {
    auto parsed = wire::JsonDocument::parse(std::move(text));
    if (!parsed) ADD_FAILURE() << parsed.error().what;
    if (parsed) document_ = std::move(*parsed);
  }
  [[nodiscard]] wire::JsonValue root() const { return document_.root(); }

 private:
  wire::JsonDocument document_;
};

inline std::string tool_text(std::string_view name, std::string_view description,
                             std::string_view properties = "{}") {
  return R"({"name":)" + wire::json_quote(name) + R"(,"description":)" +
         wire::json_quote(description) + R"(,"inputSchema":{"type":"object","properties":)" +
         std::string(properties) + "}}";
}

inline Definition tool(std::string_view name, std::string_view description,
                       std::string_view properties = "{}") {
  const Json json(tool_text(name, description, properties));
  auto made = definition_of(DefinitionKind::tool, json.root());
  if (!made) ADD_FAILURE() << made.error().what;
  return made ? *made : Definition{};
}

inline const WallTime kNow{std::chrono::seconds(1'795'000'000)};

}  // namespace doorward::catalog::test
