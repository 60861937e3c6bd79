#include "net/merged/merged_upstream.h"

#include <charconv>

#include "net/own_request.h"
#include "net/session/to_sessions.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {
constexpr std::chrono::milliseconds kStartPatience{3'000};
constexpr std::chrono::hours kCursorLife{1};
constexpr size_t kInstructionsOfAServer = 4096;  // bytes
constexpr int kInvalidParams = -32602;
constexpr int kUnknownMethod = -32601;

// What `initialize` says of each server to the model that reads it.
std::string instructions(const std::vector<Member>& members) {
  std::string text;
  for (const Member& member : members) {
    if (member.instructions.empty()) continue;
    size_t size = std::min(member.instructions.size(), kInstructionsOfAServer);
    while (size < member.instructions.size() && size > 0 &&
           (static_cast<unsigned char>(member.instructions[size]) & 0xC0) == 0x80)
      --size;
    if (!text.empty()) text += "\n\n";
    text += "Server `" + member.name + "`, whose names begin with `" + member.name + "__`:\n" +
            member.instructions.substr(0, size);
  }
  return text;
}

std::string capabilities(const std::vector<Member>& members, bool all_there) {
  ServerCapabilities sum;
  for (const Member& member : members) {
    const ServerCapabilities& own = member.capabilities;
    sum.prompts |= own.prompts;
    sum.resources |= own.resources;
    sum.subscribe |= own.subscribe;
    sum.completions |= own.completions;
    sum.logging |= own.logging;
  }
  // A server that is not there yet may bring any of them.
  if (!all_there) sum.prompts = sum.resources = true;
  std::string out = R"({"tools":{"listChanged":true})";
  if (sum.prompts) out += R"(,"prompts":{"listChanged":true})";
  if (sum.resources)
    out += sum.subscribe ? R"(,"resources":{"listChanged":true,"subscribe":true})"
                         : R"(,"resources":{"listChanged":true})";
  if (sum.completions) out += R"(,"completions":{})";
  if (sum.logging) out += R"(,"logging":{})";
  return out + "}";
}

struct Position {
  uint64_t generation = 0;
  size_t page = 0;
};
std::optional<Position> parse_position(std::string_view text) {
  Position position;
  const char* const end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, position.generation);
  if (error != std::errc() || at == end || *at != '.') return std::nullopt;
  auto [last, second_error] = std::from_chars(at + 1, end, position.page);
  if (second_error != std::errc() || last != end) return std::nullopt;
  return position;
}
}  // namespace

MergedUpstream::MergedUpstream(Gateway& gateway, std::shared_ptr<const Routes> routes,
                               core::Principal principal)
    : MergedUpstream(gateway, std::move(routes), std::move(principal), "") {}

MergedUpstream::MergedUpstream(Gateway& gateway, std::shared_ptr<const Routes> routes,
                               core::Principal principal, std::string capabilities)
    : gateway_(gateway),
      owner_key_(principal.key()),
      members_(std::make_shared<Members>(gateway, routes, std::move(principal),
                                         std::move(capabilities))),
      lists_(std::make_shared<MergedLists>(gateway, members_, gateway.naming)) {
  for (const auto& [name, route] : *routes)
    owns_process_ |= !route->url && route->instances == Instances::per_session;
}

Task<Expected<void>> MergedUpstream::request(core::Cleared body, Sending sending,
                                             Receiver& receiver) {
  auto asked = wire::Message::parse(std::string(body.body()));
  if (!asked) co_return std::unexpected(std::move(asked).error());
  if (stateless()) {
    auto ended = co_await answer_stateless(*asked, sending, receiver);
    co_return ended;
  }
  std::string text = co_await answer(*asked, sending.deadline);
  auto reply = wire::Message::parse(std::move(text));
  static_cast<void>(co_await receiver.receive(std::move(reply)));
  co_return Expected<void>{};
}

Task<std::string> MergedUpstream::answer(const wire::Message& request, SteadyTime deadline) {
  const std::string id(request.id().raw());
  if (request.method() == wire::Method::ping) co_return wire::make_result(id, "{}");
  if (request.method() == wire::Method::initialize) {
    co_await members_->gather(kStartPatience);
    std::string result = capabilities_result();
    result.insert(1, R"("protocolVersion":)" +
                         wire::json_quote(request.params()["protocolVersion"].text()) + ",");
    co_return wire::make_result(id, result);
  }
  if (request.method() == wire::Method::logging_set_level) {
    std::string text = co_await set_level(request, deadline);
    co_return text;
  }
  if (const auto kind = list_kind(request.method())) {
    std::string text = co_await list(request, *kind, deadline);
    co_return text;
  }
  co_return wire::make_error(id, kUnknownMethod, "There is no such method here.");
}

Task<Expected<void>> MergedUpstream::answer_stateless(const wire::Message& request,
                                                      const Sending& sending, Receiver& receiver) {
  if (request.method() == wire::Method::subscriptions_listen) {
    auto ended = co_await subscribe(request, sending, receiver);
    co_return ended;
  }
  std::string text;
  if (request.method() == wire::Method::discover) {
    co_await members_->gather(kStartPatience);
    const auto whole = wire::Message::parse(wire::make_result("0", capabilities_result()));
    if (!whole) co_return std::unexpected(whole.error());
    text = wire::make_result(request.id().raw(), discover_result(whole->result()));
  } else {
    std::string answered = co_await answer(request, sending.deadline);
    const auto whole = wire::Message::parse(std::move(answered));
    if (!whole) co_return std::unexpected(whole.error());
    auto told = stateless_reply(*whole, request);
    if (!told) co_return std::unexpected(std::move(told).error());
    text = std::move(*told);
  }
  auto reply = wire::Message::parse(std::move(text));
  static_cast<void>(co_await receiver.receive(std::move(reply)));
  co_return Expected<void>{};
}

std::string MergedUpstream::capabilities_result() const {
  const std::vector<Member> there = members_->ready();
  std::string result = R"({"capabilities":)" + capabilities(there, members_->all_ready());
  result += R"(,"serverInfo":{"name":"doorward","version":)" +
            wire::json_quote(gateway_.settings.version) + "}";
  if (const std::string text = instructions(there); !text.empty())
    result += R"(,"instructions":)" + wire::json_quote(text);
  return result + "}";
}

Task<std::string> MergedUpstream::list(const wire::Message& request, ListKind kind,
                                       SteadyTime deadline) {
  const std::string id(request.id().raw());
  // A cursor is good for its principal, its list and the state that the list had.
  const StateBinding binding{owner_key_, "", request.method_name(), "cursor", ""};
  Position position;
  std::shared_ptr<const MergedList> list;
  if (const wire::JsonValue cursor = request.params()["cursor"]) {
    const auto text = gateway_.request_states.unwrap(cursor.text(), binding, wall_now());
    const auto found = text ? parse_position(*text) : std::nullopt;
    list = lists_->last(kind);
    if (!found || !list || list->generation != found->generation ||
        found->page >= list->pages.size())
      co_return wire::make_error(id, kInvalidParams,
                                 "This cursor is not valid any more. List again from the start.");
    position = *found;
  } else {
    list = co_await lists_->look(kind, deadline);
    if (!list) co_return wire::make_error(id, kInvalidParams, "The list is not there yet.");
    position.generation = list->generation;
  }
  std::string result = "{\"" + std::string(list_member(kind)) + "\":" + list->pages[position.page];
  if (position.page + 1 < list->pages.size()) {
    const std::string next =
        std::to_string(position.generation) + "." + std::to_string(position.page + 1);
    result += R"(,"nextCursor":)" + wire::json_quote(gateway_.request_states.wrap(
                                        next, binding, wall_now() + kCursorLife));
  }
  co_return wire::make_result(id, result + "}");
}

Task<std::string> MergedUpstream::set_level(const wire::Message& request, SteadyTime deadline) {
  const std::string id(request.id().raw());
  const std::string params =
      R"({"level":)" + wire::json_quote(request.params()["level"].text()) + "}";
  members_->set_level(params);
  std::optional<std::string> refused;
  for (const Member& member : members_->ready()) {
    if (!member.capabilities.logging) continue;
    const CallFacts facts = members_->facts(member);
    OwnRequest own;
    own.method = wire::Method::logging_set_level;
    own.params = params;
    own.deadline = std::min(deadline, steady_clock::now() + std::chrono::seconds(2));
    own.for_client = true;
    auto reply = co_await ask(gateway_, facts, std::move(own));
    if (reply && reply->error()["code"].integer() == kInvalidParams)
      refused = reply->error()["message"].text();
  }
  if (refused) co_return wire::make_error(id, kInvalidParams, "The level is not known.");
  co_return wire::make_result(id, "{}");
}

Task<Expected<void>> MergedUpstream::send(core::Cleared, Sending) {
  co_return Expected<void>{};
}

Task<Expected<void>> MergedUpstream::listen(Receiver&, std::shared_ptr<std::atomic<bool>> stop) {
  auto executor = co_await asio::this_coro::executor;
  auto changes = std::make_shared<Inbox<int>>(executor, 1);
  std::map<std::string, std::weak_ptr<Session>> heard;
  while (!stop->load()) {
    members_->on_change(changes);
    for (Member& member : members_->ready()) {
      if (heard[member.name].lock() == member.session) continue;
      heard[member.name] = member.session;
      asio::co_spawn(
          executor,
          [members = members_, &gateway = gateway_, member = std::move(member), stop]() -> Task<> {
            CallFacts facts = members->facts(member);
            auto ended = co_await net::listen(gateway, std::move(facts), stop);
            if (!ended && ended.error().code == "upstream.session_gone") member.session->end();
          },
          asio::detached);
    }
    static_cast<void>(co_await changes->pop(steady_clock::now() + std::chrono::seconds(1)));
  }
  co_return Expected<void>{};
}

Task<> MergedUpstream::close() {
  co_await members_->close();
}

}  // namespace doorward::net
