#include "limits/task_counts.h"

#include <algorithm>

#include "limits/marks.h"

namespace doorward::limits {

SteadyTime TaskCounts::end_of(const Task& task, const TaskRef& of, const TaskRules& rules) {
  return (of.by_window ? task.first : task.last) + rules.window;
}

bool TaskCounts::is_over(const Task& task, const TaskRef& of, const TaskRules& rules,
                         SteadyTime now) {
  return task.used > 0 && now > end_of(task, of, rules);
}

TaskCounts::Budget TaskCounts::judge(const Task& task, const TaskRef& of, const TaskRules& rules,
                                     uint32_t cost, SteadyTime now) {
  const bool fresh = task.used == 0 || is_over(task, of, rules, now);
  const uint32_t used = fresh ? 0 : task.used;
  const auto retry = [&] { return wait_of(end_of(task, of, rules) - now); };
  if (used + cost > rules.calls) return {Stop::calls, retry(), used};
  if (!fresh && now - task.first > rules.time) return {Stop::time, retry(), used};
  return {Stop::none, std::nullopt, used};
}

TaskCounts::Budget TaskCounts::look(const TaskRef& of, const TaskRules& rules, uint32_t cost,
                                    SteadyTime now) {
  Budget budget;
  tasks_.with_known(of.owner, of.task,
                    [&](const Task& known) { budget = judge(known, of, rules, cost, now); });
  return budget;
}

TaskCounts::Budget TaskCounts::take(const TaskRef& of, const TaskRules& rules, uint32_t cost,
                                    SteadyTime now) {
  return tasks_.with(of.owner, of.task, [&](Task& task) {
    const Budget budget = judge(task, of, rules, cost, now);
    if (is_over(task, of, rules, now)) {
      const uint32_t under_way = task.under_way;
      task = Task();
      task.under_way = under_way;
    }
    if (task.used == 0) task.first = now;
    if (budget.stop == Stop::none) {
      task.used += cost;
      task.last = now;
    }
    return budget;
  });
}

void TaskCounts::give_back(const TaskRef& of, uint32_t cost) {
  tasks_.with_known(of.owner, of.task, [&](Task& task) { task.used -= std::min(task.used, cost); });
}

size_t TaskCounts::Task::circle(uint64_t call, uint32_t most_polls) const {
  if (polls >= most_polls && length > 0 && back(1).call == call) return 1;
  for (size_t period = 2; period <= kLongest && period * kTurns <= length; ++period) {
    if (back(period).call != call) continue;
    bool turns = true, several = false;
    for (size_t i = 1; turns && i <= period * (kTurns - 1); ++i)
      turns = back(i) == back(i + period);
    bool polled = true;  // several jobs in turn, which say that they go on
    for (size_t i = 1; i <= period; ++i) {
      several |= back(i).call != back(1).call;
      polled = polled && AnswerMark::is_poll(back(i).answer) &&
               AnswerMark::same_tool(back(i).answer, back(1).answer);
    }
    if (polled && polls < most_polls * period) continue;
    if (turns && several) return period;
  }
  return 0;
}

std::optional<Seconds> TaskCounts::circles(const TaskRef& of, const TaskRules& rules, uint64_t call,
                                           SteadyTime now) {
  std::optional<Seconds> wait;
  tasks_.with_known(of.owner, of.task, [&](const Task& task) {
    if (now < task.stopped_until) {
      const auto end = task.stopped.begin() + task.stopped_count;
      if (std::find(task.stopped.begin(), end, call) != end)
        wait = wait_of(task.stopped_until - now);
    }
    if (!wait && task.under_way == 0 && task.circle(call, rules.polls()) > 0)
      wait = wait_of(rules.cooldown);
  });
  return wait;
}

void TaskCounts::stop_circle(const TaskRef& of, const TaskRules& rules, uint64_t call,
                             SteadyTime now) {
  tasks_.with_known(of.owner, of.task, [&](Task& task) {
    const size_t period = task.circle(call, rules.polls());
    if (period == 0) return;  // stopped already
    task.stopped_count = 0;
    for (size_t i = 1; i <= period; ++i) task.stopped[task.stopped_count++] = task.back(i).call;
    task.stopped_until = now + rules.cooldown;
    task.length = 0;
    task.polls = 0;
  });
}

void TaskCounts::began(const TaskRef& of) {
  tasks_.with(of.owner, of.task, [](Task& task) {
    if (++task.under_way > 1) task.length = task.polls = 0;
  });
}

void TaskCounts::ended(const TaskRef& of) {
  tasks_.with_known(of.owner, of.task,
                    [](Task& task) { task.under_way -= std::min(task.under_way, 1u); });
}

void TaskCounts::answered(const TaskRef& of, Done done) {
  tasks_.with(of.owner, of.task, [&](Task& task) {
    if (task.under_way > 1) return;
    // A poll of one job among several goes on where the job's last answer was the same.
    bool again = task.length > 0 && task.back(1) == done;
    if (AnswerMark::is_poll(done.answer))
      for (size_t i = 2; i <= kLongest && i <= task.length; ++i) again |= task.back(i) == done;
    task.polls = again ? task.polls + 1 : 1;
    task.ring[task.next] = done;
    task.next = static_cast<uint32_t>((task.next + 1) % task.ring.size());
    task.length = std::min<uint32_t>(task.length + 1, static_cast<uint32_t>(task.ring.size()));
  });
}

}  // namespace doorward::limits
