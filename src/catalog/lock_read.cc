// The strict reader of the lock file. Every error says the line.
#include <algorithm>
#include <charconv>

#include "base/clock.h"
#include "catalog/lock_file.h"
#include "catalog/lock_text.h"
#include "catalog/merged_names.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::catalog {

namespace {

using wire::JsonDocument;
using wire::JsonValue;

size_t line_at(std::string_view text, size_t offset) {
  const auto until = text.substr(0, offset);
  return 1 + static_cast<size_t>(std::ranges::count(until, '\n'));
}

// Reads with a first error that sticks; what is read after it is thrown away.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] std::unexpected<Error> error() { return std::unexpected(std::move(*error_)); }

  void fail(JsonValue at, std::string_view what) {
    if (error_) return;
    error_ = Error{"catalog.lock_syntax", Fault::client, false,
                   "line " + std::to_string(line_at(text_, at.begin())) + ": " + std::string(what)};
  }

  std::string text(JsonValue value, std::string_view what) {
    if (!value.is_string()) fail(value, "`" + std::string(what) + "` is no string");
    return std::string(value.text());
  }

  std::string time(JsonValue value, std::string_view what) {
    std::string out = text(value, what);
    if (!parse_rfc3339(out)) fail(value, "`" + std::string(what) + "` is no RFC 3339 time");
    return out;
  }

  std::vector<std::string> texts(JsonValue value, std::string_view what) {
    std::vector<std::string> out;
    if (!value.is_array()) {
      fail(value, "`" + std::string(what) + "` is no list");
      return out;
    }
    for (const JsonValue item : value.items()) out.push_back(text(item, what));
    return out;
  }

  bool boolean(JsonValue value, std::string_view what) {
    const auto read = value.boolean();
    if (!read) fail(value, "`" + std::string(what) + "` is neither true nor false");
    return read.value_or(false);
  }

  // Calls `member(name, value)` for each; it answers whether it knows the name.
  template <class Member>
  void object(JsonValue value, std::string_view what, Member member) {
    if (!value.is_object()) {
      fail(value, "`" + std::string(what) + "` is no object");
      return;
    }
    for (const auto& [name, content, name_value] : value.members()) {
      if (failed()) return;
      if (!member(name, content)) fail(name_value, "unknown member `" + visible(name) + "`");
    }
  }

 private:
  std::string_view text_;
  std::optional<Error> error_;
};

ServerIdentity read_identity(Reader& in, JsonValue value) {
  ServerIdentity out;
  in.object(value, "identity", [&](std::string_view name, JsonValue content) {
    if (name == "command")
      out.command = in.texts(content, name);
    else if (name == "key_pins")
      out.key_pins = in.texts(content, name);
    else if (name == "package")
      out.package = in.text(content, name);
    else if (name == "version")
      out.version = in.text(content, name);
    else if (name == "integrity")
      out.integrity = in.text(content, name);
    else if (name == "url")
      out.url = in.text(content, name);
    else if (name == "tls_name")
      out.tls_name = in.text(content, name);
    else if (name == "issuer")
      out.issuer = in.text(content, name);
    else
      return false;
    return true;
  });
  return out;
}

std::vector<Approval> read_approvals(Reader& in, JsonValue value) {
  std::vector<Approval> out;
  if (!value.is_array()) {
    in.fail(value, "`approved` is no list");
    return out;
  }
  for (const JsonValue item : value.items()) {
    Approval approval;
    in.object(item, "approved", [&](std::string_view name, JsonValue content) {
      if (name == "by")
        approval.by = in.text(content, name);
      else if (name == "at")
        approval.at = in.time(content, name);
      else
        return false;
      return true;
    });
    if (approval.by.empty() || approval.at.empty()) in.fail(item, "an approval says `by` and `at`");
    out.push_back(std::move(approval));
  }
  return out;
}

core::ClassSet read_classes(Reader& in, JsonValue value) {
  core::ClassSet out;
  for (const std::string& name : in.texts(value, "classes")) {
    if (const auto known = core::class_from(name))
      out.add(*known);
    else
      in.fail(value, "unknown class `" + visible(name) + "`");
  }
  if (out.empty()) in.fail(value, "`classes` is empty");
  return out;
}

Definition read_definition(Reader& in, DefinitionKind kind, JsonValue text) {
  if (kind == DefinitionKind::server) {
    Definition out = server_definition(text);
    if (out.text != wire::canonical_json(text))
      in.fail(text, "`text` of a server holds `instructions` and `serverInfo` only");
    return out;
  }
  auto out = definition_of(kind, text);
  if (!out) in.fail(text, out.error().what);
  return out ? std::move(*out) : Definition{};
}

Pin read_pin(Reader& in, DefinitionKind kind, std::string_view key, JsonValue value) {
  Pin out;
  std::string digest;
  JsonValue text;
  in.object(value, key, [&](std::string_view name, JsonValue content) {
    if (name == "addresses")
      out.addresses = in.texts(content, name);
    else if (name == "approved")
      out.approved = read_approvals(in, content);
    else if (name == "classes")
      out.classes = read_classes(in, content);
    else if (name == "digest")
      digest = in.text(content, name);
    else if (name == "private")
      out.is_private = in.boolean(content, name);
    else if (name == "text")
      text = content;
    else if (name == "trust")
      out.trust = in.text(content, name);
    else
      return false;
    return true;
  });
  if (in.failed()) return out;
  if (!text || digest.empty() || out.classes.empty() || !value["approved"]) {
    in.fail(value, "a pin says `approved`, `classes`, `digest` and `text`");
    return out;
  }
  if (!out.trust.empty() && out.trust != "trusted" && out.trust != "shared" &&
      out.trust != "untrusted")
    in.fail(value, "`trust` is trusted, shared or untrusted");
  out.definition = read_definition(in, kind, text);
  if (out.definition.name != key)
    in.fail(value, "the name in `text` is not `" + visible(key) + "`");
  if (digest != "sha256:" + hex(out.definition.digest))
    in.fail(value, "`digest` is not that of `text`; approve the definition again");
  return out;
}

void read_pins(Reader& in, DefinitionKind kind, JsonValue value, Pins& out) {
  if (kind == DefinitionKind::server) {
    out.emplace("", read_pin(in, kind, "", value));
    return;
  }
  in.object(value, kind_name(kind), [&](std::string_view name, JsonValue content) {
    out.emplace(name, read_pin(in, kind, name, content));
    return true;
  });
}

LockedServer read_server(Reader& in, std::string_view key, JsonValue value) {
  LockedServer out;
  in.object(value, key, [&](std::string_view name, JsonValue content) {
    const auto kind = std::ranges::find(kKindNames, name);
    if (kind != kKindNames.end()) {
      const auto index = static_cast<size_t>(kind - kKindNames.begin());
      read_pins(in, static_cast<DefinitionKind>(index), content, out.pins[index]);
    } else if (name == "identity") {
      out.identity = read_identity(in, content);
    } else if (name == "since") {
      out.since = in.time(content, name);
    } else if (name == "validated") {
      out.validated = in.time(content, name);
    } else if (name == "state") {
      const auto state = server_state_from(in.text(content, name));
      if (!state) in.fail(content, "unknown `state`");
      out.state = state.value_or(ServerState::revoked);
    } else {
      return false;
    }
    return true;
  });
  if (value.is_object() && !value["state"]) in.fail(value, "a server says its `state`");
  return out;
}

// `... at byte `12`` of the JSON parser, as a line.
Error with_line(Error error, std::string_view text) {
  const size_t at = error.what.rfind("byte `");
  size_t offset = 0;
  if (at != std::string::npos)
    std::from_chars(error.what.data() + at + 6, error.what.data() + error.what.size(), offset);
  return {"catalog.lock_syntax", Fault::client, false,
          "line " + std::to_string(line_at(text, offset)) + ": " + error.what};
}

uint64_t serial_of(JsonValue root) {
  return static_cast<uint64_t>(std::max<int64_t>(root["serial"].integer().value_or(0), 0));
}

Expected<void> check_signature(JsonValue root, const VerifyKey& key) {
  const JsonValue signature = root["signature"];
  if (!signature)
    return failure("catalog.lock_unsigned", Fault::client, "the lock file is not signed");
  const auto value = from_base64(signature["value"].text());
  if (!value || signature["key"].text() != key.text() ||
      !key.verifies(signed_text(root["servers"], serial_of(root)), *value))
    return failure("catalog.lock_signature", Fault::client,
                   "the lock file is not signed by the configured key as it stands");
  return {};
}

}  // namespace

Expected<LockFile> read_lock(std::string text, const VerifyKey* key) {
  const std::string kept = text.size() <= lock_limits().bytes ? text : std::string();
  const auto document = JsonDocument::parse(std::move(text), lock_limits());
  if (!document) return std::unexpected(with_line(document.error(), kept));
  const JsonValue root = document->root();
  if (key != nullptr)
    if (auto checked = check_signature(root, *key); !checked)
      return std::unexpected(std::move(checked.error()));

  Reader in(document->buffer());
  LockFile out;
  const auto server = [&](std::string_view name, JsonValue content) {
    if (!is_server_name(name)) in.fail(content, "`" + visible(name) + "` is no server name");
    out.servers.emplace(name, read_server(in, name, content));
    return true;
  };
  in.object(root, "the lock file", [&](std::string_view name, JsonValue content) {
    if (name == "doorward_lock") {
      if (content.integer() != 1) in.fail(content, "this version reads `doorward_lock` 1 only");
    } else if (name == "servers") {
      in.object(content, name, server);
    } else if (name == "serial") {
      if (content.integer().value_or(0) <= 0) in.fail(content, "`serial` is a number above 0");
      out.serial = serial_of(root);
    } else if (name == "signature") {
      in.object(content, name, [&](std::string_view part, JsonValue value) {
        (void)in.text(value, part);
        return part == "key" || part == "value";
      });
    } else {
      return false;
    }
    return true;
  });
  if (root.is_object() && (!root["doorward_lock"] || !root["servers"]))
    in.fail(root, "a lock file says `doorward_lock` and `servers`");
  if (in.failed()) return in.error();
  return out;
}

}  // namespace doorward::catalog
