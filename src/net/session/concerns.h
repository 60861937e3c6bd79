// What a server may tell its client about, outside of an answer: resources that the client
// subscribed to, pages that it was sent to, tasks that it started. A notification about anything
// else belongs to nothing that the client did and is dropped (R5.6).
#pragma once

#include <set>
#include <string>

#include "base/locked.h"
#include "wire/message.h"

namespace doorward::net {

class Concerns {
 public:
  // A request of the client that was sent on, and the server's judged answer to it.
  void requested(const wire::Message& request);
  void answered(const wire::Message& request, const wire::Message& reply);
  // A question of the server that the client was asked.
  void asked(const wire::Message& question);

  // False for a notification about something that is none of the client's, or of no sense. Methods
  // that concern no subject pass.
  [[nodiscard]] bool admit(const wire::Message& notification) const;

 private:
  // Bounded: what is over the bound was long ago.
  struct Subjects {
    std::set<std::string, std::less<>> known;
    void add(std::string_view subject);
  };
  struct State {
    Subjects resources, pages, tasks;
  };
  Locked<State> state_;
};

}  // namespace doorward::net
