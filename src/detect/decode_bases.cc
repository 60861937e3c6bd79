// Decoders of runs: base64, base32, base85, hex.
#include <array>
#include <span>
#include <utility>

#include "detect/characters.h"
#include "detect/decode.h"
#include "detect/runs.h"

namespace doorward::detect {

namespace {

constexpr size_t kMostRuns = 16;     // of one kind in one view
constexpr size_t kShortestRun = 16;  // of digits in base64 and base32, in one line

constexpr int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

constexpr int base32_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a';
  if (c >= '2' && c <= '7') return c - '2' + 26;
  return -1;
}

template <class Value>
constexpr std::array<int8_t, 256> table_of(const Value& value) {
  std::array<int8_t, 256> table{};
  for (size_t i = 0; i < table.size(); ++i)
    table[i] = static_cast<int8_t>(value(static_cast<char>(i)));
  return table;
}
constexpr auto kBase64 = table_of(base64_value);
constexpr auto kBase32 = table_of(base32_value);

int base64_digit(char c) {
  return kBase64[static_cast<unsigned char>(c)];
}

int base32_digit(char c) {
  return kBase32[static_cast<unsigned char>(c)];
}

constexpr std::array<int8_t, 128> make_rfc1924() {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
  std::array<int8_t, 128> table{};
  for (auto& entry : table) entry = -1;
  for (size_t i = 0; i < kDigits.size(); ++i)
    table[static_cast<size_t>(kDigits[i])] = static_cast<int8_t>(i);
  return table;
}
constexpr auto kRfc1924 = make_rfc1924();

bool is_rfc1924(char c) {
  return static_cast<unsigned char>(c) < 128 && kRfc1924[static_cast<size_t>(c)] >= 0;
}

void finish(const View& parent, View&& view, size_t end, std::vector<View>& views) {
  if (!reads_as_text(view.text())) return;
  view.close(parent, static_cast<uint32_t>(end));
  views.push_back(std::move(view));
}

View child(const View& parent, std::string_view how, size_t size) {
  View view(parent, how);
  view.reserve(size);
  return view;
}

// A line end inside a run: base64 of mails and PEM bodies comes in lines.
size_t line_break(std::string_view text, size_t at) {
  size_t size = 0;
  while (at + size < text.size() && (text[at + size] == '\r' || text[at + size] == '\n')) ++size;
  if (size == 0 || size > 2) return 0;
  while (at + size < text.size() && text[at + size] == ' ' && size < 12) ++size;
  return size;
}

// What a run of digits is made of. Words, identifiers and paths are not worth decoding.
struct RunKinds {
  bool upper = false, low = false, digit = false;
  size_t slashes = 0;
  void see(char c) {
    upper = upper || (c >= 'A' && c <= 'Z');
    low = low || (c >= 'a' && c <= 'z');
    digit = digit || is_digit(c);
    slashes += c == '/' ? 1 : 0;
  }
};

}  // namespace

void decode_base64(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  const size_t first = views.size();
  const auto is_digit64 = [](char c) { return base64_digit(c) >= 0; };
  for (size_t at = 0; views.size() - first < kMostRuns;) {
    at = find_run(text, at, kShortestRun, is_digit64);
    if (at == std::string_view::npos) break;
    size_t end = at;
    size_t digits = 0;
    size_t line = 0;
    RunKinds kinds;
    while (end < text.size()) {
      if (base64_digit(text[end]) >= 0) {
        kinds.see(text[end]);
        ++digits;
        ++line;
        ++end;
        continue;
      }
      const size_t brk = line >= 40 ? line_break(text, end) : 0;
      if (brk == 0 || end + brk >= text.size() || base64_digit(text[end + brk]) < 0) break;
      end += brk;
      line = 0;
    }
    const size_t begin = at;
    at = end;
    while (at < text.size() && text[at] == '=' && at - end < 2) ++at;
    if (!kinds.low || !kinds.upper || kinds.slashes * 6 > digits) continue;
    View view = child(parent, "base64", digits * 3 / 4);
    unsigned bits = 0;
    unsigned value = 0;
    uint32_t source = static_cast<uint32_t>(begin);
    for (size_t i = begin; i < end; ++i) {
      const int digit = base64_digit(text[i]);
      if (digit < 0) continue;
      if (bits == 0) source = static_cast<uint32_t>(i);
      value = value << 6 | static_cast<unsigned>(digit);
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        view.put(static_cast<char>(value >> bits & 0xFFU), source);
        source = static_cast<uint32_t>(i);
      }
    }
    finish(parent, std::move(view), at, views);
  }
}

void decode_base32(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  const size_t first = views.size();
  const auto is_digit32 = [](char c) { return base32_digit(c) >= 0; };
  for (size_t at = 0; views.size() - first < kMostRuns;) {
    at = find_run(text, at, kShortestRun, is_digit32);
    if (at == std::string_view::npos) break;
    const size_t begin = at;
    const bool inside_word = begin > 0 && is_word(text[begin - 1]);
    const bool upper = text[at] >= 'A' && text[at] <= 'Z';
    bool one_case = true;
    bool digit_seen = false;
    while (at < text.size() && base32_digit(text[at]) >= 0) {
      if (is_letter(text[at])) one_case = one_case && (text[at] >= 'a') != upper;
      digit_seen = digit_seen || is_digit(text[at]);
      ++at;
    }
    const size_t end = at;
    while (at < text.size() && text[at] == '=' && at - end < 6) ++at;
    if (inside_word || !one_case || !digit_seen) continue;
    if (at == end && at < text.size() && is_word(text[at])) continue;
    View view = child(parent, "base32", (end - begin) * 5 / 8);
    unsigned bits = 0;
    uint64_t value = 0;
    for (size_t i = begin; i < end; ++i) {
      value = value << 5 | static_cast<unsigned>(base32_digit(text[i]));
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        view.put(static_cast<char>(value >> bits & 0xFFU), static_cast<uint32_t>(i));
      }
    }
    finish(parent, std::move(view), at, views);
  }
}

void decode_base85(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  // Ascii85 says where it begins and ends.
  for (size_t open = text.find("<~"); open != std::string_view::npos && views.size() < 64;
       open = text.find("<~", open + 2)) {
    const size_t close = text.find("~>", open + 2);
    if (close == std::string_view::npos) break;
    View view = child(parent, "base85", close - open);
    uint64_t value = 0;
    unsigned count = 0;
    uint32_t source = static_cast<uint32_t>(open + 2);
    bool good = true;
    for (size_t i = open + 2; i < close && good; ++i) {
      if (is_space(text[i])) continue;
      if (text[i] == 'z' && count == 0) {
        view.put(std::string_view("\0\0\0\0", 4), static_cast<uint32_t>(i));
        continue;
      }
      good = text[i] >= '!' && text[i] <= 'u';
      if (count == 0) source = static_cast<uint32_t>(i);
      value = value * 85 + static_cast<unsigned>(text[i] - '!');
      if (++count == 5) {
        for (int shift = 24; shift >= 0; shift -= 8)
          view.put(static_cast<char>(value >> shift & 0xFFU), source);
        value = count = 0;
      }
    }
    if (count > 1) {
      for (unsigned i = count; i < 5; ++i) value = value * 85 + 84;
      for (unsigned i = 0; i + 1 < count; ++i)
        view.put(static_cast<char>(value >> (24 - 8 * i) & 0xFFU), source);
    }
    if (good) finish(parent, std::move(view), close + 2, views);
  }
  // A run of the other alphabet (git, Python) has no space, and signs among its letters.
  const size_t first = views.size();
  constexpr size_t kShortest85 = 25;
  for (size_t at = 0; views.size() - first < 4;) {
    at = find_run(text, at, kShortest85, is_rfc1924);
    if (at == std::string_view::npos) break;
    size_t end = at;
    size_t signs = 0;
    while (end < text.size() && is_rfc1924(text[end])) {
      signs += is_word(text[end]) ? 0U : 1U;
      ++end;
    }
    if (signs * 12 > end - at && signs * 2 < end - at) {
      View view = child(parent, "base85", end - at);
      for (size_t i = at; i + 5 <= end; i += 5) {
        uint64_t value = 0;
        for (size_t j = i; j < i + 5; ++j)
          value = value * 85 + static_cast<unsigned>(kRfc1924[static_cast<size_t>(text[j])]);
        for (int shift = 24; shift >= 0; shift -= 8)
          view.put(static_cast<char>(value >> shift & 0xFFU), static_cast<uint32_t>(i));
      }
      finish(parent, std::move(view), end, views);
    }
    at = end + 1;
  }
}

namespace {

// How many of the bytes from `at` on may belong to a run of hex, up to `enough`.
size_t row_of_hex(std::string_view text, size_t at, size_t enough) {
  static constexpr auto kIn = table_of([](char c) {
    return hex_digit(c) >= 0 || c == ' ' || c == ',' || c == ':' || c == 'x' ? 1 : 0;
  });
  size_t size = 0;
  while (size < enough && at + size < text.size() &&
         kIn[static_cast<unsigned char>(text[at + size])] != 0)
    ++size;
  return size;
}

// Pairs [from, to) of a run of hex, and where the run ends.
void put_hex(const View& parent, std::span<const uint32_t> places, size_t end,
             std::vector<View>& views) {
  View view = child(parent, "hex", places.size());
  const std::string_view text = parent.text();
  for (const uint32_t place : places)
    view.put(static_cast<char>(hex_digit(text[place]) << 4 | hex_digit(text[place + 1])), place);
  finish(parent, std::move(view), end, views);
}

}  // namespace

void decode_hex(const View& parent, std::vector<View>& views) {
  constexpr size_t kFewest = 6;  // pairs that may say something
  const std::string_view text = parent.text();
  std::vector<uint32_t> places;  // of pairs
  const size_t first = views.size();
  for (size_t at = 0; at < text.size() && views.size() - first < kMostRuns;) {
    if (hex_digit(text[at]) < 0 ||
        (at > 0 && is_word(text[at - 1]) && lower(text[at - 1]) != 'x')) {
      ++at;
      continue;
    }
    const size_t row = row_of_hex(text, at, 2 * kFewest);
    if (row < 2 * kFewest) {
      at += row;
      continue;
    }
    // Pairs, with nothing, one blank, comma, colon or 0x between them.
    const size_t begin = at;
    places.clear();
    size_t end = at, word = 0, whole = 0, whole_end = at, told = 0;
    bool several = false;
    while (at + 1 < text.size() && hex_digit(text[at]) >= 0 && hex_digit(text[at + 1]) >= 0) {
      places.push_back(static_cast<uint32_t>(at));
      at += 2;
      end = at;
      if (end < text.size() && is_word(text[end])) continue;
      whole = places.size();
      whole_end = end;
      // A long word says something for itself, whatever stands before it.
      if (several && whole - word >= 2 * kFewest && views.size() - first < kMostRuns)
        put_hex(parent, std::span(places).subspan(word), end, views);
      size_t gap = at;
      if (gap < text.size() && (text[gap] == ' ' || text[gap] == ',' || text[gap] == ':')) ++gap;
      if (gap < text.size() && text[gap] == ' ') ++gap;
      if (text.substr(gap, 2) == "0x") gap += 2;
      if (gap == at || gap + 1 >= text.size() || hex_digit(text[gap]) < 0) continue;
      // … and whatever comes behind.
      if (!std::exchange(several, true) && whole >= 2 * kFewest) {
        put_hex(parent, places, end, views);
        told = whole;
      }
      word = places.size();
      at = gap;
    }
    at = std::max(end, begin + 1);
    // What is no word of hex is none of the run: `… 2f68 after`.
    places.resize(whole);
    if (whole < kFewest || whole == told) continue;
    put_hex(parent, places, whole_end, views);
  }
}

}  // namespace doorward::detect
