// The text of the lock file: two spaces a level down to the servers' members, then one line each.
#include "catalog/lock_file.h"
#include "catalog/lock_text.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::catalog {

namespace {

std::string quoted(std::string_view text) {
  return escape_invisible(wire::json_quote(text));
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ", ";
    out += quoted(text);
  }
  return out + ']';
}

// Members of one line, in the order given.
class Line {
 public:
  void raw(std::string_view name, std::string_view value) {
    if (text_.size() > 1) text_ += ", ";
    text_ += '"';
    text_ += name;
    text_ += "\": ";
    text_ += value;
  }
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) raw(name, quoted(value));
  }
  void list(std::string_view name, const std::vector<std::string>& values) {
    if (!values.empty()) raw(name, list_of(values));
  }
  [[nodiscard]] std::string end() { return text_ + '}'; }

 private:
  std::string text_ = "{";
};

std::string identity_line(const ServerIdentity& identity) {
  Line line;
  line.list("command", identity.command);
  line.text("integrity", identity.integrity);
  line.text("issuer", identity.issuer);
  line.list("key_pins", identity.key_pins);
  line.text("package", identity.package);
  line.text("tls_name", identity.tls_name);
  line.text("url", identity.url);
  line.text("version", identity.version);
  return line.end();
}

std::string pin_line(const Pin& pin) {
  std::string approved = "[";
  for (const Approval& approval : pin.approved) {
    if (approved.size() > 1) approved += ", ";
    Line line;
    line.raw("at", quoted(approval.at));
    line.raw("by", quoted(approval.by));
    approved += line.end();
  }
  std::vector<std::string> classes;
  for (size_t i = 0; i < core::kClassNames.size(); ++i)
    if (((pin.classes.bits() >> i) & 1u) != 0) classes.emplace_back(core::kClassNames[i]);
  Line line;
  line.list("addresses", pin.addresses);
  line.raw("approved", approved + ']');
  line.raw("classes", list_of(classes));
  line.raw("digest", "\"sha256:" + hex(pin.definition.digest) + '"');
  if (pin.is_private) line.raw("private", *pin.is_private ? "true" : "false");
  line.raw("text", escape_invisible(pin.definition.text));
  line.text("trust", pin.trust);
  return line.end();
}

void append_pins(std::string& out, DefinitionKind kind, const Pins& pins) {
  if (pins.empty()) return;
  out += ",\n      \"" + std::string(kind_name(kind)) + "\": ";
  if (kind == DefinitionKind::server) {
    out += pin_line(pins.begin()->second);
    return;
  }
  std::string_view before = "{\n        ";
  for (const auto& [name, pin] : pins) {
    out += before;
    out += quoted(name) + ": " + pin_line(pin);
    before = ",\n        ";
  }
  out += "\n      }";
}

void append_server(std::string& out, std::string_view name, const LockedServer& server) {
  using Kind = DefinitionKind;
  out += quoted(name) + ": {\n      \"identity\": " + identity_line(server.identity);
  for (const Kind kind : {Kind::prompt, Kind::resource, Kind::server})
    append_pins(out, kind, server.pins[static_cast<size_t>(kind)]);
  out += ",\n      \"state\": \"" + std::string(state_name(server.state)) + '"';
  for (const Kind kind : {Kind::resource_template, Kind::tool})
    append_pins(out, kind, server.pins[static_cast<size_t>(kind)]);
  if (!server.since.empty()) out += ",\n      \"since\": " + quoted(server.since);
  if (!server.validated.empty()) out += ",\n      \"validated\": " + quoted(server.validated);
  out += "\n    }";
}

}  // namespace

std::string signed_text(wire::JsonValue servers, uint64_t serial) {
  // The prefix keeps a signature from being one of anything else.
  std::string text = "doorward.lock 1\n" + wire::canonical_json(servers);
  if (serial > 0) text += "\nserial " + std::to_string(serial);
  return text;
}

std::string write_lock(const LockFile& lock, const SignKey* key) {
  std::string out = "{\n  \"doorward_lock\": 1,\n  \"servers\": {";
  std::string_view before = "\n    ";
  for (const auto& [name, server] : lock.servers) {
    out += before;
    append_server(out, name, server);
    before = ",\n    ";
  }
  out += lock.servers.empty() ? "}" : "\n  }";
  if (key == nullptr) return out + "\n}\n";
  const auto document = wire::JsonDocument::parse(out + "}", lock_limits());
  if (!document) panic("a lock file was written that is no JSON: " + document.error().what);
  const std::string signature = key->sign(signed_text(document->root()["servers"], lock.serial));
  if (lock.serial > 0) out += ",\n  \"serial\": " + std::to_string(lock.serial);
  Line line;
  line.raw("key", quoted(key->verify_key().text()));
  line.raw("value", quoted(base64(signature)));
  return out + ",\n  \"signature\": " + line.end() + "\n}\n";
}

}  // namespace doorward::catalog
