// From a list and the pins to entries and a report of what drifted.
#include <algorithm>
#include <map>
#include <set>

#include "catalog/catalog.h"
#include "catalog/names.h"
#include "catalog/visible.h"

namespace doorward::catalog {

namespace {

using What = Drift::What;

constexpr size_t kMostComparisons = 2500;  // of definitions, to find renamed ones
constexpr size_t kMostDiffs = 20;          // in one report; others are asked for by name

// Classes that nobody gets by being seen first.
constexpr core::ClassSet kNeverByFirstUse{core::ToolClass::execute, core::ToolClass::identity,
                                          core::ToolClass::destructive};

// The words of one that is in quarantine, under another name.
bool resembles_refused(const Definition& fresh,
                       const std::vector<std::shared_ptr<const Entry>>& all) {
  size_t left = kMostComparisons;
  return std::ranges::any_of(all, [&](const auto& entry) {
    if (entry->state != State::quarantined || !entry->seen || entry->name == fresh.name)
      return false;
    return left-- == 0 || similarity(*entry->seen, fresh) >= kRenamed;
  });
}

// By enough people; by first use only where one signature is enough and the tool is harmless.
bool is_signed(const Pin& pin, size_t needed) {
  if (pin.sign_offs() >= needed) return true;
  return needed == 1 && !pin.approved.empty() && !pin.classes.intersects(kNeverByFirstUse);
}

std::string schema_of(const Definition& definition, std::string_view member) {
  if (definition.kind != DefinitionKind::tool) return {};
  const auto document = wire::JsonDocument::parse(definition.text);
  if (!document) return {};
  const wire::JsonValue schema = document->root()[member];
  return schema ? std::string(schema.raw()) : std::string();
}

void apply(Entry& entry, const Override& over) {
  if (over.classes && !over.classes->empty()) {
    entry.classes = *over.classes;
    entry.confirmed = true;
  }
  if (over.is_private) entry.is_private = over.is_private;
  entry.idempotent = over.idempotent;
  if (!over.trust.empty()) entry.trust = over.trust;
  if (!over.addresses.empty()) entry.addresses = over.addresses;
}

// One entry after a list, as a drift; nothing where it is as it was signed.
std::optional<Drift> drift_of(const Entry& entry, const Entry* before, bool complete) {
  Drift out{.kind = entry.kind, .name = entry.name, .was = entry.was, .classes = entry.classes};
  if (entry.cause == Cause::duplicate) {
    out.what = What::duplicate;
    out.fresh = before == nullptr || before->cause != Cause::duplicate;
    return out;
  }
  const bool same_as_before =
      before != nullptr && before->seen && entry.seen && before->seen->digest == entry.seen->digest;
  if (!entry.seen) {
    if (!entry.pinned || !complete) return std::nullopt;
    out.what = What::removed;
    out.fresh = before == nullptr || before->seen != nullptr;
    return out;
  }
  if (!entry.pinned) {
    out.what = entry.was.empty() ? What::added : What::renamed;
    out.fresh = !same_as_before || before->was != entry.was;
    return out;
  }
  if (entry.pinned->digest == entry.seen->digest) return std::nullopt;
  out.what = What::changed;
  out.classes = guess_classes_of(entry.server, *entry.seen);
  out.fresh = !same_as_before;
  return out;
}

}  // namespace

std::string_view drift_name(Drift::What what) {
  static constexpr std::array<std::string_view, 6> kNames = {"added",   "changed",   "removed",
                                                             "renamed", "duplicate", "unreadable"};
  return kNames[static_cast<size_t>(what)];
}

std::string_view state_name(State state) {
  static constexpr std::array<std::string_view, 4> kNames = {"unpinned", "awaiting", "active",
                                                             "quarantined"};
  return kNames[static_cast<size_t>(state)];
}

std::string_view cause_name(Cause cause) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "", "drift", "duplicate", "look_alike", "renamed", "remote_reference", "stopped"};
  return kNames[static_cast<size_t>(cause)];
}

bool DriftReport::has_news() const {
  return !pinned_now.empty() || std::ranges::any_of(drifts, &Drift::fresh);
}

Expected<DriftReport> Catalog::observe_list(const Observation& how) {
  if (!how.items.is_array())
    return failure("catalog.definition_shape", Fault::server,
                   "the list of `" + std::string(kind_name(how.kind)) + "` is no array");
  const std::lock_guard hold(writing_);
  Shown& shown = memory(how.server).kinds[static_cast<size_t>(how.kind)];
  if (how.complete && shown.listed && shown.raw == how.items.raw()) return shown.report;

  Definitions seen;
  std::vector<Drift> troubles;
  size_t place = 0;
  for (const wire::JsonValue item : how.items.items()) {
    auto definition = definition_of(how.kind, item);
    if (definition) definition->raw = item.raw();
    if (definition)
      seen.push_back(std::make_shared<const Definition>(std::move(*definition)));
    else
      troubles.push_back({.what = What::unreadable,
                          .kind = how.kind,
                          .name = "#" + std::to_string(place),
                          .classes = core::ClassSet::all()});
    ++place;
  }
  DriftReport report = take(how, std::move(seen), std::move(troubles));
  if (how.complete) shown.raw = how.items.raw();
  return report;
}

Expected<DriftReport> Catalog::observe_server(const Observation& how, wire::JsonValue result) {
  if (!result.is_object())
    return failure("catalog.definition_shape", Fault::server, "the server's answer is no object");
  const std::lock_guard hold(writing_);
  Definitions seen{std::make_shared<const Definition>(server_definition(result))};
  return take({.server = how.server,
               .kind = DefinitionKind::server,
               .first_use = how.first_use,
               .now = how.now,
               .suspect = how.suspect},
              std::move(seen), {});
}

DriftReport Catalog::take(const Observation& how, Definitions seen, std::vector<Drift> troubles) {
  Shown& shown = memory(how.server).kinds[static_cast<size_t>(how.kind)];
  const bool first_list = !shown.listed;
  shown.raw.clear();
  shown.listed = true;
  if (!how.complete) {
    // A part: what it names is new, the rest stays.
    for (const auto& old : shown.seen)
      if (std::ranges::none_of(seen, [&](const auto& it) { return it->name == old->name; }))
        seen.push_back(old);
  }
  shown.seen = std::move(seen);
  find_renamed(how.server, how.kind, shown);

  const auto held = book(how.server);
  const Entries before = held ? held->entries[static_cast<size_t>(how.kind)] : Entries();
  DriftReport report;
  if (how.first_use) {
    publish(how.server, how.kind, entries_of(how.server, how.kind, before));
    report.pinned_now = pin_first_use(how, first_list);
  }
  Entries entries = entries_of(how.server, how.kind, before);
  for (const auto& [name, entry] : entries) {
    const auto old = before.find(name);
    auto drift = drift_of(*entry, old == before.end() ? nullptr : old->second.get(), how.complete);
    if (drift)
      report.drifts.push_back(std::move(*drift));
    else if (entry->seen)
      ++report.unchanged;
  }
  publish(how.server, how.kind, std::move(entries));
  for (Drift& trouble : troubles) report.drifts.push_back(std::move(trouble));
  std::ranges::sort(report.drifts, {}, &Drift::name);

  shown.report = report;
  shown.report.pinned_now.clear();
  for (Drift& drift : shown.report.drifts) drift.fresh = false;
  size_t diffs = 0;
  for (Drift& drift : report.drifts) {
    if (!drift.fresh || (drift.what != What::changed && drift.what != What::renamed)) continue;
    const Lookup now = find(how.server, how.kind, drift.name);
    const Lookup old = drift.what == What::renamed ? find(how.server, how.kind, drift.was) : now;
    if (!now.entry || !now.entry->seen || !old.entry || !old.entry->pinned) continue;
    if (diffs++ < kMostDiffs)
      drift.diff = diff_definitions(how.server, *old.entry->pinned, *now.entry->seen);
  }
  return report;
}

std::vector<std::string> Catalog::pin_first_use(const Observation& how, bool first_list) {
  std::vector<std::string> out;
  const LockedServer* locked = lock_.find(how.server);
  const bool first =
      first_list && (locked == nullptr || locked->pins[static_cast<size_t>(how.kind)].empty());
  const auto all = list(how.server, how.kind);
  for (const auto& entry : all) {
    if (entry->state != State::unpinned || !entry->seen || has_remote_reference(*entry->seen))
      continue;
    // The configuration's word on a tool goes before the guess.
    Pin pin{.definition = *entry->seen, .classes = entry->classes};
    pin.definition.raw.clear();
    // What is too powerful is remembered but waits for a person; of what appears later that is all
    // that does more than read and write.
    const bool harmless =
        (first ? !pin.classes.intersects(kNeverByFirstUse)
               : pin.classes.within({core::ToolClass::read, core::ToolClass::write})) &&
        !resembles_refused(*entry->seen, all) &&
        (how.suspect == nullptr || !*how.suspect || !(*how.suspect)(*entry));
    if (harmless) pin.approved.push_back({std::string(kFirstUse), rfc3339(how.now)});
    lock_.put(how.server, std::move(pin));
    out.push_back(entry->name);
  }
  return out;
}

void Catalog::find_renamed(std::string_view server, DefinitionKind kind, Shown& shown) const {
  shown.renamed.clear();
  const LockedServer* locked = lock_.find(server);
  if (locked == nullptr || kind == DefinitionKind::server) return;
  std::set<std::string_view> names;
  for (const auto& seen : shown.seen) names.insert(seen->name);
  size_t left = kMostComparisons;
  for (const auto& [name, pin] : locked->pins[static_cast<size_t>(kind)]) {
    if (names.contains(name)) continue;
    const Definition* best = nullptr;
    double likeness = kRenamed;
    for (const auto& seen : shown.seen) {
      if (locked->find(kind, seen->name) != nullptr || shown.renamed.contains(seen->name)) continue;
      if (left-- == 0) return;
      const double now = similarity(pin.definition, *seen);
      if (now < likeness) continue;
      likeness = now;
      best = seen.get();
    }
    if (best != nullptr) shown.renamed.emplace(best->name, name);
  }
}

void Catalog::fill(Entry& entry, const Pin& pin, const Entry* before) const {
  entry.classes = pin.classes;
  entry.trust = pin.trust;
  entry.addresses = pin.addresses;
  entry.is_private = pin.is_private;
  entry.approved = pin.approved;
  entry.digest = pin.definition.digest;
  const bool same = before != nullptr && before->pinned && before->digest == entry.digest &&
                    before->approved == entry.approved;
  if (same) {
    entry.pinned = before->pinned;
    entry.remote = before->remote;
    entry.input_schema = before->input_schema;
    entry.output_schema = before->output_schema;
    entry.contract = before->contract;
  } else {
    entry.pinned = std::make_shared<const Definition>(pin.definition);
    entry.remote = has_remote_reference(pin.definition);
    entry.input_schema = schema_of(pin.definition, "inputSchema");
    entry.output_schema = schema_of(pin.definition, "outputSchema");
    entry.contract = contract_of(pin.definition);
  }
  entry.confirmed = pin.sign_offs() > 0;
  entry.state = is_signed(pin, sign_offs_) ? State::active : State::awaiting;
  if (entry.seen && entry.seen->digest != entry.digest)
    entry.cause = Cause::drift;
  else if (entry.remote)
    entry.cause = Cause::remote_reference;
  else if (same && before->cause != Cause::duplicate)
    entry.cause = before->cause;  // once seen otherwise, always quarantined
}

void Catalog::override_by(const Memory* memory, Entry& entry) const {
  if (memory == nullptr || entry.kind != DefinitionKind::tool) return;
  if (const auto over = memory->overrides.find(entry.name); over != memory->overrides.end())
    apply(entry, over->second);
}

Catalog::Entries Catalog::entries_of(std::string_view server, DefinitionKind kind,
                                     const Entries& before) const {
  const auto index = static_cast<size_t>(kind);
  const LockedServer* locked = lock_.find(server);
  const Memory* memory = remembered(server);
  static const Shown kNothing;
  const Shown& shown = memory == nullptr ? kNothing : memory->kinds[index];
  static const Pins kNoPins;
  const Pins& pins = locked == nullptr ? kNoPins : locked->pins[index];

  std::map<std::string_view, std::shared_ptr<const Definition>> named;
  std::set<std::string_view> twice;
  for (const auto& [name, _] : pins) named.emplace(name, nullptr);
  for (const auto& seen : shown.seen) {
    auto& slot = named[seen->name];
    if (slot) twice.insert(seen->name);
    if (!slot) slot = seen;
  }
  std::map<std::string, int> looks;
  const bool by_look = kind == DefinitionKind::tool || kind == DefinitionKind::prompt;
  if (by_look && !shown.seen.empty())
    for (const auto& [name, _] : named) ++looks[skeleton(name)];

  Entries out;
  for (const auto& [name, seen] : named) {
    const auto old = before.find(name);
    const Entry* was = old == before.end() ? nullptr : old->second.get();
    auto entry = std::make_shared<Entry>(
        Entry{.kind = kind, .server = std::string(server), .name = std::string(name)});
    entry->seen = seen;
    if (const auto pin = pins.find(name); pin != pins.end()) {
      fill(*entry, pin->second, was);
    } else {
      entry->digest = seen->digest;
      const bool known = was != nullptr && !was->pinned && was->seen && was->digest == seen->digest;
      entry->classes = guess_classes_of(server, *seen);
      if (known && was->cause == Cause::stopped) entry->cause = Cause::stopped;
      entry->remote = known ? was->remote : has_remote_reference(*seen);
      if (entry->remote) entry->cause = Cause::remote_reference;
      if (const auto renamed = shown.renamed.find(name); renamed != shown.renamed.end()) {
        entry->was = renamed->second;
        entry->cause = Cause::renamed;
      } else if (by_look && looks[skeleton(name)] > 1) {
        entry->cause = Cause::look_alike;
      }
    }
    if (twice.contains(name)) entry->cause = Cause::duplicate;
    if (entry->cause != Cause::none) entry->state = State::quarantined;
    override_by(memory, *entry);
    out.emplace(entry->name, std::move(entry));
  }
  return out;
}

}  // namespace doorward::catalog
