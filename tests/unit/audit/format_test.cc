// Tiles, bundles, notes, checkpoints, keys and chain links: what is read and what is refused.
#include <gtest/gtest.h>

#include "audit/chain.h"
#include "audit/checkpoint.h"
#include "audit/tile.h"

namespace doorward::audit {
namespace {

TEST(TilePath, WritesAndReadsTheSpecificationsSpelling) {
  EXPECT_EQ(tile_path(0, 1234067, 256), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path(2, 0, 1), "tile/2/000.p/1");
  EXPECT_EQ(bundle_path(273, 112), "tile/entries/273.p/112");
  for (const uint64_t index :
       {uint64_t{0}, uint64_t{999}, uint64_t{1000}, uint64_t{1234067}, UINT64_MAX}) {
    const auto name = parse_tile_path(tile_path(3, index, 17));
    ASSERT_TRUE(name.has_value()) << index;
    EXPECT_EQ(name->index, index);
    EXPECT_EQ(name->level, 3U);
    EXPECT_EQ(name->width, 17U);
    EXPECT_FALSE(name->entries);
  }
  EXPECT_TRUE(parse_tile_path("tile/entries/x001/000")->entries);
}

TEST(TilePath, RefusesEveryOtherSpelling) {
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/1",
                           "tile/0/0001",
                           "tile/64/000",
                           "tile/00/000",
                           "tile/0/x000/000",
                           "tile/0/001/000",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/",
                           "tile/0/../../key",
                           "tile/entries/..",
                           "/tile/0/000",
                           "tile/0/000/",
                           "tile/-1/000",
                           "tile/0/00a",
                           "tile/data/000",
                           "tile/0/x1/000",
                           "tile/0/x018/x446/x744/x073/x709/x551/616"})
    EXPECT_FALSE(parse_tile_path(path).has_value()) << path;
}

TEST(Bundle, ReadsWhatItWrites) {
  std::string bytes;
  for (int i = 0; i < 256; ++i)
    append_bundle_entry(bytes, std::string(static_cast<size_t>(i), 'x'));
  const auto entries = parse_bundle(bytes);
  ASSERT_TRUE(entries.has_value());
  ASSERT_EQ(entries->size(), 256U);
  EXPECT_EQ((*entries)[255].entry.size(), 255U);
  EXPECT_EQ((*entries)[2].offset, 5U);
  EXPECT_FALSE(parse_bundle(bytes.substr(0, bytes.size() - 1)).has_value());
  append_bundle_entry(bytes, "one more");
  EXPECT_FALSE(parse_bundle(bytes).has_value());
  EXPECT_FALSE(parse_bundle(std::string_view("\0", 1)).has_value());
}

TEST(Tile, TakesItsExactSizeOnly) {
  EXPECT_TRUE(parse_tile(std::string(64, 'x'), 2).has_value());
  EXPECT_FALSE(parse_tile(std::string(63, 'x'), 2).has_value());
  EXPECT_FALSE(parse_tile(std::string(64, 'x'), 1).has_value());
  EXPECT_FALSE(parse_tile("", 0).has_value());
}

TEST(Note, VerifiesAPublishedOne) {
  // From the documentation of golang.org/x/mod/sumdb/note.
  const auto key =
      PublicKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  ASSERT_TRUE(key.has_value()) << key.error().what;
  const auto note = parse_note(
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n\n"
      "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
      "otpRZb6KE6RyyBwJnAM=\n");
  ASSERT_TRUE(note.has_value()) << note.error().what;
  ASSERT_EQ(note->signatures.size(), 1U);
  EXPECT_EQ(note->signatures[0].key_id, key->id());
  EXPECT_TRUE(key->verifies(note->text, note->signatures[0].signature));
  EXPECT_FALSE(key->verifies(note->text + " ", note->signatures[0].signature));
}

TEST(Checkpoint, OpensWhatItSigned) {
  const SigningKey key = SigningKey::generate("test.example/log");
  const Checkpoint made = sign_checkpoint(42, leaf_hash("root"), key);
  const auto opened = open_checkpoint(made.note, key.public_key());
  ASSERT_TRUE(opened.has_value()) << opened.error().what;
  EXPECT_EQ(opened->size, 42U);
  EXPECT_EQ(opened->root, leaf_hash("root"));
  EXPECT_EQ(opened->origin, "test.example/log");
}

TEST(Checkpoint, RefusesEveryChangedByte) {
  const SigningKey key = SigningKey::generate("test.example/log");
  const std::string note = sign_checkpoint(42, leaf_hash("root"), key).note;
  for (size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(open_checkpoint(changed, key.public_key()).has_value()) << i;
    EXPECT_FALSE(open_checkpoint(note.substr(0, i), key.public_key()).has_value()) << i;
  }
}

TEST(Checkpoint, TakesMoreSignaturesButNeedsItsOwn) {
  const SigningKey key = SigningKey::generate("test.example/log");
  const SigningKey witness = SigningKey::generate("witness.example");
  const std::string note = sign_checkpoint(1, leaf_hash("r"), key).note;
  EXPECT_TRUE(open_checkpoint(note + "\u2014 witness.example AAAAAAAAAA==\n", key.public_key()));
  EXPECT_EQ(open_checkpoint(note, witness.public_key()).error().code, "audit.checkpoint_signature");
  const SigningKey namesake = SigningKey::generate("test.example/log");
  EXPECT_EQ(open_checkpoint(note, namesake.public_key()).error().code,
            "audit.checkpoint_signature");
}

TEST(Key, SurvivesPemAndVkey) {
  const SigningKey key = SigningKey::generate("test.example/log");
  const auto again = SigningKey::parse("test.example/log", key.pem());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->public_key().vkey(), key.public_key().vkey());
  EXPECT_EQ(PublicKey::parse(key.public_key().vkey() + "\n")->key, key.public_key().key);
  std::string wrong = key.public_key().vkey();
  wrong[0] = 'T';
  EXPECT_EQ(PublicKey::parse(wrong).error().code, "audit.key_syntax");
  EXPECT_FALSE(SigningKey::parse("x", Secret<>("-----BEGIN PRIVATE KEY-----\nAAAA\n")));
  EXPECT_FALSE(is_key_name("a b"));
  EXPECT_FALSE(is_key_name("a+b"));
  EXPECT_FALSE(is_key_name(""));
}

TEST(Chain, ReadsExactlyWhatItWrites) {
  const Hash prev = leaf_hash("x");
  for (const uint64_t seq : {uint64_t{0}, uint64_t{7}, UINT64_MAX}) {
    const std::string entry = std::string(LinkText(seq, prev).view()) + "\"a\":1}";
    const auto link = parse_link(entry);
    ASSERT_TRUE(link.has_value());
    EXPECT_EQ(link->seq, seq);
    EXPECT_EQ(link->prev, prev);
    EXPECT_EQ(entry.substr(link->size), "\"a\":1}");
    for (size_t cut = 0; cut < link->size; ++cut) EXPECT_FALSE(parse_link(entry.substr(0, cut)));
  }
  EXPECT_FALSE(parse_link("{\"seq\":01,\"prev\":\"" + hex(prev) + "\",\"a\":1}"));
  EXPECT_FALSE(parse_link("{\"seq\":-1,\"prev\":\"" + hex(prev) + "\",\"a\":1}"));
}

}  // namespace
}  // namespace doorward::audit
