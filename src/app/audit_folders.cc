#include "app/audit_folders.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <sstream>

#include "app/config/load.h"
#include "app/config/yaml.h"
#include "app/given_file.h"
#include "app/last_run.h"
#include "app/log_reader.h"
#include "app/starter.h"
#include "audit/files.h"
#include "audit/retention.h"
#include "audit/rotation.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

bool is_folder(const Path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

// `state` of a file that is otherwise wrong: its log has to be read most of all. Nothing where the
// file is no YAML either.
std::optional<Path> state_of_broken(const Path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(kMaxConfigBytes, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(stream.gcount()));
  const YamlResult parsed = parse_yaml(text);
  if (!parsed.root || parsed.root->kind != Node::Kind::map) return std::nullopt;
  std::error_code fault;
  const Path folder = std::filesystem::absolute(file, fault).parent_path();
  const Member* const state = parsed.root->member("state");
  if (state == nullptr) return (folder / Config{}.state).lexically_normal();
  if (state->value.kind != Node::Kind::scalar || state->value.text.empty()) return std::nullopt;
  return (folder / state->value.text).lexically_normal();
}

}  // namespace

Expected<Path> state_folder(const CommonOptions& common) {
  std::error_code ignored;
  if (common.config_given || std::filesystem::exists(common.config, ignored)) {
    auto config = load_config(common.config);
    if (config) return config->state;
    if (auto state = state_of_broken(common.config); state && is_folder(*state / "audit")) {
      std::cerr << config.error().what << "\nThe log is read all the same.\n";
      return *state;
    }
    return std::unexpected(std::move(config).error());
  }
  return starter_config().state;
}

std::vector<Path> log_folders(const Path& state) {
  std::vector<Path> out;
  std::error_code fault;
  for (std::filesystem::directory_iterator it(state / "wrap", fault), end; !fault && it != end;
       it.increment(fault))
    if (is_folder(it->path() / "audit")) out.push_back(it->path() / "audit");
  std::sort(out.begin(), out.end());  // their names begin with the time
  if (is_folder(state / "audit")) out.insert(out.begin(), state / "audit");
  return out;
}

namespace {

// Traces of a gateway: only one that has the state folder for itself leaves them.
bool gateway_ran(const Path& state) {
  std::error_code ignored;
  return std::ranges::any_of(
      std::initializer_list<const char*>{"lock", "last_checkpoint", "last_configuration"},
      [&](const char* name) { return std::filesystem::exists(state / name, ignored); });
}

// The `wrap` logs that this one says stood beside it. It is at a log's beginning, and where a
// gateway goes on, at each start.
void named_by(const Path& state, const Path& folder, std::set<Path>& into) {
  const auto key = log_key(folder, "");
  if (!key) return;
  LogReader reader(folder, *key);
  const std::string mark = R"("reason":")" + std::string(kBeside) + '"';
  const auto read =
      reader.forward(audit::retired_before(folder.string()), [&](uint64_t, std::string_view line) {
        if (line.find(mark) == std::string_view::npos) return;
        const auto entry = wire::JsonDocument::parse(std::string(line));
        const std::string_view name = entry ? entry->root()["after"].text() : std::string_view();
        if (name.empty() || name.find('/') != std::string_view::npos || name.starts_with('.'))
          return;
        into.insert(state / "wrap" / name / "audit");
      });
  static_cast<void>(read);  // a log that can't be read is a finding of its own
}

}  // namespace

std::vector<Path> expected_logs(const Path& state) {
  std::set<Path> wraps;
  std::error_code fault;
  for (std::filesystem::directory_iterator it(state / "wrap", fault), end; !fault && it != end;
       it.increment(fault))
    if (is_folder(it->path())) wraps.insert(it->path() / "audit");
  std::set<Path> named;
  for (const Path& folder : log_folders(state)) named_by(state, folder, named);
  wraps.merge(named);
  std::vector<Path> out(wraps.begin(), wraps.end());
  if (gateway_ran(state) || is_folder(state / "audit")) out.insert(out.begin(), state / "audit");
  return out;
}

Expected<Path> one_log_folder(const CommonOptions& common, const std::string& folder) {
  if (!folder.empty()) {
    if (is_folder(folder)) return Path(folder);
    return failure("audit.no_log", Fault::self, "`" + folder + "` is no folder");
  }
  auto state = state_folder(common);
  if (!state) return state;
  const auto all = log_folders(*state);
  if (all.empty())
    return failure("audit.no_log", Fault::self,
                   "there is no audit log in `" + state->string() + "`: nothing ran there yet");
  return is_folder(*state / "audit") ? all.front() : all.back();
}

Expected<audit::PublicKey> log_key(const Path& folder, const std::string& given) {
  if (!given.empty()) {
    auto key = audit::PublicKey::parse(given);
    if (key) return key;
    const auto text = read_given_file(given, audit::kMaxNoteBytes);
    if (!text) return std::unexpected(Error(text.error()).within("--key"));
    return audit::PublicKey::parse(*text);
  }
  const std::string file = (folder / "key.pub").string();
  const auto text = audit::read_file(file, audit::kMaxNoteBytes);
  if (!text && text.error().code == "audit.missing")
    return failure("audit.key_missing", Fault::self, "the public key `" + file + "` is not there");
  if (!text) return std::unexpected(text.error());
  auto key = audit::PublicKey::parse(*text);
  if (!key) return std::unexpected(std::move(key).error().within("`" + file + "`"));
  return key;
}

Expected<std::vector<audit::PublicKey>> log_keys(const Path& folder, const std::string& given) {
  std::vector<audit::PublicKey> out;
  if (given.empty() || audit::PublicKey::parse(given)) {
    auto key = log_key(folder, given);
    if (!key) return std::unexpected(std::move(key).error());
    if (folder.empty()) return std::vector{std::move(*key)};
    return audit::kin(folder.string(), *key);
  }
  const auto text = read_given_file(given, audit::kMaxNoteBytes);
  if (!text) return std::unexpected(Error(text.error()).within("--key"));
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    auto key = audit::PublicKey::parse(line);
    if (!key) return std::unexpected(std::move(key).error().within("--key"));
    out.push_back(std::move(*key));
  }
  if (out.empty()) return failure("audit.key_syntax", Fault::client, "--key: the file is empty");
  return out;
}

int tell_of_log(const Error& error) {
  const int code = tell(error);
  if (code == kUsage || !error.code.starts_with("audit.")) return code;
  return error.code == "audit.no_log" || error.code == "audit.read_failed" ? kCouldNot : kFindings;
}

}  // namespace doorward::app
