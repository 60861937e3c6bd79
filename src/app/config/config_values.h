// What sections of doorward.yaml are made of. Durations are milliseconds, sizes are bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::app {

using std::chrono::milliseconds;
using Path = std::filesystem::path;

// `{ secret: NAME }`: a name in `Config::secrets`; "" where none is given.
struct SecretRef {
  std::string name;
  [[nodiscard]] explicit operator bool() const { return !name.empty(); }
  bool operator==(const SecretRef&) const = default;
};

// `20/s`, `100MiB/h`: an amount (of calls or bytes) for each period.
struct Rate {
  uint64_t amount = 0;
  milliseconds period{1000};
  [[nodiscard]] double per_second() const {
    return static_cast<double>(amount) * 1000.0 / static_cast<double>(period.count());
  }
  bool operator==(const Rate&) const = default;
};

// An IP literal or `localhost`, and a port (0 picks one).
struct Address {
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] std::string text() const;  // `127.0.0.1:8080`, `[::1]:8080`
  bool operator==(const Address&) const = default;
};

struct Calls {
  Rate rate{20, milliseconds(1000)};
  uint64_t burst = 400;
  bool operator==(const Calls&) const = default;
};

struct UpstreamTls {
  std::vector<std::string> pin_sha256;  // base64 of the SHA-256 of the SubjectPublicKeyInfo
  Path ca;                              // empty = the system's
  Path client_certificate;
  Path client_key;
  bool operator==(const UpstreamTls&) const = default;
};

// A file that counts only with its signature.
struct SignedPolicy {
  Path file;
  Path signature;  // Ed25519 over the file's bytes
  Path key;        // PEM public key
  bool operator==(const SignedPolicy&) const = default;
};

}  // namespace doorward::app
