#include "sandbox/learn.h"

#include <algorithm>
#include <charconv>

#include "sandbox/check.h"
#include "sandbox/egress.h"
#include "sandbox/order.h"
#include "sandbox/powers.h"
#include "sandbox/resolve.h"
#include "wire/json.h"

namespace doorward::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMost = 50'000;
constexpr size_t kPaths = 2'000;  // of one kind that a proposal looks at
constexpr size_t kSiblings = 3;   // so many files of one folder: the folder

// What every server has, or never gets: no profile speaks of it.
bool is_given(const fs::path& path) {
  static constexpr const char* kGiven[] = {"/proc", "/sys", "/dev", "/tmp", "/etc"};
  return path == "/" || is_system(path) ||
         std::ranges::any_of(kGiven, [&](const char* root) { return is_within(path, root); });
}

// Where clouds hand out credentials, by name, or by a name that is made of the address.
bool is_metadata_name(std::string_view host) {
  static constexpr std::string_view kNames[] = {"metadata",
                                                "metadata.google.internal",
                                                "metadata.goog",
                                                "metadata.azure.internal",
                                                "instance-data",
                                                "instance-data.ec2.internal",
                                                "metadata.tencentyun.com"};
  static constexpr std::string_view kAddresses[] = {
      "169.254.",        "169-254-",        "a9fea9fe", "a9fe-a9fe",
      "100.100.100.200", "100-100-100-200", "fd00-ec2", "2852039166"};
  return std::ranges::any_of(kNames,
                             [&](std::string_view name) {
                               return host == name || (host.ends_with(name) &&
                                                       host[host.size() - name.size() - 1] == '.');
                             }) ||
         std::ranges::any_of(kAddresses, [&](std::string_view address) {
           return host.find(address) != std::string_view::npos;
         });
}

struct Reached {
  std::string address;
  uint16_t port = 0;
};

Reached reached_at(const std::string& text) {
  Reached target;
  const size_t space = text.find(' ');
  if (space == std::string::npos) return {};
  target.address = text.substr(0, space);
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data() + space + 1, end, target.port).ptr != end) return {};
  return target;
}

class Student {
 public:
  Student(const LaunchPlan& plan, const std::map<char, std::set<std::string>>& seen)
      : plan_(plan), seen_(seen) {
    if (auto program =
            resolve_program(plan.command.empty() ? "" : plan.command[0],
                            plan.folder.empty() ? fs::path("/") : plan.folder, plan.search_path))
      needs_ = std::move(program->needs);
  }

  Proposal write_down() {
    files();
    mounts();
    network();
    return std::move(out_);
  }

 private:
  [[nodiscard]] const std::set<std::string>& of(char letter) const {
    static const std::set<std::string> none;
    const auto found = seen_.find(letter);
    return found == seen_.end() ? none : found->second;
  }
  static const fs::path& place(const Mount& mount) {
    return mount.to.empty() ? mount.from : mount.to;
  }
  // The innermost mount that shows `path`.
  [[nodiscard]] const Mount* mount_of(const fs::path& path) const {
    const Mount* best = nullptr;
    for (const auto* mounts : {&plan_.read, &plan_.write})
      for (const Mount& mount : *mounts)
        if (is_within(path, place(mount)) &&
            (best == nullptr || is_within(place(mount), place(*best))))
          best = &mount;
    return best;
  }
  [[nodiscard]] bool is_needed(const fs::path& path) const {
    return std::ranges::any_of(needs_, [&](const auto& need) { return is_within(path, need); });
  }
  // Named by the operator in the command itself: asking about it is wanting it.
  [[nodiscard]] bool is_named(const fs::path& path) const {
    return std::ranges::any_of(plan_.command, [&](const std::string& word) {
      return word.starts_with('/') && is_within(path, fs::path(word).lexically_normal());
    });
  }

  void files() {
    for (const char letter : {'w', 'r', 'x', 's'})
      for (const std::string& text : of(letter)) file(letter, fs::path(text).lexically_normal());
    gather(reads_);
    for (const fs::path& path : writes_) want(path, true);
    for (const fs::path& path : reads_)
      if (std::ranges::none_of(out_.write, [&](auto& have) { return is_within(path, have.from); }))
        want(path, false);
    only_asked();
  }
  void file(char letter, const fs::path& path) {
    if (const Mount* mount = mount_of(path)) {
      used_.insert(mount);
      if (letter == 'w') written_.insert(mount);
      return;
    }
    std::error_code error;
    if (is_given(path) || is_needed(path)) return;
    if (letter == 'w') {
      const fs::path folder = fs::is_directory(path, error) ? path : path.parent_path();
      if (writes_.size() < kPaths && fs::is_directory(folder, error)) writes_.insert(folder);
    } else if (auto& paths = letter == 's' && !is_named(path) ? asked_ : reads_;
               paths.size() < kPaths && fs::exists(path, error)) {
      paths.insert(path);
    }
  }
  // Many files of one folder become the folder.
  static void gather(std::set<fs::path>& paths) {
    std::map<fs::path, size_t> count;
    for (const fs::path& path : paths) ++count[path.parent_path()];
    for (const auto& [folder, number] : count) {
      if (number < kSiblings || is_wide(folder)) continue;
      std::erase_if(paths, [&](const fs::path& path) { return path.parent_path() == folder; });
      paths.insert(folder);
    }
    for (auto at = paths.begin(); at != paths.end();) {
      const bool covered = std::ranges::any_of(
          paths, [&](const fs::path& other) { return other != *at && is_within(*at, other); });
      at = covered ? paths.erase(at) : std::next(at);
    }
  }
  void want(const fs::path& path, bool write) {
    const std::string name = "`" + path.string() + "`";
    const char* const verb = write ? "write in " : "read ";
    LaunchPlan alone = plan_;
    alone.read.clear();
    alone.write.clear();
    (write ? alone.write : alone.read) = {{path, path}};
    const auto good = check(alone);
    if (!good || holds_credentials(path) || !credentials_in(path).empty() || is_wide(path)) {
      out_.refused.push_back(
          "it tried to " + (verb + name) +
          (!good ? ": " + good.error().what : ": credentials or other programs' files lie there"));
      return;
    }
    (write ? out_.write : out_.read).push_back({path, path});
    out_.added.push_back(verb + name);
  }
  void only_asked() {
    for (const fs::path& path : asked_) {
      const bool covered =
          std::ranges::any_of(
              asked_, [&](auto& deeper) { return deeper != path && is_within(deeper, path); }) ||
          std::ranges::any_of(out_.read,
                              [&](auto& have) {
                                return is_within(path, have.from) || is_within(have.from, path);
                              }) ||
          std::ranges::any_of(out_.write, [&](auto& have) {
            return is_within(path, have.from) || is_within(have.from, path);
          });
      // The way down to a mount is asked about by everyone who looks for links.
      const bool way =
          std::ranges::any_of(plan_.read, [&](auto& m) { return is_within(place(m), path); }) ||
          std::ranges::any_of(plan_.write, [&](auto& m) { return is_within(place(m), path); }) ||
          std::ranges::any_of(needs_, [&](auto& need) { return is_within(need, path); });
      if (!covered && !way) out_.asked.push_back(path.string());
    }
  }
  void mounts() {
    for (const Mount& mount : plan_.write) {
      const std::string name = "`" + mount.from.string() + "`";
      if (written_.contains(&mount)) {
        out_.write.push_back(mount);
      } else if (used_.contains(&mount)) {
        out_.read.push_back(mount);
        out_.dropped.push_back("change " + name + ": it only read there");
      } else {
        out_.dropped.push_back("change " + name + ": it never looked there");
      }
    }
    for (const Mount& mount : plan_.read) {
      if (used_.contains(&mount))
        out_.read.push_back(mount);
      else
        out_.dropped.push_back("read `" + mount.from.string() + "`");
    }
  }
  void network() {
    std::vector<Reached> connected;
    for (const std::string& text : of('c'))
      if (Reached target = reached_at(text); target.port != 0)
        connected.push_back(std::move(target));
    const auto places = offers(plan_.network);
    std::set<std::pair<std::string, uint16_t>> offered;
    for (size_t i = 0; i < places.size(); ++i) {
      const NetworkRule& rule = plan_.network[i];
      const std::string address = places[i].address.empty() ? kProxyAddress : places[i].address;
      const uint16_t port = places[i].address.empty() ? kProxyPort : places[i].port;
      offered.emplace(address, port);
      const bool used = std::ranges::any_of(connected, [&](const Reached& target) {
        return target.address == address && target.port == port;
      });
      if (used)
        out_.network.push_back(rule);
      else
        out_.dropped.push_back("connect to `" + rule.host + ":" + std::to_string(rule.port) + "`");
    }
    for (const Reached& target : connected) {
      // Port 53 of its own loopback is where names are asked for while it is watched.
      if (target.port == 53 || offered.contains({target.address, target.port})) continue;
      reach({target.address, target.port, place_of(target.address) == Place::loopback});
    }
    for (const std::string& name : of('n')) {
      const bool known = std::ranges::any_of(plan_.network, [&](const NetworkRule& rule) {
        return rule.host == name || permits({rule}, Target{name, rule.port});
      });
      if (!known && name.find('.') != std::string::npos) reach({name, 443, false});
    }
  }
  void reach(NetworkRule rule) {
    const std::string name = "`" + rule.host + ":" + std::to_string(rule.port) + "`";
    const bool literal = place_of(rule.host) != Place::invalid;
    if (!check_rule(rule) || is_metadata_name(rule.host) ||
        (literal && !may_dial(rule, rule.host))) {
      out_.refused.push_back("it tried to connect to " + name);
      return;
    }
    out_.added.push_back("connect to " + name +
                         (rule.forward ? " of this host: mean it, it is no small power"
                          : literal    ? ""
                                       : " (a name was asked for; the port is a guess)"));
    out_.network.push_back(std::move(rule));
  }

  const LaunchPlan& plan_;
  const std::map<char, std::set<std::string>>& seen_;
  std::vector<fs::path> needs_;
  std::set<const Mount*> used_, written_;
  std::set<fs::path> reads_, writes_, asked_;
  Proposal out_;
};

std::string mount_text(const Mount& mount) {
  std::string from = wire::json_quote(mount.from.string());
  if (mount.to.empty() || mount.to == mount.from) return from;
  return "{ from: " + from + ", to: " + wire::json_quote(mount.to.string()) + " }";
}

std::string rule_text(const NetworkRule& rule) {
  const bool six = rule.host.find(':') != std::string::npos;
  const std::string target =
      wire::json_quote((six ? "[" + rule.host + "]" : rule.host) + ":" + std::to_string(rule.port));
  return rule.forward ? "{ forward: " + target + " }" : target;
}

template <class T>
std::string list_text(const std::vector<T>& list, std::string (*write)(const T&)) {
  std::string out = "[";
  for (const T& each : list) out += (out.size() > 1 ? ", " : "") + write(each);
  return out + "]\n";
}

}  // namespace

void Lessons::add(std::string_view seen) {
  static constexpr std::string_view kLetters = "rwxscn";
  // Its words end on a terminal.
  if (std::ranges::any_of(seen, [](unsigned char c) { return c < 0x20 || c == 0x7F; })) return;
  if (seen.size() < 3 || seen[1] != ' ' || kLetters.find(seen[0]) == std::string_view::npos ||
      size_ >= kMost)
    return;
  if (seen_[seen[0]].insert(std::string(seen.substr(2))).second) ++size_;
}

Proposal Lessons::propose(const LaunchPlan& plan) const {
  return Student(plan, seen_).write_down();
}

std::string proposal_yaml(const Proposal& proposal, std::string_view indent) {
  std::string out;
  out.append(indent).append("read: ").append(list_text(proposal.read, mount_text));
  out.append(indent).append("write: ").append(list_text(proposal.write, mount_text));
  out.append(indent).append("network: ").append(list_text(proposal.network, rule_text));
  return out;
}

}  // namespace doorward::sandbox
