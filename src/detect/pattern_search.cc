// Where the rules of a set stand in a text: RE2 reads the surroundings of their triggers, and of a
// text that is made from another only what is new in it.
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "detect/pattern_set.h"

namespace doorward::detect {

namespace {

constexpr size_t kMostMatches = 256;  // of one rule in one text
constexpr size_t kMostPlaces = 16;    // of a rule whose matches need not all be known

}  // namespace

PatternSet::Base::Base(std::string_view asked, std::string_view base, const Seen& seen_there,
                       const std::vector<View::Kept>& kept_of_it)
    : text(base), seen(seen_there), kept(kept_of_it) {
  size_t at = 0, from = 0;
  for (const View::Kept& one : kept) {
    if (at > 0 || one.at > 0 || one.from > from) fresh.push_back({at, one.at});
    at = size_t{one.at} + one.size;
    from = size_t{one.from} + one.size;
  }
  if (at < asked.size() || from < text.size()) fresh.push_back({at, asked.size()});
}

// The matches of one rule, in order, none over another: each is the first that begins behind the
// one before.
class PatternSet::Search {
 public:
  Search(const PatternSet& set, uint32_t index, std::string_view text, const LongRows& rows,
         const Base* base, Seen& seen)
      : set_(set),
        rule_(*set.rules_[index]),
        index_(index),
        text_(text),
        rows_(rows),
        base_(base),
        seen_(seen),
        most_(rule_.every ? kMostMatches : kMostPlaces),
        first_(seen.matches.size()) {
    // The trigger of a secret may stand elsewhere: `"kty"` beside a key.
    anywhere_ = rule_.every && rule_.trigger != nullptr;
    reach_ = set.reach_of(index);
  }

  void run(std::span<const Stretch> stretches) {
    if (anywhere_)
      windows_.push_back({0, text_.size()});
    else
      windows_ = surroundings(stretches);
    if (const Seen::Searched* const known = searched_before(); known != nullptr)
      beside(*known);
    else
      for (const Window& window : windows_)
        while (!is_full() && find(std::max(at_, window.from), window.to)) keep();
    seen_.searched.push_back({index_, is_full(), first_, seen_.matches.size()});
  }

 private:
  [[nodiscard]] bool is_full() const { return seen_.matches.size() - first_ >= most_; }

  // Where the rule may match: around its triggers. What touches is one.
  std::vector<Window> surroundings(std::span<const Stretch> stretches) const {
    std::vector<Window> windows;
    for (size_t i = 0; i < stretches.size(); ++i) {
      const size_t next = i + 1 < stretches.size() ? stretches[i + 1].first : text_.size();
      const size_t before = windows.empty() ? 0 : windows.back().to;
      const size_t from = rows_.begin_before(stretches[i].first, reach_, 0);
      const size_t to = rows_.end_behind(stretches[i].last, reach_, next);
      if (windows.empty() || from > before)
        windows.push_back({from, to});
      else
        windows.back().to = std::max(before, to);
    }
    return windows;
  }

  [[nodiscard]] const Seen::Searched* searched_before() const {
    if (base_ == nullptr || reach_ == kNoReach) return nullptr;
    const auto& all = base_->seen.searched;
    const auto one = std::lower_bound(
        all.begin(), all.end(), index_,
        [](const Seen::Searched& searched, uint32_t wanted) { return searched.rule < wanted; });
    if (one == all.end() || one->rule != index_ || one->cut) return nullptr;
    // Surroundings of all that is new, one after the other, must not be more than the text: in a
    // long row each is the whole of it.
    size_t bytes = 0;
    for (const Window& part : base_->fresh)
      bytes += rows_.end_behind(part.to, reach_, text_.size()) -
               rows_.begin_before(part.from, reach_, 0);
    return bytes <= text_.size() ? &*one : nullptr;
  }

  // The first match that begins at `from` or behind it and ends within `to`.
  bool find(size_t from, size_t to) {
    if (from > to) return false;
    std::array<re2::StringPiece, 8> groups;
    const int wanted = std::min(7, std::max(rule_.group, 0)) + 1;
    if (!set_.locator(index_).Match(re2::StringPiece(text_.data(), text_.size()), from, to,
                                    re2::RE2::UNANCHORED, groups.data(), wanted))
      return false;
    const auto place = [&](const char* at) { return static_cast<uint32_t>(at - text_.data()); };
    const auto& whole = groups[0];
    const auto& group = groups[static_cast<size_t>(wanted - 1)];
    const auto& value = group.data() != nullptr ? group : whole;
    found_ = {place(whole.data()), place(whole.data() + whole.size()), place(value.data()),
              place(value.data() + value.size())};
    return true;
  }

  void keep() {
    const std::string_view value =
        text_.substr(found_.value, size_t{found_.value_end} - found_.value);
    if (rule_.check == nullptr || rule_.check({text_, value, found_.value}))
      seen_.hits.push_back({&rule_, found_.value, found_.value_end});
    seen_.matches.push_back(found_);
    at_ = std::max<size_t>(found_.to, size_t{found_.from} + 1);
  }

  // Takes over what was found in the base where it stands in a kept stretch and nothing new can
  // touch it; searches the surroundings of what is new.
  void beside(const Seen::Searched& known) {
    const std::span<const Seen::Found> before(base_->seen.matches.data() + known.first,
                                              known.last - known.first);
    auto kept = base_->kept.begin();
    auto part = base_->fresh.begin();
    size_t read = 0;  // in the base: the next match
    while (!is_full() && (kept != base_->kept.end() || part != base_->fresh.end())) {
      const bool is_kept =
          kept != base_->kept.end() && (part == base_->fresh.end() || kept->at < part->from ||
                                        (kept->at == part->from && part->to > kept->at));
      if (is_kept) {
        const size_t end = part == base_->fresh.end() ? text_.size() + 1
                                                      : rows_.begin_before(part->from, reach_, 0);
        take(*kept, before, read, end);
        ++kept;
      } else {
        search_new(*part);
        ++part;
      }
    }
  }

  // Matches that begin in this stretch before `end`.
  void take(const View::Kept& kept, std::span<const Seen::Found> before, size_t& read, size_t end) {
    while (!is_full() && at_ < end) {
      const auto here = [&](uint32_t place) { return size_t{place} - kept.from + kept.at; };
      while (read < before.size() &&
             (before[read].from < kept.from || here(before[read].to) <= at_))
        if (before[read].from < kept.from && before[read].to > kept.from &&
            here(before[read].to) > at_)
          break;
        else
          ++read;
      if (read == before.size()) return;
      const Seen::Found& next = before[read];
      const bool crosses = next.from < kept.from || here(next.from) < at_;
      if (crosses) {
        // The two go different ways from here on until they meet.
        const size_t there = here(next.to);
        if (search_from(at_, there))
          keep();
        else
          at_ = std::max(at_, there);
        continue;
      }
      if (here(next.from) >= end) return;
      found_ = {static_cast<uint32_t>(here(next.from)), static_cast<uint32_t>(here(next.to)),
                static_cast<uint32_t>(here(next.value)),
                static_cast<uint32_t>(here(next.value_end))};
      keep();
      ++read;
    }
  }

  // A match that begins at `from` or behind it and before `end`.
  bool search_from(size_t from, size_t end) {
    auto window = std::lower_bound(windows_.begin(), windows_.end(), from,
                                   [](const Window& one, size_t at) { return one.to < at; });
    for (; window != windows_.end() && window->from < end; ++window) {
      const size_t to = std::min(window->to, rows_.end_behind(end, reach_, text_.size()));
      if (find(std::max(from, window->from), to)) return found_.from < end;
    }
    return false;
  }

  // Matches that touch what is new.
  void search_new(const Window& part) {
    const size_t end = part.to + 1;  // a byte beside it may count as well
    const size_t from = rows_.begin_before(part.from, reach_, 0);
    while (!is_full() && search_from(std::max(at_, from), end)) keep();
    at_ = std::max(at_, end);
  }

  const PatternSet& set_;
  const Rule& rule_;
  const uint32_t index_;
  const std::string_view text_;
  const LongRows& rows_;
  const Base* base_;
  Seen& seen_;
  const size_t most_;
  const size_t first_;
  bool anywhere_ = false;
  size_t reach_ = 0;
  std::vector<Window> windows_;
  size_t at_ = 0;  // no match begins before
  Seen::Found found_{};
};

// INVARIANT: a match holds what the rule's trigger matches (rule.h), so that it begins and ends
// within the rule's reach of a place where the trigger ends: nothing is lost by reading no more.
void PatternSet::locate(std::string_view text, const LongRows& rows, const Base* base,
                        std::span<const Stretch> stretches, Seen& seen) const {
  Search(*this, stretches.front().rule, text, rows, base, seen).run(stretches);
}

}  // namespace doorward::detect
