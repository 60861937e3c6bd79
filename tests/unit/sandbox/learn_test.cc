// From observations to a profile.
#include "sandbox/learn.h"

#include <gmock/gmock.h>

#include "sandbox/launcher/observe.h"
#include "sandbox/powers.h"
#include "support.h"

namespace doorward::sandbox {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Learning : public testing::Test {
 protected:
  Learning() { plan_ = shell(folder_, "true"); }
  Proposal after(std::initializer_list<std::string> seen) {
    Lessons lessons;
    for (const std::string& one : seen) lessons.add(one);
    return lessons.propose(plan_);
  }
  // Not below /tmp, which each server has for itself.
  struct VarFolder {
    VarFolder() : path_("/var/tmp/doorward-learn-" + hex(random_bytes(6))) {
      fs::create_directories(path_);
    }
    ~VarFolder() {
      std::error_code error;
      fs::remove_all(path_, error);
    }
    VarFolder(const VarFolder&) = delete;
    VarFolder& operator=(const VarFolder&) = delete;
    fs::path path_;
  };
  Folder folder_;
  LaunchPlan plan_;
};

TEST_F(Learning, KeepsWhatWasUsed) {
  const auto proposal =
      after({"w /workspace/new.txt", "r /usr/lib/x", "r /etc/hosts", "s /proc/1"});
  ASSERT_EQ(proposal.write.size(), 1U);
  EXPECT_EQ(proposal.write[0].to, "/workspace");
  EXPECT_THAT(proposal.read, IsEmpty());
  EXPECT_THAT(proposal.dropped, IsEmpty());
}

TEST_F(Learning, TakesAwayWhatWasNot) {
  plan_.read = {{folder_.make("unused"), ""}};
  plan_.network = {{"api.example", 443, false}, {"127.0.0.1", 5432, true}};
  const auto proposal = after({"r /workspace/note.txt", "c 127.0.0.1 5432"});
  EXPECT_THAT(proposal.write, IsEmpty());
  ASSERT_EQ(proposal.read.size(), 1U);  // the workspace, which it only read
  EXPECT_EQ(proposal.read[0].to, "/workspace");
  ASSERT_EQ(proposal.network.size(), 1U);
  EXPECT_TRUE(proposal.network[0].forward);
  EXPECT_THAT(proposal.dropped, Contains(HasSubstr("api.example")));
  EXPECT_THAT(proposal.dropped, Contains(HasSubstr("unused")));
}

TEST_F(Learning, ProposesFilesAndNotMoreThanTheirFolder) {
  const VarFolder var;
  const std::string here = var.path_.string();
  for (const char* name : {"one", "two"}) fs::create_directories(var.path_ / name);
  for (const char* file : {"one/a", "two/a", "two/b", "two/c", "two/d"})
    std::ofstream(var.path_ / file) << "x";
  auto proposal = after({"r " + here + "/one/a", "r " + here + "/one/missing"});
  ASSERT_EQ(proposal.read.size(), 1U);
  EXPECT_EQ(proposal.read[0].from, here + "/one/a");
  proposal = after({"r " + here + "/two/a", "r " + here + "/two/b", "r " + here + "/two/../two/c"});
  ASSERT_EQ(proposal.read.size(), 1U);
  EXPECT_EQ(proposal.read[0].from, here + "/two");
  proposal = after({"w " + here + "/one/new"});
  ASSERT_EQ(proposal.write.size(), 1U);
  EXPECT_EQ(proposal.write[0].from, here + "/one");
  EXPECT_THAT(after({"s " + here + "/one/a"}).asked, ElementsAre(here + "/one/a"));
}

TEST_F(Learning, NeverProposesWhatNoServerShouldHave) {
  const VarFolder var;
  const std::string here = var.path_.string();
  fs::create_directories(var.path_ / ".ssh");
  std::ofstream(var.path_ / ".ssh/id") << "x";
  const auto proposal =
      after({"r " + here + "/.ssh/id", "w /boot/planted", "r " + plan_.state.string(),
             "w /var/planted", "c 169.254.169.254 80", "n metadata", "n metadata.google.internal",
             "n instance-data.ec2.internal", "n 169.254.169.254.nip.example",
             "n x.169-254-169-254.nip.example"});
  EXPECT_THAT(proposal.read, IsEmpty());
  EXPECT_THAT(proposal.network, IsEmpty());
  EXPECT_THAT(proposal.refused, Contains(HasSubstr(".ssh")));
  EXPECT_THAT(proposal.refused, Contains(HasSubstr("169.254.169.254")));
  EXPECT_THAT(proposal.write, Not(Contains(testing::Field(&Mount::from, fs::path("/var")))));
  // A folder that holds them beside what was written.
  const auto beside = after({"w " + here + "/notes"});
  EXPECT_THAT(beside.write, IsEmpty());
  EXPECT_THAT(beside.refused, Contains(HasSubstr("credentials")));
  EXPECT_EQ(after({"n metadata.example"}).network.size(), 1U);
}

TEST_F(Learning, ProposesHostsByName) {
  const auto proposal = after({"n api.example.com", "c 203.0.113.9 8443", "c 127.0.0.1 53"});
  EXPECT_THAT(proposal_yaml(proposal, ""), HasSubstr("api.example.com:443"));
  EXPECT_THAT(proposal_yaml(proposal, ""), Not(HasSubstr(":53")));
  const auto known = [&] {
    plan_.network = {{"*.example.com", 443, false}};
    return after({"n api.example.com", "c 127.0.0.1 3128"});
  }();
  ASSERT_EQ(known.network.size(), 1U);
  EXPECT_EQ(known.network[0].host, "*.example.com");
}

TEST_F(Learning, IgnoresNoise) {
  Lessons lessons;
  for (const char* text : {"", "r", "r ", "q /x", "r/x", "c", "c x", "c 1.2.3.4", "c 1.2.3.4 99999",
                           "r /usr\n/x", "r /var/\x1b[31m"})
    lessons.add(text);
  EXPECT_THAT(lessons.propose(plan_).added, IsEmpty());
}

std::string question(const std::string& labels) {
  return std::string("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12) + labels +
         std::string("\x00\x00\x01\x00\x01", 5);
}

TEST(Question, IsReadOutOfItsBytes) {
  EXPECT_EQ(launcher::question_in(question("\x03"
                                           "Api\x07"
                                           "example")),
            "api.example");
  EXPECT_EQ(launcher::question_in(question("\x03"
                                           "a b")),
            "");
  EXPECT_EQ(launcher::question_in(question("\x3f"
                                           "api")),
            "");
  EXPECT_EQ(launcher::question_in("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "");
  EXPECT_EQ(launcher::question_in(""), "");
}

TEST(Powers, AreNamedWhereTheyAreDangerous) {
  LaunchPlan plan;
  EXPECT_THAT(dangerous_powers(plan), IsEmpty());
  plan.read = {{"/srv/app/data", ""}};
  plan.network = {{"api.example", 443, false}};
  EXPECT_THAT(dangerous_powers(plan), IsEmpty());
  const auto names = [&] {
    std::vector<std::string> out;
    for (const Power& power : dangerous_powers(plan)) out.push_back(power.name);
    return out;
  };
  plan.network = {{"*.example", 443, false},
                  {"127.0.0.1", 1, true},
                  {"10.0.0.1", 1, true},
                  {"db.example", 5432, true}};
  EXPECT_THAT(names(), ElementsAre("network.wildcard", "network.host", "network.private",
                                   "network.private"));
  plan.network.clear();
  plan.read = {{"/home/ana", ""}, {"/home/ana/.aws", ""}};
  plan.limits.processes = 4096;
  EXPECT_THAT(names(), ElementsAre("files.wide", "files.credentials", "memory.large"));
}

}  // namespace
}  // namespace doorward::sandbox
