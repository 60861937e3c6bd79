#include "app/receivers.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/secrets.h"
#include "app/wait_for.h"
#include "audit/files.h"
#include "net/outbound.h"
#include "net/syslog_connection.h"
#include "net/tls.h"
#include "wire/json.h"

namespace doorward::app {

namespace asio = net::asio;

namespace {

std::string host_name() {
  std::string name(256, '\0');
  if (::gethostname(name.data(), name.size() - 1) != 0) return "";
  name.resize(name.find('\0'));
  return name;
}

class FileReceiver : public Receiver {
 public:
  explicit FileReceiver(Path path) : path_(path.string()) {}

  // Opened each time: whoever rotates the file need tell nobody.
  Expected<void> send(const std::vector<audit::Record>& records, const std::stop_token&) override {
    constexpr int kFlags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    auto fd = files_.open_file(path_, kFlags, 0600);
    if (!fd) return std::unexpected(std::move(fd).error());
    std::string lines;
    // A line that was cut off by a crash stays a line of its own.
    struct stat facts = {};
    char last = '\n';
    const bool known = ::fstat(fd->get(), &facts) == 0;
    const off_t expected = std::exchange(size_, 0);
    if (known && facts.st_ino == inode_ && facts.st_size < expected)
      return failure("export.cut", Fault::server,
                     "`" + path_ + "` was cut: " + std::to_string(expected - facts.st_size) +
                         " bytes of records that were written are gone");
    if (known && facts.st_size > 0 && ::pread(fd->get(), &last, 1, facts.st_size - 1) == 1 &&
        last != '\n')
      lines += '\n';
    for (const audit::Record& record : records) lines += audit::ocsf_json(record) + "\n";
    for (std::string_view rest = lines; !rest.empty();) {
      const ssize_t done = files_.write(fd->get(), rest.data(), rest.size());
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) return audit::write_failed("can't write", path_);
      rest.remove_prefix(static_cast<size_t>(done));
    }
    if (known) {
      inode_ = facts.st_ino;
      size_ = facts.st_size + static_cast<off_t>(lines.size());
    }
    return files_.sync(fd->get(), path_);
  }

 private:
  const std::string path_;
  ino_t inode_ = 0;  // of the file as it was left, and how long it was then
  off_t size_ = 0;
  audit::Files files_;
};

class SyslogReceiver : public Receiver {
 public:
  SyslogReceiver(wire::Url url, std::shared_ptr<asio::ssl::context> tls,
                 asio::any_io_executor executor)
      : executor_(std::move(executor)),
        connection_(std::make_shared<net::SyslogConnection>(std::move(url), std::move(tls))) {}
  ~SyslogReceiver() override { asio::co_spawn(executor_, close(connection_), asio::detached); }

  [[nodiscard]] bool acknowledges() const override { return false; }
  [[nodiscard]] bool holds() override {
    const auto held = wait_for<bool>(executor_, still_open(connection_), {});
    return held && *held;
  }
  Expected<void> send(const std::vector<audit::Record>& records,
                      const std::stop_token& stop) override {
    std::vector<std::string> messages;
    messages.reserve(records.size());
    for (const audit::Record& record : records)
      messages.push_back(audit::syslog_message(record, host_));
    return wait_for<void>(executor_, write(connection_, core::Cleared::syslog_frames(messages)),
                          stop);
  }

 private:
  using Connection = std::shared_ptr<net::SyslogConnection>;
  static net::Task<> close(Connection connection) { co_await connection->close(); }
  static net::Task<Expected<bool>> still_open(Connection connection) {
    const bool open = co_await connection->holds();
    co_return Expected<bool>(open);
  }
  static net::Task<Expected<void>> write(Connection connection, core::Cleared frames) {
    co_return co_await connection->send(std::move(frames));
  }

  const asio::any_io_executor executor_;
  const Connection connection_;
  const std::string host_ = host_name();
};

class OtlpReceiver : public Receiver {
 public:
  OtlpReceiver(wire::Url url, std::shared_ptr<asio::ssl::context> tls,
               std::optional<Secret<>> token, asio::any_io_executor executor)
      : url_(std::move(url)),
        tls_(std::move(tls)),
        token_(std::move(token)),
        executor_(std::move(executor)) {}

  Expected<void> send(const std::vector<audit::Record>& records,
                      const std::stop_token& stop) override {
    net::OutboundRequest request{url_, net::Stated::by_operator, tls_};
    request.timeout = std::chrono::milliseconds(10'000);
    request.records = core::Cleared::otlp_logs(audit::otlp_json(records, host_));
    if (token_)
      request.headers.emplace_back("Authorization", Secret<>("Bearer " + token_->reveal()));
    auto answer = wait_for<net::OutboundAnswer>(executor_, net::outbound(std::move(request)), stop);
    if (!answer) return std::unexpected(std::move(answer).error());
    if (answer->status < 200 || answer->status > 299)
      return failure("export.status", Fault::server,
                     "the collector answers " + std::to_string(answer->status));
    const auto body = wire::JsonDocument::parse(answer->body.empty() ? "{}" : answer->body);
    const wire::JsonValue rejected =
        body ? body->root()["partialSuccess"]["rejectedLogRecords"] : wire::JsonValue();
    if (rejected && rejected.raw() != "0" && rejected.raw() != "\"0\"")
      return failure("export.rejected", Fault::server,
                     "the collector takes " + std::string(rejected.raw().substr(0, 20)) +
                         " of the records not");
    return {};
  }

 private:
  const wire::Url url_;
  const std::shared_ptr<asio::ssl::context> tls_;
  const std::optional<Secret<>> token_;
  const asio::any_io_executor executor_;
  const std::string host_ = host_name();
};

}  // namespace

Expected<std::unique_ptr<Receiver>> make_receiver(const Config& config, const AuditExport& to,
                                                  asio::any_io_executor executor) {
  if (!to.file.empty()) return std::make_unique<FileReceiver>(to.file);
  // The form of a URL is all that dialling takes: `tls://` is https to it, `tcp://` http.
  const bool plain = to.syslog.starts_with("tcp://");
  const std::string place =
      to.syslog.empty() ? to.otlp : (plain ? "http://" : "https://") + to.syslog.substr(6);
  auto url = wire::parse_url(place);
  if (!url) return std::unexpected(std::move(url).error());
  auto tls = net::client_tls({to.tls.ca.string(), to.tls.client_certificate.string(),
                              to.tls.client_key.string(), to.tls.pin_sha256});
  if (!tls) return std::unexpected(std::move(tls).error());
  if (!to.syslog.empty())
    return std::make_unique<SyslogReceiver>(std::move(*url), std::move(*tls), std::move(executor));
  std::optional<Secret<>> token;
  if (!to.token.name.empty()) {
    auto value = read_secret(config, to.token.name);
    if (!value) return std::unexpected(std::move(value).error());
    token.emplace(std::move(*value));
  }
  return std::make_unique<OtlpReceiver>(std::move(*url), std::move(*tls), std::move(token),
                                        std::move(executor));
}

}  // namespace doorward::app
