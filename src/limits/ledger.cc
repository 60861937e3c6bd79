#include "limits/ledger.h"

namespace doorward::limits {

void Ledger::refused(std::string_view reason) {
  constexpr std::string_view kArea = "overload.";
  if (!reason.starts_with(kArea)) return;
  reason.remove_prefix(kArea.size());
  for (size_t i = static_cast<size_t>(Limit::deadline); i < kLimitNames.size(); ++i)
    if (kLimitNames[i] == reason) reached(static_cast<Limit>(i));
}

void Ledger::append_metrics(std::string& out) const {
  out +=
      "# HELP doorward_limit_reached_total how often a limit refused, dropped or would have\n"
      "# TYPE doorward_limit_reached_total counter\n";
  for (size_t i = 0; i < kLimitNames.size(); ++i)
    out.append("doorward_limit_reached_total{limit=\"")
        .append(kLimitNames[i])
        .append("\"} ")
        .append(std::to_string(reached_[i].load(std::memory_order_relaxed)))
        .append("\n");
  out +=
      "# HELP doorward_limit_tracked entries of the bounded maps\n"
      "# TYPE doorward_limit_tracked gauge\n";
  const auto tracked = [&out](std::string_view name, size_t value) {
    out.append("doorward_limit_tracked{map=\"")
        .append(name)
        .append("\"} ")
        .append(std::to_string(value))
        .append("\n");
  };
  tracked("calls", calls.size());
  tracked("server_messages", server_messages.size());
  tracked("bytes", bytes.size());
  tracked("failures", failures.size());
  tracked("tasks", tasks.size());
  const auto put = [&out](std::string_view name, std::string_view type, std::string_view help,
                          uint64_t value) {
    out.append("# HELP doorward_").append(name).append(" ").append(help).append("\n");
    out.append("# TYPE doorward_").append(name).append(" ").append(type).append("\n");
    out.append("doorward_").append(name).append(" ").append(std::to_string(value)).append("\n");
  };
  put("slots_held", "gauge", "places of principals, tools and servers in use", slots.total());
  put("slots_waiting", "gauge", "calls that wait for a place", slots.total_waiting());
  put("circuits_opened_total", "counter", "times that a failing server was shut off",
      circuits_opened.load(std::memory_order_relaxed));
  put("retries_total", "counter", "idempotent reads that were lost and sent once more",
      repeated.load(std::memory_order_relaxed));
}

}  // namespace doorward::limits
