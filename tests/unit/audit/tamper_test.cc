// One hundred seeded trials of each way to tamper: found, and at the right place. Each is undone
// after its trial, and the whole is checked again at the end.
#include <gtest/gtest.h>

#include <algorithm>

#include "audit/chain.h"
#include "audit/segment.h"
#include "audit/tile.h"
#include "audit/tree.h"
#include "fixture.h"

namespace doorward::audit {
namespace {

constexpr uint64_t kEntries = 700;
constexpr int kTrials = 100;

class Tamper : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new Folder;
    const auto log = open_log(small_log(folder_->path()));
    for (uint64_t i = 0; i < kEntries; ++i) {
      ASSERT_TRUE(log->append(sample(i)));
      if (i + 1 == 300) early_ = log->publish()->note;
    }
  }
  static void TearDownTestSuite() { delete folder_; }

  void SetUp() override { random_.seed(20261124); }
  void TearDown() override {
    undo();
    const auto report = verify_folder(folder_->path());
    EXPECT_TRUE(report.holds()) << describe(report);
  }

  uint64_t pick(uint64_t from, uint64_t to) { return from + random_() % (to - from); }

  // Writes a file of the log, remembering what it was.
  void put(const std::string& name, std::string_view bytes) {
    const std::string path = *folder_ / name;
    if (!kept_.contains(path)) kept_[path] = slurp(path);
    spill(path, bytes);
  }
  void undo() {
    for (const auto& [path, bytes] : kept_) spill(path, bytes);
    kept_.clear();
  }

  static size_t width_of(uint64_t bundle) {
    return std::min<uint64_t>(kTileWidth, kEntries - bundle * kTileWidth);
  }
  static std::vector<std::string> load(uint64_t bundle) {
    std::vector<std::string> out;
    const std::string bytes = slurp(*folder_ / bundle_path(bundle, width_of(bundle)));
    const auto entries = parse_bundle(bytes);
    EXPECT_TRUE(entries.has_value());
    for (const auto& it : *entries) out.emplace_back(it.entry);
    return out;
  }
  static std::vector<std::string> load_all() {
    std::vector<std::string> out;
    for (uint64_t b = 0; b * kTileWidth < kEntries; ++b)
      for (auto& it : load(b)) out.push_back(std::move(it));
    return out;
  }
  void store(uint64_t bundle, const std::vector<std::string>& entries) {
    std::string bytes;
    for (const auto& it : entries) append_bundle_entry(bytes, it);
    put(bundle_path(bundle, width_of(bundle)), bytes);
  }
  // All bundles anew, whatever the number of entries.
  void store_all(const std::vector<std::string>& all) {
    for (uint64_t b = 0; b * kTileWidth < kEntries; ++b) {
      const size_t begin = std::min<size_t>(b * kTileWidth, all.size());
      const size_t end = std::min<size_t>(begin + width_of(b), all.size());
      store(b, {all.begin() + static_cast<long>(begin), all.begin() + static_cast<long>(end)});
    }
  }
  // Tiles that fit the entries, as someone without the key would write them.
  void fit_tiles(const std::vector<std::string>& all, bool upper) {
    std::vector<Hash> leaves;
    for (const auto& it : all) leaves.push_back(leaf_hash(it));
    std::vector<Hash> roots;
    for (uint64_t b = 0; b * kTileWidth < kEntries; ++b) {
      const auto tile = std::span(leaves).subspan(b * kTileWidth, width_of(b));
      put(tile_path(0, b, width_of(b)), tile_bytes(tile));
      if (tile.size() == kTileWidth) roots.push_back(root_of(tile));
    }
    if (upper) put(tile_path(1, 0, roots.size()), tile_bytes(roots));
  }
  static void edit(std::string& entry) {
    const size_t at = entry.find("\"pass\"");
    ASSERT_NE(at, std::string::npos);
    entry.replace(at, 6, "\"deny\"");
  }
  // The chain made right again from `from` on.
  static void relink(std::vector<std::string>& all, uint64_t from) {
    Hash prev = from == 0 ? empty_root() : leaf_hash(all[from - 1]);
    for (uint64_t i = from; i < all.size(); ++i) {
      const std::string rest = all[i].substr(parse_link(all[i])->size);
      all[i] = std::string(LinkText(i, prev).view()) + rest;
      prev = leaf_hash(all[i]);
    }
  }

  void expect(std::string_view code, std::optional<uint64_t> index, std::string_view file = {},
              std::string against = {}) {
    const auto report = verify_folder(folder_->path(), std::move(against));
    EXPECT_TRUE(finds(report, code, index))
        << code << " at " << (index ? std::to_string(*index) : "-") << ", but:\n"
        << describe(report);
    bool right_file = file.empty();
    for (const Finding& it : report.findings)
      right_file |= it.code == code && it.file.starts_with(file);
    EXPECT_TRUE(right_file) << file << ", but:\n" << describe(report);
    first_ = report.findings.empty() ? Finding{} : report.findings.front();
    count_ = report.findings.size();
    undo();
  }

  static Folder* folder_;
  static std::string early_;
  std::mt19937 random_;
  std::map<std::string, std::string> kept_;
  Finding first_;
  size_t count_ = 0;
};
Folder* Tamper::folder_ = nullptr;
std::string Tamper::early_;

TEST_F(Tamper, AnEditedEntry) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t index = pick(0, kEntries);
    auto entries = load(index / kTileWidth);
    std::string& entry = entries[index % kTileWidth];
    entry[pick(0, entry.size())] ^= static_cast<char>(1 << pick(0, 7));
    store(index / kTileWidth, entries);
    size_t offset = 0;
    for (uint64_t i = 0; i < index % kTileWidth; ++i) offset += 2 + entries[i].size();
    expect("audit.entry_changed", index, bundle_path(index / kTileWidth, kTileWidth));
    EXPECT_EQ(first_.offset, offset);
    EXPECT_EQ(count_, 1U);
  }
}

TEST_F(Tamper, AnEntryEditedTogetherWithItsTile) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t index = pick(0, kEntries - 1);
    auto all = load_all();
    edit(all[index]);
    store_all(all);
    fit_tiles(all, trial % 2 == 0);
    expect("audit.chain_broken", index);
  }
}

TEST_F(Tamper, AnEntryDeletedFromItsFile) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t index = pick(0, kEntries - 1);
    auto entries = load(index / kTileWidth);
    entries.erase(entries.begin() + static_cast<long>(index % kTileWidth));
    store(index / kTileWidth, entries);
    expect("audit.entry_deleted", index);
    EXPECT_EQ(count_, 1U);
  }
}

TEST_F(Tamper, EntriesDeletedAndTheRestMovedUp) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t index = pick(0, kEntries - 10);
    auto all = load_all();
    const auto at = all.begin() + static_cast<long>(index);
    all.erase(at, at + static_cast<long>(pick(1, 9)));
    store_all(all);
    expect("audit.entry_deleted", index);
    EXPECT_EQ(count_, 1U);
  }
}

TEST_F(Tamper, AnEntryInserted) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t index = pick(0, kEntries);
    auto entries = load(index / kTileWidth);
    std::string forged = entries[index % kTileWidth];
    edit(forged);
    entries.insert(entries.begin() + static_cast<long>(index % kTileWidth), forged);
    store(index / kTileWidth, entries);
    expect("audit.entry_inserted", index);
    EXPECT_EQ(count_, 1U);
  }
}

TEST_F(Tamper, EntriesReordered) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t index = pick(0, kEntries - 40);
    const uint64_t other = index + pick(1, 40);
    auto all = load_all();
    std::swap(all[index], all[other]);
    store_all(all);
    expect("audit.entries_reordered", index);
    EXPECT_EQ(count_, 1U);
  }
}

TEST_F(Tamper, TheEndCutOff) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t index = pick(1, kEntries);
    auto all = load_all();
    all.resize(index);
    store_all(all);
    expect("audit.truncated", index);
    EXPECT_EQ(count_, 1U);
  }
}

TEST_F(Tamper, AFileCutShort) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t bundle = pick(0, 3);
    const std::string name = bundle_path(bundle, width_of(bundle));
    const std::string bytes = slurp(*folder_ / name);
    const size_t keep = pick(1, bytes.size());
    put(name, bytes.substr(0, keep));
    const auto there = read_bundle(std::string_view(bytes).substr(0, keep));
    const uint64_t index = bundle * kTileWidth + there.entries.size();
    const bool last = bundle == 2;
    expect(last ? "audit.truncated" : "audit.entry_deleted", index, name);
  }
}

TEST_F(Tamper, ATileChanged) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t index = pick(0, kEntries);
    const uint64_t tile = index / kTileWidth;
    const std::string name = tile_path(0, tile, width_of(tile));
    std::string bytes = slurp(*folder_ / name);
    bytes[index % kTileWidth * 32 + pick(0, 32)] ^= 1;
    put(name, bytes);
    expect("audit.tile_changed", index, name);
    EXPECT_EQ(first_.offset, index % kTileWidth * 32);
  }
}

TEST_F(Tamper, AHigherTileChanged) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t child = pick(0, 2);
    std::string bytes = slurp(*folder_ / tile_path(1, 0, 2));
    bytes[child * 32 + pick(0, 32)] ^= 1;
    put(tile_path(1, 0, 2), bytes);
    expect("audit.tile_changed", child * kTileWidth, "tile/1/000.p/2");
    EXPECT_EQ(count_, 1U);
  }
}

TEST_F(Tamper, ASegmentChanged) {
  for (int trial = 0; trial < kTrials; ++trial) {
    std::string name;
    for (const auto& it : std::filesystem::directory_iterator(*folder_ / "segment"))
      if (parse_segment_head(slurp(it.path().string()))->has_value())
        name = "segment/" + it.path().filename().string();
    std::string bytes = slurp(*folder_ / name);
    const uint64_t index = pick((*parse_segment_head(bytes))->first, kEntries);
    size_t offset = kSegmentHeadBytes;
    while (read_frame(bytes, offset).index != index) offset = read_frame(bytes, offset).next;
    bytes[offset + kFrameHeadBytes + pick(0, 150)] ^= 1;
    put(name, bytes);
    expect("audit.segment_changed", index, name);
    EXPECT_EQ(first_.offset, offset);
  }
}

TEST_F(Tamper, TheCheckpointChanged) {
  const std::string note = slurp(*folder_ / "checkpoint");
  for (int trial = 0; trial < kTrials; ++trial) {
    std::string bytes = note;
    bytes[pick(0, bytes.size())] ^= static_cast<char>(1 << pick(0, 7));
    put("checkpoint", bytes);
    const auto report = verify_folder(folder_->path());
    ASSERT_FALSE(report.holds());
    EXPECT_EQ(report.findings[0].file, "checkpoint");
    undo();
  }
}

TEST_F(Tamper, TheCheckpointSwapped) {
  put("checkpoint", early_);
  expect("audit.rolled_back", 300, "checkpoint");
  const Folder other;
  const auto log = open_log(small_log(other.path()));
  ASSERT_TRUE(log->append(sample(0)));
  put("checkpoint", log->publish()->note);
  expect("audit.checkpoint_signature", std::nullopt, "checkpoint");
}

TEST_F(Tamper, CutBackToAnOlderStateAsAWhole) {
  const Folder copy;
  std::filesystem::copy(
      folder_->path(), copy.path(),
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  std::filesystem::remove_all(copy / "segment");
  std::filesystem::remove_all(copy / "tile/0/002.p");
  std::filesystem::remove(copy / "tile/0/001");
  spill(copy / "checkpoint", early_);
  const std::string kept_elsewhere = slurp(*folder_ / "checkpoint");
  EXPECT_TRUE(finds(verify_folder(copy.path(), kept_elsewhere), "audit.rolled_back", 300));
}

// Everything anew but the signature: only the signed root is left to say so.
TEST_F(Tamper, TheWholeLogWrittenAnew) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t index = pick(0, kEntries);
    auto all = load_all();
    edit(all[index]);
    relink(all, index);
    store_all(all);
    fit_tiles(all, true);
    expect("audit.root_mismatch", std::nullopt, "checkpoint");
  }
}

// Everything anew by someone who has the key: an older checkpoint kept elsewhere says so.
TEST_F(Tamper, AForkedTree) {
  const auto key = SigningKey::parse("test.example/audit", Secret<>(slurp(*folder_ / "key")));
  ASSERT_TRUE(key.has_value());
  for (int trial = 0; trial < kTrials; ++trial) {
    const uint64_t index = pick(0, kEntries);
    auto all = load_all();
    edit(all[index]);
    relink(all, index);
    store_all(all);
    fit_tiles(all, true);
    std::vector<Hash> leaves;
    for (const auto& it : all) leaves.push_back(leaf_hash(it));
    put("checkpoint", sign_checkpoint(kEntries, root_of(leaves), *key).note);
    const auto report = verify_folder(folder_->path(), early_);
    EXPECT_EQ(finds(report, "audit.forked", 299), index < 300) << index << describe(report);
    undo();
  }
}

TEST_F(Tamper, NotWithAnOlderCheckpointThatHolds) {
  const auto report = verify_folder(folder_->path(), early_);
  EXPECT_TRUE(report.holds()) << describe(report);
  EXPECT_EQ(report.size, kEntries);
}

}  // namespace
}  // namespace doorward::audit
