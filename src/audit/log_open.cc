// Opening a log: key, segments, tiles and the signed checkpoint must agree before anything is
// appended. Disagreement is never healed silently: what was signed is the measure.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "audit/entry.h"
#include "audit/rotation.h"
#include "audit/tile.h"
#include "audit/worker.h"

namespace doorward::audit {

namespace {
constexpr size_t kMaxEntryBytes = 60 * 1024;

template <class... Text>
std::unexpected<Error> refuse(std::string code, const Text&... text) {
  return failure(std::move(code), Fault::self, (std::string() + ... + text));
}

Expected<Fd> lock_folder(Files& files, const std::string& folder) {
  if (auto made = make_folders(folder); !made) return std::unexpected(std::move(made.error()));
  auto fd = files.open_file(folder + "/lock", O_RDWR | O_CREAT, 0600);
  if (!fd) return fd;
  if (::flock(fd->get(), LOCK_EX | LOCK_NB) != 0)
    return refuse("audit.locked", "`", folder, "` is in use by another process");
  return fd;
}

Expected<SigningKey> load_key(const LogOptions& options, const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & 0077) != 0)
    return refuse("audit.key_permissions", "`", path, "` must be readable by its owner alone");
  auto text = read_file(path, kMaxNoteBytes);
  if (!text) return std::unexpected(std::move(text.error()));
  return SigningKey::parse(options.origin, Secret<>(std::move(*text)));
}

// The key that signs from now on, and the one that did so far, where that is another.
struct Keys {
  std::optional<SigningKey> now, before;
};

// A key that was named: the log may have been signed by another one up to now.
Expected<Keys> given_keys(const LogOptions& options, const std::string& path) {
  Keys out;
  auto key = SigningKey::parse(options.origin, *options.key);
  if (!key) return std::unexpected(std::move(key.error()).within("the key of the configuration"));
  out.now = std::move(*key);
  if (!options.previous_key && !exists(path)) return out;
  auto before = options.previous_key ? SigningKey::parse(options.origin, *options.previous_key)
                                     : load_key(options, path);
  if (!before) return std::unexpected(std::move(before.error()).within("the key before"));
  out.before = std::move(*before);
  return out;
}

Expected<Keys> load_keys(Files& files, const LogOptions& options, const std::string& path,
                         bool fresh) {
  if (options.key) return given_keys(options, path);
  Keys out;
  if (!exists(path)) {
    if (!fresh) return refuse("audit.key_missing", "`", path, "` is gone, but the log is not new");
    out.now = SigningKey::generate(options.origin);
    if (auto put = files.replace(path, out.now->pem().reveal(), 0600, true); !put)
      return std::unexpected(std::move(put.error()));
    return out;
  }
  auto key = load_key(options, path);
  if (!key) return std::unexpected(std::move(key.error()));
  out.now = std::move(*key);
  const std::string waiting = options.folder + "/key.next";
  if (!exists(waiting)) return out;
  auto next = load_key(options, waiting);
  if (!next) return std::unexpected(std::move(next.error()).within("`" + waiting + "`"));
  out.before = std::exchange(out.now, std::move(*next));
  return out;
}

// Signed by the key of now, or by the one before: `keys.before` is empty where it is not.
Expected<Checkpoint> load_checkpoint(Files& files, const std::string& folder, Keys& keys,
                                     bool fresh) {
  const std::string path = folder + "/checkpoint";
  if (fresh) {
    keys.before.reset();
    Checkpoint first = sign_checkpoint(0, empty_root(), *keys.now);
    if (auto put = files.replace(path, first.note, 0600, true); !put)
      return std::unexpected(std::move(put.error()));
    return first;
  }
  auto note = read_file(path, kMaxNoteBytes);
  if (!note && note.error().code == "audit.missing")
    return refuse("audit.checkpoint_missing", "`", path, "` is gone, but the log is not new");
  if (!note) return std::unexpected(std::move(note.error()));
  auto checkpoint = open_checkpoint(*note, keys.now->public_key());
  if (checkpoint)
    keys.before.reset();
  else if (keys.before)
    checkpoint = open_checkpoint(*note, keys.before->public_key());
  if (!checkpoint) return std::unexpected(std::move(checkpoint.error()).within("`" + path + "`"));
  return checkpoint;
}

// The last entry that the key before signs says which one follows it.
Expected<Checkpoint> rotate(const LogOptions& options, Files& files, Journal& journal,
                            Publisher& publisher, const Keys& keys) {
  const std::string before = keys.before->public_key().vkey();
  const std::string after = keys.now->public_key().vkey();
  Entry entry;
  entry.time = options.now();
  entry.reason = kRotated;
  entry.detail = "another key signs this log from here on";
  entry.before = before;
  entry.after = after;
  const auto index = journal.append(encode(entry, options.max_entry_bytes));
  if (!index) return std::unexpected(index.error());
  const auto synced = journal.sync();
  if (!synced) return std::unexpected(synced.error());
  std::string kept;
  const auto add = [&](const Frame& frame) {
    kept = frame.entry;
    return publisher.add(frame, true);
  };
  if (auto walked = journal.walk(*synced, UINT64_MAX, add); !walked)
    return std::unexpected(std::move(walked.error()));
  auto last = publisher.publish(*keys.before);
  if (!last) return last;
  if (auto put = keep_rotation(files, options.folder, kept, *last); !put)
    return std::unexpected(std::move(put.error()));
  return publisher.publish(*keys.now);
}

// What lies beside the log is that of the key that signs it now; no other private key stays.
Expected<void> settle_keys(Files& files, const LogOptions& options, const std::string& path,
                           const SigningKey& now) {
  const std::string& folder = options.folder;
  const std::string vkey = now.public_key().vkey() + "\n";
  if (read_file(folder + "/key.pub", kMaxNoteBytes).value_or("") != vkey)
    if (auto put = files.replace(folder + "/key.pub", vkey, 0644, true); !put) return put;
  if (options.key) {
    if (options.key_file.empty())
      if (auto gone = files.remove(path); !gone) return gone;
  } else if (exists(folder + "/key.next")) {
    if (auto put = files.replace(path, now.pem().reveal(), 0600, true); !put) return put;
  }
  return files.remove(folder + "/key.next");
}

// The leaf hash that the tiles on disk give for an entry, if they do.
std::optional<Hash> tile_leaf(const std::string& folder, uint64_t index, uint64_t size) {
  const uint64_t tile = index / kTileWidth;
  for (const size_t width : {kTileWidth, static_cast<size_t>(size - tile * kTileWidth)}) {
    if (width > kTileWidth) continue;
    const auto bytes = read_file(folder + "/" + tile_path(0, tile, width), 8192);
    if (!bytes) continue;
    const auto hashes = parse_tile(*bytes, width);
    if (hashes && index % kTileWidth < width) return (*hashes)[index % kTileWidth];
  }
  return std::nullopt;
}

// The first entry below `size` whose segment is unlike its tile, as words for the error.
std::string first_unlike(Journal& journal, const std::string& folder, uint64_t size) {
  std::string out = "no tile tells which entry it is";
  journal.rewind();
  const auto look = [&](const Frame& frame) -> Expected<void> {
    const auto leaf = tile_leaf(folder, frame.index, size);
    if (!leaf || *leaf == frame.leaf) return {};
    out = "entry `" + std::to_string(frame.index) + "` is the first unlike its tile";
    return refuse("audit.root_mismatch", "");
  };
  (void)journal.walk(size, UINT64_MAX, look);  // ends at the first that is unlike
  return out;
}

// What the segments hold must have led to the signed root. Nothing is written before that is known.
Expected<void> check_root(Journal& journal, TreeEdge edge, const std::string& folder,
                          const Checkpoint& checkpoint, const Recovery& found) {
  const std::string of = "the checkpoint is of `" + std::to_string(checkpoint.size) + "` entries";
  if (checkpoint.size > 0 && found.size == 0)
    return refuse("audit.segment_missing", of, ", but there is no segment");
  if (found.first > checkpoint.size)
    return refuse("audit.rolled_back", of, ", but a later one was signed: segments begin at `",
                  std::to_string(found.first), "`");
  if (found.size < checkpoint.size)
    return refuse("audit.truncated", of, ", but the segments end at `", std::to_string(found.size),
                  "`");
  const auto add = [&](const Frame& frame) -> Expected<void> {
    edge.add(frame.leaf, [](unsigned, uint64_t, std::span<const Hash>) {});
    return {};
  };
  if (auto walked = journal.walk(checkpoint.size, UINT64_MAX, add); !walked) return walked;
  if (edge.root() != checkpoint.root)
    return refuse("audit.root_mismatch", "the segments disagree with the signed checkpoint of `",
                  std::to_string(checkpoint.size),
                  "` entries: ", first_unlike(journal, folder, checkpoint.size));
  journal.rewind();
  return {};
}

std::vector<std::string> repairs_of(const Recovery& found, const Publisher& publisher) {
  std::vector<std::string> out;
  if (found.torn_bytes > 0)
    out.push_back("cut a torn tail of " + std::to_string(found.torn_bytes) +
                  " bytes behind entry " + std::to_string(found.size));
  if (found.dropped_segments > 0)
    out.push_back("dropped " + std::to_string(found.dropped_segments) +
                  " segments that were never on disk");
  if (publisher.repaired() > 0)
    out.push_back("wrote " + std::to_string(publisher.repaired()) +
                  " tiles again that were unlike the entries");
  return out;
}
}  // namespace

Expected<std::unique_ptr<Log>> Log::open(LogOptions options) {
  if (!is_key_name(options.origin) || options.max_entry_bytes < 1024 ||
      options.max_entry_bytes > kMaxEntryBytes ||
      options.segment_bytes < options.reserve_bytes + 4 * (options.max_entry_bytes + 8192))
    return refuse("audit.options", "origin, entry or segment size out of range");
  auto files = options.files ? options.files : std::make_shared<Files>();
  const std::string& folder = options.folder;
  auto lock = lock_folder(*files, folder);
  if (!lock) return std::unexpected(std::move(lock.error()));
  const bool fresh =
      !exists(folder + "/checkpoint") && !exists(folder + "/segment") && !exists(folder + "/tile");
  const std::string key_file = options.key_file.empty() ? folder + "/key" : options.key_file;
  auto keys = load_keys(*files, options, key_file, fresh);
  if (!keys) return std::unexpected(std::move(keys.error()));
  auto checkpoint = load_checkpoint(*files, folder, *keys, fresh);
  if (!checkpoint) return std::unexpected(std::move(checkpoint.error()));

  Recovery found;
  auto journal = Journal::open(
      {folder + "/segment", options.segment_bytes, options.reserve_bytes, options.max_entry_bytes},
      files, found);
  if (!journal) return std::unexpected(std::move(journal.error()));
  auto publisher = Publisher::open(files, folder, found.first);
  if (!publisher) return std::unexpected(std::move(publisher.error()));
  if (auto held = check_root(**journal, publisher->edge(), folder, *checkpoint, found); !held)
    return std::unexpected(std::move(held.error()));
  const auto add = [&](const Frame& frame) { return publisher->add(frame, true); };
  if (auto walked = (*journal)->walk(checkpoint->size, UINT64_MAX, add); !walked)
    return std::unexpected(std::move(walked.error()));
  if (keys->before) {
    checkpoint = rotate(options, *files, **journal, *publisher, *keys);
    if (!checkpoint)
      return std::unexpected(std::move(checkpoint.error()).within("the change of its key"));
  }
  if (auto settled = settle_keys(*files, options, key_file, *keys->now); !settled)
    return std::unexpected(std::move(settled.error()));
  auto repairs = repairs_of(found, *publisher);
  return std::unique_ptr<Log>(new Log(std::make_unique<Worker>(Worker::Parts{
      std::move(options), std::move(files), std::move(*lock), std::move(*keys->now),
      std::move(*journal), std::move(*publisher), std::move(*checkpoint), std::move(repairs)})));
}

}  // namespace doorward::audit
