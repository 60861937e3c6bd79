#include "app/witness_round.h"

#include <charconv>

#include "app/wait_for.h"
#include "audit/tile_reader.h"
#include "net/outbound.h"
#include "net/tls.h"

namespace doorward::app {

namespace {
constexpr std::chrono::seconds kEvery{10};
}

Expected<std::unique_ptr<WitnessRound>> WitnessRound::make(const Exporters::Facts& facts,
                                                           std::vector<AuditWitness> given) {
  std::unique_ptr<WitnessRound> made(new WitnessRound(facts, std::move(given)));
  for (const AuditWitness& each : made->given_) {
    auto key = audit::WitnessKey::parse(each.key);
    if (!key) return std::unexpected(std::move(key).error().within("witness " + each.url));
    const bool slash = each.url.ends_with('/');
    auto url = wire::parse_url(each.url + (slash ? "add-checkpoint" : "/add-checkpoint"));
    if (!url) return std::unexpected(std::move(url).error());
    auto tls = net::client_tls({each.tls.ca.string(), each.tls.client_certificate.string(),
                                each.tls.client_key.string(), each.tls.pin_sha256});
    if (!tls) return std::unexpected(std::move(tls).error());
    made->witnesses_.push_back({std::move(*key), std::move(*url), std::move(*tls), 0, {}});
  }
  if (!made->witnesses_.empty())
    made->thread_ =
        std::jthread([self = made.get()](const std::stop_token& stop) { self->run(stop); });
  return made;
}

WitnessRound::~WitnessRound() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void WitnessRound::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    look(stop);
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, kEvery, [] { return false; });
  }
}

void WitnessRound::look(const std::stop_token& stop) {
  const audit::Checkpoint published = facts_.log->checkpoint();
  if (published.size == 0 || published.size == witnessed_) return;
  std::string note = published.note;
  bool all = true;
  for (Witness& witness : witnesses_) {
    auto lines = ask(witness, published, stop);
    if (stop.stop_requested()) return;
    tell(witness, lines ? "" : lines.error().what);
    if (lines)
      note += *lines;
    else
      all = false;
  }
  if (note.size() == published.note.size()) return;
  audit::Files files;
  const std::string path = (facts_.log_folder / "checkpoint.witnessed").string();
  if (files.replace(path, note, 0600, true) && all) witnessed_ = published.size;
}

Expected<std::string> WitnessRound::ask(Witness& witness, const audit::Checkpoint& published,
                                        const std::stop_token& stop) const {
  // The second time with the size that the witness says it knows.
  for (int round = 0; round < 2; ++round) {
    std::vector<audit::Hash> proof;
    if (witness.known > published.size)
      return failure("audit.rolled_back", Fault::self,
                     "it signed `" + std::to_string(witness.known) +
                         "` entries before, this log has only `" + std::to_string(published.size) +
                         "`");
    if (witness.known > 0) {
      audit::TileReader reader(facts_.log_folder.string(), published.size);
      auto path = reader.consistency(witness.known);
      if (!path) return std::unexpected(std::move(path).error());
      proof = std::move(*path);
    }
    net::OutboundRequest request{witness.url, net::Stated::by_operator, witness.tls};
    request.records =
        core::Cleared::add_checkpoint(audit::witness_request(witness.known, proof, published.note));
    auto answer =
        wait_for<net::OutboundAnswer>(facts_.executor, net::outbound(std::move(request)), stop);
    if (!answer) return std::unexpected(std::move(answer).error());
    constexpr int kConflict = 409;
    if (answer->status == 200) {
      auto time = audit::check_cosignature(answer->body, published.note, witness.key);
      if (!time) return std::unexpected(std::move(time).error());
      witness.known = published.size;
      return std::move(answer->body);
    }
    uint64_t size = 0;
    const std::string& text = answer->body;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (answer->status != kConflict || fault != std::errc() || size == witness.known)
      return failure("audit.witness", Fault::server,
                     "it answers " + std::to_string(answer->status));
    witness.known = size;
  }
  return failure("audit.witness", Fault::server, "it knows another size each time");
}

// Each change once.
void WitnessRound::tell(Witness& witness, const std::string& fault) const {
  if (fault == witness.told) return;
  witness.told = fault;
  const std::string name = "witness `" + witness.key.key.name + "`: ";
  if (fault.empty()) return facts_.event("logtamper.witness_works", name + "it signs again");
  facts_.event(
      fault.starts_with("it signed") ? "logtamper.witness_differs" : "logtamper.witness_failed",
      name + fault);
}

}  // namespace doorward::app
