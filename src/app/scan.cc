#include "app/scan.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <set>
#include <thread>

#include "app/shadowing.h"
#include "catalog/names.h"
#include "catalog/visible.h"
#include "detect/inspector.h"
#include "wire/json.h"

namespace doorward::app {

using catalog::DefinitionKind;
using wire::json_quote;
using wire::JsonValue;

namespace {

// What a model knows and a tool has no use for.
constexpr std::array<std::string_view, 14> kOutOfScope = {
    "systemprompt", "conversation",     "conversationhistory", "chathistory",
    "messages",     "sidenote",         "chainofthought",      "thoughts",
    "instructions", "previousmessages", "privatekey",          "sshkey",
    "apikey",       "password"};

std::string plain(std::string_view name) {
  std::string out;
  for (const char letter : name)
    if (letter != '_' && letter != '-' && letter != ' ')
      out += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  return out;
}

// The words of a name: `contentFrom_id-rsa` is content, from, id, rsa; with a space at each end.
std::string spaced(std::string_view name) {
  std::string out = " ";
  for (size_t i = 0; i < name.size(); ++i) {
    const char letter = name[i];
    const bool upper = letter >= 'A' && letter <= 'Z';
    const bool plain =
        upper || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    if ((!plain || (upper && i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z')) &&
        out.back() != ' ')
      out += ' ';
    if (plain) out += upper ? static_cast<char>(letter + 32) : letter;
  }
  return out + " ";
}

// Longer names that ask for it, and what a parameter says that it is to hold.
constexpr std::array<std::string_view, 14> kOutOfScopeWords = {" id rsa ",
                                                               " id ed25519 ",
                                                               " ssh id ",
                                                               " etc passwd ",
                                                               " etc shadow ",
                                                               " system prompt ",
                                                               " chat history ",
                                                               " conversation history ",
                                                               " dot env ",
                                                               " private key content",
                                                               " content from reading ",
                                                               " contents of file ",
                                                               " env file content",
                                                               " previous messages "};

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

// "The full text of the chat so far", "content of the .env file".
bool asks_out_of_scope(std::string_view description) {
  const std::string text = spaced(description);
  const bool whole =
      has_any(text, {" full ", " entire ", " whole ", " complete ", " all ", " so far "});
  const bool chat = has_any(text, {" chat ", " conversation ", " message history ", " dialog ",
                                   " dialogue ", " previous messages "});
  if (whole && chat &&
      has_any(text,
              {" text ", " history ", " transcript ", " content ", " contents ", " so far "}) &&
      has_any(text, {" so far ", " full text ", " entire chat ", " entire conversation ",
                     " whole chat ", " whole conversation ", " full chat ", " full conversation ",
                     " complete chat ", " complete conversation ", " history of the chat ",
                     " conversation history ", " chat history "}))
    return true;
  if (has_any(text, {" content of ", " contents of ", " text of "}) &&
      has_any(text, {" env file ", " ssh key ", " id rsa ", " etc passwd ", " private key ",
                     " system prompt "}))
    return true;
  return has_any(
      text, {" your system prompt ", " the system prompt of the ", " your instructions verbatim "});
}

struct Scan {
  std::vector<ScanFinding>& findings;
  const catalog::Entry& entry;

  void add(Severity severity, std::string rule, std::string text) {
    findings.push_back({severity, std::move(rule), entry.server,
                        std::string(catalog::kind_name(entry.kind)), catalog::visible(entry.name),
                        std::move(text)});
  }

  // Every text of a definition, names of members included: each can speak to a model.
  void texts(JsonValue value, int depth, std::set<std::string>& told) {
    if (depth > 32) return;
    if (value.is_string()) {
      judge(value.text(), told);
    } else if (value.is_array()) {
      for (const JsonValue item : value.items()) texts(item, depth + 1, told);
    } else if (value.is_object()) {
      for (const auto& [name, item, quoted] : value.members()) {
        if (name.size() > 24) judge(name, told);
        texts(item, depth + 1, told);
      }
    }
  }

  void judge(std::string_view text, std::set<std::string>& told) {
    const detect::Report report =
        detect::inspect({.channel = detect::Channel::tool_definition,
                         .text = text,
                         .wanted = detect::kInstructions | detect::kHidden | detect::kSecrets});
    for (const detect::Finding& found : report.findings) {
      if (found.certainty == detect::Certainty::weak || found.kind == detect::Kind::pii) continue;
      const std::string kind(detect::kind_text(found.kind));
      if (!told.insert(std::string(found.rule)).second) continue;
      const bool sure = found.certainty == detect::Certainty::certain;
      add(sure ? Severity::high : Severity::medium, "definition." + kind,
          std::string(found.rule) + ": `" +
              catalog::visible(text.substr(
                  found.span.from, std::min<size_t>(120, found.span.to - found.span.from))) +
              "`");
    }
  }

  void parameters(JsonValue schema) {
    const JsonValue properties = schema["properties"];
    // Not the plain `{"type":"object"}` of a tool without arguments: one that says that it takes
    // anything, or that says nothing.
    const bool anything =
        schema.size() == 0 || schema["additionalProperties"].boolean().value_or(false);
    if (schema.is_object() && anything && properties.size() == 0 && schema["$ref"].text().empty() &&
        !schema["allOf"] && !schema["anyOf"] && !schema["oneOf"] && !schema["patternProperties"])
      add(Severity::medium, "definition.wide_schema",
          "its schema takes arguments of any name and kind, so that nothing can be checked");
    if (!properties.is_object()) return;
    for (const auto& [name, value, quoted] : properties.members()) {
      const std::string word = plain(name);
      const std::string words = spaced(name);
      if (std::find(kOutOfScope.begin(), kOutOfScope.end(), word) != kOutOfScope.end() ||
          std::ranges::any_of(
              kOutOfScopeWords,
              [&](std::string_view some) { return words.find(some) != std::string::npos; }) ||
          asks_out_of_scope(value["description"].text()))
        add(Severity::medium, "definition.out_of_scope",
            "parameter `" + catalog::visible(name) + "` asks for what a tool has no business with");
    }
  }

  void powers(JsonValue definition) {
    using core::ToolClass;
    const core::ClassSet classes = entry.classes;
    const bool strong = classes.intersects(
        {ToolClass::write, ToolClass::destructive, ToolClass::execute, ToolClass::identity});
    if (strong && definition["annotations"]["readOnlyHint"].boolean().value_or(false))
      add(Severity::medium, "definition.claim",
          "says that it only reads; by its name and schema it is: " + core::class_names(classes));
    if (classes.intersects({ToolClass::execute, ToolClass::identity}))
      add(Severity::note, "definition.powerful", "can: " + core::class_names(classes));
  }

  void run() {
    switch (entry.cause) {
      case catalog::Cause::duplicate:
        add(Severity::high, "name.duplicate", "its name stands twice in one list");
        break;
      case catalog::Cause::look_alike:
        add(Severity::high, "name.look_alike", "its name can't be told from another one");
        break;
      default:
        break;
    }
    if (!entry.seen) return;
    if (catalog::has_remote_reference(*entry.seen))
      add(Severity::high, "definition.remote_reference", "its schema lies at another address");
    const auto document = wire::JsonDocument::parse(entry.seen->text);
    if (!document) return;
    std::set<std::string> told;
    texts(document->root(), 0, told);
    if (entry.kind != DefinitionKind::tool) return;
    parameters(document->root()["inputSchema"]);
    powers(document->root());
  }
};

std::string_view name_rule(catalog::NameFinding::Kind kind) {
  using Kind = catalog::NameFinding::Kind;
  switch (kind) {
    case Kind::look_alike:
      return "name.look_alike";
    case Kind::near_miss:
      return "name.near_miss";
    case Kind::duplicate:
      return "name.duplicate";
    case Kind::mixed_script:
      return "name.mixed_script";
    case Kind::invisible:
      return "name.invisible";
  }
  return "name";
}

ScanFinding of_name(const catalog::NameFinding& found, std::string_view server) {
  using Kind = catalog::NameFinding::Kind;
  const bool high = found.kind != Kind::duplicate && found.kind != Kind::near_miss;
  const auto shown = [](const catalog::ToolAddress& address) {
    return catalog::visible(address.tool.empty() ? address.server
                                                 : address.server + "." + address.tool);
  };
  ScanFinding made{high ? Severity::high : Severity::medium,
                   std::string(name_rule(found.kind)),
                   std::string(server),
                   found.name.tool.empty() ? "server" : "tools",
                   catalog::visible(found.name.tool),
                   "`" + shown(found.name) + "`"};
  const std::string other = shown(found.other);
  if (!other.empty()) made.text += " is much like `" + other + "`";
  return made;
}

// Definitions one by one, in their order; large lists by several threads.
std::vector<ScanFinding> scan_each(const Entries& entries,
                                   const std::function<bool(const catalog::Entry&)>& only) {
  constexpr size_t kForOneThread = 64, kMostThreads = 8;
  std::vector<std::vector<ScanFinding>> found(entries.size());
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t at = next.fetch_add(1); at < entries.size(); at = next.fetch_add(1))
      if (!only || only(*entries[at])) Scan{found[at], *entries[at]}.run();
  };
  {
    std::vector<std::jthread> helpers;
    const size_t most = std::min<size_t>(std::thread::hardware_concurrency(), kMostThreads);
    for (size_t i = 1; i < most && entries.size() > kForOneThread; ++i) helpers.emplace_back(work);
    work();
  }
  std::vector<ScanFinding> all;
  for (auto& some : found) std::ranges::move(some, std::back_inserter(all));
  return all;
}

}  // namespace

std::string_view severity_text(Severity severity) {
  constexpr std::array<std::string_view, 3> kTexts = {"note", "medium", "high"};
  return kTexts[static_cast<size_t>(severity)];
}

bool has_high_finding(const catalog::Entry& entry) {
  std::vector<ScanFinding> findings;
  Scan{findings, entry}.run();
  if (entry.kind == DefinitionKind::tool) {
    const std::array<catalog::ToolAddress, 1> alone{{{entry.server, entry.name}}};
    for (const auto& found : catalog::check_tool_names(alone))
      findings.push_back(of_name(found, entry.server));
  }
  return std::ranges::any_of(findings,
                             [](const ScanFinding& one) { return one.severity == Severity::high; });
}

std::vector<ScanFinding> scan_definitions(std::span<const std::string> servers,
                                          const Entries& entries,
                                          const std::function<bool(const catalog::Entry&)>& only) {
  std::vector<ScanFinding> findings = scan_each(entries, only);
  std::ranges::move(shadowing(entries), std::back_inserter(findings));
  std::vector<catalog::ToolAddress> tools;
  for (const auto& entry : entries) {
    if (entry->kind == DefinitionKind::tool && entry->seen)
      tools.push_back({entry->server, entry->name});
  }
  for (const std::string& server : servers)
    for (const auto& found : catalog::check_server_name(server, servers))
      findings.push_back(of_name(found, server));
  for (const auto& found : catalog::check_tool_names(tools))
    findings.push_back(of_name(found, found.name.server));
  std::stable_sort(findings.begin(), findings.end(),
                   [](const auto& a, const auto& b) { return a.severity > b.severity; });
  return findings;
}

std::string scan_text(std::span<const ScanFinding> findings, size_t definitions) {
  std::string out;
  size_t real = 0;
  for (const ScanFinding& one : findings) {
    if (one.severity != Severity::note) ++real;
    const std::string_view dot = one.server.empty() || one.name.empty() ? "" : ".";
    out += std::string(severity_text(one.severity)) + "  " + one.server + std::string(dot) +
           one.name + "  " + one.rule + "\n      " + one.text + "\n";
  }
  return out + std::to_string(definitions) + " definitions, " + std::to_string(real) +
         (real == 1 ? " finding\n" : " findings\n");
}

std::string scan_json(std::span<const ScanFinding> findings, size_t definitions) {
  std::string out = R"({"definitions":)" + std::to_string(definitions) + R"(,"findings":[)";
  for (size_t i = 0; i < findings.size(); ++i) {
    const ScanFinding& one = findings[i];
    out += (i > 0 ? "," : "") + std::string(R"({"severity":")") +
           std::string(severity_text(one.severity)) + R"(","rule":)" + json_quote(one.rule) +
           R"(,"server":)" + json_quote(one.server) + R"(,"kind":)" + json_quote(one.kind) +
           R"(,"name":)" + json_quote(one.name) + R"(,"text":)" + json_quote(one.text) + "}";
  }
  return out + "]}\n";
}

std::string scan_sarif(std::span<const ScanFinding> findings) {
  std::string results;
  std::set<std::string> rules;
  for (const ScanFinding& one : findings) {
    rules.insert(one.rule);
    const std::string_view level = one.severity == Severity::high     ? "error"
                                   : one.severity == Severity::medium ? "warning"
                                                                      : "note";
    const std::string where = one.server + (one.name.empty() ? "" : "." + one.name);
    results += (results.empty() ? "" : ",") + std::string(R"({"ruleId":)") + json_quote(one.rule) +
               R"(,"level":")" + std::string(level) + R"(","message":{"text":)" +
               json_quote(one.text) + R"(},"locations":[{"logicalLocations":[{"name":)" +
               json_quote(one.name.empty() ? one.server : one.name) + R"(,"fullyQualifiedName":)" +
               json_quote(where) + R"(,"kind":)" + json_quote(one.kind) + "}]}]}";
  }
  std::string known;
  for (const std::string& rule : rules)
    known += (known.empty() ? "" : ",") + std::string(R"({"id":)") + json_quote(rule) + "}";
  return R"({"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[)"
         R"({"tool":{"driver":{"name":"Doorward","version":)" +
         json_quote(DOORWARD_VERSION) + R"(,"rules":[)" + known + R"(]}},"results":[)" + results +
         "]}]}\n";
}

}  // namespace doorward::app
