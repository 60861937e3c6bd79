// What the detectors say of one text, each part worked out once, however many guards ask.
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/inspector.h"
#include "detect/view.h"

namespace doorward::detect {

// Not thread-safe. The text must outlive it and must not change.
class Reading {
 public:
  using Views = std::vector<View>;
  explicit Reading(std::string_view text) : text_(text) {}

  [[nodiscard]] std::shared_ptr<const Views> views();
  [[nodiscard]] const Report& report(Channel channel, Role role, unsigned wanted);
  // Secrets and personal data alone, as `inspect_secrets` tells them.
  [[nodiscard]] const Report& secrets() {
    return report(Channel::tool_result, Role::text, kSecrets);
  }
  [[nodiscard]] std::string_view text() const { return text_; }
  // Views are made again where they are asked for again.
  void drop_views() { views_.reset(); }

 private:
  struct Known {
    Channel channel;
    Role role;
    unsigned wanted;
    Report report;
  };
  std::string_view text_;
  std::shared_ptr<const Views> views_;
  std::vector<std::unique_ptr<Known>> known_;
};

// The readings of one message's texts, told apart by where they stand in memory. INVARIANT: no text
// that was asked for goes away before the readings do. Views of many texts are not kept all at
// once: a message of a megabyte may have views of twenty.
class Readings {
 public:
  [[nodiscard]] Reading& of(std::string_view text);

 private:
  struct PlaceHash {
    size_t operator()(std::string_view text) const {
      return std::hash<const void*>()(text.data()) * 31 + text.size();
    }
  };
  struct SamePlace {
    bool operator()(std::string_view a, std::string_view b) const {
      return a.data() == b.data() && a.size() == b.size();
    }
  };
  std::unordered_map<std::string_view, Reading, PlaceHash, SamePlace> readings_;
  std::vector<Reading*> with_views_;
  size_t bytes_ = 0;  // of texts whose views may be kept
};

}  // namespace doorward::detect
