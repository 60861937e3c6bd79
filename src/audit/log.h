// The audit log: append-only, chained, signed, and public in the form of C2SP tlog-tiles, so that
// tools that are not ours can check it.
//
// An entry is in place when append() returns: a killed process loses nothing. A thread of the log's
// own makes entries durable (one fdatasync for all of 25 ms), writes tiles and signs checkpoints;
// callers never wait for a disk unless they ask. The first write that fails closes the log: every
// later append is refused with `audit.write_failed` until it is opened again (R8.3).
//
//   folder/checkpoint     folder/tile/…        public: see audit/tile.h, audit/checkpoint.h
//   folder/segment/…      folder/key           private: see audit/segment.h; the signing key, 0600
//   folder/key.pub        what a verifier needs, as a vkey line
//   folder/keys/…         public: how one signing key followed another, see audit/rotation.h
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/files.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"

namespace doorward::audit {

// What `acknowledge` waits for: nothing more (batch), or that the entry is on disk (strict).
enum class Durability : uint8_t { batch, strict };

struct LogOptions {
  std::string folder;
  std::string origin = "doorward";  // the checkpoint's first line and the key's name
  std::string key_file;             // "" is folder/key; made at first start
  // PEM; instead of key_file. A log that another key signed goes over to it where that key is
  // `previous_key`, or stands in key_file.
  std::optional<Secret<>> key, previous_key;
  Durability durability = Durability::batch;
  std::chrono::milliseconds sync_interval{25};
  std::chrono::milliseconds checkpoint_interval{1000};
  std::chrono::milliseconds heartbeat{60'000};  // an event entry when due (R8.8); 0 is none
  size_t max_entry_bytes = 16 * 1024;           // at most 60 KiB
  size_t segment_bytes = 16 * 1024 * 1024;
  size_t reserve_bytes = 64 * 1024;
  std::function<WallTime()> now = wall_now;      // of the log's own entries
  std::function<void(const Error&)> on_failure;  // once, on the log's thread: the alert
  std::shared_ptr<Files> files;                  // tests only
};

class Log {
 public:
  // Goes over to a new key first where one waits (audit/rotation.h). Errors: audit.locked (another
  // process has it), audit.key_missing, audit.key_permissions, audit.key_syntax,
  // audit.checkpoint_missing and those of open_checkpoint, audit.rolled_back, audit.truncated,
  // audit.root_mismatch (segments disagree with the signed checkpoint; the text names the first
  // entry that is unlike its tile), those of Journal::open, audit.write_failed.
  [[nodiscard]] static Expected<std::unique_ptr<Log>> open(LogOptions options);
  // Makes all durable, signs a last checkpoint, ends the thread.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Any thread; microseconds. `entry`: a JSON object on one line, as encode() makes it. Returns its
  // index. Errors: audit.write_failed, audit.entry_syntax, audit.entry_size, audit.backlog.
  [[nodiscard]] Expected<uint64_t> append(std::string_view entry);
  // The same, and waits until the entry is on disk.
  [[nodiscard]] Expected<uint64_t> append_durable(std::string_view entry);

  using Done = std::function<void(Expected<void>)>;
  // Calls `done` once: on the log's thread when the entry is on disk or can't be, or here and now
  // when that is known. It must not block and must not destroy the log.
  void when_durable(uint64_t index, Done done);
  // Whoever waits need not wait for the interval: the next sync begins now.
  void hurry();
  // The same as when_durable under `strict`; under `batch` calls `done` here and now.
  void acknowledge(uint64_t index, Done done);
  // Makes all durable and signed; waits for it.
  [[nodiscard]] Expected<Checkpoint> publish();

  [[nodiscard]] uint64_t size() const;
  [[nodiscard]] uint64_t durable_size() const;
  [[nodiscard]] Checkpoint checkpoint() const;  // the last that was published
  [[nodiscard]] const PublicKey& public_key() const;
  [[nodiscard]] std::optional<Error> failure_state() const;  // why appends are refused, if so
  // What opening had to repair, as sentences for the operator; empty is a clean start.
  [[nodiscard]] const std::vector<std::string>& repairs() const;

 private:
  class Worker;
  explicit Log(std::unique_ptr<Worker> worker);
  std::unique_ptr<Worker> worker_;
};

}  // namespace doorward::audit
