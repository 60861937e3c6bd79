// `doorward approvals list|approve|deny ID`: calls held for a person, of the running gateway.
#include <csignal>
#include <filesystem>
#include <set>
#include <thread>

#include "app/add_command.h"
#include "app/operator_client.h"
#include "app/starter.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

struct ListOptions {
  bool all = false;
  bool watch = false;
};
struct AnswerOptions {
  std::string id;
};

// What a terminal could take for a command, or a person could not see, is spelled out.
std::string plain(std::string_view text) {
  return catalog::visible(text);
}

std::string one_text(wire::JsonValue approval) {
  const wire::JsonValue question = approval["question"];
  std::string out = plain(approval["id"].text()) + "  " + plain(approval["state"].text()) + "  " +
                    plain(question["server"].text()) + "." + plain(question["tool"].text()) +
                    "  by " + plain(question["user"].text());
  if (!question["issuer"].text().empty()) out += " of " + plain(question["issuer"].text());
  if (!question["agent"].text().empty()) out += " through " + plain(question["agent"].text());
  out += "  until " + plain(approval["expires"].text()) + "\n    held by";
  if (question["reasons"].is_array())
    for (const wire::JsonValue reason : question["reasons"].items())
      out += " " + plain(reason.text());
  if (!question["rule"].text().empty()) out += ", rule " + plain(question["rule"].text());
  if (!question["why"].text().empty()) out += "\n    because " + plain(question["why"].text());
  if (question["secondPerson"].boolean().value_or(false))
    out += "; another person than who asks has to approve";
  if (!approval["decidedBy"].text().empty())
    out += "; answered by " + plain(approval["decidedBy"].text());
  if (const std::string arguments = plain(question["arguments"].text()); !arguments.empty())
    out += "\n    " + arguments;
  if (const std::string beside = plain(question["beside"].text()); !beside.empty())
    out += "\n    beside the arguments: " + beside;
  return out + "\n";
}

std::string error_of(const ApiAnswer& answer) {
  const auto document = wire::JsonDocument::parse(answer.body);
  const std::string_view what = document ? document->root()["error"].text() : std::string_view();
  return what.empty() ? "status " + std::to_string(answer.status) : std::string(what);
}

volatile std::sig_atomic_t interrupted = 0;

// The gateway that is meant: that of the configuration, or of `wrap -- CMD` where there is none.
Expected<Config> config_in_force(const CommonOptions& common) {
  std::error_code ignored;
  if (!common.config_given && !std::filesystem::exists(common.config, ignored))
    return starter_config();
  return load_config(common.config);
}

int approvals_list(const CommonOptions& common, const ListOptions& options) {
  const auto config = config_in_force(common);
  if (!config) return tell(config.error());
  if (options.watch) std::signal(SIGINT, [](int) { interrupted = 1; });
  std::set<std::string, std::less<>> shown;
  do {
    const auto answer = call_operator(
        *config, "GET", options.all ? "/api/v1/approvals" : "/api/v1/approvals?state=pending");
    if (!answer) return tell(answer.error());
    if (answer->status != 200) {
      std::cerr << error_of(*answer) << "\n";
      return kCouldNot;
    }
    const auto document = wire::JsonDocument::parse(answer->body);
    if (!document || !document->root()["approvals"].is_array()) return kCouldNot;
    if (!options.watch && common.json) {
      std::cout << answer->body << "\n";
      return kFine;
    }
    for (const wire::JsonValue approval : document->root()["approvals"].items()) {
      const std::string key =
          std::string(approval["id"].text()) + std::string(approval["state"].text());
      if (!shown.insert(key).second) continue;
      if (common.json)
        std::cout << approval.raw() << "\n";
      else
        std::cout << one_text(approval);
    }
    std::cout << std::flush;
    if (!options.watch && shown.empty()) std::cout << "nothing waits for a person\n";
    if (options.watch) std::this_thread::sleep_for(std::chrono::seconds(1));
  } while (options.watch && interrupted == 0);
  return kFine;
}

int answer_one(const CommonOptions& common, const std::string& id, const std::string& verb) {
  const bool plain_id = !id.empty() && id.size() <= 64 &&
                        id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!plain_id) {
    std::cerr << "an approval's id is the one that `doorward approvals list` shows\n";
    return kUsage;
  }
  const auto config = config_in_force(common);
  if (!config) return tell(config.error());
  const auto answer = call_operator(*config, "POST", "/api/v1/approvals/" + id + "/" + verb);
  if (!answer) return tell(answer.error());
  if (answer->status != 200) {
    std::cerr << error_of(*answer)
              << (answer->status == 404 ? "; another gateway's is found with `--config FILE`" : "")
              << "\n";
    return answer->status >= 500 ? kCouldNot : kFindings;
  }
  const auto document = wire::JsonDocument::parse(answer->body);
  if (!document) return kCouldNot;
  if (common.json)
    std::cout << answer->body << "\n";
  else
    std::cout << one_text(document->root());
  return kFine;
}

int approvals_approve(const CommonOptions& common, const AnswerOptions& options) {
  return answer_one(common, options.id, "approve");
}
int approvals_deny(const CommonOptions& common, const AnswerOptions& options) {
  return answer_one(common, options.id, "deny");
}

}  // namespace

void add_approvals_commands(const CommandLine& line) {
  CLI::App& approvals = *line.cli.add_subcommand("approvals", "calls held for a person");
  approvals.require_subcommand(1);
  auto [list, options] =
      add_command(line, approvals, "list", "calls that wait for a person", approvals_list);
  list->add_flag("--all", options->all, "also those that are answered or expired");
  list->add_flag("--watch", options->watch, "goes on, and shows what comes");
  auto [approve, approved] = add_command(
      line, approvals, "approve", "the same call, made again, passes once", approvals_approve);
  approve->add_option("ID", approved->id, "as `list` shows it")->required();
  auto [deny, denied] = add_command(line, approvals, "deny",
                                    "no; also takes back what is not redeemed yet", approvals_deny);
  deny->add_option("ID", denied->id, "as `list` shows it")->required();
}

}  // namespace doorward::app
