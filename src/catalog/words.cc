#include "catalog/words.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

namespace doorward::catalog {

namespace {

using core::ClassSet;
using core::ToolClass;

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}
char lower(char c) {
  return is_upper(c) ? static_cast<char>(c + 32) : c;
}

// A new word begins at `at`, though no separator stands before it.
bool is_inner_start(std::string_view name, size_t at) {
  const char before = name[at - 1];
  const char here = name[at];
  if (is_digit(before) != is_digit(here)) return true;
  if (!is_upper(here)) return false;
  if (!is_upper(before)) return true;
  return at + 1 < name.size() && is_letter(name[at + 1]) && !is_upper(name[at + 1]);
}

using Words = std::span<const std::string_view>;
bool holds(Words words, std::string_view word) {
  return std::ranges::binary_search(words, word);
}

constexpr auto kRead = std::to_array<std::string_view>({
    "aggregate", "analyse",  "analyze", "audit",   "blame",     "browse",     "calculate",
    "capture",   "cat",      "check",   "compare", "compute",   "convert",    "count",
    "describe",  "detect",   "diff",    "display", "dump",      "echo",       "estimate",
    "examine",   "explain",  "explore", "extract", "fetch",     "filter",     "find",
    "format",    "get",      "glob",    "grep",    "has",       "help",       "history",
    "identify",  "info",     "inspect", "is",      "lint",      "list",       "log",
    "lookup",    "ls",       "measure", "monitor", "obtain",    "parse",      "peek",
    "ping",      "preview",  "query",   "read",    "reason",    "reflog",     "render",
    "resolve",   "retrieve", "return",  "review",  "scan",      "screenshot", "search",
    "show",      "snapshot", "stat",    "status",  "suggest",   "sum",        "summarise",
    "summarize", "tail",     "think",   "track",   "translate", "tree",       "validate",
    "verify",    "view",     "wait",    "watch",   "whoami",
});
constexpr auto kWrite = std::to_array<std::string_view>({
    "abort",   "accept",     "activate", "add",      "advance",   "amend",   "append",
    "apply",   "approve",    "assign",   "attach",   "bind",      "block",   "book",
    "branch",  "build",      "cancel",   "change",   "checkout",  "cherry",  "choose",
    "clone",   "close",      "commit",   "complete", "configure", "connect", "copy",
    "create",  "deactivate", "decrease", "delay",    "deploy",    "detach",  "disable",
    "dismiss", "downgrade",  "drag",     "edit",     "emulate",   "enable",  "enter",
    "fill",    "generate",   "handle",   "import",   "increase",  "init",    "initialize",
    "insert",  "install",    "invite",   "join",     "label",     "launch",  "leave",
    "link",    "lock",       "make",     "manage",   "mark",      "merge",   "migrate",
    "mkdir",   "modify",     "move",     "mute",     "mv",        "order",   "patch",
    "pause",   "pick",       "place",    "press",    "promote",   "pull",    "put",
    "rebase",  "record",     "register", "rename",   "reorder",   "replace", "reserve",
    "resize",  "restart",    "restore",  "resume",   "rotate",    "save",    "schedule",
    "set",     "sort",       "split",    "stage",    "start",     "stash",   "stop",
    "store",   "swap",       "sync",     "tag",      "toggle",    "touch",   "trigger",
    "type",    "unassign",   "unblock",  "unlock",   "unstage",   "update",  "upgrade",
    "upsert",  "write",
});
constexpr auto kDestructive = std::to_array<std::string_view>({
    "clean",     "clear",    "del",       "delete", "destroy",   "discard",   "drop",
    "empty",     "erase",    "expunge",   "kill",   "nuke",      "overwrite", "prune",
    "purge",     "remove",   "reset",     "revert", "rm",        "rmdir",     "rollback",
    "terminate", "truncate", "uninstall", "unlink", "unpublish", "wipe",      "zap",
});
constexpr auto kEgress = std::to_array<std::string_view>({
    "broadcast", "dm",   "email",    "forward", "mail",   "notify",  "post",
    "publish",   "push", "reply",    "respond", "send",   "share",   "sms",
    "submit",    "text", "transmit", "tweet",   "upload", "webhook",
});
// Reach out to an address that the caller names.
constexpr auto kPayment = std::to_array<std::string_view>({
    "pay",
    "payout",
    "transfer",
    "wire",
});
// As often a noun as a verb: counted where nothing clearer stands in the name.
constexpr auto kAmbiguous = std::to_array<std::string_view>({
    "audit",    "block",      "book",  "branch",  "check",    "comment", "commit",  "count",
    "display",  "dump",       "email", "empty",   "filter",   "format",  "forward", "glob",
    "help",     "history",    "http",  "info",    "label",    "link",    "log",     "mail",
    "order",    "patch",      "place", "post",    "query",    "record",  "request", "review",
    "schedule", "screenshot", "share", "sms",     "snapshot", "stage",   "stash",   "stat",
    "status",   "store",      "sum",   "tag",     "test",     "text",    "track",   "transfer",
    "tree",     "type",       "view",  "webhook", "wire",
});
// Watching and recording: harmless to add to, not to stop or empty.
constexpr auto kRecord = std::to_array<std::string_view>({
    "audit",
    "audits",
    "log",
    "logs",
    "telemetry",
    "trail",
});
constexpr auto kSilencing = std::to_array<std::string_view>({
    "clean", "clear",  "configure", "delete",  "destroy", "disable",  "drop",
    "erase", "kill",   "mute",      "pause",   "prune",   "purge",    "remove",
    "reset", "rotate", "stop",      "suspend", "toggle",  "truncate", "wipe",
});
// Said behind an account word, these make it part of another thing: a user story.
constexpr auto kNotAccount = std::to_array<std::string_view>({
    "agent",       "by",     "chat",      "comment", "comments", "event", "events", "feedback",
    "guide",       "input",  "interface", "message", "messages", "note",  "notes",  "preference",
    "preferences", "prompt", "stories",   "story",   "task",     "tasks",
});
constexpr auto kNetwork = std::to_array<std::string_view>({
    "crawl",
    "curl",
    "download",
    "export",
    "goto",
    "http",
    "navigate",
    "request",
    "scrape",
    "visit",
    "wget",
});
constexpr auto kRunning = std::to_array<std::string_view>({
    "eval",
    "evaluate",
    "exec",
    "execute",
    "interpret",
    "invoke",
    "launch",
    "perform",
    "run",
    "spawn",
    "start",
});
constexpr auto kProgram = std::to_array<std::string_view>({
    "applescript", "binary",  "code",       "command", "commands", "executable", "javascript",
    "js",          "jupyter", "lua",        "macro",   "notebook", "perl",       "php",
    "process",     "program", "programs",   "python",  "ruby",     "script",     "scripts",
    "snippet",     "sql",     "subprocess", "test",    "tests",    "typescript", "wasm",
});
constexpr auto kShell = std::to_array<std::string_view>({
    "bash",
    "cmd",
    "eval",
    "exec",
    "interpreter",
    "powershell",
    "psql",
    "pwsh",
    "repl",
    "shell",
    "spawn",
    "ssh",
    "subprocess",
    "sudo",
    "terminal",
    "zsh",
});
constexpr auto kRightsVerb = std::to_array<std::string_view>({
    "addgroup",    "adduser",     "ban",     "chgrp",   "chmod", "chown",    "chpasswd",
    "deauthorize", "delgroup",    "deluser", "elevate", "grant", "groupadd", "groupdel",
    "groupmod",    "impersonate", "revoke",  "setfacl", "sudo",  "unban",    "ungrant",
    "useradd",     "userdel",     "usermod", "visudo",
});
// Programs that run what they are given; a tool that is called after one does the same.
constexpr auto kInterpreter = std::to_array<std::string_view>({
    "ansible",
    "deno",
    "docker",
    "gdb",
    "helm",
    "kubectl",
    "node",
    "npx",
    "perl",
    "php",
    "podman",
    "python",
    "ruby",
    "terraform",
});
constexpr auto kRightsNoun = std::to_array<std::string_view>({
    "acl",
    "acls",
    "admin",
    "administrator",
    "administrators",
    "admins",
    "auditd",
    "auditing",
    "auditlog",
    "authorization",
    "authorizations",
    "credential",
    "credentials",
    "entitlement",
    "entitlements",
    "fluentd",
    "iam",
    "journald",
    "logger",
    "loggers",
    "logging",
    "loglevel",
    "mfa",
    "ownership",
    "passwd",
    "password",
    "passwords",
    "permission",
    "permissions",
    "policies",
    "policy",
    "privilege",
    "privileges",
    "rbac",
    "role",
    "roles",
    "rsyslog",
    "saml",
    "siem",
    "sso",
    "sudoers",
    "superuser",
    "syslog",
    "syslogd",
});
constexpr auto kAccount = std::to_array<std::string_view>({
    "account",    "accounts",   "apikey",      "apikeys",  "collaborator", "collaborators",
    "group",      "groups",     "identities",  "identity", "login",        "member",
    "members",    "membership", "memberships", "owner",    "owners",       "principal",
    "principals", "team",       "teams",       "tenant",   "tenants",      "token",
    "tokens",     "user",       "users",
});
constexpr auto kAdmin = std::to_array<std::string_view>({
    "activate", "add",       "adjust", "allow",      "approve",  "assign",   "block",    "change",
    "clear",    "configure", "create", "deactivate", "delete",   "demote",   "deny",     "destroy",
    "disable",  "downgrade", "drop",   "edit",       "enable",   "erase",    "invite",   "join",
    "kick",     "kill",      "lock",   "lower",      "make",     "manage",   "merge",    "modify",
    "move",     "mute",      "patch",  "pause",      "promote",  "purge",    "put",      "raise",
    "register", "remove",    "rename", "replace",    "reset",    "restart",  "rotate",   "set",
    "stop",     "suspend",   "switch", "toggle",     "transfer", "truncate", "unassign", "unlock",
    "update",   "upgrade",   "upsert", "wipe",       "write",
});
constexpr auto kStudying = std::to_array<std::string_view>({
    "analyse",
    "analyze",
    "check",
    "count",
    "describe",
    "detect",
    "explain",
    "find",
    "format",
    "help",
    "lint",
    "list",
    "parse",
    "review",
    "search",
    "suggest",
    "summarize",
    "validate",
});
constexpr auto kDocument = std::to_array<std::string_view>({
    "document",
    "documents",
    "entities",
    "entity",
    "file",
    "files",
    "folder",
    "image",
    "images",
    "node",
    "nodes",
    "note",
    "notes",
    "record",
    "records",
    "resource",
    "resources",
});

static_assert(std::ranges::is_sorted(kNetwork) && std::ranges::is_sorted(kShell) &&
              std::ranges::is_sorted(kDestructive) && std::ranges::is_sorted(kEgress));
static_assert(std::ranges::is_sorted(kRunning) && std::ranges::is_sorted(kProgram) &&
              std::ranges::is_sorted(kRightsVerb) && std::ranges::is_sorted(kRightsNoun) &&
              std::ranges::is_sorted(kInterpreter));
static_assert(std::ranges::is_sorted(kAccount) && std::ranges::is_sorted(kAdmin) &&
              std::ranges::is_sorted(kStudying) && std::ranges::is_sorted(kDocument));
static_assert(std::ranges::is_sorted(kPayment) && std::ranges::is_sorted(kAmbiguous) &&
              std::ranges::is_sorted(kRecord) && std::ranges::is_sorted(kSilencing) &&
              std::ranges::is_sorted(kNotAccount));
static_assert(std::ranges::is_sorted(kRead) && std::ranges::is_sorted(kWrite));

ClassSet exact_verb(std::string_view word) {
  if (holds(kRead, word)) return {ToolClass::read};
  if (holds(kDestructive, word)) return {ToolClass::write, ToolClass::destructive};
  if (holds(kEgress, word)) return {ToolClass::egress};
  if (holds(kPayment, word)) return {ToolClass::write, ToolClass::egress};
  if (holds(kNetwork, word)) return {ToolClass::read, ToolClass::egress};
  if (holds(kWrite, word) || holds(kRunning, word) || holds(kAdmin, word))
    return {ToolClass::write};
  return {};
}

}  // namespace

std::vector<std::string> name_words(std::string_view name) {
  std::vector<std::string> out;
  bool inside = false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (!is_letter(name[i]) && !is_digit(name[i])) {
      inside = false;
      continue;
    }
    if (!inside || is_inner_start(name, i)) out.emplace_back();
    out.back() += lower(name[i]);
    inside = true;
  }
  return out;
}

std::vector<std::string> text_words(std::string_view text, size_t limit) {
  std::vector<std::string> out;
  bool inside = false;
  for (const char c : text.substr(0, limit)) {
    if (c == '\'') continue;
    const bool part = is_letter(c) || is_digit(c);
    if (part && !inside) out.emplace_back();
    if (part) out.back() += lower(c);
    inside = part;
  }
  return out;
}

ClassSet verb_classes(std::string_view word) {
  if (const ClassSet found = exact_verb(word); !found.empty()) return found;
  // `sequentialthinking` is thinking, whatever stands before it.
  if (word.ends_with("thinking") || word.ends_with("reasoning")) return {ToolClass::read};
  if (word.ends_with('s') && word.size() > 3) {
    const std::string_view stem = word.substr(0, word.size() - 1);
    if (const ClassSet found = exact_verb(stem); !found.empty()) return found;
    if (stem.ends_with('e')) return exact_verb(stem.substr(0, stem.size() - 1));
  }
  return {};
}

bool is_running_verb(std::string_view word) {
  if (word.ends_with('s') && word.size() > 3) word.remove_suffix(1);
  return holds(kRunning, word);
}
bool is_program_noun(std::string_view word) {
  return holds(kProgram, word);
}
bool is_shell_word(std::string_view word) {
  return holds(kShell, word);
}
bool is_interpreter(std::string_view word) {
  return holds(kInterpreter, word);
}
bool is_rights_verb(std::string_view word) {
  return holds(kRightsVerb, word);
}
bool is_rights_noun(std::string_view word) {
  return holds(kRightsNoun, word);
}
bool is_account_noun(std::string_view word) {
  return holds(kAccount, word);
}
bool is_ambiguous(std::string_view word) {
  return holds(kAmbiguous, word) ||
         (word.ends_with('s') && holds(kAmbiguous, word.substr(0, word.size() - 1)));
}
bool is_record_noun(std::string_view word) {
  return holds(kRecord, word);
}
bool is_silencing_verb(std::string_view word) {
  return holds(kSilencing, word);
}
bool is_no_account_before(std::string_view word) {
  return holds(kNotAccount, word);
}
bool is_admin_verb(std::string_view word) {
  return holds(kAdmin, word);
}
bool is_studying_verb(std::string_view word) {
  return holds(kStudying, word);
}
bool is_document_noun(std::string_view word) {
  return holds(kDocument, word);
}

}  // namespace doorward::catalog
