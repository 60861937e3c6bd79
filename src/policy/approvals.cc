#include "policy/approvals.h"

#include <algorithm>

#include "base/bytes.h"

namespace doorward::policy {

namespace {

constexpr std::string_view kKind = "approval";
constexpr std::string_view kByBinding = "approval_by";  // binding -> id of the latest
constexpr size_t kMostOpen = 1000;                      // of all principals together
constexpr auto kKept = std::chrono::hours(24);          // after its end, for the list

bool is_open(const Approval& approval) {
  return approval.state == ApprovalState::pending || approval.state == ApprovalState::approved;
}

Expected<Approval> read_approval(std::string_view text) {
  auto document = wire::JsonDocument::parse(std::string(text));
  if (!document) return failure("policy.record", Fault::self, "a broken approval");
  const wire::JsonValue root = document->root();
  auto question = read_question(root["question"]);
  if (!question) return std::unexpected(std::move(question).error());
  Approval approval;
  approval.id = root["id"].text();
  approval.question = *std::move(question);
  const auto asked = parse_rfc3339(root["asked"].text());
  const auto expires = parse_rfc3339(root["expires"].text());
  approval.decided_by = root["decidedBy"].text();
  if (const auto decided = parse_rfc3339(root["decided"].text())) approval.decided = *decided;
  bool known = false;
  for (uint8_t i = 0; i <= static_cast<uint8_t>(ApprovalState::expired); ++i)
    if (approval_state_name(static_cast<ApprovalState>(i)) == root["state"].text()) {
      approval.state = static_cast<ApprovalState>(i);
      known = true;
    }
  if (!known || !asked || !expires || approval.id.empty())
    return failure("policy.record", Fault::self, "a broken approval");
  approval.asked = *asked;
  approval.expires = *expires;
  return approval;
}

std::vector<Approval> read_all(core::Records& records) {
  std::vector<Approval> all;
  for (const auto& [id, text] : records.all(kKind))
    if (auto approval = read_approval(text))
      all.push_back(*std::move(approval));
    else
      records.erase(kKind, id);  // can't be read: it approves nothing
  return all;
}

// Empty selectors name any approver or admin.
bool are_named(const std::vector<PrincipalSelector>& selectors, const Approver& who) {
  if (selectors.empty()) return true;
  return std::any_of(selectors.begin(), selectors.end(), [&who](const PrincipalSelector& selector) {
    // An operator has no scopes and acts for nobody.
    if (!selector.scope.empty() || !selector.agent.empty()) return false;
    const bool user = selector.user.empty() || selector.user == who.id;
    const bool group = selector.group.empty() || std::find(who.groups.begin(), who.groups.end(),
                                                           selector.group) != who.groups.end();
    return selector.any || ((!selector.user.empty() || !selector.group.empty()) && user && group);
  });
}

}  // namespace

std::string_view approval_state_name(ApprovalState state) {
  constexpr std::string_view kNames[] = {"pending", "approved", "denied", "redeemed", "expired"};
  return kNames[static_cast<size_t>(state)];
}

std::string approval_json(const Approval& approval) {
  std::string out = R"({"id":)";
  wire::append_json_quote(out, approval.id);
  out.append(R"(,"state":")").append(approval_state_name(approval.state));
  out.append(R"(","asked":")").append(rfc3339(approval.asked));
  out.append(R"(","expires":")").append(rfc3339(approval.expires)).append("\"");
  if (!approval.decided_by.empty()) {
    out += R"(,"decidedBy":)";
    wire::append_json_quote(out, approval.decided_by);
    out.append(R"(,"decided":")").append(rfc3339(approval.decided)).append("\"");
  }
  out += R"(,"question":)";
  append_question(out, approval.question);
  out += '}';
  return out;
}

Expected<void> may_approve(const Question& question, const Approver& who) {
  if (who.role == OperatorRole::viewer)
    return failure("approvals.role", Fault::client, "a viewer may look, not approve");
  const bool same_person = who.id == question.user || who.id == question.agent ||
                           (who.built_in && question.user == "local" && question.second_person);
  if (same_person)
    return failure("approvals.own", Fault::client,
                   "nobody approves what they asked for themselves: another person has to");
  const bool named =
      are_named(question.approvers, who) &&
      std::all_of(question.also_approvers.begin(), question.also_approvers.end(),
                  [&who](const auto& selectors) { return are_named(selectors, who); });
  if (named) return {};
  return failure("approvals.not_approver", Fault::client,
                 "the rule names other approvers for this call");
}

Expected<void> Approvals::save(core::Records& records, const Approval& approval,
                               std::string_view event) {
  if (auto told = told_(event, approval); !told) return told;
  records.put(kKind, approval.id, approval_json(approval));
  return {};
}

Expected<void> Approvals::sweep_in(core::Records& records, WallTime now) {
  for (Approval& approval : read_all(records)) {
    if (now < approval.expires) continue;
    if (is_open(approval)) {
      approval.state = ApprovalState::expired;
      if (auto saved = save(records, approval, "expired"); !saved) return saved;
    }
    if (now - approval.expires < kKept) continue;
    records.erase(kKind, approval.id);
    const std::string binding = approval.question.binding();
    if (records.get(kByBinding, binding) == approval.id) records.erase(kByBinding, binding);
  }
  return {};
}

Expected<Approvals::Reply> Approvals::ask_in(core::Records& records, const Question& question,
                                             Bounds bounds, WallTime now) {
  if (auto swept = sweep_in(records, now); !swept) return std::unexpected(swept.error());
  const std::string binding = question.binding();
  if (const auto id = records.get(kByBinding, binding)) {
    const auto text = records.get(kKind, *id);
    auto found = text ? read_approval(*text)
                      : Expected<Approval>(failure("policy.record", Fault::self, "gone"));
    // The binding is compared again: what is stored under another key redeems nothing.
    if (found && now < found->expires && found->question.binding() == binding) {
      if (found->state == ApprovalState::pending)
        return Reply{Answer::pending, found->id, found->expires};
      if (found->state == ApprovalState::denied)
        return Reply{Answer::denied, found->id, found->expires};
      if (found->state == ApprovalState::approved) {
        found->state = ApprovalState::redeemed;
        if (auto saved = save(records, *found, "redeemed"); !saved)
          return std::unexpected(saved.error());
        return Reply{Answer::redeemed, found->id, found->expires};
      }
    }
  }
  // One that was approved and given back, while a repeat had opened another question.
  for (Approval& approval : read_all(records)) {
    if (approval.state != ApprovalState::approved || now >= approval.expires ||
        approval.question.binding() != binding)
      continue;
    approval.state = ApprovalState::redeemed;
    if (auto saved = save(records, approval, "redeemed"); !saved)
      return std::unexpected(saved.error());
    records.put(kByBinding, binding, approval.id);
    return Reply{Answer::redeemed, approval.id, approval.expires};
  }
  size_t open = 0, own = 0;
  WallTime soonest = now + bounds.timeout;
  for (const Approval& approval : read_all(records)) {
    if (!is_open(approval)) continue;
    ++open;
    if (approval.question.principal != question.principal) continue;
    ++own;
    soonest = std::min(soonest, approval.expires);
  }
  if (own >= bounds.pending || open >= kMostOpen) return Reply{Answer::full, "", soonest};
  Approval made;
  made.id = hex(random_bytes(10));
  made.question = question;
  made.asked = now;
  made.expires = now + bounds.timeout;
  if (auto saved = save(records, made, "asked"); !saved) return std::unexpected(saved.error());
  records.put(kByBinding, binding, made.id);
  return Reply{Answer::pending, made.id, made.expires};
}

void Approvals::ask(Question question, Bounds bounds, WallTime now,
                    std::function<void(Expected<Reply>)> done) {
  auto reply = std::make_shared<Reply>();
  store_->transact(
      [this, question = std::move(question), bounds, now,
       reply](core::Records& records) -> Expected<void> {
        auto made = ask_in(records, question, bounds, now);
        if (!made) return std::unexpected(std::move(made).error());
        *reply = *std::move(made);
        return {};
      },
      [reply, done = std::move(done)](Expected<void> ended) {
        if (ended)
          done(std::move(*reply));
        else
          done(std::unexpected(std::move(ended).error()));
      });
}

Expected<void> Approvals::withdraw_repeat(core::Records& records, const Approval& answered,
                                          WallTime now) {
  const std::string binding = answered.question.binding();
  const auto latest = records.get(kByBinding, binding);
  if (latest == answered.id) return {};
  records.put(kByBinding, binding, answered.id);
  const auto text = latest ? records.get(kKind, *latest) : std::nullopt;
  auto repeat = text ? read_approval(*text)
                     : Expected<Approval>(failure("policy.record", Fault::self, "gone"));
  if (!repeat || repeat->state != ApprovalState::pending || repeat->question.binding() != binding)
    return {};
  repeat->state = ApprovalState::expired;
  repeat->expires = now;
  return save(records, *repeat, "expired");
}

void Approvals::give_back(std::string id, WallTime now) {
  store_->transact(
      [this, id = std::move(id), now](core::Records& records) -> Expected<void> {
        const auto text = records.get(kKind, id);
        if (!text) return {};
        auto approval = read_approval(*text);
        if (!approval || approval->state != ApprovalState::redeemed || now >= approval->expires)
          return {};
        approval->state = ApprovalState::approved;
        if (auto saved = save(records, *approval, "given_back"); !saved) return saved;
        return withdraw_repeat(records, *approval, now);
      },
      [](Expected<void>) {});
}

Expected<std::vector<Approval>> Approvals::list(WallTime now) {
  std::vector<Approval> all;
  auto ended = store_->run([&](core::Records& records) -> Expected<void> {
    if (auto swept = sweep_in(records, now); !swept) return swept;
    all = read_all(records);
    return {};
  });
  if (!ended) return std::unexpected(std::move(ended).error());
  std::sort(all.begin(), all.end(),
            [](const Approval& a, const Approval& b) { return a.asked > b.asked; });
  return all;
}

Expected<Approval> Approvals::decide(std::string_view id, const Approver& who, bool approve,
                                     std::string_view policy, Bounds bounds, WallTime now) {
  Approval approval;
  auto ended = store_->run([&](core::Records& records) -> Expected<void> {
    const auto text = records.get(kKind, id);
    auto found = text ? read_approval(*text)
                      : Expected<Approval>(failure("approvals.unknown", Fault::client,
                                                   "there is no such approval"));
    if (!found) return std::unexpected(std::move(found).error());
    approval = *std::move(found);
    if (now >= approval.expires && is_open(approval)) approval.state = ApprovalState::expired;
    const bool open = approval.state == ApprovalState::pending ||
                      (approval.state == ApprovalState::approved && !approve);
    if (!open)
      return failure("approvals.settled", Fault::client,
                     "it is " + std::string(approval_state_name(approval.state)) + " already");
    if (approve) {
      if (approval.question.policy != policy)
        return failure("approvals.void", Fault::client,
                       "the policy has changed since it was asked; the call has to be made again");
      if (auto allowed = may_approve(approval.question, who); !allowed) return allowed;
    } else if (who.role == OperatorRole::viewer) {
      return failure("approvals.role", Fault::client, "a viewer may look, not deny");
    }
    approval.state = approve ? ApprovalState::approved : ApprovalState::denied;
    approval.decided_by = who.id;
    approval.decided = now;
    approval.expires = now + bounds.timeout;
    return save(records, approval, approve ? "approved" : "denied");
  });
  if (!ended) return std::unexpected(std::move(ended).error());
  return approval;
}

void Approvals::sweep(WallTime now) {
  store_->transact([this, now](core::Records& records) { return sweep_in(records, now); },
                   [](Expected<void>) {});
}

}  // namespace doorward::policy
