// `doorward secrets set|list|rm|canary`: the encrypted local store. A running gateway sees a change
// within seconds.
#include <unistd.h>

#include <iterator>

#include "app/add_command.h"
#include "app/secret_store.h"
#include "app/state.h"
#include "base/bytes.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

struct NameChoice {
  std::string name;
};

int complain(const Error& error) {
  std::cerr << error.what << "\n";
  return error.code == "secrets.name" ? kUsage : kCouldNot;
}

Expected<SecretStore> open_store(const CommonOptions& common) {
  auto config = load_config(common.config);
  if (!config) return std::unexpected(std::move(config).error());
  if (auto folder = make_state_folder(config->state); !folder)
    return std::unexpected(std::move(folder).error());
  return SecretStore::open(config->state);
}

int secrets_set(const CommonOptions& common, const NameChoice& choice) {
  auto store = open_store(common);
  if (!store) return tell(store.error());
  if (::isatty(STDIN_FILENO) != 0) std::cerr << "the value, then Ctrl-D:\n";
  std::string value((std::istreambuf_iterator<char>(std::cin)), {});
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  if (auto set = store->set(choice.name, Secret<>(std::move(value)), false); !set)
    return complain(set.error());
  std::cout << "under secrets:  " << choice.name << ": { store: " << choice.name << " }\n";
  return kFine;
}

int secrets_list(const CommonOptions& common, const std::monostate&) {
  auto store = open_store(common);
  if (!store) return tell(store.error());
  std::string json = R"({"secrets":[)";
  bool first = true;
  for (const auto& [name, canary] : store->names()) {
    if (!std::exchange(first, false)) json += ',';
    json += R"({"name":)" + wire::json_quote(name) + R"(,"canary":)" + (canary ? "true" : "false") +
            "}";
    if (!common.json) std::cout << name << (canary ? "  (canary)" : "") << "\n";
  }
  if (common.json) std::cout << json << "]}\n";
  return kFine;
}

int secrets_rm(const CommonOptions& common, const NameChoice& choice) {
  auto store = open_store(common);
  if (!store) return tell(store.error());
  const auto removed = store->remove(choice.name);
  if (!removed) return complain(removed.error());
  if (*removed) return kFine;
  std::cerr << "there is no secret `" << choice.name << "` in the store\n";
  return kFindings;
}

// It looks like a key that somebody would want, and opens nothing anywhere.
int secrets_canary(const CommonOptions& common, const NameChoice& choice) {
  auto store = open_store(common);
  if (!store) return tell(store.error());
  // One that was planted somewhere would no longer be known.
  const auto names = store->names();
  if (std::ranges::any_of(names, [&](const auto& each) { return each.name == choice.name; })) {
    std::cerr << "`" << choice.name << "` is in the store already, and stays as it is; `doorward "
              << "secrets rm " << choice.name << "` takes it out\n";
    return kFindings;
  }
  const std::string value = "sk_live_" + hex(random_bytes(24));
  if (auto set = store->set(choice.name, Secret<>(value), true); !set) return complain(set.error());
  std::cout << (common.json ? R"({"canary":)" + wire::json_quote(value) + "}" : value) << "\n";
  return kFine;
}

}  // namespace

void add_secrets_commands(const CommandLine& line) {
  CLI::App* const secrets = line.cli.add_subcommand("secrets", "the encrypted local store");
  secrets->require_subcommand(1);
  const auto named = [&](const char* name, const char* text,
                         int (*run)(const CommonOptions&, const NameChoice&)) {
    auto [command, choice] = add_command(line, *secrets, name, text, run);
    command->add_option("NAME", choice->name, "the name")->required();
  };
  named("set", "keeps the value from standard input under NAME", secrets_set);
  named("rm", "removes NAME", secrets_rm);
  named("canary", "makes a value that opens nothing: whoever sends it has read what he should not",
        secrets_canary);
  static_cast<void>(
      add_command<std::monostate>(line, *secrets, "list", "names, never values", secrets_list));
}

}  // namespace doorward::app
