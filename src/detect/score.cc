#include "detect/score.h"

#include <algorithm>
#include <cmath>

#include "detect/model.h"

namespace doorward::detect {

double probability(double log_odds) {
  return 1.0 / (1.0 + std::exp(-(log_odds - 3.0)));
}

double total_evidence(double rules, double model) {
  return rules + std::clamp(model, -2.5, 8.0);
}

namespace {

constexpr double kRulesLabel = 3.0;
constexpr double kRulesCertain = 6.5;

// A program's own language is judged by its grammar; letters in a row say little there.
bool asks_model(const Question& question) {
  return question.channel != Channel::tool_arguments ||
         (question.role != Role::sql && question.role != Role::command &&
          question.role != Role::code);
}

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

Judgement judge(const Question& question, double evidence, std::span<const View> views) {
  Judgement judgement;
  const Model& model = Model::built_in();
  const Classifier& classifier = model.of(question.channel);
  judgement.rule = model_rule(question.channel);
  judgement.kind = question.channel == Channel::tool_arguments ? Kind::code : Kind::instruction;
  double said = 0;
  if (asks_model(question)) {
    said = -20;
    // A text that is written in escapes is judged by what it says, not by how that looks.
    bool in_escapes = false;
    for (const View& view : views)
      in_escapes = in_escapes || (view.depth() == 1 &&
                                  (view.how() == "entities" || view.how() == "percent" ||
                                   view.how() == "escapes" || view.how() == "quoted_printable") &&
                                  view.text().size() * 2 < question.text.size());
    for (const View& view : views) {
      if (in_escapes && view.is_given()) continue;
      const Model::Opinion opinion = model.ask(question.channel, view.text());
      if (opinion.log_odds <= said) continue;
      said = opinion.log_odds;
      judgement.span = view.span(opinion.from, opinion.to);
      judgement.view = view.how();
    }
  }
  const double total = total_evidence(evidence, said);
  // Without the model's word the rules stand alone, on their own scale.
  const bool asked = asks_model(question);
  const double label = asked ? classifier.label : kRulesLabel;
  const double certain = asked ? classifier.certain : kRulesCertain;
  // A score of one half lies at the label's threshold, in every channel.
  judgement.score = probability(total - label + 3.0);
  if (total >= certain)
    judgement.certainty = Certainty::certain;
  else if (total >= label)
    judgement.certainty = Certainty::likely;
  judgement.by_model = evidence < 1.0;
  return judgement;
}

}  // namespace doorward::detect
