#include "app/check_powers.h"

#include "app/sandbox_words.h"
#include "sandbox/host.h"
#include "sandbox/powers.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

class Writer {
 public:
  void add(const std::string& server, std::string_view power, const std::string& what) {
    if (text_.size() > 1) text_ += ',';
    text_ += R"({"server":)" + wire::json_quote(server) + R"(,"power":)" + wire::json_quote(power) +
             R"(,"what":)" + wire::json_quote(what) + "}";
  }
  [[nodiscard]] std::string text() const { return text_ + "]"; }

 private:
  std::string text_ = "[";
};

void shared_by_principals(Writer& to, const std::string& name, const Server& server) {
  if (server.instances == Instances::shared)
    to.add(name, "principals.process",
           "one process serves all principals: what one of them leaves in it, another may see");
  for (const Mount& mount : server.sandbox.write)
    if (!mount.per_principal)
      to.add(name, "principals.files",
             "all principals share `" + mount.from.string() +
                 "`; where they may not, give each a folder of its own (`per_principal: true`)");
}

}  // namespace

std::string powers_json(const Config& config) {
  // What a host offers does not change while a gateway runs.
  static const sandbox::Host host = sandbox::Host::probe();
  Writer to;
  for (const auto& [name, server] : config.servers) {
    if (!server.is_local()) continue;
    const sandbox::LaunchPlan plan = plan_to_show(config, name);
    for (const sandbox::Power& power : sandbox::dangerous_powers(plan))
      to.add(name, power.name, power.what);
    shared_by_principals(to, name, server);
    const sandbox::Explanation parts = sandbox::explain_parts(plan, host);
    if (!parts.refused.empty())
      to.add(name, "wall.missing", "it would not start: " + parts.refused);
    for (const std::string& reduced : parts.reduced) to.add(name, "wall.reduced", reduced);
  }
  return to.text();
}

}  // namespace doorward::app
