#include "catalog/lock_file.h"

#include <algorithm>
#include <set>

namespace doorward::catalog {

size_t Pin::sign_offs() const {
  std::set<std::string_view> people;
  for (const Approval& approval : approved)
    if (approval.by != kFirstUse) people.insert(approval.by);
  return people.size();
}

std::vector<std::string> identity_changes(const ServerIdentity& pinned,
                                          const ServerIdentity& seen) {
  std::vector<std::string> out;
  const auto compare = [&](std::string_view field, const auto& was, const auto& is) {
    if (!was.empty() && was != is) out.emplace_back(field);
  };
  compare("command", pinned.command, seen.command);
  compare("package", pinned.package, seen.package);
  compare("version", pinned.version, seen.version);
  compare("integrity", pinned.integrity, seen.integrity);
  compare("url", pinned.url, seen.url);
  compare("tls_name", pinned.tls_name, seen.tls_name);
  const auto key_of = [](const std::string& text) { return text.substr(0, text.find(' ')); };
  compare("issuer", key_of(pinned.issuer), key_of(seen.issuer));
  const bool met = std::ranges::any_of(pinned.key_pins, [&](const std::string& key) {
    return std::ranges::find(seen.key_pins, key) != seen.key_pins.end();
  });
  if (!pinned.key_pins.empty() && !met) out.emplace_back("key_pins");
  return out;
}

const Pin* LockedServer::find(DefinitionKind kind, std::string_view name) const {
  const Pins& of_kind = pins[static_cast<size_t>(kind)];
  const auto found = of_kind.find(name);
  return found == of_kind.end() ? nullptr : &found->second;
}

LockedServer& LockFile::server(std::string_view name) {
  const auto found = servers.find(name);
  return found != servers.end() ? found->second : servers[std::string(name)];
}

const LockedServer* LockFile::find(std::string_view name) const {
  const auto found = servers.find(name);
  return found == servers.end() ? nullptr : &found->second;
}

void LockFile::put(std::string_view name, Pin pin) {
  Pins& of_kind = server(name).pins[static_cast<size_t>(pin.definition.kind)];
  std::string key = pin.definition.name;
  of_kind.insert_or_assign(std::move(key), std::move(pin));
}

bool LockFile::erase(std::string_view name, DefinitionKind kind, std::string_view item) {
  const auto found = servers.find(name);
  if (found == servers.end()) return false;
  Pins& of_kind = found->second.pins[static_cast<size_t>(kind)];
  const auto pin = of_kind.find(item);
  if (pin == of_kind.end()) return false;
  of_kind.erase(pin);
  return true;
}

}  // namespace doorward::catalog
