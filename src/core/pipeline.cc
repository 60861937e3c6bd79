#include "core/pipeline.h"

#include <algorithm>

#include "core/recheck.h"
#include "core/release.h"

namespace doorward::core {

namespace {

Verdict closed_door() {
  return deny("privilege.guard_failed", "R9.1",
              "Doorward could not judge this request, so it was not sent. Report the id of this "
              "decision to the person who runs the gateway.");
}

// What a guard takes out whole is gone, whatever another one changes inside of it.
void drop_what_is_taken_out(std::vector<wire::Edit>& edits) {
  // A string that becomes the empty one is taken out as well.
  const auto empties = [](const wire::Edit& edit) {
    return edit.begin < edit.end && (edit.text.empty() || edit.text == "\"\"");
  };
  std::vector<wire::Edit> removals;
  for (const wire::Edit& edit : edits)
    if (empties(edit)) removals.push_back(edit);
  if (removals.empty() || edits.size() == 1) return;
  const auto lies_within = [&](const wire::Edit& edit, const wire::Edit& removal) {
    const bool narrower = edit.end - edit.begin < removal.end - removal.begin ||
                          (!empties(edit) && edit.begin < edit.end &&
                           edit.end - edit.begin == removal.end - removal.begin);
    const bool inserts_beside =
        edit.begin == edit.end && (edit.begin == removal.begin || edit.end == removal.end);
    return narrower && !inserts_beside && removal.begin <= edit.begin && edit.end <= removal.end;
  };
  std::erase_if(edits, [&](const wire::Edit& edit) {
    return std::any_of(removals.begin(), removals.end(),
                       [&](const wire::Edit& removal) { return lies_within(edit, removal); });
  });
  // Two guards that take out the same do it once.
  for (size_t i = 0; i < edits.size(); ++i)
    for (size_t j = edits.size(); empties(edits[i]) && --j > i;)
      if (edits[j].begin == edits[i].begin && edits[j].end == edits[i].end && empties(edits[j]))
        edits.erase(edits.begin() + static_cast<ptrdiff_t>(j));
}

// Puts edits in order; false when two touch the same bytes: what one guard redacts, another one's
// wider edit must not bring back.
bool merge_edits(std::vector<wire::Edit>& edits) {
  drop_what_is_taken_out(edits);
  std::stable_sort(edits.begin(), edits.end(), [](const wire::Edit& a, const wire::Edit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  // Two guards that label the same text alike label it once.
  edits.erase(std::unique(edits.begin(), edits.end(),
                          [](const wire::Edit& a, const wire::Edit& b) {
                            return a.begin == b.begin && a.end == b.end && a.text == b.text;
                          }),
              edits.end());
  for (size_t i = 1; i < edits.size(); ++i) {
    const bool same_place =
        edits[i].begin == edits[i - 1].begin && edits[i].end == edits[i - 1].end;
    if (edits[i].begin < edits[i - 1].end || same_place) return false;
  }
  return true;
}

// In the notes of a message that waits: the number of doors that reserved already.
constexpr std::string_view kReserved = "core.reserved";

// What guards share of a message is forgotten with it.
class Forgetting {
 public:
  explicit Forgetting(Shared& shared) : shared_(shared) { shared_.clear(); }
  ~Forgetting() { shared_.clear(); }
  Forgetting(const Forgetting&) = delete;
  Forgetting& operator=(const Forgetting&) = delete;

 private:
  Shared& shared_;
};

// What a guard says, made where it is needed: a verdict is large, and nearly all are to pass.
Verdict said_by(const Pipeline::Door& door, const Exchange& exchange, Notes& notes) {
  try {
    return door.guard->judge(exchange, notes);
  } catch (...) {
    // One that observes changes nothing, whatever it does.
    return door.mode == Mode::observe ? pass() : closed_door();
  }
}

// Every guard of the stage; the holds are kept in their order, the first one speaks for all.
Verdict judge_all(const std::vector<Pipeline::Door>& doors, const Exchange& exchange, Notes& notes,
                  std::vector<Verdict>& held) {
  Verdict joined;
  notes.observed.clear();  // a second look, after a `need`, tells the same again
  for (const auto& door : doors) {
    const GuardFacts& facts = door.guard->facts();
    if (!contains(facts.stages, exchange.stage)) continue;
    Verdict verdict = said_by(door, exchange, notes);
    if (verdict.effect == Effect::pass) continue;
    if (verdict.effect == Effect::need && door.mode == Mode::enforce) {
      held.clear();
      return verdict;
    }
    if (door.mode == Mode::observe) {
      notes.observed.push_back({facts.id, verdict.reason, verdict.effect});
      continue;
    }
    if (verdict.effect == Effect::deny) {
      held.clear();
      return verdict;
    }
    if (verdict.effect == Effect::hold) {
      held.push_back(std::move(verdict));
      continue;
    }
    joined.effect = Effect::rewrite;
    std::move(verdict.edits.begin(), verdict.edits.end(), std::back_inserter(joined.edits));
  }
  return joined;
}

// `joined` is what the message becomes where a guard releases it.
Verdict release(const std::vector<Pipeline::Door>& doors, const Exchange& exchange, Notes& notes,
                Verdict joined, const std::vector<Verdict>& held) {
  for (const auto& door : doors) {
    if (!contains(door.guard->facts().stages, exchange.stage)) continue;
    const auto* const releases = dynamic_cast<const Releases*>(door.guard.get());
    if (releases == nullptr) continue;
    try {
      Verdict answer = releases->release(exchange, held, notes);
      return answer.effect == Effect::pass ? std::move(joined) : std::move(answer);
    } catch (...) {
      return closed_door();
    }
  }
  return held.front();
}

// What guards that look again say of the message as their fellows have edited it.
std::optional<Verdict> look_again(const std::vector<Pipeline::Door>& doors,
                                  const Exchange& exchange, Notes& notes,
                                  const std::vector<wire::Edit>& edits) {
  if (edits.empty()) return std::nullopt;
  std::optional<std::string> edited;
  for (const auto& door : doors) {
    if (!contains(door.guard->facts().stages, exchange.stage)) continue;
    const auto* const rechecks = dynamic_cast<const Rechecks*>(door.guard.get());
    if (rechecks == nullptr) continue;
    try {
      if (!edited) edited = wire::splice(exchange.message->bytes(), edits);
      Verdict verdict = rechecks->recheck(exchange, *edited);
      if (!verdict.refuses()) continue;
      if (door.mode == Mode::enforce) return verdict;
      notes.observed.push_back({door.guard->facts().id, verdict.reason, verdict.effect});
    } catch (...) {
      if (door.mode == Mode::enforce) return closed_door();
    }
  }
  return std::nullopt;
}

}  // namespace

Permits& Permits::operator=(Permits&& other) noexcept {
  if (this != &other) {
    settle(Outcome{.ending = Ending::client_gone});
    held_ = std::move(other.held_);
    other.held_.clear();
  }
  return *this;
}

Permits::~Permits() {
  settle(Outcome{.ending = Ending::client_gone});
}

void Permits::settle(const Outcome& outcome) noexcept {
  while (!held_.empty()) {
    held_.back()->settle(outcome);
    held_.pop_back();
  }
}

Pipeline::Pipeline(std::vector<Door> doors) : doors_(std::move(doors)) {
  for (const auto& door : doors_)
    if (door.mode == Mode::observe && !door.guard->facts().observable)
      panic("a guard without observe mode was set to observe");
}

Verdict Pipeline::judge(const Exchange& exchange, Notes& notes) const {
  std::vector<Verdict> held;
  Verdict joined = judge_all(doors_, exchange, notes, held);
  return held.empty() ? std::move(joined)
                      : release(doors_, exchange, notes, std::move(joined), held);
}

std::optional<Verdict> Pipeline::commit(const Exchange& exchange, Notes& notes,
                                        Permits& permits) const {
  // Doors that reserved before a wait keep what they have: nothing counts twice.
  size_t reserved = 0;
  if (const auto kept = notes.values.find(kReserved); kept != notes.values.end()) {
    reserved = std::stoul(kept->second);
    notes.values.erase(kept);
  }
  for (size_t i = reserved; i < doors_.size(); ++i) {
    const Door& door = doors_[i];
    if (!contains(door.guard->facts().stages, exchange.stage)) continue;
    try {
      Commitment made = door.guard->commit(exchange, notes);
      if (!made) {
        if (door.mode == Mode::enforce) {
          // Suspended, not ended: judged again, it goes on at this door.
          if (made.error().effect == Effect::need)
            notes.values[std::string(kReserved)] = std::to_string(i);
          return std::move(made).error();
        }
        notes.observed.push_back(
            {door.guard->facts().id, made.error().reason, made.error().effect});
      } else if (*made) {
        permits.held_.push_back(std::move(*made));
      }
    } catch (...) {
      if (door.mode == Mode::enforce) return closed_door();
    }
  }
  return std::nullopt;
}

Refusal Pipeline::refusal(const Exchange& exchange, Notes& notes, Verdict verdict) const {
  const Forgetting forgetting(notes.of_message);
  if (verdict.effect != Effect::need)
    for (const auto& door : doors_) door.guard->refused(exchange, verdict, notes);
  return Refusal{std::move(verdict), notes.audit_index, false};
}

std::expected<Admission, Refusal> Pipeline::admit(const Exchange& exchange, Notes& notes) const {
  if (exchange.stage != Stage::accept) panic("admit outside the accept stage");
  const Forgetting forgetting(notes.of_message);
  Verdict verdict = judge(exchange, notes);
  if (verdict.refuses() || verdict.effect == Effect::need)
    return std::unexpected(refusal(exchange, notes, std::move(verdict)));
  if (!notes.principal) {
    Verdict none =
        deny("identity.no_credential", "R4.1", "Send a valid credential.", Answer::unauthenticated);
    return std::unexpected(refusal(exchange, notes, std::move(none)));
  }
  Permits permits;
  if (auto denied = commit(exchange, notes, permits))
    return std::unexpected(refusal(exchange, notes, std::move(*denied)));
  permits.settle(Outcome{.ending = Ending::answered});
  return Admission(*notes.principal, notes.credential.value_or(Credential{}));
}

Cleared Pipeline::own(const Admission&, std::string body) const {
  return Cleared(std::move(body));
}

std::expected<void, Refusal> Pipeline::may_launch(const Exchange& exchange, Notes& notes) const {
  const Forgetting forgetting(notes.of_message);
  Verdict verdict = judge(exchange, notes);
  if (verdict.refuses() || verdict.effect == Effect::need)
    return std::unexpected(refusal(exchange, notes, std::move(verdict)));
  return {};
}

std::expected<Cleared, Refusal> Pipeline::clear(const Exchange& exchange, Notes& notes,
                                                Permits& permits,
                                                std::vector<wire::Edit> splices) const {
  const Forgetting forgetting(notes.of_message);
  Verdict verdict = judge(exchange, notes);
  if (!verdict.refuses() && verdict.effect != Effect::need && exchange.message == nullptr)
    verdict = closed_door();
  if (!verdict.refuses() && verdict.effect != Effect::need) {
    std::vector<wire::Edit> edits = std::move(verdict.edits);
    const bool fits = merge_edits(edits);
    auto unfit = fits ? look_again(doors_, exchange, notes, edits) : closed_door();
    std::move(splices.begin(), splices.end(), std::back_inserter(edits));
    if (unfit) {
      verdict = std::move(*unfit);
    } else if (!merge_edits(edits)) {
      verdict = closed_door();
    } else if (auto denied = commit(exchange, notes, permits)) {
      verdict = std::move(*denied);
    } else {
      return Cleared(edits.empty() ? std::string(exchange.message->bytes())
                                   : wire::splice(exchange.message->bytes(), std::move(edits)));
    }
  }
  return std::unexpected(refusal(exchange, notes, std::move(verdict)));
}

std::string decision_json(const Refusal& refusal) {
  const Verdict& verdict = refusal.verdict;
  std::string out = R"({"verdict":")";
  out.append(verdict.effect == Effect::hold ? "hold" : "deny").append(R"(","reason":)");
  wire::append_json_quote(out, verdict.reason);
  out.append(R"(,"requirement":)");
  wire::append_json_quote(out, verdict.requirement);
  if (verdict.retry_after)
    out.append(R"(,"retryAfter":)").append(std::to_string(verdict.retry_after->count()));
  if (verdict.approval) {
    out.append(R"(,"approval":{"id":)");
    wire::append_json_quote(out, verdict.approval->id);
    out.append(R"(,"url":)");
    wire::append_json_quote(out, verdict.approval->url);
    out.append(R"(,"expires":)");
    wire::append_json_quote(out, verdict.approval->expires);
    out += '}';
  }
  if (!verdict.members.empty()) out.append(",").append(verdict.members);
  if (refusal.audit_index) out.append(R"(,"id":)").append(std::to_string(*refusal.audit_index));
  out += '}';
  return out;
}

std::string open_link_params(const ApprovalFacts& approval, bool with_id) {
  std::string out = R"({"mode":"url","url":)";
  wire::append_json_quote(out, approval.url);
  if (with_id) {
    out += R"(,"elicitationId":)";
    wire::append_json_quote(out, approval.id);
  }
  return out +
         R"(,"message":"Doorward holds a call until a person has approved it. Open the page to see )"
         R"(what it is and to answer; the call can be made again then."})";
}

Cleared Pipeline::refuse(const wire::Message* request, const Refusal& refusal,
                         std::string_view readable_id) const {
  const Verdict& verdict = refusal.verdict;
  const std::string id = request != nullptr && request->id() ? std::string(request->id().raw())
                         : readable_id.empty()               ? "null"
                                                             : std::string(readable_id);
  const std::string decision = decision_json(refusal);
  const int code =
      verdict.effect == Effect::hold ? rpc_code(Answer::held) : rpc_code(verdict.answer);
  const bool protocol_fault = code <= -32000;
  // A question is a result of prompts and resources as well.
  const bool asks = refusal.asks_to_open && verdict.approval.has_value();
  const bool is_call = request != nullptr && request->method() == wire::Method::tools_call;
  if (request != nullptr && (is_call || asks) && request->is_request() && !protocol_fault) {
    std::string result = "{";
    // Required of results by the era whose requests state their revision.
    if (asks) {
      result.append(R"("resultType":"input_required","inputRequests":{)");
      wire::append_json_quote(result, kApprovalInput);
      result.append(R"(:{"method":"elicitation/create","params":)")
          .append(open_link_params(*verdict.approval, false))
          .append("}},");
    } else if (request->meta()["io.modelcontextprotocol/protocolVersion"]) {
      result.append(R"("resultType":"complete",)");
    }
    if (is_call) {
      result.append(R"("content":[{"type":"text","text":)");
      wire::append_json_quote(result, verdict.text);
      result.append(R"(}],"isError":true,)");
    }
    result.append(R"("_meta":{"io.doorward/decision":)").append(decision).append("}}");
    return Cleared(wire::make_result(id, result));
  }
  return Cleared(wire::make_error(id, code, verdict.text, decision));
}

}  // namespace doorward::core
