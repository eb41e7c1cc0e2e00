// Sections and constants as pieces, and their partners.
#include "ota/delta/pieces.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "device/format/view.h"
#include "device/model/container.h"

namespace mote {
namespace {

constexpr uint32_t kHeader = 0xFFFF'0000, kGap = 0xFFFF'0001, kWhole = 0xFFFF'0002;

template <typename T>
bool load(ByteView file, size_t at, T& to) {
  if (at > file.size() || file.size() - at < sizeof to) return false;
  std::memcpy(&to, file.data() + at, sizeof to);
  return true;
}

std::vector<SectionEntry> sections_of(ByteView file) {
  FileHeader header;
  if (!load(file, 0, header) || std::memcmp(header.magic, kMagic, sizeof kMagic) != 0 || header.section_count > kMaxSections) return {};
  std::vector<SectionEntry> sections(header.section_count);
  for (size_t i = 0; i < sections.size(); ++i)
    if (!load(file, sizeof header + i * sizeof(SectionEntry), sections[i])) return {};
  return sections;
}

// FNV-1a over what makes constants alike.
uint32_t kind_of(const TensorRecord& tensor) {
  uint32_t hash = 2166136261u;
  const auto add = [&](uint32_t word) {
    for (int shift = 0; shift < 32; shift += 8) hash = (hash ^ (word >> shift & 255)) * 16777619u;
  };
  for (const uint32_t extent : tensor.shape) add(extent);
  add(tensor.type);
  return hash;
}

// Where constants begin in the weights section, by the graph's tensors. 
std::map<size_t, uint32_t> constants_of(ByteView graph) {
  FlatReader reader{graph.data(), static_cast<uint32_t>(graph.size())};
  const FlatVector tensors = flat_vector(flat_root(&reader), 0, sizeof(TensorRecord), alignof(TensorRecord));
  std::map<size_t, uint32_t> starts;
  if (!reader.ok) return starts;
  for (uint32_t i = 0; i < tensors.count; ++i) {
    TensorRecord tensor;
    std::memcpy(&tensor, tensors.data + i * sizeof tensor, sizeof tensor);
    if (tensor.kind == static_cast<uint8_t>(TensorKind::constant)) starts[tensor.offset] = kind_of(tensor);
  }
  return starts;
}

class Cutter {
 public:
  // Up to `end`, which lies behind what was cut until now.
  void cut(uint32_t kind, size_t end) {
    if (end > at_) pieces.push_back({kind, at_, end - at_});
    at_ = std::max(at_, end);
  }
  size_t at() const { return at_; }
  std::vector<Piece> pieces;

 private:
  size_t at_ = 0;
};

void cut_weights(Cutter& cutter, const SectionEntry& weights, const std::map<size_t, uint32_t>& starts) {
  for (auto start = starts.begin(); start != starts.end(); ++start) {
    const auto next = std::next(start);
    const size_t end = next == starts.end() ? weights.bytes : std::min<size_t>(next->first, weights.bytes);
    if (start->first < end) cutter.cut(start->second, weights.offset + end);
  }
}

}  // namespace

std::vector<Piece> pieces_of(ByteView file) {
  const std::vector<SectionEntry> sections = sections_of(file);
  Cutter cutter;
  if (sections.empty()) {
    cutter.cut(kWhole, file.size());
    return cutter.pieces;
  }
  cutter.cut(kHeader, std::min(file.size(), sizeof(FileHeader) + sections.size() * sizeof(SectionEntry)));
  std::map<size_t, uint32_t> starts;
  for (const SectionEntry& section : sections) {
    if (section.offset < cutter.at() || section.offset > file.size() || section.bytes > file.size() - section.offset) break;
    cutter.cut(kGap, section.offset);
    const ByteView bytes = file.subspan(section.offset, section.bytes);
    if (section.type == static_cast<uint16_t>(SectionType::graph)) starts = constants_of(bytes);
    if (section.type == static_cast<uint16_t>(SectionType::weights)) cut_weights(cutter, section, starts);
    cutter.cut(section.type, section.offset + section.bytes);
  }
  cutter.cut(kGap, file.size());
  return cutter.pieces;
}

std::vector<Stretch> align(ByteView base, ByteView target) {
  std::map<uint32_t, std::vector<Piece>> partners;
  for (const Piece& piece : pieces_of(base)) partners[piece.kind].push_back(piece);
  std::map<uint32_t, size_t> used;
  std::vector<Stretch> stretches;
  for (const Piece& piece : pieces_of(target)) {
    const std::vector<Piece>& like = partners[piece.kind];
    const size_t turn = used[piece.kind]++;
    const size_t shared = turn < like.size() ? std::min(piece.bytes, like[turn].bytes) : 0;
    if (shared != 0) stretches.push_back({shared, true, like[turn].offset});
    if (piece.bytes > shared) stretches.push_back({piece.bytes - shared, false, 0});
  }
  return stretches;
}

}  // namespace mote
