#include "app/onboard/plan.h"

#include <algorithm>

#include "base/clock.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

bool same(const ClientServer& a, const ClientServer& b) {
  return a.command == b.command && a.arguments == b.arguments && a.url == b.url &&
         a.environment == b.environment && a.headers == b.headers && a.folder == b.folder;
}

constexpr std::string_view kRules = R"(
# What may be called. No rule that allows means no; deny beats hold beats allow.
# `hold` asks a person: `doorward approvals list`, or the operator's page.
# Tools that run code stay off until a rule lists `execute` and names their server.
policy:
  rules:
    - { id: read, effect: allow, principals: [{ any: true }], classes: [read] }
    - { id: ask-first, effect: hold, principals: [{ any: true }],
        classes: [write, destructive, egress, identity] }
)";

}  // namespace

InitPlan plan_init(std::vector<ClientFile> files, const Path& state,
                   void (*tell)(const std::string&)) {
  InitPlan plan;
  plan.files = std::move(files);
  std::vector<std::string> taken;
  for (size_t i = 0; i < plan.files.size(); ++i)
    for (const ClientServer& server : plan.files[i].servers) {
      if (is_doorward(server)) {
        ++plan.already;
        continue;
      }
      const auto known = std::find_if(
          plan.servers.begin(), plan.servers.end(),
          [&](const PlannedServer& planned) { return same(planned.places[0].second, server); });
      if (known != plan.servers.end()) {
        const ClientServer& first = known->places[0].second;
        if (first.name != server.name && first.name != known->suggestion.name)
          known->suggestion.notes.push_back("the same server is called `" + server.name +
                                            "` in another place");
        known->places.emplace_back(i, server);
        continue;
      }
      tell("looking at `" + catalog::visible(server.name) + "`");
      PlannedServer planned;
      planned.suggestion = suggest(server, state, taken);
      planned.places.emplace_back(i, server);
      taken.push_back(planned.suggestion.name);
      plan.servers.push_back(std::move(planned));
    }
  return plan;
}

std::string configuration_text(const InitPlan& plan, const Path& secret_folder) {
  std::string text = "# Written by `doorward init` on " + rfc3339(wall_now()).substr(0, 10) +
                     "; yours to edit. Every key: docs/configuration.md.\n";
  text += "version: 1\nstate: ./state\n\nservers:\n";
  std::string secrets;
  bool any = false;
  for (const PlannedServer& planned : plan.servers) {
    const Suggestion& one = planned.suggestion;
    if (!one.refused.empty()) continue;
    any = true;
    for (const std::string& note : one.notes) text += "  # " + catalog::visible(note) + "\n";
    text += "  " + one.name + ":\n" + one.yaml;
    for (const auto& [name, value] : one.secrets)
      secrets += "  " + wire::json_quote(name) +
                 ": { file: " + wire::json_quote((secret_folder / name).string()) + " }\n";
  }
  if (!any) text.replace(text.rfind("servers:\n"), 9, "servers: {}\n");
  if (!secrets.empty())
    text +=
        "\n# Values stand in files of their own, which only you can read.\nsecrets:\n" + secrets;
  return text += kRules;
}

}  // namespace doorward::app
