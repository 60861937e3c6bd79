#include "app/content_doors.h"

#include <fstream>

#include "app/secrets.h"
#include "guards/injection/hidden_unicode.h"
#include "guards/injection/prompt_text.h"
#include "guards/injection/shell_meta.h"
#include "guards/injection/sql.h"
#include "guards/injection/url_scheme.h"
#include "guards/secrets/argument_leak.h"
#include "guards/secrets/credential_path.h"
#include "guards/secrets/error_text.h"
#include "guards/secrets/result_dlp.h"

namespace doorward::app {

namespace {

guards::ContentAct act_of(ContentMode mode) {
  switch (mode) {
    case ContentMode::redact:
      return guards::ContentAct::redact;
    case ContentMode::deny:
      return guards::ContentAct::deny;
    case ContentMode::observe:
      break;
  }
  return guards::ContentAct::observe;
}

}  // namespace

std::shared_ptr<const detect::HeldSecrets> held_secrets(const Config& config) {
  std::vector<Secret<std::string>> values;
  for (const auto& [name, source] : config.secrets)
    if (auto value = read_secret(config, name)) values.push_back(std::move(*value));
  for (const char* const own : {"local-token", "operator-token"}) {
    std::ifstream file(config.state / own);
    std::string line;
    if (std::getline(file, line) && line.size() >= 16) values.emplace_back(std::move(line));
  }
  return std::make_shared<const detect::HeldSecrets>(std::move(values));
}

std::vector<core::Pipeline::Door> content_doors(const Config& config,
                                                std::shared_ptr<const detect::HeldSecrets> held,
                                                std::shared_ptr<detect::SeenSecrets> seen) {
  const auto injection = config.inspection.injection == InjectionMode::observe
                             ? core::Mode::observe
                             : core::Mode::enforce;
  std::vector<core::Pipeline::Door> doors;
  const auto hang = [&doors](std::unique_ptr<const core::Guard> guard, core::Mode mode) {
    doors.push_back({std::move(guard), mode});
  };
  hang(std::make_unique<guards::UrlScheme>(), core::Mode::enforce);
  hang(std::make_unique<guards::HiddenUnicode>(), injection);
  hang(std::make_unique<guards::SqlText>(), injection);
  // Before shell_meta, which would refuse most of these with a less telling reason.
  hang(std::make_unique<guards::CredentialPath>(), core::Mode::enforce);
  hang(std::make_unique<guards::ShellMeta>(), injection);
  hang(std::make_unique<guards::ArgumentLeak>(held, seen),
       config.inspection.secrets == ContentMode::observe ? core::Mode::observe
                                                         : core::Mode::enforce);
  hang(std::make_unique<guards::ErrorText>(), core::Mode::enforce);
  hang(std::make_unique<guards::PromptText>(), injection);
  hang(std::make_unique<guards::ResultDlp>(
           guards::DlpSettings{act_of(config.inspection.secrets), act_of(config.inspection.pii),
                               config.hash},
           held, seen),
       core::Mode::enforce);
  return doors;
}

}  // namespace doorward::app
