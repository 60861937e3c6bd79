// Trains the model of src/detect and measures it on sources that were left out.
//
//   doorward-train eval FOLDER            figures by channel and source, leave-one-source-out
//   doorward-train train FOLDER OUT       the same, then the model of all sources
//
// FOLDER holds *.jsonl (tools/train/run.py unpacks *.jsonl.xz). The same folder gives the same
// file.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "detect/inspector.h"
#include "detect/model.h"
#include "detect/score.h"
#include "linear.h"
#include "rows.h"

using namespace doorward;
using namespace doorward::train;
using detect::Channel;

namespace {

constexpr std::string_view kOwn = "doorward own";

struct Scored {
  const Row* row;
  double evidence;  // of rules
  double raw;       // of a model that never saw the row's family
  double total = 0;
};

struct Tuned {
  double gain = 1, bias = 0;  // calibrated = gain * raw + bias
  double label = 3, certain = 7;
};

bool belongs(const Row& row, Channel channel, bool for_training) {
  if (row.family == "obfuscated" || row.kind == "secret" || row.kind == "pii") return false;
  // Our own rows teach in every fold and count in no figure.
  if (row.family == kOwn && !for_training) return false;
  // Strings that only look like secrets are no prose; they teach, and count in no figure.
  if (!for_training &&
      (row.kind == "secret_negative" || row.kind == "high_entropy" || row.kind == "no_direct_pii"))
    return false;
  if (channel == Channel::tool_arguments)
    return row.channel == channel && row.role != detect::Role::sql &&
           row.role != detect::Role::command;
  if (row.channel == channel) return true;
  // Instructions in results teach what poisons a definition; honest results, what does not.
  return for_training && channel == Channel::tool_definition && row.channel == Channel::tool_result;
}

double percentile_threshold(std::vector<double> benign, double rate) {
  std::sort(benign.begin(), benign.end(), std::greater<>());
  if (benign.empty()) return 0;
  return benign[std::min(benign.size() - 1,
                         static_cast<size_t>(rate * static_cast<double>(benign.size())))];
}

double auc(std::vector<std::pair<double, bool>> scores) {
  std::sort(scores.begin(), scores.end());
  double ranks = 0;
  double positives = 0;
  for (size_t i = 0; i < scores.size();) {
    size_t j = i;
    while (j < scores.size() && scores[j].first == scores[i].first) ++j;
    for (size_t k = i; k < j; ++k)
      if (scores[k].second) {
        ranks += (static_cast<double>(i + j) + 1) / 2;
        ++positives;
      }
    i = j;
  }
  const double negatives = static_cast<double>(scores.size()) - positives;
  return positives == 0 || negatives == 0
             ? 0
             : (ranks - positives * (positives + 1) / 2) / (positives * negatives);
}

// Wilson, 95 %.
void interval(double hits, double n, double& low, double& high) {
  const double z = 1.96;
  const double p = hits / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  low = middle - half;
  high = middle + half;
}

std::vector<Example> examples_of(const std::vector<Row>& rows, Channel channel, uint32_t width) {
  const auto set = detect::feature_set(channel);
  std::map<std::pair<std::string, bool>, size_t> counts;
  for (const Row& row : rows)
    if (belongs(row, channel, true)) ++counts[{row.family, row.attack}];
  std::vector<Example> examples;
  double attack_weight = 0;
  double benign_weight = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (!belongs(row, channel, true)) continue;
    Example example{.attack = row.attack, .row = i};
    // No source may drown the others.
    example.weight = 1.0F / std::sqrt(static_cast<float>(counts[{row.family, row.attack}]));
    if (row.channel != channel) example.weight *= 0.6F;
    for (const auto& window : detect::windows_of(row.text, width)) {
      auto& features = example.windows.emplace_back();
      detect::features_of(
          detect::plain_form(
              std::string_view(row.text).substr(window.from, window.to - window.from), set),
          set, features);
      if (example.windows.size() >= 40) break;
    }
    (row.attack ? attack_weight : benign_weight) += example.weight;
    examples.push_back(std::move(example));
  }
  const auto total = static_cast<double>(examples.size());
  for (Example& example : examples)
    example.weight *=
        static_cast<float>(total / 2 / (example.attack ? attack_weight : benign_weight));
  return examples;
}

double combined(const Scored& one, const Tuned& tuned) {
  const double said = tuned.gain * one.raw + tuned.bias;
  return detect::total_evidence(one.evidence, said);
}

// Our corpus puts some attacks into honest texts of other sources: what knows the host by heart is
// no judge of them, so hosts are left out with what stands in them.
bool hosts_attacks(const std::string& family) {
  static const std::set<std::string> kHosts = {"ASB",
                                               "awslabs",
                                               "stacklok",
                                               "LiveMCP",
                                               "tldr",
                                               "NeMo",
                                               "PATT docs",
                                               "agentgateway+agentgateway docs",
                                               "NVIDIA+garak docs",
                                               "protectai+llm-guard docs"};
  return kHosts.contains(family);
}

// A model's own measure of honest texts: scores of different models are compared in it.
struct Measure {
  double middle = 0, spread = 1;
};
Measure measure(const Linear& model, const std::vector<const Example*>& examples) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (const Example* const example : examples) {
    if (example->attack) continue;
    const double said = model.best(*example);
    sum += said;
    squares += said * said;
    ++count;
  }
  const double middle = sum / count;
  return {middle, std::sqrt(std::max(1e-6, squares / count - middle * middle))};
}

bool second_fold(const std::string& family) {
  static const std::set<std::string> kOut = {"spikee",    "BIPIA", "CyberSecEval", "awslabs",
                                             "PATT docs", "NeMo",  "own",          "tldr"};
  return kOut.contains(family);
}

// Scores of every row by a model that has not seen its family.
// `shift` tells how far honest texts of unknown sources lie from those of known ones.
std::vector<Scored> leave_out(const std::vector<Row>& rows, const std::vector<Example>& examples,
                              Channel channel, const Recipe& recipe, Measure& shift) {
  std::vector<std::string> attacks, benign;
  for (const Example& example : examples) {
    auto& names = example.attack ? attacks : benign;
    const std::string& family = rows[example.row].family;
    if (family == kOwn) continue;
    if (std::find(names.begin(), names.end(), family) == names.end()) names.push_back(family);
  }
  const size_t folds = std::max(attacks.size(), benign.size());
  std::vector<Scored> scored;
  const bool two = channel == Channel::tool_result;
  const size_t most = two ? 2 : std::min<size_t>(folds, 6);
  const auto is_out = [&](const Example& example, size_t fold) {
    const std::string& family = rows[example.row].family;
    if (family == kOwn) return false;
    if (two) return fold == 0 ? hosts_attacks(family) : second_fold(family);
    const auto& names = example.attack ? attacks : benign;
    const auto place = std::find(names.begin(), names.end(), family) - names.begin();
    return static_cast<size_t>(place) % folds % most == fold;
  };
  double middles = 0;
  double spreads = 0;
  double measured = 0;
  for (size_t fold = 0; fold < most; ++fold) {
    std::vector<const Example*> training;
    std::set<std::string> out;
    for (const Example& example : examples)
      if (is_out(example, fold)) out.insert(rows[example.row].family);
    for (const Example& example : examples)
      if (!out.contains(rows[example.row].family)) training.push_back(&example);
    const Linear model = fit(training, recipe);
    const Measure own = measure(model, training);
    const size_t first = scored.size();
    for (const Example& example : examples) {
      const Row& row = rows[example.row];
      if (!is_out(example, fold) || !belongs(row, channel, false)) continue;
      scored.push_back({&row, 0, (model.best(example) - own.middle) / own.spread});
    }
    double sum = 0;
    double squares = 0;
    double count = 0;
    for (size_t i = first; i < scored.size(); ++i) {
      if (scored[i].row->attack) continue;
      sum += scored[i].raw;
      squares += scored[i].raw * scored[i].raw;
      ++count;
    }
    if (count < 2) continue;
    const double middle = sum / count;
    const double spread = std::sqrt(std::max(1e-6, squares / count - middle * middle));
    for (size_t i = first; i < scored.size(); ++i)
      scored[i].raw = (scored[i].raw - middle) / spread;
    middles += middle;
    spreads += spread;
    ++measured;
  }
  shift = measured > 0 ? Measure{middles / measured, spreads / measured} : Measure{};
  return scored;
}

void tell(const char* name, const std::vector<Scored>& scored, double label, double certain) {
  std::map<std::pair<bool, std::string>, std::array<double, 3>> by;
  std::vector<std::pair<double, bool>> all;
  double model_only = 0;
  for (const Scored& one : scored) {
    const std::string family = one.row->family + " / " + one.row->kind;
    auto& counts = by[{one.row->attack, family}];
    counts[0] += 1;
    counts[1] += one.total >= label;
    counts[2] += one.total >= certain;
    all.emplace_back(one.total, one.row->attack);
    auto& sums = by[{one.row->attack, "~ all"}];
    sums[0] += 1;
    sums[1] += one.total >= label;
    sums[2] += one.total >= certain;
  }
  std::vector<std::pair<double, bool>> raw;
  for (const Scored& one : scored) raw.emplace_back(one.raw, one.row->attack);
  model_only = auc(raw);
  std::printf("\n== %s  AUC %.3f (model alone %.3f)  label %.2f certain %.2f\n", name, auc(all),
              model_only, label, certain);
  std::set<std::string> families;
  for (const Scored& one : scored)
    if (one.row->attack) families.insert(one.row->family);
  for (const std::string& family : families) {
    std::vector<std::pair<double, bool>> by_model, by_rules, by_both;
    for (const Scored& one : scored) {
      if (one.row->attack && one.row->family != family) continue;
      by_model.emplace_back(one.raw, one.row->attack);
      by_rules.emplace_back(one.evidence, one.row->attack);
      by_both.emplace_back(one.total, one.row->attack);
    }
    std::printf("  AUC %-36s model %.3f rules %.3f both %.3f\n", family.c_str(), auc(by_model),
                auc(by_rules), auc(by_both));
  }
  for (const auto& [key, counts] : by) {
    double low = 0;
    double high = 0;
    interval(counts[1], counts[0], low, high);
    std::printf("  %-7s %-44s n %6.0f  found %5.1f %% [%5.1f %5.1f]  certain %5.1f %%\n",
                key.first ? "attack" : "honest", key.second.c_str(), counts[0],
                100 * counts[1] / counts[0], 100 * low, 100 * high, 100 * counts[2] / counts[0]);
  }
}

void put(std::string& out, const void* data, size_t size) {
  out.append(static_cast<const char*>(data), size);
}

void write_classifier(std::string& out, const Linear& model, const Measure& own,
                      const Measure& shift, Tuned tuned, uint32_t width) {
  tuned.bias -= tuned.gain * shift.middle / shift.spread;
  tuned.gain /= shift.spread;
  tuned.bias -= tuned.gain * own.middle / own.spread;
  tuned.gain /= own.spread;
  float most = 0;
  // Eight bits hold the bulk; the few largest weights are cut at six deviations.
  double squares = 0;
  size_t used = 0;
  for (const float w : model.weights) {
    squares += static_cast<double>(w) * w;
    used += w != 0 ? 1 : 0;
    most = std::max(most, std::abs(w));
  }
  const float deviation = static_cast<float>(std::sqrt(squares / std::max<size_t>(1, used)));
  const float top = std::min(most, 8 * deviation);
  const float scale = top / 127;
  const float gain = 1;
  const float bias = static_cast<float>(tuned.gain * model.bias + tuned.bias);
  const float stored = static_cast<float>(scale * tuned.gain);
  const float label = static_cast<float>(tuned.label);
  const float certain = static_cast<float>(tuned.certain);
  put(out, &bias, 4);
  put(out, &stored, 4);
  put(out, &gain, 4);
  put(out, &label, 4);
  put(out, &certain, 4);
  put(out, &width, 4);
  for (const float w : model.weights)
    out += static_cast<char>(
        static_cast<int8_t>(std::lround(std::clamp(w / (scale > 0 ? scale : 1), -127.0F, 127.0F))));
}

// Chooses gain and bias so that rules and model together catch most at one false alarm in a
// hundred, by the mean over families of attacks: big families must not decide alone.
Tuned tune(std::vector<Scored>& scored, double rate) {
  std::vector<double> benign_raw;
  for (const Scored& one : scored)
    if (!one.row->attack) benign_raw.push_back(one.raw);
  const double at_one = percentile_threshold(benign_raw, rate);
  Tuned best;
  double best_mean = -1;
  for (const double gain : {0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0}) {
    for (const double lift : {0.0, 1.0, 2.0}) {
      Tuned tuned{.gain = gain, .bias = 3.0 - lift - gain * at_one};
      std::vector<double> benign;
      std::map<std::string, std::array<double, 2>> by;
      for (Scored& one : scored) {
        one.total = combined(one, tuned);
        if (!one.row->attack) benign.push_back(one.total);
      }
      tuned.label = percentile_threshold(benign, rate) + 1e-6;
      for (const Scored& one : scored)
        if (one.row->attack) {
          by[one.row->family][0] += 1;
          by[one.row->family][1] += one.total >= tuned.label;
        }
      double mean = 0;
      for (const auto& [family, counts] : by) mean += counts[1] / counts[0];
      mean /= static_cast<double>(by.size());
      if (mean > best_mean) {
        best_mean = mean;
        tuned.certain = std::max(percentile_threshold(benign, rate / 10) + 0.5, tuned.label + 2);
        best = tuned;
      }
    }
  }
  for (Scored& one : scored) one.total = combined(one, best);
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || (std::strcmp(argv[1], "train") == 0 && argc < 4)) {
    std::fprintf(stderr, "doorward-train eval|train FOLDER [OUT] [CHANNEL]\n");
    return 2;
  }
  const bool writing = std::strcmp(argv[1], "train") == 0;
  const std::string only = argc > 3 && !writing ? argv[3] : argc > 4 ? argv[4] : "";
  const std::vector<Row> rows = read_rows(argv[2]);
  static constexpr std::array<const char*, 4> kNames = {"tool_definition", "tool_arguments",
                                                        "tool_result", "user_prompt"};
  std::string file = "DWM1";
  for (size_t c = 0; c < kNames.size(); ++c) {
    if (!only.empty() && only != kNames[c]) continue;
    const auto channel = static_cast<Channel>(c);
    const uint32_t width = channel == Channel::tool_arguments ? 1000 : 400;
    Recipe recipe;
    if (const char* const epochs = std::getenv("DOORWARD_EPOCHS"))
      recipe.epochs = std::atoi(epochs);
    if (const char* const rate = std::getenv("DOORWARD_RATE"))
      recipe.rate = static_cast<float>(std::atof(rate));
    if (const char* const decay = std::getenv("DOORWARD_DECAY"))
      recipe.decay = static_cast<float>(std::atof(decay));
    const auto examples = examples_of(rows, channel, width);
    Measure shift;
    auto scored = leave_out(rows, examples, channel, recipe, shift);
    for (Scored& one : scored)
      one.evidence = detect::rule_evidence({channel, one.row->role, one.row->text});
    // Thresholds leave room below the bar of one in a hundred: other sources are harsher.
    const Tuned tuned = tune(scored, 0.008);
    std::printf("gain %.2f bias %.2f\n", tuned.gain, tuned.bias);
    tell(kNames[c], scored, tuned.label, tuned.certain);
    std::fflush(stdout);
    if (const char* const dump = std::getenv("DOORWARD_DUMP")) {
      std::ofstream out(dump);
      for (const Scored& one : scored)
        out << one.row->attack << "\t" << one.evidence << "\t" << one.raw << "\t" << one.total
            << "\t" << one.row->family << "\t" << one.row->id << "\n";
    }
    if (writing) {
      std::vector<const Example*> all;
      for (const Example& example : examples) all.push_back(&example);
      const Linear model = fit(all, recipe);
      write_classifier(file, model, measure(model, all), shift, tuned, width);
    }
  }
  if (writing) {
    std::ofstream out(argv[3], std::ios::binary);
    out << file;
    if (!out.flush()) return 3;
    std::printf("wrote %zu bytes\n", file.size());
  }
  return 0;
}
