// Shows each checkpoint to the witnesses of `audit.witnesses`, on a thread of its own, and keeps
// what they signed as `checkpoint.witnessed` in the log's folder.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/exporters.h"
#include "audit/witness.h"
#include "wire/http.h"

namespace doorward::app {

class WitnessRound {
 public:
  // Errors: audit.key_syntax, net.tls, url.*.
  [[nodiscard]] static Expected<std::unique_ptr<WitnessRound>> make(
      const Exporters::Facts& facts, std::vector<AuditWitness> witnesses);
  ~WitnessRound();
  [[nodiscard]] const std::vector<AuditWitness>& given() const { return given_; }

 private:
  struct Witness {
    audit::WitnessKey key;
    wire::Url url;
    std::shared_ptr<net::asio::ssl::context> tls;
    uint64_t known = 0;  // the size that it signed last, as far as is known
    std::string told;    // its last fault
  };
  WitnessRound(const Exporters::Facts& facts, std::vector<AuditWitness> given)
      : facts_(facts), given_(std::move(given)) {}
  void run(const std::stop_token& stop);
  void look(const std::stop_token& stop);
  // The signature lines of one witness.
  [[nodiscard]] Expected<std::string> ask(Witness& witness, const audit::Checkpoint& published,
                                          const std::stop_token& stop) const;
  void tell(Witness& witness, const std::string& fault) const;

  const Exporters::Facts& facts_;
  const std::vector<AuditWitness> given_;
  std::vector<Witness> witnesses_;
  uint64_t witnessed_ = 0;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace doorward::app
