#include "identity/jws.h"

#include <algorithm>

#include "base/bytes.h"

namespace doorward::identity {

namespace {

std::unexpected<Error> malformed(std::string what) {
  return failure("jose.syntax", Fault::client, std::move(what));
}

Expected<std::shared_ptr<const wire::JsonDocument>> object(std::string_view part) {
  auto text = from_base64url(part);
  if (!text) return malformed("a part is no base64url");
  auto document = wire::JsonDocument::parse(std::move(*text), {.depth = 16, .nodes = 5'000});
  if (!document) return malformed("a part is no JSON: " + document.error().what);
  if (!document->root().is_object()) return malformed("a part is no JSON object");
  return std::make_shared<const wire::JsonDocument>(std::move(*document));
}

}  // namespace

bool looks_signed(std::string_view text) {
  return std::count(text.begin(), text.end(), '.') == 2;
}

Expected<Jws> Jws::parse(std::string_view text, size_t limit) {
  if (text.size() > limit) return malformed("too long");
  const size_t first = text.find('.');
  const size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos)
    return malformed("not three parts");
  auto header = object(text.substr(0, first));
  if (!header) return std::unexpected(std::move(header).error());
  const wire::JsonValue names = (*header)->root();
  // What a header declares critical would have to be understood (RFC 7515 section 4.1.11).
  if (names["crit"]) return malformed("a critical extension");
  for (const std::string_view text_member : {"alg", "kid", "typ"})
    if (names[text_member] && !names[text_member].is_string())
      return malformed("a member of the header is no text");
  const auto algorithm = algorithm_from(names["alg"].text());
  if (!algorithm)
    return failure("jose.algorithm", Fault::client, "an algorithm that is not accepted");
  auto claims = object(text.substr(first + 1, second - first - 1));
  if (!claims) return std::unexpected(std::move(claims).error());
  auto signature = from_base64url(text.substr(second + 1));
  if (!signature || signature->empty()) return malformed("the signature is no base64url");
  Jws made;
  made.header_ = std::move(*header);
  made.claims_ = std::move(*claims);
  made.algorithm_ = *algorithm;
  made.signed_ = text.substr(0, second);
  made.signature_ = std::move(*signature);
  return made;
}

}  // namespace doorward::identity
