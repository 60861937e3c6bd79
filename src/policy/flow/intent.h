// What a person asks for and what a tool does, as families of actions: whether "refund my friend"
// can mean `send_money`. English words; a prompt in another language has no families, and then a
// call is judged by its values, and as without a prompt where those say nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace doorward::policy::flow {

enum class Act : uint16_t {
  send = 1,  // to a person or a place: mail, post, reply, share
  pay = 2,
  create = 4,  // add, save, schedule
  update = 8,
  remove = 16,
  grant = 32,  // invite, give access
  reserve = 64,
  fetch = 128,  // read a page, look up
};

class Acts {
 public:
  constexpr Acts() = default;
  constexpr explicit Acts(uint16_t bits) : bits_(bits) {}
  [[nodiscard]] constexpr bool has(Act act) const {
    return (bits_ & static_cast<uint16_t>(act)) != 0;
  }
  [[nodiscard]] constexpr bool meets(Acts other) const { return (bits_ & other.bits_) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  constexpr void add(Acts other) { bits_ |= other.bits_; }
  [[nodiscard]] constexpr uint16_t bits() const { return bits_; }

 private:
  uint16_t bits_ = 0;
};

// The families of one word, by its stem; none for a word that names no action.
[[nodiscard]] Acts acts_of_word(std::string_view lower_word);
// Of a tool: by the first word of its name that is one, else by the start of its description.
[[nodiscard]] Acts acts_of_tool(std::string_view name, std::string_view description);
// The nouns of a tool's name, as hashes of their stems: `password` of `update_password`.
[[nodiscard]] std::vector<uint32_t> nouns_of_tool(std::string_view name);
// Whether a text reads as English at all.
[[nodiscard]] bool is_english(std::string_view prompt);

}  // namespace doorward::policy::flow
