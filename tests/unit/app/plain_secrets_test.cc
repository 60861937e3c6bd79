// What of an edit that nobody loaded may stand in the log.
#include <gtest/gtest.h>

#include "app/audit_change.h"
#include "app/config/plaintext.h"

namespace doorward::app {
namespace {

TEST(PlainSecrets, AreTakenOutOfLines) {
  const auto out = [](const char* line) { return without_plain_secrets(line); };
  EXPECT_EQ(out("        PASSPHRASE: zanzibar-quartz"), "        PASSPHRASE: [redacted]");
  EXPECT_EQ(out("      env: { DB_PASSWORD: \"a, b\", LOG: '1' }"),
            "      env: { DB_PASSWORD: [redacted], LOG: '1' }");
  EXPECT_EQ(out("     \"PASSPHRASE\": \"zanzibar-quartz\","), "     \"PASSPHRASE\": [redacted],");
  EXPECT_EQ(out("    \"Authorization: Bearer abcdef0123456789abcdef\","), "    [redacted],");
  EXPECT_EQ(out("    - \"Authorization: Bearer abcdef0123456789abcdef\""), "    - [redacted]");
  EXPECT_EQ(out("    - Authorization: Bearer abcdef0123456789abcdef"),
            "    - Authorization: [redacted]");
  EXPECT_EQ(out("command: [node, x.js, --token=oUR8tokenvalue99812ab, --port, '80']"),
            "command: [node, x.js, [redacted], --port, '80']");
  EXPECT_EQ(out("url: https://api.example/mcp?api_key=QmFzZTY0LXNlY3JldC12YWx1ZQ12345"),
            "url: [redacted]");
}

TEST(PlainSecrets, AllElseStays) {
  for (const char* line :
       {"", "policy:", "    - { id: a, effect: allow, tools: [\"p.*\"], classes: [read] }",
        "      env: { API_KEY: { secret: files-key }, TOKEN_FILE: /run/t }",
        "  tokens: [{ id: ci, hash: \"sha256$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" }]",
        "url: https://tickets.example/mcp", "# a comment: with a colon", "  \"deadline\": \"30s\",",
        "limits: { calls: { rate: 20/s, burst: 200 } }", "one\n\ntwo: 'three'\n"})
    EXPECT_EQ(without_plain_secrets(line), line);
}

TEST(PlainSecrets, AreNotInTheEntryOfAnEdit) {
  const Change change = changed_lines("a: 1\n", "a: 1\nPASSPHRASE: zanzibar-quartz\n");
  EXPECT_EQ(change.after.find("zanzibar"), std::string::npos) << change.after;
  EXPECT_NE(change.after.find("PASSPHRASE"), std::string::npos);
}

}  // namespace
}  // namespace doorward::app
