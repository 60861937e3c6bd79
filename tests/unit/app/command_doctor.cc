// What `doorward doctor` and `doorward sandbox explain` say beside the sandbox's own reports.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "app/config/load.h"
#include "app/doctor.h"
#include "app/sandbox_words.h"
#include "base/fd.h"
#include "wire/json.h"

namespace doorward::app {
namespace {

using sandbox::HostItem;
using sandbox::Level;

// A port on loopback that is taken for the life of this.
struct TakenPort {
  TakenPort() : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof to;
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&to), size), 0);
    EXPECT_EQ(::listen(fd.get(), 1), 0);
    EXPECT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&to), &size), 0);
    port = ntohs(to.sin_port);
  }
  Fd fd;
  uint16_t port = 0;
};

TEST(Doctor, ATakenPortIsMissingUnlessItIsOurs) {
  const TakenPort taken;
  const HostItem theirs = port_item("client port", {"127.0.0.1", taken.port}, false);
  EXPECT_EQ(theirs.level, Level::missing);
  EXPECT_NE(theirs.mend.find(std::to_string(taken.port)), std::string::npos) << theirs.mend;
  EXPECT_EQ(port_item("client port", {"127.0.0.1", taken.port}, true).level, Level::ok);
  EXPECT_EQ(port_item("client port", {"localhost", taken.port}, false).level, Level::missing);
}

TEST(Doctor, AFreePortIsFineAndAForeignAddressIsNot) {
  EXPECT_EQ(port_item("p", {"127.0.0.1", 0}, false).level, Level::ok);
  EXPECT_EQ(port_item("p", {"192.0.2.1", 8080}, false).level, Level::missing);  // RFC 5737
}

class StateTest : public testing::Test {
 protected:
  void SetUp() override {
    state_ = std::filesystem::temp_directory_path() /
             ("doorward-doctor-" + std::to_string(getpid()) + "-" +
              testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(state_);
  }
  void TearDown() override { std::filesystem::remove_all(state_); }
  [[nodiscard]] HostItem item(std::string_view name) const {
    for (const HostItem& each : state_items(state_))
      if (each.name == name) return each;
    return {"", Level::missing, "there is no such item", ""};
  }
  void write(const char* name, mode_t mode) const {
    std::ofstream(state_ / name) << "x\n";
    ::chmod((state_ / name).c_str(), mode);
  }
  Path state_;
};

TEST_F(StateTest, NothingIsMadeByLooking) {
  EXPECT_EQ(item("state folder").level, Level::ok);
  EXPECT_FALSE(std::filesystem::exists(state_));
}

TEST_F(StateTest, AFolderOpenToOthersIsReduced) {
  std::filesystem::create_directories(state_);
  ::chmod(state_.c_str(), 0755);
  EXPECT_EQ(item("state folder").level, Level::reduced);
  EXPECT_NE(item("state folder").mend.find("chmod 700"), std::string::npos);
  ::chmod(state_.c_str(), 0700);
  EXPECT_EQ(item("state folder").level, Level::ok);
}

TEST_F(StateTest, AFileInItsPlaceIsMissing) {
  std::ofstream(state_) << "x";
  EXPECT_EQ(item("state folder").level, Level::missing);
}

TEST_F(StateTest, ATokenThatOthersCanReadIsMissing) {
  std::filesystem::create_directories(state_);
  ::chmod(state_.c_str(), 0700);
  EXPECT_EQ(item("operator-token").level, Level::ok);
  write("operator-token", 0644);
  EXPECT_EQ(item("operator-token").level, Level::missing);
  write("operator-token", 0600);
  EXPECT_EQ(item("operator-token").level, Level::ok);
}

TEST(Diagnosis, AnyItemThatIsNotOkIsAFinding) {
  Diagnosis diagnosis{{{"a", Level::ok, "there", ""}}};
  EXPECT_TRUE(diagnosis.fine());
  diagnosis.items.push_back({"b\"", Level::reduced, "half", "mend it"});
  EXPECT_FALSE(diagnosis.fine());
  EXPECT_NE(diagnosis.text().find("mend: mend it"), std::string::npos);
  const auto json = wire::JsonDocument::parse(diagnosis.json());
  ASSERT_TRUE(json) << diagnosis.json();
  EXPECT_EQ(json->root()["fine"].boolean(), false);
  EXPECT_EQ(json->root()["items"].size(), 2U);
}

TEST(SandboxWords, ThePlanNamesVariablesAndHoldsNoSecret) {
  const auto config = parse_config(R"(version: 1
secrets: { k: { env: DOORWARD_TEST_NOT_SET } }
servers:
  s: { command: [cat], sandbox: { env: { LOG: "1", KEY: { secret: k } }, network: ["api.example:443"] } }
)",
                                   "f.yaml", "/folder");
  ASSERT_TRUE(config) << config.error().what;
  const sandbox::LaunchPlan plan = plan_to_show(*config, "s");
  EXPECT_EQ(plan.env.size(), 2U);
  EXPECT_EQ(plan.env.at("KEY").reveal(), "");
  const sandbox::Explanation parts = sandbox::explain_parts(plan, {});
  const auto json = wire::JsonDocument::parse(explanation_json(parts));
  ASSERT_TRUE(json);
  EXPECT_EQ(json->root()["server"].text(), "s");
  EXPECT_EQ(json->root()["local"].boolean(), true);
  EXPECT_TRUE(wire::JsonDocument::parse(remote_json("t", "https://x.example/")));
}

}  // namespace
}  // namespace doorward::app
