// The servers of a trace: their lines count as pinned and confirmed definitions, under what the
// configuration says of the same tools.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "app/config/config.h"
#include "policy/flow/labels.h"

namespace doorward::app {

class TraceServers {
 public:
  explicit TraceServers(std::shared_ptr<const Config> config) : config_(std::move(config)) {}

  // Takes a line of type `server`. Of a tool it also reads `classes`, `trust`, `private` and
  // `addresses`, as `servers.NAME.tools` of a configuration has them. Errors: replay.line.
  [[nodiscard]] Expected<void> add(wire::JsonValue line);
  [[nodiscard]] core::ClassSet classes(std::string_view server, std::string_view tool) const;
  [[nodiscard]] std::shared_ptr<const policy::flow::ToolLabels> labels(std::string_view server,
                                                                       std::string_view tool) const;

 private:
  using Labels = std::shared_ptr<const policy::flow::ToolLabels>;
  [[nodiscard]] Labels make(std::string_view server, wire::JsonValue tool,
                            std::optional<policy::flow::Trust> trust, bool stated) const;

  std::shared_ptr<const Config> config_;
  struct ServerTrust {
    std::optional<policy::flow::Trust> trust;
    bool stated = true;  // false: nobody said it, as an export tells
  };
  std::map<std::string, ServerTrust, std::less<>> trust_;
  mutable std::map<std::pair<std::string, std::string>, Labels> labels_;
};

}  // namespace doorward::app
