#include "net/session/revision.h"

#include "support.h"

namespace doorward::net {
namespace {

using core::Carrier;

TEST(Revisions, StandOldestFirst) {
  std::string_view before;
  for (const auto& revision : session_revisions()) {
    EXPECT_LT(before, revision.name);
    before = revision.name;
    EXPECT_EQ(find_revision(revision.name), &revision);
  }
  EXPECT_EQ(&newest_session_revision(), &session_revisions().back());
  for (const char* name : {"", "2025-06", "2025-06-18 ", "2099-01-01", "latest", "2025-6-18"})
    EXPECT_EQ(find_revision(name), nullptr) << name;
}

TEST(Revisions, DifferAsTheirSpecificationsSay) {
  struct Row {
    const char* name;
    bool http, batches, header, primes;
  };
  for (const Row& row :
       {Row{"2024-11-05", false, false, false, false}, Row{"2025-03-26", true, true, false, false},
        Row{"2025-06-18", true, false, true, false}, Row{"2025-11-25", true, false, true, true}}) {
    const Revision* found = find_revision(row.name);
    ASSERT_NE(found, nullptr) << row.name;
    EXPECT_EQ(found->over_http, row.http) << row.name;
    EXPECT_EQ(found->batches, row.batches) << row.name;
    EXPECT_EQ(found->version_header, row.header) << row.name;
    EXPECT_EQ(found->primes_streams, row.primes) << row.name;
  }
  EXPECT_EQ(assumed_revision().name, "2025-03-26");
}

TEST(Negotiate, GivesWhatIsAskedForOrTheNewest) {
  const auto given = [](std::string_view wanted, Carrier carrier, std::string_view floor = "") {
    return std::string(negotiate(wanted, carrier, floor).name);
  };
  const std::string newest(newest_session_revision().name);
  EXPECT_EQ(given("2025-06-18", Carrier::http), "2025-06-18");
  EXPECT_EQ(given("2024-11-05", Carrier::stdio), "2024-11-05");
  EXPECT_EQ(given("2024-11-05", Carrier::http), newest);  // had no Streamable HTTP
  EXPECT_EQ(given("2099-01-01", Carrier::http), newest);
  EXPECT_EQ(given("", Carrier::stdio), newest);
  EXPECT_EQ(given("2025-03-26", Carrier::http, "2025-06-18"), newest);
  EXPECT_EQ(given("2025-06-18", Carrier::http, "2025-06-18"), "2025-06-18");
}

TEST(AcceptAnswer, TakesServedRevisionsAtOrAboveTheFloor) {
  EXPECT_NE(accept_answer("2025-06-18", ""), nullptr);
  EXPECT_NE(accept_answer("2025-06-18", "2025-06-18"), nullptr);
  EXPECT_EQ(accept_answer("2025-03-26", "2025-06-18"), nullptr);
  EXPECT_EQ(accept_answer("2099-01-01", ""), nullptr);
  EXPECT_EQ(accept_answer("", ""), nullptr);
}

TEST(ProtocolFacts, OfHeadersAndInitialize) {
  const auto facts = [](std::string fields, std::string_view body = "") {
    const std::string text =
        "POST /mcp/a HTTP/1.1\r\nHost: localhost\r\n" + std::move(fields) + "\r\n";
    wire::HttpRequestHead head;
    EXPECT_TRUE(wire::parse_request_head(text, head).value_or(false));
    std::optional<wire::Message> message;
    if (!body.empty())
      message = *wire::Message::parse(
          R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":")" +
          std::string(body) + R"(","capabilities":{},"clientInfo":{"name":"c","version":"1"}}})");
    const auto made = protocol_facts(&head, message ? &*message : nullptr, "");
    return std::tuple(made.revision_known, std::string(made.revision_header),
                      std::string(made.revision_body));
  };
  using Facts = std::tuple<bool, std::string, std::string>;
  EXPECT_EQ(facts(""), Facts(true, "", ""));
  EXPECT_EQ(facts("MCP-Protocol-Version: 2025-06-18\r\n"), Facts(true, "2025-06-18", ""));
  EXPECT_EQ(facts("MCP-Protocol-Version: 2099-01-01\r\n"), Facts(false, "2099-01-01", ""));
  EXPECT_FALSE(std::get<0>(
      facts("MCP-Protocol-Version: 2025-06-18\r\nMCP-Protocol-Version: 2025-06-18\r\n")));
  EXPECT_EQ(facts("", "2025-03-26"), Facts(true, "", "2025-03-26"));
  EXPECT_EQ(facts("MCP-Protocol-Version: 2025-11-25\r\n", "2025-03-26"),
            Facts(true, "2025-11-25", "2025-03-26"));
}

}  // namespace
}  // namespace doorward::net
