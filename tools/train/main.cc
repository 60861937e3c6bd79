// Trains the model of src/detect and measures it on sources that were left out.
//
//   doorward-train eval FOLDER [CHANNEL]       figures by channel and source, leave-one-source-out
//   doorward-train rules FOLDER CHANNEL        which rules hit how many honest texts and attacks
//   doorward-train train FOLDER OUT [CHANNEL]  the same, then the model of all sources; a channel
//                                              that is not asked for keeps what OUT has
//
// FOLDER holds *.jsonl (tools/train/run.py unpacks *.jsonl.xz). The same folder gives the same
// file. Thresholds of a figure come from the other folds only, never from what is measured.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "detect/inspector.h"
#include "classifier_file.h"
#include "examples.h"
#include "figures.h"
#include "folds.h"

using namespace doorward;
using namespace doorward::train;
using detect::Channel;

namespace {

constexpr std::array<const char*, 4> kNames = {"tool_definition", "tool_arguments", "tool_result",
                                               "user_prompt"};

double given(const char* name, double otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : std::atof(value);
}

void tell_rules(const std::vector<Row>& rows, Channel channel) {
  std::map<std::string, std::array<size_t, 2>> hits;
  std::map<std::string, std::string> example;
  std::array<size_t, 2> texts{};
  for (const Row& row : rows) {
    if (row.family == kOwn || !belongs(row, channel, false)) continue;
    ++texts[row.attack ? 1 : 0];
    std::set<std::string> seen;
    for (const auto& finding :
         detect::inspect({.channel = channel, .role = row.role, .text = row.text}).findings) {
      if (!seen.insert(std::string(finding.rule)).second) continue;
      ++hits[std::string(finding.rule)][row.attack ? 1 : 0];
      if (!row.attack)
        example[std::string(finding.rule)] +=
            row.text.substr(finding.span.from,
                            std::min<size_t>(90, finding.span.to - finding.span.from)) +
            " @@ ";
    }
  }
  for (const auto& [rule, count] : hits)
    std::printf("%-34s honest %5zu of %zu  attacks %5zu of %zu  %.400s\n", rule.c_str(), count[0],
                texts[0], count[1], texts[1], example[rule].c_str());
}

std::string whole(const char* path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || (std::strcmp(argv[1], "train") == 0 && argc < 4)) {
    std::fprintf(stderr, "doorward-train eval FOLDER [CHANNEL] | train FOLDER OUT [CHANNEL]\n");
    return 2;
  }
  const bool writing = std::strcmp(argv[1], "train") == 0;
  const std::string only = argc > 3 && !writing ? argv[3] : argc > 4 ? argv[4] : "";
  const std::vector<Row> rows = read_rows(argv[2]);
  if (std::strcmp(argv[1], "rules") == 0) {
    for (size_t c = 0; c < kNames.size(); ++c)
      if (only == kNames[c]) tell_rules(rows, static_cast<Channel>(c));
    return 0;
  }
  const std::string before = writing && !only.empty() ? whole(argv[3]) : "";
  std::string file = "DWM1";
  for (size_t c = 0; c < kNames.size(); ++c) {
    if (!only.empty() && only != kNames[c]) {
      if (writing) file += before.substr(4 + c * kClassifierBytes, kClassifierBytes);
      continue;
    }
    const auto channel = static_cast<Channel>(c);
    const auto width = static_cast<uint32_t>(
        channel == Channel::tool_arguments ? 1000 : given("DOORWARD_WIDTH", detect::by_pieces(channel) ? 500 : 400));
    const Recipe recipe{.epochs = static_cast<int>(given("DOORWARD_EPOCHS", 6)),
                        .rate = static_cast<float>(given("DOORWARD_RATE", 0.05)),
                        .decay = static_cast<float>(given("DOORWARD_DECAY", 1e-4))};
    const auto examples = examples_of(rows, channel, width);
    auto scored = leave_out(rows, examples, channel, recipe);
    // Thresholds leave room below the bars (one in a hundred of texts, three of arguments): other
    // sources are harsher.
    const double rate =
        given("DOORWARD_FALSE_ALARMS", channel == Channel::tool_arguments ? 0.012 : channel == Channel::tool_result ? 0.007 : 0.008);
    const Tuned tuned = tune(scored, rate);
    judge_by_other_folds(scored, rate);
    std::printf("%s: gain %.2f bias %.2f label %.2f certain %.2f\n", kNames[c], tuned.gain,
                tuned.bias, tuned.label, tuned.certain);
    tell(kNames[c], scored);
    if (const char* const path = std::getenv("DOORWARD_DUMP")) dump(path, scored);
    const char* const check = std::getenv("DOORWARD_CHECK");
    if (!writing && check == nullptr) continue;
    std::vector<const Example*> all;
    for (const Example& example : examples) all.push_back(&example);
    const std::string classifier = classifier_bytes(fit(all, recipe), tuned, width);
    // Rows of a folder that nothing here has learnt from.
    if (check != nullptr) {
      const std::vector<Row> others = read_rows(check);
      tell(kNames[c], judge_others(others, channel, classifier));
    }
    file += classifier;
  }
  if (writing) {
    std::ofstream out(argv[3], std::ios::binary);
    out << file;
    if (!out.flush()) return 3;
    std::printf("wrote %zu bytes\n", file.size());
  }
  return 0;
}
