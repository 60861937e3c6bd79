// One list of fields, walked by a writer and by a reader: numbers as eight bytes, little end
// first; strings and lists with their length in front.
#include "sandbox/spec.h"

#include <type_traits>

namespace doorward::sandbox {
namespace {

constexpr uint64_t kMagic = 0x3230574c44524f44;  // "DORDLW02"
constexpr uint64_t kLongest = 1ULL << 24;        // of a string
constexpr uint64_t kMost = 1ULL << 16;           // entries of a list

struct Writer {
  std::string out;
  void number(uint64_t value) {
    for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
  }
  void field(const std::string& text) {
    number(text.size());
    out.append(text);
  }
  template <class T>
    requires std::is_integral_v<T>
  void field(const T& value) {
    number(static_cast<uint64_t>(value));
  }
  template <class T>
  void field(const std::vector<T>& list) {
    number(list.size());
    for (const auto& each : list) field(each);
  }
  template <class A, class B>
  void field(const std::pair<A, B>& both) {
    field(both.first);
    field(both.second);
  }
  void field(const SpecMount& mount);
  void field(const SpecPin& pin);
  void field(const SpecListen& listen);
};

struct Reader {
  std::string_view in;
  bool good = true;
  uint64_t number() {
    if (in.size() < 8) {
      good = false;
      in = {};
      return 0;
    }
    uint64_t value = 0;
    for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(in[i]);
    in.remove_prefix(8);
    return value;
  }
  void field(std::string& text) {
    const uint64_t size = number();
    if (!good || size > kLongest || size > in.size()) {
      good = false;
      return;
    }
    text.assign(in.substr(0, size));
    in.remove_prefix(size);
  }
  template <class T>
    requires std::is_integral_v<T>
  void field(T& value) {
    const uint64_t wide = number();
    value = static_cast<T>(wide);
    if (static_cast<uint64_t>(value) != wide) good = false;
  }
  template <class T>
  void field(std::vector<T>& list) {
    const uint64_t size = number();
    if (!good || size > kMost) {
      good = false;
      return;
    }
    for (uint64_t i = 0; i < size && good; ++i) field(list.emplace_back());
  }
  template <class A, class B>
  void field(std::pair<A, B>& both) {
    field(both.first);
    field(both.second);
  }
  void field(SpecMount& mount);
  void field(SpecPin& pin);
  void field(SpecListen& listen);
};

template <class Walker, class... Fields>
void walk(Walker& walker, Fields&... fields) {
  (walker.field(fields), ...);
}
template <class Walker, class M>
void walk_mount(Walker& w, M& m) {
  walk(w, m.from, m.to, m.writable, m.map_owner);
}
template <class Walker, class P>
void walk_pin(Walker& w, P& p) {
  walk(w, p.mount, p.path, p.writable);
}
template <class Walker, class L>
void walk_listen(Walker& w, L& l) {
  walk(w, l.address, l.port);
}
template <class Walker, class S>
void walk_spec(Walker& w, S& s) {
  walk(w, s.bwrap, s.init, s.program, s.arguments, s.folder, s.uid, s.gid, s.mounts, s.pins,
       s.listen, s.env, s.files, s.seccomp_allow, s.seccomp_deny, s.cgroups, s.cgroup_set, s.watch,
       s.sockets, s.ledger, s.landlock, s.observe, s.memory, s.disk, s.data, s.file_size,
       s.open_files, s.processes, s.tmp, s.cores);
}

void Writer::field(const SpecMount& mount) {
  walk_mount(*this, mount);
}
void Writer::field(const SpecPin& pin) {
  walk_pin(*this, pin);
}
void Writer::field(const SpecListen& listen) {
  walk_listen(*this, listen);
}
void Reader::field(SpecMount& mount) {
  walk_mount(*this, mount);
}
void Reader::field(SpecPin& pin) {
  walk_pin(*this, pin);
}
void Reader::field(SpecListen& listen) {
  walk_listen(*this, listen);
}

}  // namespace

std::string encode(const Spec& spec) {
  Writer writer;
  // One allocation as a rule: growing would leave copies of secrets behind.
  writer.out.reserve(256 * 1024);
  writer.number(kMagic);
  walk_spec(writer, spec);
  return std::move(writer.out);
}

std::optional<Spec> decode(std::string_view bytes) {
  Reader reader{bytes};
  if (reader.number() != kMagic) return std::nullopt;
  Spec spec;
  walk_spec(reader, spec);
  if (!reader.good || !reader.in.empty()) return std::nullopt;
  return spec;
}

}  // namespace doorward::sandbox
