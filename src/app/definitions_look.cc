#include "app/definitions_look.h"

#include <algorithm>

#include "guards/rogue/recheck.h"
#include "net/own_request.h"

namespace doorward::app {

using catalog::DefinitionKind;

namespace {

constexpr auto kLongest = std::chrono::seconds(10);
constexpr size_t kAtOnce = 4;  // servers that an operator's look starts
constexpr size_t kMostPages = 100;
constexpr size_t kMostItems = 10'000;
constexpr size_t kMostBytes = 32u * 1024 * 1024;
constexpr int64_t kMethodNotFound = -32601;

struct Question {
  wire::Method method;
  std::string_view member;
};

Question question_of(DefinitionKind kind) {
  switch (kind) {
    case DefinitionKind::prompt:
      return {wire::Method::prompts_list, "prompts"};
    case DefinitionKind::resource:
      return {wire::Method::resources_list, "resources"};
    case DefinitionKind::resource_template:
      return {wire::Method::resources_templates_list, "resourceTemplates"};
    default:
      return {wire::Method::tools_list, "tools"};
  }
}

std::unexpected<Error> no_list(std::string what) {
  return failure("upstream.answer", Fault::server, std::move(what));
}

}  // namespace

net::Task<std::string> DefinitionsLook::answer(std::string asked, const net::CallFacts* facts) {
  const std::string what =
      asked.substr(std::min(asked.size(), std::string_view("catalog:").size()));
  const size_t slash = what.rfind('/');
  if (facts == nullptr || slash == std::string::npos || what.substr(0, slash) != facts->server)
    co_return std::string();
  DefinitionKind kind = DefinitionKind::tool;
  for (size_t i = 0; i < catalog::kKinds; ++i)
    if (what.substr(slash + 1) == catalog::kKindNames[i]) kind = static_cast<DefinitionKind>(i);
  // Asked for before every call, each call has a look of its own.
  if (registry_->recheck().count() <= 0) {
    std::string alone = co_await look(*facts, kind);
    co_return alone;
  }
  const std::string key = what + " " + guards::viewer_of(facts->session->id(), facts->principal);
  const auto home = co_await net::asio::this_coro::executor;
  const Waiter mine = std::make_shared<net::Inbox<std::string>>(home, 1);
  const bool leads = under_way_.with([&](auto& all) {
    const auto [place, fresh] = all.try_emplace(key);
    if (!fresh) place->second.push_back(mine);
    return fresh;
  });
  if (!leads) {
    auto told = co_await mine->pop(std::chrono::steady_clock::now() + kLongest * 2);
    co_return told.value_or("upstream.deadline");
  }
  // Whoever waits is told, also where this call is given up in the middle.
  struct Lead {
    DefinitionsLook& owner;
    const std::string& key;
    std::string result = "upstream.lost";
    ~Lead() { owner.release(key, result); }
  } lead{*this, key};
  std::string result = co_await look(*facts, kind);
  lead.result = result;
  co_return result;
}

void DefinitionsLook::release(const std::string& key, const std::string& result) {
  std::vector<Waiter> waiting;
  under_way_.with([&](auto& all) {
    if (const auto found = all.find(key); found != all.end()) {
      waiting = std::move(found->second);
      all.erase(found);
    }
  });
  for (const Waiter& one : waiting) one->push(result);
}

net::Task<std::string> DefinitionsLook::look(const net::CallFacts& facts, DefinitionKind kind) {
  const SteadyTime began = std::chrono::steady_clock::now();
  const uint64_t number = registry_->looks().begin(facts.server);
  // A call waits for this: it takes no longer than a call may.
  const SteadyTime deadline =
      began + (call_time ? std::min<std::chrono::milliseconds>(kLongest, call_time(facts.server))
                         : kLongest);
  auto listed = co_await list(facts, kind, deadline);
  if (listed && kind == DefinitionKind::resource) {
    auto templates = co_await list(facts, DefinitionKind::resource_template, deadline);
    if (!templates) listed = std::unexpected(std::move(templates).error());
  }
  if (!listed) {
    gateway_.log("server `" + std::string(facts.server) + "`: its " +
                 std::string(catalog::kind_name(kind)) +
                 " can't be listed: " + listed.error().what);
    co_return listed.error().code;
  }
  const std::string viewer = guards::viewer_of(facts.session->id(), facts.principal);
  registry_->looks().looked(facts.server, viewer, kind, began, number, std::move(*listed));
  co_return std::string("seen");
}

net::Task<Expected<DefinitionsLook::Names>> DefinitionsLook::list(const net::CallFacts& facts,
                                                                  DefinitionKind kind,
                                                                  SteadyTime deadline) {
  const Question question = question_of(kind);
  std::string items = "[";
  std::string cursor;
  Names names;
  size_t count = 0;
  for (size_t page = 0;; ++page) {
    net::OwnRequest request;
    request.method = question.method;
    if (!cursor.empty()) request.params = "{\"cursor\":" + wire::json_quote(cursor) + "}";
    request.deadline = deadline;
    // One that froze while nobody asked it anything would hold up every call from now on.
    request.ends_idle_process = true;
    auto reply = co_await net::ask(gateway_, facts, std::move(request));
    if (!reply) co_return std::unexpected(std::move(reply).error());
    if (reply->kind() == wire::MessageKind::error) {
      // A server that has no such list has nothing on it.
      if (reply->error()["code"].integer() == kMethodNotFound) break;
      co_return no_list("it answers with an error");
    }
    const wire::JsonValue array = reply->result()[question.member];
    if (!array.is_array()) co_return no_list("its answer holds no list");
    for (const wire::JsonValue item : array.items()) {
      if (count++ > 0) items += ',';
      items += item.raw();
      names.emplace_back(item[catalog::key_member(kind)].text());
    }
    if (count > kMostItems || items.size() > kMostBytes || page >= kMostPages)
      co_return no_list("its list has no end");
    const std::string next(reply->result()["nextCursor"].text());
    if (next.empty()) break;
    if (next == cursor) co_return no_list("its list goes round in circles");
    cursor = next;
  }
  items += ']';
  auto whole = wire::JsonDocument::parse(
      std::move(items), {.bytes = kMostBytes + 2, .depth = 72, .nodes = 4'000'000});
  if (!whole) co_return std::unexpected(std::move(whole).error());
  registry_->observe_list(
      {.server = facts.server, .kind = kind, .items = whole->root(), .now = wall_now()});
  co_return names;
}

void DefinitionsLook::look_at(std::string_view server) {
  const auto routes = gateway_.routes.take();
  for (const auto& [name, route] : *routes) {
    if (!server.empty() && name != server) continue;
    const bool starts = queue_.with([&](Queue& queue) {
      // Whoever asks for a look gets one that began after asking.
      if (std::ranges::find(queue.names, name) != queue.names.end()) return false;
      queue.names.push_back(name);
      looking_.fetch_add(1);
      if (queue.workers >= kAtOnce) return false;
      ++queue.workers;
      return true;
    });
    if (starts) net::asio::co_spawn(executor(), work(), net::asio::detached);
  }
}

net::Task<> DefinitionsLook::work() {
  for (;;) {
    auto next = queue_.with([](Queue& queue) -> std::optional<std::string> {
      if (queue.names.empty()) {
        --queue.workers;
        return std::nullopt;
      }
      std::string name = std::move(queue.names.front());
      queue.names.pop_front();
      queue.at_work.push_back(name);
      return name;
    });
    if (!next) co_return;
    struct Done {
      DefinitionsLook& owner;
      const std::string name;
      ~Done() {
        owner.queue_.with([&](Queue& queue) {
          const auto mine = std::ranges::find(queue.at_work, name);
          if (mine != queue.at_work.end()) queue.at_work.erase(mine);
        });
        owner.looking_.fetch_sub(1);
      }
    } const done{*this, *next};
    // The routes may be others since this worker began.
    const auto now = gateway_.routes.take();
    if (!now->contains(*next)) continue;
    std::string name = std::move(*next);
    co_await look_whole(now, name);
  }
}

std::vector<std::string> DefinitionsLook::waiting_for() const {
  return queue_.with([](const Queue& queue) {
    std::vector<std::string> names = queue.at_work;
    names.insert(names.end(), queue.names.begin(), queue.names.end());
    return names;
  });
}

std::string DefinitionsLook::failure_of(std::string_view server) const {
  return failures_.with([&](const auto& all) {
    const auto found = all.find(server);
    return found == all.end() ? std::string() : found->second;
  });
}

net::Task<> DefinitionsLook::look_whole(std::shared_ptr<const net::Routes> routes,
                                        std::string server) {
  const net::ServerRoute& route = *routes->at(server);
  const core::Principal self{"doorward", "", {}, {}, "own"};
  struct Review {
    catalog::Registry& registry;
    const std::string& server;
    Review(catalog::Registry& of, const std::string& name) : registry(of), server(name) {
      registry.review(server, true);
    }
    ~Review() { registry.review(server, false); }
  } const review(*registry_, server);
  net::CallFacts facts;
  facts.principal = &self;
  facts.server = server;
  facts.route = &route;
  facts.stateless = true;
  Expected<void> listed{};
  auto upstream = co_await gateway_.connect(route, self, true);
  // A local server that just failed to start is not tried again at once: a person can wait for
  // that.
  // One that takes its time gets no second try: it had that already.
  const SteadyTime began = std::chrono::steady_clock::now();
  for (int tries = 0; !upstream && route.launch && tries < 3 &&
                      std::chrono::steady_clock::now() - began < kLongest;
       ++tries) {
    net::asio::steady_timer timer(co_await net::asio::this_coro::executor);
    timer.expires_after(std::chrono::milliseconds(700));
    co_await timer.async_wait(net::kTuple);
    upstream = co_await gateway_.connect(route, self, true);
  }
  if (!upstream) {
    listed = std::unexpected(std::move(upstream).error());
  } else {
    facts.session = std::make_shared<net::Session>("", self, server, core::Carrier::http,
                                                   std::move(*upstream), gateway_.settings.session);
    listed = co_await list_whole(facts);
  }
  failures_.with([&](auto& all) {
    if (listed)
      all.erase(server);
    else
      all[server] = listed.error().what;
  });
}

net::Task<Expected<void>> DefinitionsLook::list_whole(const net::CallFacts& facts) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + 2 * kLongest;
  net::OwnRequest request;
  request.method = wire::Method::discover;
  request.deadline = deadline;
  auto words = co_await net::ask(gateway_, facts, std::move(request));
  if (!words) co_return std::unexpected(std::move(words).error());
  if (words->result()) registry_->observe_server(facts.server, words->result(), wall_now());
  for (const DefinitionKind kind : {DefinitionKind::tool, DefinitionKind::prompt,
                                    DefinitionKind::resource, DefinitionKind::resource_template}) {
    auto listed = co_await list(facts, kind, deadline);
    if (!listed) co_return std::unexpected(std::move(listed).error());
  }
  co_return Expected<void>{};
}

}  // namespace doorward::app
