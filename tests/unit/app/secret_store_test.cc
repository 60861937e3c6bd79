#include "app/secret_store.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "app/state.h"
#include "base/bytes.h"

namespace doorward::app {
namespace {

class SecretStoreTest : public testing::Test {
 protected:
  SecretStoreTest() : state(std::filesystem::temp_directory_path() / ("store-" + random_id(6))) {
    EXPECT_TRUE(make_state_folder(state));
  }
  ~SecretStoreTest() override { std::filesystem::remove_all(state); }
  [[nodiscard]] std::string bytes() const {
    std::ifstream in(state / "secrets.store", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& text) const {
    std::ofstream(state / "secrets.store", std::ios::binary) << text;
  }
  const Path state;
};

TEST_F(SecretStoreTest, KeepsWhatItWasGiven) {
  {
    auto store = *SecretStore::open(state);
    ASSERT_TRUE(store.set("a", Secret<>(std::string("one \"x\" \n")), false));
    ASSERT_TRUE(store.set("bait", Secret<>(std::string("two")), true));
    ASSERT_TRUE(store.set("a", Secret<>(std::string("three")), false));
  }
  const auto store = *SecretStore::open(state);
  EXPECT_TRUE(store.get("a")->equals("three"));
  EXPECT_EQ(store.get("b").error().code, "secrets.missing");
  EXPECT_EQ(store.names().size(), 2U);
  EXPECT_EQ(store.canaries().size(), 1U);
}

TEST_F(SecretStoreTest, ShowsNothingOfIt) {
  auto store = *SecretStore::open(state);
  ASSERT_TRUE(store.set("name-of-it", Secret<>(std::string("value-of-it")), false));
  EXPECT_EQ(bytes().find("name-of-it"), std::string::npos);
  EXPECT_EQ(bytes().find("value-of-it"), std::string::npos);
  struct stat facts{};
  ASSERT_EQ(::stat((state / "secrets.store").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
}

TEST_F(SecretStoreTest, RefusesWhatWasChanged) {
  auto store = *SecretStore::open(state);
  ASSERT_TRUE(store.set("a", Secret<>(std::string("one")), false));
  const std::string good = bytes();
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] ^= 1;
    write(bad);
    EXPECT_FALSE(SecretStore::open(state)) << at;
  }
  for (const std::string& bad : {std::string(), good.substr(0, good.size() - 1), good + "x"}) {
    write(bad);
    EXPECT_FALSE(SecretStore::open(state));
  }
  write(good);
  EXPECT_TRUE(SecretStore::open(state));
  std::filesystem::remove(state / "secrets.key");
  EXPECT_FALSE(SecretStore::open(state)) << "another key";
}

TEST_F(SecretStoreTest, RefusesBadNamesAndValues) {
  auto store = *SecretStore::open(state);
  for (const std::string& name : {std::string(), std::string("a b"), std::string(129, 'a')})
    EXPECT_FALSE(store.set(name, Secret<>(std::string("x")), false)) << name;
  EXPECT_FALSE(store.set("a", Secret<>(), false));
  EXPECT_FALSE(*store.remove("a"));
}

}  // namespace
}  // namespace doorward::app
