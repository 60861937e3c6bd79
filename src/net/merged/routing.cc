#include "net/merged/routing.h"

#include "net/judging.h"
#include "net/merged/merged_held.h"
#include "net/session/members.h"
#include "wire/uri_template.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kLookLimit{15};  // for lists that a route depends on

// A server that is configured but not there: what goes to it is judged like any other message, and
// then told to be unavailable.
class Unreachable : public Upstream {
 public:
  explicit Unreachable(Error why) : why_(std::move(why)) {}
  Task<Expected<void>> request(core::Cleared, Sending, Receiver&) override {
    co_return std::unexpected(why_);
  }
  Task<Expected<void>> send(core::Cleared, Sending) override { co_return std::unexpected(why_); }
  Task<Expected<void>> listen(Receiver&, std::shared_ptr<std::atomic<bool>>) override {
    co_return Expected<void>{};
  }
  Task<> close() override { co_return; }

 private:
  const Error why_;
};

class Router {
 public:
  Router(Gateway& gateway, const CallFacts& facts)
      : gateway_(gateway),
        facts_(facts),
        merged_(static_cast<MergedUpstream&>(facts.session->upstream())),
        deadline_(steady_clock::now() + kLookLimit) {}

  // The server's own name of a merged one; nothing when it could be none or two.
  Task<std::optional<Address>> home_of(ListKind kind, std::string name) {
    auto list = merged_.lists().last(kind);
    const bool known = list && list->names->find(name) != nullptr;
    if (known)
      list = co_await merged_.lists().current(kind, deadline_);
    else
      list = co_await unknown_yet(kind, name);
    if (!list) co_return std::nullopt;
    if (const Address* const found = list->names->find(name)) co_return *found;
    if (list->names->is_look_alike(name)) co_return std::nullopt;
    // Not listed: hidden, unknown or of a server that is not there. Where the prefix leaves no
    // doubt, that server's own rules answer; the answer is the same for all of these.
    std::optional<Address> only;
    for (const std::string& server : merged_.members().names()) {
      const std::string prefix = server + "__";
      if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
      if (only) co_return std::nullopt;
      only = Address{server, name.substr(prefix.size())};
    }
    co_return only;
  }

  // The server of a URI: the one that lists it; else the one with a template that it fits; else
  // the only one with resources at all.
  // `is_reference`: what a completion is for, a template as it is listed or a resource.
  Task<std::optional<std::string>> owner_of(std::string uri, bool is_reference) {
    auto listed = co_await merged_.lists().current(ListKind::resources, deadline_);
    if (listed)
      if (const auto found = listed->owners.find(uri); found != listed->owners.end()) {
        if (found->second.empty()) co_return std::nullopt;
        co_return found->second;
      }
    auto templates = co_await merged_.lists().current(ListKind::templates, deadline_);
    std::optional<std::string> owner;
    if (templates && is_reference)
      if (const auto found = templates->owners.find(uri); found != templates->owners.end()) {
        if (found->second.empty()) co_return std::nullopt;
        co_return found->second;
      }
    if (templates)
      for (const auto& [pattern, server] : templates->owners) {
        if (!wire::fits_template(uri, pattern)) continue;
        if (server.empty() || (owner && *owner != server)) co_return std::nullopt;
        owner = server;
      }
    if (owner || !merged_.members().all_ready()) co_return owner;
    for (const Member& member : merged_.members().ready()) {
      if (!member.capabilities.resources) continue;
      if (owner) co_return std::nullopt;
      owner = member.name;
    }
    co_return owner;
  }

  // Facts of what goes to `server`; a stand-in session where it is not there.
  Task<CallFacts> facts_for(std::string server, SteadyTime deadline) {
    auto reached = co_await merged_.members().reach(server, deadline);
    CallFacts facts = facts_;
    if (reached) {
      // Without sessions every request stands for itself; what reaches the server is kept.
      facts.session = facts.stateless ? std::make_shared<Session>(*facts_.session, server,
                                                                  reached->session->upstream_ptr())
                                      : reached->session;
      facts.route = reached->route.get();
    } else {
      routes_ = gateway_.routes.take();
      const auto found = routes_->find(server);
      if (found == routes_->end()) co_return facts;
      facts.route = found->second.get();
      facts.session = std::make_shared<Session>(
          *facts_.session, server,
          std::make_shared<Unreachable>(merged_.members().why_absent(server)));
    }
    facts.server = facts.route->name;
    co_return facts;
  }

  [[nodiscard]] MergedUpstream& merged() { return merged_; }

 private:
  // One look for a name that no list has yet; not again for every wrong name.
  Task<std::shared_ptr<const MergedList>> unknown_yet(ListKind kind, const std::string& name) {
    auto list = merged_.lists().last(kind);
    bool heard = list != nullptr;
    for (const std::string& server : merged_.members().names())
      if (name.starts_with(server + "__")) heard = heard && list->heard.contains(server);
    if (heard)
      list = co_await merged_.lists().current(kind, deadline_);
    else
      list = co_await merged_.lists().look(kind, deadline_);
    co_return list;
  }

  Gateway& gateway_;
  const CallFacts& facts_;
  MergedUpstream& merged_;
  const SteadyTime deadline_;
  std::shared_ptr<const Routes> routes_;  // keeps the stand-in's route
};

// What of the message says where it goes: a name to be replaced, or a URI that stays.
struct Direction {
  std::optional<ListKind> by_name;
  wire::JsonValue name;
  std::string uri;
};

std::optional<Direction> direction_of(const wire::Message& request) {
  using wire::Method;
  switch (request.method()) {
    case Method::tools_call:
      return Direction{ListKind::tools, request.params()["name"], ""};
    case Method::prompts_get:
      return Direction{ListKind::prompts, request.params()["name"], ""};
    case Method::resources_read:
    case Method::resources_subscribe:
    case Method::resources_unsubscribe:
      return Direction{std::nullopt, {}, std::string(request.target())};
    case Method::completion_complete: {
      const wire::JsonValue ref = request.params()["ref"];
      if (ref["type"].text() == "ref/prompt") return Direction{ListKind::prompts, ref["name"], ""};
      return Direction{std::nullopt, {}, std::string(request.target())};
    }
    default:
      return std::nullopt;
  }
}

Task<bool> run_here(Gateway& gateway, CallFacts facts, wire::Message request, ClientSide& side) {
  if (request.method() == wire::Method::initialize) {
    const wire::JsonValue params = request.params();
    std::string own = R"({"protocolVersion":)";
    own += wire::json_quote(
        negotiate(params["protocolVersion"].text(), facts.carrier, gateway.settings.revision_floor)
            .name);
    own += R"(,"capabilities":)";
    own += params["capabilities"].is_object() ? params["capabilities"].raw() : "{}";
    own += R"(,"clientInfo":)";
    own += params["clientInfo"].is_object() ? params["clientInfo"].raw()
                                            : R"({"name":"doorward","version":"1"})";
    static_cast<MergedUpstream&>(facts.session->upstream()).members().join(facts, own + "}");
    // Before any server may ask: what the client can answer.
    facts.session->declare(declared(request));
  }
  const bool sent = co_await run_call(gateway, std::move(facts), std::move(request), side);
  co_return sent;
}

}  // namespace

Task<bool> run_merged_request(Gateway& gateway, CallFacts facts, wire::Message request,
                              ClientSide& side) {
  if (facts.stateless && !static_cast<MergedUpstream&>(facts.session->upstream()).stateless()) {
    // A request of that era on a connection that could have a session: over standard input.
    auto held = gateway.merged_held->take(*facts.principal, request);
    facts.session = std::make_shared<Session>(*facts.session, "", std::move(held));
  }
  const auto direction = direction_of(request);
  if (!direction) {
    const bool sent = co_await run_here(gateway, std::move(facts), std::move(request), side);
    co_return sent;
  }
  Router router(gateway, facts);
  Address home;
  if (direction->by_name) {
    std::string name(direction->name.text());
    auto found = co_await router.home_of(*direction->by_name, std::move(name));
    if (found) home = std::move(*found);
  } else {
    std::string uri = direction->uri;
    const bool is_reference = request.method() == wire::Method::completion_complete;
    auto found = co_await router.owner_of(std::move(uri), is_reference);
    if (found) home.server = std::move(*found);
  }
  if (home.server.empty()) {
    // For no server: judged as it is, and no rule allows that.
    const bool sent = co_await run_here(gateway, std::move(facts), std::move(request), side);
    co_return sent;
  }
  std::string server = home.server;
  CallFacts routed = co_await router.facts_for(std::move(server), steady_clock::now() + kLookLimit);
  std::vector<wire::Edit> edits;
  if (direction->by_name) edits.push_back(replace(direction->name, wire::json_quote(home.name)));
  // Tasks are not served here, and whoever does not serve them answers as if none was asked for
  // (MCP, Tasks): one that was begun could be neither fetched nor cancelled.
  if (request.method() == wire::Method::tools_call)
    remove_members(request.params(), [](std::string_view name) { return name == "task"; }, edits);
  wire::JsonLimits limits = json_limits(gateway);
  limits.bytes *= 2;  // a name may be longer in another spelling
  auto own = wire::Message::parse(wire::splice(request.bytes(), std::move(edits)), limits);
  if (!own) co_return false;
  routed.named_as = request.target();
  const bool sent = co_await run_call(gateway, std::move(routed), std::move(*own), side);
  co_return sent;
}

Task<std::optional<core::Refusal>> run_merged_one_way(Gateway& gateway, CallFacts facts,
                                                      wire::Message message) {
  auto& merged = static_cast<MergedUpstream&>(facts.session->upstream());
  const std::vector<Member> there = merged.members().ready();
  const std::string id(message.id() ? message.id().raw() : std::string_view());
  const wire::JsonValue cancelled = message.params()["requestId"];
  const wire::JsonValue token = message.params()["progressToken"];
  for (const Member& member : there) {
    const bool takes = (message.is_reply() && member.session->is_asked(id)) ||
                       (message.method() == wire::Method::n_cancelled && cancelled &&
                        member.session->upstream_id(id_key(cancelled)).has_value()) ||
                       (message.method() == wire::Method::n_progress && token &&
                        member.session->gave_progress_token(token.raw())) ||
                       message.method() == wire::Method::n_roots_list_changed;
    if (!takes) continue;
    CallFacts routed = facts;
    routed.session = member.session;
    routed.route = member.route.get();
    routed.server = member.route->name;
    if (message.method() != wire::Method::n_roots_list_changed) {
      auto refusal = co_await run_one_way_to(gateway, std::move(routed), std::move(message));
      co_return refusal;
    }
    auto copy = wire::Message::parse(std::string(message.bytes()), json_limits(gateway));
    if (!copy) continue;
    auto refusal = co_await run_one_way_to(gateway, std::move(routed), std::move(*copy));
    if (refusal) co_return refusal;
  }
  if (message.method() == wire::Method::n_roots_list_changed && !there.empty())
    co_return std::nullopt;
  auto refusal = co_await run_one_way_to(gateway, std::move(facts), std::move(message));
  co_return refusal;
}

}  // namespace doorward::net
