#include "net/session/concerns.h"

#include <algorithm>
#include <array>

namespace doorward::net {

namespace {
constexpr size_t kSubjects = 1'000;
constexpr size_t kSubjectBytes = 2'048;
constexpr int64_t kUrlElicitationRequired = -32042;

// RFC 5424; the levels that logging/setLevel knows.
bool is_level(std::string_view level) {
  constexpr std::array<std::string_view, 8> kLevels = {"debug", "info",     "notice", "warning",
                                                       "error", "critical", "alert",  "emergency"};
  return std::find(kLevels.begin(), kLevels.end(), level) != kLevels.end();
}
}  // namespace

void Concerns::Subjects::add(std::string_view subject) {
  if (subject.empty() || subject.size() > kSubjectBytes) return;
  if (known.size() >= kSubjects) known.clear();
  known.emplace(subject);
}

void Concerns::requested(const wire::Message& request) {
  if (request.method() == wire::Method::resources_subscribe)
    state_.with([&](State& state) { state.resources.add(request.target()); });
}

void Concerns::answered(const wire::Message& request, const wire::Message& reply) {
  if (request.method() == wire::Method::resources_unsubscribe && reply.result())
    state_.with([&](State& state) { state.resources.known.erase(std::string(request.target())); });
  if (const wire::JsonValue task = reply.result()["task"]["taskId"])
    state_.with([&](State& state) { state.tasks.add(task.text()); });
  if (reply.error()["code"].integer() != kUrlElicitationRequired) return;
  const wire::JsonValue pages = reply.error()["data"]["elicitations"];
  if (!pages.is_array()) return;
  state_.with([&](State& state) {
    for (const wire::JsonValue page : pages.items()) state.pages.add(page["elicitationId"].text());
  });
}

void Concerns::asked(const wire::Message& question) {
  if (question.method() == wire::Method::elicitation_create)
    state_.with([&](State& state) { state.pages.add(question.params()["elicitationId"].text()); });
}

bool Concerns::admit(const wire::Message& notification) const {
  const wire::JsonValue params = notification.params();
  switch (notification.method()) {
    case wire::Method::n_message:
      return is_level(params["level"].text());
    case wire::Method::n_resources_updated: {
      // A part of what was subscribed to may be named (revision 2025-06-18, "Resources").
      const std::string_view uri = params["uri"].text();
      return state_.with([&](const State& state) {
        return std::any_of(state.resources.known.begin(), state.resources.known.end(),
                           [&](const std::string& known) { return uri.starts_with(known); });
      });
    }
    case wire::Method::n_elicitation_complete:
      return state_.with([&](const State& state) {
        return state.pages.known.contains(params["elicitationId"].text());
      });
    case wire::Method::n_tasks_status:
      return state_.with(
          [&](const State& state) { return state.tasks.known.contains(params["taskId"].text()); });
    default:
      return true;
  }
}

}  // namespace doorward::net
