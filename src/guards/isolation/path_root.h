// Guard      isolation.path_root         Area 10, stage request
// Defends    R10.2                       Paths in arguments that lead out of a server's folders
// Denies     {"path":"/workspace/../etc/passwd"}, {"path":"%2e%2e%2fetc"}, {"path":"/work-evil/x"}
// Passes     {"path":"/workspace/a/../b.txt"}, {"path":"100%25.txt"}, {"text":"see ../README"}
// Limits     symbolic links are the kernel's business (mounts); absolute paths are compared only
//            for local servers that have mounts; arguments are found by their names
// Tested by  tests/areas/isolation/path_root.jsonl, tests/unit/wire/path_test.cc, fuzz/fuzz_path.cc
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/guard.h"
#include "wire/json.h"

namespace doorward::guards {

// Folders as a server sees them, by server; none where only the kernel knows.
using PathRoots = std::map<std::string, std::vector<std::string>, std::less<>>;

class PathRoot : public core::Guard {
 public:
  explicit PathRoot(PathRoots roots) : roots_(std::move(roots)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const PathRoots roots_;
};

}  // namespace doorward::guards
