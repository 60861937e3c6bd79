#include "app/audit_tail.h"

#include <deque>
#include <iterator>

#include "audit/tree.h"
#include "catalog/visible.h"

namespace doorward::app {

namespace {

struct Line {
  uint64_t index;
  std::string entry;
};

void word(std::string& out, std::string_view text, std::string_view before = {}) {
  if (text.empty()) return;
  out.append(" ").append(before).append(catalog::visible(text));
}

}  // namespace

bool TailFilter::meets(wire::JsonValue entry) const {
  const auto is = [&](const std::string& wanted, std::string_view name) {
    return wanted.empty() || entry[name].text() == wanted;
  };
  const auto is_tool = [&] {
    const std::string name(entry["tool"].text());
    return tool.empty() ||
           (!name.empty() &&
            (name == tool || std::string(entry["server"].text()) + "." + name == tool));
  };
  return is(server, "server") && is(principal, "principal") && is(verdict, "verdict") &&
         is(kind, "kind") && is(call, "call") && entry["reason"].text().starts_with(reason) &&
         is_tool();
}

std::string entry_line(uint64_t index, std::string_view text) {
  const auto parsed = wire::JsonDocument::parse(std::string(text));
  const std::string number = "#" + std::to_string(index);
  if (!parsed) return number + " is no entry: " + parsed.error().what;
  const wire::JsonValue entry = parsed->root();
  std::string out = catalog::visible(entry["time"].text());
  word(out, number);
  const std::string_view kind = entry["kind"].text();
  word(out, kind == "decision" ? entry["verdict"].text() : kind);
  if (const auto of = entry["of"].integer()) word(out, "of #" + std::to_string(*of));
  word(out, entry["outcome"].text());
  word(out, entry["principal"].text());
  word(out, entry["actor"].text(), "by ");
  const std::string_view server = entry["server"].text();
  const std::string_view tool = entry["tool"].text();
  word(out, entry["method"].text());
  word(out, std::string(server) + (server.empty() || tool.empty() ? "" : ".") + std::string(tool));
  word(out, entry["reason"].text());
  word(out, entry["requirement"].text());
  word(out, entry["rule"].text(), "rule ");
  if (const auto latency = entry["latency_us"].integer())
    word(out, std::to_string(*latency) + " us");
  word(out, entry["detail"].text(), "- ");
  return out;
}

LogReader::Visit filtered(const TailFilter& filter, LogReader::Visit show) {
  if (filter.empty()) return show;
  return [filter, show = std::move(show)](uint64_t index, std::string_view entry) {
    const auto parsed = wire::JsonDocument::parse(std::string(entry));
    if (parsed && filter.meets(parsed->root())) show(index, entry);
  };
}

Expected<uint64_t> show_last(LogReader& reader, const TailFilter& filter, size_t count,
                             const LogReader::Visit& show) {
  auto start = reader.recent();
  if (!start) return start;
  std::deque<Line> kept;
  const auto keep = [count](std::deque<Line>& into) {
    return [count, &into](uint64_t index, std::string_view entry) {
      into.push_back({index, std::string(entry)});
      if (into.size() > count) into.pop_front();
    };
  };
  const auto end = reader.forward(*start, filtered(filter, keep(kept)));
  if (!end) return end;
  // Older ones a bundle at a time, until there are enough.
  for (uint64_t until = *start; until > 0 && kept.size() < count;) {
    const uint64_t from = (until - 1) / audit::kTileWidth * audit::kTileWidth;
    std::deque<Line> older;
    if (auto read = reader.range(from, until, filtered(filter, keep(older))); !read)
      return std::unexpected(std::move(read).error());
    while (!older.empty() && kept.size() < count) {
      kept.push_front(std::move(older.back()));
      older.pop_back();
    }
    until = from;
  }
  for (const Line& line : kept) show(line.index, line.entry);
  return end;
}

}  // namespace doorward::app
