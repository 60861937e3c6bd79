#include "audit/segment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace doorward::audit {

namespace {
static_assert(std::endian::native == std::endian::little, "segments are little-endian");
constexpr std::string_view kMagic = "DWAUDIT1";
constexpr std::string_view kMarker = "DWfr";
constexpr size_t kCheckAt = 56;
constexpr size_t kSyncedAt = 64;
constexpr size_t kPage = 4096;

uint64_t load64(const char* at) {
  uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

Expected<char*> map_file(const Fd& fd, size_t size, const std::string& path) {
  void* const base = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  if (base == MAP_FAILED) return write_failed("can't map", path);
  return static_cast<char*>(base);
}
}  // namespace

Expected<std::optional<SegmentHead>> parse_segment_head(std::string_view segment) {
  const auto refuse = [](std::string_view why) {
    return failure("audit.segment_head", Fault::self, "no segment: " + std::string(why));
  };
  if (segment.size() < kSegmentHeadBytes) return refuse("shorter than its head");
  if (segment.substr(0, 8) == std::string_view("\0\0\0\0\0\0\0\0", 8)) return std::nullopt;
  if (segment.substr(0, 8) != kMagic) return refuse("its first bytes");
  const Sha256 check = sha256(segment.substr(0, kCheckAt));
  if (segment.substr(kCheckAt, 8) != view_of(check).substr(0, 8)) return refuse("its check");
  SegmentHead head;
  head.first = load64(segment.data() + 8);
  head.prev = hash_from(segment.substr(16));
  head.number = load64(segment.data() + 48);
  head.synced = load64(segment.data() + kSyncedAt);
  if (head.synced < kSegmentHeadBytes) head.synced = kSegmentHeadBytes;
  if (head.synced > segment.size()) return refuse("its mark of what is on disk");
  return head;
}

size_t frame_bytes(size_t entry_bytes) {
  return (kFrameHeadBytes + entry_bytes + 7) / 8 * 8;
}

Frame read_frame(std::string_view segment, size_t offset, bool check) {
  Frame out;
  const auto damaged = [&](std::string_view why) {
    out.state = Frame::State::damaged;
    out.fault = why;
    return out;
  };
  if (offset > segment.size() || segment.size() - offset < kFrameHeadBytes) return out;
  const std::string_view at = segment.substr(offset);
  if (load64(at.data()) == 0) return out;
  if (!at.starts_with(kMarker)) return damaged("no frame begins here");
  uint32_t length = 0;
  std::memcpy(&length, at.data() + 4, sizeof length);
  if (length == 0 || length > 65535) return damaged("a frame's length");
  if (frame_bytes(length) > at.size()) return damaged("a frame ends behind its segment");
  out.index = load64(at.data() + 8);
  out.leaf = hash_from(at.substr(16));
  out.entry = at.substr(kFrameHeadBytes, length);
  out.next = offset + frame_bytes(length);
  if (check && leaf_hash(out.entry) != out.leaf) return damaged("an entry unlike its checksum");
  out.state = Frame::State::whole;
  return out;
}

Expected<std::shared_ptr<Segment>> Segment::create(Files& files, std::string path, uint64_t number,
                                                   size_t bytes) {
  const std::string draft = path + ".new";
  auto fd = files.open_file(draft, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (!fd) return std::unexpected(std::move(fd.error()));
  if (files.fallocate(fd->get(), static_cast<off_t>(bytes)) != 0)
    return write_failed("can't reserve space for", draft);
  if (auto synced = files.sync(fd->get(), draft); !synced)
    return std::unexpected(std::move(synced.error()));
  if (auto moved = files.move(draft, path); !moved)
    return std::unexpected(std::move(moved.error()));
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (auto synced = files.sync_folder(folder); !synced)
    return std::unexpected(std::move(synced.error()));
  auto base = map_file(*fd, bytes, path);
  if (!base) return std::unexpected(std::move(base.error()));
  std::shared_ptr<Segment> out(new Segment(std::move(*fd), std::move(path), *base, bytes));
  out->head_.number = number;
  return out;
}

Expected<std::shared_ptr<Segment>> Segment::map(std::string path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  struct stat facts{};
  if (!fd || ::fstat(fd.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return failure("audit.read_failed", Fault::self, "can't open segment `" + path + "`");
  const auto size = static_cast<size_t>(facts.st_size);
  if (size < kSegmentHeadBytes)
    return failure("audit.segment_head", Fault::self,
                   "`" + path + "` is shorter than a segment's head");
  auto base = map_file(fd, size, path);
  if (!base) return std::unexpected(std::move(base.error()));
  std::shared_ptr<Segment> out(new Segment(std::move(fd), std::move(path), *base, size));
  auto head = parse_segment_head(out->bytes());
  if (!head) return std::unexpected(std::move(head.error()).within(out->path_));
  if (*head) {
    out->head_ = **head;
    out->blank_ = false;
    out->synced_ = out->head_.synced;
  }
  return out;
}

Segment::~Segment() {
  ::munmap(base_, size_);
}

bool Segment::fits(size_t entry_bytes, size_t reserve) const {
  // The last eight bytes stay zero, so that a full segment has an end too.
  return frame_bytes(entry_bytes) + reserve + 8 <= size_ - tail_;
}

void Segment::begin(uint64_t first, const Hash& prev) {
  head_.first = first;
  head_.prev = prev;
  char head[kCheckAt];
  std::memcpy(head, kMagic.data(), 8);
  std::memcpy(head + 8, &first, 8);
  std::memcpy(head + 16, prev.data(), 32);
  std::memcpy(head + 48, &head_.number, 8);
  const Sha256 check = sha256({head, sizeof head});
  std::memcpy(base_ + 8, head + 8, sizeof head - 8);
  std::memcpy(base_ + kCheckAt, check.data(), 8);
  // The magic comes last: a kill before it leaves a blank segment, not a broken one.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  std::memcpy(base_, kMagic.data(), 8);
  blank_ = false;
}

Hash Segment::append(uint64_t index, std::string_view link, std::string_view rest) {
  char* const at = base_ + tail_;
  char* const entry = at + kFrameHeadBytes;
  const auto length = static_cast<uint32_t>(link.size() + rest.size());
  std::memcpy(entry, link.data(), link.size());
  std::memcpy(entry + link.size(), rest.data(), rest.size());
  const Hash leaf = leaf_hash({entry, length});
  std::memcpy(at + 8, &index, 8);
  std::memcpy(at + 16, leaf.data(), 32);
  char lead[8];
  std::memcpy(lead, kMarker.data(), 4);
  std::memcpy(lead + 4, &length, 4);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  std::memcpy(at, lead, 8);
  tail_ += frame_bytes(length);
  return leaf;
}

void Segment::cut(size_t offset) {
  size_t end = size_;
  while (end > offset && base_[end - 1] == 0) --end;
  if (end > offset) std::memset(base_ + offset, 0, end - offset);
  tail_ = offset;
  const size_t from = synced_ / kPage * kPage;
  for (size_t page = from; page < offset; page += kPage) {
    volatile char* const byte = base_ + page;
    *byte = *byte;
  }
}

Expected<void> Segment::sync(Files& files, size_t upto) {
  if (auto synced = files.sync(fd_.get(), path_); !synced) return synced;
  synced_ = upto;
  const uint64_t mark = upto;
  std::memcpy(base_ + kSyncedAt, &mark, sizeof mark);
  return {};
}

}  // namespace doorward::audit
