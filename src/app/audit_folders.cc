#include "app/audit_folders.h"

#include <algorithm>

#include "app/given_file.h"
#include "app/starter.h"
#include "audit/files.h"

namespace doorward::app {

namespace {

bool is_folder(const Path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

}  // namespace

Expected<Path> state_folder(const CommonOptions& common) {
  std::error_code ignored;
  if (common.config_given || std::filesystem::exists(common.config, ignored)) {
    auto config = load_config(common.config);
    if (!config) return std::unexpected(std::move(config).error());
    return config->state;
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

int tell_of_log(const Error& error) {
  const int code = tell(error);
  if (code == kUsage || !error.code.starts_with("audit.")) return code;
  return error.code == "audit.no_log" || error.code == "audit.read_failed" ? kCouldNot : kFindings;
}

}  // namespace doorward::app
