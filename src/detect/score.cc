#include "detect/score.h"

#include <algorithm>
#include <cmath>

#include "detect/model.h"
#include "wire/http.h"

namespace doorward::detect {

namespace {

constexpr double kHint = 1.0;
constexpr double kMarked = 2.5;  // a hint alone is no mark

}  // namespace

double probability(double log_odds) {
  return 1.0 / (1.0 + std::exp(-(log_odds - 3.0)));
}

double total_evidence(Channel channel, double rules, double model) {
  if (!by_pieces(channel)) return rules + std::clamp(model, -kTakenBack, 8.0);
  // Hints alone say nothing that the model has not heard: below a mark its word is the finer scale.
  const double said = std::min(model, 12.0);
  const double least = channel == Channel::tool_result ? kMarked : kHint;
  return rules < least ? said : std::max(rules, said);
}

bool is_document(const Question& question) {
  constexpr size_t kLines = 6, kBytes = 400;
  return question.channel == Channel::tool_arguments && question.text.size() >= kBytes &&
         std::ranges::count(question.text, '\n') >= static_cast<std::ptrdiff_t>(kLines);
}

double heard_of_model(bool document, double log_odds) {
  return document ? std::min(log_odds, 0.0) : log_odds;
}

namespace {

constexpr double kRulesLabel = 3.0;
constexpr double kRulesCertain = 6.5;
std::string_view model_rule(Channel channel) {
  switch (channel) {
    case Channel::tool_definition:
      return "model.tool_definition";
    case Channel::tool_arguments:
      return "model.tool_arguments";
    case Channel::tool_result:
      return "model.tool_result";
    case Channel::user_prompt:
      break;
  }
  return "model.user_prompt";
}

}  // namespace

namespace {

// `http://localhost:8080/index.html`, and nothing in it that a path or a server could trip over.
bool is_plain_local_url(std::string_view text) {
  const auto url = wire::parse_url(text);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/_.~-?=&").find(c) != std::string_view::npos;
  };
  return url && wire::is_loopback_host(url->authority.host) &&
         std::ranges::all_of(url->target, plain) && url->target.find("..") == std::string::npos;
}

}  // namespace

bool asks_model(const Question& question) {
  if (question.channel == Channel::tool_arguments && is_plain_local_url(question.text))
    return false;
  return question.channel != Channel::tool_arguments ||
         (question.role != Role::sql && question.role != Role::command &&
          question.role != Role::code);
}

ModelWord ask_model(const Model& model, const Question& question, std::span<const View> views,
                    const Marks& marks) {
  // A text that is written in escapes is judged by what it says, not by how that looks.
  bool in_escapes = false;
  for (const View& view : views)
    in_escapes = in_escapes || (view.depth() == 1 &&
                                (view.how() == "entities" || view.how() == "percent" ||
                                 view.how() == "escapes" || view.how() == "quoted_printable") &&
                                view.text().size() * 2 < question.text.size());
  ModelWord word;
  KnownSums known;
  for (size_t i = 0; i < views.size(); ++i) {
    const View& view = views[i];
    if (in_escapes && view.is_given()) continue;
    const Model::Opinion opinion =
        model.ask(question.channel, view.text(),
                  i < marks.size() ? std::span<const Mark>(marks[i]) : std::span<const Mark>(),
                  views.size() > 1 ? &known : nullptr);
    if (opinion.log_odds <= word.log_odds) continue;
    word = {opinion.log_odds, view.span(opinion.from, opinion.to), view.how()};
  }
  return word;
}

Judgement judge(const Question& question, double evidence, std::span<const View> views,
                const Marks& marks, bool asked) {
  Judgement judgement;
  const Model& model = Model::built_in();
  const Classifier& classifier = model.of(question.channel);
  judgement.rule = model_rule(question.channel);
  judgement.kind = question.channel == Channel::tool_arguments ? Kind::code : Kind::instruction;
  double said = 0;
  if (asked) {
    const ModelWord word = ask_model(model, question, views, marks);
    said = heard_of_model(is_document(question), word.log_odds);
    judgement.span = word.span;
    judgement.view = word.view;
  }
  const double total = total_evidence(question.channel, evidence, said);
  // Without the model's word the rules stand alone, on their own scale.
  const double label = asked ? classifier.label : kRulesLabel;
  const double certain = asked ? classifier.certain : kRulesCertain;
  // A score of one half lies at the label's threshold, in every channel.
  judgement.score = probability(total - label + 3.0);
  // Prose without any mark that a rule knows is never certain: people write requests to each other.
  const bool marked = !by_pieces(question.channel) || evidence >= kMarked;
  if (total >= certain && marked)
    judgement.certainty = Certainty::certain;
  else if (total >= label)
    judgement.certainty = Certainty::likely;
  // Rules that carry alone name what it is; the model only says that something is.
  const bool carried = !by_pieces(question.channel) && evidence >= label;
  judgement.by_model = evidence < 1.0 || (said > evidence && !carried);
  return judgement;
}

}  // namespace doorward::detect
