#include "sandbox/explain.h"

#include <algorithm>
#include <cstdio>
#include <initializer_list>

#include "sandbox/order.h"
#include "sandbox/powers.h"
#include "sandbox/resolve.h"
#include "sandbox/uids.h"

namespace doorward::sandbox {
namespace {

std::string bytes(uint64_t amount) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  while (unit < 4 && amount >= 1024 && amount % 1024 == 0) {
    amount /= 1024;
    ++unit;
  }
  return std::to_string(amount) + " " + kUnits[unit];
}

std::string cores(double amount) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", amount);
  return text;
}

std::string place(const Mount& mount) {
  const bool same = mount.to.empty() || mount.to == mount.from;
  return "`" + mount.from.string() + "`" + (same ? "" : " (there `" + mount.to.string() + "`)");
}

bool is_secret(const std::filesystem::path& path) {
  return holds_credentials(path) || !credentials_in(path).empty();
}

class Scribe {
 public:
  Scribe(const LaunchPlan& plan, const Host& host) : plan_(plan), host_(host) {
    out_.server = plan.name;
  }
  Explanation write() {
    auto order = make_order(plan_, host_, host_.root ? kFirstUid : 0, "doorward-explain");
    if (order) {
      program(order->spec);
      walls(order->reduced);
      if (auto there = mounts_are_there(plan_); !there) out_.refused = there.error().what;
    } else {
      out_.refused = order.error().what;
    }
    mounts();
    network();
    powers();
    environment();
    limits();
    always();
    out_.score = std::max(0, out_.score);
    return std::move(out_);
  }

 private:
  void can(std::string sentence, int cost) {
    out_.can.push_back(std::move(sentence));
    out_.score -= cost;
  }
  // `gain` is what the score rises by.
  void tighten(const std::string& sentence, int gain) {
    out_.tighten.push_back(sentence + " (+" + std::to_string(gain) + ")");
  }

  void program(const Spec& spec) {
    can("run `" + spec.program + "` and other programs of /usr, without a shell in between", 0);
    for (const SpecMount& mount : spec.mounts) {
      const bool listed =
          std::ranges::any_of(plan_.read, [&](auto& m) { return m.from == mount.from; }) ||
          std::ranges::any_of(plan_.write, [&](auto& m) { return m.from == mount.from; });
      if (!listed) can("read `" + mount.from + "`, which its program needs", 0);
    }
    can("start in `" + spec.folder + "`", 0);
    if (!plan_.git_write &&
        std::ranges::any_of(spec.pins, [](const SpecPin& pin) { return !pin.writable; }))
      out_.cannot.emplace_back("change the `.git` of repositories in what it writes");
  }
  void mounts() {
    for (const Mount& mount : plan_.read) {
      const bool broad = is_wide(mount.from), secret = is_secret(mount.from);
      can("read " + place(mount), secret ? 20 : broad ? 15 : 1);
      if (broad)
        tighten("`read: " + mount.from.string() + "` is wide; list the folders it needs", 14);
      if (secret)
        tighten("`read: " + mount.from.string() + "` holds credentials; leave it out", 20);
    }
    for (const Mount& mount : plan_.write) {
      const bool broad = is_wide(mount.from), secret = is_secret(mount.from);
      can("read, change and delete in " + place(mount), secret || broad ? 30 : 10);
      if (broad || secret)
        tighten("`write: " + mount.from.string() + "` is wide; give it a folder of its own", 20);
    }
    if (plan_.write.size() > 1)
      tighten("several folders can be written; one is usually enough",
              10 * static_cast<int>(plan_.write.size() - 1));
    can("write " + bytes(plan_.limits.tmp) + " of temporary files, gone at its end", 0);
  }
  void network() {
    for (const NetworkRule& rule : plan_.network) {
      const std::string to = "`" + rule.host + ":" + std::to_string(rule.port) + "`";
      if (rule.forward) {
        can("connect to " + to +
                " of this host's networks, as 127.0.0.1:" + std::to_string(rule.port),
            10);
      } else if (rule.host.starts_with("*.")) {
        can("connect to any public address that has a name like " + to + ", through a proxy", 20);
        tighten("network " + to + ": name the hosts instead of `*.`", 12);
      } else {
        can("connect to " + to + (rule.port == 443 ? "" : " (perhaps not encrypted)"), 8);
      }
    }
    if (plan_.network.empty()) {
      out_.cannot.emplace_back("reach any network; its loopback device is its own");
    } else {
      out_.cannot.emplace_back("reach any other host or port, nor this host's own services");
      if (!plan_.write.empty() || !plan_.read.empty()) {
        tighten("it can both read your files and send them away; consider two servers",
                plan_.write.empty() ? 1 : 10);
      }
    }
  }
  void powers() {
    if (plan_.git_write) {
      can("write `.git` in its folders, and so make git run programs for whoever works there", 10);
      tighten("`powers: [git_write]`: leave it out where it only works on files", 10);
    }
    if (!plan_.unix_sockets) return;
    can("use unix sockets, those of other programs in its mounts among them", 10);
    tighten("`powers: [unix_sockets]`: leave it out where it works without", 10);
  }
  void environment() {
    if (plan_.env.empty()) return;
    std::string names;
    for (const auto& [name, value] : plan_.env) names += (names.empty() ? "" : ", ") + name;
    can("see these variables: " + names,
        static_cast<int>(std::min<size_t>(10, 2 * plan_.env.size())));
  }
  void limits() {
    const Limits& limits = plan_.limits;
    can("use " + bytes(limits.memory) + " of memory, " + std::to_string(limits.processes) +
            " processes and threads, " + cores(limits.cpu) + " processors, and " +
            bytes(limits.disk) + " more disk",
        0);
    if (limits.memory > (4ULL << 30)) {
      out_.score -= 5;
      tighten("limits: memory above 4 GiB", 5);
    }
    if (limits.processes > 512) {
      out_.score -= 5;
      tighten("limits: processes above 512", 5);
    }
  }
  void walls(std::vector<std::string> reduced) {
    for (auto& sentence : reduced) {
      out_.score -= 8;
      out_.reduced.push_back(std::move(sentence));
    }
    if (!out_.reduced.empty())
      tighten("this host: `doorward doctor` says how to mend what is weaker",
              8 * static_cast<int>(out_.reduced.size()));
  }
  void always() {
    for (const char* sentence :
         {"read or change any other file of this host, its own program included",
          "see, trace or signal processes outside",
          "become root, gain privileges or make set-user-id files",
          "create namespaces, mount, load kernel modules, or use io_uring, bpf, keyctl, perf",
          "open raw or packet sockets, or devices",
          "see variables of the gateway, or secrets that are not listed for it",
          "live on when the gateway, or its session, ends"}) {
      out_.cannot.emplace_back(sentence);
    }
    if (!plan_.unix_sockets) out_.cannot.emplace_back("open unix sockets");
    if (host_.landlock > 0) out_.cannot.emplace_back("execute files that it wrote");
  }

  const LaunchPlan& plan_;
  const Host& host_;
  Explanation out_;
};

void list(std::string& to, const char* title, const std::vector<std::string>& sentences) {
  if (sentences.empty()) return;
  to.append(title).append("\n");
  for (const auto& each : sentences) to.append("  - ").append(each).append("\n");
}

}  // namespace

Explanation explain_parts(const LaunchPlan& plan, const Host& host) {
  return Scribe(plan, host).write();
}

std::string explain(const LaunchPlan& plan, const Host& host) {
  const Explanation parts = explain_parts(plan, host);
  std::string text =
      "server `" + parts.server + "`, tightness " + std::to_string(parts.score) + " of 100\n";
  if (!parts.refused.empty()) text += "It would NOT start: " + parts.refused + "\n";
  list(text, "It can", parts.can);
  list(text, "It can't", parts.cannot);
  list(text, "Weaker on this host", parts.reduced);
  list(text, "To tighten", parts.tighten);
  return text;
}

}  // namespace doorward::sandbox
