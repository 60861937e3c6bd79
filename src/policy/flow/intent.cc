#include "policy/flow/intent.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "policy/flow/words.h"

namespace doorward::policy::flow {

namespace {

struct Family {
  Act act;
  std::string_view words;
};
constexpr Family kFamilies[] = {
    {Act::send,
     "send email mail message msg dm write tell inform notify reply respond answer forward share "
     "post publish announce text ask contact submit tweet comment let report deliver pass ping "
     "broadcast upload invite remind give drop congratulate thank"},
    {Act::pay,
     "pay transfer refund reimburse wire return repay settle donate buy purchase send invoice tip "
     "split charge back order payment transaction deposit credit"},
    {Act::create,
     "create add make set setup schedule plan book put insert append save write generate remind "
     "reminder open start register block note record log draft copy upload store arrange organize "
     "prepare compile list build document pay"},
    {Act::update,
     "update change modify adjust edit set rename move reschedule replace fix correct postpone "
     "shift extend switch mark archive complete close resolve assign raise lower increase reduce "
     "append add put push swap turn reset amend revise delay bring merge insert"},
    {Act::remove,
     "delete remove cancel clear erase drop discard kick unsubscribe rid trash purge uninvite "
     "revoke clean wipe deactivate disable"},
    {Act::grant,
     "invite share grant give add access permission promote assign allow join include "
     "collaborate let"},
    {Act::reserve, "book reserve reservation booking rent order buy purchase"},
    {Act::fetch,
     "read visit open look check summarize summary website site page webpage link url article "
     "blog browse search find fetch download online web see what which how who when where detail "
     "info information content news"},
};

const std::unordered_map<std::string, uint16_t>& table() {
  static const std::unordered_map<std::string, uint16_t> kTable = [] {
    std::unordered_map<std::string, uint16_t> made;
    for (const Family& family : kFamilies)
      for (const Word& word : words_of(family.words)) {
        const auto text = family.words.substr(word.begin, word.end - word.begin);
        made[stem(text)] |= static_cast<uint16_t>(family.act);
      }
    return made;
  }();
  return kTable;
}

std::string_view at(std::string_view text, const Word& word) {
  return text.substr(word.begin, word.end - word.begin);
}

// `sendMoney` and `send_money` alike, in lower case.
std::string spaced(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z') out += ' ';
    out += upper ? static_cast<char>(c + 32) : c;
  }
  return out;
}

}  // namespace

Acts acts_of_word(std::string_view lower_word) {
  const auto found = table().find(stem(lower_word));
  return found == table().end() ? Acts() : Acts(found->second);
}

Acts acts_of_tool(std::string_view name, std::string_view description) {
  const std::string own = spaced(name);
  const Words words = words_of(own);
  for (const Word& word : words) {
    Acts acts = acts_of_word(at(own, word));
    if (acts.empty()) continue;
    // Who deletes or reads a mail sends none.
    const bool makes =
        acts.meets(Acts(static_cast<uint16_t>(Act::send) | static_cast<uint16_t>(Act::create) |
                        static_cast<uint16_t>(Act::update)));
    if (!makes) return acts;
    // `schedule_payment` pays, `send_money` pays as well as it sends.
    for (const Word& other : words) {
      const std::string_view noun = at(own, other);
      if (noun == "money" || noun == "payment" || noun == "transaction" || noun == "transfer")
        acts.add(Acts(static_cast<uint16_t>(Act::pay)));
      // `add_comment` posts, `create_message` sends.
      if (noun == "comment" || noun == "message" || noun == "email" || noun == "mail" ||
          noun == "post" || noun == "reply" || noun == "tweet" || noun == "sms")
        acts.add(Acts(static_cast<uint16_t>(Act::send)));
    }
    return acts;
  }
  const std::string said = lower(description.substr(0, 120));
  for (const Word& word : words_of(said, 6))
    if (const Acts acts = acts_of_word(at(said, word)); !acts.empty()) return acts;
  return {};
}

std::vector<uint32_t> nouns_of_tool(std::string_view name) {
  std::vector<uint32_t> nouns;
  const std::string own = spaced(name);
  bool first = true;
  for (const Word& word : words_of(own)) {
    const std::string_view text = at(own, word);
    const bool verb = first && !acts_of_word(text).empty();
    first = false;
    if (!verb && text.size() > 2) nouns.push_back(hash_bytes(stem(text)));
  }
  return nouns;
}

bool is_english(std::string_view prompt) {
  const Words words = words_of(prompt, 200);
  const auto stops =
      std::ranges::count_if(words, [](const Word& w) { return is_stop_word(w.hash); });
  return words.size() < 4 || stops * 8 >= static_cast<std::ptrdiff_t>(words.size());
}

}  // namespace doorward::policy::flow
