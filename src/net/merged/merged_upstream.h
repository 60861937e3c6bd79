// The merged endpoint as a server of its own: what it answers itself, from what the servers behind
// it say. A client's session with it is a session like any other.
#pragma once

#include "net/merged/members.h"
#include "net/merged/merged_lists.h"
#include "net/upstream/upstream.h"

namespace doorward::net {

class MergedUpstream : public Upstream {
 public:
  MergedUpstream(Gateway& gateway, std::shared_ptr<const Routes> routes, core::Principal principal);
  // For a client without sessions; `capabilities` is what its requests declare, as JSON text.
  MergedUpstream(Gateway& gateway, std::shared_ptr<const Routes> routes, core::Principal principal,
                 std::string capabilities);

  // `initialize`, ping, lists, logging/setLevel; anything else is no method here.
  Task<Expected<void>> request(core::Cleared, Sending, Receiver&) override;
  // What reaches this is for nobody behind it.
  Task<Expected<void>> send(core::Cleared, Sending) override;
  // Listens to all servers; what they say goes to the client's own stream.
  Task<Expected<void>> listen(Receiver&, std::shared_ptr<std::atomic<bool>> stop) override;
  Task<> close() override;
  [[nodiscard]] bool owns_process() const override { return owns_process_; }

  [[nodiscard]] bool stateless() const { return members_->stateless(); }
  [[nodiscard]] Members& members() { return *members_; }
  [[nodiscard]] MergedLists& lists() { return *lists_; }

 private:
  [[nodiscard]] Task<std::string> answer(const wire::Message& request, SteadyTime deadline);
  // The result of `initialize` without the revision, from who is there now.
  [[nodiscard]] std::string capabilities_result() const;
  [[nodiscard]] Task<Expected<void>> answer_stateless(const wire::Message& request,
                                                      const Sending& sending, Receiver& receiver);
  [[nodiscard]] Task<Expected<void>> subscribe(const wire::Message& request, const Sending& sending,
                                               Receiver& receiver);
  [[nodiscard]] Task<std::string> list(const wire::Message& request, ListKind kind,
                                       SteadyTime deadline);
  [[nodiscard]] Task<std::string> set_level(const wire::Message& request, SteadyTime deadline);

  Gateway& gateway_;
  const std::string owner_key_;
  const std::shared_ptr<Members> members_;
  const std::shared_ptr<MergedLists> lists_;
  bool owns_process_ = false;
};

}  // namespace doorward::net
