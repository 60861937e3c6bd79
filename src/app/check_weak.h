// What a configuration takes from what Doorward enforces by default: one entry for each key that
// does, with the requirements that hold less for it. `check` shows each beside its requirements, so
// that no row says `enforced` of what the configuration switched off.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "catalog/lock_file.h"

namespace doorward::app {

struct Weakening {
  // `note`: worth a word, as the default is, and no less is enforced for it.
  enum class Degree : uint8_t { note, partly };
  std::string key;   // `inspection.injection: observe`
  std::string what;  // what holds less for it, as the rest of a sentence
  std::vector<std::string_view> requirements;
  Degree degree = Degree::partly;
};

// A limit is set aside where it lets through more than this many times its default.
inline constexpr uint64_t kFarBeyond = 10;

// Nothing but notes where all of the configuration is as it is by default, and for what `init`,
// the demo and `wrap` run with. `lock` may be null.
[[nodiscard]] std::vector<Weakening> weakenings(const Config& config,
                                                const catalog::LockFile* lock);

// Parts of it, by what they read.
void weak_limits(const Config& config, std::vector<Weakening>& found);
void weak_policy(const Config& config, const catalog::LockFile* lock,
                 std::vector<Weakening>& found);
void weak_flow(const Config& config, const catalog::LockFile* lock, std::vector<Weakening>& found);

}  // namespace doorward::app
