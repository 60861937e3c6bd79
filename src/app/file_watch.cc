#include "app/file_watch.h"

#include <sys/stat.h>

namespace doorward::app {

namespace {
std::string fingerprint(const std::vector<Path>& files) {
  std::string text;
  for (const Path& file : files) {
    struct stat facts{};
    if (::stat(file.c_str(), &facts) != 0) {
      text += "-;";
      continue;
    }
    text += std::to_string(facts.st_ino) + "," + std::to_string(facts.st_size) + "," +
            std::to_string(facts.st_mtim.tv_sec) + "." + std::to_string(facts.st_mtim.tv_nsec) +
            ";";
  }
  return text;
}
}  // namespace

void FileWatch::add(std::vector<Path> files, std::function<void()> changed) {
  std::erase_if(files, [](const Path& file) { return file.empty(); });
  if (files.empty()) return;
  std::string now = fingerprint(files);
  watched_.push_back({std::move(files), std::move(changed), now, now});
}

void FileWatch::look() {
  for (Watched& each : watched_) {
    std::string now = fingerprint(each.files);
    const bool settled = now == each.seen;
    each.seen = now;
    if (!settled || now == each.known) continue;
    each.known = std::move(now);
    each.changed();
  }
}

}  // namespace doorward::app
