// The id of a message that nobody could read further.
#include "wire/readable_id.h"

#include <gtest/gtest.h>

#include <string>

namespace doorward::wire {
namespace {

TEST(ReadableId, OfTheOutermostObjectOnly) {
  const std::pair<std::string, std::string> kCases[] = {
      {R"({"jsonrpc":"2.0","id":7,"method":"x"})", "7"},
      {R"({"method":"x","params":{"id":1,"a":[{"id":2}]},"id":"a-1"})", R"("a-1")"},
      {R"({"id" : -3 , "x":)", "-3"},
      {R"({"a":"\"id\":9","id":4})", "4"},
      {R"({"a":"id","b":1})", ""},
      {R"({"id":1,"id":2})", ""},
      {R"({"id":1,"a":{"id":2},"id":1})", ""},
      {R"({"id":null})", ""},
      {R"({"id":1.5})", ""},
      {R"({"id":1e3})", ""},
      {R"({"id":{"a":1}})", ""},
      {R"({"id":01})", ""},
      {R"({"id":12345678901234567890})", ""},
      {R"({"id":"a\u0041"})", ""},
      {R"({"id":"ü"})", ""},
      {R"({"id":"cut off)", ""},
      {R"({"id":12)", ""},
      {R"([{"id":1}])", ""},
      {R"("id":1)", ""},
      {"", ""},
      {std::string("{\"id\":5,\"a\":\"\0\"}", 16), "5"},
      {R"({"id":5,"a":"\u0000","a":1})", "5"},
      {R"({"id":5}{"id":6})", "5"},
      {"{\"id\":\"" + std::string(300, 'x') + "\"}", ""},
      {"{\"a\":" + std::string(5000, '[') + ",\"id\":3", ""},
      {"{\"id\":3,\"a\":" + std::string(5000, '['), "3"},
  };
  for (const auto& [text, id] : kCases) {
    const bool opens = text.starts_with('{');
    const std::string request = opens ? "{\"method\":\"m\"," + text.substr(1) : text;
    EXPECT_EQ(readable_id(request), id) << text.substr(0, 80);
  }
}

TEST(ReadableId, AnAnswersIdIsTheOtherSides) {
  EXPECT_EQ(readable_id(R"({"id":1,"result":{"a":1,"a":2}})"), "");
  EXPECT_EQ(readable_id(R"({"id":1,"params":{"method":"x"}})"), "");
  EXPECT_EQ(readable_id(R"({"id":1,"method":"x"})"), "1");
}

}  // namespace
}  // namespace doorward::wire
