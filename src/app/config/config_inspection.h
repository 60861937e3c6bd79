// `inspection` and `guards` of doorward.yaml: what follows from what content holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/config/config_values.h"
#include "base/clock.h"

namespace doorward::app {

// `enforce`: by how sure it is, labelled or refused. Arguments are never labelled or redacted: what
// would be is refused there.
enum class InjectionMode : uint8_t { enforce, hold, deny, observe };
enum class ContentMode : uint8_t { redact, hold, deny, observe };
enum class PathMode : uint8_t { deny, hold };

// What one channel does otherwise than the rest.
struct ChannelModes {
  std::optional<InjectionMode> injection;
  std::optional<ContentMode> secrets;
  std::optional<ContentMode> pii;
  bool operator==(const ChannelModes&) const = default;
};

// Findings of one rule that are a false alarm, for one server or tool of it, until a day.
struct Suppression {
  std::string rule;
  std::string server;
  std::string tool;  // "" = all of the server's
  WallTime until{};
  std::string why;
  bool operator==(const Suppression&) const = default;
};

// A detector of the operator's own, asked besides the built-in ones.
enum class ClassifierApi : uint8_t { chat, moderation, score };
enum class ClassifierAct : uint8_t { observe, label, hold, deny };
enum class ClassifierFailure : uint8_t { ignore, hold, deny };
enum class ClassifierChannel : uint8_t { arguments, results };

struct ExternalClassifier {
  std::string url;  // https, or http to loopback
  ClassifierApi api = ClassifierApi::score;
  std::string model;   // of `chat` and `moderation`
  std::string prompt;  // of `chat`: what the model is told; "" = a built-in one
  SecretRef key;
  Path ca;  // of its TLS; empty = the system's
  std::vector<ClassifierChannel> channels = {ClassifierChannel::results};
  double threshold = 0.5;
  ClassifierAct act = ClassifierAct::label;
  ClassifierFailure on_failure = ClassifierFailure::ignore;
  milliseconds timeout{2'000};  // of one message
  uint32_t concurrency = 4;     // questions at a time
  uint64_t window = 4096;       // bytes of one question
  uint64_t most = 64ULL << 10;  // bytes of one message that are asked about
  bool operator==(const ExternalClassifier&) const = default;
};

struct Inspection {
  InjectionMode injection = InjectionMode::enforce;
  ContentMode secrets = ContentMode::redact;
  ContentMode pii = ContentMode::observe;        // in answers
  PathMode credential_paths = PathMode::deny;    // in arguments
  ChannelModes arguments, results, definitions;  // absent = as above
  std::vector<Suppression> suppress;
  std::optional<ExternalClassifier> classifier;
  bool operator==(const Inspection&) const = default;
};

enum class GuardMode : uint8_t { enforce, observe };

}  // namespace doorward::app
