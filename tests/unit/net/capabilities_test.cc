#include "net/session/capabilities.h"

#include <gtest/gtest.h>

namespace doorward::net {
namespace {

struct Asked {
  wire::Method method;
  const char* params;
  const char* declared;
  bool may;
};

TEST(Capabilities, AreDeclaredDownToModesAndParts) {
  using enum wire::Method;
  for (const auto& [method, params, declared, may] : std::initializer_list<Asked>{
           {elicitation_create, "{}", R"({"elicitation":{}})", true},
           {elicitation_create, R"({"mode":"form"})", R"({"elicitation":{}})", true},
           {elicitation_create, R"({"mode":"url"})", R"({"elicitation":{}})", false},
           {elicitation_create, R"({"mode":"url"})", R"({"elicitation":{"form":{}}})", false},
           {elicitation_create, R"({"mode":"url"})", R"({"elicitation":{"url":{}}})", true},
           {elicitation_create, "{}", R"({"elicitation":{"url":{}}})", false},
           {elicitation_create, "{}", R"({"elicitation":{"url":{},"form":{}}})", true},
           {elicitation_create, R"({"mode":"weird"})", R"({"elicitation":{"url":{}}})", false},
           {elicitation_create, R"({"mode":7})", R"({"elicitation":{}})", false},
           {elicitation_create, "{}", "{}", false},
           {sampling_create_message, "{}", R"({"sampling":{}})", true},
           {sampling_create_message, R"({"tools":[]})", R"({"sampling":{}})", false},
           {sampling_create_message, R"({"toolChoice":{}})", R"({"sampling":{}})", false},
           {sampling_create_message, R"({"tools":[]})", R"({"sampling":{"tools":{}}})", true},
           {sampling_create_message, R"({"includeContext":"none"})", R"({"sampling":{}})", true},
           {sampling_create_message, R"({"includeContext":"allServers"})", R"({"sampling":{}})",
            false},
           {sampling_create_message, R"({"includeContext":"thisServer"})",
            R"({"sampling":{"context":{}}})", true},
           {roots_list, "{}", R"({"roots":{}})", true},
           {roots_list, "{}", R"({"sampling":{}})", false},
           {ping, "{}", "{}", true},
           {tools_call, "{}", R"({"sampling":{}})", false}}) {
    const auto asked = wire::JsonDocument::parse(params);
    const auto given = wire::JsonDocument::parse(declared);
    ASSERT_TRUE(asked && given);
    EXPECT_EQ(is_declared(capabilities_of(given->root(), "2025-11-25"), method, asked->root()), may)
        << params << " " << declared;
  }
}

TEST(Capabilities, ContextWasNoPartBefore) {
  const auto given = wire::JsonDocument::parse(R"({"sampling":{}})");
  EXPECT_TRUE(capabilities_of(given->root(), "2025-06-18").sampling_context);
  EXPECT_FALSE(capabilities_of(given->root(), "2025-11-25").sampling_context);
  EXPECT_FALSE(capabilities_of(given->root(), "").sampling_context);
}

}  // namespace
}  // namespace doorward::net
