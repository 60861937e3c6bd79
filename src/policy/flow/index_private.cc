// What the index of a task knows of private results, and of what calls carried out and wrote.
#include <algorithm>

#include "policy/flow/fields.h"
#include "policy/flow/index.h"
#include "policy/flow/index_find.h"
#include "policy/flow/index_hash.h"
#include "policy/flow/telling.h"

namespace doorward::policy::flow {

namespace {

constexpr size_t kLongWord = 24;  // bytes of what is no word, but letters without spaces

}  // namespace

void TaskIndex::add_private(const Segment& segment, std::string_view text, const Words& words) {
  std::vector<uint32_t> prints;
  winnow(words, prints);
  for (const uint32_t print : prints) private_.add(print, segment.call);
  telling_values(text, words, true,
                 [&](uint32_t hash, std::string_view) { private_values_.add(hash, segment.call); });
}

TaskIndex::Overlap TaskIndex::private_overlap(std::string_view content) const {
  Overlap overlap;
  if (private_.empty()) return overlap;
  Words words = words_of(content, 20'000);
  // Forwards, and with the words in turned order.
  for (int turn = 0; turn < 2 && overlap.prints == 0; ++turn) {
    std::vector<uint32_t> prints;
    winnow(words, prints);
    size_t all = 0;
    for (const uint32_t print : prints) {
      const int call = private_.find(print);
      if (call < 0 && !private_.keeps(print)) continue;
      ++all;
      if (call >= 0) {
        ++overlap.prints;
        overlap.call = std::min(call, static_cast<int>(calls_.size()) - 1);
      }
    }
    if (all > 0) overlap.share = static_cast<double>(overlap.prints) / static_cast<double>(all);
    std::reverse(words.begin(), words.end());
  }
  return overlap;
}

int TaskIndex::private_value(std::string_view content, std::string& value) const {
  int found = -1;
  if (private_values_.empty()) return found;
  const Words words = words_of(content, 4'000);
  telling_values(content, words, false, [&](uint32_t hash, std::string_view said) {
    if (found >= 0) return;
    const int call = private_values_.find(hash);
    if (call < 0) return;
    // What the person wrote, or a text that is not private has as well, gives nothing away.
    bool open = false;
    find(words_of(said, 64),
         [&](size_t segment, uint32_t) { open = open || !segments_[segment].is_private; });
    const std::string letters = compact(said);
    if (open || (letters.size() > 3 && prompt_compact_.find(letters) != std::string::npos)) return;
    found = std::min(call, static_cast<int>(calls_.size()) - 1);
    value = said;
  });
  return found;
}

int TaskIndex::private_piece(std::string_view content, std::string& value) const {
  if (const int call = private_value(content, value); call >= 0) return call;
  const Words words = words_of(content, 4'000);
  for (const Word& word : words) {
    if (word.end - word.begin < kLongWord || private_grams_.empty()) continue;
    size_t all = 0, found = 0;
    const std::string_view run = content.substr(word.begin, word.end - word.begin);
    sampled_grams(run, [&](uint32_t gram) {
      const uint32_t bit = gram % kGramBits;
      ++all;
      if ((private_grams_[bit / 64] >> (bit % 64) & 1U) != 0) ++found;
    });
    if (all < 5 || found * 10 < all * 9) continue;
    if (origin_of(run).source == Source::stated) continue;
    value = run.substr(0, 40);
    for (size_t i = segments_.size(); i-- > 0;)
      if (segments_[i].is_private) return segments_[i].call;
    return static_cast<int>(calls_.size()) - 1;
  }
  // The next portion of what was sent before: five words in a row that begin in it and end here.
  if (private_.empty() || sent_count_ == 0) return -1;
  Words row;
  const size_t tail = std::min<size_t>(sent_count_, kGramWords - 1);
  for (size_t back = tail; back > 0; --back)
    row.push_back({sent_[(sent_count_ - back) % sent_.size()], 0, 0});
  for (size_t i = 0; i < std::min(words.size(), kGramWords - 1); ++i) row.push_back(words[i]);
  for (size_t i = 0; i + kGramWords <= row.size(); ++i) {
    std::vector<uint32_t> print;
    winnow(std::span(row).subspan(i, kGramWords), print);
    const int call = private_.find(print[0]);
    if (call < 0) continue;
    value = content.substr(0, 40);
    return std::min(call, static_cast<int>(calls_.size()) - 1);
  }
  return -1;
}

void TaskIndex::note_sent(const ToolLabels& labels, wire::JsonValue arguments) {
  using core::ToolClass;
  const bool sends = labels.classes.has(ToolClass::egress);
  const bool writes = labels_.outside() && (sends || labels.classes.has(ToolClass::write));
  if (!sends && !writes) return;
  read_arguments(arguments, [&](const Field& argument) {
    const Role role = role_of(labels, argument.name, argument.value, argument.number);
    if (role == Role::scalar) return;
    const Words words = words_of(argument.value, 400);
    if (sends && role == Role::content)
      for (const Word& word : words) sent_[sent_count_++ % sent_.size()] = word.hash;
    if (!writes || origin_of(argument.value).source <= Source::trusted) return;
    if (written_.empty()) written_.assign(kWritten, 0);
    for (const Word& word : words) {
      if (is_stop_word(word.hash)) continue;
      uint32_t& slot = written_[word.hash % kWritten];
      if (slot != 0 && slot != word.hash)
        written_[(word.hash + 1) % kWritten] = word.hash;
      else
        slot = word.hash;
    }
  });
}

// Whether most of it was written by calls after this task had read outsiders: what a store gives
// back is as good as what was put in.
bool TaskIndex::was_written(const Words& words) const {
  if (written_.empty()) return false;
  size_t telling = 0, found = 0;
  for (const Word& word : words) {
    if (is_stop_word(word.hash)) continue;
    ++telling;
    if (written_[word.hash % kWritten] == word.hash ||
        written_[(word.hash + 1) % kWritten] == word.hash)
      ++found;
  }
  return found > 0 && found * 10 >= telling * 6;
}

}  // namespace doorward::policy::flow
