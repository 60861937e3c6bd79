// Finds equal names among an object's members. Internal to wire.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace doorward::wire {

// Small objects are compared pair by pair, larger ones through a hash table. Whoever finds names
// that collide gains nothing: the hash is seeded, and past a bound of probes names are sorted.
class NameCheck {
 public:
  // `hash_mask` is for tests: 0 makes all names collide.
  explicit NameCheck(uint32_t hash_mask = UINT32_MAX) : hash_mask_(hash_mask) {}
  void clear() { names_.clear(); }
  // Gives memory back that more than `kept` names made it take.
  void trim(size_t kept);
  void add(std::string_view name) { names_.push_back(name); }
  // True when two names are equal. May reorder the names.
  [[nodiscard]] bool has_duplicate();

 private:
  [[nodiscard]] bool small() const;
  [[nodiscard]] bool large();
  [[nodiscard]] bool sorted();
  struct Slot {
    uint32_t hash;
    uint32_t name;  // index + 1, 0 for a free slot
  };
  uint32_t hash_mask_;
  std::vector<std::string_view> names_;
  std::vector<Slot> slots_;
};

}  // namespace doorward::wire
