#include "audit/entry.h"

#include <algorithm>

#include "wire/json.h"

namespace doorward::audit {

namespace {
constexpr size_t kItems = 16;

// At most `cap` bytes of `text`, ending at a whole character.
std::string_view cut(std::string_view text, size_t cap) {
  if (text.size() <= cap) return text;
  size_t end = cap;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

class Encoder {
 public:
  explicit Encoder(unsigned halvings) : halvings_(halvings) { out_.reserve(1024); }

  // `true_size`: of what was shortened before it came here.
  void text(std::string_view name, std::string_view value, size_t cap = 256,
            std::optional<uint64_t> true_size = std::nullopt) {
    if (value.empty()) return;
    key(name);
    const std::string_view kept = cut(value, cap >> halvings_);
    wire::append_json_quote(out_, kept);
    if (true_size || kept.size() != value.size())
      truncated_.push_back({name, static_cast<size_t>(true_size.value_or(value.size()))});
  }
  void number(std::string_view name, std::optional<uint64_t> value) {
    if (!value) return;
    key(name);
    out_ += std::to_string(*value);
  }
  void list(std::string_view name, const std::vector<std::string_view>& values) {
    if (values.empty()) return;
    key(name);
    out_ += '[';
    const size_t count = std::min(values.size(), kItems);
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) out_ += ',';
      wire::append_json_quote(out_, cut(values[i], 256 >> halvings_));
    }
    out_ += ']';
    if (count != values.size()) truncated_.push_back({name, values.size()});
  }
  void limits(const std::vector<LimitUse>& values) {
    if (values.empty()) return;
    key("limits");
    out_ += '[';
    const size_t count = std::min(values.size(), kItems);
    for (size_t i = 0; i < count; ++i) {
      out_ += i == 0 ? "{\"name\":" : ",{\"name\":";
      wire::append_json_quote(out_, cut(values[i].name, 256 >> halvings_));
      out_ += ",\"used\":" + std::to_string(values[i].used) +
              ",\"of\":" + std::to_string(values[i].of) + "}";
    }
    out_ += ']';
    if (count != values.size()) truncated_.push_back({"limits", values.size()});
  }
  std::string finish() {
    if (!truncated_.empty()) {
      key("truncated");
      for (size_t i = 0; i < truncated_.size(); ++i) {
        out_ += i == 0 ? '{' : ',';
        wire::append_json_quote(out_, truncated_[i].name);
        out_ += ':' + std::to_string(truncated_[i].size);
      }
      out_ += '}';
    }
    return std::move(out_) + "}";
  }

 private:
  struct Truncated {
    std::string_view name;
    size_t size;
  };
  void key(std::string_view name) {
    out_ += out_.empty() ? "{\"" : ",\"";
    out_ += name;
    out_ += "\":";
  }
  unsigned halvings_;
  std::string out_;
  std::vector<Truncated> truncated_;
};

std::string_view word(Kind kind) {
  switch (kind) {
    case Kind::decision:
      return "decision";
    case Kind::outcome:
      return "outcome";
    case Kind::event:
      return "event";
  }
  return "event";
}

std::string encode_with(const Entry& it, unsigned halvings) {
  constexpr size_t kLong = 4096;
  Encoder out(halvings);
  out.text("time", rfc3339(it.time), 64U << halvings);
  out.text("kind", word(it.kind), 64U << halvings);
  out.text("call", it.call);
  out.number("of", it.of);
  out.text("principal", it.principal);
  out.text("actor", it.actor);
  out.list("groups", it.groups);
  out.text("issuer", it.issuer);
  out.text("credential", it.credential);
  out.text("client", it.client);
  out.text("task", it.task);
  out.text("trace", it.trace);
  out.text("method", it.method);
  out.text("server", it.server);
  out.text("tool", it.tool);
  out.text("definition", it.definition);
  out.list("classes", it.classes);
  out.text("arguments", it.arguments, kLong, it.arguments_bytes);
  out.text("arguments_hash", it.arguments_hash);
  out.text("prompt", it.prompt, kLong);
  out.text("verdict", it.verdict);
  out.text("reason", it.reason);
  out.text("requirement", it.requirement);
  out.text("rule", it.rule);
  out.text("policy", it.policy);
  out.list("approvals", it.approvals);
  out.text("detail", it.detail, 1024);
  out.text("before", it.before, kLong);
  out.text("after", it.after, kLong);
  out.text("result_hash", it.result_hash);
  out.number("result_bytes", it.result_bytes);
  out.text("result", it.result, kLong, it.result_longer);
  out.text("outcome", it.outcome);
  out.text("effect", it.effect);
  if (it.latency)
    out.number("latency_us", static_cast<uint64_t>(std::max<int64_t>(0, it.latency->count())));
  out.limits(it.limits);
  out.list("observed", it.observed);
  return out.finish();
}
}  // namespace

std::string encode(const Entry& entry, size_t max_bytes) {
  std::string out;
  for (unsigned halvings = 0; halvings <= 12; ++halvings) {
    out = encode_with(entry, halvings);
    if (out.size() <= max_bytes) break;
  }
  return out;
}

}  // namespace doorward::audit
