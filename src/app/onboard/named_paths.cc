#include "app/onboard/named_paths.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "sandbox/powers.h"

namespace doorward::app {

namespace {

namespace fs = std::filesystem;

bool lies_in(const Path& path, const Path& folder) {
  const Path relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

// Seen by every sandbox, or by none.
bool is_the_systems(const Path& path) {
  return std::ranges::any_of(
      std::initializer_list<const char*>{"/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc",
                                         "/sys", "/dev", "/run", "/boot"},
      [&](const char* folder) { return lies_in(path, folder); });
}

// The folder in which a database keeps its journal beside the file.
bool has_companions(const Path& file) {
  const std::string ending = file.extension().string();
  return ending == ".db" || ending == ".sqlite" || ending == ".sqlite3";
}

bool covered(const std::vector<Mount>& mounts, const Path& path) {
  return std::ranges::any_of(mounts, [&](const Mount& mount) {
    return lies_in(path, mount.to.empty() ? mount.from : mount.to);
  });
}

// `LOGS_DIR`, `DATA_FOLDER`.
bool names_a_folder(const std::string& variable) {
  for (const std::string_view ending : {"DIR", "DIRECTORY", "FOLDER", "ROOT"})
    if (variable.ends_with(ending)) return true;
  return false;
}

struct Mounter {
  Server& server;
  NamedPaths& told;

  void write(const std::string& who, const Path& path) {
    if (covered(server.sandbox.write, path)) return;
    std::error_code error;
    const Path real = fs::canonical(path, error);
    if (error) return;
    server.sandbox.write.push_back({real, path});
    told.notes.push_back("it may change `" + path.string() + "`, which " + who + " names");
  }

  // A variable's value that is an absolute path.
  void variable(const std::string& name, const Path& path, bool keeps) {
    const std::string who = "its `" + name + "`";
    std::error_code error;
    const Path folder = path.parent_path();
    fs::file_status status = fs::status(path, error);
    // What lies beside a folder that is not there yet is none of the server's: it is made.
    if (!fs::exists(status) && fs::is_directory(folder, error) && names_a_folder(name) &&
        !is_the_systems(path) && !sandbox::holds_credentials(path) &&
        fs::create_directory(path, error)) {
      fs::permissions(path, fs::perms::owner_all, error);
      told.notes.push_back("`" + path.string() + "`, which " + who + " names, was made");
      status = fs::status(path, error);
    }
    if (!fs::exists(status) && !fs::is_directory(folder, error)) {
      if (keeps)
        told.notes.push_back(who + " names `" + path.string() +
                             "`, whose folder is not there; make it first");
      return;
    }
    if (sandbox::holds_credentials(path)) {
      told.notes.push_back(who + " names `" + path.string() +
                           "`, which is not handed over; list it under `read:` if it has to be");
      return;
    }
    if (fs::is_directory(status)) {
      if (!is_too_wide(path))
        write(who, path);
      else if (path != "/tmp")
        told.notes.push_back(who + " names `" + path.string() +
                             "`, which is not handed over: too much lies there");
      return;
    }
    const bool may_be_folder = !fs::exists(status) && !keeps && !path.has_extension();
    if (may_be_folder && !is_the_systems(path) && ::access(folder.c_str(), W_OK) == 0) {
      told.refused = who + " names `" + path.string() +
                     "`, which is not there yet: make it, so that the server gets it and nothing "
                     "beside it";
    } else if ((keeps || has_companions(path) || !fs::exists(status)) && !is_too_wide(folder)) {
      write(who, folder);
    } else if (fs::is_regular_file(status)) {
      write(who, path);
    } else if (!fs::exists(status) && ::access(folder.c_str(), W_OK) == 0) {
      told.refused = who + " names `" + path.string() + "`, which is not there yet, in a folder " +
                     "that is too wide to hand over; make the file, or name one in a folder of " +
                     "its own";
    }
  }

  // A word that names a file, alone or behind `--option=`.
  void word(const std::string& text) {
    const size_t sign = text.starts_with("--") ? text.find('=') : std::string::npos;
    const Path path(sign == std::string::npos ? text : text.substr(sign + 1));
    std::error_code error;
    if (!path.is_absolute() || !fs::is_regular_file(path, error) || is_the_systems(path) ||
        covered(server.sandbox.read, path) || covered(server.sandbox.write, path))
      return;
    if (sandbox::holds_credentials(path)) {
      told.notes.push_back("its command names `" + path.string() +
                           "`, which is not handed over; list it under `read:` if it has to be");
      return;
    }
    server.sandbox.read.push_back({fs::canonical(path, error), path});
    told.notes.push_back("it may read `" + path.string() + "`, which its command names");
  }
};

}  // namespace

bool is_too_wide(const Path& folder) {
  const char* const home = std::getenv("HOME");
  if (folder == "/" || (home != nullptr && folder == Path(home))) return true;
  return std::ranges::any_of(
      std::initializer_list<const char*>{"/etc", "/usr", "/var", "/home", "/root", "/proc", "/sys",
                                         "/dev", "/boot", "/run", "/tmp", "/opt", "/mnt", "/media",
                                         "/srv", "/var/tmp", "/var/lib"},
      [&](const char* system) { return folder == system; });
}

NamedPaths mount_named_paths(Server& server, const std::map<std::string, std::string>& environment,
                             std::string_view keeps) {
  NamedPaths told;
  Mounter mounter{server, told};
  for (const auto& [name, value] : environment) {
    if (value.size() < 2 || value[0] != '/' || value.find_first_of(":\n\r") != std::string::npos)
      continue;
    Path path = Path(value).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    if (!is_the_systems(path)) mounter.variable(name, path, name == keeps);
  }
  for (size_t i = 1; i < server.command.size(); ++i) mounter.word(server.command[i]);
  return told;
}

}  // namespace doorward::app
