// Readers and decisions; catalog_observe.cc holds what follows from a list.
#include "catalog/catalog.h"

#include <algorithm>

#include "catalog/visible.h"

namespace doorward::catalog {

namespace {

std::unexpected<Error> unknown(std::string_view server, DefinitionKind kind,
                               std::string_view name) {
  return failure("catalog.unknown_definition", Fault::client,
                 "`" + std::string(server) + "` has no `" + visible(name) + "` among its " +
                     std::string(kind_name(kind)));
}

// With none of the decision's own: what was confirmed before and all that the new text gained.
core::ClassSet decided_classes(std::string_view server, const Definition& now, const Pin* before,
                               const Decision& decision) {
  if (decision.classes && !decision.classes->empty()) return *decision.classes;
  if (before == nullptr) return guess_classes_of(server, now);
  core::ClassSet out = before->classes;
  if (before->definition.digest != now.digest)
    out.add(diff_definitions(server, before->definition, now).gained);
  return out;
}

}  // namespace

Catalog::Catalog(LockFile lock, size_t sign_offs) : sign_offs_(std::max<size_t>(1, sign_offs)) {
  adopt(std::move(lock));
}

std::shared_ptr<const Catalog::Book> Catalog::book(std::string_view server) const {
  return shelf_.with([&](const Shelf& shelf) {
    const auto found = shelf.find(server);
    return found == shelf.end() ? nullptr : found->second;
  });
}

Lookup Catalog::find(std::string_view server, DefinitionKind kind, std::string_view name) const {
  const auto held = book(server);
  if (!held) return {};
  const Entries& entries = held->entries[static_cast<size_t>(kind)];
  const auto found = entries.find(name);
  return {found == entries.end() ? nullptr : found->second,
          held->state,
          held->validated,
          false,
          held->since,
          held->locked};
}

Comparison Catalog::compare(std::string_view server, DefinitionKind kind,
                            wire::JsonValue item) const {
  Comparison out;
  const wire::JsonValue name = item[key_member(kind)];
  if (!name.is_string() || name.text().empty()) return out;
  out.known = find(server, kind, name.text());
  const Entry* const entry = out.known.entry.get();
  if (entry == nullptr || !entry->pinned) return out;
  if (entry->seen && entry->seen->raw == item.raw()) {
    out.as_signed = entry->seen->digest == entry->digest;
    return out;
  }
  const auto definition = definition_of(kind, item);
  out.as_signed = definition && definition->digest == entry->digest;
  return out;
}

std::vector<std::shared_ptr<const Entry>> Catalog::list(std::string_view server,
                                                        DefinitionKind kind) const {
  std::vector<std::shared_ptr<const Entry>> out;
  const auto held = book(server);
  if (!held) return out;
  for (const auto& [_, entry] : held->entries[static_cast<size_t>(kind)]) out.push_back(entry);
  std::ranges::sort(out, {}, [](const auto& entry) -> const std::string& { return entry->name; });
  return out;
}

std::vector<std::string> Catalog::servers() const {
  std::vector<std::string> out = shelf_.with([](const Shelf& shelf) {
    std::vector<std::string> names;
    for (const auto& [name, _] : shelf) names.push_back(name);
    return names;
  });
  std::ranges::sort(out);
  return out;
}

LockFile Catalog::lock() const {
  const std::lock_guard hold(writing_);
  return lock_;
}

const Catalog::Memory* Catalog::remembered(std::string_view server) const {
  const auto found = memory_.find(server);
  return found == memory_.end() ? nullptr : &found->second;
}

Catalog::Memory& Catalog::memory(std::string_view server) {
  const auto found = memory_.find(server);
  return found != memory_.end() ? found->second : memory_[std::string(server)];
}

void Catalog::publish(std::string_view server, DefinitionKind kind, Entries entries) {
  const auto before = book(server);
  auto next = before ? std::make_shared<Book>(*before) : std::make_shared<Book>();
  const LockedServer* locked = lock_.find(server);
  next->state = locked == nullptr ? ServerState::submitted : locked->state;
  next->locked = locked != nullptr;
  next->validated = locked == nullptr ? std::nullopt : parse_rfc3339(locked->validated);
  next->since = locked == nullptr ? std::nullopt : parse_rfc3339(locked->since);
  next->entries[static_cast<size_t>(kind)] = std::move(entries);
  shelf_.with([&](Shelf& shelf) { shelf[std::string(server)] = std::move(next); });
}

void Catalog::refresh(std::string_view server, DefinitionKind kind,
                      std::optional<std::string_view> forget) {
  const auto held = book(server);
  const auto index = static_cast<size_t>(kind);
  Entries before = held ? held->entries[index] : Entries();
  if (forget)
    if (const auto lost = before.find(*forget); lost != before.end()) before.erase(lost);
  // The next list is looked at again, though its bytes be the same.
  memory(server).kinds[index].raw.clear();
  publish(server, kind, entries_of(server, kind, before));
}

Expected<void> Catalog::approve(std::string_view server, DefinitionKind kind, std::string_view name,
                                const Decision& decision) {
  return approve_all(server, kind, {{name, &decision}}).front();
}

std::vector<Expected<void>> Catalog::approve_all(std::string_view server, DefinitionKind kind,
                                                 const std::vector<Signature>& signatures) {
  const std::lock_guard hold(writing_);
  const auto held = book(server);
  const auto index = static_cast<size_t>(kind);
  Entries entries = held ? held->entries[index] : Entries();
  std::vector<Expected<void>> out;
  bool any = false;
  for (const Signature& signature : signatures) {
    out.push_back(sign(server, kind, entries, signature));
    any = any || out.back();
  }
  if (!any) return out;
  // The next list is looked at again, though its bytes be the same.
  memory(server).kinds[index].raw.clear();
  publish(server, kind, std::move(entries));
  return out;
}

Expected<void> Catalog::sign(std::string_view server, DefinitionKind kind, Entries& entries,
                             const Signature& signature) {
  const auto& [name, given] = signature;
  const Decision& decision = *given;
  const auto known = entries.find(name);
  if (known == entries.end()) return unknown(server, kind, name);
  const Entry& entry = *known->second;
  if (entry.cause == Cause::duplicate)
    return failure("catalog.ambiguous", Fault::server,
                   "`" + visible(name) + "` stands more than once in the list");
  const Definition& now = entry.seen ? *entry.seen : *entry.pinned;
  if (decision.digest && *decision.digest != now.digest)
    return failure("catalog.changed_since", Fault::client,
                   "`" + visible(name) + "` changed since it was looked at");
  if (has_remote_reference(now))
    return failure("catalog.remote_reference", Fault::server,
                   "a schema of `" + visible(name) + "` refers to a document elsewhere");

  const LockedServer* locked = lock_.find(server);
  const Pin* before = locked == nullptr ? nullptr : locked->find(kind, name);
  Pin pin{.definition = now, .classes = decided_classes(server, now, before, decision)};
  pin.definition.raw.clear();
  if (before != nullptr) {
    pin.trust = before->trust;
    pin.addresses = before->addresses;
    pin.is_private = before->is_private;
  }
  if (!decision.trust.empty()) pin.trust = decision.trust;
  if (!decision.addresses.empty()) pin.addresses = decision.addresses;
  if (decision.is_private) pin.is_private = decision.is_private;
  // Who signed it under other classes or labels did not sign this.
  const bool same = before != nullptr && before->definition.digest == now.digest &&
                    before->classes == pin.classes && before->trust == pin.trust &&
                    before->addresses == pin.addresses && before->is_private == pin.is_private &&
                    entry.state != State::quarantined;
  if (same) pin.approved = before->approved;
  std::erase_if(pin.approved, [&](const Approval& old) { return old.by == decision.by; });
  pin.approved.push_back({std::string(decision.by), rfc3339(decision.at)});
  // Nothing of the others follows from this one's signature, and a quarantine ends with it.
  auto next = std::make_shared<Entry>(
      Entry{.kind = kind, .server = std::string(server), .name = std::string(name)});
  next->seen = entry.seen;
  fill(*next, pin, nullptr);
  if (next->cause != Cause::none) next->state = State::quarantined;
  override_by(remembered(server), *next);
  lock_.put(server, std::move(pin));
  known->second = std::move(next);
  return {};
}

Expected<void> Catalog::revoke(std::string_view server, DefinitionKind kind,
                               std::string_view name) {
  const std::lock_guard hold(writing_);
  if (!lock_.erase(server, kind, name)) return unknown(server, kind, name);
  refresh(server, kind, name);
  return {};
}

Expected<void> Catalog::quarantine(std::string_view server, DefinitionKind kind,
                                   std::string_view name, Cause cause) {
  const std::lock_guard hold(writing_);
  const auto held = book(server);
  const auto index = static_cast<size_t>(kind);
  if (!held) return unknown(server, kind, name);
  Entries entries = held->entries[index];
  const auto found = entries.find(name);
  if (found == entries.end() || cause == Cause::none) return unknown(server, kind, name);
  auto next = std::make_shared<Entry>(*found->second);
  next->state = State::quarantined;
  next->cause = cause;
  found->second = std::move(next);
  publish(server, kind, std::move(entries));
  return {};
}

ServerIdentity Catalog::identity(std::string_view server) const {
  const std::lock_guard hold(writing_);
  const LockedServer* locked = lock_.find(server);
  return locked == nullptr ? ServerIdentity{} : locked->identity;
}

void Catalog::set_identity(std::string_view server, ServerIdentity identity) {
  const std::lock_guard hold(writing_);
  // Nothing is known of a server before something of it was signed.
  if (lock_.find(server) != nullptr) lock_.server(server).identity = std::move(identity);
}

void Catalog::set_validated(std::string_view server, WallTime now) {
  const std::lock_guard hold(writing_);
  if (lock_.find(server) == nullptr) return;
  lock_.server(server).validated = rfc3339(now);
  refresh(server, DefinitionKind::server);
}

Expected<void> Catalog::set_state(std::string_view server, ServerState state, WallTime now) {
  const std::lock_guard hold(writing_);
  const LockedServer* locked = lock_.find(server);
  const auto next = advance(locked == nullptr ? ServerState::submitted : locked->state, state);
  if (!next) return std::unexpected(next.error());
  LockedServer& kept = lock_.server(server);
  kept.state = *next;
  kept.since = rfc3339(now);
  if (*next == ServerState::signed_off) kept.validated = rfc3339(now);
  const bool anew = *next == ServerState::revoked || *next == ServerState::submitted ||
                    (*next == ServerState::quarantined && sign_offs_ > 1);
  if (anew) {
    for (Pins& pins : kept.pins)
      for (auto& [_, pin] : pins) pin.approved.clear();
    kept.validated.clear();
  }
  for (size_t kind = 0; kind < kKinds; ++kind) refresh(server, static_cast<DefinitionKind>(kind));
  return {};
}

bool Catalog::is_signed_off(std::string_view server) const {
  const std::lock_guard hold(writing_);
  const LockedServer* locked = lock_.find(server);
  if (locked == nullptr) return false;
  bool any = false;
  for (const Pins& pins : locked->pins)
    for (const auto& [_, pin] : pins) {
      if (pin.sign_offs() < sign_offs_) return false;
      any = true;
    }
  return any;
}

void Catalog::adopt(LockFile lock) {
  const std::lock_guard hold(writing_);
  lock_ = std::move(lock);
  std::vector<std::string> names = servers();
  for (const auto& [name, _] : lock_.servers) names.push_back(name);
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  for (const std::string& name : names)
    for (size_t kind = 0; kind < kKinds; ++kind) refresh(name, static_cast<DefinitionKind>(kind));
}

void Catalog::set_overrides(std::string_view server, NameMap<Override> overrides) {
  const std::lock_guard hold(writing_);
  memory(server).overrides = std::move(overrides);
  refresh(server, DefinitionKind::tool);
}

}  // namespace doorward::catalog
