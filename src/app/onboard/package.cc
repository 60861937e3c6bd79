#include "app/onboard/package.h"

#include <algorithm>
#include <filesystem>

#include "app/given_file.h"
#include "app/onboard/client_backup.h"
#include "app/onboard/run_program.h"
#include "base/bytes.h"
#include "wire/json.h"

namespace doorward::app {

namespace fs = std::filesystem;

namespace {

std::unexpected<Error> failed(std::string what) {
  return failure("init.package", Fault::self, std::move(what));
}

// `@scope/name` as one folder name.
std::string folder_name(std::string_view name) {
  std::string out(name);
  for (char& letter : out)
    if (letter == '/') letter = '+';
  return out;
}

bool is_exact(std::string_view version) {
  return !version.empty() && version.front() >= '0' && version.front() <= '9' &&
         version.find_first_not_of(
             "0123456789.-+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
             std::string_view::npos &&
         std::count(version.begin(), version.end(), '.') >= 2 && version.find('x') == version.npos;
}

Expected<wire::JsonDocument> read_json(const Path& file) {
  auto text = read_given_file(file.string(), 32 << 20);
  if (!text) return failed(text.error().what);
  wire::JsonLimits limits;
  limits.bytes = 32 << 20;
  auto document = wire::JsonDocument::parse(std::move(*text), limits);
  if (!document) return failed("`" + file.string() + "`: " + document.error().what);
  return document;
}

// What stands in an installed folder, as the package manager left it.
Expected<Package> look(const Path& folder, const PackageCommand& wanted) {
  const Path root = folder / "node_modules" / wanted.name;
  auto manifest = read_json(root / "package.json");
  if (!manifest) return std::unexpected(std::move(manifest).error());
  Package found;
  found.name = wanted.name;
  found.version = manifest->root()["version"].text();
  found.folder = folder;
  const wire::JsonValue bin = manifest->root()["bin"];
  std::string program(bin.text());
  if (bin.is_object()) {
    const std::string own = Path(wanted.name).filename();
    const std::string& name = wanted.program.empty() ? own : wanted.program;
    program = bin[name].text();
    if (program.empty() && wanted.program.empty() && bin.size() > 0)
      program = (*bin.members().begin()).value.text();
  }
  if (program.empty()) program = manifest->root()["main"].text();
  if (program.empty()) return failed("package `" + wanted.name + "` has no program to start");
  std::error_code error;
  found.entry = fs::canonical(root / program, error);
  const std::string below = fs::weakly_canonical(root, error).string() + "/";
  if (error || !found.entry.string().starts_with(below))
    return failed("package `" + wanted.name + "`: its program `" + program + "` is not there");
  if (auto lock = read_json(folder / "package-lock.json"))
    found.integrity = lock->root()["packages"]["node_modules/" + wanted.name]["integrity"].text();
  return found;
}

}  // namespace

Expected<Package> install(const PackageCommand& wanted, const Path& state) {
  if (wanted.runner == Runner::python)
    return failure("init.runner", Fault::self,
                   "`" + wanted.name +
                       "` is a Python package: install it into a virtual "
                       "environment and name the program in it as the command");
  const Path packages = state / "packages";
  const auto place = [&](std::string_view version) {
    return packages / (folder_name(wanted.name) + "@" + std::string(version));
  };
  std::error_code error;
  if (is_exact(wanted.version) && fs::exists(place(wanted.version), error))
    return look(place(wanted.version), wanted);
  // What `latest` meant the first time it means until a person asks for another version.
  const Path resolved =
      packages / (folder_name(wanted.name) + "@" +
                  (wanted.version.empty() ? "latest" : hex(sha256(wanted.version))) + ".resolved");
  if (const auto version = read_given_file(resolved.string(), 256);
      version && fs::exists(place(*version), error))
    return look(place(*version), wanted);
  const Path fresh = packages / (".new-" + random_id(9));
  fs::create_directories(fresh, error);
  if (error) return failed("`" + fresh.string() + "`: " + error.message());
  const std::string spec = wanted.name + (wanted.version.empty() ? "" : "@" + wanted.version);
  auto ran = run_program({"npm", "install", "--prefix", fresh.string(), "--ignore-scripts",
                          "--no-audit", "--no-fund", "--omit=dev", "--loglevel=error", "--", spec},
                         fresh);
  if (!ran || ran->exit_code != 0) {
    fs::remove_all(fresh, error);
    if (!ran) return std::unexpected(std::move(ran).error());
    const std::string said = ran->output.substr(0, ran->output.find('\n'));
    return failed("npm could not install `" + spec + "`: " + said);
  }
  auto package = look(fresh, wanted);
  if (!package) {
    fs::remove_all(fresh, error);
    return package;
  }
  const Path home = place(package->version);
  if (fs::exists(home, error)) {
    fs::remove_all(fresh, error);
  } else {
    fs::rename(fresh, home, error);
    if (error) return failed("`" + home.string() + "`: " + error.message());
  }
  if (!is_exact(wanted.version))
    if (auto kept = write_whole(resolved, package->version, 0600); !kept)
      return std::unexpected(std::move(kept).error());
  return look(home, wanted);
}

std::vector<std::string> direct_command(const Package& package, const PackageCommand& wanted) {
  std::vector<std::string> command{"node", package.entry.string()};
  command.insert(command.end(), wanted.arguments.begin(), wanted.arguments.end());
  return command;
}

}  // namespace doorward::app
