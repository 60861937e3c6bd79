#include "audit/exported.h"

#include <optional>
#include <string>

#include "audit/chain.h"
#include "audit/record.h"
#include "audit/rotation.h"
#include "audit/tree.h"
#include "wire/json.h"

namespace doorward::audit {

namespace {

constexpr size_t kLongestLine = 1U << 20U;

class Reading {
 public:
  Reading(const std::vector<PublicKey>& keys, size_t max_findings)
      : keys_(keys), most_(max_findings) {}

  void line(std::string text, uint64_t number) {
    const auto parsed = text.size() > kLongestLine
                            ? Expected<wire::JsonDocument>(failure("json.size", Fault::client, ""))
                            : wire::JsonDocument::parse(std::move(text));
    if (!parsed) return add("audit.record_syntax", {}, number, "it is no JSON");
    const wire::JsonValue root = parsed->root(), own = root["unmapped"]["doorward"];
    const auto index = own["index"].integer();
    const std::string entry(root["raw_data"].text());
    if (!index || *index < 0 || entry.empty())
      return add("audit.record_syntax", {}, number, "it is no record of a log");
    const auto at = static_cast<uint64_t>(*index);
    const Hash leaf = leaf_hash(entry);
    const auto link = parse_link(entry);
    if (hex(leaf) != own["leaf"].text() || !link || link->seq != at)
      return add("audit.record_changed", at, number,
                 "its entry is not the one of its number and leaf hash");
    // Everything but `raw_data` is read from it, so it can be written again.
    const Record again{at, leaf, entry, std::string(own["checkpoint"].text())};
    const auto written = wire::JsonDocument::parse(ocsf_json(again));
    if (!written || wire::canonical_json(written->root()) != wire::canonical_json(root))
      return add("audit.record_changed", at, number,
                 "what it says is not what its `raw_data` says (or another version wrote it)");
    if (!signature_holds(again.checkpoint, at, number)) return;
    record(at, leaf, link->prev, number);
  }

  // A checkpoint kept elsewhere: the records have to reach it, and to be its.
  void hold_against(std::string_view note) {
    if (note.empty()) return;
    auto opened = open_checkpoint(note, keys_);
    if (!opened) return add("audit.against", {}, {}, opened.error().what);
    newest_ = std::max(newest_, opened->size);
    against_ = std::move(*opened);
  }

  ExportedReport done() {
    if (out_.records == 0 && out_.findings.empty())
      add("audit.records_missing", {}, {}, "there is no record");
    if (newest_ > out_.end && out_.records > 0)
      add("audit.records_missing", out_.end, {},
          "a checkpoint covers `" + std::to_string(newest_) + "` entries, the records end at `" +
              std::to_string(out_.end) + "`");
    out_.proven = whole_ && out_.records > 0 && proven_ == out_.end;
    return std::move(out_);
  }

 private:
  void add(std::string code, std::optional<uint64_t> index, std::optional<uint64_t> line,
           std::string what) {
    if (out_.findings.size() < most_)
      out_.findings.push_back({std::move(code), index, "", line, std::move(what)});
  }

  // Of a note that was seen before nothing is checked again but what it covers.
  bool signature_holds(std::string_view note, uint64_t at, uint64_t number) {
    if (note != note_ || note_.empty()) {
      auto opened = open_checkpoint(note, keys_);
      if (!opened) {
        add(opened.error().code, at, number, opened.error().what);
        return false;
      }
      note_ = note;
      newest_ = std::max(newest_, opened->size);
      covered_ = std::move(*opened);
    }
    if (at < covered_.size) return true;
    add("audit.record_foreign", at, number, "its checkpoint does not cover it");
    return false;
  }

  void record(uint64_t at, const Hash& leaf, const Hash& prev, uint64_t number) {
    const bool begins = out_.records == 0;
    if (!begins && at < out_.end) {
      ++out_.again;
      return;
    }
    if (begins) {
      out_.first = at;
    } else if (at > out_.end) {
      whole_ = false;
      add("audit.records_missing", out_.end, number,
          "records `" + std::to_string(out_.end) + "` to `" + std::to_string(at - 1) +
              "` are not there");
    } else if (prev != last_) {
      whole_ = false;
      add("audit.record_foreign", at, number, "it does not follow on the record before it");
    }
    ++out_.records;
    out_.end = at + 1;
    last_ = leaf;
    if (at == 0) whole_ = true;
    if (!whole_) return;
    edge_.add(leaf, [](unsigned, uint64_t, std::span<const Hash>) {});
    if (against_ && edge_.size() == against_->size && edge_.root() != against_->root)
      add("audit.forked", at, number, "the records are not those of the older checkpoint");
    if (edge_.size() != covered_.size) return;
    if (edge_.root() == covered_.root)
      proven_ = edge_.size();
    else
      add("audit.root_mismatch", at, number, "the records do not lead to the signed root");
  }

  const std::vector<PublicKey>& keys_;
  const size_t most_;
  ExportedReport out_;
  std::string note_;    // the last one that holds, "" before the first
  Checkpoint covered_;  // what it says
  std::optional<Checkpoint> against_;
  uint64_t newest_ = 0, proven_ = 0;
  Hash last_{};
  bool whole_ = false;  // everything from the first entry on was seen
  TreeEdge edge_;
};

}  // namespace

ExportedReport verify_exported(std::istream& lines, const std::vector<PublicKey>& keys,
                               std::string_view against, size_t max_findings) {
  Reading reading(keys, max_findings);
  reading.hold_against(against);
  std::string line;
  for (uint64_t number = 1; std::getline(lines, line); ++number)
    if (!line.empty()) reading.line(std::move(line), number);
  return reading.done();
}

}  // namespace doorward::audit
