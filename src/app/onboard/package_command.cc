#include <algorithm>
#include <array>

#include "app/onboard/package.h"

namespace doorward::app {

namespace {

using Words = std::vector<std::string>;

// `name@version`, where a scope begins with an `@` of its own.
void split_version(std::string_view spec, PackageCommand& into) {
  const size_t at = spec.find('@', 1);
  into.name = spec.substr(0, at);
  if (at != std::string_view::npos) into.version = spec.substr(at + 1);
  if (into.version == "latest") into.version.clear();
}

// `name==1.2` and `name@1.2` of Python's runners; extras in brackets stay with the name.
void split_python(std::string_view spec, PackageCommand& into) {
  const size_t equal = spec.find("==");
  const size_t at = spec.find('@');
  const size_t end = std::min(equal, at);
  into.name = spec.substr(0, end);
  if (equal != std::string_view::npos && equal == end) into.version = spec.substr(equal + 2);
  if (at != std::string_view::npos && at == end) into.version = spec.substr(at + 1);
  if (into.version == "latest") into.version.clear();
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<PackageCommand> npm_words(const Words& words, size_t at) {
  PackageCommand made;
  std::string package;
  for (; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (is_one_of(word, {"-y", "--yes", "-q", "--quiet", "--prefer-offline", "--silent"})) continue;
    if (is_one_of(word, {"-p", "--package"}) && at + 1 < words.size()) {
      package = words[++at];
      continue;
    }
    if (word.starts_with("--package=")) {
      package = word.substr(10);
      continue;
    }
    if (word == "--") continue;
    if (word.starts_with('-')) return std::nullopt;  // `-c` and others run a shell line
    break;
  }
  if (at >= words.size()) return std::nullopt;
  if (package.empty()) {
    split_version(words[at], made);
  } else {
    split_version(package, made);
    made.program = words[at];
  }
  made.arguments.assign(words.begin() + static_cast<ptrdiff_t>(at) + 1, words.end());
  // `npm exec PKG -- args`
  if (!made.arguments.empty() && made.arguments.front() == "--")
    made.arguments.erase(made.arguments.begin());
  return made;
}

std::optional<PackageCommand> python_words(const Words& words, size_t at) {
  PackageCommand made;
  made.runner = Runner::python;
  std::string from;
  for (; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (is_one_of(word, {"--from", "--spec"}) && at + 1 < words.size()) {
      from = words[++at];
      continue;
    }
    if (is_one_of(word, {"--python", "-p", "--with", "--index-url"}) && at + 1 < words.size()) {
      ++at;
      continue;
    }
    if (word.starts_with('-')) continue;
    break;
  }
  if (at >= words.size()) return std::nullopt;
  split_python(from.empty() ? words[at] : from, made);
  if (!from.empty()) made.program = words[at];
  made.arguments.assign(words.begin() + static_cast<ptrdiff_t>(at) + 1, words.end());
  return made;
}

// A name that a registry can have; anything else (a path, a URL, `git+…`) is not installed.
bool is_registry_name(std::string_view name, Runner runner) {
  if (name.empty() || name.size() > 214) return false;
  std::string_view rest = name;
  if (runner == Runner::npm && rest.starts_with('@')) {
    const size_t slash = rest.find('/');
    if (slash == std::string_view::npos || slash == 1) return false;
    rest = rest.substr(slash + 1);
  }
  const auto plain = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' || letter == '.' ||
           letter == '[' || letter == ']' || letter == ',';
  };
  return !rest.empty() && !rest.starts_with('.') && !rest.starts_with('-') &&
         std::all_of(rest.begin(), rest.end(), plain);
}

}  // namespace

std::optional<PackageCommand> package_command(const Words& command) {
  if (command.empty()) return std::nullopt;
  // `cmd /c npx …` is how Windows starts it; the rest is the same.
  if (command.size() > 2 && is_one_of(command[0], {"cmd", "cmd.exe"}) && command[1] == "/c")
    return package_command(Words(command.begin() + 2, command.end()));
  const std::string program = Path(command[0]).filename();
  const std::string second = command.size() > 1 ? command[1] : "";
  const std::string third = command.size() > 2 ? command[2] : "";
  std::optional<PackageCommand> made;
  if (is_one_of(program, {"npx", "bunx", "pnpx"}))
    made = npm_words(command, 1);
  else if ((program == "npm" && is_one_of(second, {"exec", "x"})) ||
           (is_one_of(program, {"pnpm", "yarn"}) && second == "dlx") ||
           (program == "bun" && second == "x"))
    made = npm_words(command, 2);
  else if (program == "uvx" || (program == "pipx" && second == "run"))
    made = python_words(command, program == "uvx" ? 1 : 2);
  else if (program == "uv" && second == "tool" && third == "run")
    made = python_words(command, 3);
  if (made && !is_registry_name(made->name, made->runner)) return std::nullopt;
  return made;
}

}  // namespace doorward::app
