#include "net/merged/merged_lists.h"

#include "net/judging.h"
#include "net/own_request.h"
#include "net/session/to_sessions.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {
constexpr std::chrono::milliseconds kStartPatience{12'000};  // for servers to start
constexpr std::chrono::milliseconds kListPatience{3'000};    // for their lists
constexpr std::chrono::seconds kFetchLimit{60};
constexpr size_t kPagesOfAServer = 100;
constexpr size_t kItemsOfAServer = 5'000;
constexpr size_t kBytesOfAServer = 4 * 1024 * 1024;
constexpr size_t kPageItems = 500;
constexpr size_t kPageBytes = 256 * 1024;

struct KindFacts {
  wire::Method method;
  std::string_view member;
  std::string_view key;  // of resources: what they are found by
  bool ServerCapabilities::* capability;
  wire::Method changed;
};

const KindFacts& facts_of(ListKind kind) {
  using wire::Method;
  static constexpr KindFacts kFacts[] = {
      {Method::tools_list, "tools", "", &ServerCapabilities::tools, Method::n_tools_list_changed},
      {Method::prompts_list, "prompts", "", &ServerCapabilities::prompts,
       Method::n_prompts_list_changed},
      {Method::resources_list, "resources", "uri", &ServerCapabilities::resources,
       Method::n_resources_list_changed},
      {Method::resources_templates_list, "resourceTemplates", "uriTemplate",
       &ServerCapabilities::resources, Method::n_resources_list_changed},
  };
  return kFacts[static_cast<size_t>(kind)];
}
}  // namespace

namespace {

// Clients refuse a whole list for one tool whose input schema is no `{"type":"object"}` (MCP,
// Tool). What a sloppy server left out is put in; false for a tool that no client could take.
bool is_listable(wire::JsonValue tool, std::string& text, uint32_t& name_begin,
                 uint32_t& name_end) {
  const wire::JsonValue schema = tool["inputSchema"];
  std::string missing = R"("inputSchema":{"type":"object"},)";
  uint32_t at = 1;
  if (schema) {
    if (!schema.is_object()) return false;
    if (schema["type"]) return schema["type"].text() == "object";
    missing = schema.size() > 0 ? R"("type":"object",)" : R"("type":"object")";
    at = schema.begin() - tool.begin() + 1;
  }
  text.insert(at, missing);
  if (name_begin >= at) {
    name_begin += static_cast<uint32_t>(missing.size());
    name_end += static_cast<uint32_t>(missing.size());
  }
  return true;
}

}  // namespace

std::optional<ListKind> list_kind(wire::Method method) {
  for (size_t kind = 0; kind < kListKinds; ++kind)
    if (facts_of(static_cast<ListKind>(kind)).method == method) return static_cast<ListKind>(kind);
  return std::nullopt;
}

std::string_view list_member(ListKind kind) {
  return facts_of(kind).member;
}

std::shared_ptr<const MergedList> MergedLists::last(ListKind kind) const {
  return state_.with([&](const auto& states) { return states[static_cast<size_t>(kind)].last; });
}

Task<std::shared_ptr<const MergedList>> MergedLists::current(ListKind kind, SteadyTime deadline) {
  const auto known = last(kind);
  bool fresh = known != nullptr;
  for (const Member& member : members_->ready()) {
    if (!known || !(member.capabilities.*facts_of(kind).capability)) continue;
    const auto said = known->changes.find(member.name);
    fresh = fresh && said != known->changes.end() && said->second == member.session->list_changes();
  }
  if (fresh) co_return known;
  auto looked = co_await look(kind, deadline);
  co_return looked;
}

Task<std::shared_ptr<const MergedList>> MergedLists::look(ListKind kind, SteadyTime deadline) {
  const auto index = static_cast<size_t>(kind);
  auto executor = co_await asio::this_coro::executor;
  auto changes = std::make_shared<Inbox<int>>(executor, 1);
  const bool mine = state_.with([&](auto& states) {
    State& state = states[index];
    if (!state.looking) return state.looking = true;
    std::erase_if(state.waiting, [](const auto& held) { return held.expired(); });
    state.waiting.push_back(changes);
    return false;
  });
  if (!mine) {
    static_cast<void>(co_await changes->pop(deadline));
    co_return last(kind);
  }
  co_await members_->gather(kStartPatience);
  auto looking = std::make_shared<Looking>();
  looking->changes = changes;
  std::vector<Member> asked;
  std::map<std::string, uint64_t> said;
  for (Member& member : members_->ready()) {
    if (!(member.capabilities.*facts_of(kind).capability)) continue;
    said[member.name] = member.session->list_changes();
    const bool late =
        state_.with([&](const auto& states) { return states[index].late.contains(member.name); });
    if (!late) asked.push_back(std::move(member));
  }
  looking->state.with([&](auto& state) { state.open = asked.size(); });
  for (Member& member : asked)
    asio::co_spawn(
        executor,
        [self = shared_from_this(), kind, member = std::move(member), looking] {
          return self->fetch(kind, member, looking);
        },
        asio::detached);
  const SteadyTime until = std::min(deadline, steady_clock::now() + kListPatience);
  while (looking->state.with([](const auto& state) { return state.open > 0; }) &&
         steady_clock::now() < until)
    static_cast<void>(co_await changes->pop(until));
  std::map<std::string, Items> got;
  looking->state.with([&](auto& state) {
    state.over = true;
    got = std::move(state.got);
  });
  std::shared_ptr<MergedList> merged = merge(kind, got);
  merged->changes = std::move(said);
  std::vector<std::weak_ptr<Inbox<int>>> waiting;
  state_.with([&](auto& states) {
    State& state = states[index];
    merged->generation = ++state.generation;
    state.last = merged;
    state.looking = false;
    waiting = std::exchange(state.waiting, {});
  });
  for (const auto& held : waiting)
    if (const auto inbox = held.lock()) static_cast<void>(inbox->push(1));
  co_return std::shared_ptr<const MergedList>(merged);
}

Task<> MergedLists::fetch(ListKind kind, Member member, std::shared_ptr<Looking> looking) {
  const auto index = static_cast<size_t>(kind);
  state_.with([&](auto& states) { states[index].late.insert(member.name); });
  auto items = co_await fetch_pages(kind, member);
  state_.with([&](auto& states) { states[index].late.erase(member.name); });
  if (!items)
    gateway_.log("server `" + member.name + "`: its list: " + items.error().code + ": " +
                 items.error().what);
  const bool missed = looking->state.with([&](auto& state) {
    if (state.over) return true;
    if (items) state.got[member.name] = std::move(*items);
    --state.open;
    return false;
  });
  static_cast<void>(looking->changes->push(1));
  if (missed && items) members_->announce(facts_of(kind).changed);
}

Task<Expected<MergedLists::Items>> MergedLists::fetch_pages(ListKind kind, const Member& member) {
  const KindFacts& of = facts_of(kind);
  const SteadyTime deadline = steady_clock::now() + kFetchLimit;
  const CallFacts facts = members_->facts(member);
  Items items;
  size_t bytes = 0;
  std::string cursor;
  for (size_t page = 0; page < kPagesOfAServer; ++page) {
    OwnRequest request;
    request.method = of.method;
    request.deadline = deadline;
    request.for_client = true;
    if (members_->stateless()) {
      request.params = stateless_params(members_->capabilities());
      if (page > 0) request.params.insert(1, R"("cursor":)" + wire::json_quote(cursor) + ",");
    } else if (page > 0) {
      request.params = R"({"cursor":)" + wire::json_quote(cursor) + "}";
    }
    auto reply = co_await ask(gateway_, facts, std::move(request));
    if (!reply) co_return std::unexpected(std::move(reply).error());
    const wire::JsonValue list = reply->result()[of.member];
    if (!list.is_array())
      co_return failure("upstream.answer", Fault::server, "the server gives no list");
    for (const wire::JsonValue entry : list.items()) {
      const wire::JsonValue name = entry["name"];
      if (!name.is_string()) continue;
      Item item;
      item.address = {member.name, std::string(name.text())};
      if (!of.key.empty()) item.uri = entry[of.key].text();
      if (!of.key.empty() && item.uri.empty()) continue;
      item.text = entry.raw();
      item.name_begin = name.begin() - entry.begin();
      item.name_end = name.end() - entry.begin();
      if (kind == ListKind::tools && entry["execution"]["taskSupport"].text() == "required") {
        gateway_.log("server `" + member.name + "`: a tool is left out of the merged list: it is " +
                     "only to be had as a task");
        continue;
      }
      if (kind == ListKind::tools &&
          !is_listable(entry, item.text, item.name_begin, item.name_end)) {
        gateway_.log("server `" + member.name + "`: a tool is left out of the merged list: its " +
                     "input schema is no object");
        continue;
      }
      bytes += item.text.size();
      items.push_back(std::move(item));
    }
    const wire::JsonValue next = reply->result()["nextCursor"];
    if (!next.is_string()) co_return items;
    cursor = next.text();
    if (bytes > kBytesOfAServer || items.size() > kItemsOfAServer) break;
  }
  gateway_.log("server `" + member.name + "`: its list is too long; the rest is left out");
  co_return items;
}

std::shared_ptr<MergedList> MergedLists::merge(ListKind kind,
                                               const std::map<std::string, Items>& got) const {
  const bool by_uri = !facts_of(kind).key.empty();
  auto merged = std::make_shared<MergedList>();
  std::vector<Address> known;
  for (const auto& [server, items] : got) {
    merged->heard.insert(server);
    for (const Item& item : items) {
      if (!by_uri) known.push_back(item.address);
      // Which server a URI belongs to must be certain: claimed twice, it belongs to none.
      else if (const auto [at, fresh] = merged->owners.emplace(item.uri, server);
               !fresh && at->second != server)
        at->second.clear();
    }
  }
  if (!by_uri) merged->names = naming_.table(known);
  std::string page = "[";
  size_t count = 0;
  const auto close_page = [&] {
    merged->pages.push_back(std::exchange(page, "[") + "]");
    count = 0;
  };
  for (const auto& [server, items] : got)
    for (const Item& item : items) {
      const std::string name = naming_.merge(server, item.address.name);
      if (by_uri) {
        if (merged->owners.at(item.uri).empty()) continue;
      } else {
        const Address* const found = merged->names->find(name);
        if (found == nullptr || *found != item.address) continue;
      }
      if (count > 0 && (count >= kPageItems || page.size() + item.text.size() > kPageBytes))
        close_page();
      if (count++ > 0) page += ',';
      page += wire::splice(item.text, {{item.name_begin, item.name_end, wire::json_quote(name)}});
    }
  if (count > 0 || merged->pages.empty()) close_page();
  return merged;
}

}  // namespace doorward::net
