// doorward.lock: strict, stable, signed.
#include "catalog/lock_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support.h"

namespace doorward::catalog {
namespace {

using core::ToolClass;
using test::tool;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

LockFile example() {
  LockFile lock;
  LockedServer& files = lock.server("files");
  files.identity = {.command = {"node", "index.js"},
                    .package = "@example/files",
                    .version = "1.2.3",
                    .integrity = "sha512-abc"};
  files.validated = "2026-11-24T02:10:00Z";
  lock.put("files", {.definition = tool("read_file", "Reads\u200b a file."),
                     .classes = {ToolClass::read},
                     .approved = {{"ana", "2026-11-24T02:10:00Z"}},
                     .trust = "shared",
                     .is_private = true});
  lock.put("files", {.definition = tool("send", "Sends \"it\".\n\u202eNow."),
                     .classes = {ToolClass::write, ToolClass::egress},
                     .addresses = {"to", "cc"}});
  const test::Json words(R"({"instructions":"Be kind.","serverInfo":{"name":"n","title":"T"}})");
  lock.put("files", {.definition = server_definition(words.root()), .classes = {ToolClass::read}});
  const test::Json resource(R"({"uri":"file:///a","name":"a"})");
  lock.put("files", {.definition = *definition_of(DefinitionKind::resource, resource.root()),
                     .classes = {ToolClass::read}});
  lock.server("remote").identity = {.url = "https://x.example/mcp", .key_pins = {"a", "b"}};
  lock.server("remote").state = ServerState::probation;
  return lock;
}

std::string refused(std::string text) {
  const auto lock = read_lock(std::move(text));
  return lock ? "accepted" : lock.error().what;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(LockFile, IsReadAsItWasWritten) {
  const LockFile lock = example();
  const std::string text = write_lock(lock);
  const auto again = read_lock(text);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(*again, lock);
  EXPECT_EQ(write_lock(*again), text);
  EXPECT_EQ(*read_lock(write_lock({})), LockFile{});
}

TEST(LockFile, IsOneLineATool) {
  const std::string text = write_lock(example());
  std::istringstream lines(text);
  std::string line;
  int with_tool = 0;
  while (std::getline(lines, line))
    if (line.find("\"digest\"") != std::string::npos) ++with_tool;
  EXPECT_EQ(with_tool, 4);
  EXPECT_THAT(text, HasSubstr("\n        \"read_file\": {\"approved\": [{\"at\": "));
}

TEST(LockFile, HidesNothingFromAReviewer) {
  const std::string text = write_lock(example());
  EXPECT_THAT(text, HasSubstr("Reads\\u200b a file."));
  EXPECT_THAT(text, HasSubstr("\\u202eNow."));
  EXPECT_THAT(text, Not(HasSubstr("\u200b")));
}

TEST(LockFile, SaysTheLineOfAnError) {
  const std::string good = write_lock(example());
  EXPECT_THAT(refused("{\n\"doorward_lock\": 1,\n\"servers\": {},\n\"x\": 1}"),
              HasSubstr("line 4: unknown member `x`"));
  EXPECT_THAT(refused("{\n  \"doorward_lock\": 1,,\n}"), testing::StartsWith("line 2: "));
  EXPECT_THAT(refused("{\"doorward_lock\":1,\n\"doorward_lock\":1}"), HasSubstr("twice"));
  EXPECT_THAT(refused(replaced(good, "Reads", "Sends")), HasSubstr("approve the definition again"));
  EXPECT_THAT(refused(replaced(good, "[\"read\"]", "[]")), HasSubstr("`classes` is empty"));
  EXPECT_THAT(refused(replaced(good, "[\"read\"]", "[\"rad\"]")), HasSubstr("unknown class `rad`"));
  EXPECT_THAT(refused(replaced(good, "\"active\"", "\"on\"")), HasSubstr("unknown `state`"));
  EXPECT_THAT(refused(replaced(good, "\"shared\"", "\"all\"")), HasSubstr("`trust`"));
  EXPECT_THAT(refused(replaced(good, "\"read_file\": {", "\"other\": {")),
              HasSubstr("the name in `text` is not `other`"));
  EXPECT_THAT(refused(replaced(good, "\"remote\"", "\"a__b\"")), HasSubstr("no server name"));
  EXPECT_THAT(refused(replaced(good, "2026-11-24T02:10:00Z", "today")), HasSubstr("RFC 3339"));
  EXPECT_THAT(refused(replaced(good, "\"doorward_lock\": 1", "\"doorward_lock\": 2")),
              HasSubstr("1 only"));
  EXPECT_THAT(refused("[]"), HasSubstr("line 1"));
  EXPECT_THAT(refused(""), HasSubstr("line 1"));
  EXPECT_THAT(refused(R"({"doorward_lock":1})"), HasSubstr("says `doorward_lock` and `servers`"));
}

TEST(LockFile, ASignatureCoversEverything) {
  const SignKey key = SignKey::generate();
  const VerifyKey& trusted = key.verify_key();
  const std::string text = write_lock(example(), &key);
  ASSERT_TRUE(read_lock(text, &trusted)) << read_lock(text, &trusted).error().what;
  EXPECT_EQ(*read_lock(text, &trusted), example());
  EXPECT_TRUE(read_lock(text));

  EXPECT_EQ(read_lock(write_lock(example()), &trusted).error().code, "catalog.lock_unsigned");
  const VerifyKey other = SignKey::generate().verify_key();
  EXPECT_EQ(read_lock(text, &other).error().code, "catalog.lock_signature");
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"[\"read\"]", "[\"write\"]"},
                                                        {"\"ana\"", "\"bob\""},
                                                        {"probation", "active"},
                                                        {"1.2.3", "1.2.4"}})
    EXPECT_EQ(read_lock(replaced(text, from, to), &trusted).error().code, "catalog.lock_signature")
        << from;
  // A key that a stranger wrote into the file changes nothing.
  const SignKey stranger = SignKey::generate();
  EXPECT_EQ(read_lock(write_lock(example(), &stranger), &trusted).error().code,
            "catalog.lock_signature");
}

TEST(LockFile, ASignatureCoversTheSerial) {
  const SignKey key = SignKey::generate();
  const VerifyKey& trusted = key.verify_key();
  LockFile lock = example();
  lock.serial = 41;
  const std::string text = write_lock(lock, &key);
  ASSERT_TRUE(read_lock(text, &trusted)) << read_lock(text, &trusted).error().what;
  EXPECT_EQ(read_lock(text, &trusted)->serial, 41u);
  EXPECT_EQ(read_lock(replaced(text, "\"serial\": 41", "\"serial\": 42"), &trusted).error().code,
            "catalog.lock_signature");
  EXPECT_EQ(read_lock(replaced(text, "\"serial\": 41,", ""), &trusted).error().code,
            "catalog.lock_signature");
  EXPECT_FALSE(read_lock(replaced(text, "\"serial\": 41", "\"serial\": -1")));
}

TEST(LockFile, KeysAreReadAsPemAndBase64) {
  const SignKey key = SignKey::generate();
  EXPECT_EQ(*VerifyKey::parse(key.verify_key().text() + "\n"), key.verify_key());
  // RFC 8410 section 10.1 and 10.3: the example key pair.
  const auto secret =
      SignKey::parse(Secret<>("-----BEGIN PRIVATE KEY-----\n"
                              "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                              "-----END PRIVATE KEY-----\n"));
  ASSERT_TRUE(secret);
  const auto open = VerifyKey::parse(
      "-----BEGIN PUBLIC KEY-----\n"
      "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
      "-----END PUBLIC KEY-----\n");
  ASSERT_TRUE(open);
  EXPECT_EQ(*open, secret->verify_key());
  EXPECT_FALSE(VerifyKey::parse(""));
  EXPECT_FALSE(VerifyKey::parse("AAAA"));
  EXPECT_FALSE(SignKey::parse(Secret<>("no key")));
}

class LockOnDisk : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "doorward-lock-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ + "/doorward.lock"; }
  std::string folder_;
};

TEST_F(LockOnDisk, IsReplacedWhole) {
  EXPECT_EQ(load_lock(path()).error().code, "catalog.lock_missing");
  ASSERT_TRUE(save_lock(path(), {}));
  ASSERT_TRUE(save_lock(path(), example()));
  EXPECT_EQ(*load_lock(path()), example());
  // Nothing is left beside it.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(LockOnDisk, AFailedWriteLeavesTheOldOne) {
  ASSERT_TRUE(save_lock(path(), example()));
  EXPECT_EQ(save_lock(folder_ + "/none/doorward.lock", {}).error().code, "catalog.lock_io");
  std::filesystem::create_directory(folder_ + "/taken");
  std::ofstream(folder_ + "/taken/x") << "x";
  EXPECT_EQ(save_lock(folder_ + "/taken", {}).error().code, "catalog.lock_io");
  EXPECT_EQ(*load_lock(path()), example());
  EXPECT_EQ(load_lock(folder_).error().code, "catalog.lock_io");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 2);
}

TEST_F(LockOnDisk, ErrorsNameTheFile) {
  std::ofstream(path()) << "{\n}";
  const auto lock = load_lock(path());
  ASSERT_FALSE(lock);
  EXPECT_THAT(lock.error().what, HasSubstr("doorward.lock: line 1"));
}

TEST(ServerIdentity, IsMetInAllThatIsPinned) {
  const ServerIdentity pinned{.package = "p", .version = "1", .key_pins = {"a", "b"}};
  ServerIdentity seen = pinned;
  seen.key_pins = {"b", "c"};
  EXPECT_THAT(identity_changes(pinned, seen), IsEmpty());
  seen.url = "https://x.example";
  EXPECT_THAT(identity_changes(pinned, seen), IsEmpty());
  seen.version = "2";
  seen.key_pins = {"c"};
  EXPECT_THAT(identity_changes(pinned, seen), ElementsAre("version", "key_pins"));
  EXPECT_THAT(identity_changes(pinned, {}), ElementsAre("package", "version", "key_pins"));
}

}  // namespace
}  // namespace doorward::catalog
