#include "wire/schema_program.h"

#include <cstring>

#include "base/bytes.h"

namespace doorward::wire {

uint64_t schema_hash_seed() {
  static const uint64_t seed = [] {
    uint64_t value = 0;
    const std::string bytes = random_bytes(sizeof(value));
    std::memcpy(&value, bytes.data(), sizeof(value));
    return value;
  }();
  return seed;
}

NameTable::Entry& NameTable::at(std::string_view name) {
  if (const Entry* known = find(name))
    return entries_[static_cast<size_t>(known - entries_.data())];
  entries_.push_back({std::string(name), kNoNode, false});
  if (entries_.size() * 2 > slots_.size()) {
    slots_.assign(slots_.empty() ? 8 : slots_.size() * 2, {});
    for (uint32_t entry = 0; entry < entries_.size(); ++entry) insert(entry);
  } else {
    insert(static_cast<uint32_t>(entries_.size() - 1));
  }
  return entries_.back();
}

void NameTable::insert(uint32_t entry) {
  const uint64_t hash = hash_bytes(entries_[entry].name, seed_);
  const size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i].entry != kNoNode) i = (i + 1) & mask;
  slots_[i] = {static_cast<uint32_t>(hash >> 32), entry};
}

}  // namespace doorward::wire
