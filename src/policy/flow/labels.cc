#include "policy/flow/labels.h"

#include <algorithm>

#include "policy/flow/address.h"
#include "policy/flow/words.h"

namespace doorward::policy::flow {

namespace {

bool in(std::string_view list, std::string_view word) {
  size_t at = 0;
  while ((at = list.find(word, at)) != std::string_view::npos) {
    const bool begins = at == 0 || list[at - 1] == ' ';
    const size_t end = at + word.size();
    if (begins && (end == list.size() || list[end] == ' ')) return true;
    at = end;
  }
  return false;
}

constexpr std::string_view kAddress =
    "to cc bcc recipient recipients receiver receivers email emails mail address addresses "
    "participant participants attendee attendees guest guests invitee invitees member members user "
    "users username usernames account iban payee beneficiary url urls uri link href endpoint "
    "webhook host hostname domain channel channels room chat group team phone contact contacts "
    "destination target repo repository owner assignee assignees bucket remote callback people "
    "person friend handle collaborator collaborators reviewer reviewers login site website "
    "conversation thread topic queue server sender customer";
constexpr std::string_view kObject =
    "id ids uid uuid key file files filename filenames path paths folder directory document doc "
    "event ticket issue hotel restaurant company flight order item product booking name slug ref "
    "branch table row number identifier sku code";
constexpr std::string_view kSecret = "password passwd passphrase pin secret token credential";
constexpr std::string_view kScalar =
    "amount price date time start end begin count limit page size total quantity recurring "
    "duration day month year hour minutes timezone currency priority status enabled permission "
    "rating offset n";
constexpr std::string_view kContent =
    "body text content contents message subject description title note notes comment summary "
    "details reason markdown html street city zip country bio about caption query question answer";

// `user_email`, `userEmail`, `to-address` as their words in lower case; the last weighs most.
std::vector<std::string> name_parts(std::string_view name) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool letter = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!letter || (upper && i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z')) {
      if (!parts.back().empty()) parts.emplace_back();
    }
    if (letter) parts.back() += upper ? static_cast<char>(c + 32) : c;
  }
  if (parts.back().empty()) parts.pop_back();
  return parts;
}

// Those who come, as a number: nobody is told of anything.
bool counts_people(std::string_view name) {
  const auto parts = name_parts(name);
  return !parts.empty() &&
         in("guest guests people person persons participants attendees members", parts.back());
}

std::optional<Role> role_of_word(const std::string& word) {
  if (in(kSecret, word)) return Role::secret;
  if (in(kAddress, word)) return Role::address;
  if (in(kScalar, word)) return Role::scalar;
  if (in(kContent, word)) return Role::content;
  if (in(kObject, word)) return Role::object;
  return std::nullopt;
}

}  // namespace

bool ToolLabels::is_fetch() const {
  using core::ToolClass;
  return classes.has(ToolClass::egress) && classes.within({ToolClass::read, ToolClass::egress}) &&
         (classes.has(ToolClass::read) || (!acts.has(Act::send) && acts.has(Act::fetch)));
}

Role guess_role(std::string_view name, std::string_view description, std::string_view format) {
  if (format == "email" || format == "uri" || format == "url" || format == "hostname")
    return Role::address;
  if (format == "date" || format == "date-time" || format == "time") return Role::scalar;
  const auto parts = name_parts(name);
  // `user_id` is an object, `first_name` and `address_line` what is said of somebody.
  if (parts.size() > 1 && parts.back() == "name" &&
      (parts[0] == "first" || parts[0] == "last" || parts[0] == "full" || parts[0] == "middle"))
    return Role::content;
  for (size_t i = parts.size(); i-- > 0;)
    if (const auto role = role_of_word(parts[i])) return *role;
  const std::string said = lower(description.substr(0, 160));
  if (said.find("recipient") != std::string::npos ||
      said.find("email address") != std::string::npos)
    return Role::address;
  return Role::content;
}

void read_definition(ToolLabels& labels, std::string_view name, std::string_view description,
                     wire::JsonValue input_schema) {
  labels.acts = acts_of_tool(name, description);
  labels.nouns = nouns_of_tool(name);
  if (!input_schema["properties"].is_object()) return;
  for (const auto& [argument, shape, name_value] : input_schema["properties"].members()) {
    Role role = guess_role(argument, shape["description"].text(), shape["format"].text());
    const std::string_view type = shape["type"].text();
    // A number that is an account stays one, whatever the schema calls it.
    if ((type == "boolean" && role != Role::object) || (type == "number" && role == Role::content))
      role = Role::scalar;
    if (shape["enum"].is_array()) role = Role::scalar;
    // `guests: 2` says how many.
    if ((type == "integer" || type == "number") && counts_people(argument)) role = Role::scalar;
    labels.arguments.push_back({std::string(argument), role});
  }
}

Role role_of(const ToolLabels& labels, std::string_view name, std::string_view value, bool number) {
  if (labels.addresses && std::ranges::find(*labels.addresses, name) != labels.addresses->end())
    return Role::address;
  Role role = Role::content;
  const auto known = std::ranges::find(labels.arguments, name, &ToolLabels::Argument::name);
  role = known != labels.arguments.end() ? known->role : guess_role(name, "", "");
  // What has the shape of an address is one, whatever it is called.
  if (!number && role != Role::secret && is_address(value)) return Role::address;
  if (labels.addresses && role == Role::address) role = Role::object;
  if (number && role == Role::content) return Role::scalar;
  return role;
}

GuessedLabels guess_labels(std::string_view server, std::string_view tool) {
  static constexpr std::string_view kPrivate =
      "mail mails email emails inbox message messages file files document documents drive note "
      "notes calendar event events contact contacts transaction transactions account accounts "
      "balance iban profile channel chat history dm thread record records order orders customer "
      "customers user users me my secret password row rows query sql db database table invoice "
      "invoices memory directory repository repo commit";
  static constexpr std::string_view kOutside =
      "web page webpage website url fetch search browse browser crawl scrape http rss feed news "
      "mail mails email emails inbox message messages channel chat thread issue issues comment "
      "comments ticket tickets review reviews pull pr post posts tweet tweets download";
  static constexpr std::string_view kOwn =
      "time date calc calculator math weather unit convert memory balance iban";
  GuessedLabels guess;
  guess.trust = Trust::shared;
  for (const std::string_view name : {server, tool})
    for (const std::string& part : name_parts(name)) {
      if (in(kPrivate, part)) guess.is_private = true;
      if (in(kOwn, part) && guess.trust == Trust::shared) guess.trust = Trust::trusted;
      if (in(kOutside, part)) guess.trust = Trust::untrusted;
    }
  for (const std::string& part : name_parts(tool))
    if (part == "web" || part == "webpage" || part == "url" || part == "fetch")
      guess.is_private = false;
  return guess;
}

}  // namespace doorward::policy::flow
