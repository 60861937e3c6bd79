// A gateway as `run` and `wrap` start it: configuration, log, guards, routes, listeners; and its
// reload, all or nothing.
#pragma once

#include <memory>
#include <optional>

#include "app/classifier.h"
#include "app/config/config.h"
#include "app/definitions_look.h"
#include "app/doors.h"
#include "app/exporters.h"
#include "app/file_watch.h"
#include "app/held_watch.h"
#include "app/housekeeper.h"
#include "app/log_line.h"
#include "app/providers.h"
#include "app/state.h"
#include "app/webhook.h"
#include "audit/entry.h"
#include "net/server.h"

namespace doorward::app {

class Instance {
 public:
  // Errors: state.*, audit.*, config.*, secrets.*, net.tls. `log_folder` is the audit log's;
  // `exclusive` takes the lock of the state folder; `observe` as in LocalParts.
  struct Options {
    Path log_folder;
    bool exclusive = true;
    unsigned threads = 1;
    std::function<void(const std::string& server, const std::string& seen)> observe = {};
  };
  [[nodiscard]] static Expected<std::unique_ptr<Instance>> make(Config config, Options options);
  ~Instance();

  // Binds both listeners; returns what to print.
  [[nodiscard]] Expected<std::vector<std::string>> listen();
  // Where the listeners stand; "" where there is none (`wrap`).
  struct Listening {
    std::string client, operators;
  };
  [[nodiscard]] const Listening& listening() const { return listening_; }
  // The operator API on a socket, for the CLI; `wrap` has no other. In the state folder, or in
  // `folder`.
  [[nodiscard]] Expected<std::string> listen_on_socket(const Path& folder = {});

  // From the same file. On any fault nothing changes. Errors: those of load_config, audit.closed
  // and reload.fixed (a key that needs a restart), reload.audit_lowered, reload.waits (for a second
  // operator, see operator_reload.h).
  [[nodiscard]] Expected<void> reload();
  struct WaitingReload {
    std::string hash;         // of the file
    std::string lowered;      // what it takes from the log, in words
    std::string approved_by;  // "" as long as it waits
  };
  [[nodiscard]] std::optional<WaitingReload> waiting_reload() const {
    return waiting_reload_.with([](const auto& it) { return it; });
  }
  // False where the reload of that hash does not wait. Errors: audit.closed.
  [[nodiscard]] Expected<bool> approve_reload(std::string_view hash, std::string_view by);
  [[nodiscard]] std::shared_ptr<const Config> config() const { return config_.take(); }
  [[nodiscard]] net::Gateway& gateway() { return *gateway_; }
  [[nodiscard]] net::Server& server() { return *server_; }
  [[nodiscard]] const limits::Ledger& ledger() const { return *standing_.take()->ledger; }
  [[nodiscard]] audit::Log& log() { return *log_; }
  [[nodiscard]] sandbox::Quarantine& quarantine() { return *quarantine_; }
  // A person's act on a server in quarantine, for the log.
  [[nodiscard]] Expected<void> released(std::string_view server, std::string_view by);
  [[nodiscard]] policy::Approvals& approvals() { return *approvals_; }
  [[nodiscard]] DefinitionsLook& looker() { return *look_; }
  [[nodiscard]] Providers& providers() { return *providers_; }
  [[nodiscard]] catalog::Stops& stops() { return *standing_.take()->stops; }
  [[nodiscard]] catalog::Registry& registry() { return *standing_.take()->registry; }
  [[nodiscard]] std::shared_ptr<identity::Revocations> revocations() const {
    return standing_.take()->identity.revocations;
  }
  // Into the audit log; what an operator did, and what came over the gateway.
  void event(std::string_view reason, std::string_view detail, std::string_view before = {},
             std::string_view after = {});
  // The same, on disk before it returns: what changes who may do what takes effect where its entry
  // stands, and not otherwise (R8.3, R8.4). Errors: audit.closed, which says what to do.
  // Of several the last may wait for all.
  [[nodiscard]] Expected<void> write_down(const audit::Entry& entry, bool durable = true);
  [[nodiscard]] Expected<void> write_down(std::string_view reason, std::string_view detail,
                                          std::string_view before = {},
                                          std::string_view after = {});
  // Whether entries are taken at all. Errors: audit.closed.
  [[nodiscard]] Expected<void> log_is_open() const;

 private:
  void remember(const Config& config);
  explicit Instance(Config config) : config_(std::make_shared<const Config>(std::move(config))) {}
  // What somebody should look at (R9.8): into the log, onto standard error, to the webhook.
  void alert(std::string_view reason, std::string_view detail, std::string_view before = {},
             std::string_view after = {});
  // What became of a held call, to whoever is to know.
  void announce(std::string_view event, const policy::Approval& approval);
  void put_in_quarantine(const std::string& server, std::string why);
  void wall_event(std::string_view server, const net::WallEvent& told);
  // Ties the gateway to what answers guards, ends streams and publishes the metadata.
  void tie_identity();
  [[nodiscard]] Expected<void> renew_tls();
  void watch_files();
  net::Task<> keep_watching();

  Snapshot<Config> config_;
  std::optional<StateLock> lock_;
  bool remembers_ = false;  // the next start of this state folder is to know of this run
  Workshops workshops_;
  std::unique_ptr<HeldWatch> held_;
  std::shared_ptr<core::Store> store_;
  std::shared_ptr<policy::Approvals> approvals_;
  Listening listening_;  // written before the first connection
  std::shared_ptr<Locked<std::string>> operator_url_ = std::make_shared<Locked<std::string>>();
  // The workshops in force, for I/O threads; `workshops_` changes under a reload.
  Snapshot<Workshops> standing_{std::make_shared<const Workshops>()};
  // Issuers whose tokens are read by other rules since a reload: until when what they opened ends.
  Locked<std::map<std::string, SteadyTime>> reread_;
  std::unique_ptr<Providers> providers_;
  std::string signing_keys_;  // digests of those that parts of the configuration are signed with
  Locked<FileWatch> files_;
  // Set once, before any thread starts; a reload keeps them.
  std::shared_ptr<audit::Log> log_;
  std::shared_ptr<sandbox::Quarantine> quarantine_;
  std::unique_ptr<net::Gateway> gateway_;
  std::unique_ptr<WebhookCourier> webhook_;
  std::unique_ptr<ClassifierLine> classifier_;
  std::unique_ptr<DefinitionsLook> look_;
  std::unique_ptr<net::Server> server_;
  mutable Locked<std::optional<WaitingReload>> waiting_reload_;
  std::unique_ptr<Housekeeper> housekeeper_;
  std::unique_ptr<Exporters> exporters_;
};

}  // namespace doorward::app
