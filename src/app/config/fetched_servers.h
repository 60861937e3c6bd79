// The signed file of servers where it stands at a URL: fetched at a start and at a reload, and kept
// in the state folder. What was fetched last goes on counting while the place can't be reached; an
// older file than that never counts again.
#pragma once

#include <string>

#include "app/config/config.h"

namespace doorward::app {

// What the copy in the state folder is of, its signature (64 bytes or their base64) and its text.
struct FetchedServers {
  std::string url, signature, text;
};

// `file` of `catalog.servers` is an https URL and not a path.
[[nodiscard]] bool stands_elsewhere(const SignedPolicy& servers);

// The copy of what stands at the URL. Errors: config.unreadable where there is none of that URL.
[[nodiscard]] Expected<FetchedServers> fetched_servers(const Config& config);

// Fetches file and signature over verified TLS: 10 seconds and 1 MiB each, no redirects. Keeps them
// if the signature fits and the `serial` in the file is no lower than that of the copy. A private
// CA is trusted by `SSL_CERT_FILE`, as OpenSSL has it. Blocks. Errors: config.fetch,
// config.signature, config.rollback; the copy stays as it was then.
[[nodiscard]] Expected<void> fetch_servers(const Config& config);

// For a start and a reload: fetches what the configuration in `file` names, if it does. Where that
// fails a copy goes on counting, and `tell` says so. Errors: those of fetch_servers without a copy;
// of a file that can't be read nothing is said here, loading it does.
[[nodiscard]] Expected<void> renew_servers(const Path& file, void (*tell)(std::string_view));

}  // namespace doorward::app
