#include "audit/record.h"

#include <array>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "wire/json.h"

namespace doorward::audit {

namespace {

using wire::JsonValue;

// An object under construction; a member without a value is left out.
class Object {
 public:
  Object& text(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    key(name);
    wire::append_json_quote(out_, value);
    return *this;
  }
  Object& number(std::string_view name, std::optional<int64_t> value) {
    if (value) raw(name, std::to_string(*value));
    return *this;
  }
  Object& raw(std::string_view name, std::string_view value) {
    if (value.empty() || value == "{}" || value == "[]") return *this;
    key(name);
    out_ += value;
    return *this;
  }
  [[nodiscard]] std::string done() const { return out_.empty() ? "{}" : out_ + "}"; }

 private:
  void key(std::string_view name) {
    out_ += out_.empty() ? "{\"" : ",\"";
    out_ += name;
    out_ += "\":";
  }
  std::string out_;
};

struct Reading {
  std::optional<wire::JsonDocument> document;
  JsonValue entry;
  int64_t micros = 0;
  bool is_call = false;
  bool refused = false, held = false, failed = false;
};

Reading read(const Record& record) {
  Reading out;
  auto parsed = wire::JsonDocument::parse(record.entry);
  if (!parsed) return out;
  out.document.emplace(std::move(*parsed));
  out.entry = out.document->root();
  if (const auto time = parse_rfc3339(out.entry["time"].text()))
    out.micros = time->time_since_epoch().count();
  const std::string_view kind = out.entry["kind"].text(), verdict = out.entry["verdict"].text(),
                         outcome = out.entry["outcome"].text();
  out.is_call = kind == "decision" || kind == "outcome";
  out.refused = verdict == "deny" || outcome == "refused";
  out.held = verdict == "hold";
  out.failed = kind == "outcome" && outcome != "ok";
  return out;
}

// OCSF: 1 informational, 2 low, 3 medium, 4 high.
int severity(const Reading& of) {
  const std::string_view reason = of.entry["reason"].text();
  if (!of.document) return 4;
  if (!of.is_call)
    return reason.starts_with("audit.heartbeat") || reason.ends_with(".started") ||
                   reason.ends_with(".stopped") || reason.ends_with(".reloaded")
               ? 1
               : 3;
  if (of.refused) return 3;
  return of.held || of.failed ? 2 : 1;
}

int activity(const Reading& of) {
  const JsonValue classes = of.entry["classes"];
  if (!of.is_call) return 99;
  if (!classes.is_array()) return 0;
  int found = 2;  // read
  for (const JsonValue one : classes.items()) {
    if (one.text() == "destructive") return 4;
    if (one.text() == "write") found = 3;
    if (one.text() == "execute" || one.text() == "identity" || one.text() == "egress") found = 99;
  }
  return found;
}

std::string names(JsonValue list) {
  if (!list.is_array()) return "";
  std::string out = "[";
  for (const JsonValue one : list.items()) {
    if (out.size() > 1) out += ',';
    out += Object().text("name", one.text()).done();
  }
  return out + "]";
}

std::string actor(JsonValue entry) {
  const std::string user = Object()
                               .text("name", entry["principal"].text())
                               .text("credential_uid", entry["credential"].text())
                               .raw("groups", names(entry["groups"]))
                               .done();
  return Object().raw("user", user).text("invoked_by", entry["actor"].text()).done();
}

std::string api(JsonValue entry) {
  const std::string service = Object().text("name", entry["server"].text()).done();
  const std::string request =
      Object().text("uid", entry["call"].text()).text("data", entry["arguments"].text()).done();
  const std::string response = Object()
                                   .text("message", entry["outcome"].text())
                                   .text("error", entry["reason"].text())
                                   .done();
  return Object()
      .text("operation", entry["method"].text())
      .raw("service", service)
      .raw("request", request)
      .raw("response", entry["kind"].text() == "outcome" ? response : "")
      .done();
}

std::string resources(JsonValue entry) {
  if (entry["tool"].text().empty()) return "";
  return "[" +
         Object()
             .text("name", entry["tool"].text())
             .text("type", "MCP tool, prompt or resource")
             .text("uid", entry["definition"].text())
             .done() +
         "]";
}

std::string own_words(const Record& record, JsonValue entry) {
  Object out;
  out.number("index", static_cast<int64_t>(record.index)).text("leaf", hex(record.leaf));
  out.text("checkpoint", record.checkpoint);
  for (const std::string_view name :
       {"kind", "of", "task", "trace", "classes", "arguments_hash", "verdict", "reason",
        "requirement", "policy", "approvals", "before", "after", "result_hash", "result_bytes",
        "limits", "observed", "truncated"})
    if (entry[name]) out.raw(name, wire::canonical_json(entry[name]));
  return Object().raw("doorward", out.done()).done();
}

std::string message(const Reading& of) {
  if (!of.document) return "an entry that can't be read";
  const JsonValue it = of.entry;
  std::string out;
  for (const std::string_view name : {"kind", "verdict", "outcome", "reason", "server", "tool"}) {
    const std::string_view word = it[name].text();
    if (word.empty()) continue;
    out.append(out.empty() ? "" : " ").append(word);
  }
  if (const std::string_view detail = it["detail"].text(); !detail.empty())
    out.append(": ").append(detail);
  return out;
}

std::string ocsf(const Record& record, const Reading& of) {
  const int category = of.is_call ? 6 : 1, type = of.is_call ? 6003 : 1008, did = activity(of);
  const JsonValue it = of.entry;
  const std::string product =
      Object().text("name", "Doorward").text("vendor_name", "Doorward").done();
  const std::string metadata = Object()
                                   .text("version", "1.3.0")
                                   .raw("product", product)
                                   .text("log_name", "audit")
                                   .text("uid", hex(record.leaf))
                                   .number("sequence", static_cast<int64_t>(record.index))
                                   .text("correlation_uid", it["call"].text())
                                   .done();
  Object out;
  out.number("category_uid", category).number("class_uid", type).number("activity_id", did);
  out.number("type_uid", type * 100 + did).number("severity_id", severity(of));
  out.number("time", of.micros / 1000).text("message", message(of));
  if (of.is_call) {
    out.number("status_id", of.refused || of.held || of.failed ? 2 : 1);
    out.number("action_id", of.refused || of.held ? 2 : 1);
    out.number("disposition_id", of.refused || of.held ? 2 : 1);
    out.text("status_detail", it["reason"].text());
    if (const auto spent = it["latency_us"].integer()) out.number("duration", *spent / 1000);
    out.raw("actor", actor(it)).raw("api", api(it)).raw("resources", resources(it));
    out.raw("src_endpoint", Object().text("ip", it["client"].text()).done());
    out.raw("policy",
            Object().text("name", it["rule"].text()).text("version", it["policy"].text()).done());
  }
  out.raw("metadata", metadata).raw("unmapped", own_words(record, it));
  // What is no JSON may be no UTF-8 either, which no receiver takes: its hash stands for it.
  return out.text("raw_data", of.document ? std::string_view(record.entry) : "").done();
}

}  // namespace

std::string ocsf_json(const Record& record) {
  return ocsf(record, read(record));
}

namespace {
// A host's name as receivers take it: printable ASCII (RFC 5424, section 6).
std::string printable(std::string_view host) {
  std::string name;
  for (const char c : host)
    if (c > ' ' && c < 0x7f && name.size() < 255) name += c;
  return name;
}
}  // namespace

std::string syslog_message(const Record& record, std::string_view host) {
  const Reading of = read(record);
  constexpr int kFacility = 13;
  constexpr std::array<int, 5> kLevels = {6, 6, 5, 4, 3};  // by OCSF severity
  const int level = kLevels.at(static_cast<size_t>(severity(of)));
  const std::string name = printable(host);
  std::string out = "<" + std::to_string(kFacility * 8 + level) + ">1 ";
  out += of.micros == 0 ? "-" : rfc3339(WallTime(std::chrono::microseconds(of.micros)));
  out += " " + (name.empty() ? "-" : name) + " doorward - ";
  const std::string_view kind = of.entry["kind"].text();
  out += kind == "decision" || kind == "outcome" ? std::string(kind) : std::string("event");
  out += " [doorward@32473 index=\"" + std::to_string(record.index) + "\" leaf=\"" +
         hex(record.leaf) + "\"] ";
  return out + ocsf(record, of);
}

std::string otlp_json(std::span<const Record> records, std::string_view host) {
  const std::string name = printable(host);
  const auto attribute = [](std::string_view name, std::string_view value) {
    return Object()
        .text("key", name)
        .raw("value", Object().text("stringValue", value).done())
        .done();
  };
  std::string logs;
  for (const Record& record : records) {
    const Reading of = read(record);
    constexpr std::array<int, 5> kNumbers = {9, 9, 10, 13, 17};
    constexpr std::array<std::string_view, 5> kWords = {"INFO", "INFO", "INFO2", "WARN", "ERROR"};
    const auto grade = static_cast<size_t>(severity(of));
    const std::string attributes = "[" + attribute("doorward.index", std::to_string(record.index)) +
                                   "," + attribute("doorward.leaf", hex(record.leaf)) + "," +
                                   attribute("doorward.checkpoint", record.checkpoint) + "," +
                                   attribute("event.name", "doorward.audit") + "]";
    const std::string time = std::to_string(of.micros * 1000);
    const std::string_view trace = of.entry["trace"].text();
    if (!logs.empty()) logs += ',';
    logs += Object()
                .text("timeUnixNano", time)
                .text("observedTimeUnixNano", time)
                .number("severityNumber", kNumbers.at(grade))
                .text("severityText", kWords.at(grade))
                .raw("body", Object().text("stringValue", ocsf(record, of)).done())
                .raw("attributes", attributes)
                .text("traceId", trace.size() == 32 ? trace : "")
                .done();
  }
  const std::string resource = "[" + attribute("service.name", "doorward") + "," +
                               attribute("host.name", name.empty() ? "localhost" : name) + "]";
  return R"({"resourceLogs":[{"resource":{"attributes":)" + resource +
         R"(},"scopeLogs":[{"scope":{"name":"doorward.audit"},"logRecords":[)" + logs + "]}]}]}";
}

}  // namespace doorward::audit
