#include "app/receipt_rules.h"

#include <charconv>

#include "app/flow_labels.h"

namespace doorward::app {

namespace {

// Used on the waiting coroutine's own thread.
struct Waiting {
  explicit Waiting(const net::asio::any_io_executor& executor)
      : arrived(executor, net::asio::steady_timer::time_point::max()) {}
  net::asio::steady_timer arrived;
  std::optional<bool> durable;
};

net::Task<std::string> on_disk(std::shared_ptr<audit::Log> log, std::string key) {
  const std::string_view digits = std::string_view(key).substr(guards::kDurableNeed.size());
  uint64_t index = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (fault != std::errc() || end != digits.data() + digits.size()) co_return std::string();
  const net::asio::any_io_executor executor = co_await net::asio::this_coro::executor;
  const auto waiting = std::make_shared<Waiting>(executor);
  auto done = [waiting, executor](Expected<void> durable) {
    net::asio::post(executor, [waiting, there = durable.has_value()] {
      waiting->durable = there;
      waiting->arrived.cancel();
    });
  };
  log->when_durable(index, std::move(done));
  log->hurry();
  while (!waiting->durable) co_await waiting->arrived.async_wait(net::kTuple);
  co_return std::string(*waiting->durable ? "yes" : "");
}

}  // namespace

guards::ReceiptRules receipt_rules(const Config& config, const Workshops& shops,
                                   std::shared_ptr<const detect::HeldSecrets> held) {
  guards::ReceiptRules rules;
  rules.policy_version = config.hash;
  rules.all_durable = config.audit.durability == Durability::entry;
  rules.keeps_texts = config.audit.arguments == KeptTexts::redacted;
  rules.keeps_results = config.audit.results == KeptTexts::redacted;
  rules.hides_personal = config.inspection.pii != ContentMode::observe;
  rules.tasks = config.tasks;
  rules.believes_prompt = flow_settings(config).believes_prompt;
  rules.held = std::move(held);
  rules.quota = {.per_second = config.audit.quota.per_second(),
                 .burst = static_cast<double>(config.audit.quota.amount)};
  rules.budget = shops.log_budget;
  if (shops.registry)
    rules.tool = [registry = shops.registry, classes = shops.classes](std::string_view server,
                                                                      std::string_view tool) {
      return guards::ReceiptRules::Tool{registry->tool(server, tool).digest(),
                                        classes(server, tool)};
    };
  return rules;
}

NeedSource wait_for_disk(std::shared_ptr<audit::Log> log) {
  return [log = std::move(log)](std::string key, const net::CallFacts*) {
    return on_disk(log, std::move(key));
  };
}

}  // namespace doorward::app
