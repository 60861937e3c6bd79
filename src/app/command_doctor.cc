// `doorward doctor`: what on this host is missing or reduced, and the command that mends it.
#include "app/add_command.h"
#include "app/doctor.h"
#include "app/operator_client.h"
#include "app/starter.h"
#include "app/state.h"

namespace doorward::app {

namespace {

struct DoctorOptions {};

int doctor(const CommonOptions& common, const DoctorOptions&) {
  Config config;
  std::error_code ignored;
  if (common.config_given || std::filesystem::exists(common.config, ignored)) {
    auto loaded = load_config(common.config);
    if (!loaded) return tell(loaded.error());
    config = std::move(*loaded);
  } else {
    config = starter_config();
    std::cerr << "no `" << common.config << "`: checking the defaults\n";
  }
  const auto answer = call_operator(config, "GET", "/api/v1/status");
  const bool running = answer && answer->status == 200;
  Diagnosis diagnosis;
  diagnosis.items = sandbox::report(sandbox::Host::probe()).items;
  diagnosis.items.push_back(port_item("client port", config.listen.address, running));
  diagnosis.items.push_back(port_item("operator port", config.admin.address, running));
  for (auto& item : state_items(config.state, takes_local_token(config)))
    diagnosis.items.push_back(std::move(item));
  for (auto& item : login_items(config)) diagnosis.items.push_back(std::move(item));
  std::cout << (common.json ? diagnosis.json() + "\n" : diagnosis.text());
  return diagnosis.fine() ? kFine : kFindings;
}

}  // namespace

void add_doctor_command(const CommandLine& line) {
  static_cast<void>(add_command(line, line.cli, "doctor",
                                "what on this host is missing or reduced, and how to mend it",
                                doctor));
}

}  // namespace doorward::app
