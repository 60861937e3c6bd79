// Takes servers out of a client's text and puts Doorward in.
#include <algorithm>

#include "app/onboard/client_file.h"
#include "app/onboard/client_toml.h"
#include "app/onboard/jsonc.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

std::string json_entry(const ClientKind& kind, const std::vector<std::string>& command,
                       bool nested) {
  std::string words;
  for (size_t i = 1; i < command.size(); ++i)
    words += (i > 1 ? ", " : "") + wire::json_quote(command[i]);
  const std::string program = wire::json_quote(command.front());
  if (nested)
    return R"("doorward": { "command": { "path": )" + program + R"(, "args": [)" + words +
           R"(], "env": {} } })";
  std::string entry = R"("doorward": { )";
  if (kind.member == "servers") entry += R"("type": "stdio", )";
  if (kind.member == "context_servers") entry += R"("source": "custom", )";
  return entry + R"("command": )" + program + R"(, "args": [)" + words + "] }";
}

bool is_space(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

// Takes `[begin, end)` out with one comma: the one behind it, or, of the last member, the one
// before. `blanked` is the same text without comments.
void cut(std::string& text, std::string& blanked, size_t begin, size_t end) {
  size_t after = end;
  while (after < blanked.size() && is_space(blanked[after])) ++after;
  size_t comma = std::string::npos;
  if (after < text.size() && text[after] == ',') {
    comma = after;
  } else {
    size_t before = begin;
    while (before > 0 && is_space(blanked[before - 1])) --before;
    if (before > 0 && blanked[before - 1] == ',') comma = before - 1;
  }
  // Its own line goes with it where nothing else stands on that.
  size_t line = begin;
  while (line > 0 && (text[line - 1] == ' ' || text[line - 1] == '\t')) --line;
  const auto erase = [&](size_t from, size_t to) {
    text.erase(from, to - from);
    blanked.erase(from, to - from);
  };
  if (comma != std::string::npos && comma >= end) erase(comma, comma + 1);
  const bool alone = line > 0 && text[line - 1] == '\n';
  erase(alone ? line - 1 : begin, end);
  if (comma != std::string::npos && comma < begin) erase(comma, comma + 1);
}

// Whether the client starts Doorward already, where a server of this project is. Errors:
// init.client_file, when it starts one of another configuration, which knows no server of this one.
Expected<bool> starts_already(const ClientFile& file, const std::string& project,
                              const std::vector<std::string>& command) {
  for (const ClientServer& server : file.servers) {
    if (server.project != project || server.name != "doorward") continue;
    const bool same = is_doorward(server) && !server.arguments.empty() &&
                      server.arguments.back() == command.back();
    if (same) return true;
    return failure("init.client_file", Fault::client,
                   file.path.string() +
                       ": its server `doorward` is not this configuration's; name that one with "
                       "--config, or take the entry out");
  }
  return false;
}

}  // namespace

Expected<std::string> point_at_doorward(const ClientFile& file,
                                        const std::vector<ClientServer>& moved,
                                        const std::vector<std::string>& command) {
  if (moved.empty()) return file.text;
  std::vector<ClientServer> order = moved;
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return a.begin < b.begin; });
  std::string text = file.text;
  if (file.kind->format == ClientFormat::toml) {
    const auto there = starts_already(file, order.front().project, command);
    if (!there) return std::unexpected(there.error());
    for (size_t i = order.size(); i-- > 0;)
      text.replace(order[i].begin, order[i].end - order[i].begin,
                   i == 0 && !*there ? toml_entry(file.kind->member, command) + "\n" : "");
    if (auto again = parse_client_file(file.path, file.kind, text); !again)
      return std::unexpected(std::move(again).error());
    return text;
  }
  std::string blanked = blank_comments(text);
  // The first entry of each holder becomes Doorward's, where it has none yet; the others go.
  // Holders are told apart by their project. From the back, so that earlier offsets stay true.
  for (size_t i = order.size(); i-- > 0;) {
    const bool first =
        std::none_of(order.begin(), order.begin() + static_cast<ptrdiff_t>(i),
                     [&](const auto& earlier) { return earlier.project == order[i].project; });
    const auto there = starts_already(file, order[i].project, command);
    if (!there) return std::unexpected(there.error());
    if (!first || *there) {
      cut(text, blanked, order[i].begin, order[i].end);
      continue;
    }
    const bool nested =
        file.text.substr(order[i].begin, order[i].end - order[i].begin).find("\"path\"") !=
            std::string::npos &&
        file.kind->member == "context_servers";
    const std::string entry = json_entry(*file.kind, command, nested);
    text.replace(order[i].begin, order[i].end - order[i].begin, entry);
    blanked.replace(order[i].begin, order[i].end - order[i].begin, entry);
  }
  // What was written must be read as it was meant, or nothing is written.
  auto again = parse_client_file(file.path, file.kind, text);
  if (!again) return std::unexpected(std::move(again).error());
  const bool good = std::any_of(again->servers.begin(), again->servers.end(), is_doorward) &&
                    again->servers.size() + moved.size() >= file.servers.size();
  if (!good)
    return failure("init.client_file", Fault::self,
                   file.path.string() + ": could not be edited without harm; edit it by hand");
  return text;
}

}  // namespace doorward::app
