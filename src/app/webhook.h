// Tells another system what becomes of held calls, by signed requests (Standard Webhooks 1.0):
//
//   POST URL
//   webhook-id: the same for every attempt      webhook-timestamp: seconds since 1970
//   webhook-signature: v1,base64(HMAC-SHA256(secret, id "." timestamp "." body))
//   {"type":"approval.asked","timestamp":"…","data":{…}}
//
// On a thread of its own: no call waits for it. Each notice is tried a bounded number of times, one
// after the other; what is not taken then is an event of the log. Whoever receives a notice learns
// who asks for what, but no arguments: those are on the page that it links to.
//
// Tested by tests/e2e/webhook.test.mjs
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/config/config.h"
#include "base/locked.h"
#include "net/outbound.h"
#include "net/own_thread.h"
#include "policy/approvals.h"

namespace doorward::app {

class WebhookCourier {
 public:
  struct Facts {
    std::function<std::shared_ptr<const Config>()> config;
    std::function<void(std::string_view reason, std::string_view detail)> event;
  };
  WebhookCourier(net::Gateway& gateway, Facts facts)
      : gateway_(gateway), facts_(std::move(facts)) {}
  // What is not delivered yet is told as an event.
  ~WebhookCourier();

  // `data` is a JSON object. From any thread; returns at once. Nothing where none is configured.
  void tell(std::string_view type, std::string data);

 private:
  struct Notice {
    std::string id, type, time, data;
  };
  struct Waiting {
    std::deque<Notice> notices;
    bool working = false;
    bool full = false;  // and that was told
  };
  enum class Outcome : uint8_t { taken, later, refused };

  net::Task<> work();
  net::Task<> deliver(Notice notice);
  net::Task<Outcome> attempt(const Notice& notice, std::string& fault);

  net::Gateway& gateway_;
  const Facts facts_;
  Locked<Waiting> waiting_;
  Locked<std::unique_ptr<net::OwnThread>> thread_;
};

// `data` of a notice about an approval. `url` is where it is answered.
[[nodiscard]] std::string approval_notice(const policy::Approval& approval, std::string_view url);

// `data` of a notice about something that a person should look at.
[[nodiscard]] std::string alert_notice(std::string_view reason, std::string_view detail,
                                       std::string_view before, std::string_view after);

// What a receiver has to find in `webhook-signature`. The secret is taken as it is, or decoded
// where it has the form `whsec_BASE64`.
[[nodiscard]] std::string webhook_signature(const Secret<>& secret, std::string_view id,
                                            std::string_view timestamp, std::string_view body);

}  // namespace doorward::app
