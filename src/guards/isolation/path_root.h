// Guard      isolation.path_root         Area 10, stage request
// Defends    R10.2                       Paths in arguments that lead out of a server's folders
// Denies     {"path":"/workspace/../etc/passwd"}, {"path":"%2e%2e%2fetc"}, {"path":"/work-evil/x"}
// Passes     {"path":"/workspace/a/../b.txt"}, {"path":"100%25.txt"}, {"text":"see ../README"}
// Limits     links are followed as they stand when it looks, and not below folders of one
// principal;
//            the kernel (mounts) stands behind that; absolute paths are compared only for local
//            servers that have mounts; arguments are found by their names
// Tested by  tests/areas/isolation/path_root.jsonl, tests/unit/wire/path_test.cc, fuzz/fuzz_path.cc
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/guard.h"
#include "wire/json.h"

namespace doorward::guards {

// Folders as a server sees them, by server; none where only the kernel knows.
using PathRoots = std::map<std::string, std::vector<std::string>, std::less<>>;

// True where a path of `server` leads through a symbolic link to outside of its mounts.
using LeadsOut = std::function<bool(std::string_view server, const std::string& path)>;

class PathRoot : public core::Guard {
 public:
  explicit PathRoot(PathRoots roots, LeadsOut leads_out = {})
      : roots_(std::move(roots)), leads_out_(std::move(leads_out)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const PathRoots roots_;
  const LeadsOut leads_out_;
};

}  // namespace doorward::guards
