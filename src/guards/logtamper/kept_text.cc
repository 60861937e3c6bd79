#include "guards/logtamper/kept_text.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "detect/message_text.h"
#include "detect/seams.h"

namespace doorward::guards {

namespace {

// What one scan looks at, of one text and of all. A secret that begins in what is kept of a text
// ends within what was looked at.
constexpr size_t kOneText = 8192;
constexpr size_t kAllTexts = 16'384;
// Of a long text that is known to be clean so much at either end, and on to the next blank: no
// secret but an armoured key is longer.
constexpr size_t kNear = 512;
constexpr size_t kLong = 3 * kNear;
constexpr size_t kShortestOwn = 16;  // of this message's own secret

std::string size_note(size_t bytes) {
  return "<text of " + std::to_string(bytes) + " bytes>";
}

// Ends at a whole character.
std::string_view cut(std::string_view text, size_t cap) {
  if (text.size() <= cap) return text;
  size_t end = cap;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

bool names_a_secret(std::string_view name) {
  constexpr std::array<std::string_view, 28> kEndings = {
      "password",    "passwd",       "passphrase",  "passcode",      "pwd",
      "secret",      "secrets",      "apikey",      "accesskey",     "privatekey",
      "secretkey",   "authtoken",    "accesstoken", "refreshtoken",  "idtoken",
      "bearertoken", "sessiontoken", "apitoken",    "authorization", "cookie",
      "sessionid",   "sessionkey",   "signingkey",  "encryptionkey", "connectionstring",
      "dbpass",      "userpass",     "rootpass"};
  constexpr std::array<std::string_view, 8> kWhole = {
      "token", "pass", "pin", "otp", "jwt", "bearer", "credentials", "credential"};
  std::string low;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z')
      low += static_cast<char>(c + 32);
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      low += c;
  }
  if (low.empty()) return false;
  const auto ends = [&](std::string_view ending) {
    return ending.back() == low.back() && low.ends_with(ending);
  };
  return std::any_of(kEndings.begin(), kEndings.end(), ends) ||
         std::find(kWhole.begin(), kWhole.end(), low) != kWhole.end();
}

namespace {
// `{"name": "Authorization", "value": "…"}`: a header, or a variable, as a list has it.
bool is_secret_pair(wire::JsonValue value) {
  if (!value["value"]) return false;
  return std::ranges::any_of(
      std::array<std::string_view, 4>{"name", "key", "header", "variable"},
      [&](std::string_view member) { return names_a_secret(value[member].text()); });
}
}  // namespace

std::vector<std::string_view> clean_texts(wire::JsonValue value, detect::Readings& known,
                                          const detect::HeldSecrets* held) {
  std::vector<std::string_view> clean;
  for (const auto& each : detect::texts_of(value)) {
    if (each.text.size() < kLong || each.text.size() > kOneText) continue;
    detect::Reading& reading = known.of(each.text);
    const auto views = reading.views();
    if (views->size() != 1 || !reading.secrets().findings.empty()) continue;
    std::vector<detect::Finding> found;
    if (held != nullptr) held->find(*views, found);
    if (found.empty()) clean.push_back(each.text);
  }
  return clean;
}

size_t Redactor::add(std::string_view text) {
  pieces_.push_back({.text = text});
  return pieces_.size() - 1;
}

size_t Redactor::add_json(wire::JsonValue value) {
  trees_.push_back({value, pieces_.size()});
  collect(value);
  return trees_.size() - 1;
}

// In the order of append_json(). Numbers are texts as well: a held secret may be one.
void Redactor::collect(wire::JsonValue value) {
  if (value.is_object()) {
    for (const auto& [name, inner, name_value] : value.members()) {
      Piece& piece = pieces_[add(name)];
      piece.is_name = true;
      piece.leads = !inner.is_object() && !inner.is_array();
      collect(inner);
    }
  } else if (value.is_array()) {
    for (const wire::JsonValue inner : value.items()) collect(inner);
  } else if (value.is_string()) {
    add(value.text());
  } else if (value.is_number()) {
    add(value.raw());
  }
}

bool Redactor::is_clean(std::string_view text) const {
  return std::find(clean_.begin(), clean_.end(), text) != clean_.end() &&
         (own_.size() < kShortestOwn || text.find(own_) == std::string_view::npos);
}

// Cut at blanks: a token at either end stays whole.
void Redactor::leave_gap(Piece& piece) const {
  const std::string_view text = piece.text;
  if (text.size() < kLong || piece.scanned < text.size() || !is_clean(text)) return;
  const size_t head = text.find_first_of(" \n", kNear);
  const size_t tail = text.find_last_of(" \n", text.size() - kNear);
  if (head == std::string_view::npos || tail == std::string_view::npos || tail <= head) return;
  piece.gap = head + 1;
  piece.left_out = tail - head;
}

// All that is looked at, `name: value` on one line, as detectors know it. Not `whole`: without the
// middle of what is known to be clean.
void Redactor::join(bool whole) {
  joined_.clear();
  joined_.reserve(1024);
  for (Piece& piece : pieces_) {
    piece.at = joined_.size();
    piece.scanned = piece.gap = piece.left_out = 0;
    if (joined_.size() >= kAllTexts) continue;
    piece.scanned = std::min({piece.text.size(), kOneText, kAllTexts - joined_.size()});
    if (!whole) leave_gap(piece);
    if (piece.left_out == 0)
      joined_.append(piece.text.substr(0, piece.scanned));
    else
      joined_.append(piece.text.substr(0, piece.gap))
          .append(piece.text.substr(piece.gap + piece.left_out));
    joined_.append(piece.leads ? ": " : "\n");
  }
}

namespace {
// `PRIVATE KEY`, in any letter case: of an armoured one.
bool speaks_of_key(std::string_view text) {
  constexpr std::string_view kWords = "private key";
  for (size_t at = text.find_first_of("vV"); at != std::string_view::npos;
       at = text.find_first_of("vV", at + 1)) {
    constexpr size_t kBefore = 3;  // letters in front of the `v`
    if (at >= kBefore && std::ranges::equal(text.substr(at - kBefore, kWords.size()), kWords,
                                            [](char a, char b) { return (a | 0x20) == b; }))
      return true;
  }
  return false;
}
}  // namespace

bool Redactor::touches_gap(const detect::Finding& finding) const {
  return std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& piece) {
    return piece.left_out > 0 && finding.span.from <= piece.at + piece.gap &&
           finding.span.to >= piece.at + piece.gap;
  });
}

std::vector<detect::Finding> Redactor::found_in(detect::Reading& reading) const {
  std::vector<detect::Finding> found;
  if (held_ != nullptr && !held_->empty()) held_->find(*reading.views(), found);
  if (own_.size() >= kShortestOwn)
    for (size_t at = joined_.find(own_); at != std::string::npos; at = joined_.find(own_, at + 1))
      found.push_back({.rule = "secret.own_token",
                       .kind = detect::Kind::secret,
                       .certainty = detect::Certainty::certain,
                       .score = 1.0,
                       .span = {static_cast<uint32_t>(at), static_cast<uint32_t>(at + own_.size())},
                       .view = "plain"});
  for (const auto& finding : reading.secrets().findings)
    if (finding.kind == detect::Kind::secret || (personal_ && finding.kind == detect::Kind::pii))
      found.push_back(finding);
  return found;
}

void Redactor::scan() {
  join(false);
  std::optional<detect::Reading> reading(joined_);
  std::vector<detect::Finding> found = found_in(*reading);
  // What goes on into a middle that was left out, or may: the armour of a key goes on for long.
  const bool cut = std::any_of(pieces_.begin(), pieces_.end(),
                               [](const Piece& piece) { return piece.left_out > 0; });
  if (cut && (speaks_of_key(joined_) ||
              std::any_of(found.begin(), found.end(),
                          [&](const auto& finding) { return touches_gap(finding); }))) {
    join(true);
    reading.emplace(joined_);
    found = found_in(*reading);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.span.from != b.span.from ? a.span.from < b.span.from : a.span.to > b.span.to;
  });
  for (const auto& finding : found) {
    if (finding.span.to <= finding.span.from) continue;
    if (!spans_.empty() && finding.span.from < spans_.back().to)
      spans_.back().to = std::max(spans_.back().to, finding.span.to);
    else
      spans_.push_back({finding.span.from, finding.span.to, finding.rule});
  }
  const bool has_names =
      std::any_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) { return piece.is_name; });
  if (held_ == nullptr || held_->empty()) return;
  const size_t reach = reading->views()->size() > 1 ? joined_.size() : held_->reach();
  nothing_ = cut_over_pieces(true, reach) || (has_names && cut_over_pieces(false, reach));
}

// A held secret of which each text has a part: neither text shows it alone. With names, or values
// alone.
bool Redactor::cut_over_pieces(bool names, size_t reach) const {
  detect::Seams together(reach);
  for (const Piece& piece : pieces_)
    if ((!piece.is_name || names) && piece.scanned != 0)
      together.add(piece.text.substr(0, piece.scanned));
  if (!together.any()) return false;  // nothing was cut
  std::vector<detect::Finding> found;
  held_->find(together.text(), found);
  return std::any_of(found.begin(), found.end(), [&](const detect::Finding& finding) {
    return together.crossed_by(finding.span.from, finding.span.to);
  });
}

void Redactor::append(std::string& out, const Piece& piece, size_t cap, bool& whole) const {
  if (nothing_) {
    out += "[a secret in parts]";
    whole = false;
    return;
  }
  if (cap == 0 || (piece.scanned == 0 && !piece.text.empty())) {
    out += size_note(piece.text.size());
    whole = false;
    return;
  }
  // One byte less than was looked at would do; but a secret may go on behind what was.
  const size_t sure = piece.scanned < piece.text.size() ? piece.scanned / 2 : piece.scanned;
  const std::string_view kept = cut(piece.text, std::min(cap, sure));
  size_t done = 0;
  auto span = std::upper_bound(spans_.begin(), spans_.end(), piece.at,
                               [](size_t at, const Span& it) { return at < it.to; });
  const size_t joined_end = piece.at + piece.scanned - piece.left_out;
  for (; span != spans_.end() && span->from < joined_end; ++span) {
    const size_t from = piece.offset(span->from, false);
    if (from >= kept.size()) break;
    const size_t to = std::min(piece.offset(span->to, true), kept.size());
    if (from > done) out.append(kept.substr(done, from - done));
    out.append("[").append(span->rule).append("]");
    done = to;
  }
  if (done < kept.size()) out.append(kept.substr(done));
  if (kept.size() == piece.text.size()) return;
  out.append("… ").append(size_note(piece.text.size()));
  whole = false;
}

std::string Redactor::text(size_t number) const {
  std::string out;
  bool whole = true;
  append(out, pieces_[number], std::numeric_limits<size_t>::max(), whole);
  return out;
}

struct Redactor::Rendering {
  std::string out;
  size_t next;  // piece
  size_t cap;   // of one text
  size_t enough;
  bool whole = true;
};

void Redactor::append_json(Rendering& made, wire::JsonValue value, bool secret) const {
  std::string& out = made.out;
  const bool full = out.size() > made.enough;  // it will not fit, whatever follows
  const auto quoted = [&](const Piece& piece, size_t cap, bool hidden) {
    if (full) return;
    std::string text;
    if (hidden)
      text = "[secret by its name]";
    else
      append(text, piece, cap, made.whole);
    wire::append_json_quote(out, text);
  };
  if (value.is_object()) {
    out += '{';
    bool first = true;
    const bool pair = is_secret_pair(value);
    for (const auto& [name, inner, name_value] : value.members()) {
      if (!std::exchange(first, false)) out += ',';
      quoted(pieces_[made.next++], std::max<size_t>(made.cap, 64), false);
      out += ':';
      append_json(made, inner, secret || names_a_secret(name) || (pair && name == "value"));
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    bool first = true;
    for (const wire::JsonValue inner : value.items()) {
      if (!std::exchange(first, false)) out += ',';
      append_json(made, inner, secret);
    }
    out += ']';
  } else if (value.is_string()) {
    quoted(pieces_[made.next++], made.cap, secret && !value.text().empty());
  } else if (value.is_number()) {
    const Piece& piece = pieces_[made.next++];
    std::string text;
    bool whole = true;
    append(text, piece, std::numeric_limits<size_t>::max(), whole);
    if (secret || text != value.raw())
      quoted(piece, made.cap, secret);
    else
      out += text;
  } else {
    out += value.raw();
  }
}

Redactor::Kept Redactor::json(size_t number, size_t bytes, bool texts) const {
  if (nothing_) return {R"("[a secret in parts]")", false};
  const Tree& tree = trees_[number];
  Rendering made{};
  for (const size_t cap : {bytes, bytes / 4, bytes / 16, bytes / 64, size_t{0}}) {
    if (!texts && cap > 0) continue;
    made = {{}, tree.first, cap, bytes};
    append_json(made, tree.value, false);
    if (made.out.size() <= bytes) return {std::move(made.out), made.whole};
  }
  return {R"("[too much to keep]")", false};
}

}  // namespace doorward::guards
