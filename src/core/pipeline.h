// The corridor: one ordered list of guards; judge, commit, settle. See docs/life_of_a_call.md.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "core/cleared.h"
#include "core/guard.h"

namespace doorward::core {

enum class Mode : uint8_t { enforce, observe };

// The permits of one exchange, in the order they were given. Settled once, in reverse; without
// that, destruction settles as `client_gone`.
class Permits {
 public:
  Permits() = default;
  Permits(Permits&&) noexcept = default;
  Permits& operator=(Permits&&) noexcept;
  ~Permits();
  void settle(const Outcome& outcome) noexcept;
  [[nodiscard]] bool empty() const { return held_.empty(); }

 private:
  friend class Pipeline;
  std::vector<std::unique_ptr<Permit>> held_;
};

// Proof that a request head passed the accept stage. Only the pipeline makes one.
class Admission {
 public:
  [[nodiscard]] const Principal& principal() const { return principal_; }
  [[nodiscard]] const Credential& credential() const { return credential_; }

 private:
  friend class Pipeline;
  Admission(Principal principal, Credential credential)
      : principal_(std::move(principal)), credential_(std::move(credential)) {}
  Principal principal_;
  Credential credential_;
};

struct Refusal {
  Verdict verdict;
  std::optional<uint64_t> audit_index;
  // The client's revision knows results that ask for input, and it takes links: a held tools/call
  // also asks to open the approval's.
  bool asks_to_open = false;
};

// What the question of such a result is called, and the client's answer to it.
inline constexpr std::string_view kApprovalInput = "io.doorward/approval";
// `params` of `elicitation/create` in URL mode for an approval, JSON text. `id` where the revision
// asks for one.
[[nodiscard]] std::string open_link_params(const ApprovalFacts& approval, bool with_id);

class Pipeline {
 public:
  struct Door {
    std::unique_ptr<const Guard> guard;
    Mode mode = Mode::enforce;
  };
  explicit Pipeline(std::vector<Door> doors);

  // Judges a request head, then commits: the accept stage. What is committed here (a proof that
  // was used) holds nothing. A verdict `need` comes back as with `clear`.
  [[nodiscard]] std::expected<Admission, Refusal> admit(const Exchange&, Notes&) const;
  // A body of Doorward's own for an admitted request that is not MCP: the operator API, metadata.
  [[nodiscard]] Cleared own(const Admission&, std::string body) const;
  // Judges a server about to start: the launch stage.
  [[nodiscard]] std::expected<void, Refusal> may_launch(const Exchange&, Notes&) const;

  // Judges and commits `exchange.message` and makes its bytes, with the guards' edits and
  // `splices` (ids, names, members that a revision adds) worked in. A verdict `need` comes back as
  // a refusal with that effect: fetch the value into notes.values and call again.
  // INVARIANT: the request stage fills `permits`; an exchange without a message is refused.
  [[nodiscard]] std::expected<Cleared, Refusal> clear(const Exchange&, Notes&, Permits& permits,
                                                      std::vector<wire::Edit> splices = {}) const;

  // The answer that a refused client gets: a tool result with isError for tools/call, a JSON-RPC
  // error for anything else. `request` may be null, then the id is null.
  // `readable_id`: the raw id of a message that did not parse, where one could be read.
  [[nodiscard]] Cleared refuse(const wire::Message* request, const Refusal&,
                               std::string_view readable_id = {}) const;
  // The same for a refusal that no guard spoke (upstream gone, deadline): told to the guards first.
  [[nodiscard]] Refusal refusal(const Exchange&, Notes&, Verdict) const;

  [[nodiscard]] const std::vector<Door>& doors() const { return doors_; }

 private:
  [[nodiscard]] Verdict judge(const Exchange&, Notes&) const;
  [[nodiscard]] std::optional<Verdict> commit(const Exchange&, Notes&, Permits&) const;
  std::vector<Door> doors_;
};

// `_meta["io.doorward/decision"]` as JSON text.
[[nodiscard]] std::string decision_json(const Refusal&);

}  // namespace doorward::core
