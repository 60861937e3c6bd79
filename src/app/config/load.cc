#include "app/config/load.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <system_error>

#include "app/config/fetched_servers.h"
#include "app/config/load_key.h"
#include "app/config/sections.h"
#include "app/config/types.h"
#include "base/bytes.h"

namespace doorward::app {

namespace {

std::string render(std::string_view file, const Problem& problem) {
  std::string out(file);
  out += ":" + std::to_string(problem.line) + ": ";
  out += problem.key.empty() ? "document" : problem.key;
  return out + ": " + problem.message;
}

std::unexpected<Error> invalid(std::string_view file, std::vector<Problem> problems) {
  constexpr size_t kShown = 50;
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  std::string what;
  for (size_t i = 0; i < problems.size() && i < kShown; ++i) {
    if (i > 0) what += '\n';
    what += render(file, problems[i]);
  }
  if (problems.size() > kShown)
    what += "\nand " + std::to_string(problems.size() - kShown) + " more";
  return failure("config.invalid", Fault::self, std::move(what));
}

Expected<Node> parse_tree(std::string_view yaml, std::string_view file_name) {
  YamlResult parsed = parse_yaml(yaml);
  if (!parsed.root) return failure("config.yaml", Fault::self, render(file_name, parsed.problem));
  return *std::move(parsed.root);
}

// A whole regular file of at most `most` bytes.
Expected<std::string> read_file(const Path& file, size_t most) {
  std::error_code fault;
  if (!std::filesystem::is_regular_file(file, fault))
    return failure("config.unreadable", Fault::self,
                   "`" + file.string() + "` " + (fault ? "is not there" : "is no file"));
  std::ifstream stream(file, std::ios::binary);
  std::string text(most + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.eof() && stream.fail())
    return failure("config.unreadable", Fault::self, "`" + file.string() + "` can't be read");
  text.resize(static_cast<size_t>(stream.gcount()));
  if (text.size() > most)
    return failure("config.unreadable", Fault::self,
                   "`" + file.string() + "` is larger than " + std::to_string(most) + " bytes");
  return text;
}

constexpr size_t kMaxKeyBytes = 16384;

// Ed25519 (RFC 8032) over the message; the key is a PEM SubjectPublicKeyInfo.
bool signature_fits(std::string_view message, std::string_view signature, std::string_view key) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(key.data(), static_cast<int>(key.size())), BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pkey(
      bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr, EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  if (!pkey || !context || EVP_PKEY_get_id(pkey.get()) != EVP_PKEY_ED25519) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  const auto* sig = reinterpret_cast<const unsigned char*>(signature.data());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey.get()) == 1 &&
         EVP_DigestVerify(context.get(), sig, signature.size(), bytes, message.size()) == 1;
}

// The signed bytes, once their signature fits; the key's digest is added to `keys`.
Expected<std::string> read_signed(const SignedPolicy& policy, std::string& keys) {
  auto text = read_file(policy.file, kMaxConfigBytes);
  if (!text) return text;
  auto signature = read_file(policy.signature, 4096);
  if (!signature) return signature;
  const auto key = signed_by(*text, std::move(*signature), policy);
  if (!key) return std::unexpected(key.error());
  keys += *key;
  return text;
}

// The same of the file of servers, which may stand elsewhere: then it is the copy of it, fetched
// where there is none yet.
Expected<std::string> read_signed_servers(const Config& config, std::string& keys) {
  const SignedPolicy& given = *config.catalog.servers;
  if (!stands_elsewhere(given)) return read_signed(given, keys);
  auto copy = fetched_servers(config);
  if (!copy) {
    if (auto fetched = fetch_servers(config); !fetched)
      return std::unexpected(std::move(fetched).error());
    copy = fetched_servers(config);
    if (!copy) return std::unexpected(std::move(copy).error());
  }
  const auto key = signed_by(copy->text, std::move(copy->signature), given);
  if (!key) return std::unexpected(key.error());
  keys += *key;
  return std::move(copy->text);
}

struct ServersFile {
  uint64_t serial = 0;  // of a file that is fetched: it was compared then
  std::map<std::string, Server> servers;
};

// More servers, from a file that somebody signed; a name that stands in both is a mistake.
Expected<void> add_signed_servers(Config& config, const Path& file, std::string& keys) {
  const SignedPolicy& given = *config.catalog.servers;
  const auto text = read_signed_servers(config, keys);
  if (!text)
    return std::unexpected(Error(text.error()).within(file.string() + ": catalog.servers"));
  const auto root = parse_tree(*text, given.file.string());
  if (!root) return std::unexpected(root.error());
  static const Type<ServersFile> type =
      Section<ServersFile>()
          .key("serial", &ServersFile::serial, count<uint64_t>(0, 1'000'000'000'000'000),
               "Rises with every file that is signed.")
          .key("servers", &ServersFile::servers, servers_type(), "The servers.", Need::required)
          .done();
  ServersFile more;
  Reader reader(config.folder);
  type.read(reader, *root, more);
  for (auto& [name, server] : more.servers)
    if (!config.servers.emplace(name, std::move(server)).second)
      reader.problem_at(root->line, "servers." + name, "stands in `" + file.string() + "` too");
  check_whole(reader, *root, config);
  if (!reader.problems().empty()) return invalid(given.file.string(), reader.problems());
  config.hash = hex(sha256(config.hash + hex(sha256(*text))));
  return {};
}

struct PolicyFile {
  std::vector<policy::Rule> rules;
};

Expected<Config> parse_at(std::string_view yaml, std::string_view file_name, const Path& folder,
                          const Path& file) {
  const auto root = parse_tree(yaml, file_name);
  if (!root) return std::unexpected(root.error());
  Config config;
  config.folder = folder;
  config.file = file;
  config.hash = hex(sha256(yaml));
  config.text = yaml;
  Reader reader(folder);
  config_type().read(reader, *root, config);
  if (config.state.is_relative()) config.state = (folder / config.state).lexically_normal();
  check_whole(reader, *root, config);
  if (!reader.problems().empty()) return invalid(file_name, reader.problems());
  return config;
}

}  // namespace

Expected<Config> parse_config(std::string_view yaml, std::string_view file_name,
                              const Path& folder) {
  return parse_at(yaml, file_name, folder, {});
}

Expected<std::vector<policy::Rule>> parse_policy(std::string_view yaml,
                                                 std::string_view file_name) {
  static const Type<PolicyFile> type =
      Section<PolicyFile>()
          .key("rules", &PolicyFile::rules, rules_type(), "The rules.", Need::required)
          .done();
  const auto root = parse_tree(yaml, file_name);
  if (!root) return std::unexpected(root.error());
  PolicyFile file;
  Reader reader{Path()};
  type.read(reader, *root, file);
  if (!reader.problems().empty()) return invalid(file_name, reader.problems());
  return std::move(file.rules);
}

Expected<std::string> configuration_hash(const Config& config) {
  const auto yaml = read_file(config.file, kMaxConfigBytes);
  if (!yaml) return std::unexpected(yaml.error());
  std::string hash = hex(sha256(*yaml));
  if (config.catalog.servers) {
    auto servers = Expected<std::string>();
    if (stands_elsewhere(*config.catalog.servers)) {
      auto copy = fetched_servers(config);
      if (!copy) return std::unexpected(std::move(copy).error());
      servers = std::move(copy->text);
    } else {
      servers = read_file(config.catalog.servers->file, kMaxConfigBytes);
    }
    if (!servers) return std::unexpected(servers.error());
    hash = hex(sha256(hash + hex(sha256(*servers))));
  }
  if (!config.policy.signed_file) return hash;
  const auto policy = read_file(config.policy.signed_file->file, kMaxConfigBytes);
  if (!policy) return std::unexpected(policy.error());
  return hex(sha256(hash + hex(sha256(*policy))));
}

Error fault_at(const Config& config, std::string_view section, std::string_view key,
               std::string message) {
  Problem problem;
  problem.key = std::string(section) + "." + std::string(key);
  problem.message = std::move(message);
  problem.line = 1;
  const auto yaml = read_file(config.file, kMaxConfigBytes);
  const auto root = yaml ? parse_tree(*yaml, "") : Expected<Node>(std::unexpected(yaml.error()));
  if (root)
    if (const Member* const inner = root->member(section))
      if (const Member* const value = inner->value.member(key)) problem.line = value->line;
  return Error{"config.invalid", Fault::self, false,
               render(config.file.filename().string(), problem)};
}

Expected<Config> load_config(const Path& file) {
  auto loaded = load_config_and_key(file);
  if (!loaded) return std::unexpected(std::move(loaded).error());
  return std::move(loaded->config);
}

Expected<std::string> signed_by(std::string_view text, std::string signature,
                                const SignedPolicy& given) {
  const auto key = read_file(given.key, kMaxKeyBytes);
  if (!key) return std::unexpected(key.error());
  if (signature.size() != 64) {
    while (!signature.empty() && (signature.back() == '\n' || signature.back() == '\r'))
      signature.pop_back();
    if (auto raw = from_base64(signature)) signature = *std::move(raw);
  }
  if (!signature_fits(text, signature, *key))
    return failure("config.signature", Fault::self,
                   "the signature `" + given.signature.string() + "` does not fit `" +
                       given.file.string() + "`");
  return hex(sha256(*key));
}

Expected<std::string> signing_keys_digest(const Config& config) {
  std::string digests;
  for (const auto* given : {&config.catalog.servers, &config.policy.signed_file}) {
    if (!*given) continue;
    const auto key = read_file((*given)->key, kMaxKeyBytes);
    if (!key) return std::unexpected(key.error());
    digests += hex(sha256(*key));
  }
  return digests;
}

Expected<LoadedConfig> load_config_and_key(const Path& file) {
  std::error_code fault;
  const Path absolute = std::filesystem::absolute(file, fault).lexically_normal();
  if (fault) return failure("config.unreadable", Fault::self, fault.message());
  auto yaml = read_file(absolute, kMaxConfigBytes);
  if (!yaml) {
    if (!std::filesystem::exists(absolute, fault))
      yaml.error().what += "; `doorward init` writes one, --config names another";
    return std::unexpected(std::move(yaml).error());
  }
  auto config = parse_at(*yaml, file.string(), absolute.parent_path(), absolute);
  if (!config) return std::unexpected(std::move(config).error());
  LoadedConfig loaded;
  if (config->catalog.servers)
    if (auto added = add_signed_servers(*config, file, loaded.signing_keys); !added)
      return std::unexpected(std::move(added).error());
  if (!config->policy.signed_file) {
    loaded.config = *std::move(config);
    return loaded;
  }
  const SignedPolicy& policy = *config->policy.signed_file;
  const auto text = read_signed(policy, loaded.signing_keys);
  if (!text) return std::unexpected(Error(text.error()).within(file.string() + ":1: policy.file"));
  auto rules = parse_policy(*text, policy.file.string());
  if (!rules) return std::unexpected(rules.error());
  config->policy.rules = *std::move(rules);
  config->hash = hex(sha256(config->hash + hex(sha256(*text))));
  config->text.append("\n").append(*text);
  loaded.config = *std::move(config);
  return loaded;
}

}  // namespace doorward::app
