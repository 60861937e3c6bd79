// Whose questions about opaque tokens go to their issuers now (RFC 7662). Each token is asked about
// once at a time, a bad one not again for a while, and of tokens that nobody vouched for only so
// many at once: fewer of one source, so that a source of bad ones keeps the places of others free.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/locked.h"

namespace doorward::identity {

struct AskingRules {
  size_t strangers = 16;     // questions open about tokens that nobody vouched for yet
  size_t of_one_source = 4;  // of these
  size_t waiting_of_one_source = 256;
  size_t refused = 20'000;                        // bad tokens that are remembered,
  std::chrono::milliseconds refused_life{5'000};  // for so long
};

class Asking {
 public:
  struct Question {
    std::string key;       // issuers and the token's digest
    std::string source;    // a network, see network_of; "" where none is known
    bool vouched = false;  // its issuer said yes to it before
  };
  enum class Turn : uint8_t {
    ask,   // the caller asks, and says how it ended with `close`
    wait,  // look again in a moment
    known,
    full  // too many of this source wait
  };
  // Of somebody who waits; destroyed when he waits no more.
  class Place {
   public:
    Place(Asking& of, Question question) : of_(of), question_(std::move(question)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();
    [[nodiscard]] Turn look(SteadyTime now);
    // What another one heard of the same token; nothing where it is known to be bad.
    [[nodiscard]] std::optional<std::string> heard() const;
    // The question that `look` gave him leave for has ended. `is_no`: it is not asked again soon.
    void close(std::string said, bool is_no, SteadyTime now);

   private:
    friend class Asking;
    Asking& of_;
    const Question question_;
    std::shared_ptr<std::optional<std::string>> other_;
    bool waits_ = false, asks_ = false;
  };

  explicit Asking(AskingRules rules = {}) : rules_(rules) {}

 private:
  struct Source {
    size_t open = 0, waiting = 0;
  };
  struct State {
    std::map<std::string, std::shared_ptr<std::optional<std::string>>> open;
    std::map<std::string, SteadyTime> refused;  // until when it is not asked again
    std::map<std::string, Source> sources;
    size_t strangers = 0;
  };
  const AskingRules rules_;
  Locked<State> state_;
};

}  // namespace doorward::identity
