#include "audit/rotation.h"

#include <algorithm>
#include <filesystem>

#include "audit/tile_reader.h"
#include "wire/json.h"

namespace doorward::audit {

namespace {

constexpr size_t kMostRotations = 1000;  // a folder with more is somebody's attack

std::string file_of(const std::string& folder, uint64_t size) {
  std::string number = std::to_string(size);
  number.insert(0, 20 - number.size(), '0');  // so that names sort as numbers
  return folder + "/keys/" + number;
}

std::unexpected<Error> bad_rotation(std::string_view why) {
  return failure("audit.rotation_syntax", Fault::client, "no change of key: " + std::string(why));
}

bool in_tiles(const std::string& folder, const Rotation& it) {
  TileReader reader(folder, it.last.size);
  const uint64_t at = it.last.size - 1;
  const auto tile = reader.tile(0, at / kTileWidth);
  if (!tile || at % kTileWidth >= tile->hashes.size() ||
      tile->hashes[at % kTileWidth] != leaf_hash(it.entry))
    return false;
  const auto root = reader.root(0, it.last.size);
  return root && *root == it.last.root;
}

bool among(const std::vector<PublicKey>& keys, const PublicKey& key) {
  return std::ranges::any_of(keys, [&](const PublicKey& it) { return it.vkey() == key.vkey(); });
}

void lead(const std::vector<Rotation>& all, std::vector<PublicKey>& out) {
  for (const Rotation& it : all)
    if (among(out, it.before) && !among(out, it.after)) out.push_back(it.after);
}

}  // namespace

Expected<Rotation> parse_rotation(std::string_view text) {
  const size_t end = text.find("\n\n");
  if (end == std::string_view::npos) return bad_rotation("no empty line");
  Rotation out;
  out.entry = text.substr(0, end);
  const auto entry = wire::JsonDocument::parse(out.entry);
  if (!entry || entry->root()["kind"].text() != "event" ||
      entry->root()["reason"].text() != kRotated)
    return bad_rotation("the entry");
  auto before = PublicKey::parse(entry->root()["before"].text());
  auto after = PublicKey::parse(entry->root()["after"].text());
  if (!before || !after) return bad_rotation("its keys");
  auto last = open_checkpoint(text.substr(end + 2), *before);
  if (!last) return std::unexpected(std::move(last.error()));
  if (last->size == 0) return bad_rotation("of an empty log");
  out.before = std::move(*before);
  out.after = std::move(*after);
  out.last = std::move(*last);
  return out;
}

Expected<void> keep_rotation(Files& files, const std::string& folder, std::string_view entry,
                             const Checkpoint& last) {
  if (auto made = make_folders(folder + "/keys"); !made) return made;
  return files.replace(file_of(folder, last.size), std::string(entry) + "\n\n" + last.note, 0600,
                       true);
}

std::vector<Rotation> rotations(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code fault;
  for (std::filesystem::directory_iterator it(folder + "/keys", fault), end;
       !fault && it != end && names.size() < kMostRotations; it.increment(fault))
    names.push_back(it->path().string());
  std::ranges::sort(names);
  std::vector<Rotation> out;
  for (const std::string& name : names) {
    const auto text = read_file(name, 2 * kMaxNoteBytes);
    auto parsed = text ? parse_rotation(*text) : std::unexpected(text.error());
    if (parsed && name == file_of(folder, parsed->last.size) && in_tiles(folder, *parsed))
      out.push_back(std::move(*parsed));
  }
  return out;
}

std::vector<PublicKey> successors(const std::string& folder, const PublicKey& key) {
  std::vector<PublicKey> out{key};
  lead(rotations(folder), out);
  return out;
}

std::vector<PublicKey> kin(const std::string& folder, const PublicKey& key) {
  const std::vector<Rotation> all = rotations(folder);
  std::vector<PublicKey> out{key};
  for (auto it = all.rbegin(); it != all.rend(); ++it)
    if (among(out, it->after) && !among(out, it->before)) out.push_back(it->before);
  lead(all, out);
  return out;
}

Expected<Checkpoint> open_checkpoint(std::string_view note, const std::vector<PublicKey>& keys) {
  Expected<Checkpoint> first = open_checkpoint(note, keys.front());
  for (size_t i = 1; !first && i < keys.size(); ++i)
    if (auto opened = open_checkpoint(note, keys[i])) return opened;
  return first;
}

Expected<PublicKey> prepare_rotation(const std::string& folder, const std::string& origin) {
  const std::string path = folder + "/key.next";
  if (exists(path))
    return failure("audit.rotation_waits", Fault::self,
                   "`" + path + "` waits already; it takes over at the next start");
  Files files;
  const SigningKey key = SigningKey::generate(origin);
  if (auto put = files.replace(path, key.pem().reveal(), 0600, true); !put)
    return std::unexpected(std::move(put.error()));
  return key.public_key();
}

}  // namespace doorward::audit
