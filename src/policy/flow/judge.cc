#include "policy/flow/judge.h"

#include <algorithm>

#include "policy/flow/address.h"
#include "policy/flow/fields.h"
#include "wire/http.h"

namespace doorward::policy::flow {

namespace {

using core::ToolClass;

struct Argument {
  std::string name;
  std::string value;
  Role role;
  bool number;
  Origin origin;
  std::vector<Destination> places = {};  // of an address, where lists are asked
};

std::string shortened(std::string_view text) {
  std::string out(text.substr(0, 80));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U) out.pop_back();
  if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0U) out.pop_back();
  return out.size() < text.size() ? out + "…" : out;
}

// The pattern of the caller's lists that a destination is in, and the list.
struct Listed {
  const KnownList* list = nullptr;
  std::string_view pattern;
};
Listed listed(const Rule& rule, const core::Principal* principal,
              const std::vector<Destination>& places) {
  if (principal == nullptr || places.empty()) return {};
  for (const KnownList& list : rule.known)
    if (const auto pattern = list.match(places); !pattern.empty() && list.is_for(*principal))
      return {&list, pattern};
  return {};
}

std::string known_word(std::string_view name, std::string_view value, const Listed& in) {
  std::string out = "`" + shortened(value) + "` (" + shortened(name) + ") is in ";
  if (in.list == nullptr) return out + "no list of known destinations";
  return out + "the list `" + in.list->id() + "` as `" + std::string(in.pattern) + "`";
}

// The addresses inside of a value that is more than one: behind a name, a scheme, an escape.
std::vector<std::string> pieces_of(std::string_view value) {
  std::string plain = wire::percent_decode(value).value_or(std::string(value));
  std::vector<std::string> pieces;
  for (size_t from = 0; from < plain.size();) {
    const size_t end =
        std::min(plain.find_first_of(" \t\r\n,;:<>()[]\"'`?&=|\\", from), plain.size());
    std::string piece = plain.substr(from, end - from);
    if (piece != value && is_address(piece)) pieces.push_back(std::move(piece));
    from = end + 1;
  }
  return pieces;
}

class Judge {
 public:
  Judge(const TaskIndex& task, const Sink& sink) : task_(task), sink_(sink) {
    read_arguments(sink.arguments, [this](const Field& field) {
      if (arguments_.size() >= 64) {
        too_many_ = true;
        return;
      }
      // A member that is called like an address is one: `{"eve@evil.example": true}`.
      if (is_address(field.name))
        arguments_.push_back(
            {"a name", std::string(field.name), Role::address, false, task_.origin_of(field.name)});
      Argument argument{std::string(field.name),
                        std::string(field.value),
                        role_of(*sink_.labels, field.name, field.value, field.number),
                        field.number,
                        {}};
      if (argument.role != Role::scalar && argument.role != Role::content)
        argument.origin = task_.origin_of(argument.value);
      arguments_.push_back(std::move(argument));
    });
    hostile_ = task.labels().hostile;
    fetch_ = sink.labels->is_fetch();
    const core::ClassSet classes = sink.labels->classes;
    identity_ = classes.has(ToolClass::identity);
    destructive_ = classes.has(ToolClass::destructive);
    egress_ = classes.has(ToolClass::egress);
    pays_ = sink.labels->acts.has(Act::pay) && !sink.labels->acts.has(Act::create);
    // `send` pays as well as it sends: an amount tells.
    moves_money_ = sink.labels->acts.has(Act::pay) &&
                   (!sink.labels->acts.has(Act::send) ||
                    std::ranges::any_of(arguments_, [](const Argument& argument) {
                      const std::string name = lower(argument.name);
                      return name.find("amount") != std::string::npos ||
                             name.find("iban") != std::string::npos;
                    }));
  }

  // The fault under a rule, or nothing when all is clean.
  std::optional<Judgement> fault(const Rule& rule) {
    look_up(rule);
    if (too_many_) return whole("misuse.flow_unclear", "it has more values than can be judged");
    if (tool_is_named())
      return whole("misuse.flow_named",
                   "a text of outsiders names the tool `" + std::string(sink_.tool) + "`");
    if (auto found = private_leaves()) return found;
    for (const Argument& argument : arguments_)
      if (auto found = one(argument)) return found;
    if (auto found = unasked()) return found;
    return unnamed();
  }

  // Only whether private content would leave, of a call that is no sink otherwise.
  std::optional<Judgement> leak(const Rule& rule) {
    look_up(rule);
    return private_leaves();
  }

  // What the lists of the rule that was judged last say; "" where it has none.
  [[nodiscard]] std::string known() const {
    std::string out;
    if (rule_ == nullptr || rule_->known.empty()) return out;
    for (size_t i = 0; i < arguments_.size(); ++i) {
      if (arguments_[i].role != Role::address) continue;
      out += (out.empty() ? "" : "; ") +
             known_word(arguments_[i].name, arguments_[i].value, listed_[i]);
      if (listed_[i].list == nullptr) continue;
      if (hostile_) out += ", which counts for nothing after a text that gives orders to the agent";
      if (!hostile_ && (identity_ || destructive_))
        out += ", which counts for nothing where a thing is deleted or an account changed";
    }
    return out;
  }

 private:
  bool prompt() const { return task_.has_prompt(); }

  void look_up(const Rule& rule) {
    rule_ = &rule;
    listed_.assign(arguments_.size(), {});
    if (rule.known.empty()) return;
    for (size_t i = 0; i < arguments_.size(); ++i) {
      Argument& argument = arguments_[i];
      if (argument.role != Role::address) continue;
      if (argument.places.empty()) argument.places = read_destinations(argument.value);
      listed_[i] = listed(rule, sink_.principal, argument.places);
    }
  }

  // A destination that the operator knows, where a list has a say at all. Never `stated`: it does
  // not name another argument, nor ask for the action.
  bool is_known(const Argument& argument) const {
    if (hostile_ || identity_ || destructive_) return false;
    return listed_[static_cast<size_t>(&argument - arguments_.data())].list != nullptr;
  }

  Judgement whole(std::string_view reason, std::string because) const {
    Judgement judgement;
    judgement.stops = true;
    judgement.reason = reason;
    judgement.because = std::move(because);
    return judgement;
  }

  Judgement of(const Argument& argument, std::string_view value, const Origin& origin,
               std::string_view reason) const {
    Judgement judgement;
    judgement.stops = true;
    judgement.reason = reason;
    judgement.argument = argument.name;
    judgement.value = shortened(value);
    judgement.origin = origin;
    judgement.because = "`" + judgement.value + "` (" + judgement.argument + ") " + told(origin);
    return judgement;
  }

  std::string told(const Origin& origin) const {
    if (origin.call < 0 || origin.source == Source::unknown)
      return (prompt() ? "was neither asked for nor seen in any result"
                       : "stands in no result of this task") +
             (task_.missing().empty() ? "" : " that is known, and " + std::string(task_.missing()));
    const TaskIndex::Call& call = task_.call(origin.call);
    std::string out =
        origin.hostile ? "stands in a text that gives orders to the agent, " : "stands in ";
    if (origin.field.empty())
      out += "free text of the result of ";
    else
      out += "`" + std::string(origin.field) + "` of the result of ";
    return out + call.tool + " (call " + std::to_string(call.number) + " of the task)";
  }

  // What was asked for can be read: of a prompt in another language only values count, and it lets
  // nothing pass that would be stopped without it.
  bool understood() const { return prompt() && task_.prompt_is_english(); }

  // Whether what the person asked for can be this tool.
  bool requested() const {
    if (!prompt()) return false;
    if (!understood()) return true;
    const ToolLabels& labels = *sink_.labels;
    const bool named = labels.nouns.empty() || prompt_names(labels.nouns);
    if (labels.acts.empty()) return named;
    if (!labels.acts.meets(task_.asked_acts())) return false;
    // Accounts and their rights are changed at a word that names them.
    return !identity_ || named;
  }
  bool prompt_names(const std::vector<uint32_t>& nouns) const {
    return std::ranges::any_of(nouns,
                               [this](uint32_t noun) { return task_.prompt_has_stem(noun); });
  }

  // Whether the person spoke of what the tool is for (`file` of `append_to_file`), as far as its
  // name says that.
  bool tool_is_meant() const {
    return understood() && (sink_.labels->nouns.empty() || prompt_names(sink_.labels->nouns));
  }

  // A text of outsiders that says who is to be told as well as what: no such link was asked for.
  bool comes_with_target(const Argument& content, std::string_view link) const {
    static const std::vector<uint32_t> kLinks = [] {
      std::vector<uint32_t> stems;
      for (const std::string_view word : {"link", "url", "website", "site", "page", "article"})
        stems.push_back(hash_bytes(stem(word)));
      return stems;
    }();
    if (understood() && prompt_names(kLinks)) return false;
    return std::ranges::any_of(arguments_, [&](const Argument& to) {
      return &to != &content && to.role == Role::address &&
             std::ranges::any_of(find_addresses(to.value), [&](const FoundAddress& each) {
               return task_.one_text_has(link, each.text);
             });
    });
  }

  // A text of outsiders names the tool, and the person neither did nor asked for what it does.
  bool tool_is_named() const {
    const bool says_nothing = std::ranges::all_of(
        arguments_, [](const Argument& argument) { return argument.role == Role::scalar; });
    if (!task_.names_tool(sink_.tool, says_nothing)) return false;
    if (task_.origin_of(sink_.tool).source == Source::stated) return false;
    return !understood() || hostile_ || sink_.labels->acts.empty() || sink_.labels->nouns.empty() ||
           !prompt_names(sink_.labels->nouns) || !requested();
  }

  // Who is told of an entry, as the recipients of a message are.
  static bool is_for_people(std::string_view name) {
    const std::string low = lower(name);
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"participant", "attendee", "guest", "invitee"},
        [&](std::string_view who) { return low.starts_with(who); });
  }

  // A field that outsiders may have made up: in a text of theirs that only looks like a listing.
  bool is_forged(const Argument& argument, std::string_view value, const Origin& origin) const {
    if (origin.source != Source::listed_outside || !origin.forgeable) return false;
    if (argument.role != Role::address)
      return destructive_ && !origin.answers && (!understood() || origin.topics == 0);
    if (moves_money_ || identity_ || destructive_) return true;
    const core::ClassSet classes = sink_.labels->classes;
    const bool only_sends =
        (egress_ && !classes.has(ToolClass::write)) || is_for_people(argument.name);
    if (fetch_) return false;
    if (!understood()) return !only_sends || !origin.answers;
    const auto found = find_addresses(value);
    const bool other_meant = found.size() == 1 && task_.prompt_states(found[0].kind);
    return (!only_sends || other_meant) && !looked_up(origin);
  }

  // Whether the person asked to look this up: it stands near what the prompt speaks of.
  bool looked_up(const Origin& origin) const {
    if (!understood() || origin.orders) return false;
    return (origin.asked && origin.topics > 0) || origin.topics > 1;
  }

  bool target_stated() const {
    bool any = false;
    for (const Argument& argument : arguments_) {
      if (argument.role != Role::address && argument.role != Role::object) continue;
      if (argument.origin.source != Source::stated) return false;
      any = true;
    }
    return any;
  }
  bool other_stated(const Argument& than) const {
    return std::ranges::any_of(arguments_, [&](const Argument& argument) {
      return &argument != &than &&
             (argument.role == Role::address || argument.role == Role::object) &&
             argument.origin.source == Source::stated;
    });
  }

  std::optional<Judgement> one(const Argument& argument) const {
    switch (argument.role) {
      case Role::address:
        if (const auto each = find_addresses(argument.value); each.size() > 1) {
          for (const FoundAddress& found : each)
            if (auto fault = target(argument, found.text, task_.origin_of(found.text)))
              return fault;
          return std::nullopt;
        }
        return target(argument, argument.value, argument.origin);
      case Role::object:
        return target(argument, argument.value, argument.origin);
      case Role::secret:
        return said(argument);
      case Role::content:
        return content(argument);
      case Role::scalar:
        return std::nullopt;
    }
    return std::nullopt;
  }

  // A destination, or the thing that is acted on.
  std::optional<Judgement> target(const Argument& argument, std::string_view value,
                                  const Origin& origin) const {
    const bool address = argument.role == Role::address;
    if (address && is_known(argument)) return std::nullopt;
    const auto bad = [&](std::string_view reason) { return of(argument, value, origin, reason); };
    switch (origin.source) {
      case Source::stated:
      case Source::trusted:
        return std::nullopt;
      case Source::listed:
      case Source::listed_outside:
        if (origin.hostile || is_forged(argument, value, origin)) return bad("misuse.flow_outside");
        if (hostile_ && !(prompt() && origin.topics > 1 && requested() && !destructive_))
          return bad("misuse.flow_after_orders");
        // Who names a file after an address has written that address.
        if (origin.label && is_address(value)) return bad("misuse.flow_outside");
        if (prompt() && origin.source == Source::listed_outside && !fetch_ && !requested())
          return bad("misuse.flow_unasked");
        // One of the listed things, and a text tells to take just that one.
        if (origin.told.meets(sink_.labels->acts) && !(address && looked_up(origin)))
          return bad("misuse.flow_outside");
        return std::nullopt;
      case Source::outside:
        // A thing of the own store that a text of it names, where the person asked for the act.
        if (!hostile_ && !address && understood() && origin.own_store && !origin.orders &&
            requested() && !pays_ && !identity_ && !destructive_)
          return std::nullopt;
        if (hostile_ || !looked_up(origin)) return bad("misuse.flow_outside");
        if (fetch_) return std::nullopt;
        if (!requested() || pays_ || identity_ || destructive_) return bad("misuse.flow_outside");
        if (address && !other_stated(argument)) return bad("misuse.flow_outside");
        return std::nullopt;
      case Source::unknown:
        if (hostile_) return bad("misuse.flow_after_orders");
        for (const std::string& piece : pieces_of(value)) {
          const Origin inner = task_.origin_of(piece);
          if (inner.source == Source::unknown) continue;
          if (auto fault = target(argument, piece, inner)) return fault;
        }
        if (prompt() && (address || destructive_ || !requested()))
          return bad("misuse.flow_unknown");
        if (understood()) return std::nullopt;
        if (task_.derivable(value, address)) return bad("misuse.flow_outside");
        // After a stop somebody steers, and what he has is not in the index.
        if (task_.labels().stopped) return bad("misuse.flow_unknown");
        return std::nullopt;
    }
    return std::nullopt;
  }

  // A password, or what an account is changed to: the person's own words or a trusted result.
  std::optional<Judgement> said(const Argument& argument) const {
    const Source source = argument.origin.source;
    if (source == Source::stated || source == Source::trusted) return std::nullopt;
    return of(argument, argument.role == Role::secret ? "the new secret" : argument.value,
              argument.origin,
              source == Source::unknown ? "misuse.flow_unknown" : "misuse.flow_outside");
  }

  std::optional<Judgement> content(const Argument& argument) const {
    if (identity_ && !argument.value.empty()) {
      Argument known = argument;
      known.origin = task_.origin_of(argument.value);
      return said(known);
    }
    if (hostile_) {
      const Origin run = task_.hostile_run(argument.value, 3);
      if (run.hostile) return of(argument, argument.value, run, "misuse.flow_outside");
    }
    // What a text of outsiders tells to be written, in their words and not in the person's.
    if (const Origin run = task_.ordered_run(argument.value); run.orders)
      if (!prompt() || run.topics < 2 ||
          (run.told.meets(sink_.labels->acts) && !tool_is_meant() && !target_stated()))
        return of(argument, argument.value, run, "misuse.flow_outside");
    // A link or an account number in a message is a way out as well.
    for (const FoundAddress& found : find_addresses(argument.value)) {
      const Origin origin = task_.origin_of(found.text);
      if (origin.source == Source::outside &&
          (hostile_ || !looked_up(origin) || comes_with_target(argument, found.text)))
        return of(argument, found.text, origin, "misuse.flow_outside");
      if (origin.source == Source::unknown && hostile_)
        return of(argument, found.text, origin, "misuse.flow_after_orders");
      if (origin.source == Source::unknown &&
          (task_.labels().stopped || task_.derivable(found.text, true)))
        return of(argument, found.text, origin, "misuse.flow_unknown");
    }
    return std::nullopt;
  }

  // All that says where it goes is the person's word, a trusted result's, or of the own store and
  // near what the person speaks of. What outsiders list is no way that the person named.
  bool way_is_named() const {
    bool any = false, targets = false;
    for (const Argument& to : arguments_) {
      if (to.role != Role::address && to.role != Role::object) continue;
      targets = true;
      const Source source = is_known(to) ? Source::trusted : to.origin.source;
      const bool near = source == Source::listed && to.origin.topics > 0 && !to.origin.label;
      if (to.origin.hostile || (source > Source::trusted && !near)) return false;
      any = true;
    }
    if (targets) return any;
    // `{"issue": 12, "text": …}`: a number that the person wrote.
    bool numbers = false;
    for (const Argument& to : arguments_) {
      if (to.role != Role::scalar || !to.number) continue;
      numbers = true;
      any = any || task_.origin_of(to.value).source == Source::stated;
    }
    return any || !numbers;
  }

  // An address that the operator listed is no content, though a private text has it as well. A URL
  // that a pattern leaves room in may carry any.
  bool is_place_alone(const PrivateFind& found) const {
    return std::ranges::any_of(arguments_, [&](const Argument& argument) {
      return argument.role == Role::address && argument.name == found.argument &&
             argument.value == found.value && is_known(argument) &&
             std::ranges::none_of(argument.places, [](const Destination& place) {
               return place.kind == Destination::Kind::web;
             });
    });
  }

  // Private results on their way out: only where the person spoke of them and named the way.
  std::optional<Judgement> private_leaves() const {
    auto found = private_in(task_, sink_);
    found.insert(found.end(), sink_.elsewhere.begin(), sink_.elsewhere.end());
    // What is asked for at another server goes to that server, whatever the call is for.
    if (!egress_) {
      if (sink_.labels->trust != Trust::untrusted) return std::nullopt;
      std::erase_if(found, [this](const PrivateFind& each) { return each.server == sink_.server; });
    }
    std::erase_if(found, [this](const PrivateFind& each) { return is_place_alone(each); });
    if (found.empty()) return std::nullopt;
    const bool named = understood() && requested() && way_is_named() &&
                       std::ranges::all_of(found, &PrivateFind::asked);
    if (named) return std::nullopt;
    Judgement judgement = whole("misuse.flow_private", found[0].because);
    judgement.argument = found[0].argument;
    return judgement;
  }

  std::optional<Judgement> unasked() const {
    if (!prompt() || requested()) return std::nullopt;
    if (fetch_ && !hostile_) return std::nullopt;
    if (!hostile_ && !destructive_ && target_stated()) return std::nullopt;
    return whole("misuse.flow_unasked", "nothing that the person wrote asks for such an action");
  }

  // Without a prompt nobody can have named what has no destination.
  std::optional<Judgement> unnamed() const {
    if (understood()) return std::nullopt;
    if (prompt() && (target_stated() || !(hostile_ || identity_ || destructive_)))
      return std::nullopt;
    if (hostile_)
      return whole("misuse.flow_after_orders",
                   "this task has read a text that gives orders to the agent");
    if (identity_ || destructive_)
      return whole("misuse.flow_unnamed", "nobody is known to have named this change");
    return std::nullopt;
  }

  const TaskIndex& task_;
  const Sink& sink_;
  std::vector<Argument> arguments_;
  const Rule* rule_ = nullptr;
  std::vector<Listed> listed_;  // under that rule, one for each argument
  bool too_many_ = false;
  bool hostile_ = false, fetch_ = false, identity_ = false, destructive_ = false, egress_ = false,
       pays_ = false, moves_money_ = false;
};

bool applies(const Rule& rule, const TaskLabels& labels) {
  switch (rule.after) {
    case After::untrusted:
      return labels.outside();
    case After::shared:
      return labels.shared;
    case After::private_data:
      return labels.is_private;
  }
  return true;
}

std::string_view requirement_of(std::string_view reason) {
  if (reason == "misuse.flow_private") return "R7.5";
  if (reason == "misuse.flow_unnamed" || reason == "misuse.flow_unasked") return "R9.4";
  if (reason == "misuse.flow_after_orders" || reason == "misuse.flow_named") return "R11.9";
  return "R3.8";
}

}  // namespace

Judgement judge(const TaskIndex& task, const std::vector<Rule>& rules, const Sink& sink) {
  Judgement strictest;
  std::optional<Judge> look;  // the arguments are read once for all rules
  for (const Rule& rule : rules) {
    if (!applies(rule, task.labels())) continue;
    const bool is_sink = rule.block.intersects(sink.labels->classes);
    const bool may_leak = rule.block.has(ToolClass::egress) && rule.unless_clean &&
                          (task.labels().is_private || !sink.elsewhere.empty());
    if (!is_sink && !may_leak) continue;
    Judgement judgement;
    if (!is_sink) {
      if (!look) look.emplace(task, sink);
      if (auto fault = look->leak(rule)) judgement = std::move(*fault);
    } else if (!rule.unless_clean) {
      judgement.stops = true;
      judgement.reason = "misuse.flow_blocked";
      judgement.because = "this task has read what rule `" + rule.id + "` names";
    } else {
      if (!look) look.emplace(task, sink);
      if (auto fault = look->fault(rule)) judgement = std::move(*fault);
      judgement.known = look->known();
    }
    if (!judgement.stops) {
      if (!strictest.stops && strictest.known.empty()) strictest.known = std::move(judgement.known);
      continue;
    }
    if (strictest.stops && (strictest.deny || !rule.deny)) continue;
    judgement.deny = rule.deny;
    judgement.rule = rule.id;
    judgement.requirement = requirement_of(judgement.reason);
    strictest = std::move(judgement);
  }
  return strictest;
}

std::string known_words(const Rule& rule, const Sink& sink) {
  std::string out;
  if (rule.known.empty()) return out;
  read_arguments(sink.arguments, [&](const Field& field) {
    if (role_of(*sink.labels, field.name, field.value, field.number) != Role::address) return;
    const Listed in = listed(rule, sink.principal, read_destinations(field.value));
    out += known_word(field.name, field.value, in) + "\n";
  });
  return out;
}

}  // namespace doorward::policy::flow
