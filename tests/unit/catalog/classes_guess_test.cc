// The guess of a tool's classes, over the tools of eight widely used servers (npm_tools.jsonl) and
// over names of our own with their near misses (tool_names.jsonl). R3.7, R8.9, R9.2.
#include "catalog/classes_guess.h"

#include <gmock/gmock.h>

#include <fstream>

#include "catalog/words.h"
#include "support.h"

namespace doorward::catalog {
namespace {

using core::ClassSet;
using core::ToolClass;
using testing::ElementsAre;

std::vector<std::string> lines_of(std::string_view name) {
  std::ifstream in(std::string(DOORWARD_SOURCE_DIR) + "/tests/unit/catalog/" + std::string(name));
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

ClassSet classes_in(wire::JsonValue list) {
  ClassSet out;
  for (const auto item : list.items()) {
    const auto known = core::class_from(item.text());
    EXPECT_TRUE(known) << item.text();
    if (known) out.add(*known);
  }
  return out;
}

ClassSet guess(std::string_view name, std::string_view description = "",
               std::string_view properties = "{}", std::string_view annotations = "{}") {
  const test::Json schema(R"({"properties":)" + std::string(properties) + "}");
  const test::Json hints{std::string(annotations)};
  return guess_classes({.name = name,
                        .description = description,
                        .input_schema = schema.root(),
                        .annotations = hints.root()});
}

TEST(GuessClasses, OfWidelyUsedServers) {
  const auto lines = lines_of("npm_tools.jsonl");
  ASSERT_EQ(lines.size(), 99u);
  for (const std::string& line : lines) {
    const test::Json json(line);
    const auto tool = json.root();
    const auto got = guess_classes({.server = tool["server"].text(),
                                    .name = tool["name"].text(),
                                    .description = tool["description"].text(),
                                    .input_schema = tool["inputSchema"],
                                    .annotations = tool["annotations"]});
    EXPECT_EQ(class_names(got), class_names(classes_in(tool["classes"]))) << line;
  }
}

TEST(GuessClasses, OfNamesAndTheirNearMisses) {
  const auto lines = lines_of("tool_names.jsonl");
  ASSERT_GT(lines.size(), 90u);
  for (const std::string& line : lines) {
    const test::Json json(line);
    std::string properties = "{";
    for (const auto parameter : json.root()["parameters"].items())
      properties += (properties.size() > 1 ? "," : "") + std::string(parameter.raw()) +
                    R"(:{"type":"string"})";
    const auto got = guess(json.root()["name"].text(), "", properties + "}");
    EXPECT_EQ(class_names(got), class_names(classes_in(json.root()["classes"]))) << line;
  }
}

TEST(GuessClasses, AnnotationsOnlyMakeItStricter) {
  EXPECT_EQ(guess("delete_all", "", "{}", R"({"readOnlyHint":true,"destructiveHint":false})"),
            guess("delete_all"));
  EXPECT_EQ(class_names(guess("get_x", "", "{}", R"({"destructiveHint":true})")),
            "read, write, destructive");
  EXPECT_EQ(class_names(guess("get_x", "", "{}", R"({"readOnlyHint":false})")), "read, write");
  EXPECT_EQ(class_names(guess("get_x", "", "{}", R"({"destructiveHint":"true"})")), "read");
  for (const char* name : {"get_x", "shell", "send_mail", "set_role", "frobnicate"})
    for (const char* hints :
         {"{}", "3", "null", R"({"readOnlyHint":true})", R"({"destructiveHint":false})",
          R"({"readOnlyHint":true,"destructiveHint":true,"openWorldHint":false})"})
      EXPECT_TRUE(guess(name).within(guess(name, "", "{}", hints))) << name << hints;
}

TEST(GuessClasses, ReadsDescriptions) {
  EXPECT_EQ(class_names(guess("notes", "Returns all notes.")), "read");
  EXPECT_EQ(class_names(guess("notes", "Keeps notes. Deletes them after a day.")),
            "write, destructive");
  EXPECT_EQ(class_names(guess("get_notes", "Gets notes and deletes them.")),
            "read, write, destructive");
  EXPECT_EQ(class_names(guess("get_notes", "Gets notes. Delete them with delete_note.")), "read");
  EXPECT_EQ(class_names(guess("get_notes", "Gets notes without deleting; never deletes.")), "read");
  EXPECT_EQ(class_names(guess("weather", "Executes a shell command.")), "write, execute");
  // A reading verb in front hides nothing that follows, and plurals behind it are no verbs.
  EXPECT_TRUE(
      guess("list_users", "Lists users and grants them the admin role").has(ToolClass::identity));
  EXPECT_TRUE(guess("get_logs", "Gets logs, then disables logging").has(ToolClass::identity));
  EXPECT_TRUE(guess("get_report", "Gets a report and emails it to the given recipients")
                  .has(ToolClass::egress));
  EXPECT_TRUE(
      guess("list_rows", "Lists rows. The rows are then dropped.").has(ToolClass::destructive));
  EXPECT_TRUE(guess("get_status", "Gets status and restarts the server").has(ToolClass::write));
  EXPECT_TRUE(guess("show", "Shows the data and transfers money").has(ToolClass::write));
  for (const char* const honest :
       {"Lists roles and grants for a user", "Gets issues and updates of a project",
        "Gets the log and emails of a day", "Lists rows that are deleted", "Lists keys and users"})
    EXPECT_EQ(class_names(guess("list_these", honest)), "read") << honest;
  EXPECT_EQ(class_names(guess("get_weather", "Gets it: executes a shell command.")),
            "read, execute");
  // A tool with logging has it; a tool that sets logging changes who watches.
  EXPECT_FALSE(
      guess("test_tool_with_logging", "Sends three log messages").has(ToolClass::identity));
  EXPECT_TRUE(guess("disable_logging", "").has(ToolClass::identity));
  EXPECT_TRUE(guess("logging_config", "").has(ToolClass::identity));
  EXPECT_EQ(class_names(guess("tune", "Change the log level of the service.")), "write, identity");
}

TEST(GuessClasses, ReadsSchemas) {
  const auto with = [](std::string_view properties) {
    return class_names(guess("apply_thing", "", properties));
  };
  EXPECT_EQ(with(R"({"action":{"enum":["list","delete"]}})"), "read, write, destructive");
  EXPECT_EQ(with(R"({"mode":{"enum":["push","pop"]}})"), "write");
  EXPECT_EQ(with(R"({"mode":{"enum":["push","pull"]}})"), "write, egress");
  EXPECT_EQ(with(R"({"overwrite":{"type":"boolean"}})"), "write, destructive");
  EXPECT_EQ(with(R"({"command":{"type":"string"}})"), "write, execute");
  EXPECT_EQ(with(R"({"command":{"enum":["start","stop"]}})"), "write");
  EXPECT_EQ(with(R"({"command_id":{"type":"string"}})"), "write");
  EXPECT_EQ(with(R"({"target":{"type":"string","format":"uri"}})"), "write, egress");
  EXPECT_EQ(with(R"({"bcc":{"type":"array"}})"), "write, egress");
  EXPECT_EQ(with(R"({"query":{"type":"string","description":"A PostgreSQL query."}})"),
            "write, execute");
  EXPECT_EQ(with(R"({"query":{"type":"string","description":"What to look for."}})"), "write");
  EXPECT_EQ(with("[]"), "write");
  EXPECT_EQ(with(R"({"url":3,"x":null})"), "write, egress");
}

TEST(GuessClasses, NeverNone) {
  for (const char* name : {"", "_", "-", "\u0000", "\u200b", "123", "get", "a.b/c"})
    EXPECT_FALSE(guess(name).empty()) << name;
}

TEST(NameWords, AreSplitAsPeopleReadThem) {
  EXPECT_THAT(name_words("getHTTPUrl2"), ElementsAre("get", "http", "url", "2"));
  EXPECT_THAT(name_words("read_file-now.v1"), ElementsAre("read", "file", "now", "v", "1"));
  EXPECT_THAT(name_words("DROP_TABLE"), ElementsAre("drop", "table"));
  EXPECT_THAT(name_words("__"), ElementsAre());
}

}  // namespace
}  // namespace doorward::catalog
