// What the log keeps of texts that strangers wrote: with secrets taken out, of bounded size (R8.6,
// R8.7). All texts of one entry are looked through at once: names stand before their values, so
// that `password: …` tells itself, and a held secret that was cut over several texts is found.
//
//   Redactor texts(held, false);
//   const size_t uri = texts.add(message.target());
//   const size_t arguments = texts.add_json(message.arguments());
//   texts.scan();
//   entry.tool = texts.text(uri); entry.arguments = texts.json(arguments, 4096).text;
//
// Tested by tests/unit/guards/kept_text_test.cc
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/known_secrets.h"
#include "detect/reading.h"
#include "wire/json.h"

namespace doorward::guards {

// Long texts below `value` in which guards found nothing, nor anything to be decoded: what they
// read of the message is in `known`. `held` may be null.
[[nodiscard]] std::vector<std::string_view> clean_texts(wire::JsonValue value,
                                                        detect::Readings& known,
                                                        const detect::HeldSecrets* held);

class Redactor {
 public:
  // `held`: secrets that Doorward knows; may be null. `personal`: personal data goes as well.
  // `clean`: what clean_texts() told of this message. Such a text is looked at near its ends only,
  // for what its neighbours make of it.
  Redactor(const detect::HeldSecrets* held, bool personal,
           std::span<const std::string_view> clean = {})
      : held_(held), personal_(personal), clean_(clean) {}

  // Both return a number to ask with after scan(). Texts must outlive this.
  size_t add(std::string_view text);
  size_t add_json(wire::JsonValue value);
  // One more secret, that of this message alone; shorter than 16 bytes is none. Must outlive this.
  void hide(std::string_view secret) { own_ = secret; }
  void scan();

  // The text without its secrets; of what is over the bound of one scan, its beginning.
  [[nodiscard]] std::string text(size_t number) const;

  struct Kept {
    std::string text;
    bool whole = true;  // false: texts were shortened, or nothing is kept
  };
  // The value as JSON on one line, at most `bytes`: where it does not fit, long texts give way to
  // their beginning and their size. `texts` false: every text is told by its size alone.
  [[nodiscard]] Kept json(size_t number, size_t bytes, bool texts = true) const;

 private:
  struct Piece {
    std::string_view text;  // as given
    size_t at = 0;          // in joined_
    size_t scanned = 0;     // bytes of it that were looked at
    size_t gap = 0;         // of its bytes that stand in joined_, so many are in front of …
    size_t left_out = 0;    // … so many that do not
    // The byte of the text that a place of joined_ stands for; `end`: the one behind it.
    [[nodiscard]] size_t offset(size_t place, bool end) const {
      const size_t in = place > at ? place - at : 0;
      return in < gap + (end ? 1 : 0) ? in : in + left_out;
    }
    bool is_name = false;
    bool leads = false;  // its value stands behind it on one line
  };
  struct Span {
    size_t from, to;
    std::string_view rule;
  };
  struct Tree {
    wire::JsonValue value;
    size_t first = 0;  // of its pieces
  };
  struct Rendering;
  void collect(wire::JsonValue value);
  void join(bool whole);
  void leave_gap(Piece& piece) const;
  [[nodiscard]] bool is_clean(std::string_view text) const;
  [[nodiscard]] bool touches_gap(const detect::Finding& finding) const;
  [[nodiscard]] std::vector<detect::Finding> found_in(detect::Reading& reading) const;
  void append(std::string& out, const Piece& piece, size_t cap, bool& whole) const;
  void append_json(Rendering& made, wire::JsonValue value, bool secret) const;
  [[nodiscard]] bool cut_over_pieces(bool names, size_t reach) const;

  const detect::HeldSecrets* held_;
  const bool personal_;
  const std::span<const std::string_view> clean_;
  std::string_view own_;
  std::string joined_;
  std::vector<Piece> pieces_;
  std::vector<Tree> trees_;
  std::vector<Span> spans_;  // apart, in order
  bool nothing_ = false;     // a secret in parts: no text is kept
};

// `password`, `apiKey`, `x-auth-token` …: what stands under such a name is never kept.
[[nodiscard]] bool names_a_secret(std::string_view name);

}  // namespace doorward::guards
