// One table for each section of doorward.yaml; `config_type` is the whole.
#pragma once

#include <string_view>

#include "app/config/shape.h"

namespace doorward::app {

[[nodiscard]] const Type<Config>& config_type();

[[nodiscard]] const Type<Listen>& listen_type();
[[nodiscard]] const Type<Admin>& admin_type();
[[nodiscard]] const Type<Server>& server_type();
[[nodiscard]] const Type<std::map<std::string, Server>>& servers_type();
[[nodiscard]] const Type<SecretSource>& secret_source_type();
[[nodiscard]] const Type<Identity>& identity_type();
[[nodiscard]] const Type<policy::PrincipalSelector>& selector_type();
[[nodiscard]] const Type<std::vector<policy::Rule>>& rules_type();
[[nodiscard]] const Type<Policy>& policy_type();
[[nodiscard]] const Type<std::vector<FlowRule>>& flow_type();
[[nodiscard]] const Type<Calls>& calls_type();
[[nodiscard]] const Type<OwnLimits>& own_limits_type();
[[nodiscard]] const Type<Limits>& limits_type();
[[nodiscard]] const Type<UpstreamTls>& upstream_tls_type();
[[nodiscard]] const Type<Audit>& audit_type();
[[nodiscard]] const Type<Inspection>& inspection_type();

// Complaints about names, "" where they are fine.
[[nodiscard]] std::string server_name_complaint(std::string_view name);
[[nodiscard]] std::string plain_name_complaint(std::string_view name);
[[nodiscard]] std::string guard_id_complaint(std::string_view id);

// What no single section can see; adds problems.
void check_whole(Reader& reader, const Node& root, const Config& config);

}  // namespace doorward::app
