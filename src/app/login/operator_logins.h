// Logins at remote servers in the audit log: POST /api/v1/logins (R11.7).
//
//   POST /api/v1/logins?act=login|forget&server=S&issuer=I&user=U[&agent=A][&vouched_by=I]
//
// Called before anything is kept or taken away: 200 says that it stands in the log.
#pragma once

#include "app/instance.h"
#include "app/login/account.h"

namespace doorward::app {

enum class LoginAct : uint8_t { login, forget };
[[nodiscard]] std::string login_query(const Account& account, LoginAct act);

// `by`: the operator. Nothing for another path.
[[nodiscard]] std::optional<net::OperatorAnswer> operate_logins(
    Instance& instance, std::string_view by, const net::OperatorRequest& request);

}  // namespace doorward::app
