// Names and sentences as lower-case words, and what single words say about a tool. The tables are
// evidence for a guess that a person confirms: they know common English verbs, no tool by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/classes.h"

namespace doorward::catalog {

// The words of a name: split at anything that is no letter or digit, at `aB`, at `ABc` (before
// `B`) and between letters and digits; lower case. `getHTTPUrl2` is get, http, url, 2. Bytes from
// 0x80 count as letters.
[[nodiscard]] std::vector<std::string> name_words(std::string_view name);
// The words of a sentence, lower case, apostrophes dropped; splits only at other characters than
// letters and digits. Stops after `limit` bytes of text.
[[nodiscard]] std::vector<std::string> text_words(std::string_view text, size_t limit);

// What a verb at the head of a name does; the empty set for a word that is no known verb. Third
// person (`returns`, `searches`) counts as its verb.
[[nodiscard]] core::ClassSet verb_classes(std::string_view word);

// Runs what it is given only together with something that can be run: `run`, `execute`.
[[nodiscard]] bool is_running_verb(std::string_view word);
// Something that can be run: code, command, script, sql, python.
[[nodiscard]] bool is_program_noun(std::string_view word);
// Says by itself that a tool runs programs: shell, exec, eval, terminal.
[[nodiscard]] bool is_shell_word(std::string_view word);
[[nodiscard]] bool is_interpreter(std::string_view word);
// Changes who may do what, whatever stands beside it: grant, impersonate, sudo.
[[nodiscard]] bool is_rights_verb(std::string_view word);
// Who may do what, and who watches: role, permission, password, logging, auditd.
[[nodiscard]] bool is_rights_noun(std::string_view word);
// Accounts and groups, which count only under a verb that administers: user, member, token.
[[nodiscard]] bool is_account_noun(std::string_view word);
// Logs and audit trails: recording more is harmless, a silencing verb is not.
[[nodiscard]] bool is_record_noun(std::string_view word);
[[nodiscard]] bool is_silencing_verb(std::string_view word);
// `word` behind an account noun makes it part of another thing: user *story*.
[[nodiscard]] bool is_no_account_before(std::string_view word);
// As often a noun as a verb: post, email, log, status.
[[nodiscard]] bool is_ambiguous(std::string_view word);
// A verb that administers accounts: create, assign, downgrade, disable, set.
[[nodiscard]] bool is_admin_verb(std::string_view word);
// Hands a finding back and changes nothing, even where it names code: explain, lint, parse.
[[nodiscard]] bool is_studying_verb(std::string_view word);
// Things that `open` only looks at: file, node, document.
[[nodiscard]] bool is_document_noun(std::string_view word);

}  // namespace doorward::catalog
