#include "examples.h"

#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "detect/inspector.h"

namespace doorward::train {

using detect::Channel;

namespace {

constexpr size_t kMostPieces = 120;  // of one text, in training

std::string_view part(const Row& row, detect::Window piece) {
  return std::string_view(row.text).substr(piece.from, piece.to - piece.from);
}

size_t key(std::string_view text) {
  return std::hash<std::string>{}(detect::plain_form(text, detect::FeatureSet::prose));
}

// Tells which pieces of an attack are its host's: those that honest texts hold too, and those that
// a great part of the family's attacks share without looking like an instruction.
class Hosts {
 public:
  Hosts(const std::vector<Row>& rows, Channel channel) : channel_(channel) {
    for (const Row& row : rows) {
      if (row.channel != channel && row.channel != Channel::tool_result) continue;
      if (row.attack) ++attacks_[row.family];
      if (row.family == kOwn) continue;
      for (const auto piece : detect::pieces_of(row.text)) {
        const size_t hash = key(part(row, piece));
        if (row.attack)
          ++seen_[{row.family, hash}];
        else
          honest_.insert(hash);
      }
    }
  }

  void mark(const Row& row, Example& example) {
    example.suspect.assign(example.pieces.size(), 1);
    if (!row.attack) return;
    if (!row.planted.empty()) {
      const size_t from = row.text.find(row.planted);
      for (size_t i = 0; from != std::string::npos && i < example.pieces.size(); ++i)
        example.suspect[i] = example.pieces[i].to > from + 2 &&
                             example.pieces[i].from + 2 < from + row.planted.size();
      return;
    }
    const double most = std::max(20.0, 0.04 * static_cast<double>(attacks_[row.family]));
    size_t left = 0;
    for (size_t i = 0; i < example.pieces.size(); ++i) {
      const auto text = part(row, example.pieces[i]);
      const size_t hash = key(text);
      const bool common = static_cast<double>(seen_[{row.family, hash}]) > most;
      example.suspect[i] = !honest_.contains(hash) && (!common || telling(hash, text));
      left += example.suspect[i];
    }
    if (left == 0) example.suspect.assign(example.pieces.size(), 1);
  }

 private:
  bool telling(size_t hash, std::string_view text) {
    const auto known = rules_.find(hash);
    if (known != rules_.end()) return known->second;
    const bool says = detect::ask_rules({.channel = channel_, .text = text}).evidence > 1.5;
    rules_.emplace(hash, says);
    return says;
  }

  Channel channel_;
  std::unordered_set<size_t> honest_;
  std::map<std::pair<std::string, size_t>, size_t> seen_;
  std::map<std::string, size_t> attacks_;
  std::unordered_map<size_t, bool> rules_;
};

// What only names a bad purpose, or is a plain tool of a tester, is no instruction: it teaches
// little.
float trust(const Row& row) {
  if (row.channel == Channel::tool_definition && row.attack &&
      (row.family == "ASB tools" || row.family == "cisco"))
    return 0.25F;
  return 1;
}

// What a person asks an assistant for is out of place in data.
bool is_request(const Row& row) {
  return row.channel == Channel::user_prompt && !row.attack && row.text.size() < 300 &&
         row.source.starts_with("PromptShield/") &&
         row.text.find('?') == std::string::npos;
}

}  // namespace

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
  if (is_request(row)) return for_training && channel == Channel::tool_result;
  // Instructions in results teach what poisons a definition; honest results, what does not.
  // Wishes of a trade do not, nor guises and their twins: a tool's work is told in the same words.
  return for_training && channel == Channel::tool_definition &&
         row.channel == Channel::tool_result && row.kind != "bare_wish" &&
         row.kind != "guise" && row.kind != "twin" && row.kind != "steps" &&
         row.kind != "article" && row.kind != "listing" && row.kind != "numbers" && row.kind != "document";
}

std::vector<Example> examples_of(const std::vector<Row>& rows, Channel channel, uint32_t width) {
  const auto set = detect::feature_set(channel);
  const bool pieces = detect::by_pieces(channel);
  Hosts hosts(rows, channel);
  std::map<std::pair<std::string, bool>, size_t> counts;
  for (const Row& row : rows)
    if (belongs(row, channel, true)) ++counts[{row.family, row.attack}];
  std::vector<Example> examples;
  double attack_weight = 0;
  double benign_weight = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (!belongs(row, channel, true)) continue;
    const bool request = channel == Channel::tool_result && is_request(row);
    Example example{.attack = row.attack || request, .runs = pieces, .width = width, .power = detect::norm_power(channel), .row = i};
    // No source may drown the others.
    example.weight = trust(row) / std::sqrt(static_cast<float>(counts[{row.family, row.attack}]));
    if (row.channel != channel && !request) example.weight *= 0.6F;
    example.pieces = pieces ? detect::pieces_of(row.text) : detect::windows_of(row.text, width);
    if (example.pieces.size() > kMostPieces) example.pieces.resize(kMostPieces);
    const auto rules = detect::ask_rules({.channel = channel, .role = row.role, .text = row.text});
    for (const auto piece : example.pieces) {
      auto& features = example.features.emplace_back();
      detect::features_of(detect::plain_form(part(row, piece), set), set, features);
      if (pieces) detect::add_marks(rules.marks.front(), piece, features);
    }
    if (pieces)
      hosts.mark(row, example);
    else
      example.suspect.assign(example.pieces.size(), 1);
    (row.attack ? attack_weight : benign_weight) += example.weight;
    examples.push_back(std::move(example));
  }
  const auto total = static_cast<double>(examples.size());
  for (Example& example : examples)
    example.weight *=
        static_cast<float>(total / 2 / (example.attack ? attack_weight : benign_weight));
  return examples;
}

}  // namespace doorward::train
