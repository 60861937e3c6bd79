#include "figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <regex>
#include <string>

namespace doorward::train {

namespace {

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

void interval(double hits, double n, double& low, double& high) {
  const double z = 1.96;
  const double p = hits / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  low = std::max(0.0, middle - half);
  high = middle + half;
}

// A template that speaks of itself as an instruction or as from someone with a say, against the
// bare wish.
bool is_marked(const Row& row) {
  static const std::regex kMarks(
      "ignore|disregard|override|overrid|previous guidance|instruction|system|important|attention|"
      "admin|developer|debug|hidden|secret|assistant|\\bAI\\b|agent|task complete|final answer|"
      "forget|must strictly|new task|urgent|changed their mind|</|<!--|stop what|before you",
      std::regex::icase | std::regex::optimize);
  if (row.family == "BIPIA") return false;
  if (row.family == "spikee") return !row.form.empty();
  return row.channel == detect::Channel::tool_result &&
         std::regex_search(row.text.substr(0, 4000), kMarks);
}

using Counts = std::array<double, 3>;

void line(const char* label, const std::string& name, const Counts& counts) {
  double low = 0;
  double high = 0;
  interval(counts[1], counts[0], low, high);
  std::printf("  %-7s %-44s n %6.0f  found %5.1f %% [%5.1f %5.1f]  certain %5.1f %%\n", label,
              name.c_str(), counts[0], 100 * counts[1] / counts[0], 100 * low, 100 * high,
              100 * counts[2] / counts[0]);
}

}  // namespace

void tell(const char* channel, const std::vector<Scored>& scored) {
  std::map<std::pair<bool, std::string>, Counts> by;
  std::vector<std::pair<double, bool>> all, raw, rules;
  std::map<std::string, int> families;
  for (const Scored& one : scored) {
    all.emplace_back(one.total, one.row->attack);
    raw.emplace_back(one.raw, one.row->attack);
    rules.emplace_back(one.evidence, one.row->attack);
    std::vector<std::string> names = {one.row->family + " / " + one.row->kind, "~ all"};
    if (one.row->attack) {
      families[one.row->family];
      if (one.row->channel == detect::Channel::tool_result)
        names.emplace_back(is_marked(*one.row) ? "~ marked" : "~ unmarked");
    } else {
      names.push_back("~ " + one.row->kind);
    }
    for (const std::string& name : names) {
      Counts& counts = by[{one.row->attack, name}];
      counts[0] += 1;
      counts[1] += one.found;
      counts[2] += one.certain;
    }
  }
  std::printf("\n== %s  AUC rules and model %.3f, model %.3f, rules %.3f\n", channel, auc(all),
              auc(raw), auc(rules));
  for (const auto& [family, unused] : families) {
    std::vector<std::pair<double, bool>> both, model;
    for (const Scored& one : scored) {
      if (one.row->attack && one.row->family != family) continue;
      both.emplace_back(one.total, one.row->attack);
      model.emplace_back(one.raw, one.row->attack);
    }
    std::printf("  AUC %-40s model %.3f both %.3f\n", family.c_str(), auc(model), auc(both));
  }
  for (const auto& [key, counts] : by) line(key.first ? "attack" : "honest", key.second, counts);
  std::fflush(stdout);
}

void dump(const char* path, const std::vector<Scored>& scored) {
  std::ofstream out(path);
  for (const Scored& one : scored)
    out << one.row->attack << "\t" << one.evidence << "\t" << one.raw << "\t" << one.total << "\t"
        << one.row->family << "\t" << one.row->id << "\t" << one.span.from << "\t" << one.span.to << "\n";
}

}  // namespace doorward::train
