#include "case.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/bytes.h"
#include "net/session/revision.h"

namespace doorward::areas {

using wire::JsonValue;

namespace {

std::vector<Case> load() {
  const std::filesystem::path folder = DOORWARD_SOURCE_DIR "/tests/areas";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  for (const auto& file : files) {
    const std::string area = file.parent_path().filename(), stem = file.stem();
    std::ifstream in(file);
    int number = 0;
    for (std::string text; std::getline(in, text);) {
      Case one;
      one.guard = area;
      one.guard.append(".").append(stem);
      one.where = area;
      one.where.append("/").append(stem).append(".jsonl:").append(std::to_string(++number));
      auto line = wire::JsonDocument::parse(text);
      if (!line) panic(one.where + ": " + line.error().what);
      one.line = std::make_shared<const wire::JsonDocument>(std::move(*line));
      one.name = one.root()["name"].text();
      one.attack = one.root()["attack"].boolean().value_or(false);
      if (one.name.empty() || !one.root()["attack"].is_boolean() || !one.root()["expect"])
        panic(one.where + ": a case has `name`, `attack` and `expect`");
      cases.push_back(std::move(one));
    }
  }
  return cases;
}

core::Stage stage_from(std::string_view text) {
  using enum core::Stage;
  for (const auto stage : {accept, launch, request, response, server_message, client_reply})
    if (core::stage_text(stage) == text) return stage;
  panic("no stage `" + std::string(text) + "`");
}

// A plain text, or one that is told how to make.
std::string text_of(JsonValue given) {
  if (given.is_string()) return std::string(given.text());
  if (given["base64"]) return from_base64(given["base64"].text()).value_or("");
  std::string text(given["before"].text());
  for (int64_t i = 0; i < given["times"].integer().value_or(0); ++i) text += given["repeat"].text();
  return text.append(given["after"].text());
}

core::Principal principal_of(JsonValue given) {
  core::Principal made;
  made.user = given["user"].text();
  made.agent = given["agent"].text();
  if (given["groups"])
    for (const auto group : given["groups"].items()) made.groups.emplace_back(group.text());
  if (given["scopes"])
    for (const auto scope : given["scopes"].items()) made.scopes.emplace_back(scope.text());
  return made;
}

}  // namespace

const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = load();
  return cases;
}

Scene::Scene(const Case& of)
    : Scene(stage_from(of.root()["stage"].text()), of.root()["exchange"]) {}

Scene::Scene(core::Stage stage, JsonValue given) {
  exchange.stage = stage;
  read(given);
}

void Scene::answer(const Scene& request, JsonValue reply) {
  exchange = request.exchange;
  exchange.stage = core::Stage::response;
  exchange.request = request.exchange.message;
  std::string text = R"({"jsonrpc":"2.0","id":1,)";
  text.append(reply["error"] ? R"("error":)" : R"("result":)");
  text.append((reply["error"] ? reply["error"] : reply["result"]).raw()).append("}");
  exchange.message_bytes = text.size();
  message_ = parsed(std::move(text));
  if (!message_) fault = "the answer is no message";
  exchange.message = message_ ? &*message_ : nullptr;
}

void Scene::read(JsonValue given) {
  exchange.call_id = "call-1";
  exchange.peer = "127.0.0.1";
  exchange.now = WallTime(std::chrono::seconds(1'790'000'000));
  const auto after = std::chrono::milliseconds(given["at_ms"].integer().value_or(0));
  exchange.now += after;
  exchange.steady = SteadyTime(std::chrono::hours(1)) + after;
  if (given["listener"].text() == "operators") exchange.listener = core::Listener::operators;
  if (given["carrier"].text() == "stdio") exchange.carrier = core::Carrier::stdio;
  read_head(given["head"]);
  read_principals(given);
  read_message(given);
  read_facts(given);
}

void Scene::read_head(JsonValue lines) {
  if (!lines) return;
  for (const auto line : lines.items()) head_text_.append(line.text()).append("\r\n");
  head_text_ += "\r\n";
  const auto read = wire::parse_request_head(head_text_, head_);
  if (!read || !*read) fault = "the head is not valid HTTP; guards never see it";
  exchange.head = &head_;
}

void Scene::read_principals(JsonValue given) {
  const JsonValue principal = given["principal"];
  principal_ =
      principal.is_object()
          ? principal_of(principal)
          : core::Principal{
                .user = "ana", .agent = {}, .groups = {"dev"}, .scopes = {}, .credential = {}};
  if (exchange.stage != core::Stage::accept && !(principal && principal.is_null()))
    exchange.principal = &principal_;
  if (given["session_owner"]) {
    owner_ = principal_of(given["session_owner"]);
    exchange.session_owner = &owner_;
  }
}

std::optional<wire::Message> Scene::parsed(std::string text) {
  auto made = wire::Message::parse(std::move(text));
  if (made) return std::move(*made);
  parse_error_ = std::move(made).error();
  return std::nullopt;
}

void Scene::read_message(JsonValue given) {
  if (given["request"]) {
    request_ = parsed(std::string(given["request"].raw()));
    if (!request_) {
      fault = "the request is no message";
      return;
    }
    exchange.request = &*request_;
  }
  if (!given["message"] && !given["text"]) return;
  std::string text = given["text"] ? text_of(given["text"]) : std::string(given["message"].raw());
  exchange.message_bytes = text.size();
  message_ = parsed(std::move(text));
  if (!message_) {
    if (parse_error_) exchange.parse_error = &*parse_error_;
    return;
  }
  exchange.message = &*message_;
  if (exchange.stage == core::Stage::request) exchange.request = exchange.message;
}

void Scene::read_facts(JsonValue given) {
  const auto flag = [&](std::string_view name, bool otherwise) {
    return given[name].boolean().value_or(otherwise);
  };
  exchange.server = given["server"] ? given["server"].text() : "files";
  exchange.session = given["session"].text();
  exchange.session_unknown = flag("session_unknown", false);
  exchange.id_reused = flag("id_reused", false);
  exchange.open_route = flag("open_route", false);
  exchange.reply_expected = flag("reply_expected", true);
  exchange.part = flag("part", false);
  exchange.attempt = static_cast<uint32_t>(given["attempt"].integer().value_or(0));
  exchange.capability_declared = flag("capability_declared", true);
  exchange.secure = flag("secure", false);
  exchange.peer = given["peer"] ? given["peer"].text() : "127.0.0.1";
  if (const JsonValue shown = given["certificate"]; shown.is_object()) {
    certificate_.thumbprint = shown["thumbprint"].text();
    certificate_.common_name = shown["common_name"].text();
    for (const auto& [name, into] :
         {std::pair("uris", &certificate_.uris), std::pair("dns_names", &certificate_.dns_names),
          std::pair("emails", &certificate_.emails)})
      if (shown[name].is_array())
        for (const JsonValue each : shown[name].items()) into->emplace_back(each.text());
    exchange.certificate = &certificate_;
  }
  if (const auto bytes = given["message_bytes"].integer())
    exchange.message_bytes = static_cast<size_t>(*bytes);
  else if (exchange.stage == core::Stage::accept)
    exchange.message_bytes = head_.content_length.value_or(0);
  exchange.protocol = net::protocol_facts(exchange.head, exchange.message, "");
  exchange.protocol.stateless = flag("stateless", false);
  exchange.protocol.headers_mirror_body = flag("headers_mirror_body", false);
  if (exchange.protocol.headers_mirror_body && exchange.message != nullptr)
    exchange.protocol.mirrored_name = exchange.message->target();
}

}  // namespace doorward::areas
