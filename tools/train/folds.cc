#include "folds.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "base/error.h"
#include "detect/inspector.h"
#include "detect/score.h"
#include "detect/views.h"

namespace doorward::train {

using detect::Channel;

namespace {

constexpr size_t kMostFolds = 6;
constexpr double kWholeFamily = 100;  // attacks; a handful must not decide as much as thousands

// Which fold a family is left out in. Attacks and honest texts are dealt out separately; a family
// that has both stays together.
std::map<std::string, size_t> deal(const std::vector<Scored>& rows) {
  std::map<std::string, size_t> attacks;
  std::map<std::string, size_t> honest;
  for (const Scored& one : rows) ++(one.row->attack ? attacks : honest)[one.row->family];
  const auto by_size = [](const std::map<std::string, size_t>& counts) {
    std::vector<std::pair<size_t, std::string>> order;
    for (const auto& [name, count] : counts) order.emplace_back(count, name);
    std::sort(order.rbegin(), order.rend());
    return order;
  };
  std::map<std::string, size_t> folds;
  const size_t count = std::clamp<size_t>(attacks.size(), 2, kMostFolds);
  size_t next = 0;
  for (const auto& [size, name] : by_size(attacks)) folds[name] = next++ % count;
  std::vector<size_t> load(count, 0);
  for (const auto& [size, name] : by_size(honest)) {
    const auto known = folds.find(name);
    const size_t fold =
        known != folds.end()
            ? known->second
            : static_cast<size_t>(std::min_element(load.begin(), load.end()) - load.begin());
    folds[name] = fold;
    load[fold] += size;
  }
  return folds;
}

double threshold_at(std::vector<double> honest, double rate) {
  std::sort(honest.begin(), honest.end(), std::greater<>());
  if (honest.empty()) return 0;
  return honest[std::min(honest.size() - 1,
                         static_cast<size_t>(rate * static_cast<double>(honest.size())))];
}

double total_of(const Scored& one, Channel channel, const Tuned& tuned) {
  return detect::total_evidence(channel, one.evidence, detect::heard_of_model(one.document, tuned.gain * one.raw + tuned.bias));
}

// What is tried: of arguments how loud the model is beside the rules; of prose how the false alarms
// are shared between the two.
std::vector<Tuned> choices(const std::vector<Scored>& scored, Channel channel, double rate) {
  std::vector<double> honest;
  for (const Scored& one : scored)
    if (!one.row->attack) honest.push_back(one.raw);
  std::vector<Tuned> all;
  if (!detect::by_pieces(channel)) {
    for (const double gain : {0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0})
      for (const double lift : {0.0, 1.0, 2.0})
        all.push_back({.gain = gain, .bias = 3.0 - lift - gain * threshold_at(honest, rate)});
  } else {
    for (const double share : {0.2, 0.4, 0.6, 0.8, 0.95})
      for (const double label : {1.6, 2.05, 2.3, 2.45, 2.65, 2.85, 3.05, 3.3, 3.45, 3.65, 4.05})
        all.push_back({.gain = 1, .bias = label - threshold_at(honest, rate * share)});
  }
  return all;
}

// Of arguments no source of honest texts may be alarmed at more than three in a hundred, however
// small a part of all it is: the look-alikes are few among values, and many where they come.
double bound_of_families(const std::vector<Scored>& scored, Channel channel, const Tuned& tuned) {
  constexpr size_t kManyTexts = 200;
  constexpr double kMostAlarms = 0.03;
  if (channel != Channel::tool_arguments) return -1e9;
  std::map<std::string, std::vector<double>> honest;
  for (const Scored& one : scored)
    if (!one.row->attack) honest[one.row->family].push_back(total_of(one, channel, tuned));
  double bound = -1e9;
  for (auto& [family, totals] : honest)
    if (totals.size() >= kManyTexts)
      bound = std::max(bound, threshold_at(std::move(totals), kMostAlarms));
  return bound;
}

}  // namespace

// One text in many rows (a page that says it failed, a list that every run fetched) is one honest
// text: it must not choose a threshold by its number.
std::vector<Scored> once_each(const std::vector<Scored>& scored) {
  std::set<std::string> seen;
  std::vector<Scored> out;
  for (const Scored& one : scored) {
    if (!one.row->attack &&
        !seen.insert(one.row->family + one.row->text.substr(one.span.from,
                                                            one.span.to - one.span.from))
             .second)
      continue;
    out.push_back(one);
  }
  return out;
}

namespace {

detect::Model model_of(const std::string& file) {
  auto model = detect::Model::read(file);
  if (!model) panic("a trained model can't be read: " + model.error().what);
  return *model;
}

// The same classifier for each channel.
std::string file_of(const std::string& classifier) {
  std::string file = "DWM1";
  for (int i = 0; i < 4; ++i) file += classifier;
  return file;
}

void judge_one(Scored& each, Channel channel, const detect::Model& model) {
  const detect::Question question{
      .channel = channel, .role = each.row->role, .text = each.row->text};
  const auto views = detect::views_of(each.row->text);
  each.document = detect::is_document(question);
  const auto rules = detect::ask_rules(question);
  const auto word = detect::ask_model(model, question, views, rules.marks);
  each.raw = word.log_odds;
  each.span = word.span;
  each.evidence = rules.evidence;
}

}  // namespace

std::vector<Scored> judge_others(const std::vector<Row>& rows, Channel channel,
                                 const std::string& classifier) {
  const std::string file = file_of(classifier);
  const detect::Model model = model_of(file);
  const detect::Classifier& own = model.of(channel);
  std::vector<Scored> scored;
  for (const Row& row : rows) {
    if (row.channel != channel) continue;
    Scored& one = scored.emplace_back(Scored{.row = &row});
    judge_one(one, channel, model);
    one.total = total_of(one, channel, {}) - own.label;
    one.found = one.total >= 0;
    one.certain = one.total >= own.certain - own.label &&
                  (!detect::by_pieces(channel) || one.evidence >= 2.5);
  }
  return scored;
}

std::vector<Scored> leave_out(const std::vector<Row>& rows, const std::vector<Example>& examples,
                              Channel channel, const Recipe& recipe) {
  std::vector<Scored> scored;
  for (const Example& example : examples)
    if (belongs(rows[example.row], channel, false)) scored.push_back({.row = &rows[example.row]});
  const auto folds = deal(scored);
  size_t last = 0;
  for (const auto& [name, fold] : folds) last = std::max(last, fold);
  for (size_t fold = 0; fold <= last; ++fold) {
    const auto is_out = [&](const Row& row) {
      const auto known = folds.find(row.family);
      return row.family != kOwn && known != folds.end() && known->second == fold;
    };
    std::vector<const Example*> training;
    for (const Example& example : examples)
      if (!is_out(rows[example.row])) training.push_back(&example);
    const std::string file =
        file_of(classifier_bytes(fit(training, recipe), {}, examples.front().width));
    const detect::Model model = model_of(file);
    for (Scored& each : scored) {
      if (!is_out(*each.row)) continue;
      each.fold = fold;
      judge_one(each, channel, model);
    }
  }
  return scored;
}

Tuned tune(const std::vector<Scored>& all, double rate) {
  const std::vector<Scored> scored = once_each(all);
  const Channel channel = scored.front().row->channel;
  std::vector<std::pair<double, Tuned>> tried;
  double best = -1;
  for (Tuned tuned : choices(scored, channel, rate)) {
    std::vector<double> honest;
    std::map<std::string, std::array<double, 2>> by;
    for (const Scored& one : scored)
      if (!one.row->attack) honest.push_back(total_of(one, channel, tuned));
    tuned.label = std::max(threshold_at(honest, rate), bound_of_families(scored, channel, tuned)) + 1e-6;
    for (const Scored& one : scored)
      if (one.row->attack) {
        by[one.row->family][0] += 1;
        by[one.row->family][1] += total_of(one, channel, tuned) >= tuned.label;
      }
    double mean = 0;
    double families = 0;
    for (const auto& [family, counts] : by) {
      const double weight = std::min(1.0, counts[0] / kWholeFamily);
      mean += weight * counts[1] / counts[0];
      families += weight;
    }
    mean /= families;
    tuned.certain = std::max(threshold_at(honest, rate / 10) + 0.5, tuned.label + 2);
    best = std::max(best, mean);
    tried.emplace_back(mean, tuned);
  }
  // The best ones hardly differ, and which is first is chance: of those, the one that gives the
  // model most, for the next source will bring words that no rule knows.
  constexpr double kHardly = 0.005;
  const auto chosen = std::find_if(tried.rbegin(), tried.rend(), [&](const auto& one) {
    return one.first >= best - kHardly;
  });
  return chosen->second;
}

void judge_by_other_folds(std::vector<Scored>& scored, double rate) {
  std::set<size_t> folds;
  for (const Scored& one : scored) folds.insert(one.fold);
  for (const size_t fold : folds) {
    std::vector<Scored> others;
    for (const Scored& one : scored)
      if (one.fold != fold) others.push_back(one);
    const Tuned tuned = tune(others, rate);
    for (Scored& one : scored) {
      if (one.fold != fold) continue;
      one.total = total_of(one, one.row->channel, tuned) - tuned.label;
      one.found = one.total >= 0;
      one.certain = one.total >= tuned.certain - tuned.label &&
                    (!detect::by_pieces(one.row->channel) || one.evidence >= 2.5);
    }
  }
}

}  // namespace doorward::train
