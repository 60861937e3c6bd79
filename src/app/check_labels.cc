#include "app/check_labels.h"

#include <map>
#include <set>

#include "app/given_file.h"
#include "app/tool_classes.h"

namespace doorward::app {

namespace {

using catalog::DefinitionKind;

const catalog::Pin* signed_pin(const catalog::LockFile* lock, const std::string& server,
                               const std::string& tool) {
  const auto* const known = lock == nullptr ? nullptr : lock->find(server);
  const auto* const pin = known == nullptr ? nullptr : known->find(DefinitionKind::tool, tool);
  return pin != nullptr && pin->sign_offs() > 0 ? pin : nullptr;
}

std::string_view word(bool configured, bool is_signed) {
  return configured ? "configuration" : is_signed ? "signed" : "guess";
}

}  // namespace

std::optional<catalog::LockFile> lock_for_check(const Config& config) {
  std::optional<catalog::VerifyKey> key;
  if (!config.catalog.key.empty()) {
    auto text = read_given_file(config.catalog.key.string(), size_t{64} * 1024);
    if (!text) return std::nullopt;
    auto parsed = catalog::VerifyKey::parse(*text);
    if (!parsed) return std::nullopt;
    key = *parsed;
  }
  auto lock = catalog::load_lock(config.lock_file().string(), key ? &*key : nullptr);
  if (!lock) return std::nullopt;
  return std::move(*lock);
}

bool labels_are_stated(const Config& config, const catalog::LockFile* lock) {
  bool trust = false, classes = false;
  for (const auto& [name, server] : config.servers) {
    trust = trust || server.trust;
    for (const auto& [tool, own] : server.tools) {
      trust = trust || own.trust;
      classes = classes || own.classes;
    }
    const auto* const known = lock == nullptr ? nullptr : lock->find(name);
    if (known == nullptr) continue;
    for (const auto& [tool, pin] : known->pins[static_cast<size_t>(DefinitionKind::tool)]) {
      if (pin.sign_offs() == 0) continue;
      classes = true;
      trust = trust || !pin.trust.empty();
    }
  }
  return trust && classes;
}

std::string labels_json(const Config& config, const catalog::LockFile* lock) {
  std::string out = "[";
  for (const auto& [name, server] : config.servers) {
    std::set<std::string> tools;
    for (const auto& [tool, own] : server.tools) tools.insert(tool);
    if (const auto* const known = lock == nullptr ? nullptr : lock->find(name); known != nullptr)
      for (const auto& [tool, pin] : known->pins[static_cast<size_t>(DefinitionKind::tool)])
        tools.insert(tool);
    for (const std::string& tool : tools) {
      const ToolOverride* const own = override_of(config, name, tool);
      const catalog::Pin* const pin = signed_pin(lock, name, tool);
      const bool trust = server.trust || (own != nullptr && own->trust);
      out += (out.size() > 1 ? ",{" : "{") + (R"("server":)" + wire::json_quote(name)) +
             R"(,"tool":)" + wire::json_quote(tool) + R"(,"classes":")";
      out += word(own != nullptr && own->classes, pin != nullptr);
      out += R"(","trust":")";
      out += word(trust, pin != nullptr && !pin->trust.empty());
      out += R"(","private":")";
      out += word(own != nullptr && own->is_private, pin != nullptr && pin->is_private);
      out += "\"}";
    }
  }
  return out + "]";
}

std::string labels_text(wire::JsonValue labels) {
  constexpr size_t kShown = 6;
  struct Group {
    std::string names;
    size_t count = 0;
  };
  std::map<std::string, Group> groups;
  const auto said = [](wire::JsonValue one, std::string_view label) {
    const std::string_view from = one[label].text();
    return std::string(label) + (from == "guess"    ? " guessed"
                                 : from == "signed" ? " signed"
                                                    : " configured");
  };
  for (const wire::JsonValue one : labels.items()) {
    const std::string trust =
        one["trust"].text() == "guess" ? "trust stated by nobody (untrusted)" : said(one, "trust");
    Group& group = groups[std::string(one["server"].text()) + ": " + said(one, "classes") + ", " +
                          trust + ", " + said(one, "private")];
    if (++group.count > kShown) continue;
    group.names += (group.names.empty() ? "" : ", ") + std::string(one["tool"].text());
  }
  std::string out;
  for (const auto& [standing, group] : groups) {
    if (out.empty()) out = "\nlabels of tools that information flow goes by\n";
    out += "  " + standing + "\n    - " + group.names;
    if (group.count > kShown) out += " and " + std::to_string(group.count - kShown) + " more";
    out += "\n";
  }
  return out;
}

}  // namespace doorward::app
