// The section `audit`.
#include "app/config/sections.h"
#include "app/config/types.h"

namespace doorward::app {

namespace {

std::string syslog_complaint(std::string_view url) {
  const bool tls = url.starts_with("tls://");
  if (!tls && !url.starts_with("tcp://")) return "expected tls://host:port or tcp://host:port";
  const auto place = parse_grant(url.substr(6));
  if (!place || place->host.starts_with("*")) return "expected host and port";
  if (!tls && !is_loopback_host(place->host))
    return "tcp:// is accepted to a loopback address or localhost only; use tls://";
  return "";
}

const Type<AuditExport>& export_type() {
  static const Type<AuditExport> type =
      Section<AuditExport>()
          .key("id", &AuditExport::id, text({.label = "a name", .complain = server_name_complaint}),
               "Its name, for events and for the place up to which it got everything.",
               Need::required)
          .key("file", &AuditExport::file, path(),
               "A file that gets one line of OCSF JSON for each entry.")
          .key("syslog", &AuditExport::syslog,
               text({.label = "an address", .complain = syslog_complaint}),
               "`tls://host:port` of a syslog receiver (RFC 5424 and 5425), or `tcp://` to a "
               "loopback host.")
          .key("otlp", &AuditExport::otlp, text({.label = "a URL", .complain = url_complaint}),
               "URL for OTLP logs over HTTP, such as `https://host:4318/v1/logs`.")
          .key("tls", &AuditExport::tls, upstream_tls_type(), "TLS to the receiver.")
          .key("token", &AuditExport::token, secret_ref(),
               "Bearer token of the collector, by name.")
          .check([](Reader& reader, const Node& node, AuditExport& to) {
            if (int(!to.file.empty()) + int(!to.syslog.empty()) + int(!to.otlp.empty()) != 1)
              reader.problem(node.line, "expected exactly one of `file`, `syslog` and `otlp`");
          })
          .done();
  return type;
}

const Type<AuditKeep>& keep_type() {
  static const Type<AuditKeep> type =
      Section<AuditKeep>()
          .key("size", &AuditKeep::size, size(), "Bytes of old entries that stay; absent: all.")
          .key("age", &AuditKeep::age, duration(true), "Age up to which entries stay; `0s`: all.")
          .key("archive", &AuditKeep::archive, path(),
               "A folder that old entries move to; absent: they are deleted. Their hashes stay.")
          .done();
  return type;
}

const Type<AuditWitness>& witness_type() {
  static const Type<AuditWitness> type =
      Section<AuditWitness>()
          .key("url", &AuditWitness::url, text({.label = "a URL", .complain = url_complaint}),
               "A witness (C2SP tlog-witness) that cosigns checkpoints.", Need::required)
          .key("key", &AuditWitness::key, text({.label = "a vkey"}), "Its public key, a vkey line.",
               Need::required)
          .key("tls", &AuditWitness::tls, upstream_tls_type(), "TLS to the witness.")
          .done();
  return type;
}

Type<KeptTexts> kept(std::string less) {
  return one_of<KeptTexts>(
      {{std::move(less), KeptTexts::sizes}, {"redacted", KeptTexts::redacted}});
}

}  // namespace

const Type<Audit>& audit_type() {
  static const Type<Audit> type =
      Section<Audit>()
          .key("durability", &Audit::durability,
               one_of<Durability>({{"batch", Durability::batch},
                                   {"entry", Durability::entry},
                                   {"strict", Durability::entry}}),
               "`batch`: entries reach the disk in groups; calls that write, destroy or change "
               "rights wait for it. `entry`, or `strict`: every call waits.")
          .key("arguments", &Audit::arguments, kept("sizes"),
               "Texts of arguments in entries: with secrets taken out, or their sizes alone.")
          .key("results", &Audit::results, kept("hash"),
               "Results in entries: with secrets taken out, or their hash alone.")
          .key("heartbeat", &Audit::heartbeat, duration(), "Longest time without an entry.")
          .key("quota", &Audit::quota, byte_rate(),
               "Entries of one principal; beyond it they are counted together and it is slowed.")
          .key("copy", &Audit::copy, path(),
               "A folder elsewhere that gets each checkpoint and tile.")
          .key("exports", &Audit::exports, list_of(export_type()),
               "Where each entry goes besides, with its proof.")
          .key("keep", &Audit::keep, keep_type(), "How much of the log stays.")
          .key("witnesses", &Audit::witnesses, list_of(witness_type()), "Who cosigns checkpoints.")
          .key("key", &Audit::key, secret_ref(),
               "The Ed25519 key (PEM) that signs checkpoints; by default one in the state folder.")
          .key("previous_key", &Audit::previous_key, secret_ref(),
               "The key before `key`: it signs a last entry that names the new one.")
          .done();
  return type;
}

}  // namespace doorward::app
