// One case of a corpus: an exchange and how it must end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/pipeline.h"
#include "wire/json.h"

namespace doorward::areas {

struct Case {
  std::string guard;  // `transport.origin_host`, from the file's place
  std::string where;  // `transport/origin_host.jsonl:3`
  std::string name;
  bool attack = false;
  std::shared_ptr<const wire::JsonDocument> line;

  [[nodiscard]] wire::JsonValue root() const { return line->root(); }
};

// All cases of all areas, in the order of their places. A line that can't be read ends the program.
[[nodiscard]] const std::vector<Case>& all_cases();

// An exchange with all that it points to.
struct Scene {
  explicit Scene(const Case& of);
  // An exchange of that stage as its members say.
  Scene(core::Stage stage, wire::JsonValue given);
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  core::Exchange exchange;
  // An answer to `request`, at the stage response.
  void answer(const Scene& request, wire::JsonValue reply);

  std::string fault;  // why the case itself is no good; "" when it is

 private:
  void read(wire::JsonValue given);
  void read_head(wire::JsonValue lines);
  void read_principals(wire::JsonValue given);
  void read_message(wire::JsonValue given);
  void read_facts(wire::JsonValue given);
  [[nodiscard]] std::optional<wire::Message> parsed(std::string text);

  std::string head_text_;
  wire::HttpRequestHead head_;
  core::Principal principal_, owner_;
  std::optional<wire::Message> message_, request_;
  std::optional<Error> parse_error_;
  core::ClientCertificate certificate_;
};

}  // namespace doorward::areas
