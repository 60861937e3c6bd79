#include "app/classifier.h"

#include <algorithm>

#include "base/bytes.h"
#include "detect/external.h"
#include "guards/injection/classifier.h"
#include "net/gateway.h"
#include "net/tls.h"
#include "wire/json.h"

namespace doorward::app {

namespace asio = net::asio;
using net::Task;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr size_t kWaitingForEach = 4;  // of those that are asked at a time
// After so many failures in a row nobody waits for it, for a while.
constexpr uint32_t kMostFailures = 3;
constexpr milliseconds kRest{5'000};
constexpr milliseconds kHandOver{100};

detect::ExternalApi api_of(ClassifierApi api) {
  switch (api) {
    case ClassifierApi::chat:
      return detect::ExternalApi::chat;
    case ClassifierApi::moderation:
      return detect::ExternalApi::moderation;
    case ClassifierApi::score:
      break;
  }
  return detect::ExternalApi::score;
}

std::unexpected<Error> silent(std::string what) {
  return failure("classifier.silent", Fault::server, std::move(what));
}

// Where the answer is waited for; used on the waiting coroutine's own thread.
struct Answer {
  explicit Answer(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  bool there = false;
  std::string text;
};

}  // namespace

// What a guard asks, and how its answer gets back.
struct ClassifierLine::Question {
  wire::JsonDocument asked;
  SteadyTime deadline;
  std::function<void(std::string)> tell;
};

ClassifierLine::~ClassifierLine() {
  thread_.with([](auto& thread) { thread.reset(); });
}

Task<std::string> ClassifierLine::answer(std::string key) {
  auto asked = wire::JsonDocument::parse(key.substr(guards::kClassifierNeed.size()));
  const auto settings = facts_.config()->inspection.classifier;
  if (!asked || !settings) co_return std::string();
  const asio::any_io_executor home = co_await asio::this_coro::executor;
  const auto answer = std::make_shared<Answer>(home);
  const SteadyTime deadline = steady_clock::now() + settings->timeout;
  auto question = std::make_shared<Question>(
      Question{std::move(*asked), deadline, [answer, home](std::string text) {
                 asio::post(home, [answer, text = std::move(text)]() mutable {
                   answer->there = true;
                   answer->text = std::move(text);
                   answer->timer.cancel();
                 });
               }});
  answer->timer.expires_at(deadline + kHandOver);
  thread_.with([&](auto& thread) {
    if (!thread) thread = std::make_unique<net::OwnThread>(gateway_);
    asio::co_spawn(thread->executor(), work(std::move(question)), asio::detached);
  });
  if (!answer->there) co_await answer->timer.async_wait(net::kTuple);
  co_return answer->there ? std::move(answer->text) : std::string();
}

Task<> ClassifierLine::work(std::shared_ptr<Question> question) {
  const auto classifier = facts_.config()->inspection.classifier;
  if (!classifier || steady_clock::now() < rests_until_) {
    question->tell("");
    co_return;
  }
  if (running_ >= classifier->concurrency) {
    if (waiting_.size() >= kWaitingForEach * classifier->concurrency) {
      question->tell("");
      co_return;
    }
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto turn = std::make_shared<Timer>(executor, question->deadline);
    waiting_.push_back(turn);
    co_await turn->async_wait(net::kTuple);
    // Whoever wakes another takes it out; its turn has passed where it is still there.
    if (const auto late = std::ranges::find(waiting_, turn); late != waiting_.end()) {
      waiting_.erase(late);
      question->tell("");
      co_return;
    }
  } else {
    ++running_;
  }
  auto answer = co_await ask(*question);
  note(answer, steady_clock::now());
  question->tell(answer ? std::to_string(*answer) : std::string());
  // The place goes to the next, or back.
  if (waiting_.empty()) {
    --running_;
  } else {
    const auto next = waiting_.front();
    waiting_.pop_front();
    next->cancel();
  }
}

Expected<std::shared_ptr<const ClassifierLine::Ready>> ClassifierLine::ready() {
  auto config = facts_.config();
  if (ready_ && ready_->config == config) return ready_;
  auto settings = config->inspection.classifier;
  if (!settings) return silent("it is configured no more");
  auto url = wire::parse_url(settings->url);
  if (!url) return silent("its URL can't be read");
  auto tls = net::client_tls({.ca = settings->ca.string()});
  if (!tls) return std::unexpected(std::move(tls).error());
  auto secrets = std::make_shared<const SecretBook>(config);
  ready_ =
      std::make_shared<const Ready>(Ready{std::move(config), *std::move(settings), std::move(*url),
                                          std::move(*tls), std::move(secrets)});
  return ready_;
}

Task<Expected<double>> ClassifierLine::ask(const Question& question) {
  const auto now = ready();
  if (!now) co_return std::unexpected(now.error());
  const ExternalClassifier& classifier = (*now)->settings;
  const std::string_view text = question.asked.root()["text"].text();
  double surest = 0;
  for (const std::string_view window :
       detect::external_windows(text, classifier.window, classifier.most)) {
    auto score = co_await ask_once(question, window);
    if (!score) co_return std::unexpected(std::move(score).error());
    surest = std::max(surest, *score);
    if (surest >= classifier.threshold) break;
  }
  co_return surest;
}

Task<Expected<double>> ClassifierLine::ask_once(const Question& question, std::string_view text) {
  const auto now = ready();
  if (!now) co_return std::unexpected(now.error());
  const ExternalClassifier& classifier = (*now)->settings;
  const auto left =
      std::chrono::duration_cast<milliseconds>(question.deadline - steady_clock::now());
  if (left.count() <= 0) co_return silent("no answer within the time");
  const wire::JsonValue asked = question.asked.root();
  const detect::ExternalApi api = api_of(classifier.api);
  const auto body =
      wire::JsonDocument::parse(detect::external_question({.api = api,
                                                           .model = classifier.model,
                                                           .prompt = classifier.prompt,
                                                           .channel = asked["channel"].text(),
                                                           .server = asked["server"].text(),
                                                           .tool = asked["tool"].text(),
                                                           .text = text},
                                                          random_id()));
  if (!body) co_return silent("the question can't be put: " + body.error().what);
  net::OutboundRequest request;
  request.url = (*now)->url;
  request.stated = net::Stated::by_operator;
  request.tls = (*now)->tls;
  request.timeout = left;
  request.headers.emplace_back("User-Agent", Secret<>(std::string("doorward")));
  if (classifier.key) {
    const auto key = (*now)->secrets->get(classifier.key.name);
    if (!key) co_return std::unexpected(key.error());
    request.headers.emplace_back("Authorization", Secret<>("Bearer " + key->reveal()));
  }
  core::Cleared message = core::Cleared::question(body->root());
  auto answer = co_await net::outbound(std::move(request), std::move(message));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  if (answer->status != 200) co_return silent("HTTP status " + std::to_string(answer->status));
  co_return detect::read_external_answer(api, std::move(answer->body));
}

void ClassifierLine::note(const Expected<double>& answer, SteadyTime now) {
  if (answer) {
    if (std::exchange(failures_, 0) > 0)
      facts_.event("injection.classifier_back", "the classifier answers again");
    return;
  }
  if (++failures_ == 1)
    facts_.event("injection.classifier_failed",
                 "the classifier gave no answer: " + answer.error().what);
  if (failures_ >= kMostFailures) rests_until_ = now + kRest;
}

}  // namespace doorward::app
