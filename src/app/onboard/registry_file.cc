#include "app/onboard/registry_file.h"

#include <algorithm>

namespace doorward::app {

using wire::JsonValue;

namespace {

std::unexpected<Error> unusable(std::string what) {
  return failure("init.client_file", Fault::client, std::move(what) + "; nothing was changed");
}

// Older descriptions write members with underscores.
JsonValue member(JsonValue object, std::string_view name, std::string_view older) {
  const JsonValue found = object[name];
  return found ? found : object[older];
}

std::string placeholder(std::string_view name) {
  return "${" + std::string(name) + "}";
}

// A stated value, a default, or a place for what a person has to give.
std::string value_of(JsonValue input, std::string_view name) {
  for (const char* const stated : {"value", "default"})
    if (const std::string_view text = input[stated].text(); !text.empty()) return std::string(text);
  return placeholder(name);
}

std::vector<std::string> words_of(JsonValue arguments) {
  std::vector<std::string> out;
  if (!arguments.is_array()) return out;
  for (const JsonValue one : arguments.items()) {
    const bool needed = member(one, "isRequired", "is_required").boolean().value_or(false);
    const bool stated = !one["value"].text().empty() || !one["default"].text().empty();
    if (!needed && !stated) continue;
    const std::string_view name = one["name"].text();
    if (one["type"].text() == "named") {
      out.emplace_back(name);
      if (!stated && !needed) continue;
    }
    const std::string_view hint = member(one, "valueHint", "value_hint").text();
    out.push_back(value_of(one, hint.empty() ? name : hint));
  }
  return out;
}

std::map<std::string, std::string> values_of(JsonValue inputs) {
  std::map<std::string, std::string> out;
  if (!inputs.is_array()) return out;
  for (const JsonValue one : inputs.items()) {
    const std::string_view name = one["name"].text();
    const bool needed = member(one, "isRequired", "is_required").boolean().value_or(false);
    const bool stated = !one["value"].text().empty() || !one["default"].text().empty();
    if (!name.empty() && (needed || stated)) out.emplace(name, value_of(one, name));
  }
  return out;
}

// `io.github.owner/files` is `files`; what is left is a name that a person knows it by.
std::string short_name(std::string_view name) {
  const size_t slash = name.rfind('/');
  return std::string(slash == std::string_view::npos ? name : name.substr(slash + 1));
}

std::optional<ClientServer> from_package(JsonValue package) {
  const std::string_view type = member(package, "registryType", "registry_name").text();
  const std::string_view name = member(package, "identifier", "name").text();
  const std::string_view version = package["version"].text();
  if (name.empty() || (type != "npm" && type != "pypi")) return std::nullopt;
  ClientServer server;
  server.command = type == "npm" ? "npx" : "uvx";
  if (type == "npm") server.arguments.emplace_back("-y");
  server.arguments.push_back(std::string(name) +
                             (version.empty() ? "" : "@" + std::string(version)));
  for (std::string& word : words_of(member(package, "packageArguments", "package_arguments")))
    server.arguments.push_back(std::move(word));
  server.environment = values_of(member(package, "environmentVariables", "environment_variables"));
  return server;
}

}  // namespace

bool is_registry_text(std::string_view text) {
  if (text.find("/server.schema.json") != std::string_view::npos) return true;
  return text.find("\"mcpServers\"") == std::string_view::npos &&
         text.find("\"registryType\"") != std::string_view::npos;
}

Expected<std::vector<ClientServer>> registry_servers(JsonValue given) {
  const JsonValue root = given["server"].is_object() ? given["server"] : given;
  const std::string name = short_name(root["name"].text());
  if (name.empty()) return unusable("it names no server");
  const auto only = [&](ClientServer server) {
    server.name = name;
    std::vector<ClientServer> out;
    out.push_back(std::move(server));
    return out;
  };
  if (root["remotes"].is_array())
    for (const JsonValue remote : root["remotes"].items()) {
      const std::string_view url = remote["url"].text();
      if (url.empty()) continue;
      ClientServer server;
      server.url = url;
      server.headers = values_of(remote["headers"]);
      return only(std::move(server));
    }
  if (root["packages"].is_array())
    for (const JsonValue package : root["packages"].items())
      if (auto server = from_package(package)) return only(std::move(*server));
  return unusable("`" + name + "` names no remote and no npm or Python package");
}

}  // namespace doorward::app
