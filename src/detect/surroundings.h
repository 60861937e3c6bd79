// What stands around a match, asked by rules as their check: code that a sentence only names runs
// nowhere, and a quote that the value itself opened breaks out of nothing.
#pragma once

#include "detect/rule.h"

namespace doorward::detect {

// False where the match stands in a line of prose: `require('x') vs import`, `what is $_GET for`.
// For rules of what would have to be parsed whole to run; never for those of break-outs.
[[nodiscard]] bool is_not_prose(const Match& match);

// The same for what stands between backquotes, which prose of programmers is full of.
[[nodiscard]] bool is_not_quoted_prose(const Match& match);

// The match begins with a quote that closes one of somebody else's, not one of the value's own.
[[nodiscard]] bool closes_foreign_quote(const Match& match);

// The match begins with a number or quote that is no side of a comparison of the value's own, or
// it compares what is always true: `5 or 1=1`, but not `age > 5 and name = x`.
[[nodiscard]] bool breaks_condition(const Match& match);

// Not a text or a comment of the statement that it stands in.
[[nodiscard]] bool runs_as_sql(const Match& match);

// A row of a table in Markdown: `| id | who am I |` is no pipe.
[[nodiscard]] bool is_not_table(const Match& match);
[[nodiscard]] bool is_not_table_or_prose(const Match& match);

// A relative path up to three steps up from its own folder and then to a plain name is what sources
// and manuals are full of; further, in the middle of a path, or to a file that a server reads, is
// not.
[[nodiscard]] bool climbs_out(const Match& match);

// A directory of the system at the root, behind a drive or a climb: `src/etc/hosts.ts` is none.
[[nodiscard]] bool leads_to_system(const Match& match);

// A scheme of a service, in a value that is no name of its own: `jdbc:h2:mem` runs code, the
// repository of `ssh://git@host/a.git` is an honest link.
[[nodiscard]] bool is_foreign_service(const Match& match);

// Parts of a document that come from elsewhere, but not from the bodies that publish standards.
[[nodiscard]] bool is_foreign_document(const Match& match);

// A filter of LDAP that is not whole: it closes or leaves open a bracket of somebody else's.
[[nodiscard]] bool closes_foreign_filter(const Match& match);

// `self.__class__` is a class of the program's own.
[[nodiscard]] bool names_foreign_class(const Match& match);

// The address of a metadata service where something would go there: not in a sentence, nor as a
// part of the path of another host.
[[nodiscard]] bool is_asked_for(const Match& match);

// `.env` in a page about programs is a word; alone it is a file.
[[nodiscard]] bool is_not_page_word(const Match& match);

// Not `javascript:void(0)`, which pages write where nothing is to happen.
[[nodiscard]] bool runs_script(const Match& match);

// A key that a command signs in with (`ssh -i`), not one that it reads.
[[nodiscard]] bool is_read(const Match& match);

}  // namespace doorward::detect
