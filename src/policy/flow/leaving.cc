// What of private results the arguments of a call carry; declared in judge.h.
#include "detect/views.h"
#include "policy/flow/fields.h"
#include "policy/flow/judge.h"

namespace doorward::policy::flow {

namespace {

constexpr std::string_view kOwnMeta = "io.doorward/";

// Letters turned by thirteen, and the text backwards: what any model can write without a tool.
std::string turned(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + 13) % 26);
    if (c >= 'A' && c <= 'Z') c = static_cast<char>('A' + (c - 'A' + 13) % 26);
  }
  return out;
}

bool is_copy(const TaskIndex::Overlap& overlap) {
  return overlap.prints >= 2 || overlap.share >= 0.3;  // less is a phrase that everybody uses
}

// The longest copy in a text or in what decoders read in it.
TaskIndex::Overlap overlap_of(const TaskIndex& task, std::string_view text) {
  TaskIndex::Overlap best = task.private_overlap(text);
  if (is_copy(best)) return best;
  for (const detect::View& view : detect::views_of(text)) {
    const TaskIndex::Overlap overlap = task.private_overlap(view.text());
    if (overlap.prints > best.prints) best = overlap;
  }
  if (is_copy(best)) return best;
  for (const std::string& other : {turned(text), std::string(text.rbegin(), text.rend())}) {
    const TaskIndex::Overlap overlap = task.private_overlap(other);
    if (overlap.prints > best.prints) best = overlap;
  }
  return best;
}

class Leaving {
 public:
  Leaving(const TaskIndex& task, const Sink& sink) : task_(task), sink_(sink) {
    sends_ = sink.labels->classes.has(core::ToolClass::egress);
  }

  void argument(const Field& field) {
    constexpr size_t kMost = 64;
    // Dates and amounts are like others by chance.
    Role role = role_of(*sink_.labels, field.name, field.value, field.number);
    // An address as all of a message is what is said.
    if (role == Role::address && guess_role(field.name, "", "") == Role::content)
      role = Role::content;
    if (found_.size() >= kMost || role == Role::scalar) return;
    if (const auto overlap = overlap_of(task_, field.value); is_copy(overlap)) {
      add(field, overlap.call, "repeats private content of the result of ", field.value);
      return;
    }
    std::string value;
    int call = -1;
    if (role == Role::content && sends_)
      call = task_.private_piece(field.value, value);
    else if (role == Role::address && field.value.find('/') != std::string_view::npos &&
             task_.origin_of(field.value).source == Source::unknown)
      call = task_.private_value(field.value, value);  // in a URL that nobody wrote
    if (call >= 0) add(field, call, "gives away `" + value + "` of the private result of ", value);
  }

  std::vector<PrivateFind> take() { return std::move(found_); }

 private:
  void add(const Field& field, int index, const std::string& what, std::string_view said) {
    if (task_.origin_of(field.value).source == Source::stated) return;
    const TaskIndex::Call& call = task_.call(index);
    PrivateFind find;
    find.asked =
        call.asked || task_.prompt_names_tool(call.tool) || task_.prompt_speaks_of(index, said);
    find.server = call.tool.substr(0, call.tool.find('.'));
    find.argument = field.name;
    find.value = field.value;
    find.because = "`" + find.argument + "` " + what + call.tool + " (call " +
                   std::to_string(call.number) + " of the task)";
    found_.push_back(std::move(find));
  }

  const TaskIndex& task_;
  const Sink& sink_;
  bool sends_ = false;
  std::vector<PrivateFind> found_;
};

}  // namespace

std::vector<PrivateFind> private_in(const TaskIndex& task, const Sink& sink) {
  if (!task.labels().is_private) return {};
  Leaving leaving(task, sink);
  read_arguments(sink.arguments, [&](const Field& field) { leaving.argument(field); });
  // What a client sends along is not for the gateway alone.
  if (sink.meta.is_object())
    for (const auto& [name, value, name_value] : sink.meta.members()) {
      if (name.starts_with(kOwnMeta) || name == "progressToken") continue;
      read_arguments(value, [&](const Field& field) {
        leaving.argument({"_meta", field.value, 0, false, field.number, false});
      });
    }
  return leaving.take();
}

}  // namespace doorward::policy::flow
