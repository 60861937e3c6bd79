// A classifier of the operator's own: what it is asked, and how its answer is read. Three ways:
//   score       {"text","inputs","channel","server","tool"}; the answer is a score, or labels with
//               scores as text classifiers give them
//   chat        OpenAI's chat completions; the answer is one word, or a number
//   moderation  OpenAI's moderation; the answer is `flagged`
// Neither waits nor connects; that is app/classifier.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace doorward::detect {

enum class ExternalApi : uint8_t { score, chat, moderation };

struct ExternalQuestion {
  ExternalApi api = ExternalApi::score;
  std::string_view model, prompt;  // "" = the built-in prompt
  std::string_view channel, server, tool;
  std::string_view text;
};
// A JSON object. The text of a chat stands between two lines that nobody can foresee.
[[nodiscard]] std::string external_question(const ExternalQuestion& question,
                                            std::string_view mark);

// 0..1, the likelihood that the text attacks. Errors: classifier.answer.
[[nodiscard]] Expected<double> read_external_answer(ExternalApi api, std::string body);

// Pieces of at most `window` bytes that overlap by an eighth, cut between characters; together the
// first `most` bytes of the text.
[[nodiscard]] std::vector<std::string_view> external_windows(std::string_view text, size_t window,
                                                             size_t most);

}  // namespace doorward::detect
