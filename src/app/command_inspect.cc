// `doorward inspect`: JSON lines in, what the detectors say of each out (INTERFACE, Inspect).
#include <fstream>

#include "app/add_command.h"
#include "app/inspection.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

struct InspectOptions {};

// The text of a member that may be absent; false when it is there and no string.
bool text_of(wire::JsonValue object, std::string_view name, std::string_view& text) {
  const wire::JsonValue value = object[name];
  if (!value) return true;
  text = value.text();
  return value.is_string();
}

std::string refused(std::string_view why) {
  return R"({"id":null,"error":)" + wire::json_quote(why) + "}";
}

// One line of the answer; `bad` where the line was no question.
std::string answer(const Config& config, std::string line, bool& bad) {
  bad = true;
  auto document = wire::JsonDocument::parse(std::move(line));
  if (!document) return refused(document.error().what);
  const wire::JsonValue root = document->root();
  if (!root.is_object()) return refused("a line is one JSON object");
  std::string_view channel, role, text, server, tool;
  const wire::JsonValue id = root["id"];
  if (!id || !(id.is_string() || id.is_number())) return refused("`id` is missing");
  if (!root["channel"] || !root["text"]) return refused("`channel` and `text` are needed");
  if (!text_of(root, "channel", channel) || !text_of(root, "role", role) ||
      !text_of(root, "text", text) || !text_of(root, "server", server) ||
      !text_of(root, "tool", tool))
    return refused("`channel`, `text`, `role`, `server` and `tool` are texts");
  detect::Question question{.text = text};
  if (!detect::channel_from(channel, question.channel))
    return refused(
        "`channel` is none of tool_definition, tool_arguments, tool_result, user_prompt");
  if (!role.empty() && !detect::role_from(role, question.role))
    return refused("`role` is none of text, path, url, host, identifier, sql, command, code");
  bad = false;
  const Inspected said = inspected(config, question, {server, tool});
  std::string out = R"({"id":)";
  out.append(id.raw()).append(R"(,"verdict":")").append(said.verdict);
  char score[16];
  std::snprintf(score, sizeof score, "%.4f", said.score);
  out.append(R"(","score":)").append(score).append(R"(,"findings":[)");
  bool first = true;
  for (const auto& finding : said.findings) {
    out.append(first ? "" : ",").append(R"({"rule":)");
    first = false;
    wire::append_json_quote(out, finding.rule);
    out.append(R"(,"kind":)");
    wire::append_json_quote(out, detect::kind_text(finding.kind));
    out.append(R"(,"span":[)").append(std::to_string(finding.span.from)).append(",");
    out.append(std::to_string(finding.span.to)).append("]");
    if (finding.observed) out.append(R"(,"mode":"observe")");
    out.append("}");
  }
  return out.append("]}");
}

int inspect(const CommonOptions& common, const InspectOptions&) {
  Config config;
  std::error_code ignored;
  if (common.config_given || std::filesystem::exists(common.config, ignored)) {
    auto loaded = load_config(common.config);
    if (!loaded) return tell(loaded.error());
    config = std::move(*loaded);
  }
  std::ios::sync_with_stdio(false);
  int code = kFine;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    bool bad = false;
    std::cout << answer(config, std::move(line), bad) << "\n";
    if (bad) code = kUsage;
    if (std::cin.rdbuf()->in_avail() <= 0) std::cout.flush();
    line.clear();
  }
  std::cout.flush();
  return code;
}

}  // namespace

void add_inspect_command(const CommandLine& line) {
  static_cast<void>(add_command(line, line.cli, "inspect",
                                "reads JSON lines, prints what the detectors say of each",
                                inspect));
}

}  // namespace doorward::app
