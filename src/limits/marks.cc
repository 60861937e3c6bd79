#include "limits/marks.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "detect/masks.h"

namespace doorward::limits {

namespace {
constexpr std::string_view kMark = "limits.mark";

// The keys of one message, for all guards that count it.
struct Keys {
  const core::Principal* principal = nullptr;
  const char* server = nullptr;  // where its name stands
  std::optional<Key> owner, to_server, way;
  core::Tasks tasks;
  std::optional<TaskRef> task;
};

Keys& keys_of(const core::Exchange& exchange, core::Notes& notes) {
  Keys& keys = notes.of_message.of<Keys>();
  if (keys.principal != exchange.principal || keys.server != exchange.server.data())
    keys = Keys{.principal = exchange.principal, .server = exchange.server.data()};
  return keys;
}

}  // namespace

Key owner_of(const core::Exchange& exchange) {
  if (exchange.principal == nullptr) return key_of({"nobody"});
  return key_of({exchange.principal->user, exchange.principal->agent, exchange.principal->issuer});
}

Key server_key(const core::Exchange& exchange, core::Notes& notes) {
  Keys& keys = keys_of(exchange, notes);
  if (!keys.to_server) keys.to_server = key_of({"server", exchange.server});
  return *keys.to_server;
}

Key way_key(const core::Exchange& exchange, core::Notes& notes) {
  const Key owner = owner_of(exchange, notes);
  Keys& keys = keys_of(exchange, notes);
  if (!keys.way)
    keys.way = key_of({"own", exchange.server,
                       std::string_view(reinterpret_cast<const char*>(&owner), sizeof owner)});
  return *keys.way;
}

Key owner_of(const core::Exchange& exchange, core::Notes& notes) {
  Keys& keys = keys_of(exchange, notes);
  if (!keys.owner) keys.owner = owner_of(exchange);
  return *keys.owner;
}

TaskRef task_ref(const core::Exchange& exchange, const core::Tasks& tasks, core::Notes& notes) {
  const Key owner = owner_of(exchange, notes);
  Keys& keys = keys_of(exchange, notes);
  if (!keys.task || keys.tasks != tasks) {
    const core::Task task = core::task_of(exchange, tasks);
    keys.tasks = tasks;
    keys.task = TaskRef{owner, key_of({task.key}), task.by_window};
  }
  return *keys.task;
}

Fingerprint mark_of(const core::Exchange& exchange, core::Notes& notes) {
  // The key, and behind it, where they differ, that of the very same call and of what is near it.
  constexpr size_t kSize = sizeof(Key);
  static_assert(kSize == 2 * sizeof(uint64_t));
  if (const auto known = notes.values.find(kMark); known != notes.values.end()) {
    Fingerprint mark;
    std::memcpy(&mark.key, known->second.data(), kSize);
    mark.masked = known->second.size() > kSize;
    mark.exact = mark.near = mark.key;
    if (!mark.masked) return mark;
    std::memcpy(&mark.exact, known->second.data() + kSize, kSize);
    std::memcpy(&mark.near, known->second.data() + 2 * kSize, kSize);
    return mark;
  }
  const Fingerprint mark = fingerprint_of(exchange.server, *exchange.request);
  std::string held(mark.masked ? 3 * kSize : kSize, '\0');
  std::memcpy(held.data(), &mark.key, kSize);
  if (mark.masked) std::memcpy(held.data() + kSize, &mark.exact, kSize);
  if (mark.masked) std::memcpy(held.data() + 2 * kSize, &mark.near, kSize);
  notes.values.emplace(kMark, std::move(held));
  return mark;
}

namespace {

// True when a short answer says that what was asked for is not over.
bool goes_on(const wire::JsonValue& result) {
  constexpr size_t kShort = 4096;
  static constexpr std::array<std::string_view, 14> kWords = {
      "running",  "pending", "queued",   "progress",  "processing",  "waiting",    "working",
      "building", "started", "starting", "scheduled", "in_progress", "unfinished", "incomplete"};
  constexpr size_t kShortest = 6;
  const std::string_view text = result.raw();
  if (text.size() > kShort) return false;
  const auto is_said = [](std::string_view word) {
    return std::ranges::any_of(kWords, [word](std::string_view known) {
      return std::ranges::equal(word, known,
                                [](char a, char b) { return (a == '_' ? a : a | 0x20) == b; });
    });
  };
  // Letters and `_`, 64 at a time: each border of a run is a bit.
  size_t begin = 0;
  uint64_t before = 0;  // whether the byte before this block is one of them
  for (size_t from = 0; from < text.size(); from += detect::Block::kBytes) {
    const uint64_t letters = detect::Block(text, from).where([](detect::Bytes16 bytes) {
      return detect::are_letters(bytes) | detect::are(bytes, '_');
    });
    uint64_t borders = letters ^ (letters << 1 | before);
    before = letters >> 63;
    for (; borders != 0; borders &= borders - 1) {
      const auto bit = static_cast<size_t>(__builtin_ctzll(borders));
      if ((letters >> bit & 1U) != 0)
        begin = from + bit;
      else if (from + bit - begin >= kShortest && is_said(text.substr(begin, from + bit - begin)))
        return true;
    }
  }
  // It may end with one; behind a short last block stand no letters, so that its word has ended.
  return before != 0 && text.size() - begin >= kShortest && is_said(text.substr(begin));
}

}  // namespace

uint64_t answer_mark(const wire::Message& request, const wire::Message& reply, bool may_poll) {
  uint64_t mark = key_of({reply.result().raw()}).high & ~(AnswerMark::kTool | AnswerMark::kGoesOn);
  mark |= key_of({subject_of(request)}).high & AnswerMark::kTool;
  if (may_poll && goes_on(reply.result())) mark |= AnswerMark::kGoesOn;
  return mark;
}

bool is_work(const wire::Message& request) {
  using wire::Method;
  switch (request.method()) {
    case Method::tools_call:
    case Method::resources_read:
    case Method::prompts_get:
    case Method::completion_complete:
      return true;
    default:
      return false;
  }
}

std::string_view tool_of(const wire::Message& request) {
  return request.method() == wire::Method::tools_call ? request.target() : std::string_view();
}

std::string_view subject_of(const wire::Message& request) {
  return request.method() == wire::Method::tools_call ? request.target() : request.method_name();
}

}  // namespace doorward::limits
