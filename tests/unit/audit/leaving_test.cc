// Records that leave the house: from a durable cursor, none left out, each with what proves it; and
// what is done to them downstream is found.
#include <sstream>

#include "audit/chain.h"
#include "audit/entry.h"
#include "audit/exported.h"
#include "audit/feed.h"
#include "fixture.h"
#include "wire/json.h"

namespace doorward::audit {
namespace {

std::unique_ptr<Log> filled(const Folder& folder, int entries) {
  auto log = open_log(small_log(folder.path()));
  for (int i = 0; i < entries; ++i) {
    const std::string tool = "t" + std::to_string(i);
    Entry entry;
    entry.kind = Kind::decision;
    entry.time = wall_now();
    entry.principal = "ana";
    entry.groups = {"dev", "ops"};
    entry.method = "tools/call";
    entry.server = "files";
    entry.tool = tool;
    entry.classes = {"read"};
    entry.verdict = i % 5 == 0 ? "deny" : "pass";
    entry.reason = i % 5 == 0 ? "privilege.denied" : "";
    entry.detail = "a\nb\x1b[31m";
    EXPECT_TRUE(log->append(encode(entry)));
  }
  EXPECT_TRUE(log->publish());
  return log;
}

std::vector<Record> all(Feed& feed, const Log& log, size_t most = 100) {
  std::vector<Record> out;
  for (;;) {
    auto some = feed.next(log.checkpoint(), most, 1 << 20);
    EXPECT_TRUE(some) << (some ? "" : some.error().what);
    if (!some || some->empty()) return out;
    out.insert(out.end(), some->begin(), some->end());
  }
}

std::vector<Hash> all_leaves(const Folder& folder, const Log& log) {
  auto feed = Feed::open(folder.path(), folder / "export-leaves");
  std::vector<Hash> out;
  for (const Record& record : all(*feed, log)) out.push_back(record.leaf);
  return out;
}

TEST(Feed, HandsOutEveryEntryInOrderAndGoesOnWhereItWas) {
  const Folder folder;
  const auto log = filled(folder, 700);
  const std::string cursor = folder / "export-a";
  {
    auto feed = Feed::open(folder.path(), cursor);
    ASSERT_TRUE(feed);
    auto some = feed->next(log->checkpoint(), 300, 1 << 20);
    ASSERT_TRUE(some);
    EXPECT_EQ(some->size(), 300u);
    ASSERT_TRUE(feed->confirm(feed->handed_out()));
    // Handed out, not confirmed: the receiver may not have it.
    ASSERT_TRUE(feed->next(log->checkpoint(), 50, 1 << 20));
  }
  auto feed = Feed::open(folder.path(), cursor);
  ASSERT_TRUE(feed);
  const auto rest = all(*feed, *log);
  ASSERT_EQ(rest.size(), 400u);
  EXPECT_EQ(rest.front().index, 300u);
  for (size_t i = 0; i < rest.size(); ++i) EXPECT_EQ(rest[i].leaf, leaf_hash(rest[i].entry));
  feed->rewind();
  EXPECT_EQ(all(*feed, *log).size(), 400u);
}

TEST(Feed, SeesALogThatIsNotTheOneTheReceiverKnows) {
  const Folder folder, other;
  const auto log = filled(folder, 300);
  const auto shorter = filled(other, 20);
  const std::string cursor = folder / "export-a";
  auto feed = Feed::open(folder.path(), cursor);
  ASSERT_EQ(all(*feed, *log).size(), 300u);
  ASSERT_TRUE(feed->confirm(300));
  auto back = Feed::open(other.path(), cursor)->next(shorter->checkpoint(), 10, 1000);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, "audit.copy_ahead");
  const Folder third;
  const auto longer = filled(third, 310);
  auto forked = Feed::open(third.path(), cursor)->next(longer->checkpoint(), 10, 1000);
  ASSERT_FALSE(forked);
  EXPECT_EQ(forked.error().code, "audit.forked");
  spill(cursor, "doorward-cursor 1\n12\n-\n");
  EXPECT_FALSE(Feed::open(folder.path(), cursor));
  spill(cursor, "nonsense");
  EXPECT_FALSE(Feed::open(folder.path(), cursor));
}

TEST(Record, IsOneOcsfEventWithTheEntryInIt) {
  const Folder folder;
  const auto log = filled(folder, 2);
  auto feed = Feed::open(folder.path(), folder / "export-a");
  const auto records = all(*feed, *log);
  const auto parsed = wire::JsonDocument::parse(ocsf_json(records[0]));
  ASSERT_TRUE(parsed) << ocsf_json(records[0]);
  const auto root = parsed->root();
  EXPECT_EQ(root["class_uid"].integer(), 6003);
  EXPECT_EQ(root["type_uid"].integer(), 600302);
  EXPECT_EQ(root["status_id"].integer(), 2);
  EXPECT_EQ(root["actor"]["user"]["name"].text(), "ana");
  EXPECT_EQ(root["actor"]["user"]["groups"].size(), 2u);
  EXPECT_EQ(root["api"]["operation"].text(), "tools/call");
  EXPECT_EQ(root["resources"].size(), 1u);
  EXPECT_EQ(root["raw_data"].text(), records[0].entry);
  EXPECT_EQ(root["unmapped"]["doorward"]["leaf"].text(), hex(records[0].leaf));
  EXPECT_EQ(root["unmapped"]["doorward"]["checkpoint"].text(), log->checkpoint().note);
  EXPECT_GT(root["time"].integer().value_or(0), 1'000'000'000'000);
  Record broken = records[0];
  broken.entry = "no JSON\n";
  EXPECT_TRUE(wire::JsonDocument::parse(ocsf_json(broken)));
}

TEST(Record, IsOneSyslogMessageThatNothingInsideCanEnd) {
  const Folder folder;
  const auto log = filled(folder, 1);
  auto feed = Feed::open(folder.path(), folder / "export-a");
  const std::string message = syslog_message(all(*feed, *log)[0], "host one\n");
  EXPECT_EQ(message.find_first_of("\n\r\x1b"), std::string::npos);
  EXPECT_TRUE(message.starts_with("<108>1 20")) << message;
  EXPECT_NE(message.find(" hostone doorward - decision [doorward@32473 index=\"0\" leaf=\""),
            std::string::npos)
      << message;
}

TEST(Record, ManyAreOneOtlpRequest) {
  const Folder folder;
  const auto log = filled(folder, 3);
  auto feed = Feed::open(folder.path(), folder / "export-a");
  const auto parsed = wire::JsonDocument::parse(otlp_json(all(*feed, *log), "h"));
  ASSERT_TRUE(parsed);
  const auto scope = *parsed->root()["resourceLogs"].items().begin();
  const auto logs = (*scope["scopeLogs"].items().begin())["logRecords"];
  EXPECT_EQ(logs.size(), 3u);
  for (const auto one : logs.items()) {
    EXPECT_GT(one["timeUnixNano"].text().size(), 18u);
    EXPECT_TRUE(one["severityNumber"].integer());
    EXPECT_TRUE(wire::JsonDocument::parse(std::string(one["body"]["stringValue"].text())));
  }
}

// What somebody downstream may do to the lines, and what it is called.
TEST(Exported, WhatWasDoneToRecordsIsFound) {
  const Folder folder;
  const auto log = filled(folder, 40);
  auto feed = Feed::open(folder.path(), folder / "export-a");
  std::vector<std::string> lines;
  for (const Record& record : all(*feed, *log, 10)) lines.push_back(ocsf_json(record));
  const auto report = [&](const std::vector<std::string>& given) {
    std::stringstream text;
    for (const std::string& line : given) text << line << "\n";
    return verify_exported(text, {log->public_key()});
  };
  const auto code = [&](const std::vector<std::string>& given) {
    const auto found = report(given);
    return found.findings.empty() ? "" : found.findings.front().code;
  };
  EXPECT_EQ(code(lines), "");
  EXPECT_EQ(report(lines).records, 40u);
  auto edited = lines;
  edited.erase(edited.begin() + 7);
  EXPECT_EQ(code(edited), "audit.records_missing");
  EXPECT_EQ(report(edited).findings.front().index, 7u);
  edited = lines;
  edited.pop_back();
  EXPECT_EQ(code(edited), "audit.records_missing");
  edited = lines;
  edited[3].replace(edited[3].find("raw_data") + 40, 1, "X");
  EXPECT_EQ(code(edited), "audit.record_changed");
  // What is read from the entry says something else than the entry.
  edited = lines;
  edited[3].replace(edited[3].find("\"severity_id\":") + 14, 1, "9");
  EXPECT_EQ(code(edited), "audit.record_changed");
  EXPECT_EQ(code({}), "audit.records_missing");
  {
    std::stringstream half;
    for (size_t i = 0; i < 20; ++i) half << lines[i] << "\n";
    const auto found = verify_exported(half, {log->public_key()}, log->checkpoint().note).findings;
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.back().code, "audit.records_missing");
  }
  edited = lines;
  edited[3] = "{}";
  EXPECT_EQ(code(edited), "audit.record_syntax");
  // Put in behind the end, with number, chain and leaf hash as they should be, under an old note.
  edited = lines;
  {
    Record forged{40, {}, {}, log->checkpoint().note};
    forged.entry =
        std::string(LinkText(40, all_leaves(folder, *log).back()).view()) + "\"kind\":\"event\"}";
    forged.leaf = leaf_hash(forged.entry);
    edited.push_back(ocsf_json(forged));
  }
  EXPECT_EQ(code(edited), "audit.record_foreign");
  // Sent again is no fault; nor is a part that begins later.
  edited = lines;
  edited.insert(edited.begin() + 20, lines.begin() + 10, lines.begin() + 20);
  EXPECT_EQ(code(edited), "");
  EXPECT_EQ(report(edited).again, 10u);
  EXPECT_EQ(code({lines.begin() + 5, lines.end()}), "");
  // Another log's records under its own key.
  const Folder foreign;
  const auto theirs = filled(foreign, 40);
  auto their_feed = Feed::open(foreign.path(), foreign / "export-a");
  edited = lines;
  edited[39] = ocsf_json(all(*their_feed, *theirs)[39]);
  EXPECT_EQ(code(edited), "audit.checkpoint_signature");
}

}  // namespace
}  // namespace doorward::audit
