#include "app/onboard/client_backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/bytes.h"
#include "base/fd.h"

namespace doorward::app {

namespace fs = std::filesystem;

namespace {

std::unexpected<Error> failed(const Path& file) {
  return failure("init.write", Fault::self, "`" + file.string() + "`: " + std::strerror(errno));
}

// What init wrote, as its hash, and the mode that the file had, beside the backup.
Path mark_of(const Path& file) {
  return file.string() + ".doorward-written";
}

// The file as a person had it when `init` moved more servers later on.
Path later_of(const Path& file) {
  return file.string() + ".doorward-later";
}

std::string octal(unsigned mode) {
  std::string out;
  for (int shift = 6; shift >= 0; shift -= 3)
    out += static_cast<char>('0' + ((mode >> shift) & 7U));
  return out;
}

std::string text_of(const Path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Through a link: the file that it leads to is the one to replace.
Path real(const Path& file) {
  std::error_code error;
  const Path resolved = fs::canonical(file, error);
  return error ? file : resolved;
}

unsigned mode_of(const Path& file) {
  struct stat facts{};
  return ::stat(file.c_str(), &facts) == 0 ? facts.st_mode & 0777U : 0600U;
}

}  // namespace

Path backup_of(const Path& file) {
  return real(file).string() + ".doorward-backup";
}

Expected<void> write_whole(const Path& file, std::string_view text, unsigned mode) {
  const Path fresh = file.string() + ".new-" + random_id(6);
  {
    std::ofstream out(fresh, std::ios::binary);
    if (!out || ::chmod(fresh.c_str(), mode) != 0) return failed(fresh);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.close();
    if (!out) return failed(fresh);
  }
  const Fd held(::open(fresh.c_str(), O_RDONLY | O_CLOEXEC));
  if (!held || ::fsync(held.get()) != 0 || ::rename(fresh.c_str(), file.c_str()) != 0) {
    auto error = failed(file);
    ::unlink(fresh.c_str());
    return error;
  }
  return {};
}

Expected<void> replace_with_backup(const Path& file, std::string_view before,
                                   std::string_view after) {
  const Path place = real(file);
  const unsigned mode = mode_of(place);
  std::error_code error;
  const std::string mark_before = text_of(mark_of(place));
  if (fs::exists(backup_of(place), error) &&
      hex(sha256(before)) != mark_before.substr(0, mark_before.find(' ')))
    if (auto kept = write_whole(later_of(place), before, 0600); !kept) return kept;
  if (!fs::exists(backup_of(place), error))
    // Secrets that stood in the file stand in its backup: nobody else reads that.
    if (auto kept = write_whole(backup_of(place), before, 0600); !kept) return kept;
  if (auto mark = write_whole(mark_of(place), hex(sha256(after)) + " " + octal(mode), 0600); !mark)
    return mark;
  return write_whole(place, after, mode);
}

Expected<void> replace_whole(const Path& file, std::string_view text) {
  const Path place = real(file);
  return write_whole(place, text, mode_of(place));
}

Expected<Undone> undo(const Path& file) {
  const Path place = real(file);
  const Path backup = backup_of(place);
  std::error_code error;
  if (!fs::exists(backup, error)) return Undone{};
  Undone done{.restored = true, .kept = {}};
  const std::string now = text_of(place);
  const std::string mark = text_of(mark_of(place));
  if (fs::exists(place, error) && hex(sha256(now)) != mark.substr(0, mark.find(' '))) {
    done.kept = place.string() + ".before-undo";
    if (auto kept = write_whole(done.kept, now, mode_of(place)); !kept)
      return std::unexpected(std::move(kept).error());
  }
  const std::string before = text_of(backup);
  unsigned mode = mode_of(backup);
  if (const size_t space = mark.find(' '); space != std::string::npos) {
    unsigned kept = 0;
    const std::string_view text = std::string_view(mark).substr(space + 1);
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), kept, 8);
    if (failed == std::errc() && (kept & ~0777U) == 0) mode = kept;
  }
  if (auto put = write_whole(place, before, mode); !put)
    return std::unexpected(std::move(put).error());
  fs::remove(backup, error);
  fs::remove(mark_of(place), error);
  if (done.kept.empty() && fs::exists(later_of(place), error)) {
    done.kept = place.string() + ".before-undo";
    fs::rename(later_of(place), done.kept, error);
  }
  return done;
}

}  // namespace doorward::app
