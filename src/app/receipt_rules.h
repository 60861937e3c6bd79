// What the log's guard is made of, from the configuration, and who answers when it waits.
#pragma once

#include "app/doors.h"
#include "app/needs.h"
#include "guards/logtamper/receipt.h"

namespace doorward::app {

[[nodiscard]] guards::ReceiptRules receipt_rules(const Config& config, const Workshops& shops,
                                                 std::shared_ptr<const detect::HeldSecrets> held);

// `audit.durable:INDEX`: waits until the entry is on disk.
[[nodiscard]] NeedSource wait_for_disk(std::shared_ptr<audit::Log> log);

}  // namespace doorward::app
