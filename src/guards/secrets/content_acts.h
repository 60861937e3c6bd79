// What is done about secrets and about data of persons.
#pragma once

#include <cstdint>

namespace doorward::guards {

enum class ContentAct : uint8_t { redact, hold, deny, observe };

struct ContentActs {
  ContentAct secrets = ContentAct::redact;
  ContentAct pii = ContentAct::observe;
};

}  // namespace doorward::guards
