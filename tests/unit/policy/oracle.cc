// 100,000 random policies and calls, judged here and by tools/policy_oracle.py, a second reading of
// the same reference in another language.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>

#include "policy/rules.h"

namespace doorward::policy {
namespace {

using core::ClassSet;

struct Case {
  std::vector<Rule> rules;
  std::string user, agent;
  std::vector<std::string> groups, scopes;
  std::string environment;  // of the server
  Action action;
  std::optional<int> amount;
  std::string arguments;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Case next() {
    Case c;
    const size_t count = pick(6);
    for (size_t i = 0; i < count; ++i) c.rules.push_back(rule("r" + std::to_string(i)));
    c.user = one({"ana", "bob"});
    c.agent = one({"", "", "bot", "owl"});
    c.groups = some({"dev", "ops"});
    c.scopes = some({"s1", "s2"});
    c.action.kind = static_cast<Kind>(chance(70) ? 0 : pick(3));
    c.action.server = kServers[pick(2)];
    c.action.name = kNames[pick(3)];
    if (c.action.kind == Kind::resource) c.action.uri = "file:///docs/x";
    c.action.classes = chance(5) ? ClassSet() : classes();
    if (chance(60)) c.environment = one({"production", "staging"});
    if (chance(95)) c.action.now = moment();
    if (chance(80)) c.amount = static_cast<int>(pick(4));
    c.arguments = c.amount ? "{\"amount\":" + std::to_string(*c.amount) + "}" : "{}";
    return c;
  }

 private:
  static constexpr const char* kServers[] = {"a", "ab"};
  static constexpr const char* kNames[] = {"x", "x.y", "z"};

  size_t pick(size_t below) { return random_() % below; }
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  std::string one(std::vector<std::string> from) { return from[pick(from.size())]; }
  std::vector<std::string> some(const std::vector<std::string>& from) {
    std::vector<std::string> out;
    for (const auto& item : from)
      if (chance(50)) out.push_back(item);
    return out;
  }
  ClassSet classes() {
    uint8_t bits = static_cast<uint8_t>(1U << pick(6));
    if (chance(40)) bits |= static_cast<uint8_t>(1U << pick(6));
    return ClassSet::from_bits(bits);
  }
  // Of one week with the end of summer time in it, now and then on the edge of an hour.
  WallTime moment() {
    constexpr int64_t kMonday = 1'792'972'800;  // 2026-10-26, the day after clocks went back
    constexpr int64_t kWeek = 7 * 86'400;
    int64_t second = kMonday - kWeek / 2 + static_cast<int64_t>(random_() % kWeek);
    if (chance(30)) second -= second % 3600;
    return WallTime(std::chrono::seconds(second));
  }
  TimeWindow window() {
    TimeWindow w;
    if (chance(60)) w.days = static_cast<uint8_t>(1 + pick(127));
    if (chance(60)) w.from = static_cast<uint16_t>(pick(24) * 60 + (chance(20) ? 30 : 0));
    if (chance(60)) w.to = static_cast<uint16_t>(1 + pick(24 * 60));
    if (w.from == w.to) w.from = 0;
    w.zone = one({"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"});
    if (chance(20)) w.after = moment();
    if (chance(20)) w.before = (w.after ? *w.after : moment()) + std::chrono::hours(1 + pick(90));
    return w;
  }
  PrincipalSelector selector() {
    if (chance(15)) return {.any = true};
    PrincipalSelector s;
    if (chance(35)) s.user = one({"ana", "bob"});
    if (chance(35)) s.group = one({"dev", "ops"});
    if (chance(30)) s.scope = one({"s1", "s2"});
    if (chance(30)) s.agent = one({"bot", "owl"});
    return s;
  }
  Rule rule(std::string id) {
    Rule r{.id = std::move(id), .effect = static_cast<Effect>(chance(60) ? 0 : pick(3))};
    if (chance(60)) {
      r.principals.emplace();
      for (size_t i = 1 + pick(2); i > 0; --i) r.principals->push_back(selector());
    }
    const auto globs = [&] {
      return std::vector<std::string>{one({"*", "a.*", "ab.*", "a*", "*.x", "a.x", "ab.x.y"})};
    };
    if (chance(60)) r.tools = globs();
    if (chance(15)) r.prompts = globs();
    if (chance(15)) r.resources = chance(50) ? globs() : std::vector<std::string>{"file:///docs/*"};
    if (chance(50)) {
      ClassSet set = classes();
      set.add(classes());
      if (chance(30)) set = ClassSet::all();
      r.classes = set;
    }
    if (chance(20)) r.arguments = "{\"maximum\":" + std::to_string(pick(4)) + "}";
    if (chance(15)) r.environments = some({"production", "staging", "test"});
    if (r.environments && r.environments->empty()) r.environments.reset();
    if (chance(20))
      for (size_t i = 1 + pick(2); i > 0; --i) r.times.push_back(window());
    if (r.effect == Effect::hold && chance(40)) r.approvers = {{.group = "leads"}};
    return r;
  }
  std::mt19937 random_;
};

Expected<ArgumentMatcher> compile_maximum(std::string_view schema, Effect) {
  const auto document = wire::JsonDocument::parse(std::string(schema));
  const int64_t most = *document->root()["maximum"].integer();
  return [most](wire::JsonValue arguments) {
    const auto amount = arguments["amount"].integer();
    return !amount ? Match::undecided : *amount <= most ? Match::yes : Match::no;
  };
}

std::string list_json(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ",") + wire::json_quote(item);
  return "[" + out + "]";
}

std::string classes_json(ClassSet set) {
  std::vector<std::string> names;
  for (size_t i = 0; i < core::kClassNames.size(); ++i)
    if (set.bits() >> i & 1U) names.emplace_back(core::kClassNames[i]);
  return list_json(names);
}

std::string selector_json(const PrincipalSelector& s) {
  std::string out = s.any ? "\"any\":true" : "";
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty())
      out += (out.empty() ? "\"" : ",\"") + std::string(key) + "\":" + wire::json_quote(value);
  };
  add("user", s.user);
  add("group", s.group);
  add("scope", s.scope);
  add("agent", s.agent);
  return "{" + out + "}";
}

std::string seconds(WallTime time) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

std::string window_json(const TimeWindow& w) {
  constexpr const char* kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  std::vector<std::string> days;
  for (size_t i = 0; i < 7; ++i)
    if (w.days >> i & 1U) days.emplace_back(kDays[i]);
  std::string out = "{\"days\":" + list_json(days) + ",\"from\":" + std::to_string(w.from) +
                    ",\"to\":" + std::to_string(w.to) + ",\"zone\":" + wire::json_quote(w.zone);
  if (w.after) out += ",\"after\":" + seconds(*w.after);
  if (w.before) out += ",\"before\":" + seconds(*w.before);
  return out + "}";
}

std::string rule_json(const Rule& r) {
  std::string out =
      "{\"id\":\"" + r.id + "\",\"effect\":\"" + std::string(effect_name(r.effect)) + "\"";
  if (r.principals) {
    std::string all;
    for (const auto& s : *r.principals) all += (all.empty() ? "" : ",") + selector_json(s);
    out += ",\"principals\":[" + all + "]";
  }
  if (r.tools) out += ",\"tools\":" + list_json(*r.tools);
  if (r.prompts) out += ",\"prompts\":" + list_json(*r.prompts);
  if (r.resources) out += ",\"resources\":" + list_json(*r.resources);
  if (r.classes) out += ",\"classes\":" + classes_json(*r.classes);
  if (!r.arguments.empty()) out += "," + r.arguments.substr(1, r.arguments.size() - 2);
  if (r.environments) out += ",\"environments\":" + list_json(*r.environments);
  if (!r.times.empty()) {
    std::string all;
    for (const auto& w : r.times) all += (all.empty() ? "" : ",") + window_json(w);
    out += ",\"times\":[" + all + "]";
  }
  if (!r.approvers.empty()) out += ",\"approvers\":[1]";
  return out + "}";
}

std::string case_json(const Case& c) {
  std::string all;
  for (const Rule& r : c.rules) all += (all.empty() ? "" : ",") + rule_json(r);
  constexpr const char* kKinds[] = {"tool", "prompt", "resource"};
  return "{\"rules\":[" + all + "],\"subject\":{\"user\":" + wire::json_quote(c.user) +
         ",\"agent\":" + wire::json_quote(c.agent) + ",\"groups\":" + list_json(c.groups) +
         ",\"scopes\":" + list_json(c.scopes) + "},\"action\":{\"kind\":\"" +
         kKinds[static_cast<size_t>(c.action.kind)] + "\",\"server\":\"" +
         std::string(c.action.server) + "\",\"name\":\"" + std::string(c.action.name) +
         "\",\"uri\":\"" + std::string(c.action.uri) +
         "\",\"classes\":" + classes_json(c.action.classes) +
         (c.environment.empty() ? "" : ",\"environment\":" + wire::json_quote(c.environment)) +
         ",\"now\":" + (c.action.now == WallTime{} ? "null" : seconds(c.action.now)) +
         ",\"amount\":" + (c.amount ? std::to_string(*c.amount) : "null") + "}}";
}

std::string judge(Case& c) {
  Rules::Environments environments;
  if (!c.environment.empty()) environments[std::string(c.action.server)] = c.environment;
  const auto compiled = Rules::compile(c.rules, compile_maximum, std::move(environments));
  const auto arguments = wire::JsonDocument::parse(c.arguments);
  c.action.arguments = arguments->root();
  const Subject subject{c.user, c.agent, c.groups, c.scopes};
  const Decision d = compiled->decide(subject, c.action);
  const auto or_dash = [](std::string_view text) { return text.empty() ? "-" : std::string(text); };
  return std::string(effect_name(d.effect)) + " " + std::string(reason_name(d.reason)) + " " +
         or_dash(d.rule) + " " + or_dash(d.missing_scope) +
         (compiled->visible(subject, c.action) ? " shown" : " hidden");
}

TEST(PolicyOracle, TwoReadingsAgree) {
  constexpr int kCases = 100'000;
  const auto folder = std::filesystem::temp_directory_path();
  const std::filesystem::path input =
      folder / ("doorward-policy-oracle-" + std::to_string(getpid()) + ".jsonl");
  Generator generator(20261124);
  std::vector<std::string> lines, ours;
  std::map<std::string, int> reasons;
  {
    std::ofstream file(input);
    for (int i = 0; i < kCases; ++i) {
      Case c = generator.next();
      lines.push_back(case_json(c));
      ours.push_back(judge(c));
      const size_t from = ours.back().find(' ') + 1;
      ++reasons[ours.back().substr(from, ours.back().find(' ', from) - from)];
      file << lines.back() << '\n';
    }
  }
  const std::string command =
      "python3 '" DOORWARD_SOURCE_DIR "/tools/policy_oracle.py' < '" + input.string() + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  ASSERT_TRUE(pipe);
  char line[256];
  int read = 0;
  for (; std::fgets(line, sizeof line, pipe.get()) != nullptr && read < kCases; ++read) {
    std::string theirs(line);
    theirs.pop_back();
    ASSERT_EQ(ours[static_cast<size_t>(read)], theirs) << lines[static_cast<size_t>(read)];
  }
  std::filesystem::remove(input);
  EXPECT_EQ(read, kCases);
  // Each way to end has to be among them, or the comparison shows little.
  for (const char* reason :
       {"allowed", "held", "denied", "no_rule", "scope_missing", "arguments_refused",
        "outside_time", "execute_not_granted", "agent_not_granted"})
    EXPECT_GE(reasons[reason], 100) << reason;
}

}  // namespace
}  // namespace doorward::policy
