#include "app/check.h"

#include <algorithm>

#include "app/check_labels.h"
#include "app/check_powers.h"
#include "app/check_weak.h"
#include "app/discover/clients.h"
#include "app/inspection.h"
#include "app/login/account.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::embedded {
extern const std::string_view requirements_json;
}

namespace doorward::app {

namespace {

struct Standing {
  std::string_view state;  // enforced, partly, open, not_a_gateways
  std::string evidence;
};

std::string guards_of(wire::JsonValue row) {
  std::string names;
  for (const wire::JsonValue guard : row["guards"].items()) {
    if (!names.empty()) names += ", ";
    names += guard.text();
  }
  return names;
}

// Suppressions in force of rules that a row's guards act on.
size_t suppressed(const Config& config, wire::JsonValue row, WallTime now) {
  return static_cast<size_t>(
      std::ranges::count_if(config.inspection.suppress, [&](const Suppression& one) {
        if (now >= one.until) return false;
        const auto guards = guards_of_rule(one.rule);
        for (const wire::JsonValue guard : row["guards"].items())
          if (std::ranges::find(guards, guard.text()) != guards.end()) return true;
        return false;
      }));
}

std::string suppressions_json(const Config& config, WallTime now) {
  std::string out = "[";
  for (const Suppression& one : config.inspection.suppress) {
    out += (out.size() > 1 ? ",{" : "{") + (R"("rule":)" + wire::json_quote(one.rule)) +
           R"(,"server":)" + wire::json_quote(one.server);
    if (!one.tool.empty()) out += R"(,"tool":)" + wire::json_quote(one.tool);
    out += R"(,"until":)" + wire::json_quote(rfc3339(one.until)) + R"(,"state":")" +
           (now < one.until ? "active" : "expired") + "\"";
    if (!one.why.empty()) out += R"(,"why":)" + wire::json_quote(one.why);
    out += '}';
  }
  return out + "]";
}

std::string logins_json(const Config& config) {
  std::string out = "[";
  for (const LoginState& one : login_states(config)) {
    out += (out.size() > 1 ? ",{" : "{") + (R"("server":)" + wire::json_quote(one.server)) +
           R"(,"local":)" + (one.local ? "true" : "false") + R"(,"outdated":)" +
           (one.outdated ? "true" : "false") + R"(,"others":[)";
    for (size_t i = 0; i < one.users.size(); ++i)
      out += (i == 0 ? "" : ",") + wire::json_quote(one.users[i]);
    out += "]}";
  }
  return out + "]";
}

std::string logins_text(wire::JsonValue all) {
  std::string out;
  for (const wire::JsonValue one : all.items()) {
    const std::string server(one["server"].text());
    std::string users = one["local"].boolean() == true ? "local" : "";
    for (const wire::JsonValue user : one["others"].items())
      users += (users.empty() ? "" : ", ") + catalog::visible(user.text());
    out +=
        "  " + server + ": " + (users.empty() ? "nobody; `doorward login " + server + "`" : users);
    if (one["outdated"].boolean() == true)
      out += "; a login that has ended, or is of another address, issuer or client";
    out += "\n";
  }
  return out.empty() ? out : "\nlogged in at servers\n" + out;
}

std::string suppressions_text(wire::JsonValue all) {
  std::string out;
  for (const wire::JsonValue one : all.items()) {
    if (out.empty()) out = "\nsuppressed false alarms\n";
    std::string line = "  " + std::string(one["state"].text());
    line.resize(std::max<size_t>(line.size(), 11), ' ');
    line += std::string(one["rule"].text()) + " at " + std::string(one["server"].text());
    if (one["tool"]) line += "." + std::string(one["tool"].text());
    line += (one["state"].text() == "active" ? ", until " : ", without effect since ") +
            std::string(one["until"].text());
    if (one["why"]) line += ": " + std::string(one["why"].text());
    out += line + "\n";
  }
  return out;
}

// What the configuration takes from a row, in words, each with its key; "" where it takes nothing.
std::string taken(const std::vector<Weakening>& found, std::string_view id,
                  Weakening::Degree degree) {
  std::string out;
  for (const Weakening& one : found) {
    if (one.degree != degree || std::ranges::find(one.requirements, id) == one.requirements.end())
      continue;
    out += (out.empty() ? "`" : "; `") + one.key + "`: " + one.what;
  }
  return out;
}

// What else of the row does not hold here, beside its guards and the configuration's own keys.
std::string other_fault(const Config& config, wire::JsonValue row) {
  const std::string_view id = row["id"].text();
  if (id == "R11.8") {
    const auto around = clients_around(config, home_folders());
    const auto open = std::ranges::count_if(
        around, [](const auto& one) { return one.severity != Severity::note; });
    if (open > 0)
      return std::to_string(open) +
             " servers in clients' files go around Doorward; see `doorward scan --discover`";
  }
  if (id == "R5.7" && !config.identity.signatures)
    return "off; no key stands under `identity.signatures`";
  if (const size_t count = suppressed(config, row, wall_now()); count > 0)
    return std::to_string(count) + (count == 1 ? " suppression takes" : " suppressions take") +
           " a rule out for a server or tool";
  return "";
}

// A row of the table against this deployment: a guard in observe mode enforces nothing.
Standing standing(const Config& config, const std::vector<Weakening>& found, wire::JsonValue row) {
  const std::string_view status = row["status"].text(), id = row["id"].text();
  if (status == "not_a_gateways") return {"not_a_gateways", std::string(row["reason"].text())};
  const std::string guards = guards_of(row);
  if (status == "planned" && guards.empty()) return {"open", "no guard yet"};
  for (const wire::JsonValue guard : row["guards"].items()) {
    const auto mode = config.guards.find(std::string(guard.text()));
    if (mode != config.guards.end() && mode->second == GuardMode::observe)
      return {"open", "guard `" + std::string(guard.text()) + "` only observes"};
  }
  std::string less = taken(found, id, Weakening::Degree::partly);
  if (const std::string other = other_fault(config, row); !other.empty())
    less += (less.empty() ? "" : "; ") + other;
  if (!less.empty()) return {"partly", guards + ": " + less};
  if (status == "partly" || status == "planned")
    return {"partly", guards + (row["reason"] ? ": " + std::string(row["reason"].text()) : "")};
  std::string told = guards;
  if (const std::string note = taken(found, id, Weakening::Degree::note); !note.empty())
    told += "; " + note;
  if (id == "R11.1" && config.catalog.servers)
    told += "; more servers come from `" + config.catalog.servers->file.string() +
            "`, signed by `" + config.catalog.servers->key.filename().string() + "`";
  return {"enforced", std::move(told)};
}

}  // namespace

std::string check_json(const Config& config) {
  const auto lock = lock_for_check(config);
  auto table = wire::JsonDocument::parse(std::string(embedded::requirements_json));
  if (!table) panic("the table of requirements is no JSON");
  const std::vector<Weakening> found = weakenings(config, lock ? &*lock : nullptr);
  size_t enforced = 0, partly = 0, open = 0, others = 0;
  std::string out = R"({"requirements":[)";
  bool first = true;
  for (const wire::JsonValue row : table->root().items()) {
    const Standing now = standing(config, found, row);
    if (now.state == "enforced")
      ++enforced;
    else if (now.state == "partly")
      ++partly;
    else if (now.state == "open")
      ++open;
    else
      ++others;
    if (!std::exchange(first, false)) out += ',';
    out += R"({"id":)" + std::string(row["id"].raw()) + R"(,"area":)" +
           std::string(row["area"].raw()) + R"(,"title":)" + std::string(row["title"].raw()) +
           R"(,"state":")" + std::string(now.state) + R"(","evidence":)" +
           wire::json_quote(now.evidence) + "}";
  }
  out += R"(],"summary":{"enforced":)" + std::to_string(enforced) + R"(,"partly":)" +
         std::to_string(partly) + R"(,"open":)" + std::to_string(open) + R"(,"not_a_gateways":)" +
         std::to_string(others) + R"(},"suppressions":)" + suppressions_json(config, wall_now()) +
         R"(,"powers":)" + powers_json(config) + R"(,"logins":)" + logins_json(config) +
         R"(,"labels":)" + labels_json(config, lock ? &*lock : nullptr) + "}";
  return out;
}

CheckText check_text(std::string_view json) {
  auto parsed = wire::JsonDocument::parse(std::string(json));
  if (!parsed) return {"the answer is no JSON\n", 3};
  std::string out;
  // First, so that nobody reads past them.
  for (const wire::JsonValue each : parsed->root()["powers"].items()) {
    if (out.empty()) out = "POWERS TO LOOK AT\n";
    out += "  ! server `" + std::string(each["server"].text()) + "`, " +
           std::string(each["power"].text()) + ": " + std::string(each["what"].text()) + "\n";
  }
  std::string_view area;
  for (const wire::JsonValue row : parsed->root()["requirements"].items()) {
    if (row["area"].text() != area) {
      area = row["area"].text();
      out.append("\n").append(area).append("\n");
    }
    std::string line = "  " + std::string(row["id"].text());
    line.resize(std::max<size_t>(line.size(), 9), ' ');
    line += row["state"].text();
    line.resize(std::max<size_t>(line.size(), 25), ' ');
    line += row["title"].text();
    out += line + "\n";
    if (!row["evidence"].text().empty())
      out += std::string(25, ' ') + "- " + std::string(row["evidence"].text()) + "\n";
  }
  out += logins_text(parsed->root()["logins"]);
  out += suppressions_text(parsed->root()["suppressions"]);
  if (parsed->root()["labels"]) out += labels_text(parsed->root()["labels"]);
  const wire::JsonValue summary = parsed->root()["summary"];
  out += "\n" + std::string(summary["enforced"].raw()) + " enforced, " +
         std::string(summary["partly"].raw()) + " partly, " + std::string(summary["open"].raw()) +
         " open, " + std::string(summary["not_a_gateways"].raw()) + " not a gateway's\n";
  const bool whole = summary["open"].integer() == 0 && summary["partly"].integer() == 0;
  return {out, whole ? 0 : 1};
}

}  // namespace doorward::app
