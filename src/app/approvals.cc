#include "app/approvals.h"

#include "audit/entry.h"
#include "base/bytes.h"
#include "guards/logtamper/kept_text.h"

namespace doorward::app {

namespace asio = net::asio;
using policy::Approval;

namespace {

Expected<void> write_down(audit::Log& log, std::string_view event, const Approval& approval) {
  const policy::Question& question = approval.question;
  const std::string reason = "privilege.approval_" + std::string(event);
  std::string detail = "approval " + approval.id + ", held by";
  for (const auto& each : question.reasons) detail += " " + each;
  if (!approval.decided_by.empty()) detail += ", answered by operator " + approval.decided_by;
  audit::Entry entry;
  entry.kind = audit::Kind::event;
  entry.time = wall_now();
  entry.reason = reason;
  entry.detail = detail;
  entry.principal = question.user;
  entry.issuer = policy::issuer_of(question);
  entry.actor = question.agent;
  entry.server = question.server;
  entry.method = question.method;
  // A resource's address may hold a password.
  guards::Redactor texts(nullptr, false);
  const size_t number = texts.add(question.target);
  texts.scan();
  const std::string target = texts.text(number);
  entry.tool = target;
  entry.approvals.push_back(approval.id);
  entry.arguments_hash = question.arguments_hash;
  entry.rule = question.rule;
  entry.policy = question.policy;
  entry.after = policy::approval_state_name(approval.state);
  const auto written = log.append_durable(audit::encode(entry));
  if (!written) return std::unexpected(written.error());
  return {};
}

// One value that another thread hands over.
struct Handed {
  explicit Handed(asio::any_io_executor executor) : arrived(std::move(executor)) {
    arrived.expires_at(asio::steady_timer::time_point::max());
  }
  asio::steady_timer arrived;
  std::string value;
  bool there = false;
};

net::Task<std::string> ask(std::shared_ptr<policy::Approvals> approvals,
                           policy::Approvals::Bounds bounds, std::string key) {
  auto document = wire::JsonDocument::parse(key.substr(guards::kApprovalNeed.size()));
  if (!document) co_return std::string();
  auto question = policy::read_question(document->root());
  if (!question) co_return std::string();
  auto executor = co_await asio::this_coro::executor;
  auto handed = std::make_shared<Handed>(executor);
  auto done = [handed, executor](Expected<policy::Approvals::Reply> reply) {
    std::string text = reply ? guards::approval_answer(*reply) : std::string();
    asio::post(executor, [handed, text = std::move(text)] {
      handed->value = text;
      handed->there = true;
      handed->arrived.cancel();
    });
  };
  approvals->ask(*std::move(question), bounds, wall_now(), std::move(done));
  while (!handed->there) co_await handed->arrived.async_wait(net::kTuple);
  co_return handed->value;
}

policy::OperatorRole role_of(Role role) {
  switch (role) {
    case Role::admin:
      return policy::OperatorRole::admin;
    case Role::approver:
      return policy::OperatorRole::approver;
    case Role::viewer:
      break;
  }
  return policy::OperatorRole::viewer;
}

}  // namespace

std::shared_ptr<policy::Approvals> make_approvals(std::shared_ptr<core::Store> store,
                                                  std::shared_ptr<audit::Log> log,
                                                  Announce announce) {
  return std::make_shared<policy::Approvals>(std::move(store),
                                             [log = std::move(log), announce = std::move(announce)](
                                                 std::string_view event, const Approval& approval) {
                                               auto written = write_down(*log, event, approval);
                                               if (written) announce(event, approval);
                                               return written;
                                             });
}

std::string approval_url(const Config& config, std::string operator_url, std::string_view id) {
  std::string url =
      config.admin.public_url.empty() ? std::move(operator_url) : config.admin.public_url;
  if (url.empty()) return "doorward:approvals/" + std::string(id);
  if (!url.ends_with('/')) url += '/';
  return url + "#" + std::string(id);
}

policy::Approvals::Bounds approval_bounds(const Config& config) {
  return {config.approvals.timeout, config.approvals.pending};
}

NeedSource approvals_answer(std::shared_ptr<policy::Approvals> approvals,
                            std::function<policy::Approvals::Bounds()> bounds) {
  return [approvals = std::move(approvals), bounds = std::move(bounds)](std::string key,
                                                                        const net::CallFacts*) {
    return ask(approvals, bounds(), std::move(key));
  };
}

guards::ApprovalTerms approval_terms(const Config& config,
                                     std::shared_ptr<policy::Approvals> approvals,
                                     std::shared_ptr<const policy::Rules> rules,
                                     guards::ClassesOf classes,
                                     std::shared_ptr<const Locked<std::string>> operator_url) {
  guards::ApprovalTerms terms;
  terms.rules = std::move(rules);
  terms.classes = std::move(classes);
  terms.policy_version = config.hash;
  terms.approvals = std::move(approvals);
  for (const Operator& each : config.identity.operators) {
    terms.operators.push_back({each.id, role_of(each.role), each.groups, false});
    terms.more_operators = terms.more_operators || each.oauth.has_value();
  }
  // What answers to a server's name, as far as the configuration says.
  std::map<std::string, std::string, std::less<>> servers;
  for (const auto& [name, server] : config.servers) {
    std::string all = server.url;
    for (const std::string& word : server.command) all.append("\n").append(word);
    servers[name] = hex(sha256(all));
  }
  terms.definition_of = [servers = std::move(servers)](std::string_view server, std::string_view) {
    const auto known = servers.find(server);
    return known == servers.end() ? std::string() : known->second;
  };
  terms.url_of = [kept = std::make_shared<const Config>(config),
                  operator_url = std::move(operator_url)](std::string_view id) {
    std::string url;
    if (operator_url) url = operator_url->with([](const std::string& text) { return text; });
    return approval_url(*kept, std::move(url), id);
  };
  return terms;
}

policy::Approver approver_of(const core::Principal& principal) {
  policy::Approver who;
  who.id = principal.user;
  who.groups = principal.scopes;  // see known_tokens: the role travels as the one group
  who.built_in = principal.credential == "operator";
  for (const std::string& group : principal.groups) {
    if (group == "approver") who.role = policy::OperatorRole::approver;
    if (group == "admin") who.role = policy::OperatorRole::admin;
  }
  return who;
}

net::Task<> sweep_approvals(std::shared_ptr<policy::Approvals> approvals) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(std::chrono::seconds(15));
    auto [error] = co_await timer.async_wait(net::kTuple);
    if (error) co_return;
    approvals->sweep(wall_now());
  }
}

}  // namespace doorward::app
