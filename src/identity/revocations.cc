#include "identity/revocations.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/fd.h"
#include "wire/json.h"

namespace doorward::identity {

namespace {

constexpr size_t kMost = 100'000;

std::unexpected<Error> file_error(const std::filesystem::path& file, const std::string& why) {
  return failure("revocations.file", Fault::self, "`" + file.string() + "`: " + why);
}

std::optional<Revocation> read_line(const std::string& line) {
  const auto document = wire::JsonDocument::parse(line, {.bytes = 4096, .depth = 4});
  if (!document || !document->root().is_object()) return std::nullopt;
  Revocation made;
  made.by = document->root()["by"].text();
  made.since = parse_rfc3339(document->root()["since"].text()).value_or(WallTime{});
  for (size_t i = 0; i < std::size(kRevokedNames); ++i) {
    const wire::JsonValue value = document->root()[kRevokedNames[i]];
    if (!value.is_string() || value.text().empty()) continue;
    made.kind = static_cast<Revoked>(i);
    made.value = value.text();
    return made;
  }
  return std::nullopt;
}

std::string line_of(const Revocation& each) {
  return "{\"" + std::string(kRevokedNames[static_cast<size_t>(each.kind)]) +
         "\":" + wire::json_quote(each.value) + ",\"by\":" + wire::json_quote(each.by) +
         ",\"since\":" + wire::json_quote(rfc3339(each.since)) + "}\n";
}

}  // namespace

Expected<std::shared_ptr<Revocations>> Revocations::open(std::filesystem::path file) {
  auto made = std::make_shared<Revocations>();
  made->file_ = std::move(file);
  std::ifstream in(made->file_, std::ios::binary);
  if (!in) {
    if (::access(made->file_.c_str(), F_OK) == 0) return file_error(made->file_, "can't be read");
    return made;
  }
  auto set = std::make_shared<Set>();
  for (std::string line; std::getline(in, line);) {
    auto read = read_line(line);
    // Half a list would let in what was shut out: nothing starts on one.
    if (!read) return file_error(made->file_, "a line is no revocation");
    set->insert(std::move(*read));
  }
  made->held_.replace(std::move(set));
  return made;
}

bool Revocations::covers(const core::Principal& principal,
                         const core::Credential& credential) const {
  const auto set = held_.take();
  if (set->empty()) return false;
  const auto has = [&](Revoked kind, std::string_view value) {
    Revocation key;
    key.kind = kind;
    key.value = value;
    return !value.empty() && set->contains(key);
  };
  std::string_view token = credential.id;
  constexpr std::string_view kOwn = "token:";
  const bool by_id = token.starts_with(kOwn) && has(Revoked::token, token.substr(kOwn.size()));
  return by_id || has(Revoked::principal, principal.user) || has(Revoked::agent, principal.agent) ||
         has(Revoked::token, token) || has(Revoked::jti, credential.token_id);
}

Expected<void> Revocations::add(Revocation revocation) {
  const std::lock_guard hold(writing_);
  auto next = std::make_shared<Set>(*held_.take());
  if (next->size() >= kMost)
    return failure("revocations.full", Fault::client, "there are 100000 revocations; remove some");
  next->insert(std::move(revocation));
  // In force even where it can't be written: it is shut out now, and the error says so.
  auto saved = save(*next);
  held_.replace(std::move(next));
  return saved;
}

Expected<bool> Revocations::remove(Revoked kind, std::string_view value) {
  const std::lock_guard hold(writing_);
  auto next = std::make_shared<Set>(*held_.take());
  Revocation key;
  key.kind = kind;
  key.value = value;
  if (next->erase(key) == 0) return false;
  if (auto saved = save(*next); !saved) return std::unexpected(std::move(saved).error());
  held_.replace(std::move(next));
  return true;
}

std::vector<Revocation> Revocations::list() const {
  const auto set = held_.take();
  return {set->begin(), set->end()};
}

Expected<void> Revocations::save(const Set& set) const {
  if (file_.empty()) return {};
  const std::filesystem::path next = file_.string() + ".new";
  const Fd fd(::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return file_error(next, std::strerror(errno));
  std::string text;
  for (const Revocation& each : set) text += line_of(each);
  for (size_t done = 0; done < text.size();) {
    const ssize_t wrote = ::write(fd.get(), text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return file_error(next, std::strerror(errno));
    done += static_cast<size_t>(wrote);
  }
  if (::fsync(fd.get()) != 0 || ::rename(next.c_str(), file_.c_str()) != 0)
    return file_error(file_, std::strerror(errno));
  return {};
}

}  // namespace doorward::identity
