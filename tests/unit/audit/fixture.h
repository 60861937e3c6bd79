// Logs in folders that vanish, small enough to be made by the dozen.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include "audit/log.h"
#include "audit/verify.h"

namespace doorward::audit {

class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path().string() + "/audit-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }

 private:
  std::string path_;
};

inline std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void spill(const std::string& path, std::string_view bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

inline LogOptions small_log(const std::string& folder) {
  LogOptions options;
  options.folder = folder;
  options.origin = "test.example/audit";
  options.segment_bytes = 256 * 1024;
  options.reserve_bytes = 8 * 1024;
  options.heartbeat = std::chrono::milliseconds(0);
  options.checkpoint_interval = std::chrono::hours(1);  // only when asked
  options.on_failure = [](const Error& it) { ADD_FAILURE() << it.code << ": " << it.what; };
  return options;
}

inline std::string sample(uint64_t i) {
  return "{\"time\":\"2026-11-24T02:10:00.000000Z\",\"kind\":\"decision\",\"call\":\"c" +
         std::to_string(i) + "\",\"tool\":\"send_mail\",\"verdict\":\"pass\"}";
}

inline std::unique_ptr<Log> open_log(LogOptions options) {
  auto log = Log::open(std::move(options));
  EXPECT_TRUE(log.has_value()) << log.error().code << ": " << log.error().what;
  return log ? std::move(*log) : nullptr;
}

inline VerifyReport verify_folder(const std::string& folder, std::string against = {}) {
  const auto key = PublicKey::parse(slurp(folder + "/key.pub"));
  EXPECT_TRUE(key.has_value());
  VerifyOptions options;
  options.folder = folder;
  options.key = *key;
  options.against = std::move(against);
  return verify(options);
}

inline std::string describe(const VerifyReport& report) {
  std::string out;
  for (const Finding& it : report.findings)
    out += it.code + " " + (it.index ? std::to_string(*it.index) : "-") + " " + it.file + ": " +
           it.what + "\n";
  return out;
}

inline bool finds(const VerifyReport& report, std::string_view code,
                  std::optional<uint64_t> index = std::nullopt) {
  for (const Finding& it : report.findings)
    if (it.code == code && (!index || it.index == index)) return true;
  return false;
}

}  // namespace doorward::audit
