// Media types and what a client accepts (RFC 9110 sections 8.3 and 12.5.1).
#include "wire/http_syntax.h"

namespace doorward::wire {

namespace {
// Cuts the next element off `list` at `mark`, minding quoted strings.
std::string_view next_element(std::string_view& list, char mark) {
  bool quoted = false;
  size_t at = 0;
  for (; at < list.size(); ++at) {
    if (quoted && list[at] == '\\') {
      ++at;
    } else if (list[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && list[at] == mark) {
      break;
    }
  }
  const std::string_view element = list.substr(0, at);
  list.remove_prefix(std::min(at + 1, list.size()));
  return syntax::trim(element);
}

// A weight above zero: `0.` and up to three digits, or 1; anything malformed counts as zero.
bool positive_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return false;
  bool positive = text[0] == '1';
  for (size_t i = 1; i < text.size(); ++i) {
    if (i == 1 ? text[i] != '.' : text[i] < '0' || text[i] > (text[0] == '1' ? '0' : '9'))
      return false;
    positive = positive || (i > 1 && text[i] != '0');
  }
  return positive;
}

// How closely a media range fits: 3 exact, 2 `type/*`, 1 `*/*`, 0 not at all.
int closeness(std::string_view range, std::string_view type) {
  if (equals_ignoring_case(range, type)) return 3;
  if (range == "*/*") return 1;
  if (!range.ends_with("/*")) return 0;
  const std::string_view front = range.substr(0, range.size() - 1);
  return front.size() > 1 && equals_ignoring_case(front, type.substr(0, front.size())) ? 2 : 0;
}
}  // namespace

std::string media_type(std::string_view content_type) {
  std::string type(syntax::trim(content_type.substr(0, content_type.find(';'))));
  for (char& c : type) c = syntax::lower(c);
  return type;
}

bool accepts(std::string_view accept, std::string_view type) {
  int closest = 0;
  bool admitted = false;
  while (!accept.empty()) {
    std::string_view element = next_element(accept, ',');
    const int fit = closeness(next_element(element, ';'), type);
    bool positive = true;
    while (!element.empty()) {
      const std::string_view parameter = next_element(element, ';');
      if (parameter.size() >= 2 && syntax::lower(parameter[0]) == 'q' && parameter[1] == '=')
        positive = positive_weight(parameter.substr(2));
    }
    // The closest range decides (RFC 9110 section 12.5.1); among equal ones, a refusal does.
    if (fit == 0 || fit < closest) continue;
    admitted = fit > closest ? positive : admitted && positive;
    closest = fit;
  }
  return admitted;
}

}  // namespace doorward::wire
