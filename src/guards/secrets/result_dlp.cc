#include "guards/secrets/result_dlp.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "detect/error_leak.h"
#include "detect/message_text.h"
#include "detect/reading.h"
#include "policy/held.h"

namespace doorward::guards {

namespace {

using core::Stage;
using detect::Certainty;
using detect::Finding;
using detect::Kind;
using detect::MessageText;

// Members that name things; to redact them would break the protocol, and no secret is one.
bool is_content(std::string_view name) {
  return name != "type" && name != "mimeType" && name != "role" && name != "protocolVersion" &&
         name != "progressToken" && name != "requestState" && name != "nextCursor" &&
         name != "$ref" && name != "$schema";
}

std::vector<Finding> found_in(detect::Reading& reading, const detect::HeldSecrets& held,
                              std::vector<Finding> found = {}) {
  held.find(*reading.views(), found);
  for (const Finding& finding : reading.secrets().findings)
    if (finding.certainty != Certainty::weak) found.push_back(finding);
  std::stable_sort(found.begin(), found.end(), [](const Finding& a, const Finding& b) {
    return a.span.from != b.span.from ? a.span.from < b.span.from : a.span.to > b.span.to;
  });
  return found;
}

// Findings that overlap become one; the first names it.
std::vector<Finding> apart(const std::vector<Finding>& found) {
  std::vector<Finding> kept;
  for (const Finding& finding : found) {
    if (finding.span.to <= finding.span.from) continue;
    if (!kept.empty() && finding.span.from < kept.back().span.to)
      kept.back().span.to = std::max(kept.back().span.to, finding.span.to);
    else
      kept.push_back(finding);
  }
  return kept;
}

// A key cut over neighbouring short texts: found when they stand together.
std::vector<std::pair<const MessageText*, detect::Span>> split_secrets(
    const std::vector<MessageText>& texts, const detect::HeldSecrets& held) {
  static constexpr size_t kShort = 256;
  static constexpr size_t kMostTexts = 1024;
  std::vector<std::pair<const MessageText*, detect::Span>> parts;
  const size_t count = std::min(texts.size(), kMostTexts);
  for (size_t i = 0; i + 1 < count; ++i) {
    std::string joined(texts[i].text);
    if (texts[i].text.empty() || texts[i].text.size() > kShort) continue;
    for (size_t width = 2; width <= 4 && i + width <= count; ++width) {
      const auto& last = texts[i + width - 1].text;
      if (last.empty() || last.size() > kShort) break;
      const size_t border = joined.size();
      joined += last;
      detect::Reading reading(joined);
      for (const Finding& finding : found_in(reading, held)) {
        if (finding.kind != Kind::secret || finding.certainty != Certainty::certain) continue;
        // Only what needs all of them, and has no blank at a seam.
        if (finding.span.to <= border || finding.span.from >= texts[i].text.size()) continue;
        size_t begin = 0;
        for (size_t j = i; j < i + width; ++j) {
          const size_t end = begin + texts[j].text.size();
          const size_t from = std::max(finding.span.from, begin);
          const size_t to = std::min(finding.span.to, end);
          if (from < to) parts.emplace_back(&texts[j], detect::Span{from - begin, to - begin});
          begin = end;
        }
        return parts;
      }
    }
  }
  return parts;
}

// Short values with the names that they stand under, a line each, so that what a name or a
// neighbour tells of a value is seen: `{"client_secret":"…"}`, a key id and its key in two blocks.
std::vector<std::vector<Finding>> found_by_names(const std::vector<MessageText>& texts) {
  constexpr size_t kShort = 512, kMost = 64 * 1024;
  std::vector<std::vector<Finding>> found(texts.size());
  struct Line {
    size_t text, begin, end;  // which one, and where its value stands in the outline
  };
  std::vector<Line> lines;
  std::string outline;
  for (size_t i = 0; i < texts.size() && outline.size() < kMost; ++i) {
    if (texts[i].text.empty() || texts[i].text.size() > kShort) continue;
    const bool named = !texts[i].name.empty() && texts[i].name != "text";
    if (named) outline.append("\"").append(texts[i].name.substr(0, 128)).append("\": \"");
    const size_t begin = outline.size();
    outline += texts[i].text;
    lines.push_back({i, begin, outline.size()});
    outline += named ? "\"\n" : "\n";
  }
  // One text alone, without a name, was read as it is.
  if (lines.empty() || (lines.size() == 1 && lines.front().begin == 0)) return found;
  detect::Reading reading(outline);
  for (const Finding& finding : reading.secrets().findings) {
    if (finding.kind != Kind::secret || finding.certainty == Certainty::weak) continue;
    for (const Line& line : lines) {
      if (finding.span.from < line.begin || finding.span.to > line.end) continue;
      found[line.text].push_back(finding);
      found[line.text].back().span = {finding.span.from - line.begin, finding.span.to - line.begin};
    }
  }
  return found;
}

std::string_view short_name(std::string_view rule) {
  return rule.substr(rule.find('.') + 1);
}

}  // namespace

const core::GuardFacts& ResultDlp::facts() const {
  static constexpr core::GuardFacts kFacts{"secrets.result_dlp", core::Area::secrets,
                                           core::stages(Stage::response, Stage::server_message),
                                           true};
  return kFacts;
}

core::Verdict ResultDlp::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr) return core::pass();
  // What Doorward asks for itself is pinned and scanned as the server sent it.
  if (exchange.own && exchange.stage == core::Stage::response) return core::pass();
  const wire::Message& message = *exchange.message;
  const ContentActs& acts =
      detect::lists_definitions(exchange.request) ? settings_.definitions : settings_.results;
  core::Verdict rewrite;
  rewrite.effect = core::Effect::rewrite;
  rewrite.reason = "secrets.in_result";
  rewrite.requirement = "R7.3";
  auto& readings = notes.of_message.of<detect::Readings>();
  std::vector<MessageText> texts;
  for (const auto& text : detect::content_of(message))
    if (is_content(text.name)) texts.push_back(text);
  policy::FalseAlarms alarms(alarms_, exchange, notes,
                             {facts().id, "secrets.in_result", core::Effect::rewrite});
  bool observed = false;
  std::optional<core::Verdict> held;  // a denial behind it still counts
  const auto replace = [&](const MessageText& text, detect::Span span, std::string_view rule) {
    const std::string value(text.text.substr(span.from, span.to - span.from));
    const std::string tag = hex(sha256(settings_.tag_key + value)).substr(0, 8);
    rewrite.edits.push_back(detect::edit_of(
        message.bytes(), text, span, "[secret:" + std::string(short_name(rule)) + ":" + tag + "]"));
    if (rewrite.detail.empty()) rewrite.detail = std::string(rule);
  };
  const bool lists = detect::lists_definitions(exchange.request);
  const auto by_names =
      lists ? std::vector<std::vector<Finding>>(texts.size()) : found_by_names(texts);
  for (size_t i = 0; i < texts.size(); ++i) {
    const MessageText& text = texts[i];
    // What is only observed must not swallow what is redacted at the same place.
    std::vector<Finding> acted;
    for (const Finding& finding : found_in(readings.of(text.text), *held_, by_names[i])) {
      const ContentAct act = finding.kind == Kind::pii ? acts.pii : acts.secrets;
      if (alarms.covers(finding.rule, text.begin)) continue;
      if (act == ContentAct::deny || act == ContentAct::hold) {
        core::Verdict verdict = core::deny(
            "secrets.in_result", "R7.3",
            "The answer held a secret or personal data and was withheld. Ask for it without them.");
        verdict.detail = std::string(finding.rule);
        if (act == ContentAct::deny) return verdict;
        if (!held) held = policy::held_for_a_person(std::move(verdict));
        continue;
      }
      if (act == ContentAct::observe)
        observed = true;
      else
        acted.push_back(finding);
    }
    for (const Finding& finding : apart(acted)) replace(text, finding.span, finding.rule);
  }
  if (held) return *held;
  if (acts.secrets != ContentAct::observe && rewrite.edits.empty())
    for (const auto& [text, span] : split_secrets(texts, *held_))
      if (!alarms.covers("secret.split", text->begin)) replace(*text, span, "secret.split");
  if (observed) notes.observed.push_back({facts().id, "secrets.in_result", core::Effect::rewrite});
  return rewrite.edits.empty() ? core::pass() : rewrite;
}

core::Commitment ResultDlp::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr || exchange.server.empty()) return nullptr;
  policy::FalseAlarms alarms(alarms_, exchange, notes,
                             {facts().id, "secrets.in_result", core::Effect::rewrite});
  auto& readings = notes.of_message.of<detect::Readings>();
  for (const auto& text : detect::content_of(*exchange.message))
    for (const Finding& finding : readings.of(text.text).secrets().findings)
      if (finding.kind == Kind::secret && finding.certainty != Certainty::weak &&
          !alarms.covers(finding.rule, text.begin))
        seen_->learn(exchange.server,
                     text.text.substr(finding.span.from, finding.span.to - finding.span.from));
  return nullptr;
}

}  // namespace doorward::guards
