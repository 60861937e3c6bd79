#include "net/bridge/param_book.h"

#include "net/own_request.h"
#include "net/session/members.h"
#include "net/session/to_sessions.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {
constexpr size_t kPages = 4096, kTools = 4096;
constexpr int kListPages = 20;
constexpr std::chrono::seconds kAskAgain{10}, kPatience{10};

std::string key_of(const CallFacts& facts) {
  return std::string(facts.server) + "\n" + facts.principal->key();
}
}  // namespace

void ParamBook::learn(const CallFacts& facts, const wire::Message& list) {
  const wire::JsonValue tools = list.result()["tools"];
  if (!tools.is_array() || facts.principal == nullptr) return;
  pages_.with([&](auto& pages) {
    if (pages.size() >= kPages) pages.clear();
    Page& page = pages[key_of(facts)];
    if (page.tools.size() > kTools) page.tools.clear();
    for (const wire::JsonValue tool : tools.items()) {
      auto headers = wire::param_headers(tool["inputSchema"]);
      page.tools.insert_or_assign(std::string(tool["name"].text()),
                                  headers ? std::move(*headers) : std::vector<wire::ParamHeader>());
    }
  });
}

Task<std::string> ParamBook::unlike(Gateway& gateway, const CallFacts& facts,
                                    const wire::Message& call) {
  const std::string key = key_of(facts);
  const auto look = [&](bool& ask_now) {
    return pages_.with([&](auto& pages) -> std::vector<wire::ParamHeader> {
      Page& page = pages[key];
      const auto found = page.tools.find(call.target());
      if (found != page.tools.end()) return found->second;
      ask_now = steady_clock::now() - page.asked > kAskAgain;
      if (ask_now) page.asked = steady_clock::now();
      return {};
    });
  };
  bool ask_now = false;
  std::vector<wire::ParamHeader> declared = look(ask_now);
  std::string cursor;
  for (int page = 0; ask_now && page < kListPages; ++page) {
    OwnRequest list;
    list.method = wire::Method::tools_list;
    list.params = listing_params(cursor);
    list.deadline = steady_clock::now() + kPatience;
    auto reply = co_await ask(gateway, facts, std::move(list));
    if (!reply || reply->kind() != wire::MessageKind::response) break;
    learn(facts, *reply);
    cursor = reply->result()["nextCursor"].text();
    if (cursor.empty()) break;
  }
  bool again = false;
  if (ask_now) declared = look(again);
  co_return std::string(wire::unlike_argument(declared, *facts.head, call.arguments()));
}

std::optional<std::string> without_invalid_tools(const wire::Message& list) {
  const wire::JsonValue tools = list.result()["tools"];
  if (!tools.is_array()) return std::nullopt;
  std::string kept;
  bool all = true;
  for (const wire::JsonValue tool : tools.items()) {
    if (!wire::param_headers(tool["inputSchema"])) {
      all = false;
      continue;
    }
    if (!kept.empty()) kept += ',';
    kept += tool.raw();
  }
  if (all) return std::nullopt;
  std::vector<wire::Edit> edits;
  edits.push_back({tools.begin(), tools.end(), "[" + kept + "]"});
  return edited(list, std::move(edits));
}

}  // namespace doorward::net
