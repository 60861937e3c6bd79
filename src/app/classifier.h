// Asks the classifier of `inspection.classifier` for the guard injection.classifier: on a thread of
// its own, some questions at a time, within one deadline a message. What it can't get is no answer;
// the guard says what that means.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "app/config/config.h"
#include "app/secret_book.h"
#include "net/outbound.h"
#include "net/own_thread.h"

namespace doorward::app {

class ClassifierLine {
 public:
  struct Facts {
    std::function<std::shared_ptr<const Config>()> config;
    // That it stopped answering, and that it answers again.
    std::function<void(std::string_view reason, std::string_view detail)> event;
  };
  ClassifierLine(net::Gateway& gateway, Facts facts)
      : gateway_(gateway), facts_(std::move(facts)) {}
  // Ends what is under way. INVARIANT: the threads that wait for answers still exist.
  ~ClassifierLine();
  ClassifierLine(const ClassifierLine&) = delete;
  ClassifierLine& operator=(const ClassifierLine&) = delete;

  // Answers the need `key` of the guard: a number, or "".
  [[nodiscard]] net::Task<std::string> answer(std::string key);

 private:
  struct Question;
  // What is made of the configuration, once for each.
  struct Ready {
    std::shared_ptr<const Config> config;
    ExternalClassifier settings;
    wire::Url url;
    std::shared_ptr<net::asio::ssl::context> tls;
    std::shared_ptr<const SecretBook> secrets;
  };
  using Timer = net::asio::steady_timer;

  // All below run on the own thread only.
  net::Task<> work(std::shared_ptr<Question> question);
  [[nodiscard]] net::Task<Expected<double>> ask(const Question& question);
  [[nodiscard]] net::Task<Expected<double>> ask_once(const Question& question,
                                                     std::string_view text);
  [[nodiscard]] Expected<std::shared_ptr<const Ready>> ready();
  void note(const Expected<double>& answer, SteadyTime now);

  net::Gateway& gateway_;
  const Facts facts_;
  std::shared_ptr<const Ready> ready_;
  uint32_t running_ = 0;
  std::deque<std::shared_ptr<Timer>> waiting_;
  uint32_t failures_ = 0;  // in a row
  SteadyTime rests_until_{};
  Locked<std::unique_ptr<net::OwnThread>> thread_;
};

}  // namespace doorward::app
