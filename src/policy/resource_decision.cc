#include "policy/resource_decision.h"

#include <algorithm>

namespace doorward::policy {

namespace {

// Calls `look(action, has_to_be_allowed)` for the resource as sent and then in each of its forms.
template <class Look>
void each_form(Action action, const ResourceForms& forms, const ResourceNames& names,
               const Look& look) {
  const std::string_view sent = action.uri;
  action.name = names.exact;
  look(action, true);
  const auto under = [&](std::string_view uri, bool has_to_be_allowed) {
    if (uri == sent) return;
    action.uri = uri;
    look(action, has_to_be_allowed);
  };
  under(forms.canonical, true);
  for (const std::string& form : forms.cut) under(form, names.exact.empty());
  for (const std::string& form : forms.near) under(form, false);
  action.uri = sent;
  for (const std::string& name : names.near) {
    action.name = name;
    look(action, false);
  }
}

}  // namespace

Decision decide_resource(const Rules& rules, const Subject& subject, const Action& action,
                         const ResourceForms& forms, const ResourceNames& names, bool any_call) {
  Decision strictest;
  bool first = true;
  each_form(action, forms, names, [&](const Action& form, bool has_to_be_allowed) {
    const Decision decision = rules.decide(subject, form, any_call);
    const bool speaks = decision.reason == Reason::denied || decision.reason == Reason::held;
    if (first || ((has_to_be_allowed || speaks) && decision.effect > strictest.effect))
      strictest = decision;
    first = false;
  });
  return strictest;
}

std::vector<std::string_view> rules_that_hold(const Rules& rules, const Subject& subject,
                                              const Action& action, const ResourceForms& forms,
                                              const ResourceNames& names) {
  std::vector<std::string_view> all;
  each_form(action, forms, names, [&](const Action& form, bool) {
    for (const std::string_view id : rules.holding(subject, form))
      if (std::find(all.begin(), all.end(), id) == all.end()) all.push_back(id);
  });
  return all;
}

}  // namespace doorward::policy
