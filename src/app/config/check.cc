// What the sections mean together: refused at start, with the line of the key at fault.
#include "app/config/sections.h"
#include "app/config/types.h"

namespace doorward::app {

namespace {

// The line of a nested key, or of the nearest one above it that is there.
uint32_t line_at(const Node& root, std::initializer_list<std::string_view> keys) {
  const Node* node = &root;
  uint32_t line = root.line;
  for (const std::string_view key : keys) {
    const Member* member = node->member(key);
    if (member == nullptr) break;
    line = member->line;
    node = &member->value;
  }
  return line;
}

void check_listeners(Reader& reader, const Node& root, const Config& config) {
  if (!config.listen.address.is_loopback()) {
    const uint32_t line = line_at(root, {"listen", "address"});
    if (!config.identity.has_clients())
      reader.problem_at(
          line, "listen.address",
          "not a loopback address: needs `identity` with `oauth`, `mtls` or `tokens`");
    if (!config.listen.tls && config.listen.trusted_proxies.empty())
      reader.problem_at(line, "listen.address",
                        "not a loopback address: needs `listen.tls`, or `listen.trusted_proxies` "
                        "for the load balancer that ends TLS");
  }
  if (!config.admin.address.is_loopback() && !config.admin.tls)
    reader.problem_at(line_at(root, {"admin", "address"}), "admin.address",
                      "not a loopback address: needs `admin.tls`");
  const Address& client = config.listen.address;
  const Address& admin = config.admin.address;
  if (client.port != 0 && client == admin)
    reader.problem_at(line_at(root, {"admin", "address"}), "admin.address",
                      "the same address as `listen.address`");
  if (config.identity.mtls && (!config.listen.tls || config.listen.tls->client_ca.empty()))
    reader.problem_at(line_at(root, {"identity", "mtls"}), "identity.mtls",
                      "needs `listen.tls` with `client_ca`");
}

void check_secrets(Reader& reader, const Config& config) {
  std::vector<std::string> names;
  names.reserve(config.secrets.size());
  for (const auto& [name, source] : config.secrets) names.push_back(name);
  for (const Reader::SecretUse& use : reader.secret_uses)
    if (!config.secrets.contains(use.name))
      reader.problem_at(
          use.line, use.key,
          "there is no " + shown(use.name) + " in `secrets`" + suggestion(use.name, names));
}

void check_guards(Reader& reader, const Node& root, const Config& config) {
  for (const auto& [id, mode] : config.guards)
    for (const std::string_view area :
         {"transport", "identity", "privilege", "logtamper", "isolation"})
      if (mode == GuardMode::observe && id.starts_with(std::string(area) + "."))
        reader.problem_at(line_at(root, {"guards", id}), "guards." + id,
                          "transport, identity, policy, audit and isolation have no observe mode");
}

// Such a tool could never be called, and no pause would help.
void check_costs(Reader& reader, const Node& root, const Config& config) {
  for (const auto& [name, server] : config.servers)
    for (const auto& [tool, own] : server.tools)
      if (own.limits.cost && *own.limits.cost > config.limits.task_calls) {
        std::string key = "servers.";
        key.append(name).append(".tools.").append(tool).append(".limits.cost");
        reader.problem_at(
            line_at(root, {"servers", name, "tools", tool, "limits", "cost"}), std::move(key),
            "more than `limits.task_calls` (" + std::to_string(config.limits.task_calls) +
                "): the tool could never be called");
      }
}

// A name that is nobody's would suppress nothing, and nobody would notice.
void check_suppressions(Reader& reader, const Node& root, const Config& config) {
  const Node* list = nullptr;
  // Servers of a signed file are known only when that was read; then this is asked again.
  if (config.catalog.servers && root.member("inspection") != nullptr) return;
  if (const Member* inspection = root.member("inspection"))
    if (const Member* suppress = inspection->value.member("suppress")) list = &suppress->value;
  std::vector<std::string> names;
  names.reserve(config.servers.size());
  for (const auto& [name, server] : config.servers) names.push_back(name);
  for (size_t i = 0; i < config.inspection.suppress.size(); ++i) {
    const std::string& server = config.inspection.suppress[i].server;
    if (server.empty() || config.servers.contains(server)) continue;
    const uint32_t line = list != nullptr && i < list->items.size() ? list->items[i].line : 1;
    reader.problem_at(line, "inspection.suppress[" + std::to_string(i) + "].server",
                      "there is no server " + shown(server) + suggestion(server, names));
  }
}

bool is_within(const Path& inner, const Path& outer) {
  const Path relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

// By a link, or by a folder that is one, wherever the chain of links passes through `folder`.
bool leads_into(Path file, const Path& folder) {
  std::error_code fault;
  const Path real_folder = std::filesystem::weakly_canonical(folder, fault);
  if (fault) return false;
  for (int links = 0; links < 16; ++links) {
    const Path parent = std::filesystem::weakly_canonical(file.parent_path(), fault);
    if (fault) return false;
    file = parent / file.filename();
    if (is_within(file, real_folder)) return true;
    if (!std::filesystem::is_symlink(std::filesystem::symlink_status(file, fault))) return false;
    const Path target = std::filesystem::read_symlink(file, fault);
    if (fault) return false;
    file = target.is_absolute() ? target : parent / target;
  }
  return true;
}

// The first file that decides what the gateway does and lies within `folder`; empty where none
// does.
Path own_file_within(const Config& config, const Path& folder) {
  std::vector<Path> own = {config.file, config.listen.tls ? config.listen.tls->key : Path(),
                           config.listen.tls ? config.listen.tls->client_ca : Path(),
                           config.admin.tls ? config.admin.tls->key : Path(), config.catalog.key};
  if (!config.file.empty()) own.push_back(config.lock_file());
  if (const auto& policy = config.policy.signed_file)
    own.insert(own.end(), {policy->file, policy->signature, policy->key});
  for (const auto& [name, source] : config.secrets)
    if (const auto* file = std::get_if<FileSecret>(&source)) own.push_back(file->path);
  for (const Path& file : own)
    if (!file.empty() && (is_within(file, folder) || leads_into(file, folder))) return file;
  return {};
}

// A server that can reach the state can approve its own calls and read every token (R9.7, R10.1).
void check_mounts(Reader& reader, const Node& root, const Config& config) {
  for (const auto& [name, server] : config.servers)
    for (const bool writable : {false, true})
      for (const Mount& mount : writable ? server.sandbox.write : server.sandbox.read) {
        const char* key = writable ? "write" : "read";
        const uint32_t line = line_at(root, {"servers", name, "sandbox", key});
        const std::string where = "servers." + name + ".sandbox." + key;
        // Installed packages lie below the state, and a server may read its own; so do the folders
        // that profiles give to servers, each its own.
        const bool package = !writable && mount.from != config.state / "packages" &&
                             is_within(mount.from, config.state / "packages");
        const bool own = is_within(mount.from, config.state / "servers" / name);
        if (!package && !own &&
            (is_within(config.state, mount.from) || is_within(mount.from, config.state)))
          reader.problem_at(line, where,
                            "`" + mount.from.string() +
                                "` would give the server the gateway's own "
                                "`state`; keep them apart");
        else if (const Path file = writable ? own_file_within(config, mount.from) : Path();
                 !file.empty())
          reader.problem_at(line, where,
                            "`" + mount.from.string() + "` would let the server write `" +
                                file.filename().string() +
                                "`, by which the gateway is run; keep them apart");
      }
}

}  // namespace

void check_whole(Reader& reader, const Node& root, const Config& config) {
  check_listeners(reader, root, config);
  check_secrets(reader, config);
  check_guards(reader, root, config);
  check_costs(reader, root, config);
  check_suppressions(reader, root, config);
  check_mounts(reader, root, config);
}

}  // namespace doorward::app
