#include "app/operator_pins.h"

#include <map>
#include <set>

#include "app/operator_states.h"
#include "app/scan.h"
#include "audit/entry.h"
#include "catalog/visible.h"

namespace doorward::app {

using catalog::DefinitionKind;
using wire::JsonValue;

namespace {

net::OperatorAnswer answer_of(int status, std::string body) {
  net::OperatorAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

net::OperatorAnswer fault(int status, std::string_view what) {
  return answer_of(status, R"({"error":)" + wire::json_quote(what) + "}");
}

std::string texts(const auto& list) {
  std::string out = "[";
  for (const auto& text : list) {
    if (out.size() > 1) out += ',';
    wire::append_json_quote(out, text);
  }
  return out + "]";
}

std::vector<std::string_view> classes_in(core::ClassSet set) {
  std::vector<std::string_view> out;
  for (size_t i = 0; i < core::kClassNames.size(); ++i)
    if (((set.bits() >> i) & 1U) != 0) out.push_back(core::kClassNames[i]);
  return out;
}

std::string difference(const catalog::Entry& entry) {
  std::string out;
  if (!entry.seen || !entry.pinned || entry.seen->digest == entry.pinned->digest) return out;
  const auto diff = catalog::diff_definitions(entry.server, *entry.pinned, *entry.seen);
  out += R"(,"gained":)" + texts(classes_in(diff.gained));
  out += R"(,"diff":)" + wire::json_quote(catalog::render(diff));
  return out;
}

// What `doorward scan` has against definitions that nobody signed as they are, by server, kind and
// shown name. A person reads it before signing.
using Findings = std::multimap<std::string, ScanFinding>;
std::string place_of(std::string_view server, std::string_view kind, std::string_view shown) {
  return std::string(server).append(1, '\n').append(kind).append(1, '\n').append(shown);
}
bool waits(const catalog::Entry& entry) {
  return entry.seen && (entry.state != catalog::State::active || !entry.confirmed);
}
Findings findings_of(Instance& instance) {
  Entries entries;
  std::vector<std::string> names;
  bool any = false;
  for (const auto& [name, _] : instance.config()->servers) {
    names.push_back(name);
    for (size_t kind = 0; kind < catalog::kKinds; ++kind)
      for (auto& entry :
           instance.registry().catalog().list(name, static_cast<DefinitionKind>(kind))) {
        any = any || waits(*entry);
        entries.push_back(std::move(entry));
      }
  }
  Findings out;
  if (!any) return out;
  for (ScanFinding& one : scan_definitions(names, entries, waits)) {
    if (one.severity == Severity::note) continue;
    std::string place = place_of(one.server, one.kind, one.name);
    out.emplace(std::move(place), std::move(one));
  }
  return out;
}

// What a person reads of it: its description, or the server's instructions.
std::string description_of(const catalog::Definition& now, DefinitionKind kind) {
  const auto document = wire::JsonDocument::parse(now.text);
  if (!document) return "";
  const JsonValue text =
      document->root()[kind == DefinitionKind::server ? "instructions" : "description"];
  return text.is_string() ? catalog::visible(text.text()) : "";
}

std::string entry_json(const catalog::Entry& entry, const Findings& findings) {
  std::string out = R"({"kind":")";
  out.append(catalog::kind_name(entry.kind)).append(R"(","name":)");
  wire::append_json_quote(out, entry.name);
  out.append(R"(,"shown":)");
  wire::append_json_quote(out, catalog::visible(entry.name));
  out.append(R"(,"state":")").append(catalog::state_name(entry.state)).append("\"");
  if (entry.cause != catalog::Cause::none)
    out.append(R"(,"cause":")").append(catalog::cause_name(entry.cause)).append("\"");
  if (!entry.was.empty()) out += R"(,"was":)" + wire::json_quote(entry.was);
  out += R"(,"classes":)" + texts(classes_in(entry.classes));
  out += std::string(R"(,"confirmed":)") + (entry.confirmed ? "true" : "false");
  if (!entry.trust.empty()) out += R"(,"trust":)" + wire::json_quote(entry.trust);
  if (entry.is_private)
    out += std::string(R"(,"private":)") + (*entry.is_private ? "true" : "false");
  if (!entry.addresses.empty()) out += R"(,"addresses":)" + texts(entry.addresses);
  out += std::string(R"(,"listed":)") + (entry.seen ? "true" : "false");
  // The digest that an approval is bound to: of what is seen now.
  const auto& now = entry.seen ? entry.seen : entry.pinned;
  if (now) {
    out += R"(,"digest":"sha256:)" + hex(now->digest) + "\"";
    if (const std::string text = description_of(*now, entry.kind); !text.empty())
      out += R"(,"description":)" + wire::json_quote(text);
  }
  std::string told;
  const auto [from, to] = findings.equal_range(
      place_of(entry.server, catalog::kind_name(entry.kind), catalog::visible(entry.name)));
  for (auto at = from; waits(entry) && at != to; ++at)
    told += std::string(told.empty() ? "" : ",") + R"({"severity":")" +
            std::string(severity_text(at->second.severity)) + R"(","rule":)" +
            wire::json_quote(at->second.rule) + R"(,"text":)" + wire::json_quote(at->second.text) +
            "}";
  if (!told.empty()) out += R"(,"findings":[)" + told + "]";
  out += R"(,"approved":[)";
  for (size_t i = 0; i < entry.approved.size(); ++i)
    out += std::string(i > 0 ? "," : "") + R"({"by":)" + wire::json_quote(entry.approved[i].by) +
           R"(,"at":)" + wire::json_quote(entry.approved[i].at) + "}";
  return out + "]" + difference(entry) + "}";
}

// What one item of a request names.
struct Named {
  std::string server, name;
  DefinitionKind kind = DefinitionKind::tool;
  catalog::Decision decision;
};

// The labels that a person gives a tool with the signature. Errors: pins.item.
Expected<void> read_labels(JsonValue item, Named& into) {
  const auto wrong = [](std::string_view what) {
    return failure("pins.item", Fault::client, std::string(what));
  };
  const JsonValue trust = item["trust"], is_private = item["private"],
                  addresses = item["addresses"];
  if (!trust && !is_private && !addresses) return {};
  if (into.kind != DefinitionKind::tool) return wrong("only a tool has labels");
  if (trust) {
    static constexpr std::string_view kTrusts[] = {"trusted", "shared", "untrusted"};
    const auto* const known = std::ranges::find(kTrusts, trust.text());
    if (known == std::end(kTrusts)) return wrong("`trust` is trusted, shared or untrusted");
    into.decision.trust = *known;
  }
  if (is_private) {
    into.decision.is_private = is_private.boolean();
    if (!into.decision.is_private) return wrong("`private` is true or false");
  }
  if (!addresses) return {};
  if (!addresses.is_array() || addresses.size() == 0) return wrong("`addresses` names arguments");
  for (const JsonValue one : addresses.items()) {
    if (one.text().empty()) return wrong("`addresses` names arguments");
    into.decision.addresses.emplace_back(one.text());
  }
  return {};
}

// Errors: pins.item.
Expected<Named> named(JsonValue item, std::string_view by) {
  Named out;
  out.server = item["server"].text();
  out.name = item["name"].text();
  const auto wrong = [](std::string what) {
    return failure("pins.item", Fault::client, std::move(what));
  };
  bool known = false;
  for (size_t i = 0; i < catalog::kKinds; ++i)
    if (item["kind"].text() == catalog::kKindNames[i]) {
      out.kind = static_cast<DefinitionKind>(i);
      known = true;
    }
  if (!known || out.server.empty() || !item["name"].is_string())
    return wrong("an item has `server`, `kind` and `name`");
  out.decision.by = by;
  out.decision.at = wall_now();
  if (const std::string_view digest = item["digest"].text(); !digest.empty()) {
    const auto bytes = digest.starts_with("sha256:") ? from_hex(digest.substr(7)) : std::nullopt;
    if (!bytes || bytes->size() != 32) return wrong("`digest` is `sha256:` and 64 hex digits");
    Sha256 value{};
    std::copy(bytes->begin(), bytes->end(), value.begin());
    out.decision.digest = value;
  }
  if (auto labelled = read_labels(item, out); !labelled)
    return std::unexpected(std::move(labelled).error());
  if (!item["classes"]) return out;
  core::ClassSet classes;
  if (!item["classes"].is_array()) return wrong("`classes` is a list");
  for (const JsonValue one : item["classes"].items()) {
    const auto each = core::class_from(one.text());
    if (!each) return wrong("there is no class `" + std::string(one.text()) + "`");
    classes.add(*each);
  }
  if (classes.empty()) return wrong("a tool has one class at least");
  out.decision.classes = classes;
  return out;
}

// What was not saved yet goes back to what the lock file says.
Error undone(Instance& instance, Error why) {
  auto kept = instance.registry().read();
  if (!kept) return std::move(kept).error();
  instance.registry().adopt(std::move(*kept));
  return why;
}

// `last` waits for the disk, for what was written before it as well. Errors: audit.closed; then all
// that was not saved is undone.
Expected<void> log_decision(Instance& instance, std::string_view by, std::string_view reason,
                            const Named& what, std::string_view before, bool last = true) {
  audit::Entry entry;
  entry.kind = audit::Kind::event;
  entry.time = wall_now();
  entry.reason = reason;
  entry.principal = by;
  entry.server = what.server;
  entry.tool = what.name;
  entry.before = before;
  const auto now = instance.registry().catalog().find(what.server, what.kind, what.name).entry;
  const std::string digest = now ? "sha256:" + hex(now->digest) : std::string();
  entry.after = digest;
  entry.detail = catalog::kind_name(what.kind);
  auto written = instance.write_down(entry, last);
  if (!written) return std::unexpected(undone(instance, std::move(written).error()));
  return written;
}

std::string digest_of(Instance& instance, const Named& what) {
  const auto now = instance.registry().catalog().find(what.server, what.kind, what.name).entry;
  return now ? "sha256:" + hex(now->digest) : std::string();
}

// Several items of one server and kind are signed in one step; others use the catalog in between.
constexpr size_t kAtOnce = 64;

// Signs [from, to) of `items`, which are of one server and kind, and writes each down. Errors:
// audit.closed, as log_decision().
Expected<void> sign_some(Instance& instance, std::string_view by,
                         std::vector<Expected<Named>>& items, size_t from, size_t to,
                         std::vector<Expected<void>>& ended) {
  std::vector<catalog::Catalog::Signature> signatures;
  std::vector<std::string> before;
  for (size_t i = from; i < to; ++i) {
    signatures.push_back({items[i]->name, &items[i]->decision});
    before.push_back(digest_of(instance, *items[i]));
  }
  auto signed_now =
      instance.registry().catalog().approve_all(items[from]->server, items[from]->kind, signatures);
  for (size_t i = from; i < to; ++i) {
    ended[i] = std::move(signed_now[i - from]);
    if (!ended[i]) continue;
    if (auto written =
            log_decision(instance, by, "rogue.approved", *items[i], before[i - from], false);
        !written)
      return written;
  }
  return {};
}

using Ended = std::vector<Expected<void>>;  // an answer for each item, in order

Expected<Ended> approve(Instance& instance, std::string_view by,
                        std::vector<Expected<Named>>& items) {
  Ended ended(items.size());
  std::map<std::string, Expected<void>, std::less<>> ready;
  for (size_t from = 0, to = 0; from < items.size(); from = to) {
    to = from + 1;
    if (!items[from]) {
      ended[from] = std::unexpected(items[from].error());
      continue;
    }
    const Named& first = *items[from];
    while (to < items.size() && to - from < kAtOnce && items[to] &&
           items[to]->server == first.server && items[to]->kind == first.kind)
      ++to;
    if (!ready.contains(first.server))
      ready.emplace(first.server, ready_to_sign(instance, first.server));
    if (const auto& may = ready.at(first.server); !may)
      std::fill(ended.begin() + static_cast<ptrdiff_t>(from),
                ended.begin() + static_cast<ptrdiff_t>(to),
                Expected<void>(std::unexpected(may.error())));
    else if (auto written = sign_some(instance, by, items, from, to, ended); !written)
      return std::unexpected(std::move(written).error());
  }
  return ended;
}

Expected<Ended> revoke(Instance& instance, std::string_view by,
                       const std::vector<Expected<Named>>& items) {
  Ended ended;
  for (const Expected<Named>& what : items) {
    if (!what) {
      ended.emplace_back(std::unexpected(what.error()));
      continue;
    }
    const std::string before = digest_of(instance, *what);
    ended.push_back(instance.registry().catalog().revoke(what->server, what->kind, what->name));
    if (!ended.back()) continue;
    if (auto written = log_decision(instance, by, "rogue.revoked", *what, before, false); !written)
      return std::unexpected(std::move(written).error());
    // Calls of it that are under way end with the signature.
    if (what->kind == DefinitionKind::tool)
      instance.gateway().stop({what->server, what->name, ""}, instance.server().executor());
  }
  return ended;
}

// Approves or revokes each item; what fails is told by name, the others stand.
net::OperatorAnswer decide(Instance& instance, std::string_view by, JsonValue items,
                           bool is_approval) {
  if (!items.is_array()) return fault(400, "`items` is a list");
  catalog::Registry& registry = instance.registry();
  std::vector<Expected<Named>> all;
  for (const JsonValue item : items.items()) all.push_back(named(item, by));
  const auto all_ended = is_approval ? approve(instance, by, all) : revoke(instance, by, all);
  if (!all_ended) return fault(503, all_ended.error().what);
  const Ended& ended = *all_ended;
  size_t done = 0;
  std::set<std::string> touched;
  std::string errors;
  size_t place = 0;
  for (const JsonValue item : items.items()) {
    const size_t at = place++;
    if (ended[at]) {
      touched.insert(all[at]->server);
      ++done;
      continue;
    }
    errors += std::string(errors.empty() ? "" : ",") + R"({"server":)" +
              wire::json_quote(item["server"].text()) + R"(,"name":)" +
              wire::json_quote(item["name"].text()) + R"(,"error":)" +
              wire::json_quote(ended[at].error().what) + "}";
  }
  if (is_approval)
    for (const std::string& server : touched) registry.pin_identity(server, false);
  if (is_approval && registry.is_staged()) settle_states(instance);
  // All of them are on disk in the log before one is in the lock file.
  if (done > 0) {
    if (const auto written = instance.log().publish(); !written)
      return fault(503, undone(instance, written.error()).what);
    if (auto saved = registry.save(); !saved) return fault(500, saved.error().what);
  }
  return answer_of(200, R"({"done":)" + std::to_string(done) + R"(,"errors":[)" + errors + "]}");
}

net::OperatorAnswer set_state(Instance& instance, std::string_view by, JsonValue body) {
  const std::string server(body["server"].text());
  const auto state = catalog::server_state_from(body["state"].text());
  if (!instance.registry().is_registered(server) || !state)
    return fault(400, "expected `server` and one of the states of a server");
  if (auto set = to_state(instance, server, *state); !set) return fault(409, set.error().what);
  Named what;
  what.server = server;
  what.kind = DefinitionKind::server;
  if (auto written = log_decision(instance, by, "rogue.server_state", what, ""); !written)
    return fault(503, written.error().what);
  // What is revoked or in quarantine serves nobody from now on.
  if (!is_callable(*state)) instance.gateway().stop({server, "", ""}, instance.server().executor());
  if (*state == catalog::ServerState::revoked) instance.providers().drop_credentials(server);
  // Where nothing else is to be done it goes on at once; what is told is where it is.
  settle_states(instance);
  if (auto saved = instance.registry().save(); !saved) return fault(500, saved.error().what);
  const auto now = instance.registry().catalog().find(server, DefinitionKind::server, "").server;
  return answer_of(200, R"({"state":")" + std::string(catalog::state_name(now)) + "\"}");
}

}  // namespace

std::string pins_json(Instance& instance) {
  catalog::Registry& registry = instance.registry();
  const catalog::LockFile lock = registry.catalog().lock();
  const size_t looking = instance.looker().looking();
  const Findings findings = findings_of(instance);
  std::string out = R"({"looking":)" + std::to_string(looking);
  out += R"(,"servers":[)";
  bool first = true;
  for (const auto& [name, server] : instance.config()->servers) {
    const catalog::LockedServer* locked = lock.find(name);
    if (!std::exchange(first, false)) out += ',';
    out += R"({"name":)" + wire::json_quote(name) + R"(,"state":")" +
           std::string(catalog::state_name(locked == nullptr ? catalog::ServerState::submitted
                                                             : locked->state)) +
           "\"";
    if (locked != nullptr && !locked->since.empty())
      out += R"(,"since":)" + wire::json_quote(locked->since);
    if (locked != nullptr && !locked->validated.empty())
      out += R"(,"validated":)" + wire::json_quote(locked->validated);
    const auto changed = registry.identity_faults(name);
    out += R"(,"identityChanges":)" + texts(changed);
    if (std::ranges::find(changed, "issuer") != changed.end() && locked != nullptr)
      out += R"(,"issuer":{"was":)" + wire::json_quote(locked->identity.issuer) + R"(,"now":)" +
             wire::json_quote(registry.met_issuer(name)) + "}";
    if (const std::string failed = instance.looker().failure_of(name); !failed.empty())
      out += R"(,"failure":)" + wire::json_quote(failed);
    out += R"(,"definitions":[)";
    bool first_entry = true;
    for (size_t kind = 0; kind < catalog::kKinds; ++kind)
      for (const auto& entry : registry.catalog().list(name, static_cast<DefinitionKind>(kind))) {
        if (!std::exchange(first_entry, false)) out += ',';
        out += entry_json(*entry, findings);
      }
    out += "]}";
  }
  return out + "]}";
}

std::optional<net::OperatorAnswer> operate_pins(Instance& instance, std::string_view by,
                                                const net::OperatorRequest& request) {
  if (request.path == "/api/v1/pins" && request.method == wire::HttpMethod::get) {
    settle_states(instance);
    return answer_of(200, pins_json(instance));
  }
  if (request.path == "/api/v1/pins/look" && request.method == wire::HttpMethod::get)
    return answer_of(200, R"({"looking":)" + std::to_string(instance.looker().looking()) +
                              R"(,"servers":)" + texts(instance.looker().waiting_for()) + "}");
  if (!request.path.starts_with("/api/v1/pins/") || request.method != wire::HttpMethod::post)
    return std::nullopt;
  const std::string_view action = request.path.substr(std::string_view("/api/v1/pins/").size());
  if (action == "look") {
    const std::string_view query = request.query;
    instance.looker().look_at(query.starts_with("server=") ? query.substr(7) : "");
    return answer_of(202, R"({"looking":)" + std::to_string(instance.looker().looking()) + "}");
  }
  // An older CLI sends its items as `?body=`, percent-encoded.
  std::string text(request.body);
  if (request.query.starts_with("body="))
    text = wire::percent_decode(request.query.substr(5)).value_or("");
  const auto body = wire::JsonDocument::parse(std::move(text));
  if (!body || !body->root().is_object()) return fault(400, "expected a JSON object");
  if (action == "approve") return decide(instance, by, body->root()["items"], true);
  if (action == "revoke") return decide(instance, by, body->root()["items"], false);
  if (action == "identity") {
    const std::string server(body->root()["server"].text());
    if (!instance.registry().is_registered(server)) return fault(400, "there is no such server");
    instance.registry().pin_identity(server, true);
    const size_t missing = instance.registry().validate(server, by, wall_now());
    Named what;
    what.server = server;
    what.kind = DefinitionKind::server;
    if (auto written = log_decision(instance, by, "rogue.identity_pinned", what, ""); !written)
      return fault(503, written.error().what);
    if (auto saved = instance.registry().save(); !saved) return fault(500, saved.error().what);
    return answer_of(200, R"({"missing":)" + std::to_string(missing) + "}");
  }
  if (action == "state") return set_state(instance, by, body->root());
  return std::nullopt;
}

}  // namespace doorward::app
