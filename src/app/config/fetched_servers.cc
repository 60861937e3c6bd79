#include "app/config/fetched_servers.h"

#include <algorithm>
#include <charconv>
#include <thread>

#include "app/config/load.h"
#include "app/config/load_key.h"
#include "app/config/yaml.h"
#include "app/given_file.h"
#include "app/onboard/client_backup.h"
#include "app/wait_for.h"
#include "base/bytes.h"
#include "net/outbound.h"
#include "net/own_thread.h"
#include "net/tls.h"

namespace doorward::app {

namespace {

constexpr size_t kLargest = 1u << 20;
constexpr size_t kLargestSignature = 4096;
constexpr std::chrono::seconds kPatience{10};

std::unexpected<Error> not_fetched(const std::string& url, std::string why) {
  return failure("config.fetch", Fault::server,
                 "catalog.servers: `" + url + "` can't be fetched: " + std::move(why));
}

Path copy_of(const Config& config) {
  return config.state / "servers-copy";
}

// One request on a thread of this moment.
Expected<std::string> get(const std::string& address, size_t limit) {
  auto url = wire::parse_url(address);
  if (!url) return not_fetched(address, url.error().what);
  auto tls = net::client_tls({});
  if (!tls) return not_fetched(address, tls.error().what);
  net::OutboundRequest request;
  request.url = std::move(*url);
  request.stated = net::Stated::by_operator;
  request.tls = std::move(*tls);
  request.timeout = kPatience;
  request.limit = limit;
  // No gateway is made yet where the configuration is read: one without servers lends its thread.
  net::Gateway nobody(std::make_shared<const core::Pipeline>(std::vector<core::Pipeline::Door>{}),
                      std::make_shared<const net::Routes>(), {});
  net::OwnThread thread(nobody);
  auto answer =
      wait_for<net::OutboundAnswer>(thread.executor(), net::outbound(std::move(request)), {});
  if (!answer) return not_fetched(address, answer.error().what);
  if (answer->status != 200)
    return not_fetched(address, "it answers with status " + std::to_string(answer->status));
  return std::move(answer->body);
}

// `serial:` of a servers file, which rises with every one that is signed.
std::optional<uint64_t> serial_of(const std::string& text) {
  const YamlResult parsed = parse_yaml(text);
  if (!parsed.root) return std::nullopt;
  const Member* const serial = parsed.root->member("serial");
  if (serial == nullptr) return std::nullopt;
  const std::string& digits = serial->value.text;
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

bool stands_elsewhere(const SignedPolicy& servers) {
  return servers.file.string().starts_with("https://");
}

Expected<FetchedServers> fetched_servers(const Config& config) {
  const std::string url = config.catalog.servers->file.string();
  auto text = read_regular_file(copy_of(config).string(), kLargest + 16 * 1024);
  const size_t first = text ? text->find('\n') : std::string::npos;
  const size_t second =
      first == std::string::npos ? std::string::npos : text->find('\n', first + 1);
  if (second == std::string::npos || text->substr(0, first) != url)
    return failure("config.unreadable", Fault::self,
                   "`" + url + "` was not fetched yet; `doorward run` does");
  return FetchedServers{url, text->substr(first + 1, second - first - 1), text->substr(second + 1)};
}

Expected<void> fetch_servers(const Config& config) {
  const SignedPolicy& given = *config.catalog.servers;
  const std::string url = given.file.string();
  // Both at once: whoever waits for a reload waits for the slower one, not for their sum.
  Expected<std::string> text, signature;
  {
    const std::jthread beside(
        [&] { signature = get(given.signature.string(), kLargestSignature); });
    text = get(url, kLargest);
  }
  if (!text) return std::unexpected(std::move(text).error());
  if (!signature) return std::unexpected(std::move(signature).error());
  if (auto fits = signed_by(*text, *signature, given); !fits)
    return std::unexpected(std::move(fits).error());
  const auto serial = serial_of(*text);
  if (!serial)
    return failure("config.invalid", Fault::server,
                   "`" + url + "` needs a whole number `serial`, which rises with each change");
  // The copy counts as the last one only while its own signature does.
  if (const auto before = fetched_servers(config);
      before && signed_by(before->text, before->signature, given)) {
    const auto was = serial_of(before->text);
    if (was && (*serial < *was || (*serial == *was && before->text != *text)))
      return failure("config.rollback", Fault::server,
                     "`" + url + "` has serial " + std::to_string(*serial) + ", and another file " +
                         "with serial " + std::to_string(*was) + " was used here before");
    if (before->text == *text) return {};
  }
  // One line: raw bytes may hold its end.
  std::string line = *signature;
  if (line.size() == 64) line = base64(line);
  std::erase_if(line, [](char letter) { return letter == '\n' || letter == '\r'; });
  std::error_code ignored;
  std::filesystem::create_directories(config.state, ignored);
  return write_whole(copy_of(config), url + "\n" + line + "\n" + *text, 0600);
}

Expected<void> renew_servers(const Path& file, void (*tell)(std::string_view)) {
  std::error_code fault;
  const Path absolute = std::filesystem::absolute(file, fault).lexically_normal();
  const auto text = read_given_file(absolute.string(), kLargest);
  if (fault || !text) return {};
  const auto config = parse_config(*text, file.string(), absolute.parent_path());
  if (!config || !config->catalog.servers || !stands_elsewhere(*config->catalog.servers)) return {};
  auto fetched = fetch_servers(*config);
  if (fetched) return fetched;
  if (!fetched_servers(*config)) return fetched;
  tell(fetched.error().what + "; the servers that were fetched last stay in force");
  return {};
}

}  // namespace doorward::app
