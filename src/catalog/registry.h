// The catalog of a running gateway: the lock file in memory and on disk, what the configuration
// says of each server, when its lists were last looked at, and who is told of news. Servers that
// the configuration doesn't name are not in it, and nothing else is ever contacted (R11.1).
//
// Any thread. Saving the lock file is short and blocks; only first use and decisions save.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "catalog/catalog.h"
#include "catalog/looks.h"
#include "catalog/tool_view.h"

namespace doorward::catalog {

// What the configuration says of one server.
struct ServerFacts {
  std::optional<Trust> trust = std::nullopt;  // of its results, where it says so
  bool first_use = false;                     // `pins: first_use`
  ServerIdentity identity;                    // its command or its URL and keys
  NameMap<Override> tools;
};
using Servers = std::map<std::string, ServerFacts, std::less<>>;

class Registry {
 public:
  struct Options {
    std::string lock_path;        // "" keeps it in memory only
    std::string quarantine_path;  // where quarantines outlive a restart; "" = nowhere
    std::optional<VerifyKey> verify = std::nullopt;  // the file has to be signed by it
    std::shared_ptr<const SignKey> sign = nullptr;   // signs what is saved
    size_t sign_offs = 1;
  };
  // A file that is not there is an empty one, unless a signed one was seen before. Errors: those of
  // load_lock, catalog.lock_old (an older signed file than one that was seen), catalog.quarantine
  // (what was quarantined can't be read, and must not be forgotten).
  [[nodiscard]] static Expected<std::shared_ptr<Registry>> open(Options options);

  // Replaces what the configuration says.
  void configure(Servers servers, std::chrono::milliseconds recheck,
                 std::chrono::milliseconds revalidate_after = {},
                 std::chrono::milliseconds probation = {});
  // The file as it is now; nothing is taken until `adopt`. Errors: those of load_lock.
  [[nodiscard]] Expected<LockFile> read() const;
  void adopt(LockFile lock);
  // Writes the lock file, and what is quarantined. Errors: catalog.lock_io.
  [[nodiscard]] Expected<void> save() const;

  [[nodiscard]] bool is_registered(std::string_view server) const;
  // The fields of its pinned identity that the server no longer meets (R11.2); empty where it is
  // the same, or was never pinned.
  [[nodiscard]] std::vector<std::string> identity_faults(std::string_view server) const;
  // The digest of a server's files, as it is about to start. Errors: rogue.identity, when it is not
  // the pinned one; the server is refused from then on. A person who looks at it may start it all
  // the same.
  [[nodiscard]] Expected<void> meet_files(std::string_view server, std::string digest);
  // Who vouches for a remote server's certificate, as it is connected: false when it is another
  // than the pinned one; the server is refused from then on, as above.
  [[nodiscard]] bool meet_issuer(std::string_view server, std::string issuer);
  // The issuer that was met last; "" before the first connection.
  [[nodiscard]] std::string met_issuer(std::string_view server) const;
  // Takes what the server is now for what it has to be; `replace` also where something is pinned.
  // To be saved.
  void pin_identity(std::string_view server, bool replace);
  // While a person looks at a server, it may be started though it is another one.
  void review(std::string_view server, bool begins);
  [[nodiscard]] ToolView tool(std::string_view server, std::string_view name) const;
  // The instructions in this answer to `initialize` or `server/discover` are those that were
  // signed, or will be by first use.
  [[nodiscard]] bool instructions_are_signed(std::string_view server, wire::JsonValue result) const;
  // The signed `serverInfo`, as JSON, where somebody signed another one than `now`.
  [[nodiscard]] std::optional<std::string> signed_server_info(std::string_view server,
                                                              wire::JsonValue now) const;
  [[nodiscard]] Catalog& catalog() { return catalog_; }
  [[nodiscard]] const Catalog& catalog() const { return catalog_; }
  [[nodiscard]] Looks& looks() { return looks_; }
  // `catalog.recheck`; less for a remote server that announces changes of its lists, since nobody
  // may be listening when it does.
  [[nodiscard]] bool is_fresh(std::string_view server, std::string_view viewer, DefinitionKind kind,
                              SteadyTime now, std::string_view name = {}) const;
  [[nodiscard]] std::chrono::milliseconds recheck() const;
  // The server that was found was validated too long ago, or never (R11.5).
  [[nodiscard]] bool is_due(const Lookup& found, WallTime now) const;

  // Servers pass all states before they are called, each for its own reason: more than one person
  // has to sign, or there is a probation. Otherwise the first signature makes a server active.
  [[nodiscard]] bool is_staged() const;
  // To the next state, where its condition is met: signed off by enough people, probation over.
  // That it was scanned is the caller's word. To be saved. Errors: catalog.state_skipped.
  [[nodiscard]] Expected<void> advance(std::string_view server, ServerState to, WallTime now);
  // `by` looked at the server as a whole and found it good. It counts as validated once as many
  // people as have to sign said so within a day; how many are missing.
  [[nodiscard]] size_t validate(std::string_view server, std::string_view by, WallTime now);
  // As far as a server gets by itself: signed off and on probation once enough people signed,
  // active once the probation is over. Whether it went on; to be saved then.
  bool settle(std::string_view server, WallTime now);
  [[nodiscard]] bool is_on_probation(const Lookup& found, WallTime now) const;

  // Takes a list, or the server's own words, as seen; `first_use` is filled in here. News are told
  // and what was pinned by first use is saved.
  void observe_list(Observation observation);
  void observe_server(std::string_view server, wire::JsonValue result, WallTime now);

  // Called for each report with news, and with the error of a lock file that can't be saved.
  // Set before the first observation.
  std::function<void(std::string_view server, const DriftReport&)> on_news;
  std::function<void(const Error&)> on_unsaved;
  // Told when a server turns out to be another one: the field of its identity, was and is.
  std::function<void(std::string_view server, const std::string& what)> on_stranger;
  // What a person has to look at before it is used (`Observation::suspect`).
  std::function<bool(const Entry&)> suspect;
  // The digest of a local server's files now. May block.
  std::function<std::string(std::string_view server)> files_of;

 private:
  struct Known {
    Servers servers;
    std::chrono::milliseconds recheck{60'000};
    std::chrono::milliseconds revalidate_after{0};
    std::chrono::milliseconds probation{0};
  };
  Registry(Options options, LockFile lock);
  struct Identities {
    std::map<std::string, std::vector<std::string>, std::less<>> faults;
    std::map<std::string, int, std::less<>> reviews;
    std::map<std::string, std::string, std::less<>> issuers;
    std::set<std::string, std::less<>> announcing;  // say that they will tell of changed lists
    std::map<std::string, std::map<std::string, WallTime>, std::less<>> validated_by;
  };
  void compare_identities();
  [[nodiscard]] std::chrono::milliseconds recheck_of(std::string_view server) const;
  [[nodiscard]] bool pins_first_use(std::string_view server) const;
  // Reads and writes what is quarantined now.
  [[nodiscard]] Expected<void> recall();
  [[nodiscard]] Expected<void> recall_serial() const;
  [[nodiscard]] Expected<std::optional<wire::JsonDocument>> remembered() const;
  [[nodiscard]] Expected<void> remember() const;
  void tell(std::string_view server, const Expected<DriftReport>& report);

  const Options options_;
  Catalog catalog_;
  Looks looks_;
  Snapshot<Known> known_;
  Locked<Identities> identities_;
  mutable std::mutex saving_;
  mutable std::atomic<uint64_t> serial_{0};  // the highest of a signed file that was seen
};

}  // namespace doorward::catalog
